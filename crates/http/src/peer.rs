//! From where a request comes.
//!
//! Owns which of the proxies' headers count: only those of a proxy that the configuration trusts.

use axum::http::HeaderMap;
use runcell_model::config::TrustedProxies;
use std::net::IpAddr;

/// From where a connection comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// The address; `None` on a Unix socket.
    pub address: Option<IpAddr>,
    /// Whether the client spoke TLS, with us or with a trusted proxy.
    pub secure: bool,
}

impl Peer {
    pub(crate) fn tcp(address: IpAddr) -> Self {
        Self { address: Some(address.to_canonical()), secure: false }
    }

    pub(crate) fn unix() -> Self {
        Self { address: None, secure: false }
    }

    /// The client behind trusted proxies, as their headers tell.
    pub(crate) fn behind(self, proxies: &TrustedProxies, headers: &HeaderMap) -> Self {
        if !proxies.trusts(self.address) {
            return self;
        }
        let text =
            |name: &str| headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect::<Vec<_>>();
        let secure = text("x-forwarded-proto").last().is_some_and(|proto| proto.trim().eq_ignore_ascii_case("https"));
        // Each proxy adds the address that it sees; the last one that no proxy of ours has is the client's.
        let chain = text("x-forwarded-for").join(",");
        let hops = chain.rsplit(',').map_while(|hop| hop.trim().parse::<IpAddr>().ok()).map(|hop| hop.to_canonical());
        let client = hops.into_iter().find(|hop| !proxies.trusts(Some(*hop)));
        Self { address: client.or(self.address), secure: self.secure || secure }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(from: &str, trusted: &[&str], forwarded: &str) -> (String, bool) {
        let proxies = TrustedProxies::try_from(trusted.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>());
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().expect("a header"));
        headers.insert("x-forwarded-proto", "https".parse().expect("a header"));
        let peer = Peer::tcp(from.parse().expect("an address")).behind(&proxies.expect("proxies"), &headers);
        (peer.address.expect("an address").to_string(), peer.secure)
    }

    #[test]
    fn only_a_trusted_proxy_says_who_the_client_is() {
        assert_eq!(seen("9.9.9.9", &[], "1.2.3.4"), ("9.9.9.9".into(), false));
        assert_eq!(seen("9.9.9.9", &["10.0.0.0/8"], "1.2.3.4"), ("9.9.9.9".into(), false));
        assert_eq!(seen("10.1.1.1", &["10.0.0.0/8"], "1.2.3.4"), ("1.2.3.4".into(), true));
        assert_eq!(seen("10.1.1.1", &["10.0.0.0/8"], "6.6.6.6, 1.2.3.4, 10.2.2.2"), ("1.2.3.4".into(), true));
        assert_eq!(seen("::ffff:10.1.1.1", &["10.1.1.1"], "1.2.3.4"), ("1.2.3.4".into(), true));
        assert_eq!(seen("10.1.1.1", &["10.1.1.1"], "nonsense"), ("10.1.1.1".into(), true));
    }
}
