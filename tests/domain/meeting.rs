//! Rules of meetings.

use outlay_server::domain::instant::Instant;
use outlay_server::domain::kind;
use outlay_server::domain::meeting::{AgendaItem, Attendance, Attendee, Meeting, Speech};
use outlay_server::error::Reason;

use super::sample::{
    Wrong, attendee, expected, found, id, instant, item, meeting, speech, whole_meeting,
};

pub(super) fn check(meeting: Meeting, wrong: &[Wrong<'_>]) {
    assert_eq!(found(|v| meeting.check(v)), expected(wrong), "{meeting:#?}");
}

pub(super) fn nine() -> Instant {
    instant("2023-07-28T01:00:00Z")
}

pub(super) fn ten() -> Instant {
    instant("2023-07-28T02:00:00Z")
}

/// Has what it needs to be scheduled.
pub(super) fn ready() -> Meeting {
    Meeting {
        place: "Jiaxing".to_owned(),
        start_time: Some(nine()),
        end_time: Some(ten()),
        time_zone: "Asia/Shanghai".to_owned(),
        ..meeting()
    }
}

#[test]
fn the_samples_are_right() {
    check(meeting(), &[]);
    check(ready(), &[]);
    check(whole_meeting(), &[]);
}

#[test]
fn a_meeting_ends_after_it_begins() {
    let wrong = [("end_time", Reason::DateOrder)];
    check(Meeting { end_time: Some(nine()), ..ready() }, &wrong);
    check(Meeting { start_time: Some(ten()), end_time: Some(nine()), ..ready() }, &wrong);
    check(Meeting { start_time: None, ..ready() }, &[]);
}

#[test]
fn a_time_zone_must_exist() {
    for zone in ["Asia/Jiaxing", "asia/shanghai", "+08:00"] {
        let wrong = [("time_zone", Reason::FieldFormat)];
        check(Meeting { time_zone: zone.to_owned(), ..ready() }, &wrong);
    }
}

#[test]
fn ids_within_a_meeting_are_unique_list_by_list() {
    let twice = Meeting {
        agenda: vec![item(Some("x")), item(Some("y")), item(Some("x"))],
        attendees: vec![attendee(Some("x")), attendee(Some("x"))],
        speeches: vec![speech(Some("x"), "x"), speech(Some("x"), "x")],
        ..meeting()
    };
    let wrong = [
        ("attendees[1].id", Reason::FieldDuplicate),
        ("agenda[2].id", Reason::FieldDuplicate),
        ("speeches[1].id", Reason::FieldDuplicate),
    ];
    check(twice, &wrong);
}

#[test]
fn what_is_named_within_a_meeting_is_in_it() {
    let gone = Some(id("gone"));
    let wrong = [
        ("agenda[0].presenter", Reason::ReferenceUnknown),
        ("speeches[0].speaker", Reason::AttendeeUnknown),
        ("speeches[0].agenda_item", Reason::ReferenceUnknown),
    ];
    let tried = Meeting {
        agenda: vec![AgendaItem { presenter: gone.clone(), ..item(Some("i")) }],
        speeches: vec![Speech { agenda_item: gone.clone(), ..speech(Some("s"), "gone") }],
        ..meeting()
    };
    check(tried, &wrong);
}

#[test]
fn a_substitute_is_named_only_where_one_came() {
    let wrong = [("attendees[0].substitute", Reason::FieldContradiction)];
    let all = Attendance::ALL.iter().copied().map(Some).chain([None]);
    for attendance in all {
        let substitute = "Chen".to_owned();
        let came = Attendee { attendance, substitute, ..attendee(Some("a")) };
        let right = attendance == Some(Attendance::Substitute);
        check(Meeting { attendees: vec![came], ..meeting() }, if right { &[] } else { &wrong });
    }
}

#[test]
fn an_attendee_is_a_person_or_an_organisation() {
    let display_name = String::new();
    let organisation = Some(id("jx-eit"));
    let invited = Attendee { display_name: display_name.clone(), organisation, ..attendee(None) };
    check(Meeting { attendees: vec![invited], ..meeting() }, &[]);
    let nobody = Attendee { display_name, ..attendee(None) };
    let wrong = [("attendees[0].display_name", Reason::FieldRequired)];
    check(Meeting { attendees: vec![nobody], ..meeting() }, &wrong);
    // Two of one name are two people.
    check(Meeting { attendees: vec![attendee(None), attendee(None)], ..meeting() }, &[]);
}

#[test]
fn a_speech_ends_after_it_begins() {
    let (start_time, end_time) = (Some(ten()), Some(ten()));
    let backwards = Speech { start_time, end_time, ..speech(None, "a") };
    let attendees = vec![attendee(Some("a"))];
    let wrong = [("speeches[0].end_time", Reason::DateOrder)];
    check(Meeting { speeches: vec![backwards], attendees, ..meeting() }, &wrong);
}

#[test]
fn the_one_who_leads_does_not_also_help() {
    let wrong = [("co_hosts[0]", Reason::FieldContradiction)];
    check(Meeting { co_hosts: vec![id("zj-eit")], ..meeting() }, &wrong);
}

#[test]
fn ids_are_made_where_there_are_none() {
    let mut tried = Meeting {
        agenda: vec![item(None), item(Some("item-7")), item(None), item(Some("item-2"))],
        attendees: vec![attendee(None), attendee(Some("attendee-1")), attendee(None)],
        speeches: vec![speech(None, "attendee-1")],
        ..meeting()
    };
    tried.assign_ids();
    let ids = |ids: Vec<&Option<outlay_server::domain::id::Id>>| -> Vec<String> {
        ids.into_iter().map(|id| id.as_ref().map(ToString::to_string).unwrap_or_default()).collect()
    };
    let agenda = tried.agenda.iter().map(|item| &item.id).collect();
    assert_eq!(ids(agenda), ["item-8", "item-7", "item-9", "item-2"]);
    let attendees = tried.attendees.iter().map(|one| &one.id).collect();
    assert_eq!(ids(attendees), ["attendee-2", "attendee-1", "attendee-3"]);
    assert_eq!(ids(vec![&tried.speeches[0].id]), ["speech-1"]);
    check(tried.clone(), &[]);
    let before = tried.clone();
    tried.assign_ids();
    assert_eq!(tried, before);
}

#[test]
fn the_agenda_runs_over_by_whole_minutes() {
    let cases = [
        (60, "2023-07-28T02:00:00Z", 0),
        (61, "2023-07-28T02:00:00Z", 1),
        (10, "2023-07-28T02:00:00Z", 0),
        (60, "2023-07-28T01:59:30Z", 1),
        (1440, "2023-07-28T01:00:01Z", 1440),
    ];
    for (planned_minutes, end, over) in cases {
        let agenda = vec![AgendaItem { planned_minutes, ..item(None) }];
        let tried = Meeting { agenda, end_time: Some(instant(end)), ..ready() };
        assert_eq!(tried.agenda_overrun_minutes(), over, "{planned_minutes} {end}");
        assert_eq!(Meeting { start_time: None, ..tried }.agenda_overrun_minutes(), 0);
    }
}

#[test]
fn a_meeting_names_what_it_refers_to() {
    let found: Vec<String> = whole_meeting()
        .references()
        .into_iter()
        .map(|one| format!("{} {}", one.field, kind::name(one.kind, &one.id)))
        .collect();
    let expected = [
        "host organisations/zj-eit",
        "co_hosts[0] organisations/jx-eit",
        "region regions/330400",
        "regions[0] regions/330100",
        "projects[0] projects/p-1",
        "policies[0] policies/p-4",
        "series meetingSeries/weekly",
        "template meetingTemplates/dispatch",
        "agenda[0].projects[0] projects/p-1",
        "agenda[0].policies[0] policies/p-4",
        "attendees[0].organisation organisations/jx-eit",
    ];
    assert_eq!(found, expected);
}
