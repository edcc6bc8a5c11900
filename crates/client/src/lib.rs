//! The Rust client of Outlay: [`Client`] speaks to a server, [`Error`] says
//! why it refused, [`page`] walks through lists, and [`cli`] is the program
//! `outlay`.
//!
//! Messages and stubs are those of `outlay_proto::v1`.

pub mod client;

mod dynamic;

pub mod error;

pub mod retry;

pub mod page;

pub mod json;

pub mod cli;

pub use client::Client;
pub use error::{Error, Refusal};
