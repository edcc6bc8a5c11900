//! Asking a bound filter of a resource.
//!
//! A path through a list holds where it holds for one of the items. A field
//! that isn't there satisfies no comparison but `!=`.

use std::cmp::Ordering;

use prost_reflect::{DynamicMessage, FieldDescriptor, MapKey, Value};

use super::{Comparator, Condition, Operand, Test};

pub(super) fn holds(condition: &Condition, resource: &DynamicMessage) -> bool {
    match condition {
        Condition::And(parts) => parts.iter().all(|part| holds(part, resource)),
        Condition::Or(parts) => parts.iter().any(|part| holds(part, resource)),
        Condition::Not(part) => !holds(part, resource),
        Condition::Test(test) if test.comparator == Comparator::NotEqual => {
            !test.along(resource, &test.path.fields, Comparator::Equal)
        }
        Condition::Test(test) => test.along(resource, &test.path.fields, test.comparator),
    }
}

impl Test {
    fn along(
        &self,
        message: &DynamicMessage,
        fields: &[FieldDescriptor],
        comparator: Comparator,
    ) -> bool {
        let Some((field, rest)) = fields.split_first() else {
            return false;
        };
        if field.supports_presence() && !message.has_field(field) {
            return false;
        }
        let value = message.get_field(field);
        match value.as_ref() {
            Value::List(items) => items.iter().any(|item| self.onward(item, rest, comparator)),
            Value::Map(entries) => match &self.path.key {
                Some(key) => entries
                    .get(&MapKey::String(key.clone()))
                    .is_some_and(|value| self.compares(value, comparator)),
                None => match &self.operand {
                    Operand::Present => !entries.is_empty(),
                    _ => entries.keys().any(|key| {
                        key.as_str().is_some_and(|key| {
                            self.compares(&Value::String(key.to_owned()), Comparator::Equal)
                        })
                    }),
                },
            },
            value => self.onward(value, rest, comparator),
        }
    }

    fn onward(&self, value: &Value, rest: &[FieldDescriptor], comparator: Comparator) -> bool {
        match value {
            Value::Message(inner) if !rest.is_empty() => self.along(inner, rest, comparator),
            value => self.compares(value, comparator),
        }
    }

    fn compares(&self, value: &Value, comparator: Comparator) -> bool {
        if matches!(self.operand, Operand::Present) {
            return match value {
                Value::String(text) => !text.is_empty(),
                Value::EnumNumber(number) => *number != 0,
                _ => true,
            };
        }
        if let (Operand::Text { core, open_start, open_end }, Value::String(text)) =
            (&self.operand, value)
            && matches!(comparator, Comparator::Equal | Comparator::Has)
        {
            return matches(text, core, *open_start, *open_end);
        }
        let Some(order) = self.order(value) else {
            return false;
        };
        match comparator {
            Comparator::Equal | Comparator::Has => order == Ordering::Equal,
            Comparator::NotEqual => order != Ordering::Equal,
            Comparator::Less => order == Ordering::Less,
            Comparator::LessOrEqual => order != Ordering::Greater,
            Comparator::Greater => order == Ordering::Greater,
            Comparator::GreaterOrEqual => order != Ordering::Less,
        }
    }

    /// How a value stands to the operand.
    fn order(&self, value: &Value) -> Option<Ordering> {
        match (&self.operand, value) {
            (Operand::Text { core, .. }, Value::String(text)) => Some(text.as_str().cmp(core)),
            (Operand::Bool(wanted), Value::Bool(value)) => Some(value.cmp(wanted)),
            (Operand::Enum(wanted), Value::EnumNumber(value)) => Some(value.cmp(wanted)),
            (Operand::Number(wanted), value) => number(value).map(|number| number.cmp(wanted)),
            (Operand::Instant(seconds, nanos), Value::Message(value)) => {
                let part = |name| integer(value, name);
                Some((part("seconds"), part("nanos")).cmp(&(*seconds, i64::from(*nanos))))
            }
            (Operand::Day(year, month, day), Value::Message(value)) => {
                let part = |name| integer(value, name);
                let wanted = (i64::from(*year), i64::from(*month), i64::from(*day));
                Some((part("year"), part("month"), part("day")).cmp(&wanted))
            }
            _ => None,
        }
    }
}

fn matches(text: &str, core: &str, open_start: bool, open_end: bool) -> bool {
    match (open_start, open_end) {
        (false, false) => text == core,
        (false, true) => text.starts_with(core),
        (true, false) => text.ends_with(core),
        (true, true) => text.contains(core),
    }
}

/// A number or an amount of money, in billionths.
fn number(value: &Value) -> Option<i128> {
    match value {
        Value::I32(value) => Some(i128::from(*value) * 1_000_000_000),
        Value::I64(value) => Some(i128::from(*value) * 1_000_000_000),
        Value::U32(value) => Some(i128::from(*value) * 1_000_000_000),
        Value::U64(value) => Some(i128::from(*value) * 1_000_000_000),
        Value::Message(money) => {
            let units = i128::from(integer(money, "units"));
            Some(units * 1_000_000_000 + i128::from(integer(money, "nanos")))
        }
        _ => None,
    }
}

fn integer(message: &DynamicMessage, field: &str) -> i64 {
    match message.get_field_by_name(field).as_deref() {
        Some(Value::I64(value)) => *value,
        Some(Value::I32(value)) => i64::from(*value),
        _ => 0,
    }
}
