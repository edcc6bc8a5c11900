//! What was said, with the official figures that were frozen with it.

use std::io;

use outlay_proto::v1::{FigureUnit, FrozenFigures, Speech, SpeechStatistics, StatisticsSource};

use super::board::Board;
use super::page::Page;
use super::words;
use crate::cli::output::Fit;
use crate::cli::stats::shown::{Unit, rate};

/// How far what belongs to a speech is moved in.
const INDENT: usize = 4;

/// Writes the speeches, where there are any.
pub(super) fn write(page: &mut Page<'_>, board: &Board) -> io::Result<()> {
    let speeches = &board.meeting.speeches;
    if speeches.is_empty() {
        return Ok(());
    }
    page.heading(&format!("发言 Speeches ({})", speeches.len()))?;
    for (number, speech) in (1..).zip(speeches) {
        one(page, board, number, speech)?;
    }
    Ok(())
}

fn one(page: &mut Page<'_>, board: &Board, number: usize, speech: &Speech) -> io::Result<()> {
    let time = speech.start_time.map(|time| board.clock.hour(time.seconds)).unwrap_or_default();
    let known = [
        board.attendee(&speech.speaker),
        time,
        minutes(speech.spoken_seconds),
        words::speech(speech.state()).to_owned(),
    ];
    let known: Vec<String> = known.into_iter().filter(|part| !part.is_empty()).collect();
    page.line(2, &format!("{number}. {}", known.join(" · ")))?;
    let parts = [
        ("成效 Achievements", &speech.achievements),
        ("困难 Challenges", &speech.challenges),
        ("打算 Plans", &speech.plans),
    ];
    for (label, text) in parts.into_iter().filter(|(_, text)| !text.is_empty()) {
        page.short(INDENT, &format!("{label}: {text}"))?;
    }
    match &speech.statistics {
        Some(statistics) => official(page, board, statistics),
        None => Ok(()),
    }
}

/// How long was spoken, to the nearest minute.
fn minutes(seconds: i64) -> String {
    match seconds {
        ..=0 => String::new(),
        1..60 => "不足1分钟 <1 min".to_owned(),
        _ => format!("{0}分钟 {0} min", seconds.saturating_add(30) / 60),
    }
}

fn official(page: &mut Page<'_>, board: &Board, frozen: &SpeechStatistics) -> io::Result<()> {
    if !frozen.explanation.is_empty() {
        return page.line(INDENT, &format!("官方数据 Official figures: {}", frozen.explanation));
    }
    let official = |one: &&FrozenFigures| one.source() == StatisticsSource::Official;
    let known = |one: &&FrozenFigures| one.value.as_ref().is_some_and(|it| !it.value.is_empty());
    let rows: Vec<_> = frozen.figures.iter().filter(official).filter(known).map(row).collect();
    if rows.is_empty() {
        let text = format!("官方数据 Official figures {}: 无 none", frozen.period);
        return page.line(INDENT, &text);
    }
    let frozen_at = board.clock.short(frozen.freeze_time);
    let text = format!("官方数据 Official figures {} (采集于 frozen {frozen_at})", frozen.period);
    page.line(INDENT, &text)?;
    let heads = [
        ("指标 Indicator", Fit::Text),
        ("数值 Value", Fit::Number),
        ("单位 Unit", Fit::Whole),
        ("增长 Growth", Fit::Number),
    ];
    page.table(&heads, rows, INDENT)
}

fn row(figures: &FrozenFigures) -> Vec<String> {
    let value = figures.value.clone().unwrap_or_default();
    let unit = match value.unit() {
        FigureUnit::Amount => Unit::YI.name(),
        _ => "",
    };
    let name = match figures.indicator_display_name.as_str() {
        "" => super::board::bare(&figures.indicator),
        name => name,
    };
    let growth = figures.growth.as_ref().map(rate).unwrap_or_default();
    vec![name.to_owned(), Unit::YI.figure(&value), unit.to_owned(), growth]
}
