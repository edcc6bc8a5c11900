//! What is searched: texts in one normal form, and the tokens that they are
//! found by.
//!
//! The normal form is compatibility decomposition (full width becomes half),
//! lower case, and Latin letters without their marks. What remains are words
//! of letters and digits, and runs of Chinese characters. Nothing stands
//! between a word and a run; a space stands between two words, and between two
//! runs, whatever parted them: `碳化硅（SiC）8-inch` is `碳化硅sic 8 inch`.
//!
//! What is written here is on disk, as the tokens of index entries.

use std::collections::BTreeSet;
use std::mem;

use unicode_normalization::UnicodeNormalization;

use super::kind::Kind;

/// Longest word that is told apart, in bytes; of longer ones the beginning
/// counts.
pub const MAX_WORD_BYTES: usize = 32;

/// Pairs of characters that nearly every title of a project, or name of an
/// organisation, has. They are no tokens of these: their entries would be the
/// most, and would tell the least.
const PROJECTS: [&str; 4] = ["年产", "建设", "生产", "项目"];
const ORGANISATIONS: [&str; 3] = ["有限", "限公", "公司"];

/// What a character is for a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    /// A Chinese character: text of these has no spaces.
    Han,
    /// Any other letter or digit: these make words.
    Word,
    /// What parts words and runs.
    Between,
}

/// The normal form of a text; empty where there is nothing to search for.
#[must_use]
pub fn normal(text: &str) -> String {
    // Most titles need no tables.
    if text.chars().all(is_simple) {
        return joined(text.chars().map(|letter| letter.to_ascii_lowercase()), text.len());
    }
    let letters = text.nfkd().flat_map(char::to_lowercase).nfkd();
    let unmarked = letters.filter(|letter| !('\u{300}'..='\u{36F}').contains(letter));
    joined(unmarked.map(plain).nfc(), text.len())
}

/// Characters that only case makes another of: no marks, no compositions.
const fn is_simple(letter: char) -> bool {
    letter.is_ascii()
        || matches!(letter, '\u{4E00}'..='\u{9FFF}' | '（' | '）' | '，' | '。' | '、' | '“' | '”')
}

fn joined(letters: impl Iterator<Item = char>, about: usize) -> String {
    let mut normal = String::with_capacity(about);
    let (mut last, mut parted) = (Script::Between, false);
    for letter in letters {
        let script = script(letter);
        if script == Script::Between {
            parted = true;
            continue;
        }
        if parted && script == last {
            normal.push(' ');
        }
        normal.push(letter);
        (last, parted) = (script, false);
    }
    normal
}

/// Latin letters whose mark is part of them.
fn plain(letter: char) -> char {
    match letter {
        'ø' => 'o',
        'ł' => 'l',
        'đ' => 'd',
        'ħ' => 'h',
        'ı' => 'i',
        other => other,
    }
}

/// Whether a character is Chinese.
#[must_use]
pub fn is_han(letter: char) -> bool {
    matches!(letter,
        '々' | '〇' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

fn script(letter: char) -> Script {
    if is_han(letter) {
        Script::Han
    } else if letter.is_alphanumeric() {
        Script::Word
    } else {
        Script::Between
    }
}

/// A part of a text in normal form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// A word.
    Word(&'a str),
    /// A run of Chinese characters.
    Run(&'a str),
}

/// The parts of a text in normal form, in its order.
pub fn parts(normal: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = normal;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = script(rest.chars().next()?);
        let end = rest.find(|letter| script(letter) != first).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        rest = after;
        Some(if first == Script::Han { Part::Run(part) } else { Part::Word(part) })
    })
}

/// The word as far as it counts.
#[must_use]
pub fn cut(word: &str) -> &str {
    &word[..word.floor_char_boundary(MAX_WORD_BYTES)]
}

/// The pairs of neighbours in a run.
pub fn pairs(run: &str) -> impl Iterator<Item = &str> {
    let ends = run.char_indices().map(|(at, letter)| (at, at + letter.len_utf8()));
    ends.clone().zip(ends.skip(1)).map(|((start, _), (_, end))| &run[start..end])
}

/// Pairs that aren't tokens of a kind, since nearly all its records have them.
#[must_use]
pub const fn everywhere(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Project => &PROJECTS,
        Kind::Organisation => &ORGANISATIONS,
        _ => &[],
    }
}

/// The tokens of a part: a word itself; of a run its pairs, or the character
/// where it is one alone.
fn tokens(part: Part<'_>) -> Vec<&str> {
    match part {
        Part::Word(word) => vec![cut(word)],
        Part::Run(run) => {
            let pairs: Vec<_> = pairs(run).collect();
            if pairs.is_empty() { vec![run] } else { pairs }
        }
    }
}

/// Texts of one record, in normal form, as far as they are searched.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    texts: Vec<(&'static str, String)>,
    tokens: BTreeSet<String>,
}

impl Texts {
    /// Adds the text of a field, of which as much is searched as `left` tokens
    /// find; they are taken off it.
    pub fn add(&mut self, field: &'static str, text: &str, left: &mut usize) {
        let mut kept = normal(text);
        let mut end = 0;
        for part in parts(&kept) {
            let tokens = tokens(part);
            let (Part::Word(whole) | Part::Run(whole)) = part;
            let start = offset(&kept, whole);
            for token in tokens.into_iter().take(*left) {
                end = match part {
                    Part::Word(word) => start + word.len(),
                    Part::Run(_) => offset(&kept, token) + token.len(),
                };
                *left -= 1;
                self.tokens.insert(token.to_owned());
            }
            if *left == 0 {
                break;
            }
        }
        kept.truncate(end);
        if !kept.is_empty() {
            self.texts.push((field, kept));
        }
    }

    /// The texts, each with its field.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.texts.iter().map(|(field, text)| (*field, text.as_str()))
    }

    /// The tokens that find the record, each once; nothing is left of them.
    #[must_use]
    pub fn take_tokens(&mut self) -> BTreeSet<String> {
        mem::take(&mut self.tokens)
    }
}

/// Where a part of `whole` begins in it.
fn offset(whole: &str, part: &str) -> usize {
    part.as_ptr().addr().saturating_sub(whole.as_ptr().addr())
}
