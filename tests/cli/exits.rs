//! Exit codes, and errors as sentences.

use super::outlay;
use crate::support::Server;
use crate::support::records::project;

#[tokio::test]
async fn exit_codes_tell_what_kind_of_failure_it_is() {
    let server = Server::seeded().await;
    crate::project::create(&mut server.projects(), "p", project("一")).await;
    for (command, code, said) in [
        ("", 2, "Usage"),
        ("nonsense", 2, "nonsense"),
        ("project", 2, "Usage"),
        ("project list --nonsense", 2, "--nonsense"),
        ("project create --id p2 --title 一", 2, "project.owner"),
        ("project update p --owner nobody", 2, "REFERENCE_UNKNOWN"),
        ("project update p --kind nothing", 2, "nothing"),
        ("project list --filter 'nope = 1'", 2, "FILTER_INVALID"),
        ("project list --order-by nope", 2, "create_time"),
        ("project list --page-size 0", 2, "page-size"),
        ("describe Nope", 2, "there is no service, RPC, message or enum `Nope`"),
        ("project get nope", 3, "RECORD_NOT_FOUND"),
        ("project get p nope", 3, "projects/nope"),
        ("region history nope", 3, "RECORD_NOT_FOUND"),
        ("project update p --title 二 --etag 0000000000000000", 4, "ETAG_MISMATCH"),
        ("project undelete p", 4, "RECORD_NOT_DELETED"),
        ("project advance p --stage started --date 2023-07-01", 4, "FILED must be reached first"),
        ("region create --code 330402 --name x --type county", 4, "RECORD_EXISTS"),
        ("region delete 330400", 4, "RECORD_IN_USE"),
        ("project list --server http://127.0.0.1:1", 5, "is outlayd running"),
        ("project list --server https://127.0.0.1:1", 2, "TLS"),
        ("project list --server ftp://x", 2, "ftp"),
        ("project list --timeout 1h", 2, "units"),
        ("project create --file /does/not/exist", 2, "/does/not/exist"),
        ("project create --file -", 2, "stdin"),
    ] {
        let err = outlay(&server).run(command).await.failed(code);
        assert!(err.contains(said), "{command}: {err}");
    }
}

#[tokio::test]
async fn an_error_is_a_sentence_with_its_reason_and_all_that_is_wrong() {
    let server = Server::seeded().await;
    let one = outlay(&server).run("project get nope").await.failed(3);
    assert_eq!(one, "error: there is no projects/nope (NOT_FOUND, RECORD_NOT_FOUND)\n");
    let command = "project create --title 一 --owner nobody --region 999999 --industry 3825 --kind expansion --total 1";
    let several = outlay(&server).run(command).await.failed(2);
    for line in ["  project.owner: ", "  project.region: "] {
        assert!(several.lines().any(|said| said.starts_with(line)), "{several}");
    }
}

#[tokio::test]
async fn violations_that_found_no_room_are_counted() {
    let server = Server::seeded().await;
    let policies: Vec<_> = (0..50).map(|at| format!("--policy no-such-policy-{at}")).collect();
    let command = format!(
        "project create --title 一 --owner jx-solar --region 330402 --industry 3825 \
         --kind new-build --total 1 {}",
        policies.join(" ")
    );
    let err = outlay(&server).run(&command).await.failed(2);
    let told = err.lines().filter(|line| line.starts_with("  project.")).count();
    let last = err.lines().last().unwrap();
    assert!(told > 2 && last.starts_with("  … and ") && last.ends_with(" more"), "{err}");
}

#[tokio::test]
async fn an_address_ends_with_its_port_and_names_no_user() {
    let server = Server::start();
    for (address, said) in [
        ("http://user:geheim@127.0.0.1:1", "users and passwords"),
        ("user:geheim@127.0.0.1:1", "users and passwords"),
        ("http://127.0.0.1:1/api", "leave out what follows"),
        ("http://127.0.0.1:1?x=y", "leave out what follows"),
        ("http://127.0.0.1:1#x", "leave out what follows"),
        ("''", "http://host:port"),
    ] {
        let err = outlay(&server).run(&format!("project list --server {address}")).await.failed(2);
        assert!(err.contains(said) && !err.contains("geheim"), "{address}: {err}");
    }
    let slash = format!("project list --server {}/", server.url());
    outlay(&server).run(&slash).await.worked();
}

#[tokio::test]
#[ignore = "the next test runs it, in an environment of its own"]
async fn no_server_is_named() {
    let server = Server::start();
    let outcome = outlay(&server).anywhere().run("project list").await;
    // Whether a server runs at the usual address isn't known here.
    assert!(matches!(outcome.code, 0 | 5), "{outcome:?}");
    assert!(outcome.code == 0 || outcome.err.contains("http://127.0.0.1:7443"), "{outcome:?}");
}

#[test]
fn an_empty_variable_names_no_server() {
    let tests = std::env::current_exe().unwrap();
    let output = std::process::Command::new(tests)
        .args(["--exact", "--ignored", "cli::exits::no_server_is_named"])
        .env("OUTLAY_SERVER", "")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains("1 passed"), "{told}");
}
