//! Queries that can't be searched for, and those that look as if they couldn't.

use super::{found, query, titled};
use crate::support::{refused, told};

#[tokio::test]
async fn what_has_nothing_to_search_for_is_refused() {
    let server = titled(&["光伏"]).await;
    let mut projects = server.projects();
    for text in ["🙂", "🙂🎉 ❤", "，。！", "---", "''; --", "%", "\u{301}"] {
        refused(projects.search_projects(query(text)).await)
            .has_fields(&[("query", "QUERY_INVALID")]);
    }
    refused(projects.search_projects(query("")).await).has_fields(&[("query", "FIELD_REQUIRED")]);
    refused(projects.search_projects(query("   ")).await)
        .has_fields(&[("query", "FIELD_CHARACTERS")]);
    let nine = "a b c d e f g h i";
    refused(projects.search_projects(query(nine)).await).has_fields(&[("query", "QUERY_INVALID")]);
    told(projects.search_projects(query("a b c d e f g h")).await);
    for long in ["光".repeat(10_000), "a ".repeat(5_000), "x".repeat(201)] {
        refused(projects.search_projects(query(&long)).await)
            .has_fields(&[("query", "FIELD_TOO_LONG")]);
    }
}

#[tokio::test]
async fn rubbish_finds_nothing_and_does_no_harm() {
    let server = titled(&["光伏", "a OR b"]).await;
    let mut projects = server.projects();
    for text in [
        "'; DROP TABLE projects; --",
        "光伏' OR '1'='1",
        "../../etc/passwd",
        "*",
        "光*伏",
        "{\"a\":1}",
        "\u{202e}伏光",
        "=光伏",
        &"光伏".repeat(100),
        &"z".repeat(200),
        &"1-".repeat(100),
        "ﷺﷺﷺﷺ",
        "𠮷𠮷",
    ] {
        let answer = projects.search_projects(query(text)).await;
        match answer {
            Ok(page) => {
                let due = if text == "=光伏" { 1 } else { 0 };
                assert_eq!(page.into_inner().results.len(), due, "{text}");
            }
            Err(status) => refused::<()>(Err(status)).has_fields(&[("query", "QUERY_INVALID")]),
        }
    }
    assert_eq!(found(&mut projects, "光伏").await, ["a"]);
}
