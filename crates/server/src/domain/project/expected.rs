//! Of which months a project is expected to report.
//!
//! That is from the month in which it was STARTED through the month in which it
//! was COMPLETED, which later stages imply. Not expected are months throughout
//! which it was suspended, and those after the month in which it was terminated.
//! January has no report of its own: what happened in it stands in February's,
//! so February is expected where January or February would be. Only changes of
//! stage that count are looked at: what was taken back never was.

use super::{Project, Stage};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::month::Month;

/// Months of which a project is expected to report, while it belongs to a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedSpan<'a> {
    /// The region to which it belongs on the last day of each.
    pub region: &'a Id,
    /// The first of them.
    pub first: Month,
    /// The month after the last of them; none where it goes on.
    pub end: Option<Month>,
}

/// Months from the first up to, and without, the end.
type Span = (Month, Option<Month>);

impl Project {
    /// The months of which it is expected to report, in their order. As long as
    /// it is under way they have no end.
    #[must_use]
    pub fn expected_spans(&self) -> Vec<ExpectedSpan<'_>> {
        let mut spans: Vec<Span> = self.active().into_iter().collect();
        for (from, to) in self.suspensions() {
            let gap = (first_whole(from), to.map(Month::reporting));
            spans = spans.into_iter().flat_map(|span| without(span, gap)).flatten().collect();
        }
        let mut found = Vec::new();
        for link in self.region_links() {
            let from = link.validity.from.map(Month::reporting);
            let to = link.validity.to.map(Month::reporting);
            for (first, end) in &spans {
                let first = from.map_or(*first, |from| from.max(*first));
                let part = (first, earlier(to, *end));
                if !is_empty(part) {
                    found.push(ExpectedSpan { region: link.region, first, end: part.1 });
                }
            }
        }
        found
    }

    /// The region for which it is expected to report of a month; none where it
    /// isn't.
    #[must_use]
    pub fn expected_in(&self, month: Month) -> Option<&Id> {
        let is_in = |span: &ExpectedSpan<'_>| {
            month.month() > 1 && span.first <= month && span.end.is_none_or(|end| month < end)
        };
        self.expected_spans().into_iter().find(is_in).map(|span| span.region)
    }

    /// From the month of its start to the end of that in which it was completed
    /// or terminated.
    fn active(&self) -> Option<Span> {
        let reached = |stage: Stage| {
            let is_it = |to: Stage| to.is_on_line() && to >= stage;
            self.counting().find(|change| is_it(change.to)).map(|change| change.date)
        };
        let start = reached(Stage::Started)?;
        let ended = self.counting().find(|change| change.to == Stage::Terminated);
        let after = |date: Date| Month::reporting(date).next_reporting();
        let completed = reached(Stage::Completed).and_then(after);
        let end = earlier(completed, ended.and_then(|change| after(change.date)));
        Some((Month::reporting(start), end))
    }

    /// From which day to which it was suspended, without the latter; none where
    /// it never was resumed. Two that meet are one.
    fn suspensions(&self) -> Vec<(Date, Option<Date>)> {
        let mut found: Vec<(Date, Option<Date>)> = Vec::new();
        for change in self.counting() {
            match (change.to, found.last_mut()) {
                (Stage::Suspended, Some((_, to))) if *to == Some(change.date) => *to = None,
                (Stage::Suspended, _) => found.push((change.date, None)),
                (Stage::Terminated, _) => {}
                (_, Some((_, to))) if change.from == Stage::Suspended => *to = Some(change.date),
                _ => {}
            }
        }
        found
    }
}

/// The first month that lies after a day as a whole, or begins with it.
fn first_whole(day: Date) -> Option<Month> {
    let month = Month::reporting(day);
    if month.first_reported_day() == day { Some(month) } else { month.next_reporting() }
}

/// What is left of a span before and after a gap.
fn without(span: Span, gap: (Option<Month>, Option<Month>)) -> [Option<Span>; 2] {
    let Some(from) = gap.0.filter(|from| !is_empty((*from, gap.1))) else {
        return [Some(span), None];
    };
    let before = (span.0, earlier(Some(from), span.1));
    let after = gap.1.map(|to| (to.max(from).max(span.0), span.1));
    [Some(before), after].map(|part| part.filter(|part| !is_empty(*part)))
}

fn is_empty((first, end): Span) -> bool {
    end.is_some_and(|end| end <= first)
}

/// The earlier of two ends.
fn earlier(one: Option<Month>, other: Option<Month>) -> Option<Month> {
    [one, other].into_iter().flatten().min()
}
