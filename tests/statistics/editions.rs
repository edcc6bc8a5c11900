//! Editions: what was published stays, and the next one says what is different.

use outlay_proto::v1;
use outlay_proto::v1::{Dimension, Measure, ReviewLevel as Level};
use tonic::Code;

use super::query::{answered, fixture, query};
use crate::report::{accepted, content};
use crate::support::records::request_id;
use crate::support::{Server, refused, told};

const ALL: [Level; 3] = [Level::County, Level::City, Level::Province];

fn cities() -> v1::QueryStatisticsRequest {
    query("2023-01/2023-06", &[Measure::Value, Measure::Rank], &[Dimension::Region])
}

fn creation(id: &str, asked: v1::QueryStatisticsRequest) -> v1::CreateEditionRequest {
    v1::CreateEditionRequest {
        edition: Some(v1::Edition {
            title: "上半年各市投资".to_owned(),
            table: "half-year-cities".to_owned(),
            query: Some(asked),
            ..Default::default()
        }),
        edition_id: id.to_owned(),
        request_id: request_id(),
        ..Default::default()
    }
}

async fn publish(server: &Server, id: &str) -> v1::Edition {
    told(server.statistics().create_edition(creation(id, cities())).await)
}

async fn get(server: &Server, name: &str) -> v1::Edition {
    let request = v1::GetEditionRequest { name: name.to_owned(), ..Default::default() };
    told(server.statistics().get_edition(request).await)
}

#[tokio::test]
async fn a_published_table_stays_as_it_was() {
    let server = fixture().await;
    let request = creation("one", cities());
    let first = told(server.statistics().create_edition(request.clone()).await);
    assert_eq!((first.number, first.period.as_str()), (1, "2023H1"));
    assert_eq!(
        first.answer,
        Some(answered(&server, cities()).await).map(|answer| {
            v1::QueryStatisticsResponse { revision: first.revision - 1, ..answer }
        })
    );
    let mut reports = server.reports();
    accepted(&mut reports, "h", "2023-06", content(300, 0, 0), &ALL).await;
    assert_eq!(get(&server, "editions/one").await, first);
    assert_eq!(told(server.statistics().create_edition(request).await), first);

    let second = publish(&server, "two").await;
    assert_eq!(second.number, 2);
    let request = v1::CompareEditionsRequest {
        earlier: first.name.clone(),
        later: second.name.clone(),
        ..Default::default()
    };
    let differences = told(server.statistics().compare_editions(request).await).differences;
    let told_of: Vec<(String, Measure, &str, &str, &str)> = differences
        .iter()
        .map(|one| {
            let key = one.keys.first().map(|key| key.value.clone()).unwrap_or_default();
            (key, one.measure(), &*one.earlier_value, &*one.later_value, &*one.difference)
        })
        .collect();
    let region = |code: &str| format!("regions/{code}");
    assert_eq!(
        told_of,
        [
            (region("330100"), Measure::Value, "7", "307", "300"),
            (region("330100"), Measure::Rank, "2", "1", "-1"),
            (region("330400"), Measure::Rank, "1", "2", "1"),
            (String::new(), Measure::Value, "217", "517", "300"),
        ]
    );
}

#[tokio::test]
async fn a_deleted_edition_keeps_its_number() {
    let server = fixture().await;
    publish(&server, "one").await;
    let mut statistics = server.statistics();
    let request =
        v1::DeleteEditionRequest { name: "editions/one".to_owned(), ..Default::default() };
    told(statistics.delete_edition(request).await);
    assert_eq!(publish(&server, "two").await.number, 2);
    let request =
        v1::UndeleteEditionRequest { name: "editions/one".to_owned(), ..Default::default() };
    assert_eq!(told(statistics.undelete_edition(request).await).number, 1);
    let request = v1::ListEditionsRequest {
        filter: "table = \"half-year-cities\" AND period = \"2023H1\"".to_owned(),
        ..Default::default()
    };
    let listed = told(statistics.list_editions(request).await).editions;
    assert_eq!(listed.iter().map(|one| one.number).collect::<Vec<_>>(), [2, 1]);
    let request =
        v1::ListEditionHistoryRequest { name: "editions/one".to_owned(), ..Default::default() };
    assert_eq!(told(statistics.list_edition_history(request).await).versions.len(), 3);
}

#[tokio::test]
async fn a_table_that_cannot_be_answered_is_not_published() {
    let server = fixture().await;
    let mut statistics = server.statistics();
    let mut wrong = cities();
    wrong.period = "2023-13".to_owned();
    refused(statistics.create_edition(creation("one", wrong)).await)
        .has_fields(&[("edition.query.period", "FIELD_OUT_OF_RANGE")]);
    let mut wrong = cities();
    wrong.region = "regions/999999".to_owned();
    refused(statistics.create_edition(creation("one", wrong)).await)
        .has_fields(&[("edition.query.region", "REFERENCE_UNKNOWN")]);
    let mut wrong = cities();
    wrong.measures.clear();
    refused(statistics.create_edition(creation("one", wrong)).await)
        .has_fields(&[("edition.query.measures", "FIELD_REQUIRED")]);
    publish(&server, "one").await;
    let again = refused(statistics.create_edition(creation("one", cities())).await);
    assert_eq!(again, (Code::AlreadyExists, "RECORD_EXISTS"));
}
