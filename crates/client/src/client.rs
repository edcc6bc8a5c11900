//! A connection to a server, and the stubs over it.

use std::time::Duration;

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
use prost::Message as _;
use prost_reflect::{DynamicMessage, MethodDescriptor};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Response, Status};

use crate::dynamic;
use crate::error::Error;
use crate::retry::{self, Policy};

/// Longest time to wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A connection on which a call waits is asked this often whether it lives.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(30);
/// A connection that doesn't answer within this time is given up.
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(10);
/// Largest answer: a full page of large records fits.
const MAX_ANSWER_BYTES: usize = 64 << 20;
/// Largest request; the server's own limit may be lower.
const MAX_REQUEST_BYTES: usize = 16 << 20;

/// What carries the calls of every stub.
pub type Transport = InterceptedService<Channel, Deadline>;

/// A client of one server. Cheap to clone: clones share the connection.
///
/// It connects when it is first used, and again whenever the connection was
/// lost. Every call has the timeout that was given to [`Client::new`], and
/// tells it to the server; see [`NoDeadline`] for calls without one.
#[derive(Clone, Debug)]
pub struct Client {
    transport: Transport,
    policy: Policy,
}

impl Client {
    /// A client of the server at `url`, such as `http://127.0.0.1:7443`.
    ///
    /// Nothing is sent yet. It must be called within a tokio runtime, which
    /// then drives the connection.
    ///
    /// # Errors
    /// [`Error::Address`] where `url` isn't one that this client can speak to.
    pub fn new(url: &str, timeout: Duration) -> Result<Self, Error> {
        let channel = endpoint(url)?.connect_lazy();
        Ok(Self {
            transport: InterceptedService::new(channel, Deadline(timeout)),
            policy: Policy::within(timeout),
        })
    }

    /// The stub for projects.
    #[must_use]
    pub fn projects(&self) -> ProjectServiceClient<Transport> {
        ProjectServiceClient::new(self.transport.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES)
            .max_encoding_message_size(MAX_REQUEST_BYTES)
    }

    /// The stub for meetings.
    #[must_use]
    pub fn meetings(&self) -> MeetingServiceClient<Transport> {
        MeetingServiceClient::new(self.transport.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES)
            .max_encoding_message_size(MAX_REQUEST_BYTES)
    }

    /// The stub for decisions.
    #[must_use]
    pub fn decisions(&self) -> DecisionServiceClient<Transport> {
        DecisionServiceClient::new(self.transport.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES)
            .max_encoding_message_size(MAX_REQUEST_BYTES)
    }

    /// The stub for meeting series.
    #[must_use]
    pub fn meeting_series(&self) -> MeetingSeriesServiceClient<Transport> {
        MeetingSeriesServiceClient::new(self.transport.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES)
            .max_encoding_message_size(MAX_REQUEST_BYTES)
    }

    /// The stub for actions.
    #[must_use]
    pub fn actions(&self) -> ActionServiceClient<Transport> {
        ActionServiceClient::new(self.transport.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES)
            .max_encoding_message_size(MAX_REQUEST_BYTES)
    }

    /// The stub for meeting templates.
    #[must_use]
    pub fn meeting_templates(&self) -> MeetingTemplateServiceClient<Transport> {
        MeetingTemplateServiceClient::new(self.transport.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES)
            .max_encoding_message_size(MAX_REQUEST_BYTES)
    }

    /// The stub for minutes of meetings.
    #[must_use]
    pub fn minutes(&self) -> MinutesServiceClient<Transport> {
        MinutesServiceClient::new(self.transport.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES)
            .max_encoding_message_size(MAX_REQUEST_BYTES)
    }

    /// The stub for monthly reports.
    #[must_use]
    pub fn reports(&self) -> ReportServiceClient<Transport> {
        ReportServiceClient::new(self.transport.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES)
            .max_encoding_message_size(MAX_REQUEST_BYTES)
    }

    /// The stub for reference data.
    #[must_use]
    pub fn reference(&self) -> ReferenceServiceClient<Transport> {
        ReferenceServiceClient::new(self.transport.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES)
            .max_encoding_message_size(MAX_REQUEST_BYTES)
    }

    /// The stub for official figures and targets.
    #[must_use]
    pub fn statistics(&self) -> StatisticsServiceClient<Transport> {
        StatisticsServiceClient::new(self.transport.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES)
            .max_encoding_message_size(MAX_REQUEST_BYTES)
    }

    /// The stub for reporting periods.
    #[must_use]
    pub fn reporting_periods(&self) -> ReportingPeriodServiceClient<Transport> {
        ReportingPeriodServiceClient::new(self.transport.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES)
            .max_encoding_message_size(MAX_REQUEST_BYTES)
    }

