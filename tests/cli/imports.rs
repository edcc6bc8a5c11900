//! Imports of CSV files.

use super::outlay;
use crate::support::Server;

const REGIONS: &str = "code,name_zh,name_en,level,parent\n\
    100000,中华人民共和国,China,country,\n\
    330000,浙江省,Zhejiang Province,province,100000\n\
    330400,嘉兴市,Jiaxing City,prefecture,330000\n\
    330402,\"南湖区\",Nanhu District,county,330400\n";

#[tokio::test]
async fn a_file_is_imported_and_a_second_run_changes_nothing() {
    let server = Server::start();
    let dry = outlay(&server).stdin(REGIONS).run("region import - --dry-run").await;
    dry.worked();
    assert_eq!(
        outlay(&server).run("region list -o json").await.json().as_array().unwrap().len(),
        0
    );
    let first = outlay(&server).stdin(REGIONS).run("region import -").await;
    assert!(first.err.contains('4'), "{first:?}");
    first.worked();
    let revision = server.revision().await;
    let second = outlay(&server).stdin(REGIONS).run("region import - --all-or-nothing").await;
    second.worked();
    assert_eq!(server.revision().await, revision);
    let shown = outlay(&server).run("region get 330402 -o json").await.json();
    assert_eq!(shown["displayName"], "南湖区");
    assert_eq!(shown["localizedNames"]["en"], "Nanhu District");
    assert_eq!(shown["parent"], "regions/330400");
}

#[tokio::test]
async fn refused_rows_are_reported_with_their_lines_and_the_exit_code_is_1() {
    let server = Server::start();
    let file = format!(
        "{REGIONS}330411,秀洲区,,county,999999\n,无码,,county,330400\n330421,嘉善县,,county,330400\n"
    );
    let outcome = outlay(&server).stdin(&file).run("region import - -o json").await;
    assert_eq!(outcome.code, 1, "{outcome:?}");
    assert!(outcome.out.contains("REFERENCE_UNKNOWN"), "{outcome:?}");
    assert!(outcome.out.contains('6') && outcome.out.contains('7'), "{outcome:?}");
    let listed = outlay(&server).run("region list -o json").await.json();
    assert_eq!(listed.as_array().unwrap().len(), 5, "good rows are kept");
}

#[tokio::test]
async fn a_file_of_another_kind_is_refused() {
    let server = Server::start();
    for file in ["", "nonsense\n1\n", "code,code\n1,2\n"] {
        let outcome = outlay(&server).stdin(file).run("region import -").await;
        assert_ne!(outcome.code, 0, "{file:?} {outcome:?}");
        assert!(!outcome.err.is_empty(), "{outcome:?}");
    }
}

/// The refused rows of an import: line, reason and description of each.
async fn refused(
    server: &Server,
    noun: &str,
    file: impl AsRef<[u8]>,
) -> Vec<(u64, String, String)> {
    let outcome = outlay(server).stdin(file).run(&format!("{noun} import - -o json")).await;
    assert!(outcome.code < 2, "{outcome:?}");
    let report: serde_json::Value = serde_json::from_str(&outcome.out).unwrap();
    let told = report["violations"].as_array().unwrap();
    assert_eq!(outcome.code == 1, !told.is_empty(), "{outcome:?}");
    let text = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap().to_owned();
    let one = |row| (row_line(row), text(row, "reason"), text(row, "description"));
    told.iter().map(one).collect()
}

fn row_line(row: &serde_json::Value) -> u64 {
    row["line"].as_u64().unwrap()
}

async fn count(server: &Server, noun: &str) -> usize {
    let listed = outlay(server).run(&format!("{noun} list --all -o json")).await.json();
    listed.as_array().unwrap().len()
}

#[tokio::test]
async fn a_heading_that_repeats_a_column_is_refused() {
    let server = Server::start();
    for heading in ["code,name_zh,code", "code,display_name,displayName", "code,uid,uid"] {
        let file = format!("{heading}\n1,2,3\n");
        let err = outlay(&server).stdin(&file).run("region import -").await.failed(2);
        assert!(err.contains("stands twice in the heading"), "{err}");
    }
}

