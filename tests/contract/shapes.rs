//! The shape of resources, requests and responses.

use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor};

use super::{
    IDENTIFIER, IMMUTABLE, OPTIONAL, OUTPUT_ONLY, REQUIRED, RESOURCES, Rules, message, messages,
    methods, none, reads, snake,
};

/// Requests that neither name one record nor are standard.
const STREAMS: [&str; 2] = ["ImportReferences", "ImportReports"];
/// Work on the store: it leaves records alone, or (PurgeRecord) takes them away
/// for good, which a second call can't do again.
const UPKEEP: [&str; 5] = ["VerifyStore", "ScrubStore", "MakeBase", "CompactStore", "PurgeRecord"];
/// Resources of which nothing is ever changed: there is no update.
const WITHOUT_UPDATE: [&str; 2] = ["Observation", "Edition"];
/// Creations of several records, which answer how many they were.
const OF_NEW: [&str; 1] = ["BatchCreateActions"];
/// Changes of several records, which answer how many they were.
const OF_MANY: [&str; 4] =
    ["ReassignProjects", "BatchAcceptReports", "BatchReturnReports", "CreateSeriesMeetings"];

fn has(message: &MessageDescriptor, field: &str, kind: &Kind) -> Option<String> {
    let right = message
        .get_field_by_name(field)
        .is_some_and(|found| found.kind() == *kind && !found.is_list());
    (!right).then(|| format!("{} has no {field} as {kind:?}", message.name()))
}

#[test]
fn every_resource_begins_alike() {
    let mut wrong = Vec::new();
    for (name, collection) in RESOURCES {
        let resource = message(name);
        let first = resource.get_field(1).expect("field 1");
        let rules = Rules::of(&first);
        if first.name() != "name" || !rules.is(IDENTIFIER) || rules.text("resource") != collection {
            wrong.push(format!("{name} doesn't begin with its name"));
        }
        let written =
            ["uid", "create_time", "update_time", "delete_time", "purge_time", "revision"];
        for field in written {
            let found = resource.get_field_by_name(field);
            if found.is_none_or(|found| Rules::of(&found).behaviors() != [OUTPUT_ONLY]) {
                wrong.push(format!("{name}.{field} isn't output only"));
            }
        }
        wrong.extend(has(&resource, "etag", &Kind::String));
        let state = ["state", "stage"].iter().find_map(|field| resource.get_field_by_name(field));
        if let Some(state) = state {
            let actions = resource.get_field_by_name("allowed_actions");
            let listed = actions.is_some_and(|field| field.is_list());
            if !listed || !Rules::of(&state).is(OUTPUT_ONLY) {
                wrong.push(format!("{name} has a state but no allowed_actions"));
            }
        }
    }
    none(&wrong);
}

#[test]
fn every_field_of_a_request_or_resource_states_its_behaviour() {
    let mut wrong = Vec::new();
    for message in messages().filter(|message| message.name() != "FieldRules") {
        for field in message.fields() {
            let rules = Rules::of(&field);
            let stated = rules.behaviors();
            let alone = [[REQUIRED], [OPTIONAL], [OUTPUT_ONLY], [IDENTIFIER]];
            let right = alone.iter().any(|one| stated == one)
                || stated == [REQUIRED, IMMUTABLE]
                || stated == [OPTIONAL, IMMUTABLE];
            if !right {
                wrong.push(format!("{} is {stated:?}", field.full_name()));
            }
            if message.name().ends_with("Response") && stated != [OUTPUT_ONLY] {
                wrong.push(format!("{} is in a response", field.full_name()));
            }
        }
    }
    none(&wrong);
}

#[test]
fn a_list_is_paged() {
    let mut wrong = Vec::new();
    for method in methods().filter(|method| method.name().starts_with("List")) {
        let (request, response) = (method.input(), method.output());
        wrong.extend(has(&request, "page_size", &Kind::Int32));
        wrong.extend(has(&request, "page_token", &Kind::String));
        wrong.extend(has(&response, "next_page_token", &Kind::String));
        wrong.extend(has(&response, "revision", &Kind::Int64));
        if response.fields().filter(FieldDescriptor::is_list).count() != 1 {
            wrong.push(format!("{} has not one list", response.name()));
        }
        let items = response.fields().find(FieldDescriptor::is_list).map(|field| field.kind());
        let is_resource = items.is_some_and(|items| match items {
            Kind::Message(item) => RESOURCES.iter().any(|(name, _)| item.name() == *name),
            _ => false,
        });
        if method.name().ends_with("History") {
            wrong.extend(has(&request, "name", &Kind::String));
        } else if is_resource {
            wrong.extend(has(&request, "filter", &Kind::String));
            wrong.extend(has(&request, "order_by", &Kind::String));
            wrong.extend(has(&request, "show_deleted", &Kind::Bool));
        }
    }
    none(&wrong);
}

