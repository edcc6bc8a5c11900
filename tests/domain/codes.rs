//! Codes that check themselves.

use outlay_server::domain::{credit_code, project_code};
use outlay_server::error::Reason;

const LETTERS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Codes as offices, companies, schools and associations have them, without the
/// check character.
const BODIES: [&str; 5] = [
    "11330000002481965",
    "91330400MA28A1B2C",
    "12330000470002002",
    "51330000501876545",
    "91350100M000100Y4",
];

/// The check character, by a second way: powers of 3 and a search.
fn check_character(body: &str) -> char {
    let place = |letter| LETTERS.find(letter).unwrap();
    let sum: u128 = body
        .chars()
        .enumerate()
        .map(|(index, letter)| place(letter) as u128 * 3_u128.pow(u32::try_from(index).unwrap()))
        .sum();
    LETTERS.chars().find(|&letter| (sum + place(letter) as u128).is_multiple_of(31)).unwrap()
}

#[test]
fn a_credit_code_is_checked_by_its_last_character() {
    for body in BODIES {
        let code = format!("{body}{}", check_character(body));
        assert_eq!(credit_code::check(&code), Ok(()), "{code}");
    }
    // The example that GB 32100-2015 is usually explained with.
    assert_eq!(credit_code::check("91350100M000100Y43"), Ok(()));
}

#[test]
fn every_mistyped_character_of_a_credit_code_is_found() {
    let code = "91350100M000100Y43";
    for index in 0..code.len() {
        for letter in LETTERS.chars().chain("IOSVZa-".chars()) {
            let mistyped = format!("{}{letter}{}", &code[..index], &code[index + 1..]);
            let reason = credit_code::check(&mistyped).map_err(|flaw| flaw.reason);
            let right = if mistyped == code { Ok(()) } else { Err(Reason::CreditCodeInvalid) };
            assert_eq!(reason, right, "{mistyped}");
        }
    }
}

#[test]
fn two_neighbours_swapped_in_a_credit_code_are_found() {
    let code = "91350100M000100Y43";
    for index in 0..code.len() - 1 {
        let mut bytes = code.as_bytes().to_vec();
        bytes.swap(index, index + 1);
        let swapped = String::from_utf8(bytes).unwrap();
        assert_eq!(credit_code::check(&swapped).is_ok(), swapped == code, "{swapped}");
    }
}

#[test]
fn a_bad_credit_code_is_told_where_it_is_bad() {
    let cases = [
        ("9135", "has 4 characters"),
        ("91350100M000100Y433", "has 19 characters"),
        ("91350100M0O0100Y43", "has `O` as its character 11"),
        ("91350100m000100Y43", "has `m` as its character 9"),
        ("91350100M000100Y4\u{4e00}", "has `\\u{4e00}` as its character 18"),
        ("91350100M000100Y44", "has the check character 4, and the others give 3"),
    ];
    for (code, text) in cases {
        let flaw = credit_code::check(code).unwrap_err();
        assert!(flaw.description.starts_with(text), "{code}: {flaw}");
    }
}

#[test]
fn a_project_code_of_either_form_is_right() {
    for code in [
        "2306-330402-04-02-123456",
        "2312-330402-04-02-123456",
        "1501-330402-04-02-123456",
        "9912-330402-04-02-123456",
        "2017-330402-36-03-012345",
        "2000-330402-36-03-012345",
        // December 2020, or the year 2012.
        "2012-330402-04-02-123456",
    ] {
        assert_eq!(project_code::check(code, |region| region == "330402"), Ok(()), "{code}");
    }
}

#[test]
fn a_bad_project_code_is_told_which_part_is_bad() {
    let cases = [
        ("2306-330402-04-02-12345", "has 23 characters"),
        ("2306-330402-04-02-1234567", "has 25 characters"),
        ("2306_330402-04-02-123456", "has 4 parts"),
        ("230-6330402-04-02-123456", "doesn't have 4 digits as its year and month"),
        ("2306-33040A-04-02-123456", "doesn't have 6 digits as its region"),
        ("2306-330402-0B-02-123456", "doesn't have 2 digits as its category"),
        ("2306-330402-04-0C-123456", "doesn't have 2 digits as its type"),
        ("2306-330402-04-02-12345X", "doesn't have 6 digits as its number"),
        ("2306-330402-04-02-12345\u{ff11}", "doesn't have 6 digits as its number"),
        ("2313-330402-04-02-123456", "begins with 2313"),
        ("2300-330402-04-02-123456", "begins with 2300"),
        ("1412-330402-04-02-123456", "begins with 1412"),
        ("1999-330402-04-02-123456", "begins with 1999"),
        ("2306-339999-04-02-123456", "has the region 339999"),
    ];
    for (code, text) in cases {
        let flaw = project_code::check(code, |region| region == "330402").unwrap_err();
        assert_eq!(flaw.reason, Reason::ProjectCodeInvalid);
        assert!(flaw.description.starts_with(text), "{code}: {flaw}");
    }
}
