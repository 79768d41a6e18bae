//! Requests with an `Idempotency-Key`: the second one gets the answer of the first, and nothing is done twice.
//!
//! Owns what makes two requests the same, and which answers are kept: those of requests that were done. A refusal leaves the key
//! free, so that a corrected or later request may use it. The keys themselves are the service's; jobs and uploads have ways of
//! their own.

use crate::extract::{self, is_json};
use crate::making::wants_events;
use crate::problem::Problem;
use crate::state::App;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body::Body as _;
use http_body_util::BodyExt;
use runcell_model::caller::Caller;
use runcell_service::{HeldKey, KeptAnswer, LONGEST_KEPT, Taken};
use runcell_wire::{PROBLEM_TYPE, RefusalReason};
use serde_json::Value;

/// The header of a key.
pub(crate) const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// Says that an answer is that of an earlier request.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The longest key, in bytes.
pub(crate) const LONGEST_KEY: usize = 255;

/// The part of a request or its answer that is never kept, not even as a digest that could be guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unkept {
    /// Nothing is secret.
    None,
    /// The field `password` of the request.
    Password,
    /// The answer.
    Answer,
}

/// The key that a request brings.
pub(crate) fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let text = value.to_str().ok().filter(|text| (1..=LONGEST_KEY).contains(&text.len()));
    let wrong = || Problem::invalid(format!("the header Idempotency-Key has 1 to {LONGEST_KEY} plain characters"));
    text.map(|text| Some(text.to_owned())).ok_or_else(wrong)
}

/// Answers a request that was answered before, and keeps the answer of one that was not.
pub(crate) async fn keyed(
    State((app, path, secret)): State<(App, &'static str, Unkept)>,
    request: Request,
    next: Next,
) -> Response {
    match key(request.headers()) {
        Ok(None) => next.run(request).await,
        Ok(Some(key)) => {
            once(&app, (path, secret), &key, request, next).await.unwrap_or_else(IntoResponse::into_response)
        }
        Err(problem) => problem.into_response(),
    }
}

async fn once(
    app: &App,
    (path, secret): (&'static str, Unkept),
    key: &str,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if wants_events(request.headers()) || path.ends_with("/stream") {
        return Err(Problem::invalid(
            "a stream of events is not kept under an Idempotency-Key: leave one of them out; a run can be asked for with \
             `Prefer: respond-async`, and its events be followed by its id",
        ));
    }
    let caller = request.extensions().get::<Caller>().cloned();
    let caller = caller.ok_or_else(|| Problem::new(RefusalReason::Internal, "the route names no operation"))?;
    let (parts, body) = request.into_parts();
    let media_type = parts.headers.get(CONTENT_TYPE).map(|value| value.as_bytes().to_vec()).unwrap_or_default();
    let body = extract::body(Request::from_parts(parts.clone(), body), &()).await?;
    let prefers = parts.headers.get("prefer").map(HeaderValue::as_bytes).unwrap_or_default();
    let told = without_secret(&body, secret);
    let same =
        [&[parts.uri.path().as_bytes(), prefers][..], &pieces(&media_type, told.as_deref().unwrap_or(&body))].concat();
    match app.service.keys(&caller).await?.take(key, path, &same).await? {
        Taken::Answered(answer) => replayed(answer),
        Taken::Fresh(held) => {
            let response = next.run(Request::from_parts(parts, Body::from(body))).await;
            Ok(keep(held, secret, response).await)
        }
    }
}

/// A body without the password in it, if there is to be none.
fn without_secret(body: &[u8], secret: Unkept) -> Option<Vec<u8>> {
    let mut json: Value = (secret == Unkept::Password).then(|| serde_json::from_slice(body).ok()).flatten()?;
    json.as_object_mut()?.remove("password");
    serde_json::to_vec(&json).ok()
}

/// The pieces of a body that two equal requests share: of a form all but the line between its parts, which clients draw anew.
fn pieces<'a>(media_type: &[u8], body: &'a [u8]) -> Vec<&'a [u8]> {
    let text = String::from_utf8_lossy(media_type);
    let line =
        text.split_once("boundary=").map(|(_, rest)| rest.split(';').next().unwrap_or(rest).trim().trim_matches('"'));
    let Some(line) = line.filter(|line| !line.is_empty() && !is_json(media_type)) else { return vec![body] };
    let line = format!("--{line}");
    let (mut pieces, mut rest) = (Vec::new(), body);
    while let Some(at) = find(rest, line.as_bytes()) {
        pieces.push(&rest[..at]);
        rest = &rest[at + line.len()..];
    }
    pieces.push(rest);
    pieces
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    // Lines between parts begin with a dash: only there is worth a look.
    (0..text.len().saturating_sub(part.len() - 1)).find(|at| text[*at] == b'-' && text[*at..].starts_with(part))
}

