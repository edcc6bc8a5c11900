//! Industries: the tree of GB/T 4754, in which a code says where it stands.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

use crate::domain::id::Id;
use crate::domain::kind::{Kind, Reference, References};
use crate::domain::numbered::numbered;
use crate::error::{Reason, Violations};

numbered! {
    /// Level of an industry, derived from its code.
    IndustryLevel {
        /// A section: one letter.
        Section = 1 "SECTION",
        /// A division: two digits.
        Division = 2 "DIVISION",
        /// A group: three digits.
        Group = 3 "GROUP",
        /// A class: four digits.
        Class = 4 "CLASS",
    }
}

impl IndustryLevel {
    /// The level of a code; none where it isn't a capital or two to four digits.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        let digits = code.bytes().all(|byte| byte.is_ascii_digit());
        match code.len() {
            1 if code.bytes().all(|byte| byte.is_ascii_uppercase()) => Some(Self::Section),
            2 if digits => Some(Self::Division),
            3 if digits => Some(Self::Group),
            4 if digits => Some(Self::Class),
            _ => None,
        }
    }
}

/// The division that an industry belongs to, or is; a section, which stands
/// above them, is told as itself. Ids of industries are their codes.
#[must_use]
pub fn division(industry: &Id) -> Id {
    let code = industry.as_str();
    let is_below = IndustryLevel::of(code) > Some(IndustryLevel::Division);
    let division = code.get(..2).filter(|_| is_below).and_then(|code| Id::parse(code).ok());
    division.unwrap_or_else(|| industry.clone())
}

/// An industry.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Industry {
    /// Code: a letter, or two to four digits.
    #[n(8)]
    pub code: String,
    /// Name, as it is printed.
    #[n(9)]
    pub display_name: String,
    /// Names in other languages, by language tag.
    #[n(10)]
    #[cbor(skip_if = "BTreeMap::is_empty")]
    pub localized_names: BTreeMap<String, String>,
    /// Industry above it; none for a section.
    #[n(12)]
    pub parent: Option<Id>,
}

impl Industry {
    /// The level, from the code; none where the code has no level.
    #[must_use]
    pub fn level(&self) -> Option<IndustryLevel> {
        IndustryLevel::of(&self.code)
    }

    /// Checks the industry. Ids of industries are their codes in lower case, so
    /// the code alone says what it stands below.
    pub fn check(&self, v: &mut Violations) {
        let Some(level) = self.level() else {
            let text = "isn't a code of GB/T 4754: a capital letter, or two to four digits";
            v.add("code", Reason::FieldFormat, text);
            return;
        };
        match (level, &self.parent) {
            (IndustryLevel::Section, None) => {}
            (IndustryLevel::Section, Some(_)) => {
                let text = format!("must be empty: code {} is a section's", self.code);
                v.add("parent", Reason::FieldContradiction, text);
            }
            (_, None) => {
                let text = format!("is required: code {} stands below {}", self.code, self.above());
                v.add("parent", Reason::FieldRequired, text);
            }
            (_, Some(parent)) if !self.is_below(level, parent) => {
                let text =
                    format!("is {parent}, but code {} stands below {}", self.code, self.above());
                v.add("parent", Reason::FieldContradiction, text);
            }
            (_, Some(_)) => {}
        }
    }

    /// The records it names.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        References::default().one("parent", Kind::Industry, &self.parent).take()
    }

    fn is_below(&self, level: IndustryLevel, parent: &Id) -> bool {
        let parent = parent.as_str().to_ascii_uppercase();
        match level {
            IndustryLevel::Division => IndustryLevel::of(&parent) == Some(IndustryLevel::Section),
            _ => self.code.strip_prefix(&parent).is_some_and(|rest| rest.len() == 1),
        }
    }

    /// What it stands below: `a section`, `code 13`.
    fn above(&self) -> String {
        match self.code.get(..self.code.len().saturating_sub(1)) {
            Some(above) if above.len() >= 2 => format!("code {above}"),
            _ => "a section".to_owned(),
        }
    }
}
