//! The stages of a project.

use crate::domain::machine;
use crate::domain::numbered::numbered;

numbered! {
    /// How far a project has come.
    Stage {
        /// It is in a plan or a reserve of projects.
        Planned = 1 "PLANNED",
        /// Office and investor are talking.
        Negotiating = 2 "NEGOTIATING",
        /// A contract of investment is signed.
        Signed = 3 "SIGNED",
        /// It is filed, verified or approved, and has its project code.
        Filed = 4 "FILED",
        /// The right to use the land is obtained.
        LandSecured = 5 "LAND_SECURED",
        /// Planning and construction permits are granted.
        Permitted = 6 "PERMITTED",
        /// Construction has begun.
        Started = 7 "STARTED",
        /// Construction is in full progress, past the foundations.
        UnderConstruction = 8 "UNDER_CONSTRUCTION",
        /// Construction is finished and accepted.
        Completed = 9 "COMPLETED",
        /// Production has begun.
        InProduction = 10 "IN_PRODUCTION",
        /// The planned capacity is reached.
        AtCapacity = 11 "AT_CAPACITY",
        /// It is suspended, and resumes where it was.
        Suspended = 12 "SUSPENDED",
        /// It was ended, for good.
        Terminated = 13 "TERMINATED",
    }
}

impl Stage {
    /// Whether it is on the line, and no side state.
    #[must_use]
    pub const fn is_on_line(self) -> bool {
        !matches!(self, Self::Suspended | Self::Terminated)
    }
}

impl machine::State for Stage {
    fn name(self) -> &'static str {
        self.as_str()
    }
}
