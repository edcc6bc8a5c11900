//! Meeting series, over the wire.

#![cfg(test)]

mod calendar;
mod making;
mod recurrence;

use outlay_proto::v1;
use tonic::Code;

use crate::support::records::{english, instant, mask};
use crate::support::{MeetingSeries, Server, refused, told};

/// 2023-07-31T01:00:00Z, nine o'clock in Jiaxing on the Monday after the day of the
/// tests.
pub(crate) const MONDAY: i64 = 1_690_765_200;
pub(crate) const WEEK: i64 = 7 * 24 * 60 * 60;
pub(crate) const NAME: &str = "meetingSeries/weekly";

pub(crate) fn weekly() -> v1::MeetingSeries {
    v1::MeetingSeries {
        title: "重大项目周调度会".to_owned(),
        kind: v1::MeetingKind::Dispatch.into(),
        host: "organisations/jx-eit".to_owned(),
        region: "regions/330400".to_owned(),
        place: "三楼会议室".to_owned(),
        time_zone: "Asia/Shanghai".to_owned(),
        first_time: instant(MONDAY),
        length_minutes: 90,
        recurrence: "FREQ=WEEKLY;COUNT=5".to_owned(),
        ..Default::default()
    }
}

pub(crate) fn creation(id: &str, given: v1::MeetingSeries) -> v1::CreateMeetingSeriesRequest {
    v1::CreateMeetingSeriesRequest {
        meeting_series: Some(given),
        meeting_series_id: id.to_owned(),
        ..Default::default()
    }
}

pub(crate) async fn create(
    server: &Server,
    id: &str,
    given: v1::MeetingSeries,
) -> v1::MeetingSeries {
    told(server.meeting_series().create_meeting_series(creation(id, given)).await)
}

pub(crate) async fn get(server: &Server, name: &str) -> v1::MeetingSeries {
    let request = v1::GetMeetingSeriesRequest { name: name.to_owned(), ..Default::default() };
    told(server.meeting_series().get_meeting_series(request).await)
}

fn update(given: v1::MeetingSeries, paths: &[&str]) -> v1::UpdateMeetingSeriesRequest {
    v1::UpdateMeetingSeriesRequest {
        meeting_series: Some(v1::MeetingSeries { name: NAME.to_owned(), ..given }),
        update_mask: mask(paths),
        ..Default::default()
    }
}

async fn listed(series: &mut MeetingSeries, request: v1::ListMeetingSeriesRequest) -> String {
    let listed = told(series.list_meeting_series(request).await).meeting_series;
    let ids: Vec<_> = listed.iter().map(|one| one.name.replace("meetingSeries/", "")).collect();
    ids.join(" ")
}

#[tokio::test]
async fn a_series_is_created_kept_and_changed() {
    let server = Server::seeded().await;
    let given = v1::MeetingSeries {
        localized_titles: english("Weekly dispatch"),
        excluded_times: vec![instant(MONDAY + WEEK).unwrap()],
        extra_times: vec![instant(MONDAY + 60).unwrap()],
        summary: "每周一".to_owned(),
        ..weekly()
    };
    let created = create(&server, "weekly", given.clone()).await;
    let due = v1::MeetingSeries {
        name: NAME.to_owned(),
        uid: created.uid.clone(),
        create_time: created.create_time,
        update_time: created.update_time,
        etag: created.etag.clone(),
        revision: created.revision,
        ..given
    };
    assert_eq!(created, due);
    let moved = v1::MeetingSeries { place: "二楼".to_owned(), ..Default::default() };
    let moved = update(moved, &["place"]);
    let moved = told(server.meeting_series().update_meeting_series(moved).await);
    assert_eq!(moved.place, "二楼");
    let server = server.restart();
    assert_eq!(get(&server, NAME).await, moved);
    let first = v1::GetMeetingSeriesRequest {
        name: NAME.to_owned(),
        revision: created.revision,
        ..Default::default()
    };
    assert_eq!(told(server.meeting_series().get_meeting_series(first).await), created);
    let history =
        v1::ListMeetingSeriesHistoryRequest { name: NAME.to_owned(), ..Default::default() };
    let history = told(server.meeting_series().list_meeting_series_history(history).await);
    assert_eq!(history.versions.len(), 2);
    assert_eq!(history.versions[0].change.as_ref().unwrap().changed_fields, ["place"]);
}

