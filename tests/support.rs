//! What the tests of the services share: a server of their own, records that
//! are right, and refusals taken apart.
//!
//! Each test starts its own server, in this process, on a free port and in a
//! directory of its own. It lives on a thread of its own and ends with the
//! value that stands for it.

// Always so; said here so that the lints know helpers for tests, too.
#![cfg(test)]

pub(crate) mod cases;
pub(crate) mod hangzhou;
pub(crate) mod raw;
pub(crate) mod records;
pub(crate) mod refusal;
pub(crate) mod symposium;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use outlay_client::Client;
use outlay_client::client::Transport;
use outlay_proto::v1;
use outlay_proto::v1::action_service_client::ActionServiceClient;
use outlay_proto::v1::admin_service_client::AdminServiceClient;
use outlay_proto::v1::decision_service_client::DecisionServiceClient;
use outlay_proto::v1::meeting_series_service_client::MeetingSeriesServiceClient;
use outlay_proto::v1::meeting_service_client::MeetingServiceClient;
use outlay_proto::v1::meeting_template_service_client::MeetingTemplateServiceClient;
use outlay_proto::v1::minutes_service_client::MinutesServiceClient;
use outlay_proto::v1::project_service_client::ProjectServiceClient;
use outlay_proto::v1::reference_service_client::ReferenceServiceClient;
use outlay_proto::v1::report_service_client::ReportServiceClient;
use outlay_proto::v1::reporting_period_service_client::ReportingPeriodServiceClient;
use outlay_proto::v1::review_delegation_service_client::ReviewDelegationServiceClient;
use outlay_proto::v1::statistics_service_client::StatisticsServiceClient;
use outlay_proto::v1::training_service_client::TrainingServiceClient;
use outlay_server::clock::Clock;
use outlay_server::config::Config;
use outlay_server::server::{Ready, run};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tonic::transport::Channel;
use tonic::{Response, Status};

pub(crate) use cases::check;
pub(crate) use refusal::{Refused, refused};

/// Longest that a test waits for what should happen soon.
pub(crate) const SOON: Duration = Duration::from_secs(60);
/// When the tests take place: 2023-07-28T08:00:00Z, in microseconds since 1970.
pub(crate) const NOW_MICROS: i64 = 1_690_531_200_000_000;

pub(crate) type Admin = AdminServiceClient<Transport>;
pub(crate) type Projects = ProjectServiceClient<Transport>;
pub(crate) type Meetings = MeetingServiceClient<Transport>;
pub(crate) type Decisions = DecisionServiceClient<Transport>;
pub(crate) type Actions = ActionServiceClient<Transport>;
pub(crate) type MeetingSeries = MeetingSeriesServiceClient<Transport>;
pub(crate) type MeetingTemplates = MeetingTemplateServiceClient<Transport>;
pub(crate) type Minutes = MinutesServiceClient<Transport>;
pub(crate) type Reports = ReportServiceClient<Transport>;
pub(crate) type Reference = ReferenceServiceClient<Transport>;
pub(crate) type Statistics = StatisticsServiceClient<Transport>;
pub(crate) type ReportingPeriods = ReportingPeriodServiceClient<Transport>;
pub(crate) type Trainings = TrainingServiceClient<Transport>;
pub(crate) type ReviewDelegations = ReviewDelegationServiceClient<Transport>;

/// A server. Dropping it stops it and waits until it has ended.
pub(crate) struct Server {
    address: SocketAddr,
    clock: Clock,
    /// The runtime that drives the server, and its clients' connections.
    handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    directory: TempDir,
}

impl Server {
    /// An empty server whose clock stands still until it is moved.
    pub(crate) fn start() -> Self {
        Self::with(|_| {})
    }

    /// An empty server with another configuration.
    pub(crate) fn with(change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::default();
        change(&mut config);
        let clock = Clock::manual(config.time_zone.clone(), NOW_MICROS);
        Self::open(tempfile::tempdir().unwrap(), config, clock)
    }

    /// A server with the records of [`records::seeds`].
    pub(crate) async fn seeded() -> Self {
        let server = Self::start();
        server.seed().await;
        server
    }

    /// Writes the records of [`records::seeds`].
    pub(crate) async fn seed(&self) {
        let rows = records::seeds();
        let count = rows.len();
        let answers = import(&mut self.reference(), vec![batch(1, rows)]).await.unwrap();
        let created = v1::ImportOutcome::Created as i32;
        let results: Vec<_> = answers.iter().flat_map(|answer| &answer.results).collect();
        assert_eq!(results.len(), count);
        for result in results {
            assert_eq!(result.outcome, created, "{result:?}");
        }
    }

