//! The order of results, and their pages.

use std::collections::BTreeSet;
use std::time::Duration;

use outlay_proto::v1;
use tonic::Code;

use super::{all, found, ids, query, titled};
use crate::project::{create, creation};
use crate::support::records::project;
use crate::support::{Server, refused, told};

#[tokio::test]
async fn the_title_itself_comes_first_and_names_of_others_last() {
    let server = titled(&["光伏", "二期光伏组件", "光伏", "组件", "光伏组件", "嘉兴光伏"]).await;
    let mut projects = server.projects();
    // Its owner is 嘉兴阳光光伏有限公司.
    create(&mut projects, "near", project("组件")).await;
    assert_eq!(found(&mut projects, "光伏").await, ["c", "a", "f", "e", "b", "near"]);
    assert_eq!(found(&mut projects, "光伏 组件").await, ["e", "b", "near"]);
    assert_eq!(found(&mut projects, "光伏组件").await, ["e", "b"]);
    let results = all(&mut projects, query("组件 光伏")).await;
    let fields: Vec<_> = results.iter().map(|result| result.matched_fields.clone()).collect();
    assert_eq!(fields, [vec!["title"], vec!["title"], vec!["owner", "title"]]);
}

#[tokio::test]
async fn pages_have_every_result_once_while_others_write() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let mut due = BTreeSet::new();
    for number in 0..60 {
        // Three share a microsecond.
        if number % 3 == 0 {
            server.advance(Duration::from_millis(1));
        }
        let title = if number % 2 == 0 { "光伏组件" } else { "风机叶片" };
        let id = format!("p{number:02}");
        create(&mut projects, &id, project(title)).await;
        due.insert(id);
    }
    for size in [1, 2, 7, 50] {
        let (mut came, mut token) = (Vec::new(), String::new());
        for page in 0.. {
            let request =
                v1::SearchProjectsRequest { page_size: size, page_token: token, ..query("光伏") };
            let answer = told(projects.search_projects(request).await);
            assert!(answer.results.len() <= size as usize);
            came.extend(ids(&answer.results));
            server.advance(Duration::from_millis(1));
            let id = format!("new-{size}-{page}");
            told(projects.create_project(creation(&id, project("光伏新"))).await);
            token = answer.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        let old: Vec<_> = came.iter().filter(|id| id.starts_with('p')).cloned().collect();
        assert_eq!(old.len(), 60, "{size}: {came:?}");
        assert_eq!(old.iter().cloned().collect::<BTreeSet<_>>(), due, "{size}");
        // Titles before the owner's name, the newest first, of one time by id.
        let mut sorted = old.clone();
        let number = |id: &String| id[1..].parse::<usize>().unwrap();
        sorted.sort_by_key(|id| (number(id) % 2, std::cmp::Reverse(number(id))));
        assert_eq!(old, sorted, "{size}");
    }
}

#[tokio::test]
async fn region_and_filter_narrow_a_search() {
    let server = titled(&["光伏一", "光伏二"]).await;
    let mut projects = server.projects();
    create(&mut projects, "near", project("光伏三")).await;
    let within = |region: &str| v1::SearchProjectsRequest {
        region: format!("regions/{region}"),
        ..query("光伏")
    };
    assert_eq!(ids(&all(&mut projects, within("330400")).await), ["near"]);
    assert_eq!(ids(&all(&mut projects, within("330106")).await), ["b", "a"]);
    assert_eq!(ids(&all(&mut projects, within("330000")).await).len(), 3);
    let filtered = v1::SearchProjectsRequest {
        filter: "owner = \"organisations/jx-solar\"".to_owned(),
        ..query("光伏")
    };
    assert_eq!(ids(&all(&mut projects, filtered).await), ["near"]);
    refused(projects.search_projects(within("999999")).await)
        .has_fields(&[("region", "REFERENCE_UNKNOWN")]);
    let bad = v1::SearchProjectsRequest { filter: "nothing = 1".to_owned(), ..query("光伏") };
    refused(projects.search_projects(bad).await).has_fields(&[("filter", "FILTER_INVALID")]);
}

#[tokio::test]
async fn a_token_is_good_for_its_own_search_only() {
    let server = titled(&["光伏一", "光伏二", "光伏三"]).await;
    let mut projects = server.projects();
    let first = v1::SearchProjectsRequest { page_size: 2, ..query("光伏") };
    let token = told(projects.search_projects(first.clone()).await).next_page_token;
    let good = v1::SearchProjectsRequest { page_token: token.clone(), ..first };
    let bad = (Code::InvalidArgument, "PAGE_TOKEN_INVALID");
    for other in [
        v1::SearchProjectsRequest { query: "光".to_owned(), ..good.clone() },
        v1::SearchProjectsRequest { filter: "stage = PLANNED".to_owned(), ..good.clone() },
        v1::SearchProjectsRequest { region: "regions/330000".to_owned(), ..good.clone() },
        v1::SearchProjectsRequest { page_token: format!("{token}A"), ..good.clone() },
    ] {
        assert_eq!(refused(projects.search_projects(other).await), bad);
    }
    let list = v1::ListProjectsRequest { page_token: token, ..Default::default() };
    assert_eq!(refused(projects.list_projects(list).await), bad);
    assert_eq!(ids(&told(projects.search_projects(good).await).results), ["a"]);
}

#[tokio::test]
async fn a_search_is_never_older_than_was_asked_for() {
    let server = titled(&["光伏"]).await;
    let mut projects = server.projects();
    let revision = told(projects.search_projects(query("光伏")).await).revision;
    let at = |min_revision| v1::SearchProjectsRequest { min_revision, ..query("光伏") };
    assert_eq!(told(projects.search_projects(at(revision)).await).results.len(), 1);
    let refusal = refused(projects.search_projects(at(revision + 1)).await);
    assert_eq!(refusal, (Code::Unavailable, "REVISION_NOT_REACHED"));
}
