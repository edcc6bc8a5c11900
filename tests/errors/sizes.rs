//! Large messages: refused where they are too large, answered where they were
//! not.

use outlay_proto::v1;
use outlay_proto::v1::reference_record::Record;
use tonic::Code;

use crate::project::creation;
use crate::support::records::{meeting, policy, project, row};
use crate::support::{Server, batch, import, refused, told};

/// A document as long as one may be.
fn document() -> v1::Document {
    v1::Document {
        title: "文".repeat(300),
        uri: format!("https://example.org/{}", "x".repeat(1_980)),
        ..Default::default()
    }
}

/// A project of about 300 KB.
fn large() -> v1::Project {
    v1::Project { documents: vec![document(); 100], ..project("大") }
}

#[tokio::test]
async fn a_refusal_stays_small_however_much_is_wrong() {
    let server = Server::seeded().await;
    let bad = v1::Document {
        title: "文".repeat(400),
        uri: "ftp://".repeat(50),
        media_type: "\u{7}".repeat(90),
        ..Default::default()
    };
    let labels = (0..64).map(|at| (format!("标签\u{0}{at}").repeat(9), "值".repeat(101)));
    let given = v1::Project {
        documents: vec![bad; 100],
        labels: labels.collect(),
        clusters: (0..20).map(|at| format!("clusters/{}{at}", "x".repeat(90))).collect(),
        ..project(&"超".repeat(5_000))
    };
    // `refused` checks the size.
    let answer = refused(server.projects().create_project(creation("", given)).await);
    assert_eq!(answer, (Code::InvalidArgument, "FIELDS_INVALID"));
    let omitted: usize = answer.whole.metadata["omitted"].parse().unwrap();
    assert!(omitted > 100 && !answer.fields.is_empty(), "{answer:?}");
}

#[tokio::test]
async fn lengths_are_counted_in_characters_however_long_a_text_is() {
    let server = Server::seeded().await;
    for count in [301, 1_201, 100_000] {
        let answer = refused(
            server.projects().create_project(creation("", project(&"超".repeat(count)))).await,
        );
        answer.has_fields(&[("project.title", "FIELD_TOO_LONG")]);
        let told = format!("has {count} characters: at most 300 are allowed");
        assert!(answer.text.contains(&told), "{}", answer.text);
    }
}

#[tokio::test]
async fn long_lists_are_counted_before_they_are_looked_at() {
    let server = Server::seeded().await;
    let many = v1::Project {
        clusters: vec!["x".to_owned(); 100_000],
        labels: (0..65).map(|at| (at.to_string(), "x".to_owned())).collect(),
        milestones: vec![v1::Milestone::default(); 101],
        ..project("多")
    };
    refused(server.projects().create_project(creation("", many)).await).names_fields(&[
        ("project.clusters", "FIELD_TOO_LONG"),
        ("project.labels", "FIELD_TOO_LONG"),
        ("project.milestones", "FIELD_TOO_LONG"),
    ]);
    let paths = vec!["title".to_owned(); 101];
    let update = v1::UpdateProjectRequest {
        project: Some(v1::Project { name: "projects/p".to_owned(), ..Default::default() }),
        update_mask: Some(prost_types::FieldMask { paths }),
        ..Default::default()
    };
    let answer = refused(server.projects().update_project(update).await);
    assert!(answer.code == Code::InvalidArgument || answer.code == Code::NotFound, "{answer:?}");
}

#[tokio::test]
async fn a_message_over_the_limit_is_refused_as_too_large() {
    let server = Server::seeded().await;
    let mut given = project("大");
    given.site = "x".repeat(5 << 20);
    let answer = refused(server.projects().create_project(creation("", given)).await);
    assert_eq!(answer, (Code::ResourceExhausted, "TOO_LARGE"));
}

#[tokio::test]
async fn a_page_of_large_projects_is_short_rather_than_refused() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    for number in 0..20 {
        told(projects.create_project(creation(&format!("large-{number}"), large())).await);
    }
    let mut seen = 0;
    let mut token = String::new();
    loop {
        let request = v1::ListProjectsRequest { page_token: token.clone(), ..Default::default() };
        let page = told(projects.list_projects(request).await);
        seen += page.projects.len();
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, 20);
}

/// A meeting nearly as large as a message may be.
fn long_meeting() -> v1::Meeting {
    let attendee = v1::Attendee {
        id: "one".to_owned(),
        display_name: "一".to_owned(),
        role: v1::AttendeeRole::Speaker.into(),
        ..Default::default()
    };
    let speech = v1::Speech {
        speaker: "one".to_owned(),
        achievements: "长".repeat(5_000),
        challenges: "长".repeat(5_000),
        plans: "长".repeat(3_000),
        ..Default::default()
    };
    v1::Meeting { attendees: vec![attendee], speeches: vec![speech; 100], ..meeting("长会") }
}

