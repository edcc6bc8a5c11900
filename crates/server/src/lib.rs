//! Outlay's server: everything behind `outlayd`.
//!
//! Modules stand in reading order: `main → server → service → {access, store,
//! domain}`, `store → {engine, domain}`, `domain → error`. `ARCHITECTURE.md`
//! has the map.

pub mod config;
pub mod logging;
pub mod server;
pub mod wire;

pub mod access;
pub mod demo;
mod jobs;
pub mod service;

pub mod store;

pub mod engine;

pub mod domain;

pub mod clock;
pub mod error;
