//! The description of the API: as a document for programs, and as a page for people.
//!
//! Owns both answers. They are made once, when the server starts.

use crate::admission::Access;
use crate::page;
use crate::row::Row;
use aide::NoApi;
use aide::axum::routing::get_with;
use axum::extract::Extension;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use runcell_model::caller::Operation;
use serde_json::Value;
use std::sync::Arc;

/// The description, as it is sent.
pub(crate) struct Document {
    json: Bytes,
    page: Bytes,
}

impl Document {
    pub(crate) fn new(document: &Value) -> Self {
        let json = serde_json::to_vec_pretty(document).unwrap_or_default().into();
        Self { json, page: page::page(document).into() }
    }
}

pub(crate) fn rows() -> Vec<Row> {
    let row = |path, words, router| Row::new(path, Operation::ReadRuntimes, words, router).access(Access::Open);
    let document = get_with(openapi, |mut operation| {
        crate::document::also(operation.inner_mut(), 200, "application/json", "The document.");
        operation
    });
    let page = get_with(docs, |mut operation| {
        crate::document::also(operation.inner_mut(), 200, "text/html; charset=utf-8", "The page.");
        operation
    });
    vec![
        row("/api/openapi.json", ("getOpenApi", "system", "This description, as OpenAPI 3.1."), document),
        row("/api/docs", ("getDocs", "system", "This description, as a page."), page),
    ]
}

async fn openapi(NoApi(Extension(document)): NoApi<Extension<Arc<Document>>>) -> NoApi<Response> {
    NoApi(([(CONTENT_TYPE, "application/json")], document.json.clone()).into_response())
}

async fn docs(NoApi(Extension(document)): NoApi<Extension<Arc<Document>>>) -> NoApi<Response> {
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, page::POLICY)];
    NoApi((headers, document.page.clone()).into_response())
}
