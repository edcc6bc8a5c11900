//! Queries that ask for too much, at limits that are set low.

use outlay_proto::v1;
use outlay_proto::v1::{Dimension, Measure};
use outlay_server::config::Config;
use tonic::Code;

use super::query::{answered, fixture, query, rows};
use crate::support::{Server, refused, told};

/// Refused for `reason` where only as much as `low` sets is allowed, and answered
/// where `enough` is.
async fn is_bounded(
    server: Server,
    request: &v1::QueryStatisticsRequest,
    low: impl FnOnce(&mut Config),
    enough: impl FnOnce(&mut Config),
    advice: &str,
) -> Server {
    let due = rows(&answered(&server, request.clone()).await);
    let server = server.restart_with(low);
    let revision = server.revision().await;
    let refusal = refused(server.statistics().query_statistics(request.clone()).await);
    assert_eq!(refusal, (Code::ResourceExhausted, "QUERY_TOO_WIDE"));
    assert!(refusal.message.contains(advice), "{}", refusal.message);
    assert_eq!(server.revision().await, revision);
    let server = server.restart_with(enough);
    assert_eq!(rows(&answered(&server, request.clone()).await), due);
    server
}

#[tokio::test]
async fn more_sums_than_are_allowed_are_not_added_up() {
    // The regions' cells of 2023: of three projects in three regions, and of what
    // they reported then and a year before.
    let request = query("2023", &[Measure::Value, Measure::Growth], &[Dimension::Region]);
    let low = |config: &mut Config| config.query.sums = 2;
    let enough = |config: &mut Config| config.query.sums = 8;
    let advice = "more than 2 sums: ask for a shorter period";
    is_bounded(fixture().await, &request, low, enough, advice).await;
}

#[tokio::test]
async fn more_reports_than_are_allowed_are_not_read() {
    // No sums are kept of this combination. Five reports of 2023 were accepted, one
    // of them by the county alone.
    let dimensions = [Dimension::Cluster, Dimension::Industry];
    let request = query("2023", &[Measure::Value], &dimensions);
    let low = |config: &mut Config| config.query.records = 4;
    let enough = |config: &mut Config| config.query.records = 5;
    let advice = "more than 4 reports: ask for a shorter period or a smaller region";
    is_bounded(fixture().await, &request, low, enough, advice).await;
}

#[tokio::test]
async fn more_projects_than_are_allowed_are_not_read() {
    let request = query("2023", &[Measure::ProjectCount], &[Dimension::Cluster]);
    let low = |config: &mut Config| config.query.records = 2;
    let enough = |config: &mut Config| config.query.records = 3;
    let advice = "more than 2 projects: ask for a smaller region";
    is_bounded(fixture().await, &request, low, enough, advice).await;
}

#[tokio::test]
async fn more_figures_than_are_allowed_are_not_answered() {
    let server = fixture().await.restart_with(|config| config.query.figures = 4);
    let two = query("2023", &[Measure::Value, Measure::Rank], &[Dimension::Region]);
    assert_eq!(answered(&server, two).await.rows.len(), 2);
    let three = [Measure::Value, Measure::Rank, Measure::Share];
    let request = query("2023", &three, &[Dimension::Region]);
    let refusal = refused(server.statistics().query_statistics(request).await);
    assert_eq!(refusal.code, Code::InvalidArgument);
    refusal.has_fields(&[("dimensions", "TOO_MANY_FIGURES")]);
    assert!(refusal.message.contains("at most 4"), "{}", refusal.message);
}

#[tokio::test]
async fn more_lights_than_are_allowed_are_not_counted() {
    let server = fixture().await.restart_with(|config| config.query.lights = 2);
    let counted = |region: &str| v1::GetLightCountsRequest {
        region: region.to_owned(),
        ..Default::default()
    };
    let all = server.projects().get_light_counts(counted("regions/330000")).await;
    assert_eq!(refused(all), (Code::ResourceExhausted, "QUERY_TOO_WIDE"));
    told(server.projects().get_light_counts(counted("regions/330400")).await);
}
