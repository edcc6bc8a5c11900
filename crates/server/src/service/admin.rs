//! `AdminService`.
//!
//! It speaks to the engine itself: what it tells of isn't records.

mod convert;
mod purge;
mod verify;
mod work;

use std::sync::Arc;

use outlay_proto::v1;
use outlay_proto::v1::admin_service_server::AdminService;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::admit;
use super::standard::{Reply, Standard, reply};
use super::status::status;
use crate::engine::embedded::Embedded;
use crate::error::Result;

/// The handlers.
#[derive(Clone)]
pub(super) struct Admin {
    pub(super) standard: Standard,
    pub(super) engine: Arc<Embedded>,
}

impl Admin {
    async fn info(&self) -> Result<v1::StoreInfo> {
        Ok(convert::info(self.engine.info().await?))
    }

    async fn scrub(&self, request: Request<v1::ScrubStoreRequest>) -> Result<v1::StoreInfo> {
        admit::reading(request)?;
        self.engine.scrub_now()?;
        self.info().await
    }
}

#[tonic::async_trait]
impl AdminService for Admin {
    async fn get_store_info(
        &self,
        request: Request<v1::GetStoreInfoRequest>,
    ) -> Reply<v1::StoreInfo> {
        let (_, message) = admit::reading(request).map_err(status)?;
        self.standard.reader(&message).await.map_err(status)?;
        reply(self.info().await)
    }

    type VerifyStoreStream = ReceiverStream<std::result::Result<v1::VerifyStoreResponse, Status>>;

    async fn verify_store(
        &self,
        request: Request<v1::VerifyStoreRequest>,
    ) -> Reply<Self::VerifyStoreStream> {
        let verification = verify::Verification::admit(self, request).map_err(status)?;
        let answer = |answer| v1::VerifyStoreResponse { answer: Some(answer) };
        Ok(Response::new(work::run(
            async move |tell| verification.run(tell).await,
            move |now| answer(verify::Answer::Progress(convert::progress(now))),
            move |report| answer(verify::Answer::Report(report)),
        )))
    }

    async fn scrub_store(&self, request: Request<v1::ScrubStoreRequest>) -> Reply<v1::StoreInfo> {
        reply(self.scrub(request).await)
    }

    type MakeBaseStream = ReceiverStream<std::result::Result<v1::MakeBaseResponse, Status>>;

    async fn make_base(
        &self,
        request: Request<v1::MakeBaseRequest>,
    ) -> Reply<Self::MakeBaseStream> {
        use v1::make_base_response::Answer;
        admit::reading(request).map_err(status)?;
        let engine = Arc::clone(&self.engine);
        let answer = |answer| v1::MakeBaseResponse { answer: Some(answer) };
        Ok(Response::new(work::run(
            async move |telling| Ok(engine.watch_base(telling).await?),
            move |progress| answer(Answer::Progress(convert::progress(progress))),
            move |base| answer(Answer::Base(convert::base(&base))),
        )))
    }

    type CompactStoreStream = ReceiverStream<std::result::Result<v1::CompactStoreResponse, Status>>;

    async fn compact_store(
        &self,
        request: Request<v1::CompactStoreRequest>,
    ) -> Reply<Self::CompactStoreStream> {
        use v1::compact_store_response::Answer;
        admit::reading(request).map_err(status)?;
        let engine = Arc::clone(&self.engine);
        let answer = |answer| v1::CompactStoreResponse { answer: Some(answer) };
        Ok(Response::new(work::run(
            async move |telling| Ok(engine.compact(telling).await?),
            move |progress| answer(Answer::Progress(convert::progress(progress))),
            move |done| answer(Answer::Report(convert::compacted(done))),
        )))
    }

    type PurgeRecordStream = ReceiverStream<std::result::Result<v1::PurgeRecordResponse, Status>>;

    async fn purge_record(
        &self,
        request: Request<v1::PurgeRecordRequest>,
    ) -> Reply<Self::PurgeRecordStream> {
        let purge = purge::Purge::admit(self, request).map_err(status)?;
        let answer = |answer| v1::PurgeRecordResponse { answer: Some(answer) };
        Ok(Response::new(work::run(
            async move |tell| purge.run(tell).await,
            move |now| answer(purge::Answer::Progress(convert::progress(now))),
            move |report| answer(purge::Answer::Report(report)),
        )))
    }
}
