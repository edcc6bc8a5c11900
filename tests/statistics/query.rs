//! Figures of reports, beside sums that are known by hand.

use outlay_proto::v1;
use outlay_proto::v1::{Dimension, Measure, ReviewLevel as Level};

use crate::report::{accepted, content, create_project};
use crate::support::records::{date, yuan};
use crate::support::{Server, told};

const ALL: [Level; 3] = [Level::County, Level::City, Level::Province];

/// Three projects, two in one city: p in industry 38, q a technical
/// transformation of 2 billion in 39, both in cluster C13; h elsewhere.
pub(crate) async fn fixture() -> Server {
    let server = Server::seeded().await;
    create_project(&server, "p", |project| {
        project.clusters = vec!["clusters/c13".to_owned()];
        project.lists = vec!["major-2023".to_owned()];
    })
    .await;
    create_project(&server, "q", |project| {
        project.region = "regions/330411".to_owned();
        project.industry = "industries/39".to_owned();
        project.construction_kind = v1::ConstructionKind::Reconstruction.into();
        project.technical_transformation = true;
        project.clusters = vec!["clusters/c13".to_owned(), "clusters/w4".to_owned()];
        project.investment =
            Some(v1::InvestmentPlan { total: yuan(2_000_000_000), ..Default::default() });
    })
    .await;
    create_project(&server, "h", |project| project.region = "regions/330106".to_owned()).await;
    let mut reports = server.reports();
    let months: [(&str, &str, [i64; 3]); 7] = [
        ("p", "2022-02", [10, 20, 5]),
        ("p", "2022-06", [5, 0, 0]),
        ("p", "2023-02", [20, 30, 0]),
        ("p", "2023-06", [10, 0, 0]),
        ("q", "2022-03", [100, 0, 0]),
        ("q", "2023-03", [0, 150, 0]),
        ("h", "2023-04", [7, 0, 0]),
    ];
    for (project, month, [construction, equipment, other]) in months {
        let says = v1::ReportContent {
            comment: "核实".to_owned(),
            ..content(construction, equipment, other)
        };
        accepted(&mut reports, project, month, says, &ALL).await;
    }
    // What only the county has accepted.
    let says = v1::ReportContent { comment: "核实".to_owned(), ..content(1_000, 0, 0) };
    accepted(&mut reports, "h", "2023-05", says, &ALL[..1]).await;
    server
}

pub(crate) fn query(
    period: &str,
    measures: &[Measure],
    dimensions: &[Dimension],
) -> v1::QueryStatisticsRequest {
    v1::QueryStatisticsRequest {
        source: v1::StatisticsSource::Reports.into(),
        period: period.to_owned(),
        measures: measures.iter().map(|measure| i32::from(*measure)).collect(),
        dimensions: dimensions.iter().map(|dimension| i32::from(*dimension)).collect(),
        region: "regions/330000".to_owned(),
        ..Default::default()
    }
}

/// Rows as text: keys, and then figures; what is absent is told by its reason.
pub(super) fn rows(answer: &v1::QueryStatisticsResponse) -> Vec<String> {
    let all = answer.rows.iter().chain(answer.total.as_ref());
    all.map(|row| {
        let keys = row.keys.iter().map(|key| key.value.clone());
        let figures = row.figures.iter().map(|figure| match figure.absence() {
            v1::Absence::Unspecified => figure.value.clone(),
            absence => absence.as_str_name().replace("ABSENCE_", ""),
        });
        keys.chain(figures).collect::<Vec<_>>().join(" ")
    })
    .collect()
}

pub(crate) async fn answered(
    server: &Server,
    request: v1::QueryStatisticsRequest,
) -> v1::QueryStatisticsResponse {
    told(server.statistics().query_statistics(request).await)
}

#[tokio::test]
async fn the_half_year_of_the_cities_is_told_with_its_evidence() {
    let server = fixture().await;
    let measures = [
        Measure::Value,
        Measure::YearToDate,
        Measure::Growth,
        Measure::Share,
        Measure::Rank,
        Measure::GrowthDifference,
        Measure::ReportCount,
    ];
    let answer = answered(&server, query("2023H1", &measures, &[Dimension::Region])).await;
    assert_eq!(answer.basis(), v1::StatisticsBasis::Province);
    assert_eq!(
        rows(&answer),
        [
            "regions/330100 7 7 BASE_MISSING 0.032258 2 BASE_MISSING 1",
            "regions/330400 210 210 0.500000 0.967742 1 -5.000000 3",
            "217 217 0.550000 1.000000 NOT_OF_SUCH_ROWS 0.000000 4",
        ]
    );
    assert_eq!(answer.rows[1].keys[0].display_name, "嘉兴市");
    let growth = &answer.rows[1].figures[2];
    assert_eq!((growth.numerator.as_str(), growth.denominator.as_str()), ("210", "140"));
    assert_eq!((growth.report_count, growth.base_report_count), (3, 3));
    assert_eq!(growth.base_kind(), v1::BaseKind::Reported);
    assert_eq!(answer.revision, server.revision().await);
}

