//! The tests of the whole workspace, in one binary: modules by noun, and
//! `support` for what they share.

mod admin;
mod cli;
mod contract;
mod demo;
mod domain;
mod engine;
mod errors;
mod kill;
mod list;
mod meeting;
mod minutes;
mod project;
mod read_only;
mod reference;
mod report;
mod reporting_period;
mod request_id;
mod retention;
mod review_delegation;
mod search;
mod shell;
mod statistics;
mod support;
mod tidy;
mod training;
