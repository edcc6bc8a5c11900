//! Random input to every RPC: the server never fails, and never changes
//! anything.
//!
//! The seeds are fixed, so a failure can be repeated.

use bytes::Bytes;
use outlay_proto::reflect::pool;
use outlay_proto::v1;
use prost::Message as _;
use prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, MethodDescriptor, Value,
};

use super::bytes::all_methods;
use super::is_the_callers_fault;
use crate::support::raw::call;
use crate::support::refusal::taken_apart;
use crate::support::{Server, refused};

/// Random messages per RPC.
const ROUNDS: usize = 12;

/// Texts that break what is careless.
const TEXTS: &[&str] = &[
    "",
    "x",
    "\0",
    "制造业",
    "😀",
    "\u{202e}",
    "-",
    "/",
    "projects/",
    "projects/p",
    "regions/330402",
    "organisations/jx-solar",
    "industries/3825",
    "CNY",
    "2023-06",
    "a.b.c",
    "*",
    "title",
    "\"",
    "((((",
    "title = \"*\"",
    "0",
    "-1",
    "99999999999999999999",
    "00000000-0000-0000-0000-000000000000",
    "../../etc/passwd",
    "%s%n",
    "\r\n",
    "https://[",
    "Asia/Shanghai",
    "create_time desc",
];

/// A generator that is the same every time (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn number(&mut self) -> i64 {
        match self.below(6) {
            0 => 0,
            1 => 1,
            2 => -1,
            3 => i64::MAX,
            4 => i64::MIN,
            _ => self.next() as i64,
        }
    }

    fn text(&mut self) -> String {
        let text = TEXTS[self.below(TEXTS.len())];
        if self.below(20) == 0 { text.repeat(500) } else { text.to_owned() }
    }

    fn bytes(&mut self) -> Vec<u8> {
        let length = self.below(80);
        (0..length).map(|_| self.next() as u8).collect()
    }

    fn message(&mut self, descriptor: &MessageDescriptor, depth: usize) -> DynamicMessage {
        let mut message = DynamicMessage::new(descriptor.clone());
        for field in descriptor.fields() {
            if depth < 6 && self.below(3) > 0 {
                let value = self.field(&field, depth);
                message.set_field(&field, value);
            }
        }
        message
    }

    fn field(&mut self, field: &FieldDescriptor, depth: usize) -> Value {
        let count = self.below(4);
        if let (true, Kind::Message(entry)) = (field.is_map(), field.kind()) {
            let kind = entry.map_entry_value_field().kind();
            let entries =
                (0..count).map(|_| (MapKey::String(self.text()), self.value(&kind, depth)));
            return Value::Map(entries.collect());
        }
        if field.is_list() {
            return Value::List((0..count).map(|_| self.value(&field.kind(), depth)).collect());
        }
        self.value(&field.kind(), depth)
    }

    fn value(&mut self, kind: &Kind, depth: usize) -> Value {
        match kind {
            Kind::Message(inner) => Value::Message(self.message(inner, depth + 1)),
            Kind::Enum(known) => {
                let known = known.values().len();
                Value::EnumNumber(self.below(known + 1) as i32)
            }
            Kind::String => Value::String(self.text()),
            Kind::Bool => Value::Bool(self.below(2) == 0),
            Kind::Int32 => Value::I32(self.number() as i32),
            Kind::Int64 => Value::I64(self.number()),
            other => panic!("a field of kind {other:?} is new here"),
        }
    }
}

/// Makes sure that what is sent changes nothing, even where it is right.
fn only_checking(method: &MethodDescriptor, message: &mut DynamicMessage) {
    if message.get_field_by_name("validate_only").is_some() {
        message.set_field_by_name("validate_only", Value::Bool(true));
    }
    if method.name().starts_with("Import") {
        let mut options =
            DynamicMessage::new(outlay_proto::reflect::message("ImportOptions").unwrap());
        options.set_field_by_name("validate_only", Value::Bool(true));
        message.set_field_by_name("options", Value::Message(options));
        message.set_field_by_name("sequence", Value::I64(1));
    }
}

