//! The real program, killed and stopped: what it acknowledged is there when it
//! starts again.

#![cfg(test)]

mod carry_over;
mod program;

use std::collections::BTreeMap;

use outlay_proto::v1;
use tokio::sync::mpsc;
use tonic::{Code, Status};

use crate::project::{creation, get};
use crate::support::records::{project, request_id, seeds};
use crate::support::{Projects, batch, import, told};
use program::{Program, Running};

const KILLS: usize = 20;
const WRITERS: usize = 8;
/// Acknowledged writes of all writers in one round before the program is
/// killed.
const WRITES_PER_ROUND: usize = 60;

/// What one writer knows: its project counts up, one with every change.
struct Writer {
    name: String,
    /// The count that was last acknowledged.
    done: u64,
    /// Request id of the change that may or may not have happened.
    open: Option<String>,
}

impl Writer {
    fn count(&self, to: u64, request_id: &str) -> v1::UpdateProjectRequest {
        v1::UpdateProjectRequest {
            project: Some(v1::Project {
                name: self.name.clone(),
                title: to.to_string(),
                ..Default::default()
            }),
            request_id: request_id.to_owned(),
            ..Default::default()
        }
    }

    /// Counts on until the program is gone.
    async fn write(&mut self, mut projects: Projects, acknowledged: mpsc::UnboundedSender<()>) {
        loop {
            let id = self.open.take().unwrap_or_else(request_id);
            match projects.update_project(self.count(self.done + 1, &id)).await {
                Ok(answer) => {
                    self.done += 1;
                    assert_eq!(answer.into_inner().title, self.done.to_string());
                    // Nobody counts any more once there were enough.
                    let _enough = acknowledged.send(());
                }
                Err(status) => {
                    assert!(is_gone(&status), "{status:?}");
                    self.open = Some(id);
                    return;
                }
            }
        }
    }

    /// What is there is what was acknowledged, or one more that was under way.
    async fn check(&self, projects: &mut Projects) {
        let count: u64 = get(projects, &self.name).await.title.parse().unwrap();
        let open = u64::from(self.open.is_some());
        assert!((self.done..=self.done + open).contains(&count), "{}: {count}", self.name);
    }