    fn open(directory: TempDir, mut config: Config, clock: Clock) -> Self {
        config.data = directory.path().join("data");
        config.storage.cache_mib = 16;
        let (tell, told) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let time = clock.clone();
        let thread = std::thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            let handle = runtime.handle().clone();
            runtime.block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                let shutdown = async move {
                    let _gone = stopped.await;
                };
                let ready = move |ready: Ready| tell.send((ready.address, handle)).unwrap();
                run(&config, time, listener, shutdown, ready).await.unwrap();
            });
        });
        let (address, handle) = told.recv_timeout(SOON).expect("the server is ready");
        Self { address, clock, handle, stop: Some(stop), thread: Some(thread), directory }
    }

    /// Stops it, and starts another one on the same directory.
    pub(crate) fn restart(self) -> Self {
        self.restart_with(|_| {})
    }

    /// The same with another configuration.
    pub(crate) fn restart_with(mut self, change: impl FnOnce(&mut Config)) -> Self {
        self.end();
        let other = tempfile::tempdir().unwrap();
        let directory = std::mem::replace(&mut self.directory, other);
        let mut config = Config::default();
        change(&mut config);
        Self::open(directory, config, self.clock.clone())
    }

    /// Stops it, does something with the directory of its records, and starts
    /// another one on it.
    pub(crate) async fn restart_after<Work: Future<Output = ()>>(
        mut self,
        work: impl FnOnce(PathBuf) -> Work,
    ) -> Self {
        self.end();
        work(self.directory.path().join("data")).await;
        self.restart()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The directory of its records.
    pub(crate) fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// Moves the server's clock.
    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    pub(crate) fn client(&self) -> Client {
        let _driven_by_the_server = self.handle.enter();
        Client::new(&self.url(), SOON).unwrap()
    }

    /// A connection without our client over it.
    pub(crate) fn channel(&self) -> Channel {
        let _driven_by_the_server = self.handle.enter();
        Channel::from_shared(self.url()).unwrap().connect_lazy()
    }

    pub(crate) fn projects(&self) -> Projects {
        self.client().projects()
    }

    pub(crate) fn meetings(&self) -> Meetings {
        self.client().meetings()
    }

    pub(crate) fn decisions(&self) -> Decisions {
        self.client().decisions()
    }

    pub(crate) fn actions(&self) -> Actions {
        self.client().actions()
    }

    pub(crate) fn meeting_series(&self) -> MeetingSeries {
        self.client().meeting_series()
    }

    pub(crate) fn meeting_templates(&self) -> MeetingTemplates {
        self.client().meeting_templates()
    }

    pub(crate) fn minutes(&self) -> Minutes {
        self.client().minutes()
    }

    pub(crate) fn reports(&self) -> Reports {
        self.client().reports()
    }

    pub(crate) fn reference(&self) -> Reference {
        self.client().reference()
    }

    pub(crate) fn statistics(&self) -> Statistics {
        self.client().statistics()
    }

    pub(crate) fn reporting_periods(&self) -> ReportingPeriods {
        self.client().reporting_periods()
    }

    pub(crate) fn review_delegations(&self) -> ReviewDelegations {
        self.client().review_delegations()
    }

    pub(crate) fn trainings(&self) -> Trainings {
        self.client().trainings()
    }

    pub(crate) fn admin(&self) -> Admin {
        self.client().admin()
    }

    /// The newest revision of the store.
    pub(crate) async fn revision(&self) -> i64 {
        let request = v1::ListClustersRequest { page_size: 1, ..Default::default() };
        let page = self.reference().list_clusters(request).await.unwrap();
        page.into_inner().revision
    }

    fn end(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _gone = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            // A second panic would hide the first.
            if !std::thread::panicking() {
                ended.expect("the server ended well");
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// The message of an answer, which must be one.
pub(crate) fn told<T>(answer: Result<Response<T>, Status>) -> T {
    match answer {
        Ok(answer) => answer.into_inner(),
        Err(status) => panic!("refused: {:#?}", outlay_client::Refusal::from(&status)),
    }
}

/// A batch of an import.
pub(crate) fn batch(sequence: i64, rows: Vec<v1::ReferenceRecord>) -> v1::ImportReferencesRequest {
    v1::ImportReferencesRequest { options: None, sequence, rows }
}

/// Sends batches and collects the answers, up to the first status.
pub(crate) async fn import(
    reference: &mut Reference,
    batches: Vec<v1::ImportReferencesRequest>,
) -> Result<Vec<v1::ImportReferencesResponse>, Status> {
    let mut answers = Vec::new();
    match import_into(reference, batches, &mut answers).await {
        Ok(()) => Ok(answers),
        Err(status) => Err(status),
    }
}

/// As [`import`], keeping the answers that came before a status.
pub(crate) async fn import_into(
    reference: &mut Reference,
    batches: Vec<v1::ImportReferencesRequest>,
    answers: &mut Vec<v1::ImportReferencesResponse>,
) -> Result<(), Status> {
    let stream = reference.import_references(tokio_stream::iter(batches)).await?;
    let mut stream = stream.into_inner();
    while let Some(answer) = stream.message().await? {
        answers.push(answer);
    }
    Ok(())
}
