//! The web page's files: chosen by name and by what the browser takes, with the headers that keep the page what it is.
//!
//! Owns the policy of the page and how long browsers keep its files. The files are made by `web/build.mjs` and are part of the
//! program; without them, the page says how to make them. The page itself is a client of the API like any other.

use crate::problem::unknown_path;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName,
    IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

include!(concat!(env!("OUT_DIR"), "/web_files.rs"));

/// Scripts and styles are files of this server; nothing is fetched from elsewhere, and nothing shows the page in a frame.
/// Pictures may be data of the page itself, and frames are pages without rights that the page wrote itself (`srcdoc`).
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; \
     frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/// Names of files have a digest of what is in them, so that they never change.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// The answer where the program was built without the page.
const ABSENT: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>runcell</title></head><body><main>\
     <h1>runcell</h1><p>This server was built without its web page. To build it, install Node.js with npm, run \
     <code>cargo xtask web</code>, and build the server again.</p>\
     <p>The API is there: <a href=\"/api/docs\">its description</a>.</p></main></body></html>";

/// A file of the page, in three forms.
struct WebFile {
    /// Its path below the page.
    name: &'static str,
    media_type: &'static str,
    /// A digest of it.
    tag: &'static str,
    plain: &'static [u8],
    gzip: &'static [u8],
    brotli: &'static [u8],
}

/// The page, or how to make it.
pub(crate) fn index(headers: &HeaderMap) -> Response {
    match FILES.iter().find(|file| file.name == "index.html") {
        Some(file) => serve(file, headers, "no-cache"),
        None => answer("text/html; charset=utf-8", "no-store", ABSENT.as_bytes()),
    }
}

/// A file of the page.
pub(crate) async fn asset(uri: Uri, headers: &HeaderMap) -> Response {
    let name = uri.path().trim_start_matches('/');
    match FILES.iter().find(|file| file.name == name) {
        Some(file) => serve(file, headers, FOR_EVER),
        None => unknown_path(uri).await.into_response(),
    }
}

fn serve(file: &WebFile, headers: &HeaderMap, kept: &'static str) -> Response {
    let (encoding, bytes) = encoded(file, headers);
    let tag = format!("\"{}{}\"", file.tag, encoding.map(|name| format!("-{name}")).unwrap_or_default());
    let known = headers.get_all(IF_NONE_MATCH).iter().any(|value| {
        let names = value.to_str().unwrap_or_default().split(',');
        names.map(|name| name.trim().trim_start_matches("W/")).any(|name| name == tag || name == "*")
    });
    let mut response = answer(file.media_type, kept, if known { &[] } else { bytes });
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let mut add = |name: HeaderName, value: &str| {
        response.headers_mut().extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
    };
    add(ETAG, &tag);
    add(VARY, "accept-encoding");
    if let Some(encoding) = encoding.filter(|_| !known) {
        add(CONTENT_ENCODING, encoding);
    }
    response
}

/// The smallest form that the browser takes.
fn encoded(file: &WebFile, headers: &HeaderMap) -> (Option<&'static str>, &'static [u8]) {
    let all = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let names: Vec<&str> = all.flat_map(|text| text.split(',')).filter_map(taken).collect();
    let forms = [("br", file.brotli), ("gzip", file.gzip)];
    let found = forms.into_iter().find(|(name, _)| names.iter().any(|known| known == name));
    found.map_or((None, file.plain), |(name, bytes)| (Some(name), bytes))
}

/// The name of an encoding, unless its weight says that it is not taken.
fn taken(text: &str) -> Option<&str> {
    let (name, weight) = text.split_once(';').unwrap_or((text, ""));
    let refused = weight.trim().strip_prefix("q=").is_some_and(|weight| weight.parse() == Ok(0.0));
    (!refused).then_some(name.trim())
}

fn answer(media_type: &'static str, kept: &'static str, bytes: &'static [u8]) -> Response {
    let headers = [(CONTENT_TYPE, media_type), (CACHE_CONTROL, kept), (CONTENT_SECURITY_POLICY, POLICY)];
    (headers, bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: WebFile =
        WebFile { name: "a", media_type: "text/plain", tag: "t", plain: b"plain", gzip: b"gzip", brotli: b"br" };

    fn given(name: HeaderName, value: &str) -> HeaderMap {
        [(name, value.parse().expect("a header"))].into_iter().collect()
    }

    #[test]
    fn the_smallest_form_that_is_taken_is_sent() {
        for (accepted, sent) in [
            ("gzip, deflate, br, zstd", b"br".as_slice()),
            ("gzip;q=1.0, br;q=0", b"gzip"),
            ("br;q=0.5", b"br"),
            ("identity", b"plain"),
            ("", b"plain"),
        ] {
            assert_eq!(encoded(&FILE, &given(ACCEPT_ENCODING, accepted)).1, sent, "{accepted}");
        }
    }

    #[test]
    fn what_a_browser_has_is_not_sent_again() {
        for (known, status) in [("\"t\"", 304), ("W/\"t\", \"u\"", 304), ("*", 304), ("\"u\"", 200), ("\"t-br\"", 200)]
        {
            let response = serve(&FILE, &given(IF_NONE_MATCH, known), FOR_EVER);
            assert_eq!(response.status().as_u16(), status, "{known}");
            assert_eq!(response.headers()[ETAG], "\"t\"");
        }
    }
}
