//! Everything in the protos says what it is.

use std::collections::HashSet;

use outlay_proto::FILE_DESCRIPTOR_SET;
use prost::Message;
use prost_types::{DescriptorProto, FileDescriptorProto, FileDescriptorSet};

use super::{enums, methods, none};

fn files() -> Vec<FileDescriptorProto> {
    let set = FileDescriptorSet::decode(FILE_DESCRIPTOR_SET).unwrap();
    let ours = set.file.into_iter().filter(|file| file.package() == "outlay.v1");
    ours.collect()
}

/// The paths in a file that have a leading comment.
fn commented(file: &FileDescriptorProto) -> HashSet<Vec<i32>> {
    let info = file.source_code_info.as_ref().expect("the set keeps the comments");
    let told = info.location.iter().filter(|place| !place.leading_comments().trim().is_empty());
    told.map(|place| place.path.clone()).collect()
}

/// Path and name of everything in a file that must have a comment.
fn named(file: &FileDescriptorProto) -> Vec<(Vec<i32>, String)> {
    let mut found = Vec::new();
    for (at, message) in (0..).zip(&file.message_type) {
        in_message(&[4, at], message, &mut found);
    }
    for (at, kind) in (0..).zip(&file.enum_type) {
        found.push((vec![5, at], kind.name().to_owned()));
        for (value, named) in (0..).zip(&kind.value) {
            found.push((vec![5, at, 2, value], named.name().to_owned()));
        }
    }
    for (at, service) in (0..).zip(&file.service) {
        found.push((vec![6, at], service.name().to_owned()));
        for (method, named) in (0..).zip(&service.method) {
            found.push((vec![6, at, 2, method], named.name().to_owned()));
        }
    }
    for (at, extension) in (0..).zip(&file.extension) {
        found.push((vec![7, at], extension.name().to_owned()));
    }
    found
}

fn in_message(path: &[i32], message: &DescriptorProto, found: &mut Vec<(Vec<i32>, String)>) {
    let is_map = message.options.as_ref().is_some_and(|options| options.map_entry());
    if is_map {
        return;
    }
    found.push((path.to_vec(), message.name().to_owned()));
    for (at, field) in (0..).zip(&message.field) {
        let name = format!("{}.{}", message.name(), field.name());
        found.push(([path, &[2, at]].concat(), name));
    }
    for (at, choice) in (0..).zip(&message.oneof_decl) {
        // An optional field makes a oneof of its own, which nobody wrote.
        let made = message.field.iter().any(|f| f.proto3_optional() && f.oneof_index == Some(at));
        if !made {
            found
                .push(([path, &[8, at]].concat(), format!("{}.{}", message.name(), choice.name())));
        }
    }
    for (at, inner) in (0..).zip(&message.nested_type) {
        in_message(&[path, &[3, at]].concat(), inner, found);
    }
}

#[test]
fn every_service_rpc_message_field_and_value_has_a_comment() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for file in files() {
        let commented = commented(&file);
        for (path, name) in named(&file) {
            seen += 1;
            if !commented.contains(&path) {
                wrong.push(format!("{} in {}", name, file.name()));
            }
        }
    }
    assert!(seen > 500, "the walk sees everything: {seen}");
    none(&wrong);
}

#[test]
fn every_file_begins_with_what_it_is() {
    const SYNTAX: [i32; 1] = [12];
    let bare = files().into_iter().filter(|file| !commented(file).contains(&SYNTAX[..]));
    none(&bare.map(|file| file.name().to_owned()).collect::<Vec<_>>());
}

#[test]
fn every_rpc_tells_its_errors() {
    let mut wrong = Vec::new();
    for file in files() {
        let info = file.source_code_info.clone().unwrap();
        for (at, service) in (0..).zip(&file.service) {
            for (method, named) in (0..).zip(&service.method) {
                let path = [6, at, 2, method];
                let place = info.location.iter().find(|place| place.path == path).unwrap();
                if !place.leading_comments().contains("Errors:") {
                    wrong.push(named.name().to_owned());
                }
            }
        }
    }
    assert!(methods().count() > 50);
    none(&wrong);
}

#[test]
fn the_protos_import_nothing_but_each_other_and_protobuf() {
    let mut wrong = Vec::new();
    for file in files() {
        for import in &file.dependency {
            if !import.starts_with("google/protobuf/") && !import.starts_with("outlay/v1/") {
                wrong.push(format!("{} imports {import}", file.name()));
            }
        }
    }
    none(&wrong);
}

#[test]
fn the_first_value_of_an_enum_is_its_unspecified_one() {
    let mut wrong = Vec::new();
    for kind in enums() {
        let zero = kind.default_value();
        let prefix = format!("{}_", super::snake(kind.name()).to_uppercase());
        if zero.number() != 0 || zero.name() != format!("{prefix}UNSPECIFIED") {
            wrong.push(format!("{} begins with {}", kind.name(), zero.name()));
        }
        for value in kind.values().filter(|value| !value.name().starts_with(&prefix)) {
            wrong.push(format!("{} has no {prefix}", value.name()));
        }
    }
    none(&wrong);
}
