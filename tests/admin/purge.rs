//! Taking a record away for good, through the server.

use std::path::Path;

use outlay_proto::v1;
use outlay_proto::v1::PurgeReport;
use outlay_proto::v1::purge_record_response::Answer;
use tonic::{Code, Response, Status};

use super::{info, verify};
use crate::project::create;
use crate::support::records::project;
use crate::support::{Admin, Refused, Server, refused, told};

const TITLE: &str = "绝密矿山";

fn request(name: &str) -> v1::PurgeRecordRequest {
    let name = name.to_owned();
    v1::PurgeRecordRequest { name, reason: "court order 12".to_owned(), ..Default::default() }
}

/// Purges a record: the steps that were told of, and the report.
async fn purge(
    admin: &mut Admin,
    request: v1::PurgeRecordRequest,
) -> Result<(Vec<v1::Progress>, PurgeReport), Status> {
    let mut answers = admin.purge_record(request).await?.into_inner();
    let (mut steps, mut report) = (Vec::new(), None);
    while let Some(message) = answers.message().await? {
        match message.answer.expect("one of both") {
            Answer::Progress(progress) => steps.push(progress),
            Answer::Report(last) => report = Some(last),
        }
    }
    Ok((steps, report.expect("a stream that ends well has a report")))
}

/// The refusal of a purge.
async fn refusal(admin: &mut Admin, request: v1::PurgeRecordRequest) -> Refused {
    refused(purge(admin, request).await.map(Response::new))
}

async fn delete(server: &Server, name: &str) {
    let request = v1::DeleteProjectRequest { name: name.to_owned(), ..Default::default() };
    told(server.projects().delete_project(request).await);
}

/// Whether a text stands in a file of the journal, whose last one isn't
/// compressed.
fn stands_in_journal(data: &Path, text: &str) -> bool {
    let files = std::fs::read_dir(data.join("journal")).unwrap();
    let mut files = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
    files.any(|bytes| bytes.windows(text.len()).any(|part| part == text.as_bytes()))
}

#[tokio::test]
async fn a_purged_record_is_gone_from_store_and_journal_and_all_can_be_checked() {
    let server = Server::seeded().await;
    create(&mut server.projects(), "secret", project(TITLE)).await;
    create(&mut server.projects(), "open", project("二")).await;
    delete(&server, "projects/secret").await;
    assert!(stands_in_journal(&server.data(), TITLE));
    let (steps, report) = purge(&mut server.admin(), request("projects/secret")).await.unwrap();
    assert!(steps.iter().all(|step| step.total == 4 && step.done < 4 && step.unit == "step"));
    assert_eq!(report.value_count, 2);
    assert!(report.commit_count >= 2 && report.segment_count >= 1 && report.purged_bytes > 0);
    assert!(!stands_in_journal(&server.data(), TITLE));
    let (_, checked) = verify(&mut server.admin()).await.unwrap();
    assert_eq!(checked.findings, Vec::new());
    let get = |name: &str| v1::GetProjectRequest { name: name.to_owned(), ..Default::default() };
    let reason = refused(server.projects().get_project(get("projects/secret")).await);
    assert_eq!(reason, (Code::NotFound, "RECORD_NOT_FOUND"));
    told(server.projects().get_project(get("projects/open")).await);
    // A second one finds nothing, and the id is free.
    let again = refusal(&mut server.admin(), request("projects/secret")).await;
    assert_eq!(again, (Code::NotFound, "RECORD_NOT_FOUND"));
    create(&mut server.projects(), "secret", project("三")).await;
}

#[tokio::test]
async fn a_purge_is_refused_with_a_reason_and_can_be_tried() {
    let server = Server::seeded().await;
    create(&mut server.projects(), "p", project("一")).await;
    let mut admin = server.admin();
    let before = info(&mut admin).await;
    let live = refusal(&mut admin, request("projects/p")).await;
    assert_eq!(live, (Code::FailedPrecondition, "RECORD_NOT_DELETED"));
    let used = refusal(&mut admin, request("organisations/jx-wind")).await;
    assert_eq!(used, (Code::FailedPrecondition, "RECORD_NOT_DELETED"));
    let unknown = refusal(&mut admin, request("projects/nobody")).await;
    assert_eq!(unknown, (Code::NotFound, "RECORD_NOT_FOUND"));
    for wrong in ["", "projects", "projects/", "cats/tom", "projects/P 1"] {
        let reason = refusal(&mut admin, request(wrong)).await;
        assert_eq!(reason, (Code::InvalidArgument, "FIELDS_INVALID"), "{wrong:?}");
    }
    let silent = v1::PurgeRecordRequest { reason: " ".to_owned(), ..request("projects/p") };
    let reason = refusal(&mut admin, silent).await;
    assert_eq!(reason, (Code::InvalidArgument, "FIELDS_INVALID"));
    assert_eq!(info(&mut admin).await.revision, before.revision);
    delete(&server, "projects/p").await;
    let before = info(&mut admin).await;
    let trial = v1::PurgeRecordRequest { validate_only: true, ..request("projects/p") };
    let (_, report) = purge(&mut admin, trial).await.unwrap();
    assert_eq!((report.value_count, report.revision), (0, before.revision));
    assert_eq!(info(&mut admin).await.revision, before.revision);
}

#[tokio::test]
async fn a_purge_that_was_broken_off_goes_on_when_it_is_asked_for_again() {
    let server = Server::seeded().await;
    create(&mut server.projects(), "p", project(TITLE)).await;
    delete(&server, "projects/p").await;
    let mut admin = server.admin();
    // Whether it comes to the erasure before it is dropped, and how far it goes
    // then, is chance: each is right.
    for _ in 0..3 {
        let mut answers = admin.purge_record(request("projects/p")).await.unwrap().into_inner();
        let first = answers.message().await;
        drop(answers);
        if first.is_err() {
            break;
        }
    }
    let last = v1::PurgeRecordRequest { allow_missing: true, ..request("projects/p") };
    purge(&mut admin, last).await.unwrap();
    assert!(!stands_in_journal(&server.data(), TITLE));
    let server = server.restart();
    let (_, report) = verify(&mut server.admin()).await.unwrap();
    assert_eq!(report.findings, Vec::new());
}

#[tokio::test]
async fn the_command_wants_to_be_sure() {
    let server = Server::seeded().await;
    create(&mut server.projects(), "p", project(TITLE)).await;
    delete(&server, "projects/p").await;
    let say = async |command: &str| crate::cli::outlay(&server).run(command).await;
    let told = say("admin purge projects/p --reason 'order 12'").await.failed(2);
    assert!(told.contains("--yes"), "{told}");
    let trial = say("admin purge projects/p --reason x --validate-only").await;
    assert!(trial.err.contains("check only"), "{trial:?}");
    assert_eq!(trial.code, 0);
    let report = say("admin purge projects/p --reason 'order 12' --yes -o json").await.json();
    assert_eq!(report["valueCount"], "2");
    let told = say("admin purge projects/p --reason 'order 12' --yes").await.failed(3);
    assert!(told.contains("projects/p"), "{told}");
}
