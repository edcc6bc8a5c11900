//! What leads a project from one stage to another.
//!
//! The stages form a line. A project advances along it, skipping only what its
//! row allows: NEGOTIATING and UNDER_CONSTRUCTION always, SIGNED, LAND_SECURED
//! and PERMITTED as a technical transformation. A project in a stage has thus
//! passed every earlier one that it may not skip. AT_CAPACITY is the end of the
//! line: all that is left then is to take its recording back.

use StageNeed::{Change, ProjectCode, Reached, ReachedOrTransformation, Room};

use super::stage::Stage;
use super::stage::Stage::{
    AtCapacity, Completed, Filed, InProduction, LandSecured, Negotiating, Permitted, Planned,
    Signed, Started, Suspended, Terminated, UnderConstruction,
};
use crate::domain::machine::{self, Machine, Row};

/// What can be done to a project's stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageAction {
    /// Take it to a later stage.
    Advance(Stage),
    /// Suspend it.
    Suspend,
    /// Let it go on where it was.
    Resume,
    /// End it for good.
    Terminate,
    /// Take the last change back.
    Revert,
}

impl machine::Action for StageAction {
    fn code(self) -> String {
        match self {
            Self::Advance(stage) => format!("advance:{stage}"),
            Self::Suspend => "suspend".to_owned(),
            Self::Resume => "resume".to_owned(),
            Self::Terminate => "terminate".to_owned(),
            Self::Revert => "revert".to_owned(),
        }
    }

    fn verb(self) -> String {
        match self {
            Self::Advance(stage) => format!("advance to {stage}"),
            Self::Suspend => "be suspended".to_owned(),
            Self::Resume => "be resumed".to_owned(),
            Self::Terminate => "be terminated".to_owned(),
            Self::Revert => "have its last change taken back".to_owned(),
        }
    }
}

/// What must hold of a project for a change of its stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageNeed {
    /// It has come as far as this stage.
    Reached(Stage),
    /// So it has, or it is a technical transformation.
    ReachedOrTransformation(Stage),
    /// It has a project code.
    ProjectCode,
    /// There is a change that can be taken back.
    Change,
    /// There is room to record another change.
    Room,
}

/// The line, and the side state that one may come back from.
const LIVE: [Stage; 12] = [
    Planned,
    Negotiating,
    Signed,
    Filed,
    LandSecured,
    Permitted,
    Started,
    UnderConstruction,
    Completed,
    InProduction,
    AtCapacity,
    Suspended,
];

/// From where a project can end before its time.
const UNFINISHED: [Stage; 11] = [
    Planned,
    Negotiating,
    Signed,
    Filed,
    LandSecured,
    Permitted,
    Started,
    UnderConstruction,
    Completed,
    InProduction,
    Suspended,
];

/// What a later stage needs: as much of it as lies before that stage.
const NEEDS: [StageNeed; 8] = [
    Room,
    ReachedOrTransformation(Signed),
    Reached(Filed),
    ReachedOrTransformation(LandSecured),
    ReachedOrTransformation(Permitted),
    Reached(Started),
    Reached(Completed),
    Reached(InProduction),
];

type StageRow = Row<Stage, StageAction, StageNeed>;

const ROWS: [StageRow; 14] = [
    advance(Negotiating, 1, first(&NEEDS, 1)),
    advance(Signed, 2, first(&NEEDS, 1)),
    advance(Filed, 3, &[Room, ReachedOrTransformation(Signed), ProjectCode]),
    advance(LandSecured, 4, first(&NEEDS, 3)),
    advance(Permitted, 5, first(&NEEDS, 4)),
    advance(Started, 6, first(&NEEDS, 5)),
    advance(UnderConstruction, 7, first(&NEEDS, 6)),
    advance(Completed, 8, first(&NEEDS, 6)),
    advance(InProduction, 9, first(&NEEDS, 7)),
    advance(AtCapacity, 10, first(&NEEDS, 8)),
    Row {
        action: StageAction::Suspend,
        from: first(&LIVE, 10),
        to: Some(Suspended),
        needs: &[Room],
    },
    Row { action: StageAction::Resume, from: &[Suspended], to: None, needs: &[Room] },
    // It needs no room: the end of a project can always be recorded.
    Row { action: StageAction::Terminate, from: &UNFINISHED, to: Some(Terminated), needs: &[] },
    Row { action: StageAction::Revert, from: &LIVE, to: None, needs: &[Change, Room] },
];

/// The machine of a project's stages.
pub const MACHINE: Machine<Stage, StageAction, StageNeed> = Machine {
    rows: &ROWS,
    advice: &[
        (AtCapacity, "AT_CAPACITY is the last stage"),
        (Suspended, "it must be resumed first"),
        (Terminated, "TERMINATED is final"),
    ],
};

/// To `to`, from any of the `before` stages that lie before it.
const fn advance(to: Stage, before: usize, needs: &'static [StageNeed]) -> StageRow {
    Row { action: StageAction::Advance(to), from: first(&LIVE, before), to: Some(to), needs }
}

const fn first<T>(all: &'static [T], count: usize) -> &'static [T] {
    all.split_at(count).0
}
