//! Speeches: how they go, one at a time, and what is recorded of them.

use std::time::Duration;

use outlay_proto::v1;
use outlay_proto::v1::{Attendance, SpeechState};
use tonic::Code;

use super::attendance::{came, recording};
use super::{OPENED, announced, get, held};
use crate::support::records::{instant, mask};
use crate::support::symposium::symposium;
use crate::support::{Meetings, NOW_MICROS, Server, refused, told};

const NAME: &str = "meetings/m";
const NOW: i64 = NOW_MICROS / 1_000_000;
const FORBIDDEN: (Code, &str) = (Code::FailedPrecondition, "TRANSITION_FORBIDDEN");

pub(super) fn starting(speaker: &str) -> v1::StartSpeechRequest {
    v1::StartSpeechRequest {
        name: NAME.to_owned(),
        speaker: speaker.to_owned(),
        ..Default::default()
    }
}

fn pausing(speech: &str) -> v1::PauseSpeechRequest {
    v1::PauseSpeechRequest {
        name: NAME.to_owned(),
        speech: speech.to_owned(),
        ..Default::default()
    }
}

fn resuming(speech: &str) -> v1::ResumeSpeechRequest {
    v1::ResumeSpeechRequest {
        name: NAME.to_owned(),
        speech: speech.to_owned(),
        ..Default::default()
    }
}

pub(super) fn ending(speech: &str) -> v1::EndSpeechRequest {
    v1::EndSpeechRequest { name: NAME.to_owned(), speech: speech.to_owned(), ..Default::default() }
}

pub(super) fn spoken(speaker: &str, start: i64, end: i64) -> v1::Speech {
    v1::Speech {
        speaker: speaker.to_owned(),
        start_time: instant(start),
        end_time: instant(end),
        ..Default::default()
    }
}

fn recorded(speech: v1::Speech, intervals: &[(i64, i64)]) -> v1::RecordSpeechRequest {
    v1::RecordSpeechRequest {
        name: NAME.to_owned(),
        speech: Some(speech),
        intervals: intervals.iter().map(|(start, end)| interval(*start, *end)).collect(),
        ..Default::default()
    }
}

fn interval(start: i64, end: i64) -> v1::SpeechInterval {
    v1::SpeechInterval { start_time: instant(start), end_time: instant(end) }
}

fn mending(speech: v1::Speech, paths: &[&str]) -> v1::UpdateSpeechRequest {
    v1::UpdateSpeechRequest {
        name: NAME.to_owned(),
        speech: Some(speech),
        update_mask: mask(paths).filter(|mask| !mask.paths.is_empty()),
        ..Default::default()
    }
}

/// The states of a meeting's speeches, with their seconds.
fn states(meeting: &v1::Meeting) -> Vec<(SpeechState, i64)> {
    meeting.speeches.iter().map(|speech| (speech.state(), speech.spoken_seconds)).collect()
}

#[tokio::test]
async fn a_speech_is_started_interrupted_and_ended_and_pauses_do_not_count() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    held(&mut meetings).await;
    let wait = |seconds| server.advance(Duration::from_secs(seconds));
    let start = v1::StartSpeechRequest { agenda_item: "reports".to_owned(), ..starting("jiaxing") };
    let begun = told(meetings.start_speech(start).await);
    assert_eq!(states(&begun), [(SpeechState::Running, 0)]);
    assert_eq!(begun.speeches[0].start_time, instant(NOW));
    wait(120);
    told(meetings.pause_speech(pausing("")).await);
    wait(600);
    // Meanwhile another one speaks.
    told(meetings.start_speech(starting("chair")).await);
    wait(30);
    let runs = refused(meetings.resume_speech(resuming("speech-1")).await);
    assert_eq!(runs, (Code::FailedPrecondition, "SPEECH_RUNNING"));
    assert!(runs.message.contains("speech-2"), "{runs:?}");
    told(meetings.end_speech(ending("")).await);
    told(meetings.resume_speech(resuming("")).await);
    wait(61);
    let ended = told(meetings.end_speech(ending("speech-1")).await);
    let speech = &ended.speeches[0];
    assert_eq!(states(&ended), [(SpeechState::Ended, 181), (SpeechState::Ended, 30)]);
    assert_eq!(speech.intervals, [interval(NOW, NOW + 120), interval(NOW + 750, NOW + 811)]);
    assert_eq!((speech.start_time, speech.end_time), (instant(NOW), instant(NOW + 811)));
    assert_eq!(get(&mut meetings, NAME).await, ended);
}

