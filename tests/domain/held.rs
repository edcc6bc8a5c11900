//! What a meeting has that was held, each with everything.

use minicbor::bytes::{ByteArray, ByteVec};
use outlay_server::domain::meeting::{
    Attendance, Attendee, CheckIn, InvitationAnswer, Speech, SpeechFigure, SpeechInterval,
};

use super::sample::{attendee, id, instant, speech};

pub(super) fn whole_attendee() -> Attendee {
    Attendee {
        organisation: Some(id("jx-eit")),
        post: "Director".to_owned(),
        invitation_answer: Some(InvitationAnswer::Accepted),
        attendance: Some(Attendance::Substitute),
        substitute: "Chen".to_owned(),
        answer_note: "two".to_owned(),
        answer_time: Some(instant("2023-07-20T01:00:00Z")),
        substitute_post: "Clerk".to_owned(),
        arrive_time: Some(instant("2023-07-28T00:55:00Z")),
        leave_time: Some(instant("2023-07-28T03:00:00Z")),
        check_in_time: Some(instant("2023-07-28T00:55:00Z")),
        ..attendee(Some("a"))
    }
}

pub(super) fn whole_speech() -> Speech {
    Speech {
        agenda_item: Some(id("i")),
        start_time: Some(instant("2023-07-28T01:05:00Z")),
        end_time: Some(instant("2023-07-28T01:20:00Z")),
        achievements: "up".to_owned(),
        challenges: "land".to_owned(),
        plans: "more".to_owned(),
        figures: vec![SpeechFigure {
            label: "Investment".to_owned(),
            value: "12.5".to_owned(),
            unit: "percent".to_owned(),
            period: "2023H1".to_owned(),
        }],
        intervals: vec![SpeechInterval {
            start_time: instant("2023-07-28T01:05:00Z"),
            end_time: Some(instant("2023-07-28T01:20:00Z")),
        }],
        statistics: Some(ByteVec::from(vec![0x18, 7])),
        ..speech(Some("s"), "a")
    }
}

pub(super) fn check_in() -> CheckIn {
    CheckIn {
        salt: ByteArray::from([1; 16]),
        hash: ByteArray::from([2; 32]),
        open_time: instant("2023-07-28T00:50:00Z"),
        expire_time: instant("2023-07-28T01:20:00Z"),
        wrong_tries: 1,
        closed: true,
        replaced: vec![ByteArray::from([3; 32])],
    }
}
