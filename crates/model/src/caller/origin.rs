//! From where a caller asks, and by what it proved who it is.
//!
//! Owns the cleaning of what a stranger may have written: it stands in logs, in the audit and in headers. Checks no proof.

use std::net::{IpAddr, Ipv6Addr};

/// The longest id of a request that is kept, in bytes.
const MAX_REQUEST_ID_BYTES: usize = 128;

/// From where a caller asks. The default is: unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    address: Option<IpAddr>,
    request_id: Option<String>,
}

impl Origin {
    /// The address of the peer (of its proxy's client, where a proxy is trusted) and the id of the request. Of an id that a
    /// stranger made up, only what is visible ASCII is kept, and at most 128 bytes.
    #[must_use]
    pub fn new(address: Option<IpAddr>, request_id: Option<&str>) -> Self {
        let clean = |id: &str| id.chars().filter(char::is_ascii_graphic).take(MAX_REQUEST_ID_BYTES).collect::<String>();
        let request_id = request_id.map(clean).filter(|id| !id.is_empty());
        Self { address: address.map(|address| address.to_canonical()), request_id }
    }

    /// The address of the peer.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// The id of the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}

/// The network that strangers are counted by: of an IPv6 address its /64, all of which one customer has.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        address @ IpAddr::V4(_) => address,
    }
}

/// By what a caller proved who it is. The ids are public, they are no secrets.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Credential {
    /// It sits at this machine, or embeds the library.
    Machine,
    /// A login of a user: the user's id.
    Login(String),
    /// A token: its id.
    Token(String),
    /// A token of the environment: the digits that name it.
    Environment(String),
    /// A token of the issuer that the configuration names: the issuer's id of the user.
    Issuer(String),
}

impl Credential {
    /// The key by which requests are counted: kind and id.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Machine => "machine".to_owned(),
            Self::Login(id) => format!("login {id}"),
            Self::Token(id) => format!("token {id}"),
            Self::Environment(id) => format!("environment {id}"),
            Self::Issuer(id) => format!("issuer {id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_one_customer() {
        for (address, expected) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8::1", "2001:db8::"),
            ("2001:db8::ffff:0:0:2", "2001:db8::"),
            ("2001:db8:0:1::1", "2001:db8:0:1::"),
        ] {
            let address: IpAddr = address.parse().expect("an address");
            assert_eq!(network(address).to_string(), expected);
        }
    }

    #[test]
    fn nothing_that_forges_a_log_is_kept() {
        let origin = Origin::new("::ffff:10.0.0.1".parse().ok(), Some("a b\r\n\u{1b}[31mü\0c"));
        assert_eq!((origin.request_id(), origin.address()), (Some("ab[31mc"), "10.0.0.1".parse().ok()));
        assert_eq!(Origin::new(None, Some(&"x".repeat(1000))).request_id().map(str::len), Some(128));
        assert_eq!(Origin::new(None, Some("\n")), Origin::default());
    }
}
