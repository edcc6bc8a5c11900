//! What a document takes over from elsewhere: decisions and actions, the quorum,
//! and figures that were frozen with speeches.

use minicbor::bytes::ByteVec;
use outlay_proto::v1;
use prost::Message;

use super::Subject;
use super::local::Local;
use super::paper::{Fact, name, tidy};
use super::words::Words;
use crate::domain::decimal::{Decimal, Ratio};
use crate::domain::meeting::Meeting;
use crate::domain::minutes::MinutesEntry;

/// One, in millionths.
const ONE: i128 = 1_000_000;

/// A row of the table of frozen figures.
pub(super) struct FrozenRow {
    pub(super) label: String,
    pub(super) source: &'static str,
    pub(super) period: String,
    pub(super) value: String,
    pub(super) growth: String,
    pub(super) rank: String,
}

/// What the decision or action says that an entry names.
pub(super) fn facts(
    entry: &MinutesEntry,
    subject: &Subject,
    words: &'static Words,
    local: &Local,
) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut fact = |label, value| facts.push(Fact { label, value });
    let recorded = &subject.recorded;
    if let Some(decision) = entry.decision.as_ref().and_then(|id| recorded.decisions.get(id)) {
        fact(words.decision, format!("{}: {}", decision.shown_number(), tidy(&decision.text)));
    }
    if let Some(action) = entry.action.as_ref().and_then(|id| recorded.actions.get(id)) {
        fact(words.action, tidy(&action.title));
        fact(words.lead, name(&subject.names, &action.lead));
        fact(words.due, local.day(action.due_date));
        fact(words.action_state, words.state_of_action(action.state).to_owned());
    }
    facts
}

/// How many were there of how many who must be; nothing where there is no quorum.
pub(super) fn quorum(meeting: &Meeting, words: &Words) -> String {
    if meeting.quorum == 0 {
        return String::new();
    }
    let is_met = words.quorum_met(meeting.is_quorum_met());
    format!("{}/{} ({is_met})", meeting.present_count(), meeting.quorum)
}

/// The figures that were frozen with a speech, as far as there are any: the value
/// of each indicator, its growth, and its place.
pub(super) fn frozen(statistics: Option<&ByteVec>, words: &'static Words) -> Vec<FrozenRow> {
    // What was frozen by another version may not be readable: then it has no figures.
    let read = statistics.and_then(|bytes| v1::SpeechStatistics::decode(bytes.as_slice()).ok());
    let Some(statistics) = read else { return Vec::new() };
    let value = |figure: &Option<v1::Figure>| {
        figure.as_ref().map(|figure| figure.value.clone()).unwrap_or_default()
    };
    let known = statistics.figures.iter().filter(|one| !value(&one.value).is_empty());
    let row = |one: &v1::FrozenFigures| FrozenRow {
        label: match one.indicator_display_name.as_str() {
            "" => words.all_investment.to_owned(),
            name => tidy(name),
        },
        source: match one.source() {
            v1::StatisticsSource::Official => words.official,
            _ => words.reported,
        },
        period: statistics.period.clone(),
        value: value(&one.value),
        growth: percent(&value(&one.growth)),
        rank: match value(&one.rank).as_str() {
            "" => String::new(),
            rank => format!("{rank}/{}", one.ranked_count),
        },
    };
    known.map(row).collect()
}

/// A ratio as people read it: `0.125` is `12.50%`.
fn percent(ratio: &str) -> String {
    let ratio = Decimal::parse(ratio).ok().and_then(|parts| Ratio::new(parts.millionths(), ONE));
    ratio.map_or_else(String::new, |ratio| format!("{}%", ratio.percent(2)))
}
