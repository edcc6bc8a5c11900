//! The feed of reminders: the same for the same day, whoever asks how often.

use outlay_proto::v1;

use super::{action, assigned, close, create};
use crate::support::records::{date, named};
use crate::support::{Server, refused, told};

async fn due() -> Server {
    let server = assigned().await;
    for (id, day) in [
        ("week", (2023, 8, 4)),
        ("six", (2023, 8, 3)),
        ("tomorrow", (2023, 7, 29)),
        ("today", (2023, 7, 28)),
        ("yesterday", (2023, 7, 27)),
        ("past", (2023, 7, 21)),
        ("long", (2022, 7, 29)),
        ("done", (2023, 7, 28)),
    ] {
        create(&server, id, action(id, day)).await;
    }
    let other = v1::Action {
        lead: "organisations/zj-eit".to_owned(),
        regions: vec!["regions/330106".to_owned()],
        ..action("other", (2023, 7, 28))
    };
    create(&server, "other", other).await;
    close(&server, "done").await;
    server
}

async fn reminders(
    server: &Server,
    mut request: v1::ListDueRemindersRequest,
) -> Vec<v1::DueReminder> {
    let mut found = Vec::new();
    loop {
        let page = told(server.actions().list_due_reminders(request.clone()).await);
        found.extend(page.reminders);
        if page.next_page_token.is_empty() {
            return found;
        }
        request.page_token = page.next_page_token;
    }
}

fn titles(found: &[v1::DueReminder]) -> String {
    let told = found.iter().map(|one| format!("{}:{}", one.title, one.days_left));
    told.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn who_is_reminded_follows_from_the_day() {
    let server = due().await;
    let today = v1::ListDueRemindersRequest::default();
    let found = reminders(&server, today.clone()).await;
    assert_eq!(titles(&found), "long:-364 other:0 past:-7 today:0 tomorrow:1 week:7");
    assert_eq!(found[1].id, "other@2023-07-28@2023-07-28");
    assert_eq!(reminders(&server, today.clone()).await, found);
    let mine = v1::ListDueRemindersRequest {
        organisation: named("organisations", "zj-eit"),
        ..today.clone()
    };
    assert_eq!(titles(&reminders(&server, mine).await), "other:0");
    let there = v1::ListDueRemindersRequest { region: named("regions", "330100"), ..today.clone() };
    assert_eq!(titles(&reminders(&server, there).await), "other:0");
    let other =
        v1::ListDueRemindersRequest { days_before: vec![6], overdue_every_days: 1, ..today };
    assert_eq!(titles(&reminders(&server, other).await), "long:-364 past:-7 six:6 yesterday:-1");
}

#[tokio::test]
async fn days_are_gone_through_in_order_page_by_page() {
    let server = due().await;
    let days = v1::ListDueRemindersRequest {
        first_date: date(2023, 7, 26),
        last_date: date(2023, 7, 29),
        ..Default::default()
    };
    let found = reminders(&server, days.clone()).await;
    let mut due = Vec::new();
    for day in 26..=29 {
        let one =
            v1::ListDueRemindersRequest { last_date: date(2023, 7, day), ..Default::default() };
        due.extend(reminders(&server, one).await);
    }
    assert!(found.len() > 8, "{}", titles(&found));
    assert_eq!(found, due);
    for page_size in 1..=3 {
        let paged = v1::ListDueRemindersRequest { page_size, ..days.clone() };
        assert_eq!(reminders(&server, paged).await, found, "{page_size}");
    }
}

#[tokio::test]
async fn what_can_not_be_asked_is_refused() {
    let server = due().await;
    let refusal = async |request: v1::ListDueRemindersRequest| {
        refused(server.actions().list_due_reminders(request).await)
    };
    let backwards =
        v1::ListDueRemindersRequest { first_date: date(2023, 7, 29), ..Default::default() };
    refusal(backwards).await.has_fields(&[("first_date", "DATE_ORDER")]);
    let long = v1::ListDueRemindersRequest { first_date: date(2023, 6, 27), ..Default::default() };
    refusal(long).await.has_fields(&[("first_date", "FIELD_OUT_OF_RANGE")]);
    let before =
        v1::ListDueRemindersRequest { days_before: vec![1, -1, 366], ..Default::default() };
    refusal(before).await.has_fields(&[
        ("days_before[1]", "FIELD_OUT_OF_RANGE"),
        ("days_before[2]", "FIELD_OUT_OF_RANGE"),
    ]);
    let empty = Server::seeded().await;
    let nothing = v1::ListDueRemindersRequest::default();
    assert_eq!(reminders(&empty, nothing).await, []);
}
