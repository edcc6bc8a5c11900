//! The import of reports: drafts from a file, and history from an older system.

use outlay_proto::v1;
use outlay_proto::v1::ImportOutcome::{Created, Refused, Unchanged, Updated};
use outlay_proto::v1::ReviewLevel::{City, County, Province};
use tonic::{Code, Status};

use super::{
    acceptance, accepted, change, content, correction, create_project, creation, get, name,
    rejection, reopening, server, submission, submitted,
};
use crate::support::records::yuan;
use crate::support::refusal::taken_apart;
use crate::support::{Reports, Server, told};

const LEVELS: [v1::ReviewLevel; 3] = [County, City, Province];

fn row(project: &str, month: &str, says: v1::ReportContent) -> v1::Report {
    creation(project, month, says).report.unwrap_or_default()
}

fn batch(sequence: i64, rows: Vec<v1::Report>) -> v1::ImportReportsRequest {
    v1::ImportReportsRequest { sequence, rows, ..Default::default() }
}

/// A batch of history that these levels had accepted.
fn history(level: v1::ReviewLevel, rows: Vec<v1::Report>) -> v1::ImportReportsRequest {
    let reason = "二〇二三年台账".to_owned();
    v1::ImportReportsRequest { accepted_level: level.into(), reason, ..batch(1, rows) }
}

/// Sends batches; all answers up to the first status.
async fn import(
    reports: &mut Reports,
    batches: Vec<v1::ImportReportsRequest>,
) -> (Vec<v1::ImportReportsResponse>, Result<(), Status>) {
    let mut stream = told(reports.import_reports(tokio_stream::iter(batches)).await);
    let mut answers = Vec::new();
    loop {
        match stream.message().await {
            Ok(Some(answer)) => answers.push(answer),
            Ok(None) => return (answers, Ok(())),
            Err(status) => return (answers, Err(status)),
        }
    }
}

/// What became of the rows of one batch.
async fn results(reports: &mut Reports, batch: v1::ImportReportsRequest) -> Vec<v1::ImportResult> {
    let (answers, ended) = import(reports, vec![batch]).await;
    assert!(ended.is_ok(), "{ended:?}");
    answers.into_iter().flat_map(|answer| answer.results).collect()
}

async fn outcomes(
    reports: &mut Reports,
    batch: v1::ImportReportsRequest,
) -> Vec<v1::ImportOutcome> {
    results(reports, batch).await.iter().map(v1::ImportResult::outcome).collect()
}

/// Fields and reasons of a row that was refused.
fn why(result: &v1::ImportResult) -> Vec<(&str, &str)> {
    assert_eq!(result.outcome(), Refused, "{result:?}");
    result.violations.iter().map(|one| (one.field.as_str(), one.reason.as_str())).collect()
}

fn equipment(report: &v1::Report) -> Option<v1::Money> {
    report.content.clone().and_then(|says| says.investment).and_then(|all| all.equipment)
}

