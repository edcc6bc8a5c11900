//! Ids, names, days, months, instants and time zones.

use outlay_server::domain::date::Date;
use outlay_server::domain::id::Id;
use outlay_server::domain::instant::Instant;
use outlay_server::domain::kind::{self, Kind};
use outlay_server::domain::month::Month;
use outlay_server::domain::zone::Zone;
use outlay_server::error::Reason;
use uuid::Uuid;

use super::sample::{date, id, instant};

#[test]
fn an_id_has_letters_digits_and_inner_hyphens() {
    let longest = "a".repeat(71);
    for good in ["a", "0", "p-1", "a--b", "330402", longest.as_str()] {
        assert_eq!(Id::parse(good).map(|id| id.to_string()), Ok(good.to_owned()));
    }
    let too_long = "a".repeat(72);
    for bad in ["", "-", "-a", "a-", "A", "a_b", "a/b", "é", "a b", "a\0", too_long.as_str()] {
        let reason = Id::parse(bad).map_err(|flaw| flaw.reason);
        assert_eq!(reason, Err(Reason::FieldFormat), "{bad:?}");
    }
}

#[test]
fn an_id_that_is_made_is_an_id_in_the_order_of_its_uuid() {
    let cases = [
        (u128::MIN, "p-00000000000000000000000000"),
        (1, "p-00000000000000000000000001"),
        (31, "p-0000000000000000000000000z"),
        (32, "p-00000000000000000000000010"),
        (u128::MAX, "p-7zzzzzzzzzzzzzzzzzzzzzzzzz"),
    ];
    for (number, made) in cases {
        let own = Id::made("project", Uuid::from_u128(number));
        assert_eq!(own.as_str(), made);
        assert_eq!(Id::parse(made), Ok(own));
    }
    assert!(cases.is_sorted_by_key(|(_, made)| made));
}

#[test]
fn a_resource_name_is_read_as_it_is_written() {
    for kind in Kind::ALL.iter().copied() {
        let name = kind::name(kind, &id("x-1"));
        assert_eq!(kind::parse(&name), Ok((kind, id("x-1"))));
        assert_eq!(kind::parse_as(kind, &name), Ok(id("x-1")));
        let noun = kind.noun().replace(' ', "");
        assert!(name.to_lowercase().starts_with(&noun[..noun.len() - 1]), "{name}");
        assert_eq!(kind.field(), kind.noun().replace(' ', "_"));
    }
    for bad in ["", "projects", "projects/", "/p-1", "project/p-1", "projects/p-1/x", "projects/P"]
    {
        assert!(kind::parse(bad).is_err(), "{bad}");
        assert!(kind::parse_as(Kind::Project, bad).is_err(), "{bad}");
    }
    assert!(kind::parse_as(Kind::Region, "projects/p-1").is_err());
}

#[test]
fn a_date_is_a_day_that_there_is() {
    for good in ["1900-01-01", "2999-12-31", "2024-02-29", "2000-02-29", "2023-07-28"] {
        assert_eq!(Date::parse(good).map(|date| date.to_string()), Ok(good.to_owned()));
    }
    for none in ["1899-12-31", "3000-01-01", "2023-02-29", "1900-02-29", "2023-13-01", "2023-00-10"]
    {
        let reason = Date::parse(none).map_err(|flaw| flaw.reason);
        assert_eq!(reason, Err(Reason::FieldOutOfRange), "{none}");
    }
    for bad in
        ["", "2023-7-28", "2023/07/28", "20230728", "2023-07-28T", "+023-07-28", "２023-07-2"]
    {
        let reason = Date::parse(bad).map_err(|flaw| flaw.reason);
        assert_eq!(reason, Err(Reason::FieldFormat), "{bad}");
    }
    for (year, month, day) in [(i32::MIN, 1, 1), (i32::MAX, 1, 1), (2023, 300, 1), (2023, 1, 257)] {
        assert!(Date::new(year, month, day).is_err());
    }
}

