//! Money, decimal numbers and dates: `120000000`, `1.2亿`, `USD 500000.50`,
//! `24.1%`, `2023-06-01`.

use prost_reflect::{DynamicMessage, Value};

/// Currency where none is written.
const DEFAULT_CURRENCY: &str = "CNY";
const NANOS_PER_UNIT: i128 = 1_000_000_000;
/// Digits behind the point that Money can hold.
const MAX_DECIMALS: usize = 9;

/// Fills a Money.
pub(super) fn set_money(money: &mut DynamicMessage, text: &str) -> Result<(), String> {
    let (currency, amount) = currency_of(text.trim());
    let (units, nanos) = decimal(amount).ok_or_else(|| {
        format!("{text:?} isn't an amount of money: write 120000000, 1.2亿 or USD 500000.50")
    })?;
    money.set_field_by_name("currency_code", Value::String(currency));
    money.set_field_by_name("units", Value::I64(units));
    money.set_field_by_name("nanos", Value::I32(nanos));
    Ok(())
}

/// A decimal number as the wire has it: `29030000000` for `290.3亿`, `0.241` for
/// `24.1%`.
pub(super) fn decimal_text(text: &str) -> Result<String, String> {
    let wrong = || format!("{text:?} isn't a number: write 29030000000, 290.3亿, 0.241 or 24.1%");
    let plain = text.trim().replace([',', '_'], "");
    // How far the point moves to the right; for a percentage it moves to the left.
    let units = [("亿", 8), ("万", 4), ("%", 0)];
    let unit = units.into_iter().find(|(unit, _)| plain.ends_with(unit));
    let (unit, moved) = unit.unwrap_or_default();
    let number = plain.strip_suffix(unit).unwrap_or(&plain);
    let number = number.trim_end();
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", number),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(part) {
        return Err(wrong());
    }
    let left = if unit == "%" { 2 } else { 0 };
    let digits = format!("{:0<left$}{whole}{part:0<moved$}", "");
    let point = whole.len() + moved;
    let (whole, part) = digits.split_at(point);
    let (whole, part) = (whole.trim_start_matches('0'), part.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if part.is_empty() { "" } else { "." };
    Ok(format!("{sign}{whole}{point}{part}"))
}

/// A decimal number with its digits in groups.
pub(super) fn grouped(number: &str) -> String {
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", number),
    };
    match digits.split_once('.') {
        Some((whole, part)) => format!("{sign}{}.{part}", thousands(whole)),
        None => format!("{sign}{}", thousands(digits)),
    }
}

/// Fills a Date; whether there is such a day is the server's to say.
pub(super) fn set_date(date: &mut DynamicMessage, text: &str) -> Result<(), String> {
    let parts: Vec<_> = text.trim().split('-').collect();
    let whole = |part: &str, length| {
        let digits = part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<i32>().ok()).flatten()
    };
    let numbers = match parts.as_slice() {
        [year, month, day] => whole(year, 4).zip(whole(month, 2)).zip(whole(day, 2)),
        _ => None,
    };
    let ((year, month), day) =
        numbers.ok_or_else(|| format!("{text:?} isn't a date: write 2023-06-01"))?;
    date.set_field_by_name("year", Value::I32(year));
    date.set_field_by_name("month", Value::I32(month));
    date.set_field_by_name("day", Value::I32(day));
    Ok(())
}

/// A Money's currency and decimal number, grouped by thousands or not.
pub(super) fn money(money: &DynamicMessage, grouped: bool) -> (String, String) {
    let get = |name| money.get_field_by_name(name);
    let currency = get("currency_code").and_then(|code| code.as_str().map(str::to_owned));
    let units = get("units").and_then(|units| units.as_i64()).unwrap_or_default();
    let nanos = get("nanos").and_then(|nanos| nanos.as_i32()).unwrap_or_default();
    let total = i128::from(units) * NANOS_PER_UNIT + i128::from(nanos);
    let sign = if total < 0 { "-" } else { "" };
    let whole = (total.unsigned_abs() / NANOS_PER_UNIT.unsigned_abs()).to_string();
    let part = total.unsigned_abs() % NANOS_PER_UNIT.unsigned_abs();
    let whole = if grouped { thousands(&whole) } else { whole };
    let part = decimals(&format!("{part:09}"));
    (currency.unwrap_or_default(), format!("{sign}{whole}{part}"))
}

/// A Date as `2023-06-01`.
pub(super) fn date(date: &DynamicMessage) -> String {
    let get =
        |name| date.get_field_by_name(name).and_then(|part| part.as_i32()).unwrap_or_default();
    format!("{:04}-{:02}-{:02}", get("year"), get("month"), get("day"))
}

/// Digits in groups of three.
pub(super) fn thousands(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Nine digits behind the point: none where they are zero, else at least two.
fn decimals(nanos: &str) -> String {
    match nanos.trim_end_matches('0') {
        "" => String::new(),
        digits => format!(".{digits:0<2}"),
    }
}

fn currency_of(text: &str) -> (String, &str) {
    match text.split_at_checked(3) {
        Some((code, rest)) if code.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            (code.to_ascii_uppercase(), rest.trim_start())
        }
        _ => (DEFAULT_CURRENCY.to_owned(), text),
    }
}

/// Units and nanos of a decimal number, which may end in 万 (ten thousand) or
/// 亿 (a hundred million).
fn decimal(text: &str) -> Option<(i64, i32)> {
    let text = text.replace([',', '_'], "");
    let (number, scale) = match text.strip_suffix('亿') {
        Some(number) => (number, 100_000_000),
        None => match text.strip_suffix('万') {
            Some(number) => (number, 10_000),
            None => (text.as_str(), 1),
        },
    };
    let number = number.trim_end();
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, number),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(part) || part.len() > MAX_DECIMALS {
        return None;
    }
    let whole: i128 = whole.parse().ok()?;
    let part: i128 = format!("{part:0<9}").parse().ok()?;
    let nanos = whole.checked_mul(NANOS_PER_UNIT)?.checked_add(part)?.checked_mul(scale)? * sign;
    let units = i64::try_from(nanos / NANOS_PER_UNIT).ok()?;
    Some((units, i32::try_from(nanos % NANOS_PER_UNIT).ok()?))
}
