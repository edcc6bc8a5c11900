//! Titles as they are compared, and how near two of them are.
//!
//! Neither title may contradict the other by a number. A phase (`二期`, `phase II`)
//! must be the same, and a title without one means the first; of the other
//! numbers (`2023年`, `3号`, `12英寸`, a single letter as in `B区`) one title may lack
//! what the other has, but not each something that the other has. What is left
//! of them is near by the share of pairs of neighbouring letters that both have
//! (L. R. Dice, Ecology 26, 1945). Words that nearly every title has (`项目`) tell
//! nothing and don't count.
//!
//! A [`Sketch`] of a title is small enough for an index entry, and tells of most
//! others at once that they aren't near.

use std::collections::BTreeSet;

use crate::domain::kind::Kind;
use crate::domain::text::{self, Part};

/// Thousandths of the pairs of two titles that are shared, where they are near.
pub const MIN_NEARNESS: u32 = 750;
/// Bytes of a sketch.
pub const SKETCH_BYTES: usize = 23;

/// Chinese digits, each with its value.
const DIGITS: [(char, u32); 12] = [
    ('零', 0),
    ('〇', 0),
    ('一', 1),
    ('二', 2),
    ('两', 2),
    ('三', 3),
    ('四', 4),
    ('五', 5),
    ('六', 6),
    ('七', 7),
    ('八', 8),
    ('九', 9),
];
/// What a Chinese number counts; before anything else it may be part of a word,
/// such as `一体化`.
const COUNTED: [char; 14] =
    ['号', '批', '次', '标', '段', '线', '厂', '区', '栋', '幢', '楼', '组', '座', '车'];
/// What a phase is called.
const PHASES: [&str; 2] = ["phase", "stage"];
/// Roman numbers, from one on.
const ROMAN: [&str; 12] =
    ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];

/// A title as it is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// Pairs of neighbouring letters.
    pairs: BTreeSet<(char, char)>,
    /// Phases; never empty.
    phases: BTreeSet<String>,
    /// Other numbers, and letters that stand alone.
    numbers: BTreeSet<String>,
}

/// A piece of a title in normal form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'a> {
    Digits(&'a str),
    Letters(&'a str),
    Han(char),
}

impl Title {
    /// Reads a title.
    #[must_use]
    pub fn read(title: &str) -> Self {
        let normal = text::normal(title);
        let pieces = pieces(&normal);
        let mut read = Self::default();
        let mut letters = Vec::new();
        let mut at = 0;
        while at < pieces.len() {
            at += read.take(&pieces[at..], &mut letters);
        }
        if read.phases.is_empty() {
            read.phases.insert("1".to_owned());
        }
        read.pairs = pairs(&letters);
        read
    }

    /// Takes what stands at the beginning; answers how many pieces it was.
    fn take(&mut self, pieces: &[Piece<'_>], letters: &mut Vec<char>) -> usize {
        if let Some((phase, taken)) = phase(pieces) {
            self.phases.insert(phase);
            return taken;
        }
        if let Some((number, taken)) = number(pieces) {
            self.numbers.insert(number);
            return taken;
        }
        match pieces.first() {
            Some(Piece::Han(letter)) => letters.push(*letter),
            Some(Piece::Letters(word)) if word.chars().nth(1).is_none() => {
                self.numbers.insert((*word).to_owned());
            }
            Some(Piece::Letters(word) | Piece::Digits(word)) => letters.extend(word.chars()),
            None => {}
        }
        1
    }

    /// The thousandths by which two titles are the same, at least
    /// [`MIN_NEARNESS`]; none where they aren't near.
    #[must_use]
    pub fn nearness(&self, other: &Self) -> Option<u32> {
        let agree =
            self.numbers.is_subset(&other.numbers) || other.numbers.is_subset(&self.numbers);
        if self.phases != other.phases || !agree {
            return None;
        }
        let all = self.pairs.len() + other.pairs.len();
        if all == 0 {
            // Of titles that are nothing but numbers all of it must be the same.
            return (self.numbers == other.numbers).then_some(1_000);
        }
        let shared = self.pairs.intersection(&other.pairs).count();
        let nearness = u32::try_from(shared * 2_000 / all).ok()?;
        (nearness >= MIN_NEARNESS).then_some(nearness)
    }

    /// Its sketch.
    #[must_use]
    pub fn sketch(&self) -> Sketch {
        let pair = |pair: &(char, char)| 1_u128 << (mixed([pair.0.into(), pair.1.into()]) % 128);
        let word = |word: &String| mixed(word.chars().map(u32::from));
        Sketch {
            phases: self.phases.iter().fold(0, |sum, phase| sum ^ word(phase).to_be_bytes()[0]),
            numbers: self.numbers.iter().fold(0, |bits, one| bits | 1 << (word(one) % 32)),
            count: u16::try_from(self.pairs.len()).unwrap_or(u16::MAX),
            pairs: self.pairs.iter().fold(0, |bits, one| bits | pair(one)),
        }
    }
}

/// What is kept of a title in the index. Its bytes are on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sketch {
    /// A sum over the phases.
    phases: u8,
    /// A bit for every number.
    numbers: u32,
    /// How many pairs there are.
    count: u16,
    /// A bit for every pair.
    pairs: u128,
}

impl Sketch {
    /// Whether two titles may be near. Where it says no they aren't: a bit that
    /// only one has stands for at least one pair that only that one has.
    #[must_use]
    pub fn may_be_near(&self, other: &Self) -> bool {
        let is_within = |one: u32, other: u32| one & !other == 0;
        let agree =
            is_within(self.numbers, other.numbers) || is_within(other.numbers, self.numbers);
        let all = u32::from(self.count) + u32::from(other.count);
        let apart = (self.pairs ^ other.pairs).count_ones();
        let most = all.saturating_sub(apart);
        self.phases == other.phases && agree && most * 1_000 >= MIN_NEARNESS * all
    }

    /// As bytes, for a key.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; SKETCH_BYTES] {
        let mut bytes = [0; SKETCH_BYTES];
        bytes[0] = self.phases;
        bytes[1..5].copy_from_slice(&self.numbers.to_be_bytes());
        bytes[5..7].copy_from_slice(&self.count.to_be_bytes());
        bytes[7..].copy_from_slice(&self.pairs.to_be_bytes());
        bytes
    }

    /// The sketch that these are the bytes of; none where they are too few.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (phases, rest) = bytes.split_first()?;
        let (numbers, rest) = rest.split_first_chunk()?;
        let (count, rest) = rest.split_first_chunk()?;
        let (pairs, _) = rest.split_first_chunk()?;
        Some(Self {
            phases: *phases,
            numbers: u32::from_be_bytes(*numbers),
            count: u16::from_be_bytes(*count),
            pairs: u128::from_be_bytes(*pairs),
        })
    }
}

