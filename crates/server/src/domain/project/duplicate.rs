//! Whether two projects are likely one that was entered twice.
//!
//! The rule: the same owner, total investments that differ by at most a tenth of
//! the greater one, and titles that are near: Dice's coefficient of their pairs
//! of neighbouring characters, in the normal form of the search and without the
//! words that nearly every title has, is at least seven tenths (L. R. Dice,
//! Ecology 26, 1945). An owner builds in phases and
//! lines, and names them alike; so titles that count differently (一期 and 二期,
//! `Phase 1` and `Phase 2`, 2023 and 2024) are of two projects.

use std::collections::BTreeMap;

use super::Project;
use crate::domain::id::Id;
use crate::domain::text;

/// Hundredths of Dice's coefficient from which on titles are near.
const NEAR_TITLES: usize = 70;
/// Part of the greater total by which totals may differ: a tenth.
const NEAR_TOTALS: i128 = 10;
/// Words that nearly every title has, and that tell nothing apart.
const COMMON: [&str; 5] = ["项目", "建设", "新建", "生产", "年产"];
/// What is counted in titles, behind its number.
const COUNTED: [char; 8] = ['期', '号', '批', '标', '段', '线', '阶', '幢'];
/// What is counted in titles, before its number.
const COUNTING: [&str; 5] = ["phase", "stage", "lot", "line", "no"];

/// Whether two projects, with their ids, are likely one.
#[must_use]
pub fn are_likely_one(one: (&Id, &Project), two: (&Id, &Project)) -> bool {
    let ((one_id, one), (two_id, two)) = (one, two);
    let are_distinct = one.distinct_from.contains(two_id) || two.distinct_from.contains(one_id);
    let totals = [one, two].map(|project| project.investment.total.minor());
    one_id != two_id
        && !are_distinct
        && one.owner == two.owner
        && are_near_totals(totals)
        && are_near_titles(&one.title, &two.title)
}

/// The least and the greatest total, in fen, that are near a total which isn't
/// negative.
#[must_use]
pub fn near_totals(total: i64) -> (i64, i64) {
    let total = i128::from(total.max(0));
    let least = total - total / NEAR_TOTALS;
    let greatest = total * NEAR_TOTALS / (NEAR_TOTALS - 1);
    let whole = |fen| i64::try_from(fen).unwrap_or(i64::MAX);
    (whole(least), whole(greatest))
}

fn are_near_totals(totals: [i64; 2]) -> bool {
    let [one, two] = totals.map(i128::from);
    (one - two).abs() * NEAR_TOTALS <= one.max(two)
}

fn are_near_titles(one: &str, two: &str) -> bool {
    let (one, two) = (text::normal(one), text::normal(two));
    if counts_differ(&one, &two) {
        return false;
    }
    let (pairs, others) = (pairs(&one), pairs(&two));
    let common: usize = pairs
        .iter()
        .map(|(pair, count)| others.get(pair).map_or(0, |other| *count.min(other)))
        .sum();
    let all: usize = pairs.values().chain(others.values()).sum();
    // One character makes no pair.
    if all == 0 { one == two } else { 200 * common >= NEAR_TITLES * all }
}

/// The pairs of neighbouring characters, and how often each stands there.
fn pairs(normal: &str) -> BTreeMap<[char; 2], usize> {
    let telling = COMMON.iter().fold(normal.to_owned(), |title, word| title.replace(word, ""));
    let letters: Vec<char> = telling.chars().filter(|letter| *letter != ' ').collect();
    let mut pairs = BTreeMap::new();
    for pair in letters.windows(2) {
        *pairs.entry([pair[0], pair[1]]).or_insert(0) += 1;
    }
    pairs
}

/// Whether both titles count the same thing, and differently.
fn counts_differ(one: &str, two: &str) -> bool {
    let (one, two) = (counts(one), counts(two));
    one.iter().any(|(what, numbers)| two.get(what).is_some_and(|others| others != numbers))
}

/// What a title in normal form counts, and up to where: `期` to 2, `year` to
/// 2024.
fn counts(normal: &str) -> BTreeMap<String, Vec<u32>> {
    let mut counts: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    let letters: Vec<char> = normal.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        if COUNTED.contains(letter)
            && let Some(number) = number_before(&letters[..at])
        {
            counts.entry(letter.to_string()).or_default().push(number);
        }
    }
    let words: Vec<&str> = normal.split(' ').collect();
    for two in words.windows(2) {
        if COUNTING.contains(&two[0])
            && let Some(number) = number(two[1])
        {
            counts.entry(two[0].to_owned()).or_default().push(number);
        }
    }
    for run in normal.split(|letter: char| !letter.is_ascii_digit()) {
        if let Ok(year @ 1950..=2099) = run.parse::<u32>() {
            counts.entry("year".to_owned()).or_default().push(year);
        }
    }
    for numbers in counts.values_mut() {
        numbers.sort_unstable();
        numbers.dedup();
    }
    counts
}

/// The number that stands right before what is counted.
fn number_before(letters: &[char]) -> Option<u32> {
    let is_part = |letter: &&char| {
        letter.is_ascii_digit() || "ivx".contains(**letter) || chinese_digit(**letter).is_some()
    };
    let length = letters.iter().rev().take_while(is_part).count();
    let run: String = letters[letters.len() - length..].iter().collect();
    number(&run)
}

/// A number up to 99 in Chinese or Roman digits, or any in Arabic ones.
fn number(text: &str) -> Option<u32> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    chinese(text).or_else(|| roman(text))
}

fn chinese_digit(letter: char) -> Option<u32> {
    let digits = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];
    let at = digits.iter().position(|digit| *digit == letter)?;
    u32::try_from(at + 1).ok()
}

fn chinese(text: &str) -> Option<u32> {
    let digits: Option<Vec<u32>> = text.chars().map(chinese_digit).collect();
    match digits?.as_slice() {
        [one] => Some(*one),
        [10, one @ 1..=9] => Some(10 + one),
        [tens @ 2..=9, 10] => Some(tens * 10),
        [tens @ 2..=9, 10, one @ 1..=9] => Some(tens * 10 + one),
        _ => None,
    }
}

fn roman(text: &str) -> Option<u32> {
    let numerals = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
    let at = numerals.iter().position(|numeral| *numeral == text)?;
    u32::try_from(at + 1).ok()
}
