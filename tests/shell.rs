//! The server's shell: configuration, policy, wire and life cycle.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in its helpers"
)]

mod clock;
mod config;
mod policy;
mod refusals;
mod server;
mod streams;
mod support;
