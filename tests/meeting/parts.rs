//! What stands within a meeting: its ids, and what names what.

use outlay_proto::v1;

use super::{create, creation, update};
use crate::support::symposium::symposium;
use crate::support::{Server, refused, told};

#[tokio::test]
async fn ids_that_were_given_and_made_stay() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let first = create(&mut meetings, "m", symposium()).await;
    let mut given = first.clone();
    given.attendees.remove(2);
    given.attendees.insert(
        0,
        v1::Attendee {
            display_name: "新来的".to_owned(),
            role: v1::AttendeeRole::Observer.into(),
            ..Default::default()
        },
    );
    let second = told(meetings.update_meeting(update(given, &["attendees"])).await);
    let ids: Vec<_> = second.attendees.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["attendee-3", "chair", "jiaxing", "attendee-2"]);
}

#[tokio::test]
async fn an_id_stands_once_in_its_list() {
    let server = Server::seeded().await;
    let mut given = symposium();
    given.attendees[3].id = "chair".to_owned();
    given.agenda[1].id = "reports".to_owned();
    // The same id in another list is another.
    given.speeches[0].id = "chair".to_owned();
    refused(server.meetings().create_meeting(creation("", given)).await).has_fields(&[
        ("meeting.attendees[3].id", "FIELD_DUPLICATE"),
        ("meeting.agenda[1].id", "FIELD_DUPLICATE"),
    ]);
}

#[tokio::test]
async fn names_of_other_parts_must_lead_somewhere() {
    let server = Server::seeded().await;
    let mut given = symposium();
    given.agenda[0].presenter = "nobody".to_owned();
    given.speeches[0].speaker = "nobody".to_owned();
    given.speeches[0].agenda_item = "nothing".to_owned();
    refused(server.meetings().create_meeting(creation("", given)).await).has_fields(&[
        ("meeting.agenda[0].presenter", "REFERENCE_UNKNOWN"),
        ("meeting.speeches[0].speaker", "ATTENDEE_UNKNOWN"),
        ("meeting.speeches[0].agenda_item", "REFERENCE_UNKNOWN"),
    ]);
}

#[tokio::test]
async fn names_of_other_records_must_lead_somewhere() {
    let server = Server::seeded().await;
    let mut given = symposium();
    given.host = "organisations/nobody".to_owned();
    given.co_hosts = vec!["organisations/jx-eit".to_owned(), "organisations/no".to_owned()];
    given.regions[1] = "regions/999999".to_owned();
    given.projects = vec!["projects/nope".to_owned()];
    given.policies = vec!["policies/nope".to_owned()];
    given.agenda[2].projects = vec!["projects/nope".to_owned()];
    given.attendees[0].organisation = "organisations/nobody".to_owned();
    refused(server.meetings().create_meeting(creation("", given)).await).has_fields(&[
        ("meeting.host", "REFERENCE_UNKNOWN"),
        ("meeting.co_hosts[1]", "REFERENCE_UNKNOWN"),
        ("meeting.regions[1]", "REFERENCE_UNKNOWN"),
        ("meeting.projects[0]", "REFERENCE_UNKNOWN"),
        ("meeting.policies[0]", "REFERENCE_UNKNOWN"),
        ("meeting.agenda[2].projects[0]", "REFERENCE_UNKNOWN"),
        ("meeting.attendees[0].organisation", "REFERENCE_UNKNOWN"),
    ]);
}

#[tokio::test]
async fn parts_are_held_to_their_rules() {
    let server = Server::seeded().await;
    let mut given = symposium();
    given.end_time = given.start_time;
    given.time_zone = "Europe/Atlantis".to_owned();
    given.co_hosts = vec![given.host.clone()];
    given.agenda[0].planned_minutes = 1_441;
    given.agenda[1].title.clear();
    given.agenda[2].kind = 0;
    given.attendees[0].role = 0;
    given.attendees[1].display_name.clear();
    given.attendees[1].organisation.clear();
    given.attendees[2].attendance = v1::Attendance::Present.into();
    given.speeches[0].figures[0].value = "12,5".to_owned();
    given.speeches[0].end_time = given.speeches[0].start_time;
    given.documents[0].sha256 = "AB".to_owned();
    refused(server.meetings().create_meeting(creation("", given)).await).names_fields(&[
        ("meeting.agenda[0].planned_minutes", "FIELD_OUT_OF_RANGE"),
        ("meeting.agenda[1].title", "FIELD_REQUIRED"),
        ("meeting.agenda[2].kind", "FIELD_REQUIRED"),
        ("meeting.attendees[0].role", "FIELD_REQUIRED"),
        ("meeting.speeches[0].figures[0].value", "FIELD_FORMAT"),
        ("meeting.documents[0].sha256", "FIELD_FORMAT"),
    ]);
    let mut given = symposium();
    given.end_time = given.start_time;
    given.time_zone = "Europe/Atlantis".to_owned();
    given.co_hosts = vec![given.host.clone()];
    given.attendees[1].display_name.clear();
    given.attendees[1].organisation.clear();
    given.attendees[2].attendance = v1::Attendance::Present.into();
    given.speeches[0].end_time = given.speeches[0].start_time;
    refused(server.meetings().create_meeting(creation("", given)).await).has_fields(&[
        ("meeting.end_time", "DATE_ORDER"),
        ("meeting.time_zone", "FIELD_FORMAT"),
        ("meeting.co_hosts[0]", "FIELD_CONTRADICTION"),
        ("meeting.attendees[1].display_name", "FIELD_REQUIRED"),
        ("meeting.attendees[2].substitute", "FIELD_CONTRADICTION"),
        ("meeting.speeches[0].end_time", "DATE_ORDER"),
    ]);
}
