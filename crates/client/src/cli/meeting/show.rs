//! `outlay meeting show`: a meeting as an office pins it up on its board.

mod agenda;
mod board;
mod clock;
mod follow_up;
mod page;
mod people;
mod speeches;
mod words;

use std::io;

use clap::{ArgMatches, Command};

use crate::cli::args::{self, min_revision, name};
use crate::cli::fault::Fault;
use crate::cli::output::Format;
use crate::cli::{Session, schema};
use crate::json;
use board::{Board, Records};
use page::Page;

/// The word that it is called by.
pub(in crate::cli) const VERB: &str = "show";

/// Its command line.
pub(in crate::cli) fn command() -> Command {
    Command::new(VERB)
        .about("Shows one as a page for the board, with its decisions, actions and trainings")
        .after_help(
            "Times are those of the meeting's own zone. `get` shows every field; -o json gives \
             the meeting with the records of the others.",
        )
        .arg(name("Its name or id"))
        .arg(min_revision())
}

/// Shows a meeting.
pub(in crate::cli) async fn run(
    session: &mut Session<'_, '_>,
    args: &ArgMatches,
) -> Result<(), Fault> {
    if session.format == Format::Csv {
        let text = "a page is no table: take -o json, or `outlay meeting get … -o csv`";
        return Err(Fault::Usage(text.to_owned()));
    }
    let name = super::NOUN.name(args::text(args, "record").unwrap_or_default());
    let records = Records::read(session, &name, args).await?;
    if session.format == Format::Json {
        let lists = [
            ("decisions", records.decisions.as_slice()),
            ("actions", records.actions.as_slice()),
            ("trainingSessions", records.sessions.as_slice()),
        ];
        let text = json::together(("meeting", &records.meeting), &lists)
            .map_err(|error| schema::missing(&error.to_string()))?;
        writeln!(session.io.stdout, "{text}")?;
        return Ok(());
    }
    let board = Board::read(session, &records, args).await?;
    write(&mut Page::new(session.io.stdout, session.io.width), &board)?;
    Ok(())
}

fn write(page: &mut Page<'_>, board: &Board) -> io::Result<()> {
    head(page, board)?;
    agenda::write(page, board)?;
    people::write(page, board)?;
    speeches::write(page, board)?;
    follow_up::decisions(page, board)?;
    follow_up::actions(page, board)?;
    follow_up::trainings(page, board)
}

/// What it is, when, where, and who holds it.
fn head(page: &mut Page<'_>, board: &Board) -> io::Result<()> {
    let meeting = &board.meeting;
    page.line(0, &meeting.title)?;
    for title in meeting.localized_titles.values() {
        page.line(0, title)?;
    }
    page.line(0, "")?;
    let co_hosts: Vec<String> = meeting.co_hosts.iter().map(|name| board.name(name)).collect();
    let clock = &board.clock;
    let held = match meeting.open_time {
        Some(open) => clock.span(Some(open), meeting.close_time),
        None => String::new(),
    };
    page.facts(&[
        ("编号 Id", board::bare(&meeting.name).to_owned()),
        ("类型 Kind", words::kind(meeting.kind()).to_owned()),
        ("状态 State", words::state(meeting.state()).to_owned()),
        ("取消原因 Cancelled because", meeting.cancel_reason.clone()),
        ("删除 Deleted", clock.span(meeting.delete_time, None)),
        ("时间 Time", clock.span(meeting.start_time, meeting.end_time)),
        ("实际时间 Held", held),
        ("地点 Place", meeting.place.clone()),
        ("地区 Region", board.name(&meeting.region)),
        ("主办 Host", board.name(&meeting.host)),
        ("协办 Co-hosts", co_hosts.join("; ")),
        ("法定人数 Quorum", quorum(board)),
    ])
}

/// How many must be there, and how many are.
fn quorum(board: &Board) -> String {
    let meeting = &board.meeting;
    let there = format!("到会 present {}", meeting.present_count);
    match (meeting.quorum, meeting.quorum_met) {
        (0, _) if meeting.present_count == 0 => String::new(),
        (0, _) => format!("无 none; {there}"),
        (quorum, true) => format!("{quorum}; {there}; 已达到 met"),
        (quorum, false) => format!("{quorum}; {there}; 未达到 not met"),
    }
}
