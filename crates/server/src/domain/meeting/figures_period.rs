//! Of which period a speaker's figures are.

use super::Meeting;
use crate::domain::date::Date;
use crate::domain::instant::Instant;
use crate::domain::month::Month;
use crate::domain::period::Period;
use crate::domain::zone::Zone;

impl Meeting {
    /// The period of the figures that are frozen with its speeches: what is given,
    /// or the year to the last month with a report of its own before the month of
    /// the meeting. `day` is that of an instant where its own zone isn't known.
    #[must_use]
    pub fn figures_period(&self, today: Date, day: impl Fn(Instant) -> Option<Date>) -> Period {
        if let Some(period) = self.figures_period {
            return period;
        }
        let zoned = |time| match Zone::find(&self.time_zone) {
            Ok(zone) => zone.date(time).ok(),
            Err(_) => day(time),
        };
        let held = self.start_time.or(self.open_time).and_then(zoned).unwrap_or(today);
        let before = |month: Month| month.previous().unwrap_or(month);
        let last = before(Month::of(held));
        // January stands in the report of February.
        let last = if last.month() == 1 { before(last) } else { last };
        Period::year_to(last).unwrap_or_else(|_| Period::unread())
    }
}
