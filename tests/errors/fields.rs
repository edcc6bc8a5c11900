//! Bad fields: all of them at once, each with its reason.

use outlay_proto::v1;
use tonic::Code;

use crate::project::creation;
use crate::support::records::{date, instant, meeting, money, project, yuan};
use crate::support::{Server, check, refused, told};

/// A project in which everything that can be wrong is.
fn wrong() -> v1::Project {
    let contact = v1::Contact {
        display_name: String::new(),
        phone: "call me".to_owned(),
        post: "长".repeat(101),
        ..Default::default()
    };
    v1::Project {
        title: "制".repeat(301),
        localized_titles: [("not a language".to_owned(), "x".to_owned())].into(),
        project_code: "2306-330402-04-02-12345".to_owned(),
        owner: "organisations/nobody".to_owned(),
        region: "330402".to_owned(),
        site: "a\nb".to_owned(),
        industry: String::new(),
        clusters: vec!["clusters/w4".to_owned(), "clusters/w4".to_owned()],
        construction_kind: 77,
        investment: Some(v1::InvestmentPlan {
            total: money("cny", 1),
            working_capital: yuan(10_000_000_000_001),
            ..Default::default()
        }),
        land_area_square_metres: -5,
        planned_start_date: date(2023, 13, 1),
        contacts: vec![contact],
        lists: vec!["Not An Id".to_owned()],
        documents: vec![v1::Document {
            title: "x".to_owned(),
            uri: "javascript:alert(1)".to_owned(),
            sha256: "AB".to_owned(),
            size_bytes: -1,
            media_type: "pdf".to_owned(),
        }],
        milestones: vec![v1::Milestone::default()],
        ..Default::default()
    }
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_project_is_told_at_once() {
    let server = Server::seeded().await;
    let revision = server.revision().await;
    let mut request = creation("Bad Id", wrong());
    request.request_id = "0".to_owned();
    let answer = refused(server.projects().create_project(request).await);
    assert_eq!(answer, (Code::InvalidArgument, "FIELDS_INVALID"));
    answer.names_fields(&[
        ("project_id", "FIELD_FORMAT"),
        ("request_id", "FIELD_FORMAT"),
        ("project.title", "FIELD_TOO_LONG"),
        ("project.localized_titles", "FIELD_FORMAT"),
        ("project.region", "FIELD_FORMAT"),
        ("project.site", "FIELD_CHARACTERS"),
        ("project.industry", "FIELD_REQUIRED"),
        ("project.clusters[1]", "FIELD_DUPLICATE"),
        ("project.construction_kind", "FIELD_ENUM_UNKNOWN"),
        ("project.investment.total.currency_code", "FIELD_FORMAT"),
        ("project.investment.working_capital.units", "FIELD_OUT_OF_RANGE"),
        ("project.land_area_square_metres", "FIELD_OUT_OF_RANGE"),
        ("project.planned_start_date.month", "FIELD_OUT_OF_RANGE"),
        ("project.contacts[0].display_name", "FIELD_REQUIRED"),
        ("project.contacts[0].post", "FIELD_TOO_LONG"),
        ("project.contacts[0].phone", "FIELD_FORMAT"),
        ("project.lists[0]", "FIELD_FORMAT"),
        ("project.documents[0].uri", "FIELD_FORMAT"),
        ("project.documents[0].sha256", "FIELD_FORMAT"),
        ("project.documents[0].size_bytes", "FIELD_OUT_OF_RANGE"),
        ("project.documents[0].media_type", "FIELD_FORMAT"),
        ("project.milestones[0].title", "FIELD_REQUIRED"),
        ("project.milestones[0].baseline_date", "FIELD_REQUIRED"),
    ]);
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn what_needs_the_store_is_told_with_what_doesnt() {
    let server = Server::seeded().await;
    let bad = v1::Project {
        title: String::new(),
        owner: "organisations/nobody".to_owned(),
        region: "regions/999999".to_owned(),
        industry: "industries/9999".to_owned(),
        clusters: vec!["clusters/w4".to_owned(), "clusters/nope".to_owned()],
        policies: vec!["policies/nope".to_owned()],
        ..project("")
    };
    let answer = refused(server.projects().create_project(creation("", bad)).await);
    answer.has_fields(&[
        ("project.title", "FIELD_REQUIRED"),
        ("project.owner", "REFERENCE_UNKNOWN"),
        ("project.region", "REFERENCE_UNKNOWN"),
        ("project.industry", "REFERENCE_UNKNOWN"),
        ("project.clusters[1]", "REFERENCE_UNKNOWN"),
        ("project.policies[0]", "REFERENCE_UNKNOWN"),
    ]);
}

#[tokio::test]
async fn a_deleted_record_can_not_be_referred_to() {
    let server = Server::seeded().await;
    let delete = v1::DeleteOrganisationRequest {
        name: "organisations/jx-solar".to_owned(),
        ..Default::default()
    };
    told(server.reference().delete_organisation(delete).await);
    refused(server.projects().create_project(creation("", project("一"))).await)
        .has_fields(&[("project.owner", "REFERENCE_UNKNOWN")]);
}

#[tokio::test]
async fn texts_are_held_to_their_characters_and_lengths() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let long = "制".repeat(300);
    let longer = "制".repeat(301);
    let cases: [(&str, &str); 14] = [
        ("光伏 😀 é", ""),
        (&long, ""),
        (&longer, "FIELD_TOO_LONG"),
        ("", "FIELD_REQUIRED"),
        ("a\0b", "FIELD_CHARACTERS"),
        ("a\nb", "FIELD_CHARACTERS"),
        ("a\tb", "FIELD_CHARACTERS"),
        ("a\rb", "FIELD_CHARACTERS"),
        ("\u{1b}[31m", "FIELD_CHARACTERS"),
        ("\u{7f}", "FIELD_CHARACTERS"),
        ("\u{85}", "FIELD_CHARACTERS"),
        ("\u{9f}", "FIELD_CHARACTERS"),
        ("'; DROP TABLE projects; --", ""),
        ("<script>", ""),
    ];
    let mut compared = Vec::new();
    for (title, due) in cases {
        let mut request = creation("", project(title));
        request.validate_only = true;
        let came = match projects.create_project(request).await {
            Ok(answer) => {
                assert_eq!(answer.into_inner().title, title);
                String::new()
            }
            Err(status) => {
                let answer = crate::support::refusal::taken_apart(&status);
                assert_eq!(answer.fields[0].0, "project.title");
                answer.fields[0].1.clone()
            }
        };
        compared.push((title.escape_debug().to_string(), came, due.to_owned()));
    }
    check(compared);
}

#[tokio::test]
async fn a_text_of_several_lines_may_have_line_feeds_and_tabs_only() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    for (summary, right) in [("a\n\tb", true), ("a\0", false), ("\u{8}", false)] {
        let request = v1::CreateMeetingRequest {
            meeting: Some(v1::Meeting { summary: summary.to_owned(), ..meeting("例会") }),
            validate_only: true,
            ..Default::default()
        };
        let answer = meetings.create_meeting(request).await;
        assert_eq!(answer.is_ok(), right, "{summary:?}");
    }
}