    /// The stub for review delegations.
    #[must_use]
    pub fn review_delegations(&self) -> ReviewDelegationServiceClient<Transport> {
        ReviewDelegationServiceClient::new(self.transport.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES)
            .max_encoding_message_size(MAX_REQUEST_BYTES)
    }

    /// The stub for courses, training sessions and enrolments.
    #[must_use]
    pub fn trainings(&self) -> TrainingServiceClient<Transport> {
        TrainingServiceClient::new(self.transport.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES)
            .max_encoding_message_size(MAX_REQUEST_BYTES)
    }

    /// The stub for the store itself.
    #[must_use]
    pub fn admin(&self) -> AdminServiceClient<Transport> {
        AdminServiceClient::new(self.transport.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES)
            .max_encoding_message_size(MAX_REQUEST_BYTES)
    }

    /// Makes a call again while the server is overloaded or not ready, as long
    /// as the timeout allows.
    ///
    /// Only for calls that may be repeated: reads, and changes whose request
    /// carries a `request_id`.
    ///
    /// # Errors
    /// What the last attempt met with.
    pub async fn retry<T, F, A>(&self, attempt: F) -> Result<T, Error>
    where
        F: FnMut() -> A,
        A: Future<Output = Result<Response<T>, Status>>,
    {
        retry::retry(&self.policy, attempt).await
    }

    /// Makes a unary call with messages that are known by their descriptors
    /// only. It is repeated like those of [`Client::retry`] where it may be.
    ///
    /// # Errors
    /// What the last attempt met with.
    pub async fn call(
        &self,
        method: &MethodDescriptor,
        request: DynamicMessage,
    ) -> Result<DynamicMessage, Error> {
        let bytes = request.encoded_len();
        if bytes > MAX_REQUEST_BYTES {
            // The transport would say no more than that a stream was reset.
            return Err(Error::too_large(bytes, MAX_REQUEST_BYTES));
        }
        if dynamic::repeatable(method, &request) {
            self.retry(|| self.attempt(method, request.clone())).await
        } else {
            retry::once(&self.policy, self.attempt(method, request)).await
        }
    }

    async fn attempt(
        &self,
        method: &MethodDescriptor,
        request: DynamicMessage,
    ) -> Result<Response<DynamicMessage>, Status> {
        let mut stub = tonic::client::Grpc::new(self.transport.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES)
            .max_encoding_message_size(MAX_REQUEST_BYTES);
        dynamic::unary(&mut stub, method, request).await
    }
}

/// Tells the server the deadline of every call that has none yet.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Duration);

/// Put into a request's extensions, it leaves the call without a deadline: for
/// streams that last as long as they have something to carry.
#[derive(Clone, Copy, Debug)]
pub struct NoDeadline;

impl Interceptor for Deadline {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let given = request.metadata().contains_key("grpc-timeout");
        let unlimited = request.extensions().get::<NoDeadline>().is_some();
        if !given && !unlimited {
            request.set_timeout(self.0);
        }
        Ok(request)
    }
}

fn endpoint(url: &str) -> Result<Endpoint, Error> {
    let bad = |why: String| Error::Address { url: without_user(url), why };
    let full = match url.split_once("://") {
        Some(("http", _)) => url.to_owned(),
        Some(("https", _)) => {
            return Err(bad(
                "this client doesn't speak TLS yet: give an http:// address".to_owned()
            ));
        }
        Some((scheme, _)) => {
            return Err(bad(format!("the scheme {scheme} is unknown: use http")));
        }
        None => format!("http://{url}"),
    };
    let host = full.strip_prefix("http://").unwrap_or(&full);
    if host.contains('@') {
        return Err(bad("users and passwords are unknown here: leave them out".to_owned()));
    }
    // Calls have paths of their own: one that is given would be dropped unseen.
    if host.trim_end_matches('/').contains(['/', '?', '#']) {
        return Err(bad("it ends with the port: leave out what follows".to_owned()));
    }
    Endpoint::from_shared(full)
        .and_then(|endpoint| {
            endpoint.user_agent(concat!("outlay-client/", env!("CARGO_PKG_VERSION")))
        })
        .map(|endpoint| {
            endpoint
                .connect_timeout(CONNECT_TIMEOUT)
                .tcp_keepalive(Some(KEEPALIVE_INTERVAL))
                .http2_keep_alive_interval(KEEPALIVE_INTERVAL)
                .keep_alive_timeout(KEEPALIVE_TIMEOUT)
        })
        .map_err(|_| bad("write it as http://host:port".to_owned()))
}

/// An address as it may be shown: without its user and password.
fn without_user(url: &str) -> String {
    let Some((before, host)) = url.rsplit_once('@') else {
        return url.to_owned();
    };
    match before.split_once("://") {
        Some((scheme, _)) => format!("{scheme}://…@{host}"),
        None => format!("…@{host}"),
    }
}
