//! What a meeting decides, and what is to be done after it.

use minicbor::{Decode, Encode};

use crate::domain::date::Date;
use crate::domain::id::Id;

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Decision {
    /// Id within its meeting; none until `Meeting::assign_ids`.
    #[n(1)]
    pub id: Option<Id>,
    /// Number that the office gave it; may be empty.
    #[n(2)]
    #[cbor(skip_if = "String::is_empty")]
    pub number: String,
    /// What was decided.
    #[n(3)]
    pub text: String,
    /// Agenda item it belongs to.
    #[n(4)]
    pub agenda_item: Option<Id>,
    /// Projects it is about.
    #[n(5)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub projects: Vec<Id>,
}

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Action {
    /// Id within its meeting; none until `Meeting::assign_ids`.
    #[n(1)]
    pub id: Option<Id>,
    /// What is to be done.
    #[n(2)]
    pub title: String,
    /// More about it; may be empty.
    #[n(3)]
    #[cbor(skip_if = "String::is_empty")]
    pub description: String,
    /// Organisation that leads.
    #[n(4)]
    pub lead: Id,
    /// Organisations that help.
    #[n(5)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub co_responsible: Vec<Id>,
    /// Day by which it is to be done.
    #[n(6)]
    pub due_date: Option<Date>,
    /// Decision it follows from.
    #[n(7)]
    pub decision: Option<Id>,
    /// Projects it is about.
    #[n(8)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub projects: Vec<Id>,
}
