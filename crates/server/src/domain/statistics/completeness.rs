//! How complete the reports are that figures come from.

/// What of the reports that are expected is there. Numbers of several regions or
/// months are added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Completeness {
    /// How many are expected; see [`crate::domain::project::expected`].
    pub expected: i64,
    /// How many were submitted, accepted or not, expected or not.
    pub submitted: i64,
    /// How many count on the basis that is asked for.
    pub accepted: i64,
    /// Of how many the latest submission was in time.
    pub on_time: i64,
    /// How many more were expected than submitted, in each region and month by
    /// itself: where one has more than were expected, no other one is helped.
    pub missing: i64,
}

impl Completeness {
    /// That of one region and month.
    #[must_use]
    pub fn of(expected: i64, submitted: i64, accepted: i64, on_time: i64) -> Self {
        let missing = (expected - submitted).max(0);
        Self { expected, submitted, accepted, on_time, missing }
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            expected: self.expected + other.expected,
            submitted: self.submitted + other.submitted,
            accepted: self.accepted + other.accepted,
            on_time: self.on_time + other.on_time,
            missing: self.missing + other.missing,
        }
    }
}
