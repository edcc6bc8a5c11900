//! What came of a meeting: its decisions, actions and trainings.

use std::io;

use outlay_proto::v1::{Action, Date};

use super::board::{Board, bare};
use super::page::Page;
use super::words;
use crate::cli::output::Fit;

/// Writes what was decided.
pub(super) fn decisions(page: &mut Page<'_>, board: &Board) -> io::Result<()> {
    if board.decisions.is_empty() {
        return Ok(());
    }
    page.heading(&format!("决定 Decisions ({})", board.decisions.len()))?;
    let heads = [
        ("编号 No.", Fit::Whole),
        ("日期 Date", Fit::Whole),
        ("状态 State", Fit::Whole),
        ("内容 Text", Fit::Prose),
    ];
    let mut sorted: Vec<_> = board.decisions.iter().collect();
    sorted.sort_by_key(|decision| order(&decision.number));
    let rows = sorted.into_iter().map(|decision| {
        vec![
            decision.number.clone(),
            date(decision.decided_date),
            words::decision(decision.state()).to_owned(),
            decision.text.clone(),
        ]
    });
    page.table(&heads, rows, 0)
}

/// Year and number within it, by which decisions stand in order: of `2023-17`.
fn order(number: &str) -> Option<(i32, i64)> {
    let (year, number) = number.split_once('-')?;
    Some((year.parse().ok()?, number.parse().ok()?))
}

/// Writes what is to be done.
pub(super) fn actions(page: &mut Page<'_>, board: &Board) -> io::Result<()> {
    if board.actions.is_empty() {
        return Ok(());
    }
    let overdue = board.actions.iter().filter(|action| action.overdue_days > 0).count();
    let count = board.actions.len();
    page.heading(&match overdue {
        0 => format!("任务 Actions ({count})"),
        overdue => format!("任务 Actions ({count}; 逾期 overdue {overdue})"),
    })?;
    let heads = [
        ("期限 Due", Fit::Whole),
        ("逾期 Overdue", Fit::Whole),
        ("任务 Action", Fit::Prose),
        ("牵头 Lead", Fit::Text),
        ("状态 State", Fit::Whole),
        ("决定 Decision", Fit::Whole),
        ("交办会议 Assigned by", Fit::Text),
    ];
    page.table(&heads, board.actions.iter().map(|action| row(board, action)), 0)
}

fn row(board: &Board, action: &Action) -> Vec<String> {
    let decision = board.decisions.iter().find(|one| one.name == action.decision);
    let decision = match decision {
        Some(decision) => decision.number.clone(),
        None => bare(&action.decision).to_owned(),
    };
    let is_own = action.assigned_meeting == board.meeting.name;
    vec![
        date(action.due_date),
        match action.overdue_days {
            days if days > 0 => format!("! {days}天 {days} d"),
            _ => String::new(),
        },
        action.title.clone(),
        board.name(&action.lead),
        words::action(action.state()).to_owned(),
        decision,
        if is_own { String::new() } else { board.name(&action.assigned_meeting) },
    ]
}

/// Writes the trainings that are a part of the meeting.
pub(super) fn trainings(page: &mut Page<'_>, board: &Board) -> io::Result<()> {
    if board.sessions.is_empty() {
        return Ok(());
    }
    page.heading(&format!("培训 Trainings ({})", board.sessions.len()))?;
    let heads = [
        ("时间 Time", Fit::Whole),
        ("培训 Training", Fit::Prose),
        ("状态 State", Fit::Whole),
        ("名额 Places", Fit::Number),
        ("候补 Waiting", Fit::Number),
        ("到会 Attended", Fit::Number),
        ("地点 Place", Fit::Text),
    ];
    let some = |count: i32| if count == 0 { String::new() } else { count.to_string() };
    let rows = board.sessions.iter().map(|one| {
        vec![
            board.clock.short(one.start_time),
            if one.title.is_empty() { board.name(&one.course) } else { one.title.clone() },
            words::training(one.state()).to_owned(),
            format!("{}/{}", one.taken_count, one.capacity),
            some(one.waiting_count),
            some(one.attended_count),
            one.place.clone(),
        ]
    });
    page.table(&heads, rows, 0)
}

fn date(date: Option<Date>) -> String {
    let shown = |date: Date| format!("{:04}-{:02}-{:02}", date.year, date.month, date.day);
    date.map(shown).unwrap_or_default()
}
