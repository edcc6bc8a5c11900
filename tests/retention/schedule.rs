//! When deleted records are purged, and by whom.

use std::time::Duration;

use outlay_proto::v1;
use tonic::Code;

use super::{DAY, KEPT, OF_EACH, changes, delete, engine, make_one_of_each, store, sweep};
use crate::project::{create, get};
use crate::support::records::project;
use crate::support::{NOW_MICROS, SOON, Server, refused, told};

const SECOND: Duration = Duration::from_secs(1);

fn gotten(name: &str) -> v1::GetProjectRequest {
    v1::GetProjectRequest { name: name.to_owned(), ..Default::default() }
}

/// Waits until the server's own job has purged a project.
async fn until_purged(server: &Server, name: &str) {
    let purged = async {
        while server.projects().get_project(gotten(name)).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(SOON, purged).await.expect("it is purged soon");
}

#[tokio::test]
async fn a_deleted_record_of_each_kind_says_when_it_will_be_purged() {
    let server = Server::seeded().await;
    make_one_of_each(&server).await;
    server.advance(DAY);
    let deleted = (NOW_MICROS / 1_000_000) + DAY.as_secs() as i64;
    for name in OF_EACH {
        let purged = deleted + KEPT.as_secs() as i64;
        assert_eq!(delete(&server, name).await, (Some(deleted), Some(purged)), "{name}");
    }
}

#[tokio::test]
async fn a_record_that_is_not_deleted_or_is_kept_for_ever_has_no_such_time() {
    let server = Server::seeded().await;
    let made = create(&mut server.projects(), "p", project("一")).await;
    assert_eq!(made.purge_time, None);
    delete(&server, "projects/p").await;
    assert!(get(&mut server.projects(), "projects/p").await.purge_time.is_some());
    let undelete = v1::UndeleteProjectRequest { name: made.name, ..Default::default() };
    assert_eq!(told(server.projects().undelete_project(undelete).await).purge_time, None);
    delete(&server, "projects/p").await;
    let server = server.restart_with(|config| config.retention.deleted = None);
    let shown = get(&mut server.projects(), "projects/p").await;
    assert!(shown.delete_time.is_some() && shown.purge_time.is_none(), "{shown:?}");
}

#[tokio::test]
async fn nothing_is_purged_before_its_time_and_all_is_when_it_has_come() {
    let server = Server::seeded().await;
    for id in ["first", "second", "back", "live"] {
        create(&mut server.projects(), id, project("一")).await;
    }
    delete(&server, "projects/first").await;
    delete(&server, "projects/back").await;
    server.advance(SECOND);
    delete(&server, "projects/second").await;
    let undelete =
        v1::UndeleteProjectRequest { name: "projects/back".to_owned(), ..Default::default() };
    told(server.projects().undelete_project(undelete).await);
    let work = |data: std::path::PathBuf| async move {
        let engine = engine(&data);
        let early = store(engine.clone(), KEPT - Duration::from_micros(1)).await;
        let revision = early.head().await.unwrap().revision;
        assert_eq!(sweep(&early).await, (0, Vec::new()));
        assert_eq!(early.head().await.unwrap().revision, revision, "nothing is written");
        assert_eq!(sweep(&store(engine.clone(), KEPT).await).await, (1, Vec::new()));
        engine.close().await.unwrap();
    };
    let server = server.restart_after(work).await;
    let mut projects = server.projects();
    let gone = refused(projects.get_project(gotten("projects/first")).await);
    assert_eq!(gone, (Code::NotFound, "RECORD_NOT_FOUND"));
    for name in ["projects/second", "projects/back", "projects/live"] {
        get(&mut projects, name).await;
    }
}

#[tokio::test]
async fn the_server_purges_by_itself_and_its_commit_says_why() {
    let server = Server::seeded().await;
    create(&mut server.projects(), "p", project("一")).await;
    create(&mut server.projects(), "live", project("二")).await;
    delete(&server, "projects/p").await;
    let deletion = server.revision().await;
    server.advance(KEPT);
    // The jobs run when a server starts, and every hour.
    let server = server.restart();
    until_purged(&server, "projects/p").await;
    get(&mut server.projects(), "projects/live").await;
    let looked = |data: std::path::PathBuf| async move {
        let engine = engine(&data);
        let changes = changes(engine.as_ref(), deletion as u64).await;
        let [change] = changes.as_slice() else { panic!("{changes:?}") };
        let context = &change.context;
        assert_eq!(
            (context.principal.as_str(), context.method.as_str()),
            ("system", "purge_deleted")
        );
        assert_eq!(context.note, "records that were deleted at 2023-07-28T08:00:00Z or before");
        engine.close().await.unwrap();
    };
    server.restart_after(looked).await;
}

#[tokio::test]
async fn what_is_kept_for_ever_is_never_purged() {
    let server = Server::seeded().await;
    create(&mut server.projects(), "p", project("一")).await;
    create(&mut server.projects(), "other", project("二")).await;
    delete(&server, "projects/p").await;
    server.advance(100 * KEPT);
    let server = server.restart_with(|config| config.retention.deleted = None);
    get(&mut server.projects(), "projects/p").await;
    // The same server with a retention purges it: the job was what kept it.
    let server = server.restart();
    until_purged(&server, "projects/p").await;
}
