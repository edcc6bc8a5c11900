//! The agenda, with the clock times of its items.

use std::io;

use outlay_proto::v1;

use super::board::{Board, bare};
use super::page::Page;
use super::words;
use crate::cli::output::Fit;

const SECONDS_PER_MINUTE: i64 = 60;
/// Before the title of an item that stands in a section.
const IN_SECTION: &str = "  ";

/// Writes the agenda, where there is one.
pub(super) fn write(page: &mut Page<'_>, board: &Board) -> io::Result<()> {
    let meeting = &board.meeting;
    if meeting.agenda.is_empty() {
        return Ok(());
    }
    page.heading("议程 Agenda")?;
    let heads = [
        ("时间 Time", Fit::Whole),
        ("分钟 Min", Fit::Number),
        ("事项 Item", Fit::Prose),
        ("汇报 Presenter", Fit::Text),
        ("结果 Outcome", Fit::Whole),
        ("备注 Notes", Fit::Prose),
    ];
    page.table(&heads, rows(board), 0)?;
    if meeting.agenda_overrun_minutes > 0 {
        let over = meeting.agenda_overrun_minutes;
        let text = format!(
            "! 议程超出会议时间{over}分钟 The agenda is {over} min longer than the meeting"
        );
        page.line(2, &text)?;
    }
    Ok(())
}

/// The items in their order, with a row for each section where it begins.
fn rows(board: &Board) -> Vec<Vec<String>> {
    let meeting = &board.meeting;
    let mut rows = Vec::new();
    let mut section = "";
    let mut next = meeting.start_time.map(|time| time.seconds);
    for item in &meeting.agenda {
        if item.section != section {
            section = item.section.as_str();
            let found = meeting.agenda_sections.iter().find(|one| one.id == section);
            if let Some(found) = found {
                let title = format!("【{}】", found.title);
                rows.push(vec![String::new(), String::new(), title]);
            }
        }
        let due = next;
        let start = item.start_time.map(|time| time.seconds).or(due);
        let length = i64::from(item.planned_minutes) * SECONDS_PER_MINUTE;
        let end = start.map(|start| start.saturating_add(length));
        next = end;
        let indent = if section.is_empty() { "" } else { IN_SECTION };
        rows.push(vec![
            time(board, start, end),
            if length == 0 { String::new() } else { item.planned_minutes.to_string() },
            format!("{indent}{}", item.title),
            if item.presenter.is_empty() { String::new() } else { board.attendee(&item.presenter) },
            words::outcome(item.outcome()).to_owned(),
            notes(board, item, overlap(item, due)),
        ]);
    }
    rows
}

/// Minutes by which the items before one last beyond the time that is set for it.
fn overlap(item: &v1::AgendaItem, due: Option<i64>) -> i64 {
    let set = item.start_time.map(|time| time.seconds);
    let seconds = due.zip(set).map_or(0, |(due, set)| due.saturating_sub(set));
    seconds.max(0) / SECONDS_PER_MINUTE
}

/// `09:00–09:10`, or `09:00` where no minutes are planned.
fn time(board: &Board, start: Option<i64>, end: Option<i64>) -> String {
    match (start, end) {
        (Some(start), Some(end)) if start < end => {
            format!("{}–{}", board.clock.hour(start), board.clock.hour(end))
        }
        (Some(start), _) => board.clock.hour(start),
        _ => String::new(),
    }
}

/// What else there is to say of an item.
fn notes(board: &Board, item: &v1::AgendaItem, overlap: i64) -> String {
    let mut notes = Vec::new();
    if item.overrun_minutes > 0 {
        notes.push(format!("! 超时{0}分钟 {0} min over", item.overrun_minutes));
    }
    if overlap > 0 {
        notes.push(format!("! 前项占用{overlap}分钟 the items before take {overlap} min of it"));
    }
    let meeting = |name: &str| format!("{} ({})", board.name(name), bare(name));
    match (item.carried_from.as_str(), item.carried_item.as_str()) {
        ("", "") => {}
        ("", _) => notes.push("来自待议事项 from the backlog".to_owned()),
        (from, _) => notes.push(format!("结转自 carried over from {}", meeting(from))),
    }
    if !item.carried_to.is_empty() {
        notes.push(format!("转至 carried on to {}", meeting(&item.carried_to)));
    }
    if !item.outcome_note.is_empty() {
        notes.push(item.outcome_note.clone());
    }
    notes.join("; ")
}
