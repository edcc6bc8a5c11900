//! Meetings are searched like projects, and by their places and agendas, too.

use outlay_proto::v1;

use crate::support::records::{instant, meeting};
use crate::support::{Server, refused, told};

/// Ids of meetings, each with the fields that terms occur in.
type Due<'a> = [(&'a str, &'a [&'a str])];

fn query(query: &str) -> v1::SearchMeetingsRequest {
    v1::SearchMeetingsRequest { query: query.to_owned(), ..Default::default() }
}

async fn found(server: &Server, text: &str) -> Vec<(String, Vec<String>)> {
    let mut meetings = server.meetings();
    let (mut found, mut token) = (Vec::new(), String::new());
    loop {
        let request = v1::SearchMeetingsRequest { page_size: 1, page_token: token, ..query(text) };
        let page = told(meetings.search_meetings(request).await);
        for result in page.results {
            let name = result.meeting.unwrap_or_default().name;
            found.push((name.trim_start_matches("meetings/").to_owned(), result.matched_fields));
        }
        token = page.next_page_token;
        if token.is_empty() {
            return found;
        }
    }
}

async fn with_meetings() -> Server {
    let server = Server::seeded().await;
    let item = |title: &str| v1::AgendaItem {
        title: title.to_owned(),
        kind: v1::AgendaItemKind::Report.into(),
        ..Default::default()
    };
    let given = [
        ("draft", v1::Meeting { place: "301会议室".to_owned(), ..meeting("光伏项目调度会") }),
        ("early", v1::Meeting { start_time: instant(1_000), ..meeting("制造业投资座谈会") }),
        (
            "late",
            v1::Meeting {
                start_time: instant(2_000),
                regions: vec!["regions/330106".to_owned()],
                agenda: vec![item("光伏产业汇报"), item("储能讨论")],
                ..meeting("座谈会")
            },
        ),
    ];
    for (id, meeting) in given {
        let request = v1::CreateMeetingRequest {
            meeting: Some(meeting),
            meeting_id: id.to_owned(),
            ..Default::default()
        };
        told(server.meetings().create_meeting(request).await);
    }
    server
}

#[tokio::test]
async fn meetings_are_found_by_title_agenda_host_and_place() {
    let server = with_meetings().await;
    let cases: &[(&str, &Due<'_>)] = &[
        ("座谈会", &[("late", &["title"]), ("early", &["title"])]),
        ("光伏", &[("late", &["agenda"]), ("draft", &["title"])]),
        ("301", &[("draft", &["place"])]),
        ("会议室 光伏", &[("draft", &["place", "title"])]),
        ("储能 光伏", &[("late", &["agenda"])]),
        ("西湖", &[("late", &["region"])]),
        ("信息化局 座谈", &[("late", &["host", "title"]), ("early", &["host", "title"])]),
        ("tzzth", &[("early", &["title"])]),
        ("嘉兴市 调度", &[("draft", &["host", "region", "title"])]),
    ];
    for (text, due) in cases {
        let due: Vec<_> = due
            .iter()
            .map(|(id, fields)| {
                ((*id).to_owned(), fields.iter().map(|f| (*f).to_owned()).collect())
            })
            .collect();
        assert_eq!(found(&server, text).await, due, "{text}");
    }
    refused(server.meetings().search_meetings(query("。")).await)
        .has_fields(&[("query", "QUERY_INVALID")]);
}

#[tokio::test]
async fn a_meeting_that_is_moved_stands_elsewhere_in_the_order() {
    let server = with_meetings().await;
    let update = v1::UpdateMeetingRequest {
        meeting: Some(v1::Meeting {
            name: "meetings/early".to_owned(),
            start_time: instant(3_000),
            ..Default::default()
        }),
        ..Default::default()
    };
    told(server.meetings().update_meeting(update).await);
    let order: Vec<_> = found(&server, "谈会").await.into_iter().map(|(id, _)| id).collect();
    assert_eq!(order, ["early", "late"]);
}