#[tokio::test]
async fn random_bytes_never_make_the_server_fail() {
    let server = Server::seeded().await;
    let revision = server.revision().await;
    let channel = server.channel();
    let mut random = Random(1);
    for method in all_methods() {
        for _ in 0..ROUNDS {
            let sent = random.bytes();
            if let Err(status) = call(&channel, &method, Bytes::from(sent.clone())).await {
                let refusal = taken_apart(&status);
                assert!(is_the_callers_fault(refusal.code), "{method} {sent:?}: {refusal:?}");
            }
        }
    }
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn random_messages_never_make_the_server_fail() {
    let server = Server::seeded().await;
    let revision = server.revision().await;
    let channel = server.channel();
    let mut random = Random(2);
    for service in pool().services() {
        for method in service.methods() {
            let name = format!("{}/{}", service.full_name(), method.name());
            for _ in 0..ROUNDS {
                let mut message = random.message(&method.input(), 0);
                only_checking(&method, &mut message);
                let sent = Bytes::from(message.encode_to_vec());
                if let Err(status) = call(&channel, &name, sent).await {
                    let refusal = taken_apart(&status);
                    let right = is_the_callers_fault(refusal.code);
                    assert!(right, "{name} {message:?}: {refusal:?}");
                }
            }
        }
    }
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn right_messages_with_a_byte_changed_never_make_the_server_fail() {
    let server = Server::seeded().await;
    let channel = server.channel();
    let request = v1::CreateMeetingRequest {
        meeting: Some(crate::support::symposium::symposium()),
        validate_only: true,
        ..Default::default()
    };
    let right = request.encode_to_vec();
    let method = "outlay.v1.MeetingService/CreateMeeting";
    let mut random = Random(3);
    for _ in 0..300 {
        let mut sent = right.clone();
        let at = random.below(sent.len());
        sent[at] = random.next() as u8;
        if let Err(status) = call(&channel, method, Bytes::from(sent)).await {
            let refusal = taken_apart(&status);
            assert!(is_the_callers_fault(refusal.code), "byte {at}: {refusal:?}");
        }
    }
}

#[tokio::test]
async fn random_filters_orders_and_tokens_never_make_the_server_fail() {
    const PARTS: &[&str] = &[
        "title",
        "stage",
        "=",
        "!=",
        "<=",
        ">",
        ":",
        "AND",
        "OR",
        "NOT",
        "-",
        "(",
        ")",
        "\"a\"",
        "'",
        "\"",
        "*",
        "\"*x*\"",
        ".",
        ",",
        "investment.total",
        "1",
        "-1.5",
        "1e9",
        "true",
        "STARTED",
        "labels.x",
        "contacts.display_name",
        "create_time",
        "\"2023-07-28T00:00:00Z\"",
        "制",
        "\\",
        "f(x)",
        "\u{0}",
        "milestones",
        "=\"",
        "9999999999999999999999999",
    ];
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let mut random = Random(4);
    for _ in 0..400 {
        let words = random.below(9);
        let joined: Vec<&str> = (0..words).map(|_| PARTS[random.below(PARTS.len())]).collect();
        let space = if random.below(4) == 0 { "" } else { " " };
        let request = v1::ListProjectsRequest {
            filter: joined.join(space),
            order_by: if random.below(9) == 0 { random.text() } else { String::new() },
            page_token: if random.below(9) == 0 { random.text() } else { String::new() },
            ..Default::default()
        };
        let sent = format!("{request:?}");
        let answer = projects.list_projects(request).await;
        if answer.is_err() {
            let refusal = refused(answer);
            assert_eq!(refusal.code, tonic::Code::InvalidArgument, "{sent}: {refusal:?}");
        }
    }
}