#[tokio::test]
async fn a_broken_line_costs_no_other() {
    let server = Server::start();
    let mut file = REGIONS.replace('\n', "\r\n").into_bytes();
    file.extend(b"330411,a,b\n"); // line 6: too few cells
    file.extend(b"330421,Jiashan,,county,330400\n");
    file.extend(b"330424,\"a\"b,,county,330400\n"); // line 8: read as ab
    file.extend(b"\n"); // line 9
    file.extend(b"330481,\xbc\xce\xd0\xcb,,county,330400\n"); // line 10: GBK
    file.extend(b"330482,\"Ping\nhu\",,county,330400\n"); // lines 11 and 12
    // Line 13: a quote that is never closed takes the rest of the file with it.
    file.extend(b"330483,\"never closed,,county,330400\n");
    file.extend(b"330484,Last,,county,330400");
    let refused = refused(&server, "region", &file).await;
    // The name of 330482 has two lines, which the server refuses in both its
    // fields.
    let (of_server, refused): (Vec<_>, Vec<_>) =
        refused.into_iter().partition(|(_, reason, _)| reason == "FIELD_CHARACTERS");
    assert!(of_server.iter().all(|(line, ..)| *line == 11), "{of_server:?}");
    let due = [
        (6, "it has 3 cells, and the heading 5"),
        (10, "UTF-8"),
        (13, "it has 2 cells, and the heading 5"),
    ];
    assert_eq!(refused.len(), due.len(), "{refused:?}");
    for ((line, reason, said), (at, part)) in refused.iter().zip(due) {
        assert!(*line == at && reason == "FIELD_FORMAT" && said.contains(part), "{refused:?}");
    }
    assert_eq!(count(&server, "region").await, 4 + 2);
}

#[tokio::test]
async fn a_row_too_large_to_be_sent_is_refused_here() {
    let server = Server::start();
    let large = "x".repeat(5 << 20);
    let file = format!("{REGIONS}330411,{large},,county,330400\n330421,嘉善县,,county,330400\n");
    let refused = refused(&server, "region", &file).await;
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert!(refused[0].0 == 6 && refused[0].2.contains("larger than 1 MiB"), "{refused:?}");
    assert_eq!(count(&server, "region").await, 5);
}

#[tokio::test]
async fn many_large_rows_are_parted_into_messages_that_fit() {
    let server = Server::start();
    let long = "x".repeat(90 << 10);
    let rows: String = (0..200).map(|at| format!("{at},{long},,county,\n")).collect();
    let file = format!("code,name_zh,name_en,level,parent\n{rows}9999,好,,county,\n");
    let refused = refused(&server, "region", &file).await;
    assert_eq!(refused.len(), 2 * 200, "each is too long in two fields");
    assert!(refused.iter().all(|(_, reason, _)| reason == "FIELD_TOO_LONG"));
    assert_eq!(count(&server, "region").await, 1);
    let file = file.lines().take(60).collect::<Vec<_>>().join("\n");
    let whole = outlay(&server).stdin(&file).run("region import - --all-or-nothing").await;
    assert!(whole.code == 1 && whole.err.contains("59 rows were refused"), "{}", whole.err);
}

#[tokio::test]
async fn a_code_twice_in_a_file_is_refused_and_a_second_run_changes_nothing() {
    let server = Server::start();
    // Far enough apart for two batches.
    let between: String = (0..600).map(|at| format!("Z{at},{at},,county,\n")).collect();
    let file = format!("{REGIONS}{between}330402,别名,,county,330400\nz7,七,,county,\n");
    for run in 0..2 {
        let refused = refused(&server, "region", &file).await;
        let due = [(606, "lines 5 and 606 both"), (607, "lines 13 and 607 both")];
        assert_eq!(refused.len(), 2, "{refused:?}");
        for ((line, reason, said), (at, part)) in refused.iter().zip(due) {
            assert!(*line == at && reason == "FIELD_DUPLICATE" && said.contains(part), "{said}");
        }
        let shown = outlay(&server).run("region get 330402 -o json").await.json();
        assert_eq!(shown["displayName"], "南湖区", "run {run}");
    }
    let revision = server.revision().await;
    assert_eq!(refused(&server, "region", &file).await.len(), 2);
    assert_eq!(server.revision().await, revision);
    let policies = "title_zh,document_number\n一,No. 4\n二,No. 4\n";
    let refused = refused(&server, "policy", policies).await;
    assert!(refused[0].0 == 3 && refused[0].2.contains("document_number No. 4"), "{refused:?}");
}

