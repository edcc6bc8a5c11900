//! Tests of the rules: no server, no store, no clock.

// Always so; said here so that the lints know helpers for tests, too.
#![cfg(test)]

mod codes;
mod dated;
mod decimal;
mod duplicate;
mod expected;
mod following;
mod held;
mod light;
mod machine;
mod meeting;
mod meeting_state;
mod minutes;
mod money;
mod numbers;
mod observation;
mod period;
mod project;
mod reference;
mod reporting_period;
mod review_delegation;
mod sample;
mod stage;
mod stage_record;
mod stored;
mod target;
mod text;
mod training;
mod tree;
mod values;
