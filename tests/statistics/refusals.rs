//! Queries that make no sense.

use outlay_proto::v1;
use outlay_proto::v1::{Dimension, Measure};
use tonic::Code;

use super::query::{fixture, query};
use crate::support::refused;

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let server = fixture().await;
    type Change = fn(&mut v1::QueryStatisticsRequest);
    let good = || query("2023H1", &[Measure::Value], &[Dimension::Region]);
    let cases: [(Change, &str, &str); 17] = [
        (|q| q.source = 0, "source", "FIELD_REQUIRED"),
        (|q| q.source = 9, "source", "FIELD_ENUM_UNKNOWN"),
        (|q| q.period = "2023-13".to_owned(), "period", "FIELD_OUT_OF_RANGE"),
        (|q| q.period = "2023-01".to_owned(), "period", "PERIOD_INVALID"),
        (|q| q.period = "H1".to_owned(), "period", "FIELD_FORMAT"),
        (|q| q.measures = vec![], "measures", "FIELD_REQUIRED"),
        (|q| q.measures = vec![99], "measures[0]", "FIELD_ENUM_UNKNOWN"),
        (|q| q.measures = vec![1, 1], "measures[1]", "FIELD_DUPLICATE"),
        (|q| q.dimensions = vec![77], "dimensions[0]", "FIELD_ENUM_UNKNOWN"),
        (|q| q.dimensions = vec![8, 9], "dimensions[1]", "FIELD_CONTRADICTION"),
        (|q| q.dimensions = vec![6, 7], "dimensions[1]", "FIELD_CONTRADICTION"),
        (|q| q.region = "regions/999999".to_owned(), "region", "REFERENCE_UNKNOWN"),
        (|q| q.indicator = "indicators/none".to_owned(), "indicator", "REFERENCE_UNKNOWN"),
        (|q| q.industries = vec!["industries/99".to_owned()], "industries[0]", "REFERENCE_UNKNOWN"),
        (|q| q.source = 2, "indicator", "FIELD_REQUIRED"),
        (
            |q| {
                q.source = 2;
                q.dimensions = vec![2];
            },
            "dimensions[0]",
            "FIELD_CONTRADICTION",
        ),
        (
            |q| {
                q.source = 2;
                q.cluster = "clusters/c13".to_owned();
            },
            "cluster",
            "FIELD_CONTRADICTION",
        ),
    ];
    for (change, field, reason) in cases {
        let mut request = good();
        change(&mut request);
        let refusal = refused(server.statistics().query_statistics(request.clone()).await);
        assert_eq!(refusal.code, Code::InvalidArgument);
        refusal.names_fields(&[(field, reason)]);
    }
}
