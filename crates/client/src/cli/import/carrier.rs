//! The RPCs that carry rows there and outcomes back.

use outlay_proto::reflect;
use outlay_proto::v1;
use outlay_proto::v1::{ImportOptions, ImportResult};
use prost::Message;
use prost_reflect::{DynamicMessage, Value};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use crate::Client;
use crate::cli::noun::Noun;

/// An RPC that imports.
pub(super) trait Carrier: Clone + Send + Sync + 'static {
    /// A row.
    type Row: Message + Clone;
    /// What is sent.
    type Request: Send + 'static;
    /// What is answered.
    type Answer: Send + 'static;

    /// A record as a row.
    fn row(noun: &Noun, record: DynamicMessage) -> Result<Self::Row, String>;

    /// A batch; the first one says how to import.
    fn request(
        &self,
        sequence: i64,
        rows: Vec<Self::Row>,
        options: Option<ImportOptions>,
    ) -> Self::Request;

    /// Begins the call.
    fn open(
        client: &Client,
        requests: Request<ReceiverStream<Self::Request>>,
    ) -> impl Future<Output = Result<Response<Streaming<Self::Answer>>, Status>> + Send;

    /// The number of the batch that is answered, and what became of its rows.
    fn answer(answer: Self::Answer) -> (i64, Vec<ImportResult>);
}

/// Reference data, observations and targets.
#[derive(Clone, Debug)]
pub(super) struct References;

impl Carrier for References {
    type Row = v1::ReferenceRecord;
    type Request = v1::ImportReferencesRequest;
    type Answer = v1::ImportReferencesResponse;

    fn row(noun: &Noun, record: DynamicMessage) -> Result<v1::ReferenceRecord, String> {
        let descriptor = reflect::message("ReferenceRecord").ok_or("there are no imports")?;
        let mut wrapped = DynamicMessage::new(descriptor);
        wrapped
            .try_set_field_by_name(noun.noun, Value::Message(record))
            .map_err(|error| error.to_string())?;
        reflect::from_dynamic(&wrapped).map_err(|error| error.to_string())
    }

    fn request(
        &self,
        sequence: i64,
        rows: Vec<v1::ReferenceRecord>,
        options: Option<ImportOptions>,
    ) -> v1::ImportReferencesRequest {
        v1::ImportReferencesRequest { options, sequence, rows }
    }

    async fn open(
        client: &Client,
        requests: Request<ReceiverStream<v1::ImportReferencesRequest>>,
    ) -> Result<Response<Streaming<v1::ImportReferencesResponse>>, Status> {
        client.reference().import_references(requests).await
    }

    fn answer(answer: v1::ImportReferencesResponse) -> (i64, Vec<ImportResult>) {
        (answer.sequence, answer.results)
    }
}

/// Reports: drafts, or history that was accepted elsewhere.
#[derive(Clone, Debug)]
pub(super) struct Reports {
    /// The highest level that had accepted them; 0 where they are drafts.
    pub(super) accepted_level: i32,
    /// Where they come from.
    pub(super) reason: String,
}

impl Carrier for Reports {
    type Row = v1::Report;
    type Request = v1::ImportReportsRequest;
    type Answer = v1::ImportReportsResponse;

    fn row(_noun: &Noun, record: DynamicMessage) -> Result<v1::Report, String> {
        reflect::from_dynamic(&record).map_err(|error| error.to_string())
    }

    fn request(
        &self,
        sequence: i64,
        rows: Vec<v1::Report>,
        options: Option<ImportOptions>,
    ) -> v1::ImportReportsRequest {
        let (accepted_level, reason) = match options {
            Some(_) => (self.accepted_level, self.reason.clone()),
            None => Default::default(),
        };
        v1::ImportReportsRequest { options, sequence, rows, accepted_level, reason }
    }

    async fn open(
        client: &Client,
        requests: Request<ReceiverStream<v1::ImportReportsRequest>>,
    ) -> Result<Response<Streaming<v1::ImportReportsResponse>>, Status> {
        client.reports().import_reports(requests).await
    }

    fn answer(answer: v1::ImportReportsResponse) -> (i64, Vec<ImportResult>) {
        (answer.sequence, answer.results)
    }
}
