//! Spans as OTLP has them in JSON.
//!
//! Owns the shape (<https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding>): ids are hexadecimal, numbers of 64 bits are texts,
//! kinds and states are numbers.

use opentelemetry::trace::{SpanKind, Status};
use opentelemetry::{Array, KeyValue, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;
use serde_json::{Value as Json, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// A batch of spans of one process.
pub(super) fn batch(resource: &Resource, spans: &[SpanData]) -> Json {
    let attributes: Vec<Json> =
        resource.iter().map(|(key, of)| json!({ "key": key.as_str(), "value": value(of) })).collect();
    let scope = json!({ "name": "runcell", "version": env!("CARGO_PKG_VERSION") });
    let spans: Vec<Json> = spans.iter().map(span).collect();
    json!({ "resourceSpans": [{
        "resource": { "attributes": attributes },
        "scopeSpans": [{ "scope": scope, "spans": spans }],
    }] })
}

fn span(span: &SpanData) -> Json {
    let context = &span.span_context;
    let events = span.events.iter().map(|event| {
        json!({ "timeUnixNano": nanos(event.timestamp), "name": event.name, "attributes": attributes(&event.attributes) })
    });
    let (code, message) = match &span.status {
        Status::Unset => (0, ""),
        Status::Ok => (1, ""),
        Status::Error { description } => (2, &**description),
    };
    let mut json = json!({
        "traceId": context.trace_id().to_string(),
        "spanId": context.span_id().to_string(),
        "name": span.name,
        "kind": kind(&span.span_kind),
        "startTimeUnixNano": nanos(span.start_time),
        "endTimeUnixNano": nanos(span.end_time),
        "attributes": attributes(&span.attributes),
        "droppedAttributesCount": span.dropped_attributes_count,
        "events": events.collect::<Vec<_>>(),
        "status": { "code": code, "message": message },
    });
    if span.parent_span_id != opentelemetry::trace::SpanId::INVALID {
        json["parentSpanId"] = span.parent_span_id.to_string().into();
    }
    let state = context.trace_state().header();
    if !state.is_empty() {
        json["traceState"] = state.into();
    }
    json
}

fn kind(kind: &SpanKind) -> u8 {
    match kind {
        SpanKind::Internal => 1,
        SpanKind::Server => 2,
        SpanKind::Client => 3,
        SpanKind::Producer => 4,
        SpanKind::Consumer => 5,
    }
}

fn nanos(time: SystemTime) -> String {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos().to_string()
}

fn attributes(all: &[KeyValue]) -> Vec<Json> {
    all.iter().map(|one| json!({ "key": one.key.as_str(), "value": value(&one.value) })).collect()
}

fn value(of: &Value) -> Json {
    match of {
        Value::Bool(yes) => json!({ "boolValue": yes }),
        Value::I64(number) => json!({ "intValue": number.to_string() }),
        Value::F64(number) => json!({ "doubleValue": number }),
        Value::Array(array) => json!({ "arrayValue": { "values": list(array) } }),
        other => json!({ "stringValue": other.as_str() }),
    }
}

fn list(array: &Array) -> Vec<Json> {
    match array {
        Array::Bool(all) => all.iter().map(|one| value(&Value::Bool(*one))).collect(),
        Array::I64(all) => all.iter().map(|one| value(&Value::I64(*one))).collect(),
        Array::F64(all) => all.iter().map(|one| value(&Value::F64(*one))).collect(),
        Array::String(all) => all.iter().map(|one| json!({ "stringValue": one.as_str() })).collect(),
        other => vec![json!({ "stringValue": other.to_string() })],
    }
}