#[test]
fn a_read_can_ask_for_a_revision() {
    let asked = methods().filter(reads);
    none(
        &asked
            .filter_map(|one| has(&one.input(), "min_revision", &Kind::Int64))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn every_change_takes_a_request_id_and_can_be_tried() {
    let mut wrong = Vec::new();
    for method in changes() {
        let request = method.input();
        wrong.extend(has(&request, "request_id", &Kind::String));
        wrong.extend(has(&request, "validate_only", &Kind::Bool));
        let id = request.get_field_by_name("request_id");
        if id.is_none_or(|id| Rules::of(&id).format() != 1) {
            wrong.push(format!("{}.request_id isn't a UUID", request.name()));
        }
        match RESOURCES.iter().find(|(name, _)| method.name() == format!("Update{name}")) {
            Some((name, _)) => {
                wrong.extend(has(&request, &snake(name), &Kind::Message(message(name))));
                if request.get_field_by_name("update_mask").is_none() {
                    wrong.push(format!("{} has no update_mask", request.name()));
                }
            }
            None if method.name().starts_with("Create") || OF_NEW.contains(&method.name()) => {}
            None if OF_MANY.contains(&method.name()) => {
                let names = request.get_field_by_name("names");
                if names.is_none_or(|names| !names.is_list()) {
                    wrong.push(format!("{} has no names", request.name()));
                }
            }
            None => {
                wrong.extend(has(&request, "name", &Kind::String));
                wrong.extend(has(&request, "etag", &Kind::String));
            }
        }
    }
    none(&wrong);
}

#[test]
fn a_creation_takes_the_resource_and_an_id_for_it() {
    let mut wrong = Vec::new();
    for (name, _) in RESOURCES {
        let request = message(&format!("Create{name}Request"));
        let noun = snake(name);
        wrong.extend(has(&request, &noun, &Kind::Message(message(name))));
        let id = request.get_field_by_name(&format!("{noun}_id"));
        if id.is_none_or(|id| Rules::of(&id).format() != 3) {
            wrong.push(format!("{} has no {noun}_id", request.name()));
        }
    }
    none(&wrong);
}

#[test]
fn every_resource_has_the_standard_methods_and_they_answer_with_it() {
    let mut wrong = Vec::new();
    for (name, _) in RESOURCES {
        for verb in ["Create", "Get", "Update", "Delete", "Undelete"] {
            if verb == "Update" && WITHOUT_UPDATE.contains(&name) {
                continue;
            }
            let found = methods().find(|method| method.name() == format!("{verb}{name}"));
            if found.is_none_or(|method| method.output() != message(name)) {
                wrong.push(format!("{verb}{name} isn't there, or answers with something else"));
            }
        }
    }
    let of_several = [&OF_MANY[..], &OF_NEW].concat();
    for method in changes().filter(|method| !of_several.contains(&method.name())) {
        let answer = method.output();
        if !RESOURCES.iter().any(|(name, _)| answer.name() == *name) {
            wrong.push(format!("{} answers with {}", method.name(), answer.name()));
        }
    }
    none(&wrong);
}

#[test]
fn every_resource_can_be_purged() {
    let name = message("PurgeRecordRequest").get_field_by_name("name").expect("a name");
    let named = Rules::of(&name).text("resource");
    let named: Vec<_> = named.split('|').collect();
    let missing = RESOURCES.iter().filter(|(_, collection)| !named.contains(collection));
    none(&missing.map(|(name, _)| format!("{name} can't be purged")).collect::<Vec<_>>());
}

#[test]
fn requests_are_named_after_their_rpc() {
    let mut wrong = Vec::new();
    for method in methods() {
        if method.input().name() != format!("{}Request", method.name()) {
            wrong.push(method.full_name().to_owned());
        }
    }
    none(&wrong);
}

/// The unary methods that change something.
fn changes() -> impl Iterator<Item = MethodDescriptor> {
    let others = [&STREAMS[..], &UPKEEP].concat();
    methods().filter(move |method| !reads(method) && !others.contains(&method.name()))
}
