//! The store itself, over the wire: how it is, and whether everything in it is
//! right.

#![cfg(test)]

mod purge;
mod statistics;

use outlay_proto::v1;
use outlay_proto::v1::verify_store_response::Answer;
use outlay_proto::v1::{StoreState, VerifyReport};
use tonic::{Code, Status};

use crate::support::{Admin, SOON, Server, refused, told};

/// What is told while a base is made.
const BASE: (&str, &str) = ("making a base", "entry");

/// The answers of a verification: how many told of progress, and the report.
async fn verify(admin: &mut Admin) -> Result<(usize, VerifyReport), Status> {
    verify_with(admin, v1::VerifyStoreRequest::default()).await
}

async fn verify_with(
    admin: &mut Admin,
    request: v1::VerifyStoreRequest,
) -> Result<(usize, VerifyReport), Status> {
    let mut answers = admin.verify_store(request).await?.into_inner();
    let (mut told, mut report) = (0, None);
    while let Some(message) = answers.message().await? {
        assert!(report.is_none(), "the report is the last message");
        match message.answer.expect("one of both") {
            Answer::Progress(progress) => {
                assert!(!progress.activity.is_empty() && !progress.unit.is_empty());
                told += 1;
            }
            Answer::Report(last) => report = Some(last),
        }
    }
    Ok((told, report.expect("a stream that ends well has a report")))
}

/// The base that a stream ends with.
async fn make_base(admin: &mut Admin) -> Result<v1::Base, Status> {
    use v1::make_base_response::Answer;
    let mut answers = admin.make_base(v1::MakeBaseRequest {}).await?.into_inner();
    let mut base = None;
    while let Some(message) = answers.message().await? {
        assert!(base.is_none(), "the base is the last message");
        match message.answer.expect("one of both") {
            Answer::Progress(progress) => {
                assert_eq!((progress.activity.as_str(), progress.unit.as_str()), BASE);
            }
            Answer::Base(last) => base = Some(last),
        }
    }
    Ok(base.expect("a stream that ends well has a base"))
}

async fn info(admin: &mut Admin) -> v1::StoreInfo {
    told(admin.get_store_info(v1::GetStoreInfoRequest::default()).await)
}

#[tokio::test]
async fn a_store_tells_how_it_is() {
    let server = Server::seeded().await;
    let mut admin = server.admin();
    let before = info(&mut admin).await;
    assert_eq!(before.state(), StoreState::Serving);
    assert_eq!(before.state_reason, "");
    assert_eq!(before.revision, server.revision().await);
    assert!(before.journal_bytes > 0 && before.segment_count > 0);
    assert_eq!((before.epoch.len(), before.chain.len()), (36, 64));
    assert_eq!(before.server_version, env!("CARGO_PKG_VERSION"));
    assert!(before.faults.is_empty() && before.suspicion.is_empty());
    crate::project::create(&mut server.projects(), "p", crate::support::records::project("一"))
        .await;
    let after = info(&mut admin).await;
    assert!(after.revision > before.revision);
    assert_ne!(after.chain, before.chain);
    assert_eq!(after.epoch, before.epoch);
    let server = server.restart();
    let again = info(&mut server.admin()).await;
    assert_eq!((again.epoch, again.chain), (after.epoch, after.chain));
}

#[tokio::test]
async fn a_base_is_made_and_two_are_kept() {
    let server = Server::seeded().await;
    let mut admin = server.admin();
    for number in 1..=3 {
        let id = format!("p{number}");
        let project = crate::support::records::project("一");
        crate::project::create(&mut server.projects(), &id, project).await;
        let base = make_base(&mut admin).await.unwrap();
        assert!(base.end_revision >= server.revision().await, "{base:?}");
        assert!(base.entry_count > 0 && base.size_bytes > 0 && base.elapsed.is_some());
        let info = info(&mut admin).await;
        assert_eq!(info.bases.len(), number.min(2));
        assert_eq!(info.bases.last(), Some(&base));
        assert!(info.bases_bytes >= base.size_bytes && !info.base_under_way);
    }
}

#[tokio::test]
async fn a_scrub_is_begun_and_its_outcome_is_shown() {
    let server = Server::seeded().await;
    let mut admin = server.admin();
    assert_eq!(info(&mut admin).await.last_scrub, None);
    told(admin.scrub_store(v1::ScrubStoreRequest {}).await);
    let ended = async {
        loop {
            let info = info(&mut admin).await;
            if let Some(report) = info.last_scrub {
                return (report, info.last_scrub_age);
            }
            tokio::task::yield_now().await;
        }
    };
    let (report, age) = tokio::time::timeout(SOON, ended).await.unwrap();
    assert!(report.findings.is_empty() && report.commit_count > 0 && age.is_some());
}