/// A number whose bits depend on all of these (FNV-1a, and its bits mixed).
fn mixed(values: impl IntoIterator<Item = u32>) -> u64 {
    let hash = values
        .into_iter()
        .flat_map(u32::to_be_bytes)
        .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
    (hash ^ (hash >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD) >> 16
}

fn pieces(normal: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    for part in text::parts(normal) {
        match part {
            // `第` only says that a number follows.
            Part::Run(run) => {
                pieces.extend(run.chars().filter(|letter| *letter != '第').map(Piece::Han));
            }
            Part::Word(mut word) => {
                while let Some(first) = word.chars().next() {
                    let digits = first.is_ascii_digit();
                    let end = word.find(|letter: char| letter.is_ascii_digit() != digits);
                    let (piece, rest) = word.split_at(end.unwrap_or(word.len()));
                    pieces.push(if digits { Piece::Digits(piece) } else { Piece::Letters(piece) });
                    word = rest;
                }
            }
        }
    }
    pieces
}

/// The phase at the beginning, and how many pieces it is: `二期`, `phase 2`.
fn phase(pieces: &[Piece<'_>]) -> Option<(String, usize)> {
    if let Some(Piece::Letters(word)) = pieces.first()
        && PHASES.contains(word)
    {
        let (value, taken) = value(&pieces[1..])?;
        return Some((value, taken + 1));
    }
    let (value, taken) = value(pieces)?;
    match pieces.get(taken..)? {
        [Piece::Han('期'), ..] => Some((value, taken + 1)),
        [Piece::Han('阶'), Piece::Han('段'), ..] => Some((value, taken + 2)),
        _ => None,
    }
}

/// Any other number at the beginning.
fn number(pieces: &[Piece<'_>]) -> Option<(String, usize)> {
    let (value, taken) = value(pieces)?;
    let counts = || matches!(pieces.get(taken), Some(Piece::Han(unit)) if COUNTED.contains(unit));
    let is_word = matches!(pieces.first(), Some(Piece::Han(_))) && !counts();
    (!is_word).then_some((value, taken))
}

/// The value of what is written at the beginning, where it can be a number.
fn value(pieces: &[Piece<'_>]) -> Option<(String, usize)> {
    match pieces.first()? {
        Piece::Digits(digits) => {
            let value = digits.trim_start_matches('0');
            Some((if value.is_empty() { "0" } else { value }.to_owned(), 1))
        }
        Piece::Letters(word) => {
            let at = ROMAN.iter().position(|roman| roman == word)?;
            Some(((at + 1).to_string(), 1))
        }
        Piece::Han(_) => chinese(pieces),
    }
}

/// The value of a Chinese number below a thousand: `十二`, `一百零三`.
fn chinese(pieces: &[Piece<'_>]) -> Option<(String, usize)> {
    let (mut sum, mut digit, mut taken) = (0, None, 0);
    for piece in pieces {
        let Piece::Han(letter) = piece else { break };
        let known = DIGITS.iter().find(|(digit, _)| digit == letter).map(|(_, value)| *value);
        let times = match letter {
            '十' => Some(10),
            '百' => Some(100),
            _ => None,
        };
        match (known, times) {
            (Some(value), _) => digit = Some(digit.unwrap_or(0) * 10 % 1_000 + value),
            (None, Some(times)) => sum += digit.take().unwrap_or(1) * times,
            (None, None) => break,
        }
        taken += 1;
    }
    (taken > 0).then(|| ((sum + digit.unwrap_or(0)).to_string(), taken))
}

/// The pairs of neighbours that count. What nearly every title has isn't there,
/// and parts what stands beside it; a title that has nothing else is taken whole.
fn pairs(letters: &[char]) -> BTreeSet<(char, char)> {
    let mut telling = BTreeSet::new();
    let mut rest = letters;
    while let [first, second, ..] = rest {
        let is_everywhere = |at: usize| {
            let pair = rest.get(at..at + 2).map(String::from_iter);
            pair.is_some_and(|pair| text::everywhere(Kind::Project).contains(&pair.as_str()))
        };
        if is_everywhere(0) {
            rest = &rest[2..];
            continue;
        }
        if !is_everywhere(1) {
            telling.insert((*first, *second));
        }
        rest = &rest[1..];
    }
    match letters {
        [only] => BTreeSet::from([(*only, '\0')]),
        _ if telling.is_empty() => {
            letters.iter().copied().zip(letters.iter().copied().skip(1)).collect()
        }
        _ => telling,
    }
}
