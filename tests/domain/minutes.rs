//! The stored form of minutes, byte by byte.

use outlay_server::domain::minutes::{
    IssuedVersion, Minutes, MinutesAddendum, MinutesEntry, MinutesEntryKind, MinutesState,
    MinutesStep,
};

use super::sample::{id, instant};
use super::stored::check;

const MINUTES: &str = "\
     a208010a636d2d31";
const WHOLE_MINUTES: &str = "\
     aa08040a636d2d310b644368656e0c81a70167656e7472792d3102030361780461690561730661640761 \
     610ea301644368656e02686c6f6f706261636b031b0006018777a860000fa401644368656e02686c6f6f \
     706261636b031b0006018777a86000046379657310a401644368656e02686c6f6f706261636b031b0006 \
     018777a8600004626e6f1181a3010102617903a301644368656e02686c6f6f706261636b031b00060187 \
     77a860001282a5010102a301644368656e02686c6f6f706261636b031b0006018777a860000318180419 \
     012c0501a2010202a301644368656e02686c6f6f706261636b031b0006018777a8600013a40164436865 \
     6e02686c6f6f706261636b031b0006018777a8600004617a";

fn minutes() -> Minutes {
    Minutes {
        state: MinutesState::Draft,
        meeting: id("m-1"),
        recorder: String::new(),
        entries: Vec::new(),
        submission: None,
        approval: None,
        returned: None,
        addenda: Vec::new(),
        versions: Vec::new(),
        opening: None,
    }
}

fn step(reason: &str) -> MinutesStep {
    MinutesStep {
        person: "Chen".to_owned(),
        principal: "loopback".to_owned(),
        time: instant("2023-07-28T08:00:00Z"),
        reason: reason.to_owned(),
    }
}

fn issued(number: u32) -> IssuedVersion {
    let issue = step("");
    IssuedVersion { number, issue, issue_revision: None, revision: None, addendum_count: 0 }
}

#[test]
fn minutes_are_stored_as_ever() {
    check(&minutes(), MINUTES);
    let entry = MinutesEntry {
        id: Some(id("entry-1")),
        kind: MinutesEntryKind::Action,
        text: "x".to_owned(),
        agenda_item: Some(id("i")),
        speech: Some(id("s")),
        decision: Some(id("d")),
        action: Some(id("a")),
    };
    let first = IssuedVersion {
        issue_revision: Some(24),
        revision: Some(300),
        addendum_count: 1,
        ..issued(1)
    };
    let whole = Minutes {
        state: MinutesState::Issued,
        recorder: "Chen".to_owned(),
        entries: vec![entry],
        submission: Some(step("")),
        approval: Some(step("yes")),
        returned: Some(step("no")),
        addenda: vec![MinutesAddendum { number: 1, text: "y".to_owned(), step: step("") }],
        versions: vec![first, issued(2)],
        opening: Some(step("z")),
        ..minutes()
    };
    check(&whole, WHOLE_MINUTES);
}
