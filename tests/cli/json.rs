//! JSON in and out.

use serde_json::{Value, json};

use super::outlay;
use crate::meeting;
use crate::support::Server;
use crate::support::symposium::symposium;

#[tokio::test]
async fn what_is_written_can_be_read_again() {
    let server = Server::seeded().await;
    let first = meeting::create(&mut server.meetings(), "first", symposium()).await;
    let text = outlay(&server).run("meeting get first -o json").await.worked();
    let command = "meeting create --id second --file - -o json";
    let second = outlay(&server).stdin(&text).run(command).await.json();
    assert_eq!(second["name"], "meetings/second");
    let read = meeting::get(&mut server.meetings(), "meetings/second").await;
    let due = outlay_proto::v1::Meeting {
        name: read.name.clone(),
        uid: read.uid.clone(),
        etag: read.etag.clone(),
        revision: read.revision,
        ..first
    };
    assert_eq!(read, due);
}

#[tokio::test]
async fn an_update_from_json_changes_what_the_file_gives() {
    let server = Server::seeded().await;
    let first = meeting::create(&mut server.meetings(), "first", symposium()).await;
    let given =
        json!({ "name": "meetings/first", "place": "二楼", "documents": [], "speeches": [] });
    let command = "meeting update --file -";
    outlay(&server).stdin(given.to_string()).run(command).await.worked();
    let read = meeting::get(&mut server.meetings(), "meetings/first").await;
    assert_eq!((read.place.as_str(), read.speeches.len()), ("二楼", 0));
    assert_eq!((read.title, read.agenda), (first.title, first.agenda));
}

#[tokio::test]
async fn json_that_is_no_record_is_refused_by_name() {
    let server = Server::seeded().await;
    for (text, said) in [
        ("", "EOF"),
        ("[]", "meeting"),
        ("{\"nope\": 1}", "nope"),
        ("{\"title\": 1}", "stdin"),
        ("{\"kind\": \"NOTHING\"}", "NOTHING"),
        ("{\"startTime\": \"yesterday\"}", "stdin"),
        ("{\"title\": \"a\", \"title\": \"b\"}", ""),
    ] {
        let command = "meeting create --file -";
        let err = outlay(&server).stdin(text).run(command).await.failed(2);
        assert!(err.contains(said), "{text}: {err}");
    }
}

#[tokio::test]
async fn numbers_dates_and_enums_are_written_plainly() {
    let server = Server::seeded().await;
    let command = "project create --id p --title 一 --owner jx-solar --region 330402 \
        --industry 3825 --kind expansion --total 1.2亿 --planned-start 2023-09-01 --label a=b";
    let shown = outlay(&server).run(&format!("{command} -o json")).await.json();
    assert_eq!(shown["title"], "一");
    assert_eq!(shown["labels"], json!({ "a": "b" }));
    let total = &shown["investment"]["total"];
    let units = total["units"].as_str().map(ToOwned::to_owned);
    assert_eq!(units.unwrap_or_else(|| total["units"].to_string()), "120000000");
    let nothing: Vec<&str> = shown
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, value)| **value == Value::Null)
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(nothing, [""; 0]);
}

#[tokio::test]
async fn a_list_without_records_is_an_empty_one() {
    let server = Server::start();
    assert_eq!(outlay(&server).run("project list -o json").await.json(), json!([]));
    assert_eq!(outlay(&server).run("project list -o csv").await.worked().lines().count(), 1);
}
