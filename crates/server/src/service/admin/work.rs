//! Long work whose progress is a stream.

use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::{MissedTickBehavior, interval};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use crate::engine::embedded::Progress;
use crate::error::Result;
use crate::service::status::status;

/// How often the caller hears how far it is.
const EVERY: Duration = Duration::from_millis(200);

type Answer<T> = std::result::Result<T, Status>;

/// Runs `work`, which is given what it tells its progress to, and ends with its
/// outcome. Where the caller goes away, so does the work.
pub(super) fn run<T, O, W>(
    work: impl FnOnce(Box<dyn FnMut(&Progress) + Send>) -> W + Send + 'static,
    under_way: impl Fn(Progress) -> T + Send + 'static,
    done: impl FnOnce(O) -> T + Send + 'static,
) -> ReceiverStream<Answer<T>>
where
    T: Send + 'static,
    O: Send + 'static,
    W: Future<Output = Result<O>> + Send,
{
    let (answers, stream) = mpsc::channel(1);
    tokio::spawn(async move {
        let (tell, told) = watch::channel(None);
        let work = work(Box::new(move |progress| {
            // Where nobody listens any more the work is ended anyhow.
            let _gone = tell.send(Some(*progress));
        }));
        tokio::select! {
            outcome = work => {
                let last = outcome.map(done).map_err(status);
                let _gone = answers.send(last).await;
            }
            () = report(&answers, told, under_way) => {}
        }
    });
    ReceiverStream::new(stream)
}

/// Tells the caller from time to time how far the work is, until there is no
/// caller.
async fn report<T>(
    answers: &mpsc::Sender<Answer<T>>,
    mut told: watch::Receiver<Option<Progress>>,
    under_way: impl Fn(Progress) -> T,
) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = answers.closed() => return,
            _ = ticks.tick() => {}
        }
        let news = match told.has_changed() {
            Ok(true) => *told.borrow_and_update(),
            Ok(false) | Err(_) => None,
        };
        if let Some(progress) = news
            && answers.send(Ok(under_way(progress))).await.is_err()
        {
            return;
        }
    }
}
