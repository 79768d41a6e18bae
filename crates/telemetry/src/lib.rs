//! Metrics and traces: the view that a process gives of its work to those who watch it.
//!
//! Owns the names of metrics and the two ways out: the text that Prometheus reads, and spans sent over OTLP. Whoever does something
//! records it; the service asks for the text, and the program begins to send. Everything here is of the process and knows no
//! caller. Lines of the log are the program's.
//!
//! **Invariant:** labels have few values, which the site decides: never a path, a name or an id of a caller.

pub mod metric;
pub mod trace;
