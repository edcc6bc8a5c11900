//! Who was invited and who came, by organisation.

use std::io;

use outlay_proto::v1::Attendee;

use super::board::Board;
use super::page::Page;
use super::words;
use crate::cli::output::Fit;

/// Writes the attendees, where there are any.
pub(super) fn write(page: &mut Page<'_>, board: &Board) -> io::Result<()> {
    let attendees = &board.meeting.attendees;
    if attendees.is_empty() {
        return Ok(());
    }
    page.heading(&format!("参会人员 Attendees ({})", attendees.len()))?;
    let heads = [
        ("单位 Organisation", Fit::Text),
        ("姓名 Name", Fit::Text),
        ("职务 Post", Fit::Text),
        ("身份 Role", Fit::Whole),
        ("答复 Answer", Fit::Whole),
        ("到会 Attendance", Fit::Whole),
        ("备注 Notes", Fit::Prose),
    ];
    let mut rows = Vec::new();
    for (organisation, members) in groups(attendees) {
        // The organisation stands before the first of those who come from it.
        let mut name = match organisation {
            "" => "未注明 none".to_owned(),
            organisation => board.name(organisation),
        };
        for attendee in members {
            rows.push(vec![
                std::mem::take(&mut name),
                attendee.display_name.clone(),
                attendee.post.clone(),
                words::role(attendee.role()).to_owned(),
                words::answer(attendee.invitation_answer()).to_owned(),
                words::attendance(attendee.attendance()).to_owned(),
                notes(attendee),
            ]);
        }
    }
    page.table(&heads, rows, 0)
}

/// The attendees by organisation, in the order in which these first occur.
fn groups(attendees: &[Attendee]) -> Vec<(&str, Vec<&Attendee>)> {
    let mut groups: Vec<(&str, Vec<&Attendee>)> = Vec::new();
    for attendee in attendees {
        let organisation = attendee.organisation.as_str();
        match groups.iter_mut().find(|(other, _)| *other == organisation) {
            Some((_, members)) => members.push(attendee),
            None => groups.push((organisation, vec![attendee])),
        }
    }
    groups
}

/// Who came instead, and what was remarked with the answer.
fn notes(attendee: &Attendee) -> String {
    let substitute = [attendee.substitute.as_str(), attendee.substitute_post.as_str()];
    let substitute: Vec<&str> = substitute.into_iter().filter(|part| !part.is_empty()).collect();
    let mut notes = Vec::new();
    if !substitute.is_empty() {
        notes.push(format!("代会人 by {}", substitute.join(" ")));
    }
    if !attendee.answer_note.is_empty() {
        notes.push(attendee.answer_note.clone());
    }
    notes.join("; ")
}
