//! Binding: a parsed filter's names become fields, its literals values of
//! their types.

use aip_160::{Arg, Comparable, Comparator as Parsed, Expression, Member, Restriction, Value};
use outlay_proto::reflect;
use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};

use super::{Comparator, Condition, MAX_TERMS, Operand, Path, Test, column, invalid};
use crate::domain::date::Date;
use crate::domain::instant::Instant;
use crate::error::{Error, Result};

pub(super) struct Binder<'a> {
    text: &'a str,
    message: &'a MessageDescriptor,
    terms: usize,
    /// Where the next comparison is looked for, in bytes: errors name columns,
    /// and what is parsed has none.
    from: usize,
}

impl<'a> Binder<'a> {
    pub(super) fn new(text: &'a str, message: &'a MessageDescriptor) -> Self {
        Self { text, message, terms: 0, from: 0 }
    }

    pub(super) fn condition(&mut self, expression: &Expression) -> Result<Condition> {
        match expression {
            // An exact filter has no ranking: a sequence is a conjunction.
            Expression::And(parts) | Expression::Sequence(parts) => {
                Ok(Condition::And(self.flat(parts)?))
            }
            Expression::Or(parts) => {
                let parts = parts.iter().map(|part| self.condition(part)).collect::<Result<_>>()?;
                Ok(Condition::Or(parts))
            }
            Expression::Not(part) => Ok(Condition::Not(Box::new(self.condition(part)?))),
            Expression::Restriction(restriction) => self.test(restriction).map(Condition::Test),
            Expression::Global(comparable) => {
                let shown = match comparable {
                    Comparable::Member(member) => member.value.as_str(),
                    Comparable::Function(_) => "",
                };
                Err(self.at(shown, "compares nothing: write field, comparator and value"))
            }
        }
    }

    /// Conjunctions within a conjunction are one.
    fn flat(&mut self, parts: &[Expression]) -> Result<Vec<Condition>> {
        let mut flat = Vec::new();
        for part in parts {
            match self.condition(part)? {
                Condition::And(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        Ok(flat)
    }

    fn test(&mut self, restriction: &Restriction) -> Result<Test> {
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(invalid(format!("has more than {MAX_TERMS} comparisons: make it simpler")));
        }
        let Comparable::Member(member) = &restriction.comparable else {
            return Err(invalid("calls a function, and there are none"));
        };
        let shown = member.field_path().unwrap_or_else(|| member.value.as_str().to_owned());
        let path = self.path(member, &shown)?;
        let comparator = match restriction.comparator {
            Parsed::Equal => Comparator::Equal,
            Parsed::NotEqual => Comparator::NotEqual,
            Parsed::LessThan => Comparator::Less,
            Parsed::LessThanOrEqual => Comparator::LessOrEqual,
            Parsed::GreaterThan => Comparator::Greater,
            Parsed::GreaterThanOrEqual => Comparator::GreaterOrEqual,
            Parsed::Has => Comparator::Has,
        };
        let literal = self.literal(&restriction.arg, &shown)?;
        let operand = self.operand(&path, comparator, literal, &shown)?;
        self.from = self.after(&shown);
        Ok(Test { path, comparator, operand })
    }

    fn path(&self, member: &Member, shown: &str) -> Result<Path> {
        let mut message = Some(self.message.clone());
        let mut fields: Vec<FieldDescriptor> = Vec::new();
        let mut names = std::iter::once(&member.value).chain(&member.fields);
        while let Some(name) = names.next() {
            let known = message.as_ref().and_then(|m| m.get_field_by_name(name.as_str()));
            let Some(field) = known else {
                let text = format!("is unknown: there is no field `{}`", name.as_str());
                return Err(self.at(shown, &text));
            };
            message = match field.kind() {
                Kind::Message(inner) if !field.is_map() => Some(inner),
                _ => None,
            };
            let is_map = field.is_map();
            fields.push(field);
            if is_map {
                let key = names.next().map(|key| key.as_str().to_owned());
                if names.next().is_some() {
                    return Err(self.at(shown, "goes on behind the key of a map"));
                }
                return Ok(Path { fields, key });
            }
        }
        Ok(Path { fields, key: None })
    }

    fn literal<'b>(&self, arg: &'b Arg, shown: &str) -> Result<&'b Value> {
        arg.as_value().ok_or_else(|| {
            self.at(shown, "is compared with something that is no single value: put it in quotes")
        })
    }

