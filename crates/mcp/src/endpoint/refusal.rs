//! Answers to requests that do not reach the protocol, and the metadata from which a client learns how to ask.
//!
//! Owns the challenge of RFC 6750 with the address of the metadata of RFC 9728, and that metadata.

use super::config::{HttpConfig, OverTls};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, RETRY_AFTER, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use rmcp::model::{ErrorCode, ErrorData, ServerJsonRpcMessage};
use serde_json::{Value, json};
use std::convert::Infallible;

/// An answer of the library or of ours.
pub(super) type Answer = Response<BoxBody<Bytes, Infallible>>;

/// Where the endpoint is unless the configuration says otherwise.
const PATH: &str = "/mcp";

/// Where RFC 9728 puts the metadata of a resource.
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// After how many seconds a client should try again.
const RETRY_S: u16 = 2;

/// A refusal that is no answer to a request that was read.
pub(super) fn refuse(status: StatusCode, words: impl Into<String>) -> Answer {
    let error = ErrorData::new(ErrorCode::INVALID_REQUEST, words.into(), None);
    let mut answer = message(status, &ServerJsonRpcMessage::error(error, None));
    if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        answer.headers_mut().insert(RETRY_AFTER, RETRY_S.into());
    }
    answer
}

/// A message of the protocol as the whole answer.
pub(super) fn message(status: StatusCode, message: &ServerJsonRpcMessage) -> Answer {
    let body = serde_json::to_vec(message).unwrap_or_default();
    let mut answer = Response::new(Full::new(Bytes::from(body)).boxed());
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

/// The answer to a client that has shown no token, or one that is not valid.
pub(super) fn challenge(config: &HttpConfig, parts: &Parts, had_token: bool) -> HeaderValue {
    let resource = resource(config, parts);
    let path = resource.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..])).unwrap_or("");
    let base = &resource[..resource.len() - path.len()];
    let mut challenge = format!("Bearer resource_metadata=\"{base}{WELL_KNOWN}{path}\"");
    if had_token {
        challenge += ", error=\"invalid_token\"";
    }
    HeaderValue::try_from(challenge).unwrap_or(HeaderValue::from_static("Bearer"))
}

/// The answer to a request of nobody we know.
pub(super) fn unknown(config: &HttpConfig, parts: &Parts, had_token: bool) -> Answer {
    let words = if had_token { "the token is not valid here, or no longer" } else { "a Bearer token is needed" };
    let mut answer = refuse(StatusCode::UNAUTHORIZED, words);
    answer.headers_mut().insert(WWW_AUTHENTICATE, challenge(config, parts, had_token));
    answer
}

/// The metadata of the endpoint as a resource that is protected.
pub(super) fn metadata(config: &HttpConfig, parts: &Parts) -> Value {
    let mut metadata = json!({
        "resource": resource(config, parts),
        "resource_name": "runcell",
        "bearer_methods_supported": ["header"],
    });
    if !config.authorization_servers.is_empty() {
        metadata["authorization_servers"] = json!(config.authorization_servers);
    }
    metadata
}

/// The address of the endpoint as clients write it. The `Host` was checked against the names that are allowed.
fn resource(config: &HttpConfig, parts: &Parts) -> String {
    if let Some(resource) = &config.resource {
        return resource.clone();
    }
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = host.or(parts.uri.authority().map(http::uri::Authority::as_str)).unwrap_or("localhost");
    let scheme = if parts.extensions.get::<OverTls>().is_some() { "https" } else { "http" };
    format!("{scheme}://{host}{PATH}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(host: &str) -> Parts {
        http::Request::builder().header(HOST, host).body(()).expect("a request").into_parts().0
    }

    #[test]
    fn the_challenge_names_the_metadata_and_they_name_the_resource() {
        let public = HttpConfig {
            resource: Some("https://a.example/team/mcp".to_owned()),
            authorization_servers: vec!["https://id.example".to_owned()],
            ..HttpConfig::default()
        };
        for (config, challenge_of, resource) in [
            (
                HttpConfig::default(),
                "http://localhost:8080/.well-known/oauth-protected-resource/mcp",
                "http://localhost:8080/mcp",
            ),
            (public, "https://a.example/.well-known/oauth-protected-resource/team/mcp", "https://a.example/team/mcp"),
        ] {
            let parts = parts("localhost:8080");
            let answer = unknown(&config, &parts, true);
            let said = answer.headers()[WWW_AUTHENTICATE].to_str().expect("text");
            assert_eq!(said, format!("Bearer resource_metadata=\"{challenge_of}\", error=\"invalid_token\""));
            let metadata = metadata(&config, &parts);
            assert_eq!(metadata["resource"], resource);
            assert_eq!(metadata.get("authorization_servers").is_some(), !config.authorization_servers.is_empty());
        }
    }
}