#[tokio::test]
async fn an_email_address_is_taken() {
    let server = Server::seeded().await;
    let mut given = project("一");
    given.contacts = vec![v1::Contact {
        display_name: "李娜".to_owned(),
        email: "li@example.org".to_owned(),
        ..Default::default()
    }];
    told(server.projects().create_project(creation("", given)).await);
}

#[tokio::test]
async fn amounts_are_whole_fen_of_the_right_currency() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let amount = |currency: &str, units, nanos| {
        Some(v1::Money { currency_code: currency.to_owned(), units, nanos })
    };
    let field = "project.investment.total";
    let cases = [
        (amount("CNY", 1, 990_000_000), ""),
        (amount("CNY", 0, 10_000_000), ""),
        (amount("CNY", 10_000_000_000_000, 0), ""),
        (amount("CNY", 0, 0), field),
        (amount("CNY", -1, 0), field),
        (amount("CNY", 1, 1), field),
        (amount("CNY", 1, -990_000_000), field),
        (amount("CNY", 10_000_000_000_000, 10_000_000), field),
        (amount("CNY", 10_000_000_000_001, 0), "project.investment.total.units"),
        (amount("USD", 1, 0), field),
        (amount("XXX", 1, 0), field),
        (amount("cny", 1, 0), "project.investment.total.currency_code"),
        (amount("", 1, 0), "project.investment.total.currency_code"),
        (None, field),
    ];
    let mut compared = Vec::new();
    for (total, due) in cases {
        let name = format!("{total:?}");
        let mut given = project("一");
        given.investment = Some(v1::InvestmentPlan { total, ..Default::default() });
        let mut request = creation("", given);
        request.validate_only = true;
        let came = match projects.create_project(request).await {
            Ok(_) => String::new(),
            Err(status) => crate::support::refusal::taken_apart(&status).fields[0].0.clone(),
        };
        compared.push((name, came, due.to_owned()));
    }
    check(compared);
}

#[tokio::test]
async fn instants_are_within_the_years_that_can_be_written() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let nanos = |nanos| Some(prost_types::Timestamp { seconds: 0, nanos });
    for (start_time, right) in [
        (instant(0), true),
        (instant(-62_135_596_800), true),
        (instant(253_402_207_200), true),
        (instant(253_402_300_800), false),
        (instant(i64::MAX), false),
        (instant(i64::MIN), false),
        (nanos(-1), false),
        (nanos(1_000_000_000), false),
        (nanos(999_999_999), true),
    ] {
        let request = v1::CreateMeetingRequest {
            meeting: Some(v1::Meeting { start_time, ..meeting("例会") }),
            ..Default::default()
        };
        match meetings.create_meeting(request).await {
            Ok(_) => assert!(right, "{start_time:?}"),
            Err(status) => {
                let answer = crate::support::refusal::taken_apart(&status);
                assert_eq!(answer.fields[0].0, "meeting.start_time", "{answer:?}");
                assert!(!right, "{start_time:?}");
            }
        }
    }
    // What was taken can be listed and read.
    let list = v1::ListMeetingsRequest::default();
    let listed = told(meetings.list_meetings(list).await).meetings;
    assert_eq!(listed.len(), 4);
    assert!(listed.windows(2).all(|two| {
        let seconds = |one: &v1::Meeting| one.start_time.map(|time| time.seconds);
        seconds(&two[0]) >= seconds(&two[1])
    }));
}
