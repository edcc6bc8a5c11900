//! What a report must be like, and what must be explained.

use outlay_proto::v1;
use tonic::Code;

use super::{change, content, create_project, creation, get, name, server, submission, submitted};
use crate::support::records::{date, money, yuan};
use crate::support::{Server, refused, told};

#[tokio::test]
async fn a_report_is_written_and_read() {
    let server = server().await;
    let mut reports = server.reports();
    let says = v1::ReportContent {
        funds_in_place: yuan(30_000_000),
        physical_progress_percent: Some(0),
        problems: vec![v1::Problem {
            kind: v1::ProblemKind::Land.into(),
            severity: v1::ProblemSeverity::High.into(),
            description: "二期用地未落实".to_owned(),
            asked_level: v1::ReviewLevel::City.into(),
            solved_date: None,
        }],
        next_month_plan: yuan(5_000_000),
        quarter_forecast: yuan(15_000_000),
        comment: "设备已到港".to_owned(),
        ..content(3_000_000, 2_000_000, 500_000)
    };
    let created = told(reports.create_report(creation("p", "2023-06", says.clone())).await);
    assert_eq!(created.name, name("p", "2023-06"));
    assert_eq!(created.state(), v1::ReportState::Draft);
    assert_eq!(created.region, "regions/330402");
    assert_eq!(created.year_to_date, yuan(5_500_000));
    let mut due = says;
    due.investment.as_mut().unwrap().total = yuan(5_500_000);
    assert_eq!(created.content, Some(due));
    assert_eq!(get(&mut reports, &created.name).await, created);
    let again = refused(reports.create_report(creation("p", "2023-06", content(1, 0, 0))).await);
    assert_eq!(again, (Code::AlreadyExists, "RECORD_EXISTS"));
}

#[tokio::test]
async fn months_that_cannot_be_are_refused() {
    let server = server().await;
    create_project(&server, "gone", |_| {}).await;
    let terminate = v1::TerminateProjectRequest {
        name: "projects/gone".to_owned(),
        date: date(2023, 7, 28),
        reason: "撤资".to_owned(),
        ..Default::default()
    };
    told(server.projects().terminate_project(terminate).await);
    server.advance(std::time::Duration::from_secs(40 * 86_400));
    let mut reports = server.reports();
    let cases = [
        ("p", "2023-13", "FIELD_FORMAT"),
        ("p", "2023-00", "FIELD_FORMAT"),
        ("p", "06-2023", "FIELD_FORMAT"),
        ("p", "2023-01", "MONTH_JANUARY"),
        ("p", "2023-10", "MONTH_IN_FUTURE"),
        ("p", "2999-12", "MONTH_IN_FUTURE"),
        ("p", "2019-12", "MONTH_BEFORE_PROJECT"),
        ("gone", "2023-08", "PROJECT_ENDED"),
    ];
    for (project, month, reason) in cases {
        let refusal =
            refused(reports.create_report(creation(project, month, content(1, 0, 0))).await);
        assert!(
            refusal.fields.contains(&("report.month".to_owned(), reason.to_owned())),
            "{project} {month}: {:?}",
            refusal.whole
        );
    }
    told(reports.create_report(creation("gone", "2023-07", content(1, 0, 0))).await);
    let unknown =
        refused(reports.create_report(creation("none", "2023-07", content(1, 0, 0))).await);
    unknown.has_fields(&[("report.project", "REFERENCE_UNKNOWN")]);
}

