//! Page tokens: good for one list, from this server, for a day.

use std::time::Duration;

use outlay_proto::v1;
use tonic::Code;

use super::{ids, many};
use crate::support::{Server, check, refused, told};

const BAD: (Code, &str) = (Code::InvalidArgument, "PAGE_TOKEN_INVALID");

fn first() -> v1::ListProjectsRequest {
    v1::ListProjectsRequest {
        page_size: 2,
        filter: "stage = PLANNED".to_owned(),
        region: "regions/330400".to_owned(),
        ..Default::default()
    }
}

fn next(token: &str) -> v1::ListProjectsRequest {
    v1::ListProjectsRequest { page_token: token.to_owned(), ..first() }
}

/// A server with six projects, and the token of the list's second page.
async fn with_token() -> (Server, String) {
    let server = Server::seeded().await;
    many(&server, 6).await;
    let page = told(server.projects().list_projects(first()).await);
    (server, page.next_page_token)
}

#[tokio::test]
async fn a_token_that_was_tampered_with_is_refused() {
    let (server, token) = with_token().await;
    let mut projects = server.projects();
    for at in (0..token.len()).step_by(5) {
        let mut bytes = token.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        assert_eq!(refused(projects.list_projects(next(&changed)).await), BAD, "at {at}");
    }
    for strange in [
        "x",
        "=",
        "no token",
        &token[..token.len() - 1],
        &token[1..],
        &format!("{token}A"),
        &format!("{token}=="),
        &token.to_lowercase(),
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ] {
        assert_eq!(refused(projects.list_projects(next(strange)).await), BAD, "{strange}");
    }
    refused(projects.list_projects(next(&"A".repeat(2_001))).await)
        .has_fields(&[("page_token", "FIELD_TOO_LONG")]);
}

#[tokio::test]
async fn a_token_is_good_for_its_own_arguments_only() {
    let (server, token) = with_token().await;
    let mut projects = server.projects();
    let good = next(&token);
    let others = [
        v1::ListProjectsRequest { filter: String::new(), ..good.clone() },
        v1::ListProjectsRequest { filter: "stage = FILED".to_owned(), ..good.clone() },
        v1::ListProjectsRequest { order_by: "total_investment".to_owned(), ..good.clone() },
        v1::ListProjectsRequest { show_deleted: true, ..good.clone() },
        v1::ListProjectsRequest { region: "regions/330402".to_owned(), ..good.clone() },
        v1::ListProjectsRequest { region: String::new(), ..good.clone() },
    ];
    for other in others {
        assert_eq!(refused(projects.list_projects(other.clone()).await), BAD, "{other:?}");
    }
    let meetings = v1::ListMeetingsRequest {
        page_size: 2,
        page_token: token.clone(),
        filter: "stage = PLANNED".to_owned(),
        region: "regions/330400".to_owned(),
        ..Default::default()
    };
    let meetings = v1::ListMeetingsRequest { filter: String::new(), ..meetings };
    assert_eq!(refused(server.meetings().list_meetings(meetings).await), BAD);

    // How much of the list is asked for, and how fresh, may change.
    let larger = v1::ListProjectsRequest { page_size: 3, min_revision: 1, ..good.clone() };
    assert_eq!(told(projects.list_projects(larger).await).projects.len(), 3);
    assert_eq!(told(projects.list_projects(good).await).projects.len(), 2);
}

#[tokio::test]
async fn a_token_of_another_server_is_refused_and_of_this_one_outlives_it() {
    let (server, token) = with_token().await;
    let (other, foreign) = with_token().await;
    assert_eq!(refused(server.projects().list_projects(next(&foreign)).await), BAD);
    drop(other);
    let server = server.restart();
    let page = told(server.projects().list_projects(next(&token)).await);
    assert_eq!(page.projects.len(), 2);
}

#[tokio::test]
async fn a_token_is_good_for_a_day() {
    let (server, token) = with_token().await;
    let mut projects = server.projects();
    server.advance(Duration::from_secs(24 * 60 * 60));
    told(projects.list_projects(next(&token)).await);
    server.advance(Duration::from_secs(1));
    assert_eq!(refused(projects.list_projects(next(&token)).await), BAD);
}

#[tokio::test]
async fn a_token_leads_behind_a_record_that_is_gone() {
    let (server, token) = with_token().await;
    let mut projects = server.projects();
    let before = told(projects.list_projects(next(&token)).await);
    let whole = told(projects.list_projects(first()).await);
    let last = whole.projects[1].name.clone();
    let delete = v1::DeleteProjectRequest { name: last, ..Default::default() };
    told(projects.delete_project(delete).await);
    let after = told(projects.list_projects(next(&token)).await);
    check([("page".to_owned(), ids(&after.projects), ids(&before.projects))]);
}
