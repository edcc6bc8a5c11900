//! What is searched for: terms, and whether they occur in a text.

use super::flaw::Flaw;
use super::initials;
use super::text::{self, Part};
use crate::error::Reason;

/// Most terms of a query.
pub const MAX_TERMS: usize = 8;
/// Letters of a term that may be initials.
const INITIALS: std::ops::RangeInclusive<usize> = 2..=16;

/// A query: terms that must all occur.
#[derive(Clone, Debug)]
pub struct Query {
    /// The terms, each once.
    pub terms: Vec<Term>,
    /// The whole of it, in normal form.
    pub normal: String,
}

/// A term: what stood between spaces or commas, in normal form.
///
/// It occurs where the text has it, from the beginning of a word on if it
/// begins with one; the last word may go on. Of two to sixteen Latin letters it
/// also occurs where Chinese characters in a row have them as initials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term(String);

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// `QueryInvalid` where there is nothing to search for, or too much.
    pub fn parse(query: &str) -> Result<Self, Flaw> {
        let between = |letter: char| letter.is_whitespace() || ",;，；、。".contains(letter);
        let mut terms: Vec<Term> = Vec::new();
        for piece in query.split(between) {
            let term = Term(text::normal(piece));
            if !term.0.is_empty() && !terms.contains(&term) {
                terms.push(term);
            }
        }
        let refused = |text: String| Err(Flaw::new(Reason::QueryInvalid, text));
        match terms.len() {
            0 => refused(
                "has nothing that can be searched for: give letters, digits or Chinese characters"
                    .to_owned(),
            ),
            1..=MAX_TERMS => Ok(Self { terms, normal: text::normal(query) }),
            count => refused(format!("has {count} terms: give at most {MAX_TERMS}")),
        }
    }
}

impl Term {
    /// Its normal form.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The initials that it may be.
    #[must_use]
    pub fn initials(&self) -> Option<&[u8]> {
        let bytes = self.0.as_bytes();
        let letters = bytes.iter().all(u8::is_ascii_lowercase);
        (letters && INITIALS.contains(&bytes.len())).then_some(bytes)
    }

    /// Whether it occurs in a text in normal form.
    #[must_use]
    pub fn occurs(&self, normal: &str) -> bool {
        self.is_in(normal) || self.initials().is_some_and(|initials| are_in(initials, normal))
    }

    fn is_in(&self, normal: &str) -> bool {
        let begins_word = self.0.chars().next().is_some_and(|letter| !text::is_han(letter));
        let mut before = None;
        normal.char_indices().any(|(at, letter)| {
            let begins = !begins_word || before.is_none_or(|b| b == ' ' || text::is_han(b));
            before = Some(letter);
            begins && normal[at..].starts_with(&self.0)
        })
    }
}

fn are_in(letters: &[u8], normal: &str) -> bool {
    text::parts(normal).any(|part| match part {
        Part::Run(run) => initials::occur(letters, run),
        Part::Word(_) => false,
    })
}