#[tokio::test]
async fn amounts_that_cannot_be_are_refused() {
    let server = server().await;
    let mut reports = server.reports();
    let top = 10_000_000_000_000;
    let with = |change: &dyn Fn(&mut v1::MonthlyInvestment)| {
        let mut says = content(1, 2, 3);
        change(says.investment.as_mut().unwrap());
        says
    };
    let path = |field: &str| format!("report.content.{field}");
    let cases: [(v1::ReportContent, &str, &str); 8] = [
        (with(&|i| i.total = yuan(7)), "investment.total", "SUM_MISMATCH"),
        (with(&|i| i.other = money("USD", 3)), "investment.other", "CURRENCY_UNEXPECTED"),
        (with(&|i| i.other = yuan(i64::MAX)), "investment.other.units", "FIELD_OUT_OF_RANGE"),
        (with(&|i| i.other = yuan(i64::MIN)), "investment.other.units", "FIELD_OUT_OF_RANGE"),
        (with(&|i| i.other = yuan(top)), "investment.total", "FIELD_OUT_OF_RANGE"),
        (with(&|i| i.equipment = yuan(-1)), "adjustment_reason", "NEGATIVE_UNEXPLAINED"),
        (
            v1::ReportContent { next_month_plan: yuan(-1), ..content(1, 0, 0) },
            "next_month_plan",
            "FIELD_OUT_OF_RANGE",
        ),
        (
            v1::ReportContent { physical_progress_percent: Some(101), ..content(1, 0, 0) },
            "physical_progress_percent",
            "FIELD_OUT_OF_RANGE",
        ),
    ];
    for (says, field, reason) in cases {
        let refusal = refused(reports.create_report(creation("p", "2023-06", says)).await);
        assert!(
            refusal.fields.contains(&(path(field), reason.to_owned())),
            "{field} {reason}: {:?}",
            refusal.whole
        );
    }
    let most = told(reports.create_report(creation("p", "2023-06", content(top, 0, 0))).await);
    assert_eq!(most.year_to_date, yuan(top));
    let less =
        v1::ReportContent { adjustment_reason: "五月多报".to_owned(), ..content(5, -20, 0) };
    let less = change(&mut reports, &most.name, less).await;
    assert_eq!(less.year_to_date, yuan(-15));
}

#[tokio::test]
async fn what_is_unusual_must_be_explained() {
    let server = Server::seeded().await;
    create_project(&server, "p", |project| {
        project.investment = Some(v1::InvestmentPlan { total: yuan(1_000), ..Default::default() });
        project.annual_plans = vec![v1::AnnualPlan { year: 2023, investment: yuan(200) }];
    })
    .await;
    server.advance(std::time::Duration::from_secs(120 * 86_400));
    let mut reports = server.reports();
    submitted(&mut reports, "p", "2023-07", content(20, 0, 0)).await;
    submitted(&mut reports, "p", "2023-08", content(60, 0, 0)).await;

    let drafted = told(reports.create_report(creation("p", "2023-09", content(1_000, 0, 0))).await);
    let codes: Vec<_> = drafted.findings.iter().map(|one| one.code.as_str()).collect();
    assert_eq!(codes, ["MONTH_UNUSUAL", "YEAR_ABOVE_PLAN", "TOTAL_EXCEEDED"]);
    assert_eq!(
        (drafted.year_to_date.clone(), drafted.since_start.clone()),
        (yuan(1_080), yuan(1_080))
    );
    let silent = refused(reports.submit_report(submission(&drafted.name)).await);
    silent.has_fields(&[("content.comment", "COMMENT_REQUIRED")]);
    for told_of in ["1,000.00", "3 times 40.00", "200.00", "1,080.00"] {
        assert!(silent.text.contains(told_of), "{told_of}: {}", silent.text);
    }
    let says =
        v1::ReportContent { comment: "主设备一次到货".to_owned(), ..content(1_000, 0, 0) };
    change(&mut reports, &drafted.name, says).await;
    let submitted = told(reports.submit_report(submission(&drafted.name)).await);
    assert_eq!(submitted.state(), v1::ReportState::Submitted);
}

#[tokio::test]
async fn a_month_at_the_limit_is_usual() {
    let server = Server::seeded().await;
    create_project(&server, "p", |project| {
        project.investment = Some(v1::InvestmentPlan { total: yuan(500), ..Default::default() });
        project.annual_plans = vec![v1::AnnualPlan { year: 2023, investment: yuan(200) }];
    })
    .await;
    server.advance(std::time::Duration::from_secs(60 * 86_400));
    let mut reports = server.reports();
    submitted(&mut reports, "p", "2023-07", content(75, 0, 0)).await;
    let report = submitted(&mut reports, "p", "2023-08", content(225, 0, 0)).await;
    assert_eq!(report.findings, []);
}

#[tokio::test]
async fn late_reports_are_marked() {
    let server = server().await;
    let mut reports = server.reports();
    let late = submitted(&mut reports, "p", "2023-06", content(1, 0, 0)).await;
    let early = submitted(&mut reports, "p", "2023-07", content(1, 0, 0)).await;
    let marks = |report: &v1::Report| (report.submissions[0].due_date, report.submissions[0].late);
    assert_eq!(marks(&late), (date(2023, 7, 5), true));
    assert_eq!(marks(&early), (date(2023, 8, 5), false));
}
