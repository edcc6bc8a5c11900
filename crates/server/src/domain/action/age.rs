//! How long actions are overdue: bands of days.

use crate::domain::date::Date;

/// Days from today in which what is due is due soon, where nothing is said.
pub const DUE_SOON_DAYS: i32 = 7;

/// Actions, counted on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ActionCounts {
    /// Open ones.
    pub open: i64,
    /// Of these: due on the day or in the next ones.
    pub due_soon: i64,
    /// Of these: overdue by 1 to 7 days, 8 to 30, 31 to 90, and more.
    pub overdue: [i64; 4],
    /// Closed ones.
    pub closed: i64,
    /// Cancelled ones.
    pub cancelled: i64,
}

impl ActionCounts {
    /// Adds open actions that are due on a day.
    pub fn add_open(&mut self, due: Date, count: i64, today: Date, soon_days: i32) {
        self.open += count;
        match today.days_since(due) {
            days if -days > soon_days => {}
            ..=0 => self.due_soon += count,
            1..=7 => self.overdue[0] += count,
            8..=30 => self.overdue[1] += count,
            31..=90 => self.overdue[2] += count,
            _ => self.overdue[3] += count,
        }
    }

    /// Adds all of others.
    pub fn join(&mut self, other: &Self) {
        self.open += other.open;
        self.due_soon += other.due_soon;
        for (sum, count) in self.overdue.iter_mut().zip(other.overdue) {
            *sum += count;
        }
        self.closed += other.closed;
        self.cancelled += other.cancelled;
    }

    /// Whether there is none at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
