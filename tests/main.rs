//! The tests of the whole workspace, in one binary: modules by noun, and
//! `support` for what they share.

mod domain;
mod engine;
mod shell;
