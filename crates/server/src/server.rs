//! The server: engine, store, services and transport, put together.
//!
//! The transport comes first, so that health and reflection answer while the
//! engine recovers; the services follow. On the way down it is the other way
//! round: running calls end before the engine does.
//!
//! Deliberately absent: printing, signals and the choice of the address, which
//! are `main.rs`'s.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::timeout;
use tonic::service::Routes;

use crate::clock::Clock;
use crate::config::Config;
use crate::engine;
use crate::engine::embedded::{Embedded, Opening, Settings};
use crate::service::in_process::InProcess;
use crate::store::Store;
use crate::wire::health::Health;
use crate::wire::transport::{self, Late};
use crate::wire::{Notice, Stage};
use crate::{demo, error, jobs, service};

/// How long calls that were cut may take to say so, and connections to close.
const CUT_GRACE: Duration = Duration::from_secs(1);

const BYTES_PER_MIB: u64 = 1024 * 1024;

/// Why the server didn't start, or didn't end well.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The listener was of no use.
    #[error("the listener can't be used")]
    Listener(#[source] std::io::Error),
    /// The directory couldn't be opened; the text says what to do.
    #[error(transparent)]
    Engine(#[from] engine::Error),
    /// What is in the directory is damaged, and isn't served as if it weren't.
    #[error("{0}. To read what is good, and change nothing, start with --read-only")]
    Damaged(engine::Error),
    /// What is in the directory couldn't be used.
    #[error(transparent)]
    Store(#[from] error::Error),
    /// Reflection couldn't be built from the protos.
    #[error("the protos can't be served")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// The transport ended by itself.
    #[error("the transport failed")]
    Transport(#[from] tonic::transport::Error),
    /// A part of the server panicked.
    #[error("a part of the server panicked")]
    Panic(#[from] JoinError),
}

/// What is served.
#[derive(Clone, Debug)]
pub struct Ready {
    /// Where.
    pub address: SocketAddr,
    /// Figures of the demonstration, for people; empty without it.
    pub figures: String,
}

/// Serves on `listener` until `shutdown`, then drains and closes. `ready` is
/// called once, when everything is served.
///
/// Where it is dropped before its end, calls and connections are cut, and the
/// engine's directory is free once its last handle is gone.
///
/// # Errors
/// Where the engine or the store can't be opened, and where the transport
/// fails. Everything is closed then.
pub async fn run(
    config: &Config,
    clock: Clock,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
    ready: impl FnOnce(Ready) + Send,
) -> Result<(), StartError> {
    let address = listener.local_addr().map_err(StartError::Listener)?;
    let opening = Opening::default();
    let mut front = Front::start(config, &clock, listener, opening.clone()).await?;
    let outcome = match Back::open(config, clock, opening).await {
        Ok(back) => {
            if let Some(why) = back.engine.read_only() {
                tracing::warn!(why, "changes are refused");
                front.notice.read_only(why);
            }
            front.open(back.routes(config)).await;
            tracing::info!(%address, data = %config.data.display(), "serving");
            ready(Ready { address, figures: back.figures(config).await });
            let served = front.until(shutdown).await;
            front.drain(config.deadlines.drain).await;
            served.and(back.close().await)
        }
        Err(error) => {
            front.drain(Duration::ZERO).await;
            Err(error)
        }
    };
    tracing::info!("stopped");
    outcome
}

/// The transport, with what it needs before there is a store.
struct Front {
    stage: watch::Sender<Stage>,
    late: Late,
    health: Health,
    notice: Notice,
    serving: JoinHandle<Result<(), tonic::transport::Error>>,
}

impl Front {
    async fn start(
        config: &Config,
        clock: &Clock,
        listener: TcpListener,
        opening: Opening,
    ) -> Result<Self, StartError> {
        let (stage, stages) = watch::channel(Stage::Starting);
        let (health, routes) = Health::start().await;
        let routes = transport::with_reflection(routes, config.reflection)?;
        let late = Late::new(routes);
        let notice = Notice::new(move || opening.now().map(|progress| progress.to_string()));
        let serving =
            transport::serve(config, clock, listener, late.clone(), stages, notice.clone());
        Ok(Self { stage, late, health, notice, serving: tokio::spawn(serving) })
    }

    /// From now on everything is served.
    async fn open(&self, services: Routes) {
        self.late.fill(services);
        self.stage.send_replace(Stage::Serving);
        self.health.serving(true).await;
    }

    /// Waits for `shutdown`, or for the transport's failure.
    async fn until(&mut self, shutdown: impl Future<Output = ()>) -> Result<(), StartError> {
        tokio::select! {
            () = shutdown => Ok(()),
            ended = &mut self.serving => Ok(ended??),
        }
    }

    /// Ends what is running: first gently, within `limit`, then not.
    async fn drain(mut self, limit: Duration) {
        self.health.serving(false).await;
        let steps = [(Stage::Draining, limit), (Stage::Cut, CUT_GRACE), (Stage::Closed, CUT_GRACE)];
        for (stage, patience) in steps {
            if self.serving.is_finished() {
                return;
            }
            tracing::info!(?stage, patience = ?patience, "stopping");
            self.stage.send_replace(stage);
            if timeout(patience, &mut self.serving).await.is_ok() {
                return;
            }
        }
        tracing::warn!("calls were still running: they are left behind");
        self.serving.abort();
    }
}

/// The engine and the store over it.
struct Back {
    engine: Arc<Embedded>,
    store: Store,
    /// None where nothing may be changed.
    jobs: Option<JoinHandle<()>>,
}

impl Back {
    async fn open(config: &Config, clock: Clock, opening: Opening) -> Result<Self, StartError> {
        let directory = config.data.clone();
        let settings = Settings {
            cache_bytes: config.storage.cache_mib * BYTES_PER_MIB,
            base_bytes: config.storage.base_mib * BYTES_PER_MIB,
            read_only: config.read_only,
            opening,
            keep_bodies: config.retention.journal,
            ..Settings::default()
        };
        let opened =
            tokio::task::spawn_blocking(move || Embedded::open(&directory, &settings)).await?;
        let engine = Arc::new(opened.map_err(|error| match error {
            engine::Error::Damaged { .. } if !config.read_only => StartError::Damaged(error),
            error => StartError::Engine(error),
        })?);
        match Self::fill(config, clock, &engine).await {
            Ok(store) => {
                let jobs = (!config.read_only).then(|| jobs::start(store.clone()));
                Ok(Self { engine, store, jobs })
            }
            Err(error) => {
                if let Err(error) = engine.close().await {
                    tracing::warn!(%error, "the engine didn't close well");
                }
                Err(error.into())
            }
        }
    }

    async fn fill(config: &Config, clock: Clock, engine: &Arc<Embedded>) -> error::Result<Store> {
        let store =
            Store::open(Arc::<Embedded>::clone(engine), clock, config.store_options()).await?;
        if config.demo {
            demo::load(&store).await?;
        }
        if config.demo && !config.read_only {
            let services = InProcess::new(routes(&store, engine, config));
            demo::play(&store, &services).await?;
        }
        Ok(store)
    }

    /// They aren't worth a failure: whoever has changed them may.
    async fn figures(&self, config: &Config) -> String {
        match config.demo {
            true => demo::table(&self.store).await.unwrap_or_default(),
            false => String::new(),
        }
    }

    fn routes(&self, config: &Config) -> Routes {
        routes(&self.store, &self.engine, config)
    }

    async fn close(self) -> Result<(), StartError> {
        if let Some(jobs) = &self.jobs {
            jobs.abort();
        }
        Ok(self.engine.close().await?)
    }
}

fn routes(store: &Store, engine: &Arc<Embedded>, config: &Config) -> Routes {
    service::routes(store.clone(), Arc::clone(engine), config)
}