#[tokio::test]
async fn a_speech_does_not_go_on_before_it_was_interrupted() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    held(&mut meetings).await;
    told(meetings.start_speech(starting("jiaxing")).await);
    server.advance(Duration::from_secs(120));
    let paused = told(meetings.pause_speech(pausing("")).await);
    let early = |at| v1::ResumeSpeechRequest { time: instant(at), ..resuming("speech-1") };
    for before in [NOW - 86_400, NOW, NOW + 60, NOW + 119] {
        let back = refused(meetings.resume_speech(early(before)).await);
        assert_eq!(back, (Code::InvalidArgument, "FIELDS_INVALID"));
        back.has_fields(&[("time", "DATE_ORDER")]);
    }
    assert_eq!(get(&mut meetings, NAME).await, paused);
    let resumed = told(meetings.resume_speech(early(NOW + 120)).await);
    assert_eq!(states(&resumed), [(SpeechState::Running, 120)]);
}

#[tokio::test]
async fn one_speaks_at_a_time_and_only_who_is_there() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    announced(&mut meetings).await;
    assert_eq!(refused(meetings.start_speech(starting("jiaxing")).await), FORBIDDEN);
    let start = v1::StartMeetingRequest { name: NAME.to_owned(), ..Default::default() };
    told(meetings.start_meeting(start).await);
    let nobody = refused(meetings.start_speech(starting("nobody")).await);
    nobody.has_fields(&[("speaker", "ATTENDEE_UNKNOWN")]);
    let records =
        vec![came("jiaxing", Attendance::Absent), came("attendee-1", Attendance::Excused)];
    told(meetings.record_attendance(recording(records)).await);
    for speaker in ["jiaxing", "attendee-1"] {
        let absent = refused(meetings.start_speech(starting(speaker)).await);
        absent.has_fields(&[("speaker", "SPEAKER_ABSENT")]);
    }
    let nowhere = v1::StartSpeechRequest { agenda_item: "nothing".to_owned(), ..starting("chair") };
    refused(meetings.start_speech(nowhere).await)
        .has_fields(&[("agenda_item", "REFERENCE_UNKNOWN")]);
    for (time, reason) in [(NOW + 1, "FIELD_OUT_OF_RANGE"), (NOW - 1, "DATE_ORDER")] {
        let at = v1::StartSpeechRequest { time: instant(time), ..starting("chair") };
        refused(meetings.start_speech(at).await).has_fields(&[("time", reason)]);
    }
    told(meetings.start_speech(starting("chair")).await);
    let runs = refused(meetings.start_speech(starting("attendee-2")).await);
    assert_eq!(runs, (Code::FailedPrecondition, "SPEECH_RUNNING"));
    assert!(runs.message.contains("王主任") && runs.message.contains("pause"), "{runs:?}");
    // It can't end when it begins.
    refused(meetings.end_speech(ending("")).await).has_fields(&[("time", "DATE_ORDER")]);
    server.advance(Duration::from_secs(10));
    told(meetings.end_speech(ending("")).await);
    assert_eq!(refused(meetings.pause_speech(pausing("speech-1")).await), FORBIDDEN);
    refused(meetings.pause_speech(pausing("")).await).has_fields(&[("speech", "FIELD_REQUIRED")]);
    refused(meetings.end_speech(ending("no")).await).has_fields(&[("speech", "REFERENCE_UNKNOWN")]);
    let earlier = v1::StartSpeechRequest { time: instant(NOW + 5), ..starting("chair") };
    refused(meetings.start_speech(earlier).await).has_fields(&[("time", "SPEECH_TIMES_OVERLAP")]);
}

#[tokio::test]
async fn what_is_said_when_the_meeting_closes_ends_with_it() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    held(&mut meetings).await;
    told(meetings.start_speech(starting("chair")).await);
    let close = |time| v1::CloseMeetingRequest {
        name: NAME.to_owned(),
        close_time: instant(time),
        ..Default::default()
    };
    server.advance(Duration::from_secs(90));
    refused(meetings.close_meeting(close(NOW)).await).has_fields(&[("close_time", "DATE_ORDER")]);
    let closed = told(meetings.close_meeting(close(NOW + 60)).await);
    assert_eq!(states(&closed), [(SpeechState::Ended, 60)]);
    assert_eq!(refused(meetings.start_speech(starting("chair")).await), FORBIDDEN);
}

