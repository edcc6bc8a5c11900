//! Searches: what is found, in which order, page by page.

#![cfg(test)]

mod changes;
mod meetings;
mod oracle;
mod order;
mod refusals;
mod words;

use std::time::Duration;

use outlay_proto::v1;

use crate::support::records::project;
use crate::support::{Projects, Server, told};

fn query(query: &str) -> v1::SearchProjectsRequest {
    v1::SearchProjectsRequest { query: query.to_owned(), ..Default::default() }
}

/// All results of a search, page after page.
async fn all(
    projects: &mut Projects,
    request: v1::SearchProjectsRequest,
) -> Vec<v1::ProjectResult> {
    let mut found = Vec::new();
    let mut token = request.page_token.clone();
    loop {
        let request = v1::SearchProjectsRequest { page_token: token.clone(), ..request.clone() };
        let page = told(projects.search_projects(request).await);
        found.extend(page.results);
        token = page.next_page_token;
        if token.is_empty() {
            return found;
        }
    }
}

/// Ids of what a query finds, in order.
async fn found(projects: &mut Projects, text: &str) -> Vec<String> {
    ids(&all(projects, query(text)).await)
}

fn ids(results: &[v1::ProjectResult]) -> Vec<String> {
    let of = |result: &v1::ProjectResult| result.project.as_ref().map(|one| one.name.clone());
    let names = results.iter().map(|result| of(result).unwrap_or_default());
    names.map(|name| name.trim_start_matches("projects/").to_owned()).collect()
}

/// A seeded server with projects of these titles, each a second younger than the
/// one before; their ids are `a`, `b` and so on.
async fn titled(titles: &[&str]) -> Server {
    let server = Server::seeded().await;
    for (id, title) in ('a'..='z').zip(titles) {
        server.advance(Duration::from_secs(1));
        let given = v1::Project {
            owner: "organisations/zj-eit".to_owned(),
            region: "regions/330106".to_owned(),
            ..project(title)
        };
        crate::project::create(&mut server.projects(), &id.to_string(), given).await;
    }
    server
}
