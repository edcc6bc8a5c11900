//! Official figures by query: the worked example, as the demonstration has it.

use outlay_proto::v1;
use outlay_proto::v1::{Dimension, Measure};

use super::query::{answered, rows};
use crate::support::Server;

const ALL: [Measure; 5] =
    [Measure::Value, Measure::YearToDate, Measure::Growth, Measure::Share, Measure::PlanCompletion];

fn official(region: &str, indicator: &str, period: &str) -> v1::QueryStatisticsRequest {
    v1::QueryStatisticsRequest {
        source: v1::StatisticsSource::Official.into(),
        region: format!("regions/{region}"),
        indicator: format!("indicators/{indicator}"),
        period: period.to_owned(),
        measures: ALL.iter().map(|measure| i32::from(*measure)).collect(),
        ..Default::default()
    }
}

fn of_total(answer: &v1::QueryStatisticsResponse, measure: Measure) -> v1::Figure {
    let mut figures = answer.total.iter().flat_map(|total| &total.figures);
    figures.find(|figure| figure.measure() == measure).cloned().unwrap_or_default()
}

#[tokio::test]
async fn jiaxing_is_told_as_it_was_published() {
    let server = Server::with(|config| config.demo = true);
    let quarter = official("330400", "manufacturing-investment", "2023Q1");
    let answer = answered(&server, quarter).await;
    // What nobody has published has no share and no plan.
    let due = "29030000000 29030000000 0.241001 WHOLE_MISSING TARGET_MISSING";
    assert_eq!(rows(&answer), [due]);
    let growth = of_total(&answer, Measure::Growth);
    assert_eq!(
        (growth.numerator.as_str(), growth.denominator.as_str()),
        ("29030000000", "23392400000")
    );
    assert_eq!(growth.base_kind(), v1::BaseKind::Published);

    let half = official("330400", "manufacturing-investment", "2023H1");
    let answer = answered(&server, half).await;
    let due = "63890000000 63890000000 BASE_MISSING 0.357007 TARGET_MISSING";
    assert_eq!(rows(&answer), [due]);
    let share = of_total(&answer, Measure::Share);
    assert_eq!(
        (share.numerator.as_str(), share.denominator.as_str()),
        ("63890000000", "178960000000")
    );
    assert_eq!(
        share.records,
        [
            "observations/330400-manufacturing-investment-2023h1",
            "observations/330400-fixed-asset-investment-2023h1"
        ]
    );
}

#[tokio::test]
async fn the_country_grows_on_its_comparable_base_which_is_shown() {
    let server = Server::with(|config| config.demo = true);
    let answer = answered(&server, official("100000", "fixed-asset-investment", "2023H1")).await;
    let growth = of_total(&answer, Measure::Growth);
    assert_eq!(growth.value, "0.038000");
    assert_eq!(growth.denominator, "23421300000000");
    assert_eq!(growth.base_kind(), v1::BaseKind::Comparable);
    assert!(growth.base_reason.contains("comparable"), "{growth:?}");
    // It is a part of no other indicator.
    assert_eq!(of_total(&answer, Measure::Share).absence(), v1::Absence::WholeMissing);
}

#[tokio::test]
async fn cities_without_a_figure_are_rows_without_one() {
    let server = Server::with(|config| config.demo = true);
    let asked = v1::QueryStatisticsRequest {
        measures: vec![Measure::Value.into(), Measure::Rank.into()],
        dimensions: vec![Dimension::Region.into()],
        ..official("330000", "manufacturing-investment", "2023H1")
    };
    let answer = answered(&server, asked.clone()).await;
    let told = rows(&answer);
    assert_eq!(told.len(), 12, "eleven cities and the province");
    assert!(told.contains(&"regions/330400 63890000000 1".to_owned()), "{told:?}");
    assert_eq!(told.iter().filter(|row| row.ends_with("NO_VALUE NO_VALUE")).count(), 10);
    assert!(answer.notes.is_empty());
    // Official figures aren't added up, so without a region there is no total.
    let everywhere = v1::QueryStatisticsRequest { region: String::new(), ..asked };
    let answer = answered(&server, everywhere).await;
    assert_eq!(of_total(&answer, Measure::Value).absence(), v1::Absence::NoValue);
    assert_eq!(answer.notes.len(), 1);
}
