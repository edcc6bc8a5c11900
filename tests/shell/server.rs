//! The server's life over real connections: start, serve, drain, stop.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Request;
use jiff::tz::TimeZone;
use outlay_server::clock::Clock;
use outlay_server::config::Config;
use outlay_server::server::{Ready, StartError, run};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

use super::support::{Bench, EMPTY, UNARY, told};

/// Longest that a test waits for what should happen at once.
const SOON: Duration = Duration::from_secs(10);

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), StartError>>,
    _directory: tempfile::TempDir,
}

impl Running {
    /// A server on a free port and in a directory of its own.
    async fn start(change: impl FnOnce(&mut Config)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut config = Config { data: directory.path().join("data"), ..Config::default() };
        change(&mut config);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, told) = oneshot::channel();
        let task = tokio::spawn(async move {
            let shutdown = async move {
                let _ = stopped.await;
            };
            let clock = Clock::system(TimeZone::UTC);
            let ready = |ready: Ready| tell.send(ready.address).unwrap();
            run(&config, clock, listener, shutdown, ready).await
        });
        let address = tokio::time::timeout(SOON, told).await.unwrap().expect("it is ready");
        Self { address, stop, task, _directory: directory }
    }

    async fn channel(&self) -> Channel {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.address)).unwrap();
        endpoint.connect().await.unwrap()
    }

    /// Whether a new connection is served.
    async fn answers(&self) -> bool {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.address)).unwrap();
        match endpoint.connect().await {
            Ok(channel) => HealthClient::new(channel).check(asking("")).await.is_ok(),
            Err(_) => false,
        }
    }

    /// Stops it, and tells how long that took.
    async fn stop(self) -> Duration {
        let began = Instant::now();
        self.stop.send(()).unwrap();
        tokio::time::timeout(SOON, self.task).await.expect("it stops").unwrap().unwrap();
        began.elapsed()
    }
}

fn asking(service: &str) -> HealthCheckRequest {
    HealthCheckRequest { service: service.to_owned() }
}

#[tokio::test]
async fn health_is_told_for_the_whole_and_for_each_service() {
    let server = Running::start(|_| {}).await;
    let mut health = HealthClient::new(server.channel().await);
    for service in ["", "outlay.v1.ProjectService", "outlay.v1.ReferenceService"] {
        let reply = health.check(asking(service)).await.unwrap().into_inner();
        assert_eq!(reply.status(), ServingStatus::Serving, "{service}");
    }
    let status = health.check(asking("nope")).await.unwrap_err();
    assert_eq!(told(&status), (Code::NotFound, "RECORD_NOT_FOUND".to_owned()));
    drop(health);
    server.stop().await;
}

#[tokio::test]
async fn a_watcher_learns_that_the_server_stops_and_does_not_keep_it() {
    let server = Running::start(|_| {}).await;
    let mut health = HealthClient::new(server.channel().await);
    let mut watch = health.watch(asking("")).await.unwrap().into_inner();
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
    let stopping = tokio::spawn(server.stop());
    let last = loop {
        match watch.message().await {
            Ok(Some(reply)) => assert_eq!(reply.status(), ServingStatus::NotServing),
            Ok(None) => panic!("it ended without a status"),
            Err(status) => break status,
        }
    };
    assert_eq!(told(&last), (Code::Unavailable, "NOT_SERVING".to_owned()));
    assert!(stopping.await.unwrap() < Duration::from_secs(5), "it waited for the watcher");
}

#[tokio::test]
async fn reflection_lists_the_services_and_can_be_switched_off() {
    for (on, expected) in [(true, Code::Ok), (false, Code::Unimplemented)] {
        let server = Running::start(|config| config.reflection = on).await;
        let mut client = ServerReflectionClient::new(server.channel().await);
        let question = ServerReflectionRequest {
            message_request: Some(MessageRequest::ListServices(String::new())),
            ..Default::default()
        };
        let reply = client.server_reflection_info(tokio_stream::once(question)).await;
        let code = reply.as_ref().map_or_else(Status::code, |_| Code::Ok);
        assert_eq!(code, expected);
        if let Ok(reply) = reply {
            let reply = reply.into_inner().message().await.unwrap().unwrap();
            let Some(MessageResponse::ListServicesResponse(list)) = reply.message_response else {
                panic!("no list");
            };
            let names: Vec<_> = list.service.iter().map(|service| service.name.as_str()).collect();
            assert!(names.contains(&"outlay.v1.ProjectService"), "{names:?}");
            assert!(names.contains(&"grpc.health.v1.Health"), "{names:?}");
        }
        drop(client);
        server.stop().await;
    }
}

