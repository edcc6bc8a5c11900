//! The tests of the whole workspace, in one binary: modules by noun, and
//! `support` for what they share.

mod contract;
mod demo;
mod domain;
mod engine;
mod errors;
mod project;
mod shell;
mod support;
