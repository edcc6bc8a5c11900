//! Unified social credit codes (GB 32100-2015).
//!
//! 18 characters, of which the last checks the others: each of the first 17 is
//! worth its place in the alphabet, times 3 to the power of its position
//! (from 0), and with the check character the sum is a multiple of 31. As 31 is
//! a prime, any one mistyped character shows, and any two neighbours swapped.

use super::flaw::Flaw;
use crate::error::Reason;

/// Characters of a code.
pub const LENGTH: usize = 18;

/// Digits and capitals without I, O, S, V and Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Checks a code.
///
/// # Errors
/// `CreditCodeInvalid`, with the length, the first bad character or the check
/// character that was found.
pub fn check(code: &str) -> Result<(), Flaw> {
    let length = code.chars().count();
    if length != LENGTH {
        return Err(flaw(format!("has {length} characters: a credit code has {LENGTH}")));
    }
    let mut sum = 0;
    let mut weight = 1;
    let mut last = 0;
    for (index, letter) in code.chars().enumerate() {
        last = value(letter).ok_or_else(|| foreign(index, letter))?;
        if index < LENGTH - 1 {
            sum += last * weight;
            weight = weight * 3 % 31;
        }
    }
    let expected = (31 - sum % 31) % 31;
    if last == expected {
        return Ok(());
    }
    let (found, expected) = (shown(last), shown(expected));
    Err(flaw(format!(
        "has the check character {found}, and the others give {expected}: \
         look for a mistyped character"
    )))
}

fn value(letter: char) -> Option<usize> {
    ALPHABET.iter().position(|&other| char::from(other) == letter)
}

fn shown(value: usize) -> char {
    ALPHABET.get(value).copied().map_or('?', char::from)
}

fn foreign(index: usize, letter: char) -> Flaw {
    let letter = letter.escape_default();
    flaw(format!(
        "has `{letter}` as its character {}: digits and capital letters but I, O, S, V and Z \
         are allowed",
        index + 1
    ))
}

fn flaw(description: String) -> Flaw {
    Flaw::new(Reason::CreditCodeInvalid, description)
}
