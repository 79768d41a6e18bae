//! How a request says who asks.
//!
//! Owns where the proof is: the header `Authorization: Bearer`, or the cookie of the page. What it proves is the service's
//! business.

use crate::peer::Peer;
use crate::problem::Problem;
use crate::request_id::RequestId;
use crate::state::App;
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::{Extensions, HeaderMap};
use runcell_model::caller::{Caller, Face, Origin};
use runcell_telemetry::metric;
use runcell_wire::RefusalReason;

/// The cookie of the page. Its name binds it to this host and to TLS.
pub(crate) const PAGE_COOKIE: &str = "__Host-runcell";

/// The caller of a request.
///
/// # Errors
/// A problem where nobody can be recognised.
pub(crate) async fn identify(app: &App, headers: &HeaderMap, extensions: &Extensions) -> Result<Caller, Problem> {
    let bearer = bearer(headers).inspect_err(|_| metric::auth_failure("no_token"))?;
    Ok(app.service.accounts().await?.identify(bearer, &origin(extensions), Face::Http).await?)
}

/// From where a request comes, for records.
pub(crate) fn origin(extensions: &Extensions) -> Origin {
    let address = extensions.get::<Peer>().and_then(|peer| peer.address);
    Origin::new(address, extensions.get::<RequestId>().map(|id| &*id.0))
}

/// The text after `Bearer`, or the value of the page's cookie.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let (first, second) = (all.next(), all.next());
    if second.is_some() {
        return Err(Problem::invalid("the request has several Authorization headers"));
    }
    let Some(given) = first else {
        let words = "nobody is named: send a token with the header `Authorization: Bearer TOKEN`";
        return cookie(headers).ok_or_else(|| Problem::new(RefusalReason::Unauthenticated, words));
    };
    let words = || Problem::new(RefusalReason::Unauthenticated, "the header Authorization is not `Bearer TOKEN`");
    let (scheme, token) = given.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(words)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(words()) }
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(';'));
    all.filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == PAGE_COOKIE).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(values: &[&str], cookie: &str) -> Option<String> {
        let mut headers = values.iter().fold(HeaderMap::new(), |mut all, value| {
            all.append(AUTHORIZATION, value.parse().expect("a header"));
            all
        });
        headers.insert(COOKIE, cookie.parse().expect("a header"));
        bearer(&headers).ok().map(str::to_owned)
    }

    #[test]
    fn a_bearer_or_the_page_s_cookie_is_read_and_nothing_else() {
        assert_eq!(given(&["Bearer abc"], "").as_deref(), Some("abc"));
        assert_eq!(given(&["bearer  abc "], "__Host-runcell=x").as_deref(), Some("abc"));
        assert_eq!(given(&[], "a=b; __Host-runcell=rs_1").as_deref(), Some("rs_1"));
        for other in [&["Basic YTpi"][..], &["Bearer"], &["abc"], &[], &["Bearer a", "Bearer b"]] {
            assert_eq!(given(other, "runcell=x"), None, "{other:?}");
        }
    }
}
