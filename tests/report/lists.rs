//! Lists of reports, and reports of projects that are merged.

use outlay_proto::v1;
use outlay_proto::v1::ReviewLevel as Level;
use tonic::Code;

use super::{accepted, content, create_project, get, server, submitted};
use crate::support::{Reports, Server, refused, told};

async fn scene() -> Server {
    let server = server().await;
    create_project(&server, "q", |project| project.region = "regions/330411".to_owned()).await;
    create_project(&server, "h", |project| project.region = "regions/330106".to_owned()).await;
    let mut reports = server.reports();
    for project in ["p", "q", "h"] {
        for month in ["2023-02", "2023-05", "2023-06"] {
            submitted(&mut reports, project, month, content(1, 2, 3)).await;
        }
    }
    server
}

async fn listed(reports: &mut Reports, region: &str, filter: &str, size: i32) -> Vec<String> {
    let mut request = v1::ListReportsRequest {
        region: region.to_owned(),
        filter: filter.to_owned(),
        page_size: size,
        ..Default::default()
    };
    let mut names = Vec::new();
    loop {
        let page = told(reports.list_reports(request.clone()).await);
        let bare = page.reports.iter().filter_map(|report| report.name.strip_prefix("reports/"));
        names.extend(bare.map(str::to_owned));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            return names;
        }
    }
}

#[tokio::test]
async fn reports_are_listed_by_region_project_month_and_whose_turn_it_is() {
    let server = scene().await;
    let mut reports = server.reports();
    let county = super::acceptance("reports/p-2023-06", Level::County);
    told(reports.accept_report(county).await);
    let cases: [(&str, &str, &[&str]); 6] = [
        (
            "regions/330400",
            "",
            &["q-2023-06", "p-2023-06", "q-2023-05", "p-2023-05", "q-2023-02", "p-2023-02"],
        ),
        ("regions/330400", "month = \"2023-05\"", &["q-2023-05", "p-2023-05"]),
        ("", "project = \"projects/h\"", &["h-2023-06", "h-2023-05", "h-2023-02"]),
        (
            "",
            "(project = \"projects/h\" OR project = \"projects/p\") AND month = \"2023-02\"",
            &["p-2023-02", "h-2023-02"],
        ),
        ("regions/330400", "awaiting.level = CITY", &["p-2023-06"]),
        ("regions/330106", "state = ACCEPTED", &[]),
    ];
    for (region, filter, due) in cases {
        for size in [0, 1] {
            assert_eq!(listed(&mut reports, region, filter, size).await, due, "{region} {filter}");
        }
    }
}

fn merge(duplicate: &str) -> v1::MergeProjectRequest {
    v1::MergeProjectRequest {
        name: "projects/p".to_owned(),
        duplicate: format!("projects/{duplicate}"),
        reason: "同一项目".to_owned(),
        ..Default::default()
    }
}

#[tokio::test]
async fn the_reports_of_a_duplicate_are_those_of_the_project_that_stays() {
    let server = server().await;
    create_project(&server, "q", |_| {}).await;
    let mut reports = server.reports();
    submitted(&mut reports, "p", "2023-06", content(1, 2, 3)).await;
    let may = accepted(&mut reports, "q", "2023-05", content(4, 5, 6), &[Level::County]).await;
    let june = submitted(&mut reports, "q", "2023-06", content(1, 2, 3)).await;
    let both = refused(server.projects().merge_project(merge("q")).await);
    assert_eq!(both, (Code::FailedPrecondition, "REPORTS_OVERLAP"));
    assert!(both.message.contains("reports/p-2023-06"), "{}", both.message);

    let deletion = v1::DeleteReportRequest { name: june.name.clone(), ..Default::default() };
    told(reports.delete_report(deletion).await);
    told(server.projects().merge_project(merge("q")).await);
    let moved = get(&mut reports, "reports/p-2023-05").await;
    assert_eq!((moved.project.as_str(), moved.acceptances), ("projects/p", may.acceptances));
    assert!(get(&mut reports, &may.name).await.delete_time.is_some());
    // What is left behind counts no more, and doesn't come back.
    for name in [may.name, june.name] {
        let back = v1::UndeleteReportRequest { name, ..Default::default() };
        let refusal = refused(reports.undelete_report(back).await);
        assert_eq!(refusal, (Code::FailedPrecondition, "RECORD_DELETED"));
    }
}