#[tokio::test]
async fn a_speech_is_recorded_afterwards_with_its_times() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    held(&mut meetings).await;
    let close = v1::CloseMeetingRequest { name: NAME.to_owned(), ..Default::default() };
    told(meetings.close_meeting(close).await);
    let first = spoken("jiaxing", OPENED, OPENED + 600);
    told(meetings.record_speech(recorded(first, &[])).await);
    let second = v1::Speech {
        id: "second".to_owned(),
        plans: "加快开工".to_owned(),
        ..spoken("chair", OPENED + 600, OPENED + 720)
    };
    let pauses = [(OPENED + 600, OPENED + 660), (OPENED + 700, OPENED + 720)];
    let meeting = told(meetings.record_speech(recorded(second, &pauses)).await);
    assert_eq!(states(&meeting), [(SpeechState::Ended, 600), (SpeechState::Ended, 80)]);
    // Without any time it counts for none.
    let untimed = v1::Speech { speaker: "chair".to_owned(), ..Default::default() };
    let meeting = told(meetings.record_speech(recorded(untimed, &[])).await);
    assert_eq!(states(&meeting)[2], (SpeechState::Ended, 0));
    assert!(meeting.speeches.iter().all(|speech| speech.statistics.is_some()));
}

#[tokio::test]
async fn a_speech_that_can_not_have_been_is_not_recorded() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    held(&mut meetings).await;
    let first = spoken("jiaxing", OPENED, OPENED + 600);
    let before = told(meetings.record_speech(recorded(first, &[])).await);
    let chair = |start, end| spoken("chair", OPENED + start, OPENED + end);
    let untimed = || v1::Speech { speaker: "chair".to_owned(), ..Default::default() };
    let named = |id: &str| v1::Speech { id: id.to_owned(), ..untimed() };
    type Case<'a> = (v1::Speech, &'a [(i64, i64)], &'a str, &'a str);
    let cases: [Case<'_>; 9] = [
        (spoken("no", OPENED + 600, OPENED + 700), &[], "speech.speaker", "ATTENDEE_UNKNOWN"),
        (chair(700, 700), &[], "speech.end_time", "DATE_ORDER"),
        (chair(700, 100_000), &[], "speech.end_time", "FIELD_OUT_OF_RANGE"),
        (chair(599, 700), &[], "speech.start_time", "SPEECH_TIMES_OVERLAP"),
        (untimed(), &[(OPENED + 9, OPENED + 10)], "speech.start_time", "SPEECH_TIMES_OVERLAP"),
        (untimed(), &[(OPENED + 900, OPENED + 800)], "intervals[0].end_time", "DATE_ORDER"),
        (
            untimed(),
            &[(OPENED + 700, OPENED + 800), (OPENED + 799, OPENED + 900)],
            "intervals[1].start_time",
            "SPEECH_TIMES_OVERLAP",
        ),
        (
            chair(700, 800),
            &[(OPENED + 700, OPENED + 900)],
            "speech.end_time",
            "FIELD_CONTRADICTION",
        ),
        (named("speech-1"), &[], "speech.id", "FIELD_DUPLICATE"),
    ];
    for (speech, intervals, field, reason) in cases {
        let answer = refused(meetings.record_speech(recorded(speech, intervals)).await);
        answer.has_fields(&[(field, reason)]);
    }
    let mut open = recorded(untimed(), &[(OPENED + 700, OPENED + 800)]);
    open.intervals[0].end_time = None;
    refused(meetings.record_speech(open).await)
        .has_fields(&[("intervals[0].end_time", "FIELD_REQUIRED")]);
    assert_eq!(get(&mut meetings, NAME).await, before);
}

#[tokio::test]
async fn no_two_speeches_of_a_meeting_are_given_at_once_however_they_are_written() {
    let server = Server::seeded().await;
    let mut given = symposium();
    let start = given.speeches[0].start_time.unwrap().seconds;
    given.speeches.push(spoken("chair", start + 60, start + 120));
    given.speeches.push(spoken("chair", start + 300, start + 360));
    let answer = refused(server.meetings().create_meeting(super::creation("", given)).await);
    answer.has_fields(&[
        ("meeting.speeches[1].start_time", "SPEECH_TIMES_OVERLAP"),
        ("meeting.speeches[2].start_time", "SPEECH_TIMES_OVERLAP"),
    ]);
}