#[tokio::test]
async fn the_basis_says_whose_acceptance_counts() {
    let server = fixture().await;
    for (basis, value) in [
        (v1::StatisticsBasis::Submitted, "1007"),
        (v1::StatisticsBasis::County, "1007"),
        (v1::StatisticsBasis::City, "7"),
        (v1::StatisticsBasis::Province, "7"),
        (v1::StatisticsBasis::Nation, "0"),
    ] {
        let mut request = query("2023H1", &[Measure::Value], &[]);
        request.region = "regions/330100".to_owned();
        request.basis = basis.into();
        let answer = answered(&server, request).await;
        assert_eq!((answer.basis(), rows(&answer)), (basis, vec![value.to_owned()]));
    }
}

#[tokio::test]
async fn every_dimension_is_kept_or_filtered() {
    use Dimension as D;

    let server = fixture().await;
    let cases: [(&[D], &[&str]); 11] = [
        (&[D::Industry], &["industries/38 67", "industries/39 150", "217"]),
        (&[D::ConstructionKind], &["NEW_BUILD 67", "RECONSTRUCTION 150", "217"]),
        (&[D::TechnicalTransformation], &["false 67", "true 150", "217"]),
        (&[D::SizeClass], &["FROM_100_MILLION 67", "FROM_1_BILLION 150", "217"]),
        (&[D::Cluster], &["clusters/c13 210", "clusters/w4 150", "217"]),
        (&[D::List], &["major-2023 60", "217"]),
        (
            &[D::Month],
            &["2023-02 50", "2023-03 150", "2023-04 7", "2023-05 0", "2023-06 10", "217"],
        ),
        (&[D::Quarter], &["2023Q1 200", "2023Q2 17", "217"]),
        (&[D::Half], &["2023H1 217", "217"]),
        (
            &[D::SizeClass, D::Region],
            &[
                "FROM_100_MILLION regions/330100 7",
                "FROM_100_MILLION regions/330400 60",
                "FROM_1_BILLION regions/330400 150",
                "217",
            ],
        ),
        // No cells are kept of these: the reports are read.
        (
            &[D::Cluster, D::Industry],
            &[
                "clusters/c13 industries/38 60",
                "clusters/c13 industries/39 150",
                "clusters/w4 industries/39 150",
                "217",
            ],
        ),
    ];
    for (dimensions, due) in cases {
        let answer = answered(&server, query("2023H1", &[Measure::Value], dimensions)).await;
        assert_eq!(rows(&answer), due, "{dimensions:?}");
        let of_sets = dimensions.iter().any(|one| matches!(one, D::Cluster | D::List));
        assert_eq!(!answer.notes.is_empty(), of_sets, "{dimensions:?}");
    }
    type Change = fn(&mut v1::QueryStatisticsRequest);
    let filters: [(Change, &str); 9] = [
        (|q| q.industries = vec!["industries/c".to_owned()], "217"),
        (|q| q.industries = vec!["industries/38".to_owned()], "67"),
        (|q| q.industries = vec!["industries/3825".to_owned()], "67"),
        (|q| q.construction_kinds = vec![v1::ConstructionKind::NewBuild.into()], "67"),
        (|q| q.technical_transformation = Some(true), "150"),
        (|q| q.size_classes = vec![v1::SizeClass::From1Billion.into()], "150"),
        (|q| q.cluster = "clusters/w4".to_owned(), "150"),
        (|q| q.list = "major-2023".to_owned(), "60"),
        (
            |q| {
                q.cluster = "clusters/c13".to_owned();
                q.technical_transformation = Some(false);
            },
            "60",
        ),
    ];
    for (change, due) in filters {
        let mut request = query("2023H1", &[Measure::Value], &[]);
        change(&mut request);
        assert_eq!(rows(&answered(&server, request.clone()).await), [due], "{request:?}");
    }
}

#[tokio::test]
async fn finer_industries_and_lower_regions_are_told() {
    let server = fixture().await;
    let mut request = query("2023", &[Measure::Value], &[Dimension::Industry]);
    request.industry_level = v1::IndustryLevel::Class.into();
    let answer = answered(&server, request.clone()).await;
    assert_eq!(rows(&answer), ["industries/3825 67", "industries/39 150", "217"]);
    request.industry_level = v1::IndustryLevel::Section.into();
    assert_eq!(rows(&answered(&server, request).await), ["industries/c 217", "217"]);
    let mut request = query("2023", &[Measure::Value, Measure::Rank], &[Dimension::Region]);
    request.region_depth = 2;
    assert_eq!(
        rows(&answered(&server, request.clone()).await),
        [
            "regions/330106 7 3",
            "regions/330108 0 4",
            "regions/330402 60 2",
            "regions/330411 150 1",
            "217 NOT_OF_SUCH_ROWS",
        ]
    );
    request.region = String::new();
    assert_eq!(
        rows(&answered(&server, request).await)[..2],
        ["regions/330100 7 2".to_owned(), "regions/330400 210 1".to_owned(),]
    );
}

