//! What a document says, before it is written in any form.

use std::collections::BTreeMap;

use super::Subject;
use super::local::Local;
use super::recorded::{self, FrozenRow};
use super::words::Words;
use crate::domain::id::Id;
use crate::domain::meeting::{Attendance, Attendee, Meeting, Speech};
use crate::domain::minutes::{MinutesEntry, MinutesStep};

/// The document.
pub(super) struct Paper {
    pub(super) title: String,
    /// That it isn't issued, and how far it is; none for what is.
    pub(super) draft: Option<String>,
    /// Number of the version; 0 for none.
    pub(super) version: u32,
    pub(super) facts: Vec<Fact>,
    /// Those who came, who didn't, and of whom it isn't known.
    pub(super) attendance: Vec<Group>,
    pub(super) agenda: Vec<Item>,
    pub(super) speeches: Vec<Talk>,
    pub(super) entries: Vec<Entry>,
    pub(super) addenda: Vec<Addendum>,
    pub(super) approvals: Vec<Fact>,
}

/// Something with a name.
pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) value: String,
}

/// Attendees who did the same.
pub(super) struct Group {
    pub(super) label: &'static str,
    pub(super) count: usize,
    pub(super) offices: Vec<Office>,
}

/// Attendees of one organisation.
pub(super) struct Office {
    pub(super) name: String,
    pub(super) people: Vec<String>,
}

/// An item of the agenda.
pub(super) struct Item {
    pub(super) title: String,
    pub(super) detail: String,
}

/// A speech.
pub(super) struct Talk {
    pub(super) speaker: String,
    pub(super) time: String,
    pub(super) parts: Vec<Fact>,
    pub(super) figures: Vec<Figure>,
    /// Those that were frozen with it.
    pub(super) frozen: Vec<FrozenRow>,
}

/// A figure of a speech.
pub(super) struct Figure {
    pub(super) label: String,
    pub(super) value: String,
    pub(super) unit: String,
    pub(super) period: String,
}

/// An entry.
pub(super) struct Entry {
    pub(super) kind: &'static str,
    pub(super) text: String,
    pub(super) detail: String,
    /// The decision or action that it names.
    pub(super) recorded: Vec<Fact>,
}

/// An addendum.
pub(super) struct Addendum {
    pub(super) number: u32,
    pub(super) text: String,
    pub(super) by: String,
}

/// The document of minutes.
pub(super) fn of(subject: &Subject, words: &'static Words) -> Paper {
    let Subject { minutes, meeting, .. } = subject;
    let local = Local::new(&meeting.time_zone, words.is_chinese());
    let title = meeting.localized_titles.get(words.code).unwrap_or(&meeting.title);
    let by = |step: &MinutesStep| by(step, &local);
    let draft =
        (subject.version == 0).then(|| format!("{} ({})", words.draft, words.state(minutes.state)));
    let issue = minutes.versions.iter().find(|version| version.number == subject.version);
    let steps = [
        (words.submitted, minutes.submission.as_ref()),
        (words.approved, minutes.approval.as_ref()),
        (words.issued, issue.map(|version| &version.issue)),
    ];
    let approvals = steps.into_iter().filter_map(|(label, step)| {
        let step = step?;
        Some(Fact { label, value: by(step) })
    });
    let addenda = minutes.addenda.iter().map(|addendum| Addendum {
        number: addendum.number,
        text: tidy(&addendum.text),
        by: by(&addendum.step),
    });
    Paper {
        title: tidy(title),
        draft,
        version: subject.version,
        facts: facts(subject, words, &local),
        attendance: attendance(subject, words),
        agenda: agenda(meeting, words),
        speeches: meeting.speeches.iter().map(|one| talk(one, subject, words, &local)).collect(),
        entries: minutes.entries.iter().map(|one| entry(one, subject, words, &local)).collect(),
        addenda: addenda.collect(),
        approvals: approvals.collect(),
    }
}

pub(super) fn tidy(text: &str) -> String {
    text.trim().replace("\r\n", "\n")
}

fn by(step: &MinutesStep, local: &Local) -> String {
    let remark = match step.reason.trim() {
        "" => String::new(),
        reason => format!(": {reason}"),
    };
    format!("{}, {}{remark}", step.person.trim(), local.time(step.time))
}

pub(super) fn name(names: &BTreeMap<Id, String>, id: &Id) -> String {
    names.get(id).map_or_else(|| id.to_string(), |name| tidy(name))
}

fn facts(subject: &Subject, words: &'static Words, local: &Local) -> Vec<Fact> {
    let Subject { minutes, meeting, names, .. } = subject;
    let hosts: Vec<String> = meeting.co_hosts.iter().map(|id| name(names, id)).collect();
    let held = (meeting.open_time.or(meeting.start_time), meeting.close_time.or(meeting.end_time));
    let all = [
        (words.host, name(names, &meeting.host)),
        (words.co_hosts, hosts.join("; ")),
        (words.kind, words.kind_of_meeting(meeting.kind).to_owned()),
        (words.time, local.span(held.0, held.1)),
        (words.place, tidy(&meeting.place)),
        (words.quorum, recorded::quorum(meeting, words)),
        (words.recorder, tidy(&minutes.recorder)),
        (words.summary, tidy(&meeting.summary)),
    ];
    let known = all.into_iter().filter(|(_, value)| !value.is_empty());
    known.map(|(label, value)| Fact { label, value }).collect()
}

