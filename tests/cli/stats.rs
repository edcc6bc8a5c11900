//! Figures on the command line.

use super::outlay;
use crate::report::{accepted, content, create_project};
use crate::support::records::yuan;
use outlay_proto::v1;
use outlay_proto::v1::ReviewLevel as Level;

use crate::support::Server;

const ALL: [Level; 3] = [Level::County, Level::City, Level::Province];

async fn server() -> Server {
    let server = Server::seeded().await;
    let mut reports = server.reports();
    for (id, region, before, now) in
        [("a", "330402", 100_000_000, 124_050_000), ("b", "330106", 300_000_000, 150_000_000)]
    {
        create_project(&server, id, |project| {
            project.region = format!("regions/{region}");
            project.investment =
                Some(v1::InvestmentPlan { total: yuan(9_000_000_000), ..Default::default() });
        })
        .await;
        for (month, value) in [("2022-06", before), ("2023-06", now)] {
            accepted(&mut reports, id, month, content(value, 0, 0), &ALL).await;
        }
    }
    server
}

#[tokio::test]
async fn cities_are_ranked_as_an_office_prints_them() {
    let server = server().await;
    let ranking = "stats ranking --region 330000 --period 2023H1";
    let table = outlay(&server).run(ranking).await.worked();
    let lines: Vec<Vec<&str>> =
        table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[1], ["1", "杭州市", "1.50", "-50.0%", "-18.5", "54.7%", "–"], "{table}");
    assert_eq!(lines[2], ["2", "嘉兴市", "1.24", "24.1%", "+55.5", "45.3%", "–"], "{table}");
    assert_eq!(lines[3][..3], ["Total", "2.74", "-31.5%"], "{table}");
    let wan = outlay(&server).run(&format!("{ranking} --unit 万元")).await.worked();
    assert!(wan.contains("15,000.00"), "{wan}");
}

#[tokio::test]
async fn a_region_is_shown_with_what_its_growth_is_over() {
    let server = server().await;
    let show = "stats show --region 330400 --period 2023H1";
    let text = outlay(&server).run(show).await.worked();
    for due in ["Reports, PROVINCE", "24.1%, over 1.00 (REPORTED)", "▁▁▁▁█"] {
        assert!(text.contains(due), "{due}: {text}");
    }
    let json = outlay(&server).run(&format!("{show} -o json")).await.json();
    assert_eq!(json["total"]["figures"][1]["value"], "0.240500");
}

#[tokio::test]
async fn any_figures_are_asked_for() {
    let server = server().await;
    let query = "stats query --region 330000 --period 2023H1 --by region --by industry \
                 --measure value --measure report-count";
    let csv = outlay(&server).run(&format!("{query} -o csv")).await.worked();
    let lines: Vec<&str> = csv.lines().collect();
    assert!(
        lines[0].starts_with("region,region.display_name,industry,industry.display_name,value,")
    );
    assert!(lines[1].starts_with("regions/330100,杭州市,industries/38,"), "{csv}");
    assert!(lines[3].starts_with(",,,,274050000,"), "{csv}");
    let table = outlay(&server).run(query).await.worked();
    assert!(table.contains("嘉兴市 (330400)"), "{table}");
    outlay(&server).run("stats query --period 2023H1 --measure none").await.failed(2);
}
