//! The store itself, from the command line.

use super::outlay;
use crate::support::Server;

#[tokio::test]
async fn the_store_is_shown_for_people_and_for_programs() {
    let server = Server::seeded().await;
    let sheet = outlay(&server).run("admin info").await.worked();
    for line in ["State", "SERVING", "Journal bytes", "KiB", "Chain"] {
        assert!(sheet.contains(line), "{line} in\n{sheet}");
    }
    let info = outlay(&server).run("admin info -o json").await.json();
    assert_eq!(info["state"], "STORE_STATE_SERVING");
    assert_eq!(info["revision"], server.revision().await.to_string());
    let base = outlay(&server).run("admin base").await.worked();
    assert!(base.contains("Entry count") && base.contains(" s"), "{base}");
    let csv = outlay(&server).run("admin base -o csv").await.worked();
    assert_eq!(csv.lines().count(), 2, "{csv}");
    let scrub = outlay(&server).run("admin scrub -o json").await.json();
    assert_eq!(scrub["epoch"], info["epoch"]);
}

#[tokio::test]
async fn a_verification_says_that_nothing_is_wrong() {
    let server = Server::seeded().await;
    let outcome = outlay(&server).run("admin verify").await;
    assert_eq!((outcome.code, outcome.err.as_str()), (0, "Nothing is wrong.\n"));
    assert!(outcome.out.contains("Commit count"), "{outcome:?}");
    let report = outlay(&server).run("admin verify -o json").await.json();
    assert_eq!(report["findings"], serde_json::Value::Null);
    assert_eq!(report["commitCount"], server.revision().await.to_string());
}

#[tokio::test]
async fn what_records_count_for_is_compared_where_it_is_asked_for() {
    let server = crate::report::server().await;
    let outcome = outlay(&server).run("admin verify").await;
    assert!(!outcome.out.contains("Statistics"), "{outcome:?}");
    let outcome = outlay(&server).run("admin verify --statistics").await;
    assert_eq!((outcome.code, outcome.err.as_str()), (0, "Nothing is wrong.\n"));
    for line in ["Statistics record count", "Statistics cell count", "Statistics revision"] {
        assert!(outcome.out.contains(line), "{line} in\n{}", outcome.out);
    }
    let report = outlay(&server).run("admin verify --statistics -o json").await.json();
    assert_eq!(report["statistics"]["revision"], server.revision().await.to_string());
    assert_eq!(report["wrongCells"], serde_json::Value::Null);
}