#[tokio::test]
async fn rows_become_drafts_and_a_second_run_changes_nothing() {
    let server = server().await;
    let mut reports = server.reports();
    let rows = vec![row("p", "2023-05", content(1, 2, 3)), row("p", "2023-06", content(4, 5, 6))];
    let first = results(&mut reports, batch(1, rows.clone())).await;
    assert_eq!(first.iter().map(v1::ImportResult::outcome).collect::<Vec<_>>(), [Created, Created]);
    assert_eq!(first[1].name, name("p", "2023-06"));
    let report = get(&mut reports, &first[1].name).await;
    assert_eq!(
        (report.state(), report.region.as_str()),
        (v1::ReportState::Draft, "regions/330402")
    );
    let revision = server.revision().await;
    assert_eq!(outcomes(&mut reports, batch(1, rows)).await, [Unchanged, Unchanged]);
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn a_row_changes_what_it_gives_of_a_draft_and_nothing_else() {
    let server = server().await;
    let mut reports = server.reports();
    let says = v1::ReportContent { comment: "到货".to_owned(), ..content(1, 2, 3) };
    told(reports.create_report(creation("p", "2023-06", says)).await);
    let only = v1::MonthlyInvestment { equipment: yuan(0), ..Default::default() };
    let only = v1::ReportContent { investment: Some(only), ..Default::default() };
    let rows = vec![row("p", "2023-06", only)];
    assert_eq!(outcomes(&mut reports, batch(1, rows)).await, [Updated]);
    let report = get(&mut reports, &name("p", "2023-06")).await;
    let says = report.content.unwrap();
    assert_eq!(says.comment, "到货");
    let all = says.investment.unwrap();
    assert_eq!(all.construction_and_installation, yuan(1));
    assert_eq!((all.equipment, all.other, all.total), (yuan(0), yuan(3), yuan(4)));
}

#[tokio::test]
async fn what_was_returned_is_mended_by_a_row() {
    let server = server().await;
    let mut reports = server.reports();
    let report = submitted(&mut reports, "p", "2023-06", content(1, 0, 0)).await;
    told(reports.return_report(rejection(&report.name, County)).await);
    let rows = vec![row("p", "2023-06", content(2, 0, 0))];
    assert_eq!(outcomes(&mut reports, batch(1, rows)).await, [Updated]);
    assert_eq!(get(&mut reports, &report.name).await.state(), v1::ReportState::Returned);
}

#[tokio::test]
async fn what_is_under_review_is_refused_unless_the_row_says_the_same() {
    let server = server().await;
    let mut reports = server.reports();
    let report = submitted(&mut reports, "p", "2023-06", content(1, 0, 0)).await;
    let revision = server.revision().await;
    let same = vec![row("p", "2023-06", content(1, 0, 0))];
    assert_eq!(outcomes(&mut reports, batch(1, same)).await, [Unchanged]);
    let other = vec![row("p", "2023-06", content(2, 0, 0))];
    let refused = results(&mut reports, batch(1, other)).await;
    assert_eq!(why(&refused[0]), [("report", "TRANSITION_FORBIDDEN")]);
    assert_eq!(refused[0].name, report.name);
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn bad_rows_are_refused_field_by_field_and_good_ones_kept() {
    let server = server().await;
    let mut reports = server.reports();
    let mut wrong_sum = content(1, 2, 3);
    wrong_sum.investment.as_mut().unwrap().total = yuan(7);
    let named = v1::Report { name: name("q", "2023-06"), ..row("p", "2023-07", content(1, 0, 0)) };
    let rows = vec![
        row("p", "2023-01", content(1, 0, 0)),
        row("p", "2023-13", content(1, 0, 0)),
        row("p", "2024-06", content(1, 0, 0)),
        row("p", "2019-06", content(1, 0, 0)),
        row("p", "2023-03", wrong_sum),
        row("p", "2023-04", content(-1, 0, 0)),
        row("gone", "2023-06", content(1, 0, 0)),
        v1::Report::default(),
        named,
        row("p", "2023-06", content(1, 0, 0)),
        row("p", "2023-06", content(1, 0, 0)),
    ];
    for batch in [batch(1, rows.clone()), history(Province, rows)] {
        let all = results(&mut reports, batch).await;
        assert_eq!(why(&all[0]), [("report.month", "MONTH_JANUARY")]);
        assert_eq!(why(&all[1]), [("report.month", "FIELD_FORMAT")]);
        assert_eq!(why(&all[2]), [("report.month", "MONTH_IN_FUTURE")]);
        assert_eq!(why(&all[3]), [("report.month", "MONTH_BEFORE_PROJECT")]);
        assert_eq!(why(&all[4]), [("report.content.investment.total", "SUM_MISMATCH")]);
        let negative = [("report.content.adjustment_reason", "NEGATIVE_UNEXPLAINED")];
        assert_eq!(why(&all[5]), negative);
        assert_eq!(why(&all[6]), [("report.project", "REFERENCE_UNKNOWN")]);
        let missing = ["project", "month", "content"].map(|field| format!("report.{field}"));
        assert_eq!(why(&all[7]), missing.each_ref().map(|field| (&**field, "FIELD_REQUIRED")));
        assert_eq!(why(&all[8]), [("report.name", "FIELD_CONTRADICTION")]);
        assert!([Created, Updated].contains(&all[9].outcome()), "{:?}", all[9]);
        assert_eq!(why(&all[10]), [("report.name", "FIELD_DUPLICATE")]);
    }
}

#[tokio::test]
async fn history_is_submitted_and_accepted_in_one_step() {
    let server = server().await;
    let mut reports = server.reports();
    // Three times the month before, and more than the project costs: history
    // needs no comment.
    let rows = vec![
        row("p", "2023-05", content(1, 0, 0)),
        row("p", "2023-06", content(1_000_000_000, 2, 3)),
    ];
    let revision = server.revision().await;
    assert_eq!(outcomes(&mut reports, history(City, rows.clone())).await, [Created, Created]);
    assert_eq!(server.revision().await, revision + 1, "both in one commit");
    let report = get(&mut reports, &name("p", "2023-06")).await;
    assert_eq!((report.state(), report.accepted_level()), (v1::ReportState::Accepted, City));
    assert_eq!(report.awaiting.as_ref().map(v1::Reviewer::level), Some(Province));
    let told: Vec<_> = report.acceptances.iter().map(|one| (one.level(), &*one.comment)).collect();
    assert_eq!(told, [(County, "二〇二三年台账"), (City, "二〇二三年台账")]);
    assert_eq!(report.submissions.len(), 1);
    assert_eq!(report.submissions[0].correction_reason, "");

    let revision = server.revision().await;
    assert_eq!(outcomes(&mut reports, history(City, rows.clone())).await, [Unchanged, Unchanged]);
    assert_eq!(outcomes(&mut reports, history(County, rows.clone())).await, [Unchanged, Unchanged]);
    assert_eq!(server.revision().await, revision);
    assert_eq!(outcomes(&mut reports, history(Province, rows)).await, [Updated, Updated]);
    let report = get(&mut reports, &report.name).await;
    assert_eq!((report.accepted_level(), report.submissions.len()), (Province, 1));
    assert_eq!(report.awaiting, None);
}

#[tokio::test]
async fn history_that_differs_from_what_was_accepted_is_a_correction() {
    let server = server().await;
    let mut reports = server.reports();
    let report = accepted(&mut reports, "p", "2023-06", content(1, 2, 3), &LEVELS).await;
    let rows = vec![row("p", "2023-06", content(1, 9, 3))];
    assert_eq!(outcomes(&mut reports, history(City, rows)).await, [Updated]);
    let report = get(&mut reports, &report.name).await;
    assert_eq!(equipment(&report), yuan(9));
    let latest = report.submissions.last().unwrap();
    assert_eq!((latest.number, latest.correction_reason.as_str()), (2, "二〇二三年台账"));
    let of = |level| report.acceptances.iter().find(|one| one.level() == level).unwrap();
    assert_eq!((of(County).submission, of(City).submission, of(Province).submission), (2, 2, 1));
    // It can be taken back as any other.
    told(reports.reopen_report(reopening(&report.name, City)).await);
    let report = get(&mut reports, &report.name).await;
    assert_eq!(report.acceptances[1].submission, 1);
}

#[tokio::test]
async fn history_goes_on_from_what_is_there() {
    let server = server().await;
    let mut reports = server.reports();
    told(reports.create_report(creation("p", "2023-03", content(5, 0, 0))).await);
    submitted(&mut reports, "p", "2023-04", content(5, 0, 0)).await;
    accepted(&mut reports, "p", "2023-05", content(5, 0, 0), &[County]).await;
    submitted(&mut reports, "p", "2023-06", content(9, 0, 0)).await;
    let months = ["2023-03", "2023-04", "2023-05", "2023-06"];
    let rows: Vec<_> = months.iter().map(|month| row("p", month, content(5, 0, 0))).collect();
    assert_eq!(outcomes(&mut reports, history(Province, rows)).await, [Updated; 4]);
    for (month, submissions) in months.iter().zip([1, 1, 1, 2]) {
        let report = get(&mut reports, &name("p", month)).await;
        assert_eq!(report.accepted_level(), Province, "{month}");
        assert_eq!(report.submissions.last().unwrap().number, submissions, "{month}");
    }
}

#[tokio::test]
async fn history_takes_nothing_out_of_the_hands_of_who_mends_or_corrects() {
    let server = server().await;
    let mut reports = server.reports();
    let corrected = accepted(&mut reports, "p", "2023-05", content(5, 0, 0), &LEVELS).await;
    told(reports.correct_report(correction(&corrected.name)).await);
    change(&mut reports, &corrected.name, content(6, 0, 0)).await;
    let returned = submitted(&mut reports, "p", "2023-06", content(5, 0, 0)).await;
    told(reports.return_report(rejection(&returned.name, County)).await);
    let revision = server.revision().await;
    let rows = |yuan| {
        let months = ["2023-05", "2023-06"];
        months.iter().map(|month| row("p", month, content(yuan, 0, 0))).collect::<Vec<_>>()
    };
    let refused = results(&mut reports, history(Province, rows(7))).await;
    for result in &refused {
        assert_eq!(why(result), [("report", "TRANSITION_FORBIDDEN")]);
    }
    // Of what was accepted, just that is no news.
    let same = results(&mut reports, history(Province, rows(5))).await;
    assert_eq!(same[0].outcome(), Unchanged);
    assert_eq!(why(&same[1]), [("report", "TRANSITION_FORBIDDEN")]);
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn history_says_where_it_comes_from_and_only_in_the_first_message() {
    let server = server().await;
    let mut reports = server.reports();
    let rows = || vec![row("p", "2023-06", content(1, 0, 0))];
    let silent = v1::ImportReportsRequest { reason: String::new(), ..history(City, rows()) };
    let blank = v1::ImportReportsRequest { reason: " ".to_owned(), ..history(City, rows()) };
    let aimless = v1::ImportReportsRequest { accepted_level: 0, ..history(City, rows()) };
    let unknown = v1::ImportReportsRequest { accepted_level: 9, ..history(City, rows()) };
    let later = v1::ImportReportsRequest { sequence: 2, ..history(City, rows()) };
    let cases: [(_, &[_]); 5] = [
        (vec![silent], &[("reason", "FIELD_REQUIRED")]),
        (vec![blank], &[("reason", "FIELD_REQUIRED")]),
        (vec![aimless], &[("reason", "FIELD_CONTRADICTION")]),
        (vec![unknown], &[("accepted_level", "FIELD_ENUM_UNKNOWN")]),
        (
            vec![batch(1, Vec::new()), later],
            &[("accepted_level", "FIELD_CONTRADICTION"), ("reason", "FIELD_CONTRADICTION")],
        ),
    ];
    for (batches, fields) in cases {
        let (_, ended) = import(&mut reports, batches).await;
        let refusal = taken_apart(&ended.unwrap_err());
        assert_eq!(refusal.code, Code::InvalidArgument);
        refusal.names_fields(fields);
    }
    let request = v1::GetReportRequest { name: name("p", "2023-06"), ..Default::default() };
    assert!(reports.get_report(request).await.is_err(), "nothing was written");
}

#[tokio::test]
async fn a_dry_run_and_an_import_that_is_spoilt_write_nothing() {
    let server = server().await;
    let mut reports = server.reports();
    let revision = server.revision().await;
    let rows =
        || vec![row("p", "2023-05", content(1, 0, 0)), row("p", "2023-01", content(1, 0, 0))];
    let with = |validate_only, all_or_nothing| v1::ImportReportsRequest {
        options: Some(v1::ImportOptions { validate_only, all_or_nothing }),
        ..history(Province, rows())
    };
    assert_eq!(outcomes(&mut reports, with(true, false)).await, [Created, Refused]);
    let (answers, ended) = import(&mut reports, vec![with(false, true)]).await;
    assert_eq!(taken_apart(&ended.unwrap_err()).code, Code::InvalidArgument);
    assert_eq!(answers[0].results[0].outcome(), Created);
    assert_eq!(server.revision().await, revision);
}

/// Server with some projects of different kinds, so that little of what their
/// reports count for is the same.
async fn of_many(projects: usize) -> (Server, Vec<v1::Report>) {
    let server = Server::seeded().await;
    let mut rows = Vec::new();
    for at in 0..projects {
        let id = format!("p{at}");
        create_project(&server, &id, |project| {
            project.lists = (0..50).map(|list| format!("list-{at}-{list}")).collect();
        })
        .await;
        let months = ["2023-02", "2023-03", "2023-04", "2023-05", "2023-06"];
        rows.extend(months.iter().map(|month| row(&id, month, content(1, 0, 0))));
    }
    (server, rows)
}

#[tokio::test]
async fn a_batch_too_large_for_one_commit_becomes_a_few() {
    // Each row counts for more than 200 cells of its own.
    let (server, rows) = of_many(20).await;
    let mut reports = server.reports();
    let revision = server.revision().await;
    let whole = v1::ImportReportsRequest {
        options: Some(v1::ImportOptions { validate_only: false, all_or_nothing: true }),
        ..history(Province, rows.clone())
    };
    let (answers, ended) = import(&mut reports, vec![whole]).await;
    assert_eq!(taken_apart(&ended.unwrap_err()), (Code::ResourceExhausted, "TOO_LARGE"));
    assert!(answers.is_empty());
    assert_eq!(server.revision().await, revision);

    let (answers, ended) = import(&mut reports, vec![history(Province, rows)]).await;
    assert!(ended.is_ok(), "{ended:?}");
    let came = answers[0].results.iter().map(v1::ImportResult::outcome);
    assert_eq!(came.collect::<Vec<_>>(), [Created; 100]);
    let commits = server.revision().await - revision;
    assert!((2..=4).contains(&commits), "{commits} commits");
    assert_eq!(answers[0].revision, server.revision().await);
}

#[tokio::test]
async fn several_imports_at_once_all_come_to_their_end() {
    let (server, rows) = of_many(4).await;
    let runs = rows.chunks(5).map(|some| {
        let (mut reports, some) = (server.reports(), some.to_vec());
        tokio::spawn(async move { outcomes(&mut reports, history(City, some)).await })
    });
    for run in runs.collect::<Vec<_>>() {
        assert_eq!(run.await.unwrap(), [Created; 5]);
    }
    let mut reports = server.reports();
    let next = acceptance(&name("p0", "2023-06"), Province);
    assert_eq!(told(reports.accept_report(next).await).accepted_level(), Province);
    told(reports.correct_report(correction(&name("p1", "2023-06"))).await);
    told(reports.submit_report(submission(&name("p1", "2023-06"))).await);
}

#[tokio::test]
async fn history_of_a_closed_month_is_refused_where_it_says_anything_new() {
    let server = server().await;
    create_project(&server, "q", |project| project.region = "regions/330106".to_owned()).await;
    let mut reports = server.reports();
    let rows = |yuan| vec![row("p", "2023-06", content(yuan, 0, 0))];
    assert_eq!(outcomes(&mut reports, history(City, rows(1))).await, [Created]);
    let close = v1::CloseReportingPeriodRequest {
        name: "reportingPeriods/2023-06".to_owned(),
        region: "regions/330400".to_owned(),
        level: City.into(),
        ..Default::default()
    };
    told(server.client().reporting_periods().close_reporting_period(close).await);
    assert_eq!(outcomes(&mut reports, history(City, rows(1))).await, [Unchanged]);
    let refused = results(&mut reports, history(City, rows(2))).await;
    assert_eq!(why(&refused[0]), [("report", "REPORTING_PERIOD_CLOSED")]);
    // Above what is closed, and elsewhere, it goes on.
    assert_eq!(outcomes(&mut reports, history(Province, rows(1))).await, [Updated]);
    let elsewhere = vec![row("q", "2023-06", content(1, 0, 0))];
    assert_eq!(outcomes(&mut reports, history(City, elsewhere)).await, [Created]);
}
