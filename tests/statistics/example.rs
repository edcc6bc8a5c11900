//! The figures of the symposium, as the demonstration has them: growth and share
//! come out as they were published, and tell what they were computed from.

use outlay_proto::v1;
use outlay_server::domain::decimal::{Decimal, Ratio};
use outlay_server::domain::statistics::{Amount, growth};

use super::get;
use crate::support::{Server, Statistics, told};

fn decimal(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

fn grown(value: Decimal, base: Decimal) -> Ratio {
    growth(Amount::of(value), Some(Amount::of(base))).unwrap()
}

async fn figure(statistics: &mut Statistics, id: &str) -> v1::Observation {
    get(statistics, &format!("observations/{id}")).await
}

fn newest(observation: &v1::Observation) -> Decimal {
    decimal(&observation.published_value.as_ref().unwrap().value)
}

fn note(observation: &v1::Observation) -> &str {
    &observation.published_value.as_ref().unwrap().note
}

#[tokio::test]
async fn jiaxing_grows_by_what_was_published_and_has_its_share() {
    let server = Server::with(|config| config.demo = true);
    let mut statistics = server.statistics();
    let quarter = figure(&mut statistics, "330400-manufacturing-investment-2023q1").await;
    assert_eq!(newest(&quarter), decimal("29030000000"));
    assert_eq!(quarter.published_value.as_ref().unwrap().growth, "0.241");
    let before = figure(&mut statistics, "330400-manufacturing-investment-2022q1").await;
    assert!(note(&before).contains("not a published value"), "{before:?}");
    let grown = grown(newest(&quarter), newest(&before));
    assert_eq!(grown.percent(1), "24.1");

    let half = figure(&mut statistics, "330400-manufacturing-investment-2023h1").await;
    assert_eq!(newest(&half), decimal("63890000000"));
    let all = figure(&mut statistics, "330400-fixed-asset-investment-2023h1").await;
    assert!(note(&all).contains("Derived"), "{all:?}");
    assert_eq!(Ratio::of(newest(&half), newest(&all)).unwrap().percent(1), "35.7");
    let request = v1::GetIndicatorRequest { name: half.indicator.clone(), ..Default::default() };
    let indicator = told(server.reference().get_indicator(request).await);
    assert_eq!(indicator.share_of, all.indicator);
    assert_eq!(indicator.report_scope.unwrap().industries, ["industries/c"]);
}

#[tokio::test]
async fn the_country_grows_on_its_comparable_base() {
    let server = Server::with(|config| config.demo = true);
    let mut statistics = server.statistics();
    let now = figure(&mut statistics, "100000-fixed-asset-investment-2023h1").await;
    assert_eq!(now.published_value.as_ref().unwrap().growth, "0.038");
    let before = figure(&mut statistics, "100000-fixed-asset-investment-2022h1").await;
    let published = grown(newest(&now), newest(&before));
    assert_eq!(published.percent(1), "-10.4");
    let base = &before.comparable_bases[0];
    assert_eq!(base.applies_from, "2023-06");
    assert!(base.reason.contains("comparable") && !base.author.is_empty(), "{base:?}");
    let comparable = grown(newest(&now), decimal(&base.value));
    assert_eq!(comparable.percent(1), "3.8");
}

#[tokio::test]
async fn the_target_of_the_demonstration_is_marked() {
    let server = Server::with(|config| config.demo = true);
    let listed = told(server.statistics().list_targets(v1::ListTargetsRequest::default()).await);
    assert!(!listed.targets.is_empty());
    assert!(listed.targets.iter().all(|target| target.note.contains("示例")));
}
