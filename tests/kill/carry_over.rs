//! The program is killed while meetings are opened: what each takes over is there
//! wholly or not at all.

use outlay_client::Client;
use outlay_proto::v1;
use tokio::sync::mpsc;

use super::is_gone;
use super::program::{Program, Running};
use crate::support::records::{instant, meeting, request_id, seeds};
use crate::support::{batch, import, told};

const KILLS: usize = 5;
/// Series in which a meeting is opened in one round.
const SERIES: usize = 24;
/// Meetings that are opened before the program is killed.
const OPENED: usize = 6;
/// Meetings of each series that leave items, and items that each leaves.
const LEFT: usize = 3;
const ITEMS: usize = 10;
/// 2023-07-31T01:00:00Z.
const MONDAY: i64 = 1_690_765_200;
const DAY: i64 = 86_400;

fn items(of: &str) -> Vec<v1::AgendaItem> {
    let item = |at| v1::AgendaItem {
        kind: v1::AgendaItemKind::Report.into(),
        title: format!("{of}-{at}"),
        ..Default::default()
    };
    (0..ITEMS).map(item).collect()
}

async fn create_series(client: &Client, id: &str) {
    let series = v1::MeetingSeries {
        title: id.to_owned(),
        kind: v1::MeetingKind::Dispatch.into(),
        host: "organisations/jx-eit".to_owned(),
        region: "regions/330400".to_owned(),
        time_zone: "Asia/Shanghai".to_owned(),
        first_time: instant(MONDAY),
        length_minutes: 60,
        ..Default::default()
    };
    let request = v1::CreateMeetingSeriesRequest {
        meeting_series: Some(series),
        meeting_series_id: id.to_owned(),
        ..Default::default()
    };
    told(client.meeting_series().create_meeting_series(request).await);
    for item in items("backlog") {
        let name = format!("meetingSeries/{id}");
        let request = v1::AddBacklogItemRequest { name, item: Some(item), ..Default::default() };
        told(client.meeting_series().add_backlog_item(request).await);
    }
}

/// Makes meetings that leave items, and one that is about to be opened.
async fn prepare(client: &Client, id: &str) {
    create_series(client, id).await;
    let mut meetings = client.meetings();
    for number in 0..=LEFT {
        let own = if number < LEFT { items(&number.to_string()) } else { Vec::new() };
        let start = MONDAY + DAY * i64::try_from(number).unwrap();
        let given = v1::Meeting {
            series: format!("meetingSeries/{id}"),
            place: "三楼".to_owned(),
            start_time: instant(start),
            end_time: instant(start + 3_600),
            agenda: own,
            ..meeting("调度会")
        };
        let request = v1::CreateMeetingRequest {
            meeting: Some(given),
            meeting_id: format!("{id}-{number}"),
            ..Default::default()
        };
        let name = told(meetings.create_meeting(request).await).name;
        if number < LEFT {
            let reason = "台风".to_owned();
            let request = v1::CancelMeetingRequest { name, reason, ..Default::default() };
            told(meetings.cancel_meeting(request).await);
        } else {
            let request = v1::ScheduleMeetingRequest { name, ..Default::default() };
            told(meetings.schedule_meeting(request).await);
        }
    }
}

fn start(id: &str, request_id: &str) -> v1::StartMeetingRequest {
    v1::StartMeetingRequest {
        name: format!("meetings/{id}-{LEFT}"),
        request_id: request_id.to_owned(),
        ..Default::default()
    }
}

/// Whether the meeting of a series was opened; everything else must fit.
async fn check(client: &Client, id: &str) -> bool {
    let mut meetings = client.meetings();
    let mut read = async |number: usize| {
        let name = format!("meetings/{id}-{number}");
        let request = v1::GetMeetingRequest { name, ..Default::default() };
        told(meetings.get_meeting(request).await)
    };
    let last = read(LEFT).await;
    let is_open = last.state() == v1::MeetingState::InProgress;
    let count = if is_open { (LEFT + 1) * ITEMS } else { 0 };
    assert_eq!(last.agenda.len(), count, "{id}");
    for number in 0..LEFT {
        let to = if is_open { last.name.as_str() } else { "" };
        let left = read(number).await.agenda;
        assert!(left.iter().all(|item| item.carried_to == to), "{id}-{number}");
    }
    let name = format!("meetingSeries/{id}");
    let request = v1::GetMeetingSeriesRequest { name, ..Default::default() };
    let backlog = told(client.meeting_series().get_meeting_series(request).await).backlog;
    assert_eq!(backlog.is_empty(), is_open, "{id}");
    is_open
}

/// Opens all, and kills the program on the way; answers which were acknowledged.
async fn round(server: Running, all: &[(String, String)]) -> Vec<bool> {
    let (acknowledged, mut opened) = mpsc::unbounded_channel();
    let calls = all.iter().cloned().map(|(id, request_id)| {
        let mut meetings = server.client().meetings();
        let acknowledged = acknowledged.clone();
        tokio::spawn(async move {
            match meetings.start_meeting(start(&id, &request_id)).await {
                Ok(_) => {
                    // Nobody counts any more once there were enough.
                    let _enough = acknowledged.send(());
                    true
                }
                Err(status) => {
                    assert!(is_gone(&status), "{status:?}");
                    false
                }
            }
        })
    });
    let calls: Vec<_> = calls.collect();
    drop(acknowledged);
    for _ in 0..OPENED {
        opened.recv().await.expect("one that is opened");
    }
    server.kill();
    let mut answered = Vec::new();
    for call in calls {
        answered.push(call.await.unwrap());
    }
    answered
}

#[tokio::test]
async fn what_a_meeting_takes_over_is_there_wholly_or_not_at_all() {
    let directory = tempfile::tempdir().unwrap();
    let program = Program::built();
    let mut server = program.start(directory.path());
    import(&mut server.client().reference(), vec![batch(1, seeds())]).await.unwrap();
    for kill in 0..KILLS {
        let all: Vec<_> = (0..SERIES).map(|at| (format!("s-{kill}-{at}"), request_id())).collect();
        for (id, _) in &all {
            prepare(&server.client(), id).await;
        }
        let answered = round(server, &all).await;
        server = program.start(directory.path());
        let client = server.client();
        for ((id, request_id), answered) in all.iter().zip(answered) {
            let is_open = check(&client, id).await;
            assert!(is_open || !answered, "{id} was acknowledged");
            // The same request again opens it where it wasn't, and only then.
            told(client.meetings().start_meeting(start(id, request_id)).await);
            assert!(check(&client, id).await, "{id}");
        }
    }
}
