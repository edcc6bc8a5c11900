//! Time and ids.

use std::time::Duration;

use jiff::tz::TimeZone;
use outlay_server::clock::Clock;

/// 2023-06-30T16:30:00Z, which is already July in Shanghai.
const JUNE_EVENING: i64 = 1_688_142_600_000_000;

#[test]
fn today_is_a_day_of_the_calendars_zone() {
    for (zone, today) in [("UTC", "2023-06-30"), ("Asia/Shanghai", "2023-07-01")] {
        let clock = Clock::manual(TimeZone::get(zone).unwrap(), JUNE_EVENING);
        assert_eq!(clock.today().to_string(), today, "{zone}");
    }
}

#[test]
fn clones_of_a_manual_clock_move_together() {
    let clock = Clock::manual(TimeZone::UTC, JUNE_EVENING);
    let clone = clock.clone();
    clock.advance(Duration::from_secs(8 * 60 * 60));
    assert_eq!(clone.now_micros(), JUNE_EVENING + 8 * 60 * 60 * 1_000_000);
    assert_eq!(clone.today().to_string(), "2023-07-01");
}

#[test]
fn uids_sort_by_time_and_random_ids_say_nothing() {
    let clock = Clock::manual(TimeZone::UTC, JUNE_EVENING);
    let first = clock.new_uid();
    clock.advance(Duration::from_millis(1));
    let second = clock.new_uid();
    assert!(first < second, "{first} {second}");
    assert_eq!(first.get_version_num(), 7);
    assert_eq!(clock.random_id().get_version_num(), 4);
}

#[test]
fn the_systems_clock_goes() {
    let clock = Clock::system(TimeZone::UTC);
    let before = clock.now_micros();
    assert!(before > JUNE_EVENING);
    assert!(clock.now_micros() >= before);
}
