//! Open actions of a series are carried to its next meeting.

use outlay_server::domain::action::{Action, ActionState};
use outlay_server::domain::id::Id;
use outlay_server::store::transaction::Transaction;
use outlay_server::store::verify::Bounds;
use outlay_server::store::{Edit, Store, Target};

use crate::demo::{by_a_user, told_store};

fn id(text: &str) -> Id {
    Id::parse(text).unwrap()
}

/// Changes an action of the demonstration.
async fn change(store: &Store, action: &str, change: impl Fn(&mut Action)) {
    let target = Target::Existing { id: id(action), etag: String::new() };
    let call = by_a_user();
    let changed = store.change::<Action>(&call, &target, |old, _, _| {
        let mut record = old.expect("it is there").record.clone();
        change(&mut record);
        Ok(Edit::Put(record))
    });
    changed.await.unwrap();
}

/// Carries, and answers the names of what is open with its meeting.
async fn carry(store: &Store, to: &str) -> Vec<String> {
    let mut transaction = Transaction::new(store.reader().await.unwrap(), &by_a_user());
    let open = transaction.carry_actions(&id("series"), &id(to)).await.unwrap();
    let shown = open.iter().map(|action| format!("{} {}", action.id, action.record.meeting));
    let shown = shown.collect();
    if !transaction.is_empty() {
        store.commit(transaction).await.unwrap();
    }
    shown
}

#[tokio::test]
async fn what_is_open_is_carried_once_and_what_is_counted_stays_right() {
    let directory = tempfile::tempdir().unwrap();
    let store = told_store(directory.path()).await;
    for action in ["demo-nanhu-topping-out", "demo-city-report-check", "demo-duty-free-documents"] {
        change(&store, action, |action| action.series = Some(id("series"))).await;
    }
    change(&store, "demo-duty-free-documents", |action| action.state = ActionState::Closed).await;
    let due = ["demo-city-report-check next", "demo-nanhu-topping-out next"];
    assert_eq!(carry(&store, "next").await, due);
    let revision = store.head().await.unwrap().revision;
    assert_eq!(carry(&store, "next").await, due);
    assert_eq!(store.head().await.unwrap().revision, revision, "nothing is left to be carried");
    let reader = store.reader().await.unwrap();
    let carried = reader.get::<Action>(&id("demo-nanhu-topping-out")).await.unwrap();
    assert_eq!(carried.record.meetings, [id("zj-symposium-2023-07-28"), id("next")]);
    let closed = reader.get::<Action>(&id("demo-duty-free-documents")).await.unwrap();
    assert_eq!(closed.record.meetings, [id("zj-symposium-2023-07-28")]);
    let verified = store.verify_cells(Bounds::default(), |_| {}).await.unwrap();
    assert_eq!(verified.wrong, []);
}
