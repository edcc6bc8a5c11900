//! Several processes over one store: nobody stands in line there, and only what a
//! commit states keeps two from taking one place.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use outlay_server::domain::id::Id;
use outlay_server::domain::training::{Enrolment, EnrolmentState};
use outlay_server::engine::Engine;
use outlay_server::error::Error;
use outlay_server::store::call::Call;
use outlay_server::store::{Edit, Store, Target};

use super::{get_session, opened, session, states};
use crate::retention::{engine, store};

const CAPACITY: i32 = 5;
const PEOPLE: usize = 40;

fn id(text: &str) -> Id {
    Id::parse(text).unwrap()
}

/// Whether the person came to be enrolled: others may have come in between too
/// often.
async fn enrol(store: Store, at: usize) -> bool {
    let call = Call::now(store.clock(), "system", "test").unwrap();
    let enrolment = Enrolment {
        state: EnrolmentState::Waiting,
        session: id("s-1"),
        display_name: format!("p{at}"),
        organisation: id("jx-solar"),
        post: String::new(),
        note: String::new(),
        course: Id::unread(),
        region: None,
        number: 0,
        cancel_reason: String::new(),
        sign_in_times: Vec::new(),
        hours: None,
        score: None,
        passed: false,
        certificate_number: String::new(),
        certificate_time: None,
        feedback: None,
        session_date: None,
    };
    let target = Target::New(Some(id(&format!("p{at}"))));
    let edit = |_: Option<&_>, _: &_, _: &mut _| Ok(Edit::Put(enrolment.clone()));
    match store.change::<Enrolment>(&call, &target, edit).await {
        Ok(_) => true,
        Err(Error::Conflict) => false,
        Err(error) => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn processes_that_share_a_store_give_no_place_twice() {
    let given =
        outlay_proto::v1::TrainingSession { capacity: CAPACITY, waiting_list: true, ..session() };
    let (server, _) = opened(given).await;
    let (tell, told) = std::sync::mpsc::channel();
    let work = |data: PathBuf| async move {
        let engine = engine(&data);
        let mut running = tokio::task::JoinSet::new();
        for at in 0..PEOPLE {
            let engine: Arc<dyn Engine> = engine.clone();
            let store = store(engine, Duration::ZERO).await;
            running.spawn(enrol(store, at));
        }
        let came = running.join_all().await.into_iter().filter(|came| *came).count();
        tell.send(came).unwrap();
        engine.close().await.unwrap();
    };
    let server = server.restart_after(work).await;
    let mut trainings = server.trainings();
    let came = told.recv().unwrap();
    assert!(came > CAPACITY as usize, "{came}");
    let listed = states(&mut trainings).await;
    assert_eq!(listed.len(), came);
    for (at, one) in listed.iter().enumerate() {
        let due = if at < CAPACITY as usize { "ENROLLED" } else { "WAITING" };
        assert!(one.ends_with(due), "{at}: {listed:?}");
    }
    let shown = get_session(&mut trainings).await;
    assert_eq!((shown.taken_count, shown.waiting_count as usize), (CAPACITY, came - 5));
}