#[tokio::test]
async fn all_is_well_until_a_byte_on_the_disk_is_another() {
    let server = Server::seeded().await;
    let revision = server.revision().await;
    let (_, report) = verify(&mut server.admin()).await.unwrap();
    assert_eq!(report.findings, Vec::new());
    assert_eq!((report.revision, report.commit_count), (revision, revision));
    assert!(report.frame_count > 0 && report.segment_count > 0);
    // What is damaged while it is served is found without a restart.
    let journal = server.data().join("journal");
    let first = std::fs::read_dir(journal).unwrap().map(|entry| entry.unwrap().path()).min();
    let first = first.expect("a segment");
    let mut bytes = std::fs::read(&first).unwrap();
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    std::fs::write(&first, bytes).unwrap();
    let (_, report) = verify(&mut server.admin()).await.unwrap();
    let [finding] = report.findings.as_slice() else { panic!("{:?}", report.findings) };
    let name = first.file_name().and_then(|name| name.to_str()).unwrap();
    assert!(finding.file.ends_with(name), "{finding:?}");
    assert!(finding.offset > 0 && finding.revision < revision, "{finding:?}");
    assert!(!finding.description.is_empty());
    let command = crate::cli::outlay(&server).run("admin verify").await;
    assert_eq!(command.code, 1, "{command:?}");
    assert!(command.out.contains(name) && command.err.contains("One thing is wrong"));
}

#[tokio::test]
async fn where_nothing_may_be_changed_it_is_looked_at_all_the_same() {
    let server = Server::seeded().await.restart_with(|config| config.read_only = true);
    let mut admin = server.admin();
    let info = info(&mut admin).await;
    assert_eq!(info.state(), StoreState::ReadOnly);
    assert!(info.state_reason.contains("--read-only"), "{info:?}");
    let asked = v1::VerifyStoreRequest { statistics: true };
    let (_, report) = verify_with(&mut admin, asked).await.unwrap();
    assert_eq!(report.findings, Vec::new());
    assert_eq!(report.statistics.map(|compared| compared.wrong_cell_count), Some(0));
    assert!(report.statistics.is_some_and(|compared| compared.record_count > 0));
    let reason = refused(make_base(&mut admin).await.map(tonic::Response::new));
    assert_eq!(reason, (Code::FailedPrecondition, "READ_ONLY"));
    let reason = refused(admin.scrub_store(v1::ScrubStoreRequest {}).await);
    assert_eq!(reason, (Code::FailedPrecondition, "READ_ONLY"));
}

#[tokio::test]
async fn a_revision_that_is_not_there_is_waited_for_by_the_caller() {
    let server = Server::seeded().await;
    let newest = server.revision().await;
    let ask = |min_revision| v1::GetStoreInfoRequest { min_revision };
    told(server.admin().get_store_info(ask(newest)).await);
    let reason = refused(server.admin().get_store_info(ask(newest + 1)).await);
    assert_eq!(reason, (Code::Unavailable, "REVISION_NOT_REACHED"));
    let reason = refused(server.admin().get_store_info(ask(-1)).await);
    assert_eq!(reason, (Code::InvalidArgument, "FIELDS_INVALID"));
}

#[tokio::test]
async fn the_index_is_written_anew_while_the_server_serves() {
    let server = Server::seeded().await;
    let mut admin = server.admin();
    let before = info(&mut admin).await;
    let answers = admin.compact_store(v1::CompactStoreRequest {}).await.unwrap();
    let (mut answers, mut report) = (answers.into_inner(), None);
    while let Some(message) = answers.message().await.unwrap() {
        match message.answer.expect("one of both") {
            v1::compact_store_response::Answer::Progress(progress) => {
                assert!(report.is_none() && !progress.activity.is_empty());
            }
            v1::compact_store_response::Answer::Report(last) => report = Some(last),
        }
    }
    let report = report.expect("a stream that ends well has a report");
    assert!(report.before_bytes > 0 && report.after_bytes > 0 && report.entry_count > 0);
    let after = info(&mut admin).await;
    assert_eq!((after.revision, &after.chain), (before.revision, &before.chain));
    assert_eq!(after.compact_progress, None);
    let (_, checked) = verify(&mut admin).await.unwrap();
    assert_eq!(checked.findings, Vec::new());
    let said = crate::cli::outlay(&server).run("admin compact").await.worked();
    assert!(said.contains("After bytes"), "{said}");
    let server = server.restart_with(|config| config.read_only = true);
    let answers = server.admin().compact_store(v1::CompactStoreRequest {}).await.unwrap();
    let ended = answers.into_inner().message().await.map(tonic::Response::new);
    assert_eq!(refused(ended), (Code::FailedPrecondition, "READ_ONLY"));
}
