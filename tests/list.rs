//! Lists: pages, subtrees, orders, tokens and filters.

#![cfg(test)]

mod as_of;
mod filters;
mod pages;
mod subtree;
mod tokens;

use outlay_proto::v1;

use crate::project::creation;
use crate::support::records::project;
use crate::support::{Projects, Server, told};

/// Writes this many projects, `p0000` and so on, several at a time.
pub(crate) async fn many(server: &Server, count: usize) {
    const AT_ONCE: usize = 32;
    let writers = (0..AT_ONCE).map(|writer| {
        let mut projects = server.projects();
        tokio::spawn(async move {
            for number in (writer..count).step_by(AT_ONCE) {
                let mut project = project(&format!("第{number}号"));
                let units = 1_000_000 + (number as i64 * 7_919) % 100_000;
                project.investment.as_mut().unwrap().total.as_mut().unwrap().units = units;
                let request = creation(&format!("p{number:04}"), project);
                told(projects.create_project(request).await);
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
}

/// All projects of a list, page after page.
pub(crate) async fn all(
    projects: &mut Projects,
    request: v1::ListProjectsRequest,
) -> Vec<v1::Project> {
    let mut found = Vec::new();
    let mut token = String::new();
    loop {
        let request = v1::ListProjectsRequest { page_token: token.clone(), ..request.clone() };
        let page = told(projects.list_projects(request).await);
        found.extend(page.projects);
        token = page.next_page_token;
        if token.is_empty() {
            return found;
        }
    }
}

/// Ids of projects.
pub(crate) fn ids(projects: &[v1::Project]) -> Vec<&str> {
    projects.iter().map(|one| one.name.trim_start_matches("projects/")).collect()
}
