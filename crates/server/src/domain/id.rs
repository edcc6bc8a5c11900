//! Ids: the last part of a resource name.

use std::fmt;

use minicbor::{Decode, Encode};
use uuid::Uuid;

use super::flaw::Flaw;
use crate::error::Reason;

/// Most characters of an id. One that a caller chooses has at most 63; that of a
/// report is made of its project's and the month.
pub const MAX_ID: usize = 71;

/// An id: lower-case letters, digits and inner hyphens, 1 to [`MAX_ID`] of
/// them. Ids are ordered by their bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Id(#[n(0)] String);

impl Id {
    /// Reads an id.
    ///
    /// # Errors
    /// `FieldFormat` where it isn't one.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let edge = !text.starts_with('-') && !text.ends_with('-');
        if (1..=MAX_ID).contains(&text.len()) && text.bytes().all(inner) && edge {
            return Ok(Self(text.to_owned()));
        }
        let text = format!(
            "isn't an id: 1 to {MAX_ID} lower-case letters, digits and hyphens, \
             with no hyphen at either end"
        );
        Err(Flaw::new(Reason::FieldFormat, text))
    }

    /// What stands in the place of an id that couldn't be read; it is never
    /// stored.
    #[must_use]
    pub fn unread() -> Self {
        Self("unread".to_owned())
    }

    /// An id made of a UUID: the noun's first letter and 26 characters, which
    /// for a UUID of version 7 are in the order of time (Crockford's base 32).
    #[must_use]
    pub fn made(noun: &str, uuid: Uuid) -> Self {
        const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let number = uuid.as_u128();
        let digit = |at: u32| char::from(DIGITS[(number >> (5 * at) & 31) as usize]);
        let letter = noun.chars().next().unwrap_or('x');
        Self(format!("{letter}-{}", (0..26).rev().map(digit).collect::<String>()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Puts an id in the place of another one in a list, each once.
pub(super) fn rename(ids: &mut Vec<Id>, from: &Id, to: &Id) {
    let had = ids.contains(to);
    ids.retain(|id| !had || id != from);
    ids.iter_mut().filter(|id| *id == from).for_each(|id| id.clone_from(to));
}
