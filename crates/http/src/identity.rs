//! How a request says who asks.
//!
//! Owns where the proof is: the header `Authorization: Bearer`. What it proves is decided against the operator's token.

use crate::problem::Problem;
use crate::state::App;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use runcell_model::caller::Caller;
use runcell_wire::RefusalReason;

/// The caller of a request.
///
/// # Errors
/// A problem where nobody can be recognised.
pub(crate) fn identify(app: &App, headers: &HeaderMap) -> Result<Caller, Problem> {
    let bearer = bearer(headers)?;
    if app.token.is(bearer) { Ok(app.server.clone()) } else { Err(unknown("the token is not one of this server's")) }
}

/// The text after `Bearer`.
fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let (first, second) = (all.next(), all.next());
    if second.is_some() {
        return Err(Problem::invalid("the request has several Authorization headers"));
    }
    let missing = || unknown("nobody is named: send a token with the header `Authorization: Bearer TOKEN`");
    let (scheme, token) = first.and_then(|value| value.to_str().ok()?.split_once(' ')).ok_or_else(missing)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(missing()) }
}

fn unknown(words: &str) -> Problem {
    Problem::new(RefusalReason::Unauthenticated, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(values: &[&str]) -> Option<String> {
        let headers = values.iter().fold(HeaderMap::new(), |mut all, value| {
            all.append(AUTHORIZATION, value.parse().expect("a header"));
            all
        });
        bearer(&headers).ok().map(str::to_owned)
    }

    #[test]
    fn a_bearer_is_read_and_nothing_else() {
        assert_eq!(given(&["Bearer abc"]).as_deref(), Some("abc"));
        assert_eq!(given(&["bearer  abc "]).as_deref(), Some("abc"));
        for other in [&["Basic YTpi"][..], &["Bearer"], &["abc"], &[], &["Bearer a", "Bearer b"]] {
            assert_eq!(given(other), None, "{other:?}");
        }
    }
}
