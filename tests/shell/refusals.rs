//! What the wire refuses, and how: always with the right code and a reason.

use std::convert::Infallible;

use http::{Method, Request, Response};
use outlay_server::access::Caller;
use outlay_server::wire::{Notice, Stage, TRACE_ID_HEADER};
use tokio::sync::mpsc;
use tonic::body::Body;
use tonic::service::Routes;
use tonic::{Code, Status};
use tonic_health::server::health_reporter;
use tower::service_fn;

use super::support::{
    Answer, BIDI, Bench, CHECK, EMPTY, UNARY, come_from, ended, hang, request, told,
};

/// tonic's own health service: a real codec behind the layer.
fn health() -> Routes {
    Routes::new(health_reporter().1)
}

async fn well(_: Request<Body>) -> Result<Response<Body>, Infallible> {
    Ok(ended(Status::ok("")))
}

async fn refused(request: Request<Body>) -> Answer {
    Bench::new(|_| {}).call(health(), request).await
}

#[tokio::test]
async fn frames_that_are_wrong_are_the_callers_fault() {
    let malformed = (Code::InvalidArgument, "MESSAGE_MALFORMED".to_owned());
    let cases: &[(&str, &[u8])] = &[
        ("no message", &[]),
        ("half a prefix", &[0, 0, 0]),
        ("half a message", &[0, 0, 0, 0, 5, 1]),
        ("compressed", &[1, 0, 0, 0, 0]),
        ("an unknown flag", &[7, 0, 0, 0, 0]),
        ("two messages", &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ("a message and a bit", &[0, 0, 0, 0, 0, 0]),
        ("no protobuf", &[0, 0, 0, 0, 2, 0xFF, 0xFF]),
        ("no UTF-8", &[0, 0, 0, 0, 3, 0x0A, 1, 0xFF]),
        ("text", b"GET / HTTP/1.1\r\n\r\n"),
    ];
    for (name, bytes) in cases {
        let answer = refused(request(CHECK, &[bytes])).await;
        assert_eq!(answer.told(), malformed, "{name}");
        let single: Vec<_> = bytes.chunks(1).collect();
        let answer = refused(request(CHECK, &single)).await;
        assert_eq!(answer.told(), malformed, "{name}, byte by byte");
    }
}

#[tokio::test]
async fn a_message_over_the_limit_is_told_the_limit() {
    let bench = Bench::new(|config| config.limits.request_bytes = 2_000);
    let answer = bench.call(health(), request(CHECK, &[&[0, 0, 0, 0x07, 0xD1]])).await;
    assert_eq!(answer.told(), (Code::ResourceExhausted, "TOO_LARGE".to_owned()));
    assert_eq!(answer.facts()["limit_bytes"], "2000");
    assert!(answer.status().message().contains("2001"), "{:?}", answer.status());
}

#[tokio::test]
async fn a_whole_message_goes_through_in_any_chunks() {
    for chunks in [vec![EMPTY], EMPTY.chunks(1).collect(), vec![&[], EMPTY, &[]]] {
        let answer = refused(request(CHECK, &chunks)).await;
        assert_eq!(answer.status().code(), Code::Ok);
        assert_eq!(answer.data, [0, 0, 0, 0, 2, 8, 1]);
    }
}

#[tokio::test]
async fn headers_that_are_wrong_are_the_callers_fault() {
    let malformed = (Code::InvalidArgument, "MESSAGE_MALFORMED".to_owned());
    for timeout in ["", "S", "1", "1s", "-1S", "+1S", " 1S", "1.5S", "123456789S", "1SS", "S1"] {
        let mut request = request(CHECK, &[EMPTY]);
        request.headers_mut().insert("grpc-timeout", timeout.parse().unwrap());
        assert_eq!(refused(request).await.told(), malformed, "{timeout:?}");
    }
    let mut twice = request(CHECK, &[EMPTY]);
    twice.headers_mut().append("grpc-timeout", "1S".parse().unwrap());
    twice.headers_mut().append("grpc-timeout", "1S".parse().unwrap());
    assert_eq!(refused(twice).await.told(), malformed);

    for timeout in ["1H", "99999999H", "1M", "1S", "5000m", "5000000u", "99999999n"] {
        let mut request = request(CHECK, &[EMPTY]);
        request.headers_mut().insert("grpc-timeout", timeout.parse().unwrap());
        assert_eq!(refused(request).await.status().code(), Code::Ok, "{timeout}");
    }
    let mut request = request(CHECK, &[EMPTY]);
    request.headers_mut().insert("grpc-encoding", "gzip".parse().unwrap());
    assert_eq!(refused(request).await.status().code(), Code::Unimplemented);
}

#[tokio::test]
async fn an_unknown_method_is_unimplemented_for_this_reason() {
    for path in ["/", "//", "/outlay.v1.ProjectService/Nope", "/nope.Service/Nope", "/a/b/c/d"] {
        let answer = refused(request(path, &[EMPTY])).await;
        assert_eq!(answer.told(), (Code::Unimplemented, "METHOD_UNKNOWN".to_owned()), "{path}");
        assert_eq!(answer.http, 200);
    }
}

#[tokio::test]
async fn healths_own_error_has_a_reason_too() {
    let message = b"\0\0\0\0\x06\x0A\x04nope";
    let answer = refused(request(CHECK, &[message])).await;
    assert_eq!(answer.told(), (Code::NotFound, "RECORD_NOT_FOUND".to_owned()));
}

#[tokio::test]
async fn other_machines_are_denied() {
    let mut far = request(UNARY, &[EMPTY]);
    come_from(&mut far, "192.0.2.7:1");
    let mut nowhere = request(UNARY, &[EMPTY]);
    nowhere.extensions_mut().clear();
    for request in [far, nowhere] {
        let answer = refused(request).await;
        assert_eq!(answer.told(), (Code::PermissionDenied, "PERMISSION_DENIED".to_owned()));
    }
}

#[tokio::test]
async fn what_is_no_grpc_is_answered_in_http() {
    for content_type in ["text/plain", "application/grpc-web+proto", "application/grpcx", ""] {
        let mut request = request(CHECK, &[EMPTY]);
        request.headers_mut().insert("content-type", content_type.parse().unwrap());
        let answer = refused(request).await;
        assert_eq!((answer.http, answer.status.is_none()), (415, true), "{content_type}");
    }
    for content_type in ["application/grpc+proto", "application/grpc;x=y"] {
        let mut request = request(CHECK, &[EMPTY]);
        request.headers_mut().insert("content-type", content_type.parse().unwrap());
        assert_eq!(refused(request).await.status().code(), Code::Ok, "{content_type}");
    }
    let mut request = request(CHECK, &[]);
    *request.method_mut() = Method::GET;
    assert_eq!(refused(request).await.http, 405);
}

#[tokio::test]
async fn a_panic_is_internal_and_names_nothing() {
    let service = service_fn(|_| async {
        if true {
            panic!("a secret");
        }
        Ok(ended(Status::ok("")))
    });
    let answer = Bench::new(|_| {}).call(service, request(UNARY, &[EMPTY])).await;
    assert_eq!(answer.told(), (Code::Internal, "INTERNAL".to_owned()));
    assert!(!format!("{:?}", answer.status()).contains("secret"));
}

#[tokio::test]
async fn foreign_statuses_are_mended_and_ours_are_kept() {
    let ours = outlay_server::wire::refusal::malformed("as it is");
    let cases = [
        (Status::internal("a secret"), Code::Internal, "INTERNAL"),
        (Status::unknown("a secret"), Code::Internal, "INTERNAL"),
        (Status::data_loss("a secret"), Code::Internal, "INTERNAL"),
        (
            Status::out_of_range("Error, encoded message length too large: found 9 bytes"),
            Code::ResourceExhausted,
            "TOO_LARGE",
        ),
        (Status::not_found("x".repeat(9_000)), Code::NotFound, "RECORD_NOT_FOUND"),
        (ours, Code::InvalidArgument, "MESSAGE_MALFORMED"),
    ];
    for (status, code, reason) in cases {
        let name = format!("{:?}", status.code());
        let service = service_fn(move |_| {
            let status = status.clone();
            async move { Ok(ended(status)) }
        });
        let answer = Bench::new(|_| {}).call(service, request(UNARY, &[EMPTY])).await;
        assert_eq!(answer.told(), (code, reason.to_owned()), "{name}");
        assert!(!answer.status().message().contains("secret"), "{name}");
    }
}

#[tokio::test]
async fn calls_over_the_limit_are_unavailable_for_now_and_probes_are_not() {
    let bench = Bench::new(|config| {
        config.limits.calls = 1;
        config.limits.streams = 1;
    });
    let held = bench.open(service_fn(hang), request(UNARY, &[EMPTY])).await;
    let answer = bench.call(service_fn(well), request(UNARY, &[EMPTY])).await;
    assert_eq!(answer.told(), (Code::Unavailable, "OVERLOADED".to_owned()));
    assert!(answer.retry().is_some());

    let answer = bench.call(health(), request(CHECK, &[EMPTY])).await;
    assert_eq!(answer.status().code(), Code::Ok, "a probe");
    let stream = bench.open(service_fn(hang), request(BIDI, &[EMPTY])).await;
    let answer = bench.call(service_fn(well), request(BIDI, &[EMPTY])).await;
    assert_eq!(answer.told(), (Code::Unavailable, "OVERLOADED".to_owned()), "streams apart");

    drop((held, stream));
    for path in [UNARY, BIDI] {
        let answer = bench.call(service_fn(well), request(path, &[EMPTY])).await;
        assert_eq!(answer.status().code(), Code::Ok, "there is room again");
    }
}

#[tokio::test]
async fn while_starting_and_when_cut_only_what_should_is_served() {
    let bench = Bench::new(|_| {});
    let not_serving = (Code::Unavailable, "NOT_SERVING".to_owned());
    for (stage, ours, probe) in [
        (Stage::Starting, false, true),
        (Stage::Serving, true, true),
        (Stage::Draining, true, true),
        (Stage::Cut, false, false),
    ] {
        bench.stage.send_replace(stage);
        for (path, served) in [(UNARY, ours), (CHECK, probe)] {
            let answer = bench.call(service_fn(well), request(path, &[EMPTY])).await;
            match served {
                true => assert_eq!(answer.status().code(), Code::Ok, "{stage:?} {path}"),
                false => assert_eq!(answer.told(), not_serving, "{stage:?} {path}"),
            }
        }
    }
}

#[tokio::test]
async fn the_service_learns_who_calls_and_the_caller_the_trace_id() {
    let given = "4bf92f3577b34da6a3ce929d0e0e4736";
    let cases = [
        (format!("00-{given}-00f067aa0ba902b7-01"), true),
        (format!("01-{given}-00f067aa0ba902b7-01-more"), true),
        (format!("00-{given}-00f067aa0ba902b7-01-more"), false),
        (format!("ff-{given}-00f067aa0ba902b7-01"), false),
        (format!("00-{}-00f067aa0ba902b7-01", given.to_uppercase()), false),
        (format!("00-{given}-0000000000000000-01"), false),
        ("00-00000000000000000000000000000000-00f067aa0ba902b7-01".to_owned(), false),
        (format!("00-{given}"), false),
        (String::new(), false),
    ];
    for (header, taken) in cases {
        let (sender, mut callers) = mpsc::unbounded_channel();
        let service = service_fn(move |request: Request<Body>| {
            sender.send(request.extensions().get::<Caller>().cloned()).unwrap();
            well(request)
        });
        let mut request = request(UNARY, &[EMPTY]);
        request.headers_mut().insert("traceparent", header.parse().unwrap());
        let answer = Bench::new(|_| {}).call(service, request).await;
        let caller = callers.recv().await.unwrap().expect("there is a caller");
        assert_eq!(caller.principal, "loopback");
        assert_eq!(caller.peer, "127.0.0.1:50000");
        assert_eq!(format!("/{}", caller.method), UNARY);
        assert_eq!(answer.headers[TRACE_ID_HEADER], caller.trace_id.as_str());
        assert_eq!(caller.trace_id == given, taken, "{header}");
        assert_eq!(caller.trace_id.len(), 32);
    }
}

#[tokio::test]
async fn a_refusal_made_by_hand_is_whole() {
    let status = outlay_server::wire::refusal::internal();
    assert_eq!(told(&status), (Code::Internal, "INTERNAL".to_owned()));
}

#[tokio::test]
async fn who_calls_while_the_server_starts_hears_how_far_it_is() {
    let bench = Bench::new(|_| {});
    bench.stage.send_replace(Stage::Starting);
    let said = "making its index again, 43 % (revision 430,000 of 1,000,000)";
    let telling = Bench {
        layer: bench.layer.clone().telling(Notice::new(|| Some(said.to_owned()))),
        stage: bench.stage.clone(),
    };
    for (bench, message) in [
        (bench, "the server is starting: try again in a moment".to_owned()),
        (telling, format!("the server is starting: {said}: try again later")),
    ] {
        let answer = bench.call(service_fn(hang), request(UNARY, &[EMPTY])).await;
        assert_eq!(answer.told(), (Code::Unavailable, "NOT_SERVING".to_owned()));
        assert_eq!(answer.status().message(), message);
        assert!(answer.retry().is_some());
    }
}
