//! Rules of training, and how its records are stored.

use std::collections::BTreeMap;

use outlay_server::domain::decimal::Decimal;
use outlay_server::domain::kind::Kind;
use outlay_server::domain::training::enrolment::certificate_number;
use outlay_server::domain::training::{
    Course, Enrolment, EnrolmentState, Seats, Trainer, TrainingFeedback, TrainingSession,
    TrainingSessionState,
};

use super::sample::{date, english, id, instant};
use super::stored::check;

fn decimal(text: &str) -> Option<Decimal> {
    Decimal::parse(text).ok()
}

fn course() -> Course {
    Course {
        title: "Statistics".to_owned(),
        localized_titles: BTreeMap::new(),
        description: String::new(),
        hours: Decimal::parse("2").unwrap(),
        pass_mark: None,
        certificate_prefix: String::new(),
    }
}

fn session() -> TrainingSession {
    TrainingSession {
        state: TrainingSessionState::Planned,
        course: id("c"),
        title: String::new(),
        meeting: None,
        host: id("zj"),
        trainers: Vec::new(),
        region: id("330100"),
        place: "301".to_owned(),
        start_time: instant("2023-07-28T01:00:00Z"),
        end_time: instant("2023-07-28T03:00:00Z"),
        time_zone: "UTC".to_owned(),
        hours: None,
        capacity: 40,
        waiting_list: false,
        enrolment_deadline: None,
        note: String::new(),
        cancel_reason: String::new(),
    }
}

fn enrolment() -> Enrolment {
    Enrolment {
        state: EnrolmentState::Enrolled,
        session: id("s"),
        display_name: "Li".to_owned(),
        organisation: id("zj"),
        post: String::new(),
        note: String::new(),
        course: id("c"),
        region: None,
        number: 1,
        cancel_reason: String::new(),
        sign_in_times: Vec::new(),
        hours: None,
        score: None,
        passed: false,
        certificate_number: String::new(),
        certificate_time: None,
        feedback: None,
        session_date: None,
    }
}

#[test]
fn records_are_stored_as_ever() {
    check(&course(), COURSE);
    let whole = Course {
        localized_titles: english("Course"),
        description: "All".to_owned(),
        pass_mark: decimal("60"),
        certificate_prefix: "TZ".to_owned(),
        ..course()
    };
    check(&whole, WHOLE_COURSE);
    check(&session(), SESSION);
    let trainer = Trainer {
        display_name: "Chen".to_owned(),
        organisation: Some(id("zj")),
        post: "x".to_owned(),
    };
    let whole = TrainingSession {
        state: TrainingSessionState::Cancelled,
        title: "First".to_owned(),
        meeting: Some(id("m")),
        trainers: vec![trainer],
        hours: decimal("1.5"),
        waiting_list: true,
        enrolment_deadline: Some(instant("2023-07-27T00:00:00Z")),
        note: "n".to_owned(),
        cancel_reason: "Typhoon".to_owned(),
        ..session()
    };
    check(&whole, WHOLE_SESSION);
    check(&enrolment(), ENROLMENT);
    let time = instant("2023-07-28T01:00:00Z");
    let whole = Enrolment {
        state: EnrolmentState::Attended,
        post: "p".to_owned(),
        note: "n".to_owned(),
        region: Some(id("330402")),
        cancel_reason: "r".to_owned(),
        sign_in_times: vec![time],
        hours: decimal("1.5"),
        score: decimal("60"),
        passed: true,
        certificate_number: "TZ-2023-0001".to_owned(),
        certificate_time: Some(time),
        feedback: Some(TrainingFeedback { rating: 5, text: "t".to_owned(), time }),
        session_date: Some(date("2023-07-28")),
        ..enrolment()
    };
    check(&whole, WHOLE_ENROLMENT);
}

#[test]
fn a_name_is_one_person_however_it_is_spaced_or_cased() {
    let person = |name: &str| Enrolment { display_name: name.to_owned(), ..enrolment() }.person();
    for (one, other) in [("张 伟", "张伟"), ("Li  WEI", "li wei"), ("張三（Ａ）", "張三(a)")]
    {
        assert_eq!(person(one), person(other), "{one} {other}");
    }
    for (one, other) in [("张伟", "张玮"), ("Ann A", "Anna"), ("张伟", "张伟（二科）"), ("…", "！")]
    {
        assert_ne!(person(one), person(other), "{one} {other}");
    }
}

#[test]
fn so_many_move_up_as_there_are_places_and_as_wait() {
    for (capacity, taken, waiting, due) in
        [(3, 1, 5, 2), (3, 1, 1, 1), (3, 3, 5, 0), (2, 3, 5, 0), (3, 0, 0, 0)]
    {
        let seats = Seats { taken, waiting, ..Seats::default() };
        assert_eq!(seats.to_move_up(capacity), due, "{capacity} {seats:?}");
    }
    for state in EnrolmentState::ALL {
        let seats = Seats::of_state(*state);
        assert_eq!(Seats::of(seats.numbers()), seats);
        assert_ne!(seats, Seats::default(), "each state is seen by those who decide on places");
    }
}

#[test]
fn the_day_of_a_session_is_that_of_its_place() {
    let late = instant("2023-12-31T18:00:00Z");
    let at =
        |zone: &str| TrainingSession { start_time: late, time_zone: zone.to_owned(), ..session() };
    assert_eq!(at("UTC").date(), Some(date("2023-12-31")));
    assert_eq!(at("Asia/Shanghai").date(), Some(date("2024-01-01")));
    assert_eq!(certificate_number("TZ", 2024, 12), "TZ-2024-0012");
    assert_eq!(certificate_number("TZ", 2024, 12_345), "TZ-2024-12345");
}

#[test]
fn what_is_named_is_told() {
    let kinds = |found: Vec<outlay_server::domain::kind::Reference>| -> Vec<Kind> {
        found.into_iter().map(|one| one.kind).collect()
    };
    let named = TrainingSession { meeting: Some(id("m")), ..session() };
    let due = [Kind::Course, Kind::Meeting, Kind::Organisation, Kind::Region];
    assert_eq!(kinds(named.references()), due);
    let named = Enrolment { region: Some(id("330402")), ..enrolment() };
    let due = [Kind::TrainingSession, Kind::Organisation, Kind::Region];
    assert_eq!(kinds(named.references()), due);
}

const COURSE: &str = "a20a6a537461746973746963730d6132";
const WHOLE_COURSE: &str = "\
    a60a6a537461746973746963730ba162656e66436f757273650c63416c6c0d61320e6236300f6254 \
    5a";
const SESSION: &str = "\
    a908010a61630d627a6a0f663333303130301063333031111b00060181999ee400121b0006018346 \
    c62c001363555443151828";
const WHOLE_SESSION: &str = "\
    b108040a61630b6546697273740c616d0d627a6a0e81a301644368656e02627a6a0361780f663333 \
    303130301063333031111b00060181999ee400121b0006018346c62c0013635554431463312e3515 \
    182816f5171b0006016ca533e0001818616e181967547970686f6f6e";
const ENROLMENT: &str = "a608010a61730b624c690c627a6a0f61631101";
const WHOLE_ENROLMENT: &str = "\
    b208040a61730b624c690c627a6a0d61700e616e0f61631066333330343032110113617214811b00 \
    060181999ee4001563312e351662363017f518186c545a2d323032332d3030303118191b00060181 \
    999ee400181aa30105026174031b00060181999ee400181b1a0134b248";
