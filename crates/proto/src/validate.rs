//! Checks of a message's fields against the rules in `annotations.proto`.
//!
//! build.rs generates a [`Validate`] per message, whose statements are the
//! methods of [`Violations`] here. All violations are collected, not only the
//! first. Rules that need the store, such as a region that exists, are the
//! server's.

mod text;

use std::collections::BTreeMap;
use std::fmt::Display;

use prost::Message;
use prost_types::{FieldMask, Timestamp};

pub use crate::v1::Reason;
pub use text::{Pattern, Text};

/// Most violations that are kept; the rest is counted.
pub const MAX_VIOLATIONS: usize = 100;
/// Most paths of an update mask.
pub const MAX_MASK_PATHS: usize = 100;
/// Longest path of an update mask, in characters.
pub const MAX_MASK_PATH: usize = 200;

/// 0001-01-01T00:00:00Z, in seconds since 1970.
const MIN_SECONDS: i64 = -62_135_596_800;
/// 9999-12-30T22:00:00Z: what is later isn't in the year 9999 everywhere.
const MAX_SECONDS: i64 = 253_402_207_200;

/// A message that can check its fields.
pub trait Validate {
    /// Adds a violation for every field that breaks a rule.
    fn validate(&self, v: &mut Violations);
}

/// A field that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Path from the request: `project.milestones[2].title`.
    pub field: String,
    /// Why.
    pub reason: Reason,
    /// What is wrong, and what to do; a sentence without a full stop.
    pub description: String,
}

/// How many items a list or map may have.
#[derive(Clone, Copy, Debug)]
pub struct List {
    /// It may not be empty.
    pub required: bool,
    /// Fewest items.
    pub min: usize,
    /// Most items; 0 sets no limit.
    pub max: usize,
    /// No two are the same.
    pub unique: bool,
}

/// What was found so far, and where the check stands.
#[derive(Clone, Debug, Default)]
pub struct Violations {
    found: Vec<Violation>,
    omitted: usize,
    path: String,
    partial: bool,
}

impl Violations {
    /// Nothing found yet, at the request itself.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// How many were found.
    #[must_use]
    pub fn len(&self) -> usize {
        self.found.len() + self.omitted
    }

    /// The first [`MAX_VIOLATIONS`], in the order of the checks.
    #[must_use]
    pub fn as_slice(&self) -> &[Violation] {
        &self.found
    }

    /// Adds one for `field`, which is named from where the check stands. Where
    /// there is one already, of the field, of what it stands in, or of what
    /// stands in it, that is kept alone: what follows is its consequence.
    pub fn add(&mut self, field: &str, reason: Reason, description: impl Into<String>) {
        let field = joined(&self.path, field);
        if self.found.iter().any(|known| is_same_or_within(&known.field, &field)) {
            return;
        }
        if self.found.len() == MAX_VIOLATIONS {
            self.omitted += 1;
            return;
        }
        let description = description.into();
        self.found.push(Violation { field, reason, description });
    }

    /// Adds one for a required field that is missing.
    pub fn missing(&mut self, field: &str) {
        if !self.partial {
            self.add(field, Reason::FieldRequired, "is required");
        }
    }

    /// Adds all that was found elsewhere.
    pub fn join(&mut self, found: &Self) {
        for one in &found.found {
            self.add(&one.field, one.reason, one.description.as_str());
        }
    }

    /// Adds all that was found elsewhere within `field`, as if found here.
    pub fn join_within(&mut self, found: &Self, field: &str) {
        for one in &found.found {
            let inner = one.field.strip_prefix(field).and_then(|rest| rest.strip_prefix('.'));
            self.add(inner.unwrap_or(&one.field), one.reason, one.description.as_str());
        }
    }

    /// Checks within `field`.
    pub fn within<T>(&mut self, field: &str, check: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.path.len();
        self.path = joined(&self.path, field);
        let result = check(self);
        self.path.truncate(before);
        result
    }

