//! How many connections each address has.
//!
//! Owns the counting, so that one client does not take all connections that there are. This machine and trusted proxies are not
//! counted, as many clients are behind them.

use crate::peer::Peer;
use runcell_model::caller::network;
use runcell_model::config::ServerConfig;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

type Counts = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// The connections of every address. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct PerAddress(Counts);

/// A connection that is counted until this is dropped.
#[derive(Debug)]
pub(crate) struct Counted(Option<(IpAddr, Counts)>);

impl PerAddress {
    /// Counts a connection; `None` where its address has as many as it may.
    pub(crate) fn enter(&self, peer: Peer, config: &ServerConfig) -> Option<Counted> {
        let counts = |address: &IpAddr| !address.is_loopback() && !config.trusted_proxies.trusts(Some(*address));
        let most = config.max_connections_per_address;
        let Some(address) = peer.address.filter(|address| most > 0 && counts(address)) else {
            return Some(Counted(None));
        };
        let address = network(address);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = all.entry(address).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Counted(Some((address, self.0.clone()))))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let Some((address, counts)) = self.0.take() else { return };
        let mut all = counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = all.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                all.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_connections_and_others_have_theirs() {
        let mut config = ServerConfig { max_connections_per_address: 2, ..ServerConfig::default() };
        config.trusted_proxies = vec!["10.0.0.0/8".to_owned()].try_into().expect("good");
        let all = PerAddress::default();
        let enter = |address: &str| all.enter(Peer::tcp(address.parse().expect("an address")), &config);
        let (one, two) = (enter("192.0.2.1"), enter("192.0.2.1"));
        assert!(one.is_some() && two.is_some() && enter("192.0.2.1").is_none());
        assert!(enter("192.0.2.2").is_some());
        drop(one);
        assert!(enter("192.0.2.1").is_some());
        let (_three, _four) = (enter("2001:db8::1"), enter("2001:db8::2:1"));
        assert!(enter("2001:db8::3").is_none(), "one network is one client");
        assert!(enter("2001:db8:0:1::1").is_some());
        let open: Vec<_> = ["127.0.0.1", "::1", "10.1.1.1"].map(|address| [(); 5].map(|()| enter(address))).into();
        assert!(open.iter().flatten().all(Option::is_some));
        drop((two, open));
        assert_eq!(all.0.lock().expect("no panic").len(), 1, "nothing is kept of addresses without connections");
    }
}
