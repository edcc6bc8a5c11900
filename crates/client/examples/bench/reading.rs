//! What is read, and how long that takes.

use std::time::{Duration, Instant};

use outlay_client::Client;
use outlay_proto::v1;
use outlay_proto::v1::Measure;
use tonic::Code;

use super::Outcome;

/// The province whose cities are told apart.
const PROVINCE: &str = "regions/330000";
/// Year of the targets.
const YEAR: i32 = 2023;

/// Times the first and the last page of a list.
pub(crate) async fn pages(
    client: &Client,
    region: &str,
    filter: &str,
    times: usize,
) -> Outcome<()> {
    let mut stub = client.projects();
    let first = v1::ListProjectsRequest {
        page_size: 50,
        region: region.to_owned(),
        filter: filter.to_owned(),
        ..Default::default()
    };
    let mut last = first.clone();
    let mut count = 0;
    loop {
        let page = stub.list_projects(last.clone()).await?.into_inner();
        count += page.projects.len();
        if page.next_page_token.is_empty() {
            break;
        }
        last.page_token = page.next_page_token;
    }
    println!("{count} projects of {region} with {filter}, in pages of 50");
    for (name, request) in [("first", first), ("last", last)] {
        let mut spans = Vec::with_capacity(times);
        for _ in 0..times {
            let begin = Instant::now();
            stub.list_projects(request.clone()).await?;
            spans.push(begin.elapsed());
        }
        println!("{name} page: {}", shown(spans));
    }
    Ok(())
}

/// Times the first page of searches.
pub(crate) async fn search(
    client: &Client,
    queries: Vec<String>,
    filter: &str,
    times: usize,
) -> Outcome<()> {
    let mut stub = client.projects();
    for query in queries {
        let request = v1::SearchProjectsRequest {
            query: query.clone(),
            filter: filter.to_owned(),
            page_size: 50,
            ..Default::default()
        };
        let mut spans = Vec::with_capacity(times);
        let mut page = v1::SearchProjectsResponse::default();
        for _ in 0..times.max(1) {
            let begin = Instant::now();
            page = stub.search_projects(request.clone()).await?.into_inner();
            spans.push(begin.elapsed());
        }
        let more = if page.next_page_token.is_empty() { "" } else { " and more" };
        println!("{query}: {}{more}; {}", page.results.len(), shown(spans));
    }
    Ok(())
}

pub(crate) fn shown(mut spans: Vec<Duration>) -> String {
    spans.sort();
    let at = |part: usize| spans[(spans.len() * part / 100).min(spans.len() - 1)];
    format!("median {:?}, 99th percentile {:?}", at(50), at(99))
}

/// Times the table of the half-year of a province: of an indicator, with the
/// completion of the cities' targets, or of all reports.
pub(crate) async fn figures(client: &Client, indicator: &str, times: usize) -> Outcome<()> {
    if !indicator.is_empty() {
        set_targets(client, indicator).await?;
    }
    let measures = [
        Measure::Value,
        Measure::YearToDate,
        Measure::Growth,
        Measure::Share,
        Measure::Rank,
        Measure::PlanCompletion,
    ];
    let request = v1::QueryStatisticsRequest {
        source: v1::StatisticsSource::Reports.into(),
        period: format!("{YEAR}H1"),
        measures: measures.map(i32::from).to_vec(),
        dimensions: vec![v1::Dimension::Region.into()],
        region: PROVINCE.to_owned(),
        indicator: indicator.to_owned(),
        ..Default::default()
    };
    let mut stub = client.statistics();
    let mut spans = Vec::with_capacity(times);
    let mut answer = v1::QueryStatisticsResponse::default();
    for _ in 0..times.max(1) {
        let begin = Instant::now();
        answer = stub.query_statistics(request.clone()).await?.into_inner();
        spans.push(begin.elapsed());
    }
    for row in answer.rows.iter().chain(answer.total.as_ref()) {
        let keys = row.keys.iter().map(|key| key.value.clone());
        let figures = row.figures.iter().map(|figure| match figure.absence() {
            v1::Absence::Unspecified => figure.value.clone(),
            absence => absence.as_str_name().to_owned(),
        });
        println!("{}", keys.chain(figures).collect::<Vec<_>>().join("  "));
    }
    println!("{} rows; {}", answer.rows.len(), shown(spans));
    Ok(())
}

/// Gives each city a target.
async fn set_targets(client: &Client, indicator: &str) -> Outcome<()> {
    let request = v1::ListRegionsRequest {
        page_size: 1000,
        filter: format!("parent = \"{PROVINCE}\""),
        ..Default::default()
    };
    let cities = client.reference().list_regions(request).await?.into_inner().regions;
    for city in cities {
        let target = v1::Target {
            region: city.name,
            indicator: indicator.to_owned(),
            year: YEAR,
            value: "1000000000000".to_owned(),
            ..Default::default()
        };
        let request = v1::CreateTargetRequest { target: Some(target), ..Default::default() };
        match client.statistics().create_target(request).await {
            Ok(_) => {}
            Err(status) if status.code() == Code::AlreadyExists => {}
            Err(status) => return Err(status.into()),
        }
    }
    Ok(())
}