#[tokio::test]
async fn empty_cells_and_empty_entries_change_nothing() {
    let server = Server::seeded().await;
    outlay(&server).run("region update 330402 --name-en Nanhu").await.worked();
    let revision = server.revision().await;
    for file in [
        "code,name_zh,name_en,level,parent\n330402,南湖区,,county,\n",
        "code,display_name,localized_names,type\n330402,南湖区,\"{\"\"en\"\":\"\"\"\"}\",county\n",
    ] {
        let outcome = outlay(&server).stdin(file).run("region import - -o json").await;
        assert_eq!(outcome.code, 0, "{outcome:?}");
    }
    let shown = outlay(&server).run("region get 330402 -o json").await.json();
    assert_eq!(shown["localizedNames"]["en"], "Nanhu", "at {revision}: {shown}");
    assert_eq!(shown["parent"], "regions/330400");
}

#[tokio::test]
async fn the_help_says_what_order_rows_need() {
    let server = Server::start();
    let help = outlay(&server).run("cluster import --help").await.worked();
    let words: Vec<_> = help.split_whitespace().collect();
    assert!(words.join(" ").contains("A parent must stand before its children"), "{help}");
    let help = outlay(&server).run("policy import --help").await.worked();
    assert!(!help.contains("parent"), "{help}");
}

/// Counts of an import's answer in JSON: created, updated, unchanged, refused.
fn counts(outcome: &super::Outcome) -> [u64; 4] {
    let report: serde_json::Value = serde_json::from_str(&outcome.out).unwrap();
    ["created", "updated", "unchanged", "refused"].map(|count| report[count].as_u64().unwrap())
}

#[tokio::test]
async fn reports_are_imported_as_drafts() {
    let server = crate::report::server().await;
    let file = "project,month,construction,equipment,other_costs,progress,comment\n\
        p,2023-05,320万,1250万,0,35,\n\
        p,2023-06,100万,,,,到货\n\
        p,2023-01,1万,,,,\n\
        p,2023-06,1万,,,,\n";
    let import = async |file: &str, flags: &str| {
        outlay(&server).stdin(file).run(&format!("report import - -o json {flags}")).await
    };
    assert_eq!(counts(&import(file, "--dry-run").await), [2, 0, 0, 2]);
    let first = import(file, "").await;
    assert_eq!((first.code, counts(&first)), (1, [2, 0, 0, 2]));
    for reason in ["MONTH_JANUARY", "lines 3 and 5 both"] {
        assert!(first.out.contains(reason), "{first:?}");
    }
    let shown = outlay(&server).run("report get p-2023-05 -o json").await.json();
    assert_eq!(
        (&shown["state"], &shown["content"]["physicalProgressPercent"]),
        (&"REPORT_STATE_DRAFT".into(), &35.into())
    );
    assert_eq!(shown["content"]["investment"]["total"]["units"], "15700000");
    // What is listed can be given back.
    let listed = outlay(&server).run("report list --all -o csv").await.worked();
    let again = import(&listed, "--all-or-nothing").await;
    assert_eq!((again.code, counts(&again)), (0, [0, 0, 2, 0]));
}

#[tokio::test]
async fn reports_are_imported_as_history() {
    let server = crate::report::server().await;
    let run = async |file: &str, flags: &str| {
        outlay(&server).stdin(file).run(&format!("report import - -o json {flags}")).await
    };
    let file = "project,month,equipment\np,2023-05,320万\np,2023-06,1250万\n";
    let flags = "--accepted-level province --reason 二〇二三年台账";
    assert_eq!(counts(&run(file, flags).await), [2, 0, 0, 0]);
    assert_eq!(counts(&run(file, flags).await), [0, 0, 2, 0]);
    let shown = outlay(&server).run("report get p-2023-06 -o json").await.json();
    assert_eq!(
        (&shown["state"], &shown["acceptedLevel"]),
        (&"REPORT_STATE_ACCEPTED".into(), &"REVIEW_LEVEL_PROVINCE".into())
    );
    assert_eq!(shown["acceptances"][2]["comment"], "二〇二三年台账");
    let silent = run(file, "--accepted-level province").await;
    assert!(silent.code == 2 && silent.err.contains("reason"), "{silent:?}");
    let unknown = run(file, "--accepted-level village --reason x").await;
    assert!(unknown.code == 2 && unknown.err.contains("COUNTY"), "{unknown:?}");
}

#[tokio::test]
async fn the_help_of_an_import_of_reports_names_columns_and_levels() {
    let server = Server::start();
    let help = outlay(&server).run("report import --help").await.worked();
    for word in ["construction", "other_costs", "--accepted-level", "PROVINCE", "--reason"] {
        assert!(help.contains(word), "{word}: {help}");
    }
    let help = outlay(&server).run("region import --help").await.worked();
    assert!(!help.contains("--accepted-level"), "{help}");
}
