//! What a value must look like in Markdown to be nothing but text.

use std::fmt::{self, Write};

use askama::filters::Escaper;

/// Escapes values of templates that end in `.md` (`askama.toml` names it).
///
/// A value never begins a line of ours, but it may begin a list item or a cell;
/// so what would open a block there is escaped at its beginning, and its own
/// lines are parted by `<br>`.
#[derive(Clone, Copy, Debug)]
pub(in crate::service) struct Markdown;

impl Escaper for Markdown {
    fn write_escaped_str<W: Write>(&self, mut dest: W, text: &str) -> fmt::Result {
        for (at, letter) in text.char_indices() {
            let before = || text[..at].trim_start();
            match letter {
                '&' => dest.write_str("&amp;")?,
                '<' => dest.write_str("&lt;")?,
                '>' => dest.write_str("&gt;")?,
                '\n' => dest.write_str("<br>")?,
                '\r' => {}
                '\t' => dest.write_char(' ')?,
                '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '@' | '!' | '$' => {
                    write!(dest, "\\{letter}")?;
                }
                '+' | '-' | '=' if before().is_empty() => write!(dest, "\\{letter}")?,
                '.' | ')' if is_number(before()) && ends_word(text, at) => {
                    write!(dest, "\\{letter}")?;
                }
                // Many programs make links of bare addresses.
                ':' if text[at..].starts_with("://") => dest.write_str("\\:")?,
                '.' if before().ends_with("www") => dest.write_str("\\.")?,
                letter => dest.write_char(letter)?,
            }
        }
        Ok(())
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether nothing or a space follows the sign at a place.
fn ends_word(text: &str, at: usize) -> bool {
    text[at..].chars().nth(1).is_none_or(char::is_whitespace)
}
