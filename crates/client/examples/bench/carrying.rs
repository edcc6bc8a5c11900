//! Opening a meeting of a series into which many open actions are carried.

use std::time::{Duration, Instant};

use outlay_client::Client;
use outlay_proto::v1;
use prost_types::Timestamp;

use super::reading::shown;
use super::{Outcome, material};

/// When the first meeting begins, in seconds since 1970: 2023-01-04T01:00:00Z.
const FIRST: i64 = 1_672_794_000;
const WEEK: i64 = 7 * 24 * 3_600;

/// Assigns actions in the first meeting of a new series, and then opens one meeting
/// after the other: each takes all of them over.
pub(crate) async fn run(client: &Client, actions: usize, times: u16) -> Outcome<()> {
    let material = material(client).await?;
    let (region, _) = material.regions.first().ok_or("there is no region")?;
    let request = v1::ListOrganisationsRequest { page_size: 1, ..Default::default() };
    let offices = client.reference().list_organisations(request).await?.into_inner().organisations;
    let office = offices.into_iter().next().ok_or("there is no organisation")?.name;
    let request = v1::CreateMeetingSeriesRequest {
        meeting_series: Some(v1::MeetingSeries {
            title: "每周调度会".to_owned(),
            kind: v1::MeetingKind::Dispatch.into(),
            host: office.clone(),
            region: region.clone(),
            place: "301".to_owned(),
            time_zone: "Asia/Shanghai".to_owned(),
            first_time: Some(Timestamp { seconds: FIRST, nanos: 0 }),
            length_minutes: 60,
            recurrence: "FREQ=WEEKLY;COUNT=100".to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    // The server makes its id, so that it can be run again.
    let series = client.meeting_series().create_meeting_series(request).await?.into_inner().name;
    let mut spans = Vec::new();
    let mut carried = 0;
    for number in 0..=times {
        let name = prepare(client, &series, number).await?;
        let begin = Instant::now();
        open(client, &name).await?;
        let span = begin.elapsed();
        if number == 0 {
            assign(client, &name, &office, actions).await?;
        } else {
            spans.push(span);
            carried = count(client, &name).await?;
        }
        let request = v1::CloseMeetingRequest { name, ..Default::default() };
        client.meetings().close_meeting(request).await?;
    }
    report(spans, carried);
    Ok(())
}

fn report(spans: Vec<Duration>, carried: usize) {
    println!("opening a meeting with {carried} carried actions: {}", shown(spans));
}

/// Creates and announces a meeting of the series.
async fn prepare(client: &Client, series: &str, number: u16) -> Outcome<String> {
    let id = series.rsplit('/').next().unwrap_or_default();
    let id = format!("{id}-{number}");
    let seconds = FIRST + i64::from(number) * WEEK;
    let request = v1::CreateMeetingRequest {
        meeting: Some(v1::Meeting {
            series: series.to_owned(),
            start_time: Some(Timestamp { seconds, nanos: 0 }),
            ..Default::default()
        }),
        meeting_id: id.clone(),
        ..Default::default()
    };
    client.meetings().create_meeting(request).await?;
    let name = format!("meetings/{id}");
    let request = v1::ScheduleMeetingRequest { name: name.clone(), ..Default::default() };
    client.meetings().schedule_meeting(request).await?;
    Ok(name)
}

async fn open(client: &Client, name: &str) -> Outcome<()> {
    let request = v1::StartMeetingRequest { name: name.to_owned(), ..Default::default() };
    client.meetings().start_meeting(request).await?;
    Ok(())
}

async fn assign(client: &Client, meeting: &str, office: &str, count: usize) -> Outcome<()> {
    let action = |number: usize| v1::Action {
        assigned_meeting: meeting.to_owned(),
        title: format!("落实第{number}号事项"),
        lead: office.to_owned(),
        due_date: Some(v1::Date { year: 2030, month: 12, day: 31 }),
        ..Default::default()
    };
    let request = v1::BatchCreateActionsRequest {
        actions: (1..=count).map(action).collect(),
        ..Default::default()
    };
    client.actions().batch_create_actions(request).await?;
    Ok(())
}

/// How many open actions are a meeting's now.
async fn count(client: &Client, meeting: &str) -> Outcome<usize> {
    let request = v1::ListActionsRequest {
        meeting: meeting.to_owned(),
        open: true,
        page_size: 1_000,
        ..Default::default()
    };
    Ok(client.actions().list_actions(request).await?.into_inner().actions.len())
}
