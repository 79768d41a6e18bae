//! Addresses of proxies whose word about a client counts.
//!
//! Owns the text of an address or network and the comparison. Knows no header.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// How a Unix socket is named in the list.
const UNIX: &str = "unix";

/// Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
#[schemars(with = "Vec<String>")]
pub struct TrustedProxies {
    names: Vec<String>,
    networks: Vec<(IpAddr, u8)>,
    unix: bool,
}

/// A text that names no proxy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} names no proxy: an address (10.0.0.1), a network (10.0.0.0/8) or `unix` is expected")]
pub struct ProxiesError(String);

impl TrustedProxies {
    /// Whether nobody is trusted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether a proxy at this address is trusted; `None` is a Unix socket.
    #[must_use]
    pub fn trusts(&self, address: Option<IpAddr>) -> bool {
        match address {
            None => self.unix,
            Some(address) => self.networks.iter().any(|(network, bits)| lies_in(address, *network, *bits)),
        }
    }
}

/// Whether the first bits of two addresses of one kind are the same.
fn lies_in(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    let (a, b, length) = match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (u128::from(a.to_bits()), u128::from(b.to_bits()), 32),
        (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits(), b.to_bits(), 128),
        _ => return false,
    };
    (a ^ b).checked_shr(u32::from(length - bits)).unwrap_or(0) == 0
}

impl TryFrom<Vec<String>> for TrustedProxies {
    type Error = ProxiesError;

    fn try_from(names: Vec<String>) -> Result<Self, ProxiesError> {
        let (mut networks, mut unix) = (Vec::new(), false);
        for name in &names {
            if name == UNIX {
                unix = true;
                continue;
            }
            let (address, bits) = name.split_once('/').map_or((&**name, None), |(one, bits)| (one, Some(bits)));
            let wrong = || ProxiesError(name.clone());
            let address: IpAddr = address.parse().map_err(|_| wrong())?;
            let longest = if address.is_ipv4() { 32 } else { 128 };
            let bits = bits.map_or(Ok(longest), str::parse::<u8>).map_err(|_| wrong())?;
            if bits > longest {
                return Err(wrong());
            }
            networks.push((address, bits));
        }
        Ok(Self { names, networks, unix })
    }
}

impl From<TrustedProxies> for Vec<String> {
    fn from(proxies: TrustedProxies) -> Self {
        proxies.names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_their_addresses() {
        let proxies =
            |names: &[&str]| TrustedProxies::try_from(names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>());
        for (names, address, expected) in [
            (&["10.0.0.0/8"][..], "10.255.0.1", true),
            (&["10.0.0.0/8"], "11.0.0.1", false),
            (&["10.0.0.1"], "10.0.0.1", true),
            (&["10.0.0.1"], "10.0.0.2", false),
            (&["0.0.0.0/0"], "1.2.3.4", true),
            (&["0.0.0.0/0"], "::1", false),
            (&["fd00::/8", "::1"], "fd12::1", true),
            (&["::/0"], "fe80::1", true),
        ] {
            let address = address.parse().expect("an address");
            assert_eq!(proxies(names).expect("good").trusts(Some(address)), expected, "{names:?} {address}");
        }
        assert!(proxies(&["unix"]).expect("good").trusts(None) && !proxies(&[]).expect("good").trusts(None));
        for name in ["", "10.0.0.0/33", "host", "10.0.0.0/-1", "::/129"] {
            assert!(proxies(&[name]).expect_err(name).to_string().contains("names no proxy"));
        }
    }
}