    /// Every version is there once, each with the one before.
    async fn check_history(&self, projects: &mut Projects) {
        let mut counts = Vec::new();
        let mut token = String::new();
        loop {
            let request = v1::ListProjectHistoryRequest {
                name: self.name.clone(),
                page_size: 1_000,
                page_token: token,
                min_revision: 0,
            };
            let page = told(projects.list_project_history(request).await);
            for version in page.versions {
                let count: u64 = version.after.unwrap().title.parse().unwrap();
                let before = version.before.map(|before| before.title.parse::<u64>().unwrap());
                assert_eq!(before, count.checked_sub(1), "{}", self.name);
                counts.push(count);
            }
            token = page.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        let due: Vec<u64> = (0..=counts[0]).rev().collect();
        assert_eq!(counts, due, "{}", self.name);
    }
}

/// Whether a call failed because the program is gone.
fn is_gone(status: &Status) -> bool {
    matches!(status.code(), Code::Unavailable | Code::Unknown | Code::Internal | Code::Cancelled)
        && status.details().is_empty()
}

async fn begin(server: &Running) -> Vec<Writer> {
    import(&mut server.client().reference(), vec![batch(1, seeds())]).await.unwrap();
    let mut writers = Vec::new();
    for number in 0..WRITERS {
        let request = creation(&format!("writer-{number}"), project("0"));
        let created = told(server.client().projects().create_project(request).await);
        writers.push(Writer { name: created.name, done: 0, open: None });
    }
    writers
}

/// One round: all write, the program is killed, all have stopped.
async fn round(server: Running, writers: Vec<Writer>) -> Vec<Writer> {
    let (acknowledged, mut told) = mpsc::unbounded_channel();
    let writing = writers.into_iter().map(|mut writer| {
        let projects = server.client().projects();
        let acknowledged = acknowledged.clone();
        tokio::spawn(async move {
            writer.write(projects, acknowledged).await;
            writer
        })
    });
    let writing: Vec<_> = writing.collect();
    drop(acknowledged);
    for _ in 0..WRITES_PER_ROUND {
        told.recv().await.expect("a writer that goes on");
    }
    server.kill();
    let mut writers = Vec::new();
    for writer in writing {
        writers.push(writer.await.unwrap());
    }
    writers
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_twenty_kills() {
    let directory = tempfile::tempdir().unwrap();
    let program = Program::built();
    let server = program.start(directory.path());
    let mut writers = begin(&server).await;
    writers = round(server, writers).await;
    for _ in 1..KILLS {
        let server = program.start(directory.path());
        let mut projects = server.client().projects();
        for writer in &writers {
            writer.check(&mut projects).await;
        }
        writers = round(server, writers).await;
    }
    let server = program.start(directory.path());
    let mut projects = server.client().projects();
    for writer in &mut writers {
        writer.check(&mut projects).await;
        // What was under way is done now, and only once.
        if let Some(id) = writer.open.take() {
            told(projects.update_project(writer.count(writer.done + 1, &id)).await);
            writer.done += 1;
        }
        writer.check(&mut projects).await;
        writer.check_history(&mut projects).await;
    }
    // The indexes lead to the same records.
    for order_by in ["create_time", "update_time", "total_investment"] {
        let request = v1::ListProjectsRequest {
            order_by: order_by.to_owned(),
            region: "regions/330000".to_owned(),
            ..Default::default()
        };
        let listed = told(projects.list_projects(request).await).projects;
        let listed: BTreeMap<_, _> = listed.into_iter().map(|one| (one.name, one.title)).collect();
        let due: BTreeMap<_, _> =
            writers.iter().map(|one| (one.name.clone(), one.done.to_string())).collect();
        assert_eq!(listed, due, "{order_by}");
    }
}

#[tokio::test]
async fn two_servers_on_one_directory_are_one_too_many() {
    let directory = tempfile::tempdir().unwrap();
    let program = Program::built();
    let first = program.start(directory.path());
    let second = program.run(directory.path());
    assert_eq!(second.status.code(), Some(1), "{second:?}");
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(said.contains(&first.pid().to_string()), "the holder is named: {said}");
    assert!(said.contains("in use"), "{said}");
    assert_eq!(second.stdout, b"", "it never said that it listens");
    import(&mut first.client().reference(), vec![batch(1, seeds())]).await.unwrap();
}

#[tokio::test]
async fn a_directory_is_free_once_its_server_was_killed() {
    let directory = tempfile::tempdir().unwrap();
    let program = Program::built();
    program.start(directory.path()).kill();
    let second = program.start(directory.path());
    import(&mut second.client().reference(), vec![batch(1, seeds())]).await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_ends_well_and_starts_again() {
    let directory = tempfile::tempdir().unwrap();
    let program = Program::built();
    let server = program.start(directory.path());
    import(&mut server.client().reference(), vec![batch(1, seeds())]).await.unwrap();
    // Calls that are under way are answered; later ones are refused as such.
    let calls = (0..40).map(|number| {
        let mut projects = server.client().projects();
        // Nobody is told that another one is likely the same.
        let title = char::from_u32('一' as u32 + number).unwrap().to_string();
        let request = creation(&format!("p-{number}"), project(&title));
        tokio::spawn(async move { projects.create_project(request).await })
    });
    let calls: Vec<_> = calls.collect();
    tokio::task::yield_now().await;
    server.terminate();
    let mut created = Vec::new();
    for call in calls {
        match call.await.unwrap() {
            Ok(answer) => created.push(answer.into_inner()),
            // It came when connections were being closed.
            Err(status) => {
                assert!(status.code() == Code::Unavailable || is_gone(&status), "{status:?}");
            }
        }
    }
    let code = server.wait();
    assert_eq!(code, Some(0), "it ended well");
    let server = program.start(directory.path());
    let mut projects = server.client().projects();
    for project in created {
        assert_eq!(get(&mut projects, &project.name).await, project);
    }
}