    /// Checks within the item of a list.
    pub fn within_item<T>(
        &mut self,
        field: &str,
        index: usize,
        check: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.within(&format!("{field}[{index}]"), check)
    }

    /// A string.
    pub fn string(&mut self, field: &str, value: &str, rule: &Text) {
        if value.is_empty() {
            if rule.required {
                self.missing(field);
            }
            return;
        }
        if let Err((reason, description)) = rule.check(value) {
            self.add(field, reason, description);
        }
    }

    /// A list of strings.
    pub fn strings(&mut self, field: &str, values: &[String], rule: &Text, list: &List) {
        if !self.count(field, values.len(), list) {
            return;
        }
        let rule = Text { required: true, ..rule.clone() };
        for (index, value) in values.iter().enumerate() {
            self.string(&format!("{field}[{index}]"), value, &rule);
        }
        if list.unique {
            self.each_once(field, values);
        }
    }

    /// A list of enums, of which none is the unspecified one.
    pub fn enumerations<E: TryFrom<i32>>(&mut self, field: &str, values: &[i32], list: &List) {
        if !self.count(field, values.len(), list) {
            return;
        }
        for (index, value) in values.iter().enumerate() {
            self.enumeration::<E>(&format!("{field}[{index}]"), *value, true);
        }
        if list.unique {
            self.each_once(field, values);
        }
    }

    /// A list of numbers.
    pub fn numbers(
        &mut self,
        field: &str,
        values: &[i32],
        (min, max): (Option<i64>, Option<i64>),
        list: &List,
    ) {
        if !self.count(field, values.len(), list) {
            return;
        }
        for (index, value) in values.iter().enumerate() {
            self.number(&format!("{field}[{index}]"), i64::from(*value), min, max);
        }
        if list.unique {
            self.each_once(field, values);
        }
    }

    fn each_once<T: Eq + std::hash::Hash>(&mut self, field: &str, values: &[T]) {
        let mut seen = std::collections::HashMap::new();
        for (index, value) in values.iter().enumerate() {
            if let Some(first) = seen.insert(value, index) {
                let text = format!("stands at {first} already: remove one");
                self.add(&format!("{field}[{index}]"), Reason::FieldDuplicate, text);
            }
        }
    }

    /// A map of strings: `rule` is about its values, its format about its keys.
    pub fn map(
        &mut self,
        field: &str,
        values: &BTreeMap<String, String>,
        rule: &Text,
        list: &List,
    ) {
        if !self.count(field, values.len(), list) {
            return;
        }
        let key_rule = Text::key(rule.format);
        let value_rule = Text { required: true, format: None, ..rule.clone() };
        for (key, value) in values {
            match key_rule.check(key) {
                Ok(()) => self.string(&format!("{field}[{key:?}]"), value, &value_rule),
                // The key isn't repeated: it may be anything.
                Err((reason, text)) => self.add(field, reason, format!("has a key that {text}")),
            }
        }
    }

    /// A list of messages.
    pub fn messages<M: Validate>(&mut self, field: &str, values: &[M], list: &List) {
        if !self.count(field, values.len(), list) {
            return;
        }
        for (index, value) in values.iter().enumerate() {
            self.within_item(field, index, |v| value.validate(v));
        }
    }

    /// A list of points in time.
    pub fn timestamps(&mut self, field: &str, values: &[Timestamp], list: &List) {
        if !self.count(field, values.len(), list) {
            return;
        }
        for (index, value) in values.iter().enumerate() {
            self.timestamp(&format!("{field}[{index}]"), Some(value), true);
        }
    }

    /// A message; what a `partial` one lacks isn't missed.
    pub fn message<M: Validate>(
        &mut self,
        field: &str,
        value: Option<&M>,
        required: bool,
        partial: bool,
    ) {
        match value {
            Some(value) => {
                let before = self.partial;
                self.partial = before || partial;
                self.within(field, |v| value.validate(v));
                self.partial = before;
            }
            None if required => self.missing(field),
            None => {}
        }
    }

