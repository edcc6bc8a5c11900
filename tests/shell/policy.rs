//! The policy table against the protos.

use std::collections::BTreeMap;
use std::net::IpAddr;

use outlay_proto::reflect::pool;
use outlay_server::access::policy::{POLICIES, Rule, Shape, find};

#[test]
fn every_rpc_of_the_protos_has_one_row_of_its_shape() {
    let rows: BTreeMap<_, _> = POLICIES.iter().map(|row| (row.method, row.shape)).collect();
    assert_eq!(rows.len(), POLICIES.len(), "a row stands twice");
    let mut methods = 0;
    for service in pool().services() {
        for method in service.methods() {
            let name = format!("{}/{}", service.full_name(), method.name());
            let shape = rows.get(name.as_str()).unwrap_or_else(|| panic!("{name} has no row"));
            let fits = match (method.is_client_streaming(), method.is_server_streaming()) {
                (false, false) => *shape == Shape::Unary,
                (true, false) => *shape == Shape::ClientStream,
                (false, true) => matches!(shape, Shape::ServerStream | Shape::Feed),
                (true, true) => *shape == Shape::Bidi,
            };
            assert!(fits, "{name} is no {shape:?}");
            methods += 1;
        }
    }
    let ours = POLICIES.iter().filter(|row| row.method.starts_with("outlay.")).count();
    assert_eq!(methods, ours, "a row has no RPC");
}

#[test]
fn rows_are_found_by_their_full_name_only() {
    assert!(find("outlay.v1.ProjectService/GetProject").is_some());
    for name in ["", "/outlay.v1.ProjectService/GetProject", "outlay.v1.ProjectService/getproject"]
    {
        assert!(find(name).is_none(), "{name}");
    }
}

#[test]
fn open_on_loopback_is_for_this_machine_only() {
    let allows = |peer: Option<&str>| {
        Rule::OpenOnLoopback.allows(peer.map(|peer| peer.parse::<IpAddr>().unwrap()))
    };
    for peer in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
        assert!(allows(Some(peer)), "{peer}");
    }
    for peer in [None, Some("10.0.0.1"), Some("192.168.1.2"), Some("fe80::1"), Some("0.0.0.0")] {
        assert!(!allows(peer), "{peer:?}");
    }
}
