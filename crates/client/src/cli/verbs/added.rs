//! What a verb added to a record: the parts of a record have ids of their own, which the
//! server gives where the command doesn't, and which later commands need.

use prost_reflect::{DynamicMessage, Value};

/// RPCs that add to a list of the record that they answer, and that list.
static LISTS: [(&str, &str); 5] = [
    ("AddAgendaItem", "agenda"),
    ("AddBacklogItem", "backlog"),
    ("InviteAttendees", "attendees"),
    ("StartSpeech", "speeches"),
    ("RecordSpeech", "speeches"),
];

/// The ids of what an RPC added; none where it isn't one that adds.
pub(super) fn ids(method: &str, request: &DynamicMessage, record: &DynamicMessage) -> Vec<String> {
    let Some((_, list)) = LISTS.iter().find(|(name, _)| *name == method) else {
        return Vec::new();
    };
    let parts = record.get_field_by_name(list);
    let parts = parts.as_ref().and_then(|parts| parts.as_list()).unwrap_or_default();
    let mut ids: Vec<String> = parts.iter().map(id).collect();
    // What is put before a part stands right before it, and all else at the end.
    if let Some(before) = text(request, "before_item_id")
        && let Some(at) = ids.iter().position(|id| *id == before)
    {
        ids.truncate(at);
    }
    let given = request.get_field_by_name(list);
    let count = given.and_then(|given| given.as_list().map(<[Value]>::len)).unwrap_or(1);
    ids.split_off(ids.len().saturating_sub(count))
}

fn id(part: &Value) -> String {
    part.as_message().and_then(|part| text(part, "id")).unwrap_or_default()
}

/// A text that isn't empty.
fn text(message: &DynamicMessage, field: &str) -> Option<String> {
    let value = message.get_field_by_name(field)?;
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}
