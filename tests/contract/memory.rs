//! What must be remembered beside the protos: a policy row and a test for every
//! RPC, a use for every reason.

use std::fs;
use std::path::{Path, PathBuf};

use outlay_proto::v1::Reason;
use outlay_server::access::policy;
use regex::Regex;

use super::{enums, methods, none, snake};

/// The Rust files below a folder of the workspace.
pub(super) fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut next = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(path) = next.pop() {
        if path.is_dir() {
            next.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    assert!(!found.is_empty(), "{folder} has Rust files");
    found
}

#[test]
fn every_rpc_has_a_policy_row() {
    let mut wrong = Vec::new();
    for method in methods() {
        let name = format!("{}/{}", method.parent_service().full_name(), method.name());
        if policy::find(&name).is_none() {
            wrong.push(name);
        }
    }
    none(&wrong);
}

#[test]
fn every_rpc_is_called_by_a_test() {
    let here = Path::new("tests").join("contract");
    let tests: Vec<String> = sources("tests")
        .into_iter()
        .filter(|(path, _)| !path.to_string_lossy().contains(&*here.to_string_lossy()))
        .map(|(_, text)| text)
        .collect();
    let mut wrong = Vec::new();
    for method in methods() {
        let call = Regex::new(&format!(r"(?-u:\b){}(?-u:\b)", snake(method.name()))).unwrap();
        if !tests.iter().any(|text| call.is_match(text)) {
            wrong.push(format!("{} is called by no test", method.full_name()));
        }
    }
    none(&wrong);
}

#[test]
fn every_reason_is_given_somewhere() {
    let mut product = sources("crates/server/src");
    product.extend(sources("crates/proto/src"));
    let kind = enums().find(|kind| kind.name() == "Reason").unwrap();
    let mut wrong = Vec::new();
    for value in kind.values().filter(|value| value.number() != 0) {
        let reason = Reason::try_from(value.number()).unwrap();
        let used = Regex::new(&format!(r"Reason::{reason:?}(?-u:\b)")).unwrap();
        if !product.iter().any(|(_, text)| used.is_match(text)) {
            wrong.push(value.name().to_owned());
        }
    }
    none(&wrong);
}
