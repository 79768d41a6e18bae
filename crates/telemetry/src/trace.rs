//! Traces: spans of this process as parts of what a caller traces.
//!
//! Owns how a trace comes in and goes on (the `traceparent` of W3C Trace Context), and their way out (`export`). Spans are those of
//! `tracing`; where nothing is exported, all of this does nothing.

mod encode;
mod export;

pub use export::{ExportError, Exporter, endpoint};

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The name under which HTTP headers and the `_meta` of MCP carry a trace.
pub const TRACEPARENT: &str = "traceparent";
/// Beside it: what other systems add to a trace.
pub const TRACESTATE: &str = "tracestate";

/// The longest state that is passed on, in bytes; the standard asks for as many.
const LONGEST_STATE: usize = 512;

/// Makes a span a part of the trace that a caller names. A text that names none is left out, as the standard wants it.
pub fn continue_from(span: &Span, traceparent: &str, tracestate: Option<&str>) {
    if let Some(parent) = parse(traceparent, tracestate) {
        // Where nothing is exported there is nothing to continue.
        let _ = span.set_parent(Context::new().with_remote_span_context(parent));
    }
}

/// Adds to a span what traces tell and lines of the log do not.
pub fn describe(span: &Span, pairs: &[(&'static str, &str)]) {
    for (key, value) in pairs {
        span.set_attribute(*key, (*value).to_owned());
    }
}

/// How a trace is passed on to whoever works for this span; `None` where nothing is exported.
#[must_use]
pub fn traceparent(span: &Span) -> Option<String> {
    let context = span.context();
    let at = context.span().span_context().clone();
    at.is_valid().then(|| format!("00-{}-{}-{:02x}", at.trace_id(), at.span_id(), at.trace_flags().to_u8()))
}

fn parse(traceparent: &str, tracestate: Option<&str>) -> Option<SpanContext> {
    let mut parts = traceparent.trim().split('-');
    let [version, trace, span, flags] = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
    let hex = |text: &str, length| text.len() == length && text.bytes().all(|byte| b"0123456789abcdef".contains(&byte));
    // Later versions may add parts; the first one has four.
    let whole = hex(version, 2) && version != "ff" && (version != "00" || parts.next().is_none());
    if !whole || !hex(trace, 32) || !hex(span, 16) || !hex(flags, 2) {
        return None;
    }
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()? & 1);
    let state = tracestate.filter(|text| text.len() <= LONGEST_STATE).and_then(|text| text.parse().ok());
    let (trace, span) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?);
    let context = SpanContext::new(trace, span, flags, true, state.unwrap_or(TraceState::NONE));
    context.is_valid().then_some(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traceparent_is_read_as_the_standard_has_it() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let context = parse(good, Some("a=1,b=2")).expect("good");
        assert_eq!(context.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert!(context.is_sampled() && context.is_remote());
        assert_eq!(context.trace_state().get("b"), Some("2"));
        assert!(parse(&format!("01{}-more", &good[2..]), None).is_some(), "a later version");
        for bad in [
            "",
            "00",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "00-4bf92f3577b34da6a3ce929d0e0e473ü-00f067aa0ba902b7-01",
        ] {
            assert!(parse(bad, None).is_none(), "{bad}");
        }
    }
}
