//! Many reports at once: all of them or none.

use outlay_proto::v1;
use outlay_proto::v1::{ReportState as State, ReviewLevel as Level};
use tonic::Code;

use super::{acceptance, content, create_project, get, name, server, submitted};
use crate::support::records::request_id;
use crate::support::{refused, told};

fn acceptances(names: &[String]) -> v1::BatchAcceptReportsRequest {
    v1::BatchAcceptReportsRequest {
        names: names.to_vec(),
        level: Level::County.into(),
        request_id: request_id(),
        ..Default::default()
    }
}

#[tokio::test]
async fn many_reports_are_accepted_in_one_commit_or_not_at_all() {
    let server = server().await;
    let mut reports = server.reports();
    let months = ["2023-06", "2023-07"];
    let mut names = Vec::new();
    for at in 0..30 {
        let id = format!("q{at}");
        create_project(&server, &id, |_| {}).await;
        for month in months {
            submitted(&mut reports, &id, month, content(1, 2, 3)).await;
            names.push(name(&id, month));
        }
    }
    let one = told(reports.accept_report(acceptance(&names[7], Level::County)).await);
    let before = server.revision().await;
    let refusal = refused(reports.batch_accept_reports(acceptances(&names)).await);
    assert_eq!(refusal, (Code::FailedPrecondition, "ALREADY_ACCEPTED"));
    assert!(refusal.message.contains(&one.name), "{}", refusal.message);
    let mut missing = names.clone();
    missing[7] = "reports/none-2023-06".to_owned();
    let refusal = refused(reports.batch_accept_reports(acceptances(&missing)).await);
    assert_eq!(refusal, (Code::NotFound, "RECORD_NOT_FOUND"));
    assert_eq!(server.revision().await, before);

    names.remove(7);
    let request = acceptances(&names);
    let done = told(reports.batch_accept_reports(request.clone()).await);
    assert_eq!((done.changed_count, done.revision), (59, before + 1));
    assert_eq!(told(reports.batch_accept_reports(request).await), done);
    assert_eq!(get(&mut reports, &names[58]).await.accepted_level(), Level::County);
}

#[tokio::test]
async fn many_reports_are_returned_for_one_reason() {
    let server = server().await;
    let mut reports = server.reports();
    let mut names = Vec::new();
    for month in ["2023-06", "2023-07"] {
        names.push(submitted(&mut reports, "p", month, content(1, 2, 3)).await.name);
    }
    let request = v1::BatchReturnReportsRequest {
        names: names.clone(),
        level: Level::County.into(),
        code: v1::ReturnCode::Incomplete.into(),
        text: "缺少附件".to_owned(),
        ..Default::default()
    };
    let done = told(reports.batch_return_reports(request).await);
    assert_eq!(done.changed_count, 2);
    for report in names {
        assert_eq!(get(&mut reports, &report).await.state(), State::Returned);
    }
}