#[tokio::test]
async fn the_three_parts_of_a_speech_are_changed_while_others_change_the_meeting() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    held(&mut meetings).await;
    let begun = told(meetings.start_speech(starting("jiaxing")).await);
    let given = v1::Speech {
        id: "speech-1".to_owned(),
        achievements: "增长12.5%".to_owned(),
        plans: "加快开工".to_owned(),
        challenges: "不在掩码里".to_owned(),
        ..Default::default()
    };
    let changed = told(meetings.update_speech(mending(given, &["achievements", "plans"])).await);
    let due = v1::Speech {
        achievements: "增长12.5%".to_owned(),
        plans: "加快开工".to_owned(),
        ..begun.speeches[0].clone()
    };
    assert_eq!(changed.speeches, [due]);
    let id = |change: fn(&mut v1::Speech)| {
        let mut speech = v1::Speech { id: "speech-1".to_owned(), ..Default::default() };
        change(&mut speech);
        speech
    };
    let cases: [(v1::Speech, &str, &str); 4] = [
        (id(|speech| speech.id = "no".to_owned()), "speech.id", "REFERENCE_UNKNOWN"),
        (id(|speech| speech.speaker = "chair".to_owned()), "speech.speaker", "FIELD_IMMUTABLE"),
        (
            id(|speech| speech.agenda_item = "nothing".to_owned()),
            "speech.agenda_item",
            "REFERENCE_UNKNOWN",
        ),
        (
            id(|speech| speech.start_time = instant(OPENED)),
            "speech.start_time",
            "FIELD_CONTRADICTION",
        ),
    ];
    for (speech, field, reason) in cases {
        let answer = refused(meetings.update_speech(mending(speech, &[])).await);
        answer.has_fields(&[(field, reason)]);
    }
    refused(meetings.update_speech(mending(id(|_| {}), &["nonsense"])).await)
        .has_fields(&[("update_mask.paths[0]", "MASK_UNKNOWN")]);
    assert_eq!(get(&mut meetings, NAME).await, changed);
}

async fn ended(meetings: &mut Meetings, server: &Server) -> v1::Meeting {
    held(meetings).await;
    told(meetings.start_speech(starting("jiaxing")).await);
    server.advance(Duration::from_secs(60));
    told(meetings.end_speech(ending("")).await)
}

#[tokio::test]
async fn times_are_mended_when_a_speech_is_over() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    ended(&mut meetings, &server).await;
    told(meetings.start_speech(starting("chair")).await);
    let mend = |speech: &str| {
        let speech = v1::Speech { id: speech.to_owned(), ..Default::default() };
        let intervals = vec![interval(NOW - 30, NOW)];
        v1::UpdateSpeechRequest { intervals, ..mending(speech, &[]) }
    };
    assert_eq!(refused(meetings.update_speech(mend("speech-2")).await), FORBIDDEN);
    let mended = told(meetings.update_speech(mend("speech-1")).await);
    assert_eq!(states(&mended)[0], (SpeechState::Ended, 30));
    assert_eq!(mended.speeches[0].end_time, instant(NOW));
    let mut over = mend("speech-1");
    over.intervals = vec![interval(NOW + 30, NOW + 61)];
    refused(meetings.update_speech(over).await)
        .names_fields(&[("intervals[0].end_time", "FIELD_OUT_OF_RANGE")]);
}

#[tokio::test]
async fn an_update_of_the_meeting_keeps_what_belongs_to_its_speeches() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let mut given = ended(&mut meetings, &server).await;
    given.speeches[0].plans = "加快开工".to_owned();
    given.speeches[0].intervals.clear();
    given.speeches[0].statistics = None;
    let update = |given: &v1::Meeting| v1::UpdateMeetingRequest {
        meeting: Some(v1::Meeting { etag: String::new(), ..given.clone() }),
        update_mask: mask(&["speeches"]),
        ..Default::default()
    };
    let updated = told(meetings.update_meeting(update(&given)).await);
    assert_eq!(updated.speeches[0].intervals, [interval(NOW, NOW + 60)]);
    assert!(updated.speeches[0].statistics.is_some());
    assert_eq!(updated.speeches[0].plans, "加快开工");
    given.speeches[0].end_time = instant(NOW + 30);
    refused(meetings.update_meeting(update(&given)).await)
        .has_fields(&[("meeting.speeches[0].end_time", "FIELD_CONTRADICTION")]);
}
