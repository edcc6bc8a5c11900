//! Editions: tables of figures as they were published.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

use super::id::Id;
use super::period::Period;

/// A published table. It never changes.
///
/// It is a document: what was asked and what was answered are kept as they went
/// over the wire, in the encoding of the protos, whose numbers are never used
/// again. So it can be read as long as the protos can.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Edition {
    /// Title.
    #[n(10)]
    pub title: String,
    /// Which table it is an edition of.
    #[n(11)]
    pub table: Id,
    /// What was asked for.
    #[n(12)]
    pub query: ByteVec,
    /// Period of the figures.
    #[n(13)]
    pub period: Period,
    /// Its number among those of the same table and period, from 1.
    #[n(14)]
    pub number: u32,
    /// What was answered.
    #[n(15)]
    pub answer: ByteVec,
    /// Remark; may be empty.
    #[n(16)]
    #[cbor(skip_if = "String::is_empty")]
    pub note: String,
}