    /// Bytes.
    pub fn bytes(&mut self, field: &str, value: &[u8], max: usize, required: bool) {
        if value.is_empty() && required {
            self.missing(field);
        }
        if value.len() > max {
            let text = format!("has {} bytes: at most {max} are allowed", value.len());
            self.add(field, Reason::FieldTooLong, text);
        }
    }

    /// A number.
    pub fn number(&mut self, field: &str, value: i64, min: Option<i64>, max: Option<i64>) {
        // In a partial message zero may mean that the field isn't given.
        if self.partial && value == 0 {
            return;
        }
        let low = min.is_some_and(|min| value < min);
        let high = max.is_some_and(|max| value > max);
        if low || high {
            let text = format!("is {value}: it must be {}", between(min, max));
            self.add(field, Reason::FieldOutOfRange, text);
        }
    }

    /// An enum: one of its named values.
    pub fn enumeration<E: TryFrom<i32>>(&mut self, field: &str, value: i32, required: bool) {
        if E::try_from(value).is_err() {
            let text = format!("is {value}, which this server doesn't know: it may be older");
            self.add(field, Reason::FieldEnumUnknown, text);
        } else if value == 0 && required {
            self.missing(field);
        }
    }

    /// An instant that can be shown in every time zone.
    pub fn timestamp(&mut self, field: &str, value: Option<&Timestamp>, required: bool) {
        match value {
            Some(value) => {
                let seconds = (MIN_SECONDS..=MAX_SECONDS).contains(&value.seconds);
                if !seconds || !(0..1_000_000_000).contains(&value.nanos) {
                    let text = "isn't an instant from 0001-01-01T00:00:00Z to \
                                9999-12-30T22:00:00Z with nanos from 0 to 999,999,999";
                    self.add(field, Reason::FieldOutOfRange, text);
                }
            }
            None if required => self.missing(field),
            None => {}
        }
    }

    /// An update mask: its length only; its paths are checked where it is
    /// applied.
    pub fn mask(&mut self, field: &str, value: Option<&FieldMask>) {
        let Some(mask) = value else { return };
        if mask.paths.len() > MAX_MASK_PATHS || mask.encoded_len() > MAX_MASK_PATHS * MAX_MASK_PATH
        {
            let text = format!(
                "has more than {MAX_MASK_PATHS} paths, or paths longer than {MAX_MASK_PATH} characters"
            );
            self.add(field, Reason::FieldTooLong, text);
        }
    }

    /// Whether a list's length is right; its items are only looked at then.
    fn count(&mut self, field: &str, len: usize, list: &List) -> bool {
        if len == 0 {
            if list.required {
                self.missing(field);
            }
            return true;
        }
        if list.max > 0 && len > list.max {
            let text = format!("has {len} items: at most {} are allowed", list.max);
            self.add(field, Reason::FieldTooLong, text);
            return false;
        }
        if len < list.min {
            let text = format!("has {len} items: at least {} are needed", list.min);
            self.add(field, Reason::FieldTooShort, text);
        }
        true
    }
}

/// Whether one of two paths leads to the other's field or into it.
fn is_same_or_within(left: &str, right: &str) -> bool {
    let (outer, inner) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    let rest = inner.strip_prefix(outer);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn joined(path: &str, field: &str) -> String {
    match (path, field) {
        ("", field) => field.to_owned(),
        (path, "") => path.to_owned(),
        (path, field) => format!("{path}.{field}"),
    }
}

fn between(min: Option<i64>, max: Option<i64>) -> String {
    let shown = |bound: &dyn Display| bound.to_string();
    match (min, max) {
        (Some(min), Some(max)) => format!("from {} to {}", shown(&min), shown(&max)),
        (Some(min), None) => format!("{} or more", shown(&min)),
        (None, Some(max)) => format!("{} or less", shown(&max)),
        (None, None) => String::new(),
    }
}