#[tokio::test]
async fn connections_over_the_limit_are_closed_and_room_comes_back() {
    let server = Running::start(|config| config.connections.max = 1).await;
    let first = server.channel().await;
    HealthClient::new(first.clone()).check(asking("")).await.unwrap();
    let mut second = TcpStream::connect(server.address).await.unwrap();
    let closed = tokio::time::timeout(SOON, second.read(&mut [0; 64])).await.unwrap();
    assert!(matches!(closed, Ok(0) | Err(_)), "{closed:?}");
    drop(first);
    let deadline = Instant::now() + SOON;
    while !server.answers().await {
        assert!(Instant::now() < deadline, "there is no room again");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_connection_that_says_nothing_does_not_keep_the_server() {
    let server = Running::start(|_| {}).await;
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(server.stop().await < Duration::from_secs(5));
    let mut rest = Vec::new();
    let end = tokio::time::timeout(SOON, silent.read_to_end(&mut rest)).await;
    assert!(end.is_ok(), "the connection is closed");
}

#[tokio::test]
async fn http_1_and_noise_are_hung_up_on() {
    let server = Running::start(|_| {}).await;
    for noise in [&b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"[..], &[0xFF; 64]] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(noise).await.unwrap();
        let mut rest = Vec::new();
        let end = tokio::time::timeout(SOON, stream.read_to_end(&mut rest)).await;
        assert!(end.is_ok(), "{noise:?}");
    }
    HealthClient::new(server.channel().await).check(asking("")).await.unwrap();
    server.stop().await;
}

#[tokio::test]
async fn a_directory_that_cannot_be_used_is_refused_in_a_sentence() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("locked");
    std::fs::write(&data, "a file where a directory should be").unwrap();
    let config = Config { data, ..Config::default() };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let clock = Clock::system(TimeZone::UTC);
    let never = std::future::pending();
    let outcome = run(&config, clock, listener, never, |_| panic!("it is ready")).await;
    assert!(outcome.unwrap_err().to_string().contains("locked"));
}

/// tonic wraps the layer in a timeout of its own, which answers CANCELLED.
#[tokio::test]
async fn at_the_deadline_our_answer_comes_before_tonics() {
    let bench = Bench::new(|_| {});
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let never = tower::layer::layer_fn(|_: tonic::service::Routes| {
        tower::service_fn(|_: Request<tonic::body::Body>| {
            std::future::pending::<
                Result<http::Response<tonic::body::Body>, std::convert::Infallible>,
            >()
        })
    });
    let server = tonic::transport::Server::builder()
        .layer(bench.layer.clone())
        .layer(never)
        .add_routes(tonic::service::Routes::default())
        .serve_with_incoming(tonic::transport::server::TcpIncoming::from(listener));
    let server = tokio::spawn(server);

    let stream = TcpStream::connect(address).await.unwrap();
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    for round in 0..50 {
        let request = Request::post(format!("http://{address}{UNARY}"))
            .header("content-type", "application/grpc")
            .header("grpc-timeout", format!("{}m", round % 7))
            .body(())
            .unwrap();
        let mut client = client.clone().ready().await.unwrap();
        let (response, mut body) = client.send_request(request, false).unwrap();
        body.send_data(Bytes::from_static(EMPTY), true).unwrap();
        let response = response.await.unwrap();
        let status = Status::from_header_map(response.headers()).unwrap();
        assert_eq!(told(&status).0, Code::DeadlineExceeded, "round {round}");
    }
    server.abort();
}
