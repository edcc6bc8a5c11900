//! Tables for people, in which a Chinese character is two columns wide.

use outlay_proto::v1;

use super::outlay;
use crate::support::Server;
use crate::support::records::project;

/// Columns that a text takes on a terminal, as far as these tests go.
pub(super) fn columns(text: &str) -> usize {
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

#[tokio::test]
async fn a_row_stays_on_one_line_down_to_60_columns() {
    let server = with_projects().await;
    let long = "全省重大制造业项目".repeat(12);
    crate::project::create(&mut server.projects(), "long", project(&long)).await;
    outlay(&server).run("project delete short").await.worked();
    let rows = "code,name_zh,level,parent\n1,一,county,nowhere\n2,二,nothing,330400\n";
    for width in [60, 72, 80, 99, 120] {
        for (command, kept) in [
            ("project list", &["ID", "TITLE", "REGION", "STAGE"][..]),
            ("project list --show-deleted", &["ID", "TITLE", "DELETED"]),
            ("project history short", &["REVISION", "TIME", "METHOD"]),
            ("project diff short --from 1", &[]),
            ("organisation list", &["ID", "NAME", "KIND"]),
            ("meeting list", &["ID", "TITLE"]),
            ("policy list", &["ID", "TITLE"]),
            ("region list", &["ID", "NAME", "TYPE", "PARENT"]),
            ("region import - --dry-run", &["LINE", "NAME", "FIELD", "DESCRIPTION"]),
        ] {
            let outcome = outlay(&server).stdin(rows).width(width).run(command).await;
            let table = outcome.out;
            for line in table.lines() {
                assert!(columns(line) <= width, "{command}: {} columns: {line}", columns(line));
            }
            let heading = table.lines().next().unwrap_or_default();
            let titles: Vec<_> = heading.split_whitespace().collect();
            assert!(kept.iter().all(|title| titles.contains(title)), "{width}: {table}");
            if width == 120 {
                assert!(!titles.contains(&"…"), "{table}");
            }
        }
    }
    let narrow = outlay(&server).width(60).run("project list").await.worked();
    assert!(narrow.lines().next().unwrap().ends_with('…'), "{narrow}");
}

#[tokio::test]
async fn the_help_of_list_says_what_csv_leaves_out() {
    let server = Server::start();
    for (noun, said) in
        [("project", "milestones"), ("organisation", "contacts"), ("region", "links")]
    {
        let help = outlay(&server).run(&format!("{noun} list --help")).await.worked();
        assert!(help.contains("-o csv") && help.contains(said), "{help}");
    }
    let help = outlay(&server).run("industry list --help").await.worked();
    assert!(!help.contains("leaves out"), "{help}");
}

#[tokio::test]
async fn what_stands_in_a_list_is_shown_by_its_names() {
    let server = crate::decision::decided().await;
    let decided = v1::Decision {
        projects: vec!["projects/p-1".to_owned()],
        ..crate::decision::decision("symposium", "供电优先")
    };
    crate::decision::create(&server, "d-1", decided).await;
    for id in ["first", "second"] {
        let assigned = v1::Action {
            decision: "decisions/d-1".to_owned(),
            ..crate::action::action(id, (2023, 9, 1))
        };
        crate::action::create(&server, id, assigned).await;
    }
    let asked = outlay(&server).run("project decisions --project p-1").await;
    let table = asked.worked();
    let row = table.lines().nth(1).expect("the decision");
    assert!(row.ends_with("first, second") || row.ends_with("second, first"), "{table}");
}