fn attendance(subject: &Subject, words: &'static Words) -> Vec<Group> {
    let groups = [
        (words.present, [Some(Attendance::Present), Some(Attendance::Substitute)]),
        (words.absent, [Some(Attendance::Absent), Some(Attendance::Excused)]),
        (words.unrecorded, [None, None]),
    ];
    let attendees = &subject.meeting.attendees;
    let group = |(label, states): (&'static str, [Option<Attendance>; 2])| {
        let those: Vec<&Attendee> =
            attendees.iter().filter(|attendee| states.contains(&attendee.attendance)).collect();
        let mut offices: Vec<(Option<&Id>, Office)> = Vec::new();
        for attendee in &those {
            let id = attendee.organisation.as_ref();
            let person = person(attendee, words);
            if let Some((_, office)) = offices.iter_mut().find(|(other, _)| *other == id) {
                office.people.extend(person);
            } else {
                let unnamed = || words.without_office.to_owned();
                let name = id.map_or_else(unnamed, |id| name(&subject.names, id));
                offices.push((id, Office { name, people: person.into_iter().collect() }));
            }
        }
        let offices = offices.into_iter().map(|(_, office)| office).collect();
        Group { label, count: those.len(), offices }
    };
    groups.into_iter().map(group).filter(|group| group.count > 0).collect()
}

/// Who somebody is; none where only an organisation was invited.
fn person(attendee: &Attendee, words: &Words) -> Option<String> {
    let invited = tidy(&attendee.display_name);
    let substitute = tidy(&attendee.substitute);
    let name = match (invited.as_str(), substitute.as_str()) {
        ("", "") => return None,
        ("", substitute) => substitute.to_owned(),
        (invited, "") => invited.to_owned(),
        (invited, substitute) => format!("{substitute} ({} {invited})", words.instead_of),
    };
    let absence = attendee.attendance.map_or("", |attendance| words.absence(attendance));
    let details = [attendee.post.trim(), words.role(attendee.role), absence];
    let details: Vec<&str> = details.into_iter().filter(|detail| !detail.is_empty()).collect();
    Some(if details.is_empty() { name } else { format!("{name}, {}", details.join(", ")) })
}

/// The name of an attendee, or of the organisation where there is no other.
fn attendee(subject: &Subject, id: &Id) -> Option<String> {
    let mut attendees = subject.meeting.attendees.iter();
    let found = attendees.find(|attendee| attendee.id.as_ref() == Some(id))?;
    let office = found.organisation.as_ref().map(|id| name(&subject.names, id));
    Some(match (found.display_name.trim(), office) {
        ("", office) => office.unwrap_or_else(|| id.to_string()),
        (person, Some(office)) => format!("{person} ({office})"),
        (person, None) => person.to_owned(),
    })
}

fn agenda(meeting: &Meeting, words: &Words) -> Vec<Item> {
    let item = |item: &crate::domain::meeting::AgendaItem| Item {
        title: tidy(&item.title),
        detail: match item.planned_minutes {
            0 => String::new(),
            minutes => format!("{minutes} {}", words.minute),
        },
    };
    meeting.agenda.iter().map(item).collect()
}

fn talk(speech: &Speech, subject: &Subject, words: &'static Words, local: &Local) -> Talk {
    let parts = [
        (words.achievements, &speech.achievements),
        (words.challenges, &speech.challenges),
        (words.plans, &speech.plans),
    ];
    let parts = parts.into_iter().map(|(label, text)| Fact { label, value: tidy(text) });
    let time = match (speech.start_time, speech.end_time) {
        (Some(start), Some(end)) => format!("{}–{}", local.hour(start), local.hour(end)),
        (start, end) => start.or(end).map_or_else(String::new, |time| local.hour(time)),
    };
    let figures = speech.figures.iter().map(|figure| Figure {
        label: tidy(&figure.label),
        value: tidy(&figure.value),
        unit: tidy(&figure.unit),
        period: tidy(&figure.period),
    });
    Talk {
        speaker: attendee(subject, &speech.speaker).unwrap_or_else(|| speech.speaker.to_string()),
        time,
        parts: parts.filter(|part| !part.value.is_empty()).collect(),
        figures: figures.collect(),
        frozen: recorded::frozen(speech.statistics.as_ref(), words),
    }
}

fn entry(entry: &MinutesEntry, subject: &Subject, words: &'static Words, local: &Local) -> Entry {
    let mut items = subject.meeting.agenda.iter();
    let item = items.find(|item| item.id.is_some() && item.id == entry.agenda_item);
    Entry {
        kind: words.kind_of_entry(entry.kind),
        text: tidy(&entry.text),
        detail: item.map_or_else(String::new, |item| tidy(&item.title)),
        recorded: recorded::facts(entry, subject, words, local),
    }
}
