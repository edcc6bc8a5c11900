//! The way of a report through its review.

use outlay_proto::v1;
use outlay_proto::v1::{ReportState as State, ReviewLevel as Level};
use tonic::Code;

use super::{
    acceptance, accepted, content, create_project, get, name, rejection, reopening, server,
    submission, submitted,
};
use crate::support::{refused, told};

const FORBIDDEN: (Code, &str) = (Code::FailedPrecondition, "TRANSITION_FORBIDDEN");

#[tokio::test]
async fn a_report_goes_from_level_to_level() {
    let server = server().await;
    let mut reports = server.reports();
    let report = submitted(&mut reports, "p", "2023-06", content(1, 2, 3)).await;
    assert_eq!(report.state(), State::Submitted);
    assert_eq!(report.allowed_actions, ["correct", "accept:COUNTY", "return:COUNTY"]);
    let awaited =
        |report: &v1::Report| report.awaiting.clone().map(|one| (one.level(), one.region));
    assert_eq!(awaited(&report), Some((Level::County, "regions/330402".to_owned())));
    let one = report.submissions.first().cloned().unwrap_or_default();
    assert_eq!((one.number, one.region.as_str()), (1, "regions/330402"));
    assert_eq!(
        (one.industry.as_str(), one.division.as_str()),
        ("industries/3825", "industries/38")
    );
    assert_eq!(one.size_class(), v1::SizeClass::From100Million);

    let steps = [
        (Level::County, Some((Level::City, "regions/330400"))),
        (Level::City, Some((Level::Province, "regions/330000"))),
        (Level::Province, None),
    ];
    for (level, next) in steps {
        let report = told(reports.accept_report(acceptance(&report.name, level)).await);
        assert_eq!((report.state(), report.accepted_level()), (State::Accepted, level));
        let next = next.map(|(level, region)| (level, region.to_owned()));
        assert_eq!(awaited(&report), next);
    }
    let done = get(&mut reports, &report.name).await;
    assert_eq!(done.allowed_actions, ["correct", "reopen:PROVINCE"]);
    let accepted: Vec<_> =
        done.acceptances.iter().map(|one| (one.level(), one.submission)).collect();
    assert_eq!(accepted, [(Level::County, 1), (Level::City, 1), (Level::Province, 1)]);
    assert_eq!(done.submissions.len(), 1);
}

#[tokio::test]
async fn levels_review_in_their_order_and_once() {
    let server = server().await;
    let mut reports = server.reports();
    let report = submitted(&mut reports, "p", "2023-06", content(1, 2, 3)).await.name;
    for level in [Level::City, Level::Province] {
        let early = refused(reports.accept_report(acceptance(&report, level)).await);
        assert_eq!(early, (Code::FailedPrecondition, "REVIEW_OUT_OF_ORDER"));
        assert!(early.message.contains("COUNTY"), "{}", early.message);
        let early = refused(reports.return_report(rejection(&report, level)).await);
        assert_eq!(early, (Code::FailedPrecondition, "REVIEW_OUT_OF_ORDER"));
    }
    let nobody = refused(reports.accept_report(acceptance(&report, Level::Nation)).await);
    assert_eq!(nobody, (Code::FailedPrecondition, "NOT_A_REVIEWER"));
    let missing = acceptance(&report, Level::Unspecified);
    refused(reports.accept_report(missing).await).has_fields(&[("level", "FIELD_REQUIRED")]);

    let county = acceptance(&report, Level::County);
    let before = told(reports.accept_report(county.clone()).await);
    let twice = refused(reports.accept_report(county).await);
    assert_eq!(twice, (Code::FailedPrecondition, "ALREADY_ACCEPTED"));
    let undone = refused(reports.reopen_report(reopening(&report, Level::City)).await);
    assert_eq!(undone, (Code::FailedPrecondition, "NOT_ACCEPTED"));
    assert_eq!(get(&mut reports, &report).await, before);
}

#[tokio::test]
async fn an_acceptance_is_taken_back_from_the_top() {
    let server = server().await;
    let mut reports = server.reports();
    let levels = [Level::County, Level::City];
    let report = accepted(&mut reports, "p", "2023-06", content(1, 2, 3), &levels).await.name;
    let below = refused(reports.reopen_report(reopening(&report, Level::County)).await);
    assert_eq!(below, (Code::FailedPrecondition, "HIGHER_LEVEL_ACCEPTED"));
    let back = told(reports.reopen_report(reopening(&report, Level::City)).await);
    assert_eq!((back.state(), back.accepted_level()), (State::Accepted, Level::County));
    let back = told(reports.reopen_report(reopening(&report, Level::County)).await);
    assert_eq!((back.state(), back.acceptances.len()), (State::Submitted, 0));
    // And once more to the top.
    for level in levels {
        told(reports.accept_report(acceptance(&report, level)).await);
    }
}

