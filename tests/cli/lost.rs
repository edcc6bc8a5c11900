//! Servers that go away under a call.

use std::time::Duration;

use bytes::Bytes;
use h2::server::{self, SendResponse};
use h2::{Reason, RecvStream};
use prost_reflect::{DynamicMessage, Value};
use tokio::net::{TcpListener, TcpStream};
use tonic::Code;

use super::outlay;
use crate::support::Server;

/// How a server goes away.
#[derive(Clone, Copy, Debug)]
enum End {
    /// It closes the connection at once.
    Closed,
    /// It resets the connection without having read from it.
    Reset,
    /// It takes the request and dies.
    Died,
    /// It begins an answer and dies.
    DiedInAnswer,
    /// It resets the stream.
    StreamReset(Reason),
}

const ENDS: [End; 6] = [
    End::Closed,
    End::Reset,
    End::Died,
    End::DiedInAnswer,
    End::StreamReset(Reason::INTERNAL_ERROR),
    End::StreamReset(Reason::CANCEL),
];

/// The address of a server that goes away.
async fn going(end: End) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(go(connection, end));
        }
    });
    url
}

async fn go(connection: TcpStream, end: End) {
    match end {
        End::Closed => return,
        End::Reset => {
            // What wasn't read makes a reset of the end.
            connection.readable().await.unwrap();
            return;
        }
        _ => {}
    }
    let Ok(mut connection) = server::handshake(connection).await else { return };
    let mut kept: Vec<(RecvStream, SendResponse<Bytes>)> = Vec::new();
    let mut sending = Vec::new();
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        match end {
            End::StreamReset(reason) => respond.send_reset(reason),
            End::DiedInAnswer => {
                let answer = http::Response::builder()
                    .header("content-type", "application/grpc")
                    .body(())
                    .unwrap();
                let mut stream = respond.send_response(answer, false).unwrap();
                stream.send_data(Bytes::from_static(&[0, 0, 0, 0, 9, 1]), false).unwrap();
                sending.push(stream);
                // What was sent leaves before the end.
                let more = connection.accept();
                let _none = tokio::time::timeout(Duration::from_millis(50), more).await;
                return;
            }
            _ => return,
        }
        kept.push((request.into_body(), respond));
    }
}

#[tokio::test]
async fn a_read_that_loses_its_server_ends_with_5() {
    let server = Server::start();
    for end in ENDS {
        let url = going(end).await;
        let err = outlay(&server).run(&format!("project list --server {url}")).await.failed(5);
        assert!(err.contains("was lost") && err.contains(&url), "{end:?}: {err}");
        assert!(!err.contains("request-id"), "{end:?}: {err}");
    }
}

#[tokio::test]
async fn a_change_that_loses_its_server_says_how_to_learn_what_happened() {
    let server = Server::start();
    for end in ENDS {
        let url = going(end).await;
        let command = format!("policy create --title 一 --server {url}");
        let err = outlay(&server).run(&command).await.failed(5);
        assert!(err.contains("It may have happened"), "{end:?}: {err}");
        assert!(err.contains("--request-id "), "{end:?}: {err}");
    }
    let err = outlay(&server).run("policy create --title 一 --server 127.0.0.1:1").await.failed(5);
    assert!(err.contains("can't be reached") && !err.contains("may have"), "{err}");
}

#[tokio::test]
async fn an_import_that_is_cut_off_may_be_run_again() {
    let server = Server::start();
    for end in ENDS {
        let url = going(end).await;
        let outlay = outlay(&server).stdin("code,name_zh,level\n1,一,country\n");
        let err = outlay.run(&format!("region import - --server {url}")).await.failed(5);
        assert!(err.contains("that is safe"), "{end:?}: {err}");
    }
}

#[tokio::test]
async fn a_request_that_is_too_large_is_no_lost_server() {
    let server = Server::start();
    let method = outlay_proto::reflect::pool()
        .get_service_by_name("outlay.v1.MeetingService")
        .and_then(|service| service.methods().find(|method| method.name() == "GetMeeting"))
        .unwrap();
    let mut request = DynamicMessage::new(method.input());
    request.set_field_by_name("name", Value::String("x".repeat(17 << 20)));
    let error = server.client().call(&method, request).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::ResourceExhausted), "{error:?}");
    assert!(!error.may_have_happened(), "{error:?}");
}