    fn operand(
        &self,
        path: &Path,
        comparator: Comparator,
        literal: &Value,
        shown: &str,
    ) -> Result<Operand> {
        if comparator == Comparator::Has && !literal.is_quoted() && literal.as_str() == "*" {
            return Ok(Operand::Present);
        }
        let Some(field) = path.fields.last() else {
            return Err(self.at(shown, "is unknown here"));
        };
        if field.is_map() {
            return Ok(text(literal));
        }
        let wrong = |expected: &str| self.at(shown, &format!("must be compared with {expected}"));
        let value = literal.as_str();
        match field.kind() {
            Kind::String => {
                self.check_name(field, literal, shown)?;
                self.ordered(comparator, text(literal), shown)
            }
            Kind::Bool => {
                literal.as_bool().map(Operand::Bool).ok_or_else(|| wrong("true or false"))
            }
            Kind::Int32 | Kind::Int64 | Kind::Uint32 | Kind::Uint64 => {
                billionths(value).map(Operand::Number).ok_or_else(|| wrong("a number"))
            }
            Kind::Enum(kind) => {
                let zero = kind.default_value();
                let prefix = prefix_of(zero.name());
                let found = kind.values().find(|known| {
                    known.name() == value || known.name().strip_prefix(prefix) == Some(value)
                });
                found.map(|known| Operand::Enum(known.number())).ok_or_else(|| {
                    let names: Vec<String> = kind
                        .values()
                        .skip(1)
                        .map(|known| known.name().trim_start_matches(prefix).to_owned())
                        .collect();
                    wrong(&format!("one of {}", names.join(", ")))
                })
            }
            Kind::Message(kind) => match kind.full_name() {
                "google.protobuf.Timestamp" => Instant::parse(value)
                    .map(|instant| Operand::Instant(instant.seconds(), instant.nanos()))
                    .map_err(|_| wrong("an instant such as \"2023-07-28T01:30:00Z\"")),
                "outlay.v1.Date" => Date::parse(value)
                    .map(|day| Operand::Day(day.year(), day.month(), day.day()))
                    .map_err(|_| wrong("a day such as \"2023-07-28\"")),
                "outlay.v1.Money" => billionths(value)
                    .map(Operand::Number)
                    .ok_or_else(|| wrong("a number of currency units")),
                _ => Err(wrong("nothing: name a field within it, or write `:*`")),
            },
            _ => Err(wrong("nothing")),
        }
    }

    /// A field that names a record is compared with a resource name, or with a
    /// part of one.
    fn check_name(&self, field: &FieldDescriptor, literal: &Value, shown: &str) -> Result<()> {
        let collections = reflect::rules(field).resource;
        let value = literal.as_str();
        let part = literal.is_quoted() && (value.starts_with('*') || value.ends_with('*'));
        if collections.is_empty() || part || value.contains('/') || value.is_empty() {
            return Ok(());
        }
        let first = collections.split('|').next().unwrap_or_default();
        let text = format!("must be compared with a resource name, such as \"{first}/{value}\"");
        Err(self.at(shown, &text))
    }

    /// Wildcards have no order.
    fn ordered(&self, comparator: Comparator, operand: Operand, shown: &str) -> Result<Operand> {
        let open = matches!(&operand, Operand::Text { open_start, open_end, .. } if *open_start || *open_end);
        if open && !is_equality(comparator) {
            return Err(self.at(shown, "can't be ordered by a text with `*`"));
        }
        Ok(operand)
    }

    /// Where a field's name stands that comes next.
    fn place_of(&self, shown: &str) -> usize {
        let rest = self.text.get(self.from..).unwrap_or_default();
        self.from + rest.find(shown).unwrap_or(0)
    }

    /// Where the comparison that begins with a field's name ends: behind the
    /// quoted or plain literal after its comparator.
    fn after(&self, shown: &str) -> usize {
        let begin = self.place_of(shown) + shown.len();
        let rest = self.text.get(begin..).unwrap_or_default();
        let literal = rest.find(|c: char| !c.is_whitespace() && !"=!<>:".contains(c));
        let literal = literal.unwrap_or(rest.len());
        let value = &rest[literal..];
        let end = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => end_of_quoted(value, quote),
            _ => value.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(value.len()),
        };
        begin + literal + end
    }

    fn at(&self, shown: &str, what: &str) -> Error {
        let column = column(self.text, self.place_of(shown));
        invalid(format!("column {column}: `{shown}` {what}"))
    }
}

/// Bytes of a quoted text with its quotes.
fn end_of_quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

fn is_equality(comparator: Comparator) -> bool {
    matches!(comparator, Comparator::Equal | Comparator::NotEqual | Comparator::Has)
}

fn text(literal: &Value) -> Operand {
    use aip_160::StringMatch::{Contains, Exact, Prefix, Suffix};
    let (core, open_start, open_end) = match literal.string_match() {
        None => (literal.as_str(), false, false),
        Some(Exact(core)) => (core, false, false),
        Some(Prefix(core)) => (core, false, true),
        Some(Suffix(core)) => (core, true, false),
        Some(Contains(core)) => (core, true, true),
    };
    Operand::Text { core: core.to_owned(), open_start, open_end }
}

/// `PROJECT_STAGE_` of `PROJECT_STAGE_UNSPECIFIED`.
fn prefix_of(zero: &str) -> &str {
    zero.strip_suffix("UNSPECIFIED").unwrap_or_default()
}

/// A decimal number of up to 18 whole and 9 broken digits, in billionths.
fn billionths(text: &str) -> Option<i128> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let (whole, broken) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str, most| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !plain(whole, 18) || !plain(broken, 9) {
        return None;
    }
    let padded = format!("{broken:0<9}");
    Some(sign * (whole.parse::<i128>().ok()? * 1_000_000_000 + padded.parse::<i128>().ok()?))
}
