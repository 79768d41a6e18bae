//! The shell as the client of a server: the same words and the same ends as on one's own machine.

mod harness;
mod hostile;
mod job;
mod life;
mod login;
mod same;
mod tls;