/// An answer as it was given before.
pub(crate) fn replayed(answer: KeptAnswer) -> Result<Response, Problem> {
    let KeptAnswer { status, media_type, location, body } = answer;
    if media_type == PROBLEM_TYPE {
        return Err(Problem::new(RefusalReason::Conflict, body));
    }
    let mut response = (StatusCode::from_u16(status).unwrap_or_default(), body).into_response();
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    let texts = [(CONTENT_TYPE, Some(media_type)), (LOCATION, location)];
    for (name, value) in texts.into_iter().filter_map(|(name, text)| Some((name, HeaderValue::from_str(&text?).ok()?)))
    {
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

/// Keeps the answer of a request that was done. What cannot be kept is replaced by words that say so.
pub(crate) async fn keep(held: HeldKey, secret: Unkept, response: Response) -> Response {
    if !response.status().is_success() {
        return response;
    }
    let (parts, body) = response.into_parts();
    let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let location = text(LOCATION);
    let short = body.size_hint().exact().is_some_and(|bytes| bytes <= LONGEST_KEPT as u64);
    let (body, told) = match (secret, short) {
        (Unkept::Answer, _) => (body, Err(SECRET.to_owned())),
        (_, false) => (body, Err(long(location.as_deref()))),
        (_, true) => {
            let bytes = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
            (Body::from(bytes.clone()), Ok(bytes))
        }
    };
    let answer = kept(parts.status, text(CONTENT_TYPE), location, told);
    if let Err(error) = held.answer(&answer).await {
        tracing::warn!(%error, "an answer could not be kept under its idempotency key");
    }
    Response::from_parts(parts, body)
}

const SECRET: &str = "the first request with this key was done, and its answer held a secret that is shown once and not kept: \
                      remove what it made, and make another one with a new key";

fn long(location: Option<&str>) -> String {
    let at = location.map(|location| format!(": what it made is at {location}")).unwrap_or_default();
    format!(
        "the first request with this key was done, and its answer is too long to be kept{at}; use a new key to do it again"
    )
}

fn kept(
    status: StatusCode,
    media_type: Option<String>,
    location: Option<String>,
    told: Result<Bytes, String>,
) -> KeptAnswer {
    let told = told.and_then(|bytes| {
        String::from_utf8(bytes.into())
            .map_err(|_| "the first request with this key was done; its answer was no text".to_owned())
    });
    match told {
        Ok(body) => KeptAnswer { status: status.as_u16(), media_type: media_type.unwrap_or_default(), location, body },
        Err(body) => KeptAnswer { status: 409, media_type: PROBLEM_TYPE.to_owned(), location: None, body },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_the_same_whatever_line_is_between_its_parts() {
        let form = |line: &str, text: &str| {
            let body =
                format!("--{line}\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{text}\r\n--{line}--\r\n");
            (format!("multipart/form-data; boundary={line}").into_bytes(), body.into_bytes())
        };
        let of = |line, text| {
            let (media_type, body) = form(line, text);
            pieces(&media_type, &body).into_iter().map(<[u8]>::to_vec).collect::<Vec<_>>()
        };
        assert_eq!(of("XX", "1-2"), of("\"----------73\"".trim_matches('"'), "1-2"));
        assert_ne!(of("XX", "1"), of("XX", "2"));
        assert_eq!(pieces(b"application/json", b"{}"), [b"{}"]);
    }

    #[test]
    fn a_password_is_no_part_of_what_is_kept() {
        let of = |text: &str| without_secret(text.as_bytes(), Unkept::Password);
        assert_eq!(of(r#"{"name":"a","password":"x"}"#), of(r#"{"name":"a","password":"y"}"#));
        assert_ne!(of(r#"{"name":"a"}"#), of(r#"{"name":"b"}"#));
        assert_eq!(without_secret(b"{}", Unkept::None), None);
    }
}
