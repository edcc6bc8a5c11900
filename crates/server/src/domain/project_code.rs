//! National project codes, as the approval platform gives them.
//!
//! - since 2020: `YYMM-RRRRRR-DD-TT-NNNNNN` (year and month, region, category,
//!   type, number)
//! - before: `YYYY-RRRRRR-II-TT-NNNNNN` (year, region, industry, type, number)
//!
//! Both have 24 characters, and `2012` may be December 2020 or the year 2012:
//! a code is right where either reading is.

use super::flaw::Flaw;
use crate::error::Reason;

/// Characters of a code.
pub const LENGTH: usize = 24;

/// The parts: what each is called and how many digits it has.
const PARTS: [(&str, usize); 5] =
    [("year and month", 4), ("region", 6), ("category", 2), ("type", 2), ("number", 6)];

/// First year, of two digits, of the newer form.
const FIRST_YEAR: u32 = 15;

/// Checks a code. `is_region` says whether a code of six digits is a region's.
///
/// # Errors
/// `ProjectCodeInvalid`, which says which part is wrong.
pub fn check(code: &str, is_region: impl Fn(&str) -> bool) -> Result<(), Flaw> {
    let length = code.chars().count();
    if length != LENGTH {
        let text = format!("has {length} characters: a project code has {LENGTH}");
        return Err(flaw(format!("{text}, such as 2306-330402-04-02-123456")));
    }
    let parts: Vec<&str> = code.split('-').collect();
    if parts.len() != PARTS.len() {
        let text = format!("has {} parts: five are joined by hyphens", parts.len());
        return Err(flaw(format!("{text}, as in 2306-330402-04-02-123456")));
    }
    for (part, (what, digits)) in parts.iter().zip(PARTS) {
        let only_digits = part.bytes().all(|byte| byte.is_ascii_digit());
        if part.len() != digits || !only_digits {
            return Err(flaw(format!("doesn't have {digits} digits as its {what}")));
        }
    }
    if !is_time(parts[0]) {
        return Err(flaw(format!(
            "begins with {}: that is neither year and month from {FIRST_YEAR}01 on, \
             such as 2306, nor a year from 2000 on",
            parts[0]
        )));
    }
    if !is_region(parts[1]) {
        return Err(flaw(format!("has the region {}, which isn't known", parts[1])));
    }
    Ok(())
}

fn is_time(digits: &str) -> bool {
    let number: u32 = digits.parse().unwrap_or_default();
    let newer = number / 100 >= FIRST_YEAR && (1..=12).contains(&(number % 100));
    let older = (2000..=2099).contains(&number);
    newer || older
}

fn flaw(description: String) -> Flaw {
    Flaw::new(Reason::ProjectCodeInvalid, description)
}