#[tokio::test]
async fn a_meeting_as_large_as_a_message_is_taken_and_read_back() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let request = v1::CreateMeetingRequest { meeting: Some(long_meeting()), ..Default::default() };
    let created = told(meetings.create_meeting(request).await);
    let request = v1::GetMeetingRequest { name: created.name.clone(), ..Default::default() };
    assert_eq!(told(meetings.get_meeting(request).await), created);
}

#[tokio::test]
async fn the_history_of_a_large_meeting_can_be_read() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let request = v1::CreateMeetingRequest { meeting: Some(long_meeting()), ..Default::default() };
    let created = told(meetings.create_meeting(request).await);
    let update = v1::UpdateMeetingRequest {
        meeting: Some(v1::Meeting {
            name: created.name.clone(),
            place: "二楼".to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    told(meetings.update_meeting(update).await);
    let request =
        v1::ListMeetingHistoryRequest { name: created.name, page_size: 1, ..Default::default() };
    let page = told(meetings.list_meeting_history(request).await);
    assert_eq!(page.versions.len(), 1);
}

#[tokio::test]
async fn a_meeting_may_name_as_many_projects_as_its_fields_allow() {
    let server = Server::seeded().await;
    crate::list::many(&server, 100).await;
    let about = |from: usize| -> Vec<String> {
        (0..100).map(|at| format!("projects/p{:04}", from + at)).collect()
    };
    let with = |from: usize| {
        let item = |at| v1::AgendaItem {
            kind: v1::AgendaItemKind::Report.into(),
            title: format!("{at}"),
            projects: about(from * at),
            ..Default::default()
        };
        let given = v1::Meeting { agenda: (0..200).map(item).collect(), ..meeting("多") };
        v1::CreateMeetingRequest { meeting: Some(given), ..Default::default() }
    };
    let mut meetings = server.meetings();
    told(meetings.create_meeting(with(0)).await);
    let unknown = refused(meetings.create_meeting(with(100)).await);
    assert_eq!(unknown, (Code::InvalidArgument, "FIELDS_INVALID"));
    unknown.names_fields(&[("meeting.agenda[1].projects[0]", "REFERENCE_UNKNOWN")]);
}

#[tokio::test]
async fn a_record_that_could_not_be_answered_is_refused_before_it_is_written() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let speech = v1::Speech {
        speaker: "chair".to_owned(),
        achievements: "成".repeat(5_000),
        challenges: "难".repeat(5_000),
        plans: "划".repeat(5_000),
        ..Default::default()
    };
    let chair = v1::Attendee {
        id: "chair".to_owned(),
        display_name: "主持人".to_owned(),
        role: v1::AttendeeRole::Chair.into(),
        ..Default::default()
    };
    let large =
        v1::Meeting { attendees: vec![chair], speeches: vec![speech; 85], ..meeting("大") };
    let creation = v1::CreateMeetingRequest { meeting: Some(large), ..Default::default() };
    let created = told(meetings.create_meeting(creation).await);
    let revision = server.revision().await;
    let item = v1::AgendaItem {
        kind: v1::AgendaItemKind::Report.into(),
        title: "报告".to_owned(),
        notes: "注".repeat(4_000),
        ..Default::default()
    };
    let update = v1::UpdateMeetingRequest {
        meeting: Some(v1::Meeting {
            name: created.name.clone(),
            agenda: vec![item; 100],
            ..Default::default()
        }),
        ..Default::default()
    };
    let answer = refused(meetings.update_meeting(update).await);
    assert_eq!(answer, (Code::ResourceExhausted, "TOO_LARGE"));
    assert_eq!(server.revision().await, revision);
    let list = v1::ListMeetingsRequest::default();
    assert_eq!(told(meetings.list_meetings(list).await).meetings, [created]);
}

#[tokio::test]
async fn an_import_keeps_nothing_that_could_not_be_read() {
    let server = Server::with(|config| config.limits.reply_bytes = 70 << 10);
    server.seed().await;
    let titles = ["de", "es", "fr", "it", "nl", "pl", "pt", "ru"]
        .map(|language| (language.to_owned(), "长".repeat(300)));
    let long = v1::Policy {
        name: "policies/long".to_owned(),
        localized_titles: titles.into(),
        ..policy("长")
    };
    let short = v1::Policy { name: "policies/short".to_owned(), ..policy("短") };
    let rows = [long, short].map(Record::Policy).map(row).to_vec();
    let answers = import(&mut server.reference(), vec![batch(1, rows)]).await.unwrap();
    let results = &answers[0].results;
    assert_eq!(results[0].violations[0].reason, "TOO_LARGE", "{results:?}");
    assert_eq!(results[1].outcome(), v1::ImportOutcome::Created, "{results:?}");
}
