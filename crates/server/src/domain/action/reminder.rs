//! On which days to remind of an action.

use super::Action;
use crate::domain::date::Date;
use crate::domain::id::Id;

/// Days before the due date, where nothing is said.
pub const DAYS_BEFORE: [i32; 3] = [7, 1, 0];
/// Days from one reminder of what is overdue to the next, where nothing is said.
pub const OVERDUE_EVERY_DAYS: i32 = 7;
/// Longest that what is overdue is reminded of, in days: ten years.
pub const MAX_OVERDUE_DAYS: i32 = 3_653;

/// When to remind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReminderDays {
    /// Days before the due date; 0 for the day itself.
    before: Vec<i32>,
    /// Days from one reminder of what is overdue to the next; at least 1.
    every: i32,
}

impl ReminderDays {
    /// What is asked for; nothing means the usual.
    #[must_use]
    pub fn new(before: &[i32], every: i32) -> Self {
        let before = if before.is_empty() { &DAYS_BEFORE } else { before };
        let every = if every < 1 { OVERDUE_EVERY_DAYS } else { every };
        Self { before: before.to_vec(), every }
    }

    /// The due dates of the actions to remind of on a day; `oldest` is the
    /// earliest that there is.
    #[must_use]
    pub fn due_dates(&self, day: Date, oldest: Date) -> Vec<Date> {
        let past = day.days_since(oldest).min(MAX_OVERDUE_DAYS);
        let overdue = (1..).map(|times| -times * self.every).take_while(|days| -days <= past);
        let all = self.before.iter().copied().chain(overdue);
        all.filter_map(|days| day.plus_days(days)).collect()
    }
}

/// The id of a reminder: the same for the same action, due date and day.
#[must_use]
pub fn id(action: &Id, record: &Action, day: Date) -> String {
    format!("{action}@{}@{day}", record.due_date)
}
