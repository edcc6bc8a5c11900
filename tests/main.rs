//! The tests of the whole workspace, in one binary: modules by noun, and
//! `support` for what they share.

mod action;
mod admin;
mod cli;
mod contract;
mod decision;
mod demo;
mod domain;
mod engine;
mod errors;
mod kill;
mod list;
mod meeting;
mod meeting_series;
mod meeting_template;
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
