//! Deadlines, the server's end, and what goes wrong after the reply has begun.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body::Frame;
use outlay_server::wire::Stage;
use tokio_stream::StreamExt;
use tonic::body::Body;
use tonic::{Code, Status};
use tower::service_fn;

use super::support::{BIDI, Bench, EMPTY, FEED, UNARY, body, ended, hang, request};

/// Longest that a test waits for what should happen at once.
const SOON: Duration = Duration::from_secs(5);

async fn never(_: Request<Body>) -> Result<Response<Body>, Infallible> {
    std::future::pending().await
}

fn within(path: &str, timeout: &str) -> Request<Body> {
    let mut request = request(path, &[EMPTY]);
    request.headers_mut().insert("grpc-timeout", timeout.parse().unwrap());
    request
}

fn passed() -> (Code, String) {
    (Code::DeadlineExceeded, "DEADLINE_EXCEEDED".to_owned())
}

#[tokio::test]
async fn a_deadline_ends_a_call_before_its_reply() {
    let bench = Bench::new(|_| {});
    for timeout in ["0S", "1n", "20m"] {
        let answer = bench.call(service_fn(never), within(UNARY, timeout)).await;
        assert_eq!(answer.told(), passed(), "{timeout}");
    }
}

#[tokio::test]
async fn a_deadline_ends_a_stream_after_its_reply_has_begun() {
    let answer = Bench::new(|_| {}).call(service_fn(hang), within(BIDI, "20m")).await;
    assert_eq!(answer.data, EMPTY, "what was sent before arrives");
    assert_eq!(answer.told(), passed());
}

#[tokio::test]
async fn a_unary_call_has_a_default_deadline_and_a_longest() {
    let bench = Bench::new(|config| {
        config.deadlines.default = Duration::from_millis(20);
        config.deadlines.longest = Duration::from_millis(40);
    });
    let began = Instant::now();
    for request in [request(UNARY, &[EMPTY]), within(UNARY, "1H")] {
        assert_eq!(bench.call(service_fn(never), request).await.told(), passed());
    }
    assert!(began.elapsed() < SOON);
}

#[tokio::test]
async fn a_stream_has_no_default_deadline() {
    let bench = Bench::new(|config| config.deadlines.default = Duration::from_millis(10));
    let call = bench.call(service_fn(hang), request(BIDI, &[EMPTY]));
    assert!(tokio::time::timeout(Duration::from_millis(100), call).await.is_err());
}

#[tokio::test]
async fn feeds_end_when_the_server_drains_and_other_calls_when_it_cuts() {
    let not_serving = (Code::Unavailable, "NOT_SERVING".to_owned());
    for (path, stage) in [(FEED, Stage::Draining), (BIDI, Stage::Cut), (UNARY, Stage::Cut)] {
        let bench = Bench::new(|_| {});
        let call = bench.call(service_fn(hang), request(path, &[EMPTY]));
        let mut call = std::pin::pin!(call);
        let brief = Duration::from_millis(50);
        assert!(tokio::time::timeout(brief, &mut call).await.is_err(), "{path} ended early");
        if path != FEED {
            bench.stage.send_replace(Stage::Draining);
            assert!(tokio::time::timeout(brief, &mut call).await.is_err(), "{path} was drained");
        }
        bench.stage.send_replace(stage);
        let answer = tokio::time::timeout(SOON, call).await.expect("it ends");
        assert_eq!(answer.told(), not_serving, "{path}");
        assert!(answer.retry().is_some());
    }
}

#[tokio::test]
async fn a_panic_within_a_stream_is_internal() {
    let service = service_fn(|_| async {
        let frames = tokio_stream::iter(0..2).map(|number| match number {
            0 => Ok(Frame::data(Bytes::from_static(EMPTY))),
            _ => panic!("within the stream"),
        });
        Ok(Response::new(body(frames)))
    });
    let answer = Bench::new(|_| {}).call(service, request(BIDI, &[EMPTY])).await;
    assert_eq!(answer.data, EMPTY);
    assert_eq!(answer.told(), (Code::Internal, "INTERNAL".to_owned()));
}

#[tokio::test]
async fn statuses_in_trailers_and_errors_of_bodies_are_mended() {
    let trailers = || {
        let mut trailers = HeaderMap::new();
        Status::unknown("a secret").add_header(&mut trailers).unwrap();
        Frame::trailers(trailers)
    };
    for broken in [false, true] {
        let service = service_fn(move |_| async move {
            let last = if broken { Err(Status::unknown("a secret")) } else { Ok(trailers()) };
            Ok(Response::new(body(tokio_stream::once(last))))
        });
        let answer = Bench::new(|_| {}).call(service, request(BIDI, &[EMPTY])).await;
        assert_eq!(answer.told(), (Code::Internal, "INTERNAL".to_owned()), "broken: {broken}");
        assert!(!answer.status().message().contains("secret"));
    }
}

#[tokio::test]
async fn a_place_is_held_until_the_reply_is_delivered() {
    let bench = Bench::new(|config| config.limits.streams = 1);
    let open = bench.open(service_fn(hang), request(BIDI, &[EMPTY])).await;
    let well = service_fn(|_| async { Ok(ended(Status::ok(""))) });
    let answer = bench.call(well, request(BIDI, &[EMPTY])).await;
    assert_eq!(answer.told(), (Code::Unavailable, "OVERLOADED".to_owned()));
    drop(open);
    let answer = bench.call(well, request(BIDI, &[EMPTY])).await;
    assert_eq!(answer.status().code(), Code::Ok);
}