#[test]
fn days_are_counted_both_ways() {
    let cases = [
        ("2023-07-28", "2023-07-28", 0),
        ("2023-03-01", "2023-02-28", 1),
        ("2024-03-01", "2024-02-28", 2),
        ("2023-01-01", "2023-12-31", -364),
        ("2999-12-31", "1900-01-01", 401_766),
    ];
    for (later, earlier, days) in cases {
        assert_eq!(date(later).days_since(date(earlier)), days, "{later} - {earlier}");
    }
}

#[test]
fn a_month_is_read_shown_and_followed() {
    let cases = [("2023-06", Some("2023-07")), ("2023-12", Some("2024-01")), ("2999-12", None)];
    for (text, next) in cases {
        let month = Month::parse(text).unwrap();
        assert_eq!(month.to_string(), text);
        assert_eq!(month.next().map(|month| month.to_string()).as_deref(), next);
    }
    assert_eq!(Month::of(date("2023-06-30")), Month::new(2023, 6).unwrap());
    for bad in
        ["", "2023", "2023-6", "2023-13", "2023-00", "1899-12", "3000-01", "2023-06-01", "-2-"]
    {
        assert!(Month::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn an_instant_keeps_microseconds() {
    let cases = [
        (0, 0, "1970-01-01T00:00:00Z"),
        (1_690_506_000, 123_456_789, "2023-07-28T01:00:00.123456Z"),
        (-1, 999_999_999, "1969-12-31T23:59:59.999999Z"),
        (-62_135_596_800, 0, "0001-01-01T00:00:00Z"),
        (253_402_207_200, 0, "9999-12-30T22:00:00Z"),
    ];
    for (seconds, nanos, shown) in cases {
        let instant = Instant::from_parts(seconds, nanos).unwrap();
        assert_eq!(instant.to_string(), shown);
        assert_eq!((instant.seconds(), instant.nanos()), (seconds, nanos / 1000 * 1000));
        assert_eq!(Instant::parse(shown), Ok(instant));
        assert_eq!(Instant::from_micros(instant.micros()), Ok(instant));
    }
    let outside = [(-62_135_596_801, 0), (253_402_207_200, 1000), (i64::MAX, 0), (i64::MIN, 0)];
    let bad_nanos = [(0, -1), (0, 1_000_000_000), (0, i32::MIN)];
    for (seconds, nanos) in outside.into_iter().chain(bad_nanos) {
        let reason = Instant::from_parts(seconds, nanos).map_err(|flaw| flaw.reason);
        assert_eq!(reason, Err(Reason::FieldOutOfRange), "{seconds} {nanos}");
    }
    for bad in ["", "2023-07-28", "2023-07-28T09:00:00", "now"] {
        assert!(Instant::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_time_zone_is_one_of_iana_written_as_there() {
    for good in ["Asia/Shanghai", "Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires"] {
        assert!(Zone::find(good).is_ok(), "{good}");
    }
    for bad in ["", "Asia/Jiaxing", "asia/shanghai", "+08:00", "CST-8", "Etc/Unknown", "../x"] {
        let reason = Zone::find(bad).err().map(|flaw| flaw.reason);
        assert_eq!(reason, Some(Reason::FieldFormat), "{bad}");
    }
    let flaw = Zone::find("asia/shanghai").unwrap_err();
    assert_eq!(flaw.description, "must be written as Asia/Shanghai");
}

#[test]
fn the_day_depends_on_the_time_zone() {
    let midnight = instant("2023-07-27T16:00:00Z");
    let day = |zone: &str| Zone::find(zone).and_then(|zone| zone.date(midnight));
    assert_eq!(day("Asia/Shanghai"), Ok(date("2023-07-28")));
    assert_eq!(day("UTC"), Ok(date("2023-07-27")));
    let ancient = instant("0001-01-01T00:00:00Z");
    let day = Zone::find("UTC").and_then(|zone| zone.date(ancient));
    assert_eq!(day.map_err(|flaw| flaw.reason), Err(Reason::FieldOutOfRange));
}