#[tokio::test]
async fn parts_contribute_to_the_growth_of_the_whole() {
    let server = fixture().await;
    let measures = [
        Measure::Contribution,
        Measure::Pull,
        Measure::YearToDateGrowth,
        Measure::GrowthRank,
        Measure::ConstructionAndInstallation,
        Measure::Equipment,
        Measure::Other,
    ];
    let answer = answered(&server, query("2023Q2", &measures, &[Dimension::Region])).await;
    // The second quarter: 7 and 10, after 0 and 5. The year so far as above.
    assert_eq!(
        rows(&answer),
        [
            "regions/330100 BASE_MISSING BASE_MISSING BASE_MISSING BASE_MISSING 7 0 0",
            "regions/330400 0.416667 100.000000 0.500000 1 10 0 0",
            "1.000000 240.000000 0.550000 NOT_OF_SUCH_ROWS 17 0 0",
        ]
    );
}

#[tokio::test]
async fn a_plan_is_completed_by_the_year_so_far() {
    let server = fixture().await;
    let indicator = v1::Indicator {
        code: "industry".to_owned(),
        display_name: "工业投资".to_owned(),
        unit: v1::IndicatorUnit::Yuan.into(),
        report_scope: Some(v1::ReportScope {
            industries: vec!["industries/c".to_owned()],
            technical_transformation: false,
        }),
        ..Default::default()
    };
    let request = v1::CreateIndicatorRequest { indicator: Some(indicator), ..Default::default() };
    told(server.reference().create_indicator(request).await);
    let target = v1::Target {
        region: "regions/330400".to_owned(),
        indicator: "indicators/industry".to_owned(),
        year: 2023,
        value: "840".to_owned(),
        ..Default::default()
    };
    let request = v1::CreateTargetRequest { target: Some(target), ..Default::default() };
    told(server.statistics().create_target(request).await);
    let measures = [Measure::PlanCompletion, Measure::ProRataPlan, Measure::Light];
    let mut request = query("2023Q1", &measures, &[Dimension::Region]);
    request.indicator = "indicators/industry".to_owned();
    let answer = answered(&server, request).await;
    assert_eq!(
        rows(&answer),
        [
            "regions/330100 TARGET_MISSING TARGET_MISSING TARGET_MISSING",
            "regions/330400 0.238095 210 GREEN",
            "TARGET_MISSING TARGET_MISSING TARGET_MISSING",
        ]
    );
    assert_eq!(answer.rows[1].figures[0].records, ["targets/330400-industry-2023"]);
    // 210 of 840: by June 25 points behind, by December 75.
    for (period, light) in [("2023H1", "YELLOW"), ("2023", "RED")] {
        let mut request = query(period, &[Measure::Light], &[]);
        request.indicator = "indicators/industry".to_owned();
        request.region = "regions/330400".to_owned();
        assert_eq!(rows(&answered(&server, request).await), [light], "{period}");
    }
}

#[tokio::test]
async fn equal_values_share_a_place() {
    let server = Server::seeded().await;
    let mut reports = server.reports();
    for (project, region, value) in
        [("a", "330106", 5), ("b", "330108", 9), ("c", "330402", 9), ("d", "330411", 1)]
    {
        create_project(&server, project, |p| p.region = format!("regions/{region}")).await;
        accepted(&mut reports, project, "2023-06", content(value, 0, 0), &ALL).await;
    }
    let mut request = query("2023-06", &[Measure::Rank], &[Dimension::Region]);
    request.region_depth = 2;
    assert_eq!(
        rows(&answered(&server, request).await)[..4],
        [
            "regions/330106 3".to_owned(),
            "regions/330108 1".to_owned(),
            "regions/330402 1".to_owned(),
            "regions/330411 4".to_owned(),
        ]
    );
}

#[tokio::test]
async fn a_project_that_moves_leaves_what_it_reported_behind() {
    let server = fixture().await;
    let request = v1::UpdateProjectRequest {
        project: Some(v1::Project {
            name: "projects/p".to_owned(),
            industry: "industries/39".to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    told(server.projects().update_project(request).await);
    let request = v1::ReassignProjectsRequest {
        names: vec!["projects/p".to_owned()],
        region: "regions/330106".to_owned(),
        effective_date: date(2023, 4, 1),
        reason: "迁建".to_owned(),
        ..Default::default()
    };
    told(server.projects().reassign_projects(request).await);
    let request = query("2023H1", &[Measure::Value], &[Dimension::Region, Dimension::Industry]);
    let answer = answered(&server, request.clone()).await;
    assert_eq!(
        rows(&answer),
        [
            "regions/330100 industries/38 7",
            "regions/330400 industries/38 60",
            "regions/330400 industries/39 150",
            "217",
        ]
    );
    let mut request = request;
    request.attributes = v1::Attributes::Current.into();
    let answer = answered(&server, request).await;
    assert_eq!(
        rows(&answer),
        ["regions/330100 industries/38 7", "regions/330400 industries/39 210", "217",]
    );
}