#[tokio::test]
async fn series_are_found_by_host_and_region_until_they_are_deleted() {
    let server = Server::seeded().await;
    create(&server, "weekly", weekly()).await;
    let province = v1::MeetingSeries {
        host: "organisations/zj-eit".to_owned(),
        region: "regions/330000".to_owned(),
        ..weekly()
    };
    create(&server, "province", province).await;
    let mut series = server.meeting_series();
    let by = |filter: &str, region: &str, show_deleted| v1::ListMeetingSeriesRequest {
        filter: filter.to_owned(),
        region: region.to_owned(),
        show_deleted,
        ..Default::default()
    };
    for (filter, region, due) in [
        ("", "", "weekly province"),
        ("host = \"organisations/jx-eit\"", "", "weekly"),
        ("kind = SYMPOSIUM", "", ""),
        ("", "regions/330400", "weekly"),
        ("", "regions/330000", "weekly province"),
    ] {
        assert_eq!(listed(&mut series, by(filter, region, false)).await, due, "{filter} {region}");
    }
    let delete = v1::DeleteMeetingSeriesRequest { name: NAME.to_owned(), ..Default::default() };
    told(series.delete_meeting_series(delete).await);
    assert_eq!(listed(&mut series, by("", "", false)).await, "province");
    assert_eq!(listed(&mut series, by("", "", true)).await, "weekly province");
    let undelete = v1::UndeleteMeetingSeriesRequest { name: NAME.to_owned(), ..Default::default() };
    told(series.undelete_meeting_series(undelete).await);
    assert_eq!(listed(&mut series, by("", "", false)).await, "weekly province");
}

#[tokio::test]
async fn what_a_series_names_must_be_there() {
    let server = Server::seeded().await;
    let given = v1::MeetingSeries {
        host: "organisations/nobody".to_owned(),
        region: "regions/999999".to_owned(),
        template: "meetingTemplates/none".to_owned(),
        ..weekly()
    };
    let answer = server.meeting_series().create_meeting_series(creation("weekly", given)).await;
    refused(answer).has_fields(&[
        ("meeting_series.host", "REFERENCE_UNKNOWN"),
        ("meeting_series.region", "REFERENCE_UNKNOWN"),
        ("meeting_series.template", "REFERENCE_UNKNOWN"),
    ]);
}

fn backlog(title: &str) -> v1::AddBacklogItemRequest {
    v1::AddBacklogItemRequest {
        name: NAME.to_owned(),
        item: Some(v1::AgendaItem {
            kind: v1::AgendaItemKind::Report.into(),
            title: title.to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    }
}

#[tokio::test]
async fn items_are_put_into_the_backlog_and_taken_out() {
    let server = Server::seeded().await;
    create(&server, "weekly", weekly()).await;
    let mut series = server.meeting_series();
    told(series.add_backlog_item(backlog("用地")).await);
    let two = told(series.add_backlog_item(backlog("用能")).await);
    let ids: Vec<_> = two.backlog.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids, ["item-1", "item-2"]);
    let removal = v1::RemoveBacklogItemRequest {
        name: NAME.to_owned(),
        item_id: "item-1".to_owned(),
        ..Default::default()
    };
    let one = told(series.remove_backlog_item(removal.clone()).await);
    assert_eq!(one.backlog, two.backlog[1..]);
    refused(series.remove_backlog_item(removal).await)
        .has_fields(&[("item_id", "AGENDA_ITEM_UNKNOWN")]);
    // An update leaves the backlog alone.
    let given = v1::MeetingSeries { summary: "每周".to_owned(), ..weekly() };
    let updated = told(series.update_meeting_series(update(given, &["*"])).await);
    assert_eq!(updated.backlog, one.backlog);
}

#[tokio::test]
async fn an_item_of_the_backlog_has_nothing_that_only_a_meeting_gives() {
    let server = Server::seeded().await;
    create(&server, "weekly", weekly()).await;
    let mut request = backlog("用地");
    request.item = request.item.map(|item| v1::AgendaItem {
        presenter: "chair".to_owned(),
        section: "s".to_owned(),
        start_time: instant(MONDAY),
        outcome: v1::AgendaOutcome::Postponed.into(),
        outcome_note: "下次".to_owned(),
        actual_minutes: 5,
        ..item
    });
    let contradiction = "FIELD_CONTRADICTION";
    refused(server.meeting_series().add_backlog_item(request).await).has_fields(&[
        ("item.presenter", contradiction),
        ("item.section", contradiction),
        ("item.start_time", contradiction),
        ("item.outcome", contradiction),
        ("item.outcome_note", contradiction),
        ("item.actual_minutes", contradiction),
    ]);
    let delete = v1::DeleteMeetingSeriesRequest { name: NAME.to_owned(), ..Default::default() };
    told(server.meeting_series().delete_meeting_series(delete).await);
    let deleted = refused(server.meeting_series().add_backlog_item(backlog("用地")).await);
    assert_eq!(deleted, (Code::FailedPrecondition, "RECORD_DELETED"));
}
