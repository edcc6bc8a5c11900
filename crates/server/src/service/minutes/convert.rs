//! Minutes between the wire and the domain.

use outlay_proto::v1;

use crate::domain::kind::Kind;
use crate::domain::minutes::{
    IssuedVersion, Minutes, MinutesAddendum, MinutesEntry, MinutesEntryKind, MinutesState,
    MinutesStep,
};
use crate::service::convert::{Convert, Head, name, plain, timestamp};
use crate::store::record::Stored;

pub(super) fn read(
    wire: &v1::Minutes,
    old: Option<&Minutes>,
    convert: &mut Convert<'_>,
) -> Minutes {
    let mut minutes = Minutes {
        state: MinutesState::Draft,
        meeting: convert.id("meeting", Kind::Meeting, &wire.meeting),
        recorder: wire.recorder.clone(),
        entries: convert.items("entries", &wire.entries, read_entry),
        submission: None,
        approval: None,
        returned: None,
        addenda: Vec::new(),
        versions: Vec::new(),
        opening: None,
    };
    minutes.assign_ids();
    if let Some(old) = old {
        minutes.keep_state_of(old);
    }
    minutes
}

fn read_entry(convert: &mut Convert<'_>, entry: &v1::MinutesEntry) -> MinutesEntry {
    let kind = MinutesEntryKind::from_number(entry.kind);
    MinutesEntry {
        id: convert.plain_id("id", &entry.id),
        kind: convert.required("kind", kind, MinutesEntryKind::Information),
        text: entry.text.clone(),
        agenda_item: convert.plain_id("agenda_item", &entry.agenda_item),
        speech: convert.plain_id("speech", &entry.speech),
        decision: convert.optional_id("decision", Kind::Decision, &entry.decision),
        action: convert.optional_id("action", Kind::Action, &entry.action),
    }
}

pub(super) fn show(stored: &Stored<Minutes>) -> v1::Minutes {
    let head = Head::of(stored);
    let minutes = &stored.record;
    v1::Minutes {
        name: head.name,
        uid: head.uid,
        create_time: head.create_time,
        update_time: head.update_time,
        delete_time: head.delete_time,
        purge_time: head.purge_time,
        etag: head.etag,
        revision: head.revision,
        state: minutes.state.number(),
        allowed_actions: if stored.is_deleted() { Vec::new() } else { minutes.allowed_actions() },
        meeting: name(Kind::Meeting, &minutes.meeting),
        recorder: minutes.recorder.clone(),
        entries: minutes.entries.iter().map(show_entry).collect(),
        issued_version: number(minutes.issued_version()),
        submission: minutes.submission.as_ref().map(show_step),
        approval: minutes.approval.as_ref().map(show_step),
        returned: minutes.returned.as_ref().map(show_step),
        addenda: minutes.addenda.iter().map(show_addendum).collect(),
        versions: minutes.versions.iter().map(|one| show_version(one, stored.revision)).collect(),
        opening: minutes.opening.as_ref().map(show_step),
    }
}

fn show_entry(entry: &MinutesEntry) -> v1::MinutesEntry {
    v1::MinutesEntry {
        id: plain(entry.id.as_ref()),
        kind: entry.kind.number(),
        text: entry.text.clone(),
        agenda_item: plain(entry.agenda_item.as_ref()),
        speech: plain(entry.speech.as_ref()),
        decision: name(Kind::Decision, &entry.decision),
        action: name(Kind::Action, &entry.action),
    }
}

fn show_step(step: &MinutesStep) -> v1::MinutesStep {
    v1::MinutesStep {
        person: step.person.clone(),
        principal: step.principal.clone(),
        time: Some(timestamp(step.time)),
        reason: step.reason.clone(),
    }
}

fn show_addendum(addendum: &MinutesAddendum) -> v1::MinutesAddendum {
    v1::MinutesAddendum {
        number: number(addendum.number),
        text: addendum.text.clone(),
        step: Some(show_step(&addendum.step)),
    }
}

/// What a commit couldn't know of itself is its own revision.
fn show_version(version: &IssuedVersion, own: u64) -> v1::MinutesVersionSummary {
    let revision = |known: Option<u64>| i64::try_from(known.unwrap_or(own)).unwrap_or(i64::MAX);
    v1::MinutesVersionSummary {
        number: number(version.number),
        issue: Some(show_step(&version.issue)),
        issue_revision: revision(version.issue_revision),
        revision: revision(version.revision),
        addendum_count: number(version.addendum_count),
    }
}

fn number(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
