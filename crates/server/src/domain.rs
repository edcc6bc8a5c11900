//! The rules: what a record is, when it is right, and how it may change.
//!
//! Everything here is pure and synchronous: no clock, no store, no wire. What a
//! rule needs to know of other records, or of the time, is passed in.
//!
//! The types of the records are the stored ones as well. Each is a CBOR map
//! whose keys are the numbers of the fields in the proto, so a field that was
//! added later is absent in old data and unknown ones are skipped. A number is
//! never used again. What the store itself keeps of a record (name, uid, times,
//! etag, revision) isn't part of them, and what can be derived is a method.

pub mod flaw;
pub mod id;
pub mod kind;
mod numbered;
pub mod stored;

pub mod date;
pub mod decimal;
pub mod instant;
pub mod money;
pub mod month;
pub mod period;
pub mod validity;
pub mod zone;

pub mod common;
pub mod credit_code;
pub mod project_code;

pub mod initials;
pub mod query;
pub mod text;

pub mod machine;
pub mod reporting_period;
pub mod review_delegation;
pub mod review_level;
pub mod tree;

pub mod action;
pub mod decision;
pub mod edition;
pub mod meeting;
pub mod meeting_series;
pub mod meeting_template;
pub mod minutes;
pub mod observation;
pub mod project;
pub mod reference;
pub mod report;
pub mod statistics;
pub mod target;
pub mod training;
