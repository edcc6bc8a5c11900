//! The storage engine: what every engine promises, and what the embedded one
//! adds with its journal and its directory.

#![expect(clippy::panic, reason = "a test fails by panicking, also in its helpers")]

mod bases;
mod compaction;
mod compression;
mod conformance;
mod crash;
mod directory;
mod faults;
mod golden;
mod journal;
mod model;
mod read_only;
mod reads;
mod recovery;
mod scarcity;
mod scrub;
pub(crate) mod support;
