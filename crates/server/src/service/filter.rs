//! Filters of lists: the AIP-160 subset that API.md names, over the fields of
//! the resource as its proto has them.
//!
//! A filter is parsed, checked against the proto and bound to its fields once;
//! what an index can serve is read off it ([`Filter::one_of`]), and the whole
//! of it is asked of every record that the index gives.

mod bind;
mod evaluate;

use aip_160::{FilterError, parse_filter_with_max_depth};
use prost_reflect::{DynamicMessage, FieldDescriptor, MessageDescriptor};

use crate::error::{Error, Reason, Result};

/// Deepest nesting of a filter.
pub const MAX_DEPTH: usize = 10;
/// Most comparisons in a filter.
pub const MAX_TERMS: usize = 50;

/// A filter that is bound to the fields of a resource.
#[derive(Debug)]
pub struct Filter {
    condition: Condition,
}

/// What must hold of a resource.
#[derive(Debug)]
enum Condition {
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
    Test(Test),
}

/// A comparison of one field.
#[derive(Debug)]
struct Test {
    path: Path,
    comparator: Comparator,
    operand: Operand,
}

/// The way to a field: through messages, lists of messages and at most one map.
#[derive(Debug)]
struct Path {
    fields: Vec<FieldDescriptor>,
    /// Key of the map at the end.
    key: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// `:`: an item of a list, a key of a map, or presence; otherwise as `=`.
    Has,
}

/// What a field is compared with, in the field's own type.
#[derive(Debug)]
enum Operand {
    /// `*`: the field is there.
    Present,
    Text {
        core: String,
        open_start: bool,
        open_end: bool,
    },
    Bool(bool),
    Enum(i32),
    /// A number, in billionths: exact for integers and money alike.
    Number(i128),
    /// Seconds and nanoseconds since 1970.
    Instant(i64, i32),
    /// Year, month, day.
    Day(i32, i32, i32),
}

impl Filter {
    /// Parses `text` and binds it to the fields of `message`; an empty text
    /// accepts everything.
    ///
    /// # Errors
    /// [`Error::Fields`] on `filter`, with the column.
    pub fn parse(text: &str, message: &MessageDescriptor) -> Result<Self> {
        let parsed = parse_filter_with_max_depth(text, MAX_DEPTH).map_err(|error| match error {
            FilterError::Syntax { offset, message } => {
                invalid(format!("column {}: {message}", column(text, offset)))
            }
            FilterError::TooDeep { limit } => {
                invalid(format!("is nested deeper than {limit} levels: make it simpler"))
            }
            other => invalid(other.to_string()),
        })?;
        let condition = match &parsed.expression {
            None => Condition::And(Vec::new()),
            Some(expression) => bind::Binder::new(text, message).condition(expression)?,
        };
        Ok(Self { condition })
    }

    /// What both accept.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let parts = [self, other].into_iter().flat_map(|filter| match filter.condition {
            Condition::And(parts) => parts,
            whole => vec![whole],
        });
        Self { condition: Condition::And(parts.collect()) }
    }

    /// Whether it accepts a resource.
    #[must_use]
    pub fn accepts(&self, resource: &DynamicMessage) -> bool {
        evaluate::holds(&self.condition, resource)
    }

    /// Whether it accepts everything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(&self.condition, Condition::And(parts) if parts.is_empty())
    }

    /// The values of which `field` must have one, where the filter says so: of
    /// an enum their numbers as text, of a string the string, of a bool `true`.
    #[must_use]
    pub fn one_of(&self, field: &str) -> Option<Vec<String>> {
        match &self.condition {
            Condition::And(parts) => parts.iter().find_map(|part| part.one_of(field)),
            whole => whole.one_of(field),
        }
    }
}

impl Condition {
    fn one_of(&self, field: &str) -> Option<Vec<String>> {
        match self {
            Self::Test(test) => test.equals(field).map(|value| vec![value]),
            Self::Or(parts) => {
                let values = parts.iter().map(|part| match part {
                    Self::Test(test) => test.equals(field),
                    _ => None,
                });
                values.collect()
            }
            Self::And(_) | Self::Not(_) => None,
        }
    }
}

impl Test {
    /// The only value that `field` can have for the test to hold.
    fn equals(&self, field: &str) -> Option<String> {
        let [only] = self.path.fields.as_slice() else {
            return None;
        };
        let single = self.comparator == Comparator::Equal && self.path.key.is_none();
        // An item of a list is asked for with `:`.
        let item = self.comparator == Comparator::Has && only.is_list();
        if only.name() != field || !(single || item) {
            return None;
        }
        match &self.operand {
            Operand::Text { core, open_start: false, open_end: false } => Some(core.clone()),
            Operand::Enum(number) => Some(number.to_string()),
            Operand::Bool(value) => Some(value.to_string()),
            _ => None,
        }
    }
}

fn invalid(description: impl Into<String>) -> Error {
    Error::field("filter", Reason::FilterInvalid, description)
}

/// The column (from 1, in characters) of a byte offset.
fn column(text: &str, offset: usize) -> usize {
    text.char_indices().take_while(|(at, _)| *at < offset).count() + 1
}
