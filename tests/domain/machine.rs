//! What holds of every state machine.

use std::fmt::Debug;

use outlay_server::domain::machine::{Action, Machine, State};
use outlay_server::domain::meeting::{MeetingState, SpeechState, speaking, state};
use outlay_server::domain::project::{Stage, stage_machine};

/// Every state but those that only the record remembers the way to is reached
/// from `first`, and exactly `ends` have no way out.
fn check<S: State + Debug, A: Action, N>(
    machine: &Machine<S, A, N>,
    all: &[S],
    first: S,
    ends: &[S],
) {
    let mut reached = vec![first];
    let mut next = 0;
    while let Some(&from) = reached.get(next) {
        for row in machine.rows.iter().filter(|row| row.from.contains(&from)) {
            if let Some(to) = row.to
                && !reached.contains(&to)
            {
                reached.push(to);
            }
        }
        next += 1;
    }
    for state in all {
        assert!(reached.contains(state), "{state:?} can't be reached");
        assert_eq!(machine.is_final(*state), ends.contains(state), "{state:?}");
    }
}

#[test]
fn every_state_is_reached_and_only_the_ends_are_final() {
    check(&stage_machine::MACHINE, Stage::ALL, Stage::Planned, &[Stage::Terminated]);
    let ends = [MeetingState::Closed, MeetingState::Cancelled];
    check(&state::MACHINE, MeetingState::ALL, MeetingState::Draft, &ends);
    check(&speaking::MACHINE, SpeechState::ALL, SpeechState::Running, &[SpeechState::Ended]);
}

#[test]
fn no_action_stands_twice_in_one_state() {
    for state in Stage::ALL.iter().copied() {
        let mut all = stage_machine::MACHINE.allowed(state, |_| None);
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count, "{state}");
    }
}
