//! `VerifyStore`: the disk, then what records count for.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use outlay_proto::v1;
pub(super) use outlay_proto::v1::verify_store_response::Answer;
use tonic::Request;

use super::{Admin, convert};
use crate::engine;
use crate::engine::embedded::{Embedded, Finding, Progress};
use crate::error::{Error, Result};
use crate::service::admit;
use crate::store::Store;
use crate::store::verify::{Bounds, Step};

/// A verification that was asked for.
pub(super) struct Verification {
    store: Store,
    engine: Arc<Embedded>,
    statistics: bool,
}

impl Verification {
    /// Reads the request.
    pub(super) fn admit(admin: &Admin, request: Request<v1::VerifyStoreRequest>) -> Result<Self> {
        let (_, message) = admit::reading(request)?;
        let (store, engine) = (admin.standard.store.clone(), Arc::clone(&admin.engine));
        Ok(Self { store, engine, statistics: message.statistics })
    }

    /// Reads everything on the disk, and compares what records count for where
    /// that was asked for.
    pub(super) async fn run(
        self,
        tell: impl FnMut(&Progress) + Send + 'static,
    ) -> Result<v1::VerifyReport> {
        // The engine's part runs on another thread.
        let tell = Arc::new(Mutex::new(tell));
        let told = Arc::clone(&tell);
        let tell = move |now: &Progress| {
            let mut tell = told.lock().unwrap_or_else(PoisonError::into_inner);
            (*tell)(now);
        };
        let mut report = convert::report(self.engine.verify(tell.clone()).await?);
        if self.statistics {
            self.compare(&mut report, tell).await?;
        }
        Ok(report)
    }

    async fn compare(
        &self,
        report: &mut v1::VerifyReport,
        mut tell: impl FnMut(&Progress) + Send,
    ) -> Result<()> {
        let started = Instant::now();
        let mut pace = Pace { what: "", since: started, from: 0 };
        let compared = self.store.verify_cells(Bounds::default(), |step| {
            let rate = pace.rate(&step);
            let Step { what, unit, done, of } = step;
            tell(&Progress { what, unit, done, of, rate });
        });
        match compared.await {
            Ok(verified) => {
                report.statistics = Some(convert::statistics(&verified, started.elapsed()));
                report.wrong_cells = verified.wrong.into_iter().map(convert::wrong_cell).collect();
                Ok(())
            }
            // What can't be read is a finding like others.
            Err(Error::Damaged(cause)) => {
                report.findings.push(convert::finding(finding(cause)));
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}

/// How fast one thing goes.
struct Pace {
    what: &'static str,
    since: Instant,
    from: u64,
}

impl Pace {
    /// How many are done in a second, since it was begun with this.
    fn rate(&mut self, step: &Step) -> u64 {
        if self.what != step.what {
            *self = Self { what: step.what, since: Instant::now(), from: step.done };
        }
        step.done.saturating_sub(self.from) / self.since.elapsed().as_secs().max(1)
    }
}

fn finding(cause: Box<dyn std::error::Error + Send + Sync>) -> Finding {
    match cause.downcast::<engine::Error>().map(|error| *error) {
        Ok(engine::Error::Damaged { file, offset, revision, what }) => {
            Finding { file, offset, revision, what }
        }
        Ok(error) => unread(&error),
        Err(cause) => unread(cause.as_ref()),
    }
}

fn unread(cause: &(dyn std::error::Error + '_)) -> Finding {
    let what = format!(
        "what records count for can't be compared, as a record can't be read: {cause}; restore \
         the directory from a copy"
    );
    Finding { file: "tree".to_owned(), offset: 0, revision: 0, what }
}
