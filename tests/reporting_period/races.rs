//! What is done in a month while somebody closes it.

use std::time::Duration;

use outlay_server::domain::id::Id;
use outlay_server::domain::month::Month;
use outlay_server::domain::reporting_period::{ReportingPeriod, id_of};
use outlay_server::error::Error;
use outlay_server::store::call::Call;
use outlay_server::store::transaction::Transaction;
use outlay_server::store::{Edit, Store, Target};

use crate::retention::{engine, store};

/// A change that depends on the month of June and is about to be committed.
async fn work(store: &Store, call: &Call, june: &Id) -> (Transaction, bool) {
    let mut transaction = Transaction::new(store.reader().await.unwrap(), call);
    let found = transaction.depend_on::<ReportingPeriod>(june).await.unwrap();
    transaction.mark("work");
    (transaction, found.is_some())
}

/// Writes the record of June, or deletes it.
async fn write(store: &Store, call: &Call, june: &Id, edit: Edit<ReportingPeriod>) {
    let target = Target::Either { id: june.clone(), etag: String::new() };
    let edit = |_: Option<&_>, _: &_, _: &mut _| {
        Ok(match &edit {
            Edit::Put(period) => Edit::Put(period.clone()),
            Edit::SetDeleted(deleted) => Edit::SetDeleted(*deleted),
        })
    };
    store.change::<ReportingPeriod>(call, &target, edit).await.unwrap();
}

#[tokio::test]
async fn what_depends_on_a_month_is_not_done_where_that_changes_at_the_same_moment() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(engine(directory.path()), Duration::ZERO).await;
    let call = Call::now(store.clock(), "system", "test").unwrap();
    let month = Month::parse("2023-06").unwrap();
    let june = id_of(month);
    // It comes to be, is changed, and is deleted.
    let mut changed = ReportingPeriod::new(month);
    changed.submission_deadline = Some(month.next().unwrap().day(6));
    let edits = [
        (false, Edit::Put(ReportingPeriod::new(month))),
        (true, Edit::Put(changed)),
        (true, Edit::SetDeleted(true)),
    ];
    for (is_there, edit) in edits {
        let (transaction, found) = work(&store, &call, &june).await;
        assert_eq!(found, is_there);
        write(&store, &call, &june, edit).await;
        let answer = store.commit(transaction).await;
        assert!(matches!(answer, Err(Error::Conflict)), "{answer:?}");
    }
    let (transaction, found) = work(&store, &call, &june).await;
    assert!(!found, "a deleted one counts as none");
    store.commit(transaction).await.unwrap();
}