#[tokio::test]
async fn a_report_is_returned_with_a_reason_and_submitted_anew() {
    let server = server().await;
    let mut reports = server.reports();
    let report = submitted(&mut reports, "p", "2023-06", content(1, 2, 3)).await.name;
    let mut without = rejection(&report, Level::County);
    without.code = 0;
    without.text.clear();
    refused(reports.return_report(without).await)
        .has_fields(&[("code", "FIELD_REQUIRED"), ("text", "FIELD_REQUIRED")]);

    let mut request = rejection(&report, Level::County);
    request.fields = vec![v1::FieldRemark {
        field: "content.investment.equipment".to_owned(),
        text: "合同金额不符".to_owned(),
    }];
    let returned = told(reports.return_report(request.clone()).await);
    assert_eq!(returned.state(), State::Returned);
    assert_eq!(returned.allowed_actions, ["submit"]);
    let why = returned.last_return.unwrap_or_default();
    assert_eq!(
        (why.level(), why.code(), why.text),
        (Level::County, v1::ReturnCode::Implausible, request.text.clone())
    );
    assert_eq!(why.fields, request.fields);
    assert_eq!(refused(reports.return_report(request).await), FORBIDDEN);

    let again = told(reports.submit_report(submission(&report)).await);
    assert_eq!((again.state(), again.last_return), (State::Submitted, None));
    let numbers: Vec<_> = again.submissions.iter().map(|one| one.number).collect();
    assert_eq!(numbers, [2], "nobody has accepted the first");
}

#[tokio::test]
async fn a_level_that_the_branch_lacks_is_left_out() {
    let server = server().await;
    create_project(&server, "city", |project| project.region = "regions/330400".to_owned()).await;
    create_project(&server, "province", |p| p.region = "regions/330000".to_owned()).await;
    let mut reports = server.reports();
    let cases = [("city", vec![Level::City, Level::Province]), ("province", vec![Level::Province])];
    for (project, levels) in cases {
        let report = accepted(&mut reports, project, "2023-06", content(1, 0, 0), &levels).await;
        assert_eq!(report.awaiting, None);
        let reviewers = &report.submissions[0].reviewers;
        assert_eq!(reviewers.iter().map(v1::Reviewer::level).collect::<Vec<_>>(), levels);
        let none = refused(reports.accept_report(acceptance(&report.name, Level::County)).await);
        assert_eq!(none, (Code::FailedPrecondition, "NOT_A_REVIEWER"));
    }
}

#[tokio::test]
async fn nothing_is_reviewed_before_it_is_submitted() {
    let server = server().await;
    let mut reports = server.reports();
    told(reports.create_report(super::creation("p", "2023-06", content(1, 2, 3))).await);
    let report = name("p", "2023-06");
    let refusals = [
        refused(reports.accept_report(acceptance(&report, Level::County)).await),
        refused(reports.return_report(rejection(&report, Level::County)).await),
        refused(reports.reopen_report(reopening(&report, Level::County)).await),
        refused(reports.correct_report(super::correction(&report)).await),
    ];
    for refusal in refusals {
        assert_eq!(refusal, FORBIDDEN);
        assert_eq!(refusal.needed(), ["it must be submitted first"]);
    }
}

#[tokio::test]
async fn one_call_says_who_is_waiting_for_whom() {
    let server = server().await;
    create_project(&server, "q", |project| project.region = "regions/330411".to_owned()).await;
    let mut reports = server.reports();
    let county = [Level::County];
    accepted(&mut reports, "p", "2023-05", content(1, 2, 3), &county).await;
    server.advance(std::time::Duration::from_secs(3 * 86_400));
    submitted(&mut reports, "p", "2023-06", content(1, 2, 3)).await;
    submitted(&mut reports, "q", "2023-06", content(1, 2, 3)).await;
    submitted(&mut reports, "q", "2023-05", content(1, 2, 3)).await;
    server.advance(std::time::Duration::from_secs(86_400));
    let asked = |region: &str, level: Level| v1::GetReviewBacklogRequest {
        region: region.to_owned(),
        level: level.into(),
        ..Default::default()
    };
    let told_of = |answer: v1::GetReviewBacklogResponse| -> Vec<(Level, String, i64, i32, String)> {
        let row = |row: v1::ReviewBacklog| {
            (row.level(), row.region, row.report_count, row.oldest_days, row.oldest_report)
        };
        answer.backlogs.into_iter().map(row).collect()
    };
    let row = |level, region: &str, count, days, oldest: &str| {
        (level, format!("regions/{region}"), count, days, format!("reports/{oldest}"))
    };
    let all = told(reports.get_review_backlog(asked("", Level::Unspecified)).await);
    let due = [
        row(Level::County, "330402", 1, 1, "p-2023-06"),
        row(Level::County, "330411", 2, 1, "q-2023-05"),
        row(Level::City, "330400", 1, 4, "p-2023-05"),
    ];
    assert_eq!(told_of(all), due);
    let one = asked("regions/330411", Level::Unspecified);
    let one = told(reports.get_review_backlog(one).await);
    assert_eq!(told_of(one), due[1..2]);
    let city = told(reports.get_review_backlog(asked("", Level::City)).await);
    assert_eq!(told_of(city), due[2..]);
    told(reports.accept_report(acceptance("reports/p-2023-05", Level::City)).await);
    let city = told(reports.get_review_backlog(asked("", Level::City)).await);
    assert_eq!(told_of(city), []);
}
