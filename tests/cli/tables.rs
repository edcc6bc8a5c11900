//! Tables for people, in which a Chinese character is two columns wide.

use super::outlay;
use crate::support::Server;
use crate::support::records::project;

/// Columns that a text takes on a terminal, as far as these tests go.
fn columns(text: &str) -> usize {
    text.chars().map(|letter| if letter < '\u{2e80}' { 1 } else { 2 }).sum()
}

/// Where each column of a table begins, by its heading.
fn begins(heading: &str, title: &str) -> usize {
    columns(&heading[..heading.find(title).expect("the column")])
}

async fn with_projects() -> Server {
    let server = Server::seeded().await;
    for (id, title) in
        [("short", "光伏"), ("mixed", "年产10GW光伏组件 (phase 2)"), ("ascii", "Solar")]
    {
        crate::project::create(&mut server.projects(), id, project(title)).await;
    }
    server
}

#[tokio::test]
async fn columns_stand_below_their_headings() {
    let server = with_projects().await;
    let table = outlay(&server).run("project list").await.worked();
    let mut lines = table.lines();
    let heading = lines.next().unwrap();
    let region = begins(heading, "REGION");
    let mut rows = 0;
    for line in lines {
        rows += 1;
        let at = line.find("330402").expect("the region");
        assert_eq!(columns(&line[..at]), region, "{table}");
    }
    assert_eq!(rows, 3);
}

#[tokio::test]
async fn a_table_fits_the_terminal_and_ids_are_never_cut() {
    let server = with_projects().await;
    let long = "全省重大制造业项目".repeat(12);
    crate::project::create(&mut server.projects(), "long", project(&long)).await;
    let table = outlay(&server).width(100).run("project list").await.worked();
    for line in table.lines() {
        assert!(columns(line) <= 100, "{} columns: {line}", columns(line));
    }
    for id in ["short", "mixed", "ascii", "long"] {
        assert!(table.lines().any(|line| line.starts_with(id)), "{id}: {table}");
    }
    assert!(table.contains('…'), "{table}");
    let whole = outlay(&server).run("project list").await.worked();
    assert!(whole.contains(&long), "elsewhere nothing is cut");
}

#[tokio::test]
async fn csv_has_a_heading_and_quotes_what_needs_it() {
    let server = Server::seeded().await;
    crate::project::create(&mut server.projects(), "q", project("一, \"二\"")).await;
    let csv = outlay(&server).run("project list -o csv").await.worked();
    let mut lines = csv.lines();
    assert!(lines.next().unwrap().contains("title"), "{csv}");
    assert!(lines.next().unwrap().contains("\"一, \"\"二\"\"\""), "{csv}");
}

#[tokio::test]
async fn the_api_is_described_by_its_protos() {
    let server = Server::start();
    let all = outlay(&server).run("describe").await.worked();
    for service in outlay_proto::reflect::pool().services() {
        for method in service.methods() {
            let line = format!("  {:<24} ", method.name());
            assert!(all.lines().any(|said| said.starts_with(&line)), "{}", method.full_name());
        }
    }
    let one = outlay(&server).run("describe ProjectService.CreateProject").await.worked();
    for said in [
        "rpc outlay.v1.ProjectService/CreateProject (CreateProjectRequest) returns (Project)",
        "Errors: INVALID_ARGUMENT, ALREADY_EXISTS.",
        "[required, max_length 300]",
        "repeated Milestone milestones = 36",
    ] {
        assert!(one.contains(said), "{said}: {one}");
    }
    let stages = outlay(&server).run("describe ProjectStage").await.worked();
    assert!(stages.contains("TERMINATED = 13\n    It was ended, for good."), "{stages}");
}
