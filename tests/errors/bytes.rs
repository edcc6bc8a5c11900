//! Bytes that aren't the message they should be.

use bytes::Bytes;
use outlay_proto::reflect::pool;
use tonic::Code;

use crate::support::raw::{call, field};
use crate::support::refusal::taken_apart;
use crate::support::{Refused, Server};

/// Full names of all RPCs: `outlay.v1.ProjectService/GetProject`.
pub(super) fn all_methods() -> Vec<String> {
    let mut names = Vec::new();
    for service in pool().services() {
        names.extend(service.methods().map(|m| format!("{}/{}", service.full_name(), m.name())));
    }
    names
}

async fn answer(server: &Server, method: &str, message: &[u8]) -> Refused {
    let answer = call(&server.channel(), method, Bytes::copy_from_slice(message)).await;
    match answer {
        Ok(_) => panic!("{method} took {message:?}"),
        Err(status) => taken_apart(&status),
    }
}

#[tokio::test]
async fn malformed_messages_are_the_callers_fault_in_every_rpc() {
    let server = Server::seeded().await;
    let revision = server.revision().await;
    let endless = vec![0x0b; 300];
    let messages: [(&str, &[u8]); 7] = [
        ("a field cut off", &[0x0a]),
        ("a length beyond the end", &[0x0a, 0x7f, 0x01]),
        ("a number without an end", &[0xff; 11]),
        ("wire type 7", &[0x0f, 0x00]),
        ("field number 0", &[0x02, 0x00]),
        ("groups without an end", &endless),
        ("an end without a group", &[0x0c]),
    ];
    for method in all_methods() {
        for (what, message) in messages {
            let refusal = answer(&server, &method, message).await;
            let due = (Code::InvalidArgument, "MESSAGE_MALFORMED");
            assert_eq!(refusal, due, "{method}: {what}: {refusal:?}");
        }
    }
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn text_that_is_not_utf8_is_the_callers_fault() {
    let server = Server::seeded().await;
    let bad = field(1, b"projects/\xff\xfe");
    let title = field(1, &field(10, b"\xe5\x88"));
    let key = field(1, &field(34, &[field(1, b"\xc3\x28"), field(2, b"x")].concat()));
    for (method, message) in [
        ("outlay.v1.ProjectService/GetProject", &bad),
        ("outlay.v1.ProjectService/DeleteProject", &bad),
        ("outlay.v1.MeetingService/StartMeeting", &bad),
        ("outlay.v1.ReferenceService/GetRegion", &bad),
        ("outlay.v1.ProjectService/CreateProject", &title),
        ("outlay.v1.MeetingService/CreateMeeting", &title),
        ("outlay.v1.ProjectService/CreateProject", &key),
    ] {
        let refusal = answer(&server, method, message).await;
        assert_eq!(refusal, (Code::InvalidArgument, "MESSAGE_MALFORMED"), "{method}");
        assert!(refusal.message.contains("UTF-8"), "{method}: {}", refusal.message);
    }
}

#[tokio::test]
async fn a_nest_of_unknown_messages_is_refused_or_passed_over() {
    let server = Server::seeded().await;
    let revision = server.revision().await;
    // A thousand messages in one another, in a field that nobody knows and in
    // one that is known.
    for number in [1_u32, 20, 5_000] {
        let mut nest = Vec::new();
        for _ in 0..1_000 {
            nest = field(number, &nest);
        }
        for method in ["CreateProject", "UpdateProject", "GetProject"] {
            let method = format!("outlay.v1.ProjectService/{method}");
            let refusal = answer(&server, &method, &nest).await;
            assert_eq!(refusal.code, Code::InvalidArgument, "{method} {number}: {refusal:?}");
        }
    }
    let groups = [[0xa3, 0x06].repeat(90), [0xa4, 0x06].repeat(90)].concat();
    let refusal = answer(&server, "outlay.v1.ProjectService/GetProject", &groups).await;
    assert_eq!(refusal.code, Code::InvalidArgument);
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn unknown_fields_are_passed_over() {
    let server = Server::seeded().await;
    let message = [field(1, b"regions/330402"), field(9_999, b"\xff\xff")].concat();
    let method = "outlay.v1.ReferenceService/GetRegion";
    assert!(call(&server.channel(), method, message.into()).await.is_ok());
}

#[tokio::test]
async fn an_rpc_that_does_not_exist_is_said_not_to() {
    let server = Server::start();
    for method in [
        "outlay.v1.ProjectService/DropProjects",
        "outlay.v1.NoService/GetProject",
        "outlay.v2.ProjectService/GetProject",
        "x",
    ] {
        let refusal = answer(&server, method, &[]).await;
        assert_eq!(refusal, (Code::Unimplemented, "METHOD_UNKNOWN"), "{method}");
    }
}
