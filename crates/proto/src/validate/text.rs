//! Rules of strings.

use std::sync::OnceLock;

use regex::Regex;

use crate::v1::{Format, Reason};

/// What a string must be like.
#[derive(Clone, Debug)]
pub struct Text {
    /// It may not be empty.
    pub required: bool,
    /// Fewest characters.
    pub min: usize,
    /// Most characters; 0 leaves the limit to the format.
    pub max: usize,
    /// Pattern that it matches as a whole.
    pub pattern: Option<&'static Pattern>,
    /// Format.
    pub format: Option<Format>,
    /// Collections of which it names a resource, separated by `|`; empty for
    /// none.
    pub resource: &'static str,
    /// Line feeds, carriage returns and tabs are allowed.
    pub multiline: bool,
}

/// A regular expression, compiled when it is first used.
#[derive(Debug)]
pub struct Pattern {
    compiled: OnceLock<Option<Regex>>,
    whole: &'static str,
    /// As it stands in the proto.
    shown: &'static str,
}

type Flaw = (Reason, String);

/// Longest key of a map, in characters.
const MAX_KEY: usize = 63;
/// Most characters of an id that a caller gives a resource.
const MAX_GIVEN_ID: usize = 63;
/// Most characters of an id: some are made of another resource's and a month.
const MAX_MADE_ID: usize = 71;
/// Longest resource name, in characters.
const MAX_NAME: usize = 100;

impl Pattern {
    /// `whole` is the anchored form of `shown`.
    #[must_use]
    pub const fn new(whole: &'static str, shown: &'static str) -> Self {
        Self { compiled: OnceLock::new(), whole, shown }
    }

    fn matches(&self, value: &str) -> bool {
        // A pattern that doesn't compile matches nothing: the test of the
        // descriptor set compiles each.
        let regex = self.compiled.get_or_init(|| Regex::new(self.whole).ok());
        regex.as_ref().is_some_and(|regex| regex.is_match(value))
    }
}

impl Text {
    /// The rule of a map's keys.
    pub(super) fn key(format: Option<Format>) -> Self {
        Self {
            required: true,
            min: 1,
            max: MAX_KEY,
            pattern: None,
            format,
            resource: "",
            multiline: false,
        }
    }

    /// The first rule that `value` breaks.
    pub(super) fn check(&self, value: &str) -> Result<(), Flaw> {
        self.length(value)?;
        self.characters(value)?;
        if let Some(pattern) = self.pattern
            && !pattern.matches(value)
        {
            let text = format!("doesn't have the form {}", pattern.shown);
            return Err((Reason::FieldFormat, text));
        }
        if let Some(format) = self.format
            && !format.matches(value)
        {
            return Err((Reason::FieldFormat, format!("isn't {}", format.described())));
        }
        if !self.resource.is_empty() && !names_resource(value, self.resource) {
            let forms: Vec<String> = self
                .resource
                .split('|')
                .map(|collection| format!("`{collection}/{{id}}`"))
                .collect();
            let text = format!("isn't a resource name of the form {}", forms.join(" or "));
            return Err((Reason::FieldFormat, text));
        }
        Ok(())
    }

    fn length(&self, value: &str) -> Result<(), Flaw> {
        let max = match (self.max, self.resource) {
            (0, "") => Format::MAX,
            (0, _) => MAX_NAME,
            (max, _) => max,
        };
        let length = value.chars().count();
        if length > max {
            let text = format!("has {length} characters: at most {max} are allowed");
            return Err((Reason::FieldTooLong, text));
        }
        if length < self.min {
            let text = format!("has {length} characters: at least {} are needed", self.min);
            return Err((Reason::FieldTooShort, text));
        }
        Ok(())
    }

    fn characters(&self, value: &str) -> Result<(), Flaw> {
        let allowed = |c: char| self.multiline && matches!(c, '\n' | '\t' | '\r');
        if self.required && value.chars().all(is_blank) {
            let text = "has nothing that can be seen: say something, or leave it out";
            return Err((Reason::FieldCharacters, text.to_owned()));
        }
        match value.chars().position(|c| c.is_control() && !allowed(c)) {
            Some(at) => {
                let text = format!("has a control character at position {}: remove it", at + 1);
                Err((Reason::FieldCharacters, text))
            }
            None => Ok(()),
        }
    }
}

impl Format {
    /// Longest string of any format, in characters.
    const MAX: usize = 64;

    fn matches(self, value: &str) -> bool {
        match self {
            Self::Unspecified => true,
            Self::Uuid => is_uuid(value),
            Self::Month => is_month(value),
            Self::ResourceId => is_id(value, MAX_GIVEN_ID),
            Self::Language => is_language(value),
            Self::Uri => is_uri(value),
            Self::Decimal => is_decimal(value),
            Self::TimeZone => is_time_zone(value),
        }
    }

    fn described(self) -> &'static str {
        match self {
            Self::Unspecified => "text",
            Self::Uuid => "a UUID in lower case, such as 0190163d-8694-739b-aea5-966c26f8ad91",
            Self::Month => "a month, such as 2023-06",
            Self::ResourceId => {
                "an id of lower-case letters, digits and inner hyphens, at most 63 characters"
            }
            Self::Language => "a language tag, such as zh or zh-Hant",
            Self::Uri => "an absolute http or https URI without spaces",
            Self::Decimal => "a decimal number, such as -12.5",
            Self::TimeZone => "a time zone, such as Asia/Shanghai",
        }
    }
}

/// White space, and characters without width.
fn is_blank(c: char) -> bool {
    let without_width = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}');
    c.is_whitespace() || without_width
}

/// Whether `value` is `{collection}/{id}` for one of the collections.
fn names_resource(value: &str, collections: &str) -> bool {
    let Some((collection, id)) = value.split_once('/') else {
        return false;
    };
    collections.split('|').any(|known| known == collection) && is_id(id, MAX_MADE_ID)
}

fn is_id(value: &str, most: usize) -> bool {
    let bytes = value.as_bytes();
    let inner = bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-');
    let edge = |b: Option<&u8>| b.is_some_and(|b| *b != b'-');
    inner && bytes.len() <= most && edge(bytes.first()) && edge(bytes.last())
}

fn is_uuid(value: &str) -> bool {
    value.len() == 36
        && value.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

fn is_month(value: &str) -> bool {
    let Some((year, month)) = value.split_once('-') else {
        return false;
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    year.len() == 4
        && digits(year)
        && month.len() == 2
        && digits(month)
        && (1..=12).contains(&month.parse::<u8>().unwrap_or(0))
}

/// `language ["-" part]…`: the form of BCP 47, not its registry.
fn is_language(value: &str) -> bool {
    let mut parts = value.split('-');
    let language = parts.next().unwrap_or_default();
    (2..=8).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

fn is_uri(value: &str) -> bool {
    let rest = value.strip_prefix("https://").or_else(|| value.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        && value.chars().all(|c| !c.is_whitespace() && !matches!(c, '<' | '>' | '"'))
}

fn is_decimal(value: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let number = value.strip_prefix('-').unwrap_or(value);
    match number.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(number),
    }
}

fn is_time_zone(value: &str) -> bool {
    value.split('/').all(|part| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'+'))
    })
}
