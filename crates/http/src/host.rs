//! Under which name a server was called.
//!
//! Owns the check of `Host`: a web page elsewhere can make its own name lead to this machine, and then reach the server as if
//! it were its own. An address is nobody's name; any other has to be in the configuration.

use crate::problem::Problem;
use axum::http::header::HOST;
use axum::http::{HeaderMap, Uri};
use runcell_wire::RefusalReason;
use std::net::IpAddr;

/// Checks the name by which a request calls the server.
///
/// # Errors
/// A problem that says what to configure.
pub(crate) fn check(uri: &Uri, headers: &HeaderMap, allowed: &[String]) -> Result<(), Problem> {
    let mut hosts = headers.get_all(HOST).iter();
    let (first, second) = (hosts.next(), hosts.next());
    if second.is_some() {
        return Err(Problem::invalid("the request has several Host headers"));
    }
    // A request-target with an authority counts more than the header.
    let named = uri.authority().map(|authority| authority.as_str());
    let Some(named) = named.or_else(|| first.and_then(|host| host.to_str().ok())) else {
        return Err(Problem::invalid("the request names no host: the header Host is missing"));
    };
    let name = without_port(named);
    let known = |one: &String| one == "*" || one.eq_ignore_ascii_case(name) || one.eq_ignore_ascii_case(named);
    if is_address(name) || is_localhost(name) || allowed.iter().any(known) {
        return Ok(());
    }
    let shown: String = named.chars().take(100).collect();
    let message =
        format!("this server is not called {shown:?}: add the name to server.allowed_hosts in its configuration");
    Err(Problem::new(RefusalReason::WrongHost, message))
}

fn without_port(named: &str) -> &str {
    match named.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => named,
    }
}

fn is_address(name: &str) -> bool {
    name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok()
}

fn is_localhost(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_to_be_known() {
        let allowed = ["build.example".to_owned()];
        let asked = |host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, host.parse().expect("a header"));
            check(&Uri::from_static("/"), &headers, &allowed).is_ok()
        };
        for host in
            ["127.0.0.1:8080", "10.0.0.9", "[::1]:80", "::1", "localhost:1", "a.localhost", "Build.Example:8080"]
        {
            assert!(asked(host), "{host}");
        }
        for host in
            ["evil.example", "build.example.evil", "localhost.evil", "127.0.0.1.evil", "", "build.example:80:90"]
        {
            assert!(!asked(host), "{host}");
        }
        assert!(check(&Uri::from_static("/"), &HeaderMap::new(), &allowed).is_err(), "none");
        let two: HeaderMap = [(HOST, "localhost".parse().expect("a header")), (HOST, "a".parse().expect("a header"))]
            .into_iter()
            .fold(HeaderMap::new(), |mut all, (name, value)| {
                all.append(name, value);
                all
            });
        assert!(check(&Uri::from_static("/"), &two, &allowed).is_err(), "two");
    }
}
