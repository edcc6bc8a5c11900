//! Actions counted by organisation and region, against actions counted one by
//! one.

use outlay_proto::v1;

use super::{action, assigned, close, create};
use crate::support::records::named;
use crate::support::{Server, refused, told};

/// Due dates, with the band of a count on 28 July 2023: 0 for due later, 1 for
/// soon, 2 to 5 for overdue.
const DUE: [((i32, i32, i32), usize); 10] = [
    ((2023, 8, 5), 0),
    ((2023, 8, 4), 1),
    ((2023, 7, 28), 1),
    ((2023, 7, 27), 2),
    ((2023, 7, 21), 2),
    ((2023, 7, 20), 3),
    ((2023, 6, 28), 3),
    ((2023, 6, 27), 4),
    ((2023, 4, 29), 4),
    ((2023, 4, 28), 5),
];

async fn counted() -> Server {
    let server = assigned().await;
    for (number, (due, _)) in DUE.into_iter().enumerate() {
        create(&server, &format!("a-{number}"), action("一", due)).await;
    }
    let far = v1::Action {
        lead: "organisations/zj-eit".to_owned(),
        regions: vec!["regions/330106".to_owned()],
        ..action("二", (2023, 7, 20))
    };
    create(&server, "far", far).await;
    for id in ["done", "gone"] {
        create(&server, id, action(id, (2023, 7, 1))).await;
    }
    close(&server, "done").await;
    let cancel = v1::CancelActionRequest {
        name: "actions/gone".to_owned(),
        reason: "撤销".to_owned(),
        ..Default::default()
    };
    told(server.actions().cancel_action(cancel).await);
    server
}

fn numbers(row: &v1::ActionCounts) -> [i64; 8] {
    [
        row.open_count,
        row.due_soon_count,
        row.overdue_week_count,
        row.overdue_month_count,
        row.overdue_quarter_count,
        row.overdue_longer_count,
        row.closed_count,
        row.cancelled_count,
    ]
}

async fn summary(server: &Server, request: v1::GetActionSummaryRequest) -> Vec<(String, [i64; 8])> {
    let rows = told(server.actions().get_action_summary(request).await).rows;
    let named = |row: &v1::ActionCounts| format!("{}{}", row.organisation, row.region);
    rows.iter().map(|row| (named(row), numbers(row))).collect()
}

#[tokio::test]
async fn counts_tell_how_old_open_actions_are() {
    let server = counted().await;
    let count = |band| DUE.iter().filter(|(_, of)| *of == band).count() as i64;
    let own = [10, count(1), count(2), count(3), count(4), count(5), 1, 1];
    let far = [1, 0, 0, 1, 0, 0, 0, 0];
    let row = |name: &str, numbers| (name.to_owned(), numbers);
    let all = v1::GetActionSummaryRequest::default();
    let offices = [row("organisations/jx-eit", own), row("organisations/zj-eit", far)];
    assert_eq!(summary(&server, all.clone()).await, offices);
    let one = named("organisations", "zj-eit");
    let request = v1::GetActionSummaryRequest { organisation: one.clone(), ..all.clone() };
    assert_eq!(summary(&server, request).await, offices[1..]);
    let of_region =
        v1::GetActionSummaryRequest { region: named("regions", "330402"), ..all.clone() };
    assert_eq!(summary(&server, of_region.clone()).await, offices);
    let elsewhere =
        v1::GetActionSummaryRequest { region: named("regions", "330100"), ..all.clone() };
    assert_eq!(summary(&server, elsewhere).await, []);
    let by_region =
        v1::GetActionSummaryRequest { by: v1::ActionSummaryKey::Region.into(), ..all.clone() };
    let request =
        v1::GetActionSummaryRequest { region: named("regions", "330000"), ..by_region.clone() };
    let mut whole = own;
    whole[0] += 1;
    whole[3] += 1;
    assert_eq!(
        summary(&server, request).await,
        [row("regions/330000", whole), row("regions/330100", far), row("regions/330400", own)]
    );
    let soon = v1::GetActionSummaryRequest { due_soon_days: 8, ..of_region };
    assert_eq!(summary(&server, soon).await[0].1[1], count(1) + 1);
    let both = v1::GetActionSummaryRequest { organisation: one, ..by_region };
    refused(server.actions().get_action_summary(both).await)
        .has_fields(&[("organisation", "FIELD_CONTRADICTION")]);
}

#[tokio::test]
async fn what_is_counted_follows_every_change() {
    let server = counted().await;
    let delete = v1::DeleteActionRequest { name: "actions/a-9".to_owned(), ..Default::default() };
    told(server.actions().delete_action(delete).await);
    let extend = v1::ExtendActionRequest {
        name: "actions/far".to_owned(),
        due_date: crate::support::records::date(2023, 12, 31),
        reason: "延期".to_owned(),
        ..Default::default()
    };
    told(server.actions().extend_action(extend).await);
    let rows = summary(&server, v1::GetActionSummaryRequest::default()).await;
    assert_eq!((rows[0].1[0], rows[0].1[5]), (9, 0));
    assert_eq!(rows[1].1, [1, 0, 0, 0, 0, 0, 0, 0]);
    let server = server.restart();
    assert_eq!(summary(&server, v1::GetActionSummaryRequest::default()).await, rows);
}
