//! Speeches: how they go, what is recorded of them, and their frozen figures.

use outlay_proto::v1;
use outlay_proto::validate::Validate;
use prost::Message;
use tonic::Request;

use super::figures::{ByAttendee, Frozen};
use super::{Meetings, edited, time_or_now};
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::domain::meeting::speaking::SpeechAction;
use crate::domain::meeting::{Meeting, Speech, SpeechFigure, SpeechInterval};
use crate::error::{Error, Reason, Result, Violations};
use crate::service::convert::{Convert, plain, timestamp};
use crate::service::requests::{Mutation, Named, Tagged};
use crate::service::standard::{Reply, Standard, live, reply, target};
use crate::service::{admit, mask};
use crate::store::Edit;
use crate::store::call::Call;
use crate::store::record::Stored;

pub(super) async fn start(
    standard: &Standard,
    request: Request<v1::StartSpeechRequest>,
) -> Reply<v1::Meeting> {
    let speaker = Id::parse(&request.get_ref().speaker).unwrap_or_else(|_| Id::unread());
    let act = |message: &v1::StartSpeechRequest,
               meeting: &mut Meeting,
               name: &str,
               figures: &ByAttendee,
               call: &Call,
               v: &mut Violations| {
        let time = time_or_now("time", message.time.as_ref(), call, v);
        let mut convert = Convert::new(v, call.today);
        let spoken = v1::Speech {
            id: message.speech_id.clone(),
            speaker: message.speaker.clone(),
            agenda_item: message.agenda_item.clone(),
            ..Default::default()
        };
        let mut speech = read(&mut convert, &spoken);
        if !convert.is_whole() {
            return Ok(());
        }
        speech.statistics = figures.get(&speech.speaker).cloned();
        meeting.start_speech(name, speech, time, call.now, v)
    };
    reply(freezing(standard, request, Some(speaker), act).await)
}

pub(super) async fn pause(
    standard: &Standard,
    request: Request<v1::PauseSpeechRequest>,
) -> Reply<v1::Meeting> {
    standard
        .act(request, |message, old, call, v| {
            let given = (message.speech.as_str(), message.time.as_ref());
            moved(old, SpeechAction::Pause, given, call, v)
        })
        .await
}

pub(super) async fn resume(
    standard: &Standard,
    request: Request<v1::ResumeSpeechRequest>,
) -> Reply<v1::Meeting> {
    standard
        .act(request, |message, old, call, v| {
            let given = (message.speech.as_str(), message.time.as_ref());
            moved(old, SpeechAction::Resume, given, call, v)
        })
        .await
}

pub(super) async fn end(
    standard: &Standard,
    request: Request<v1::EndSpeechRequest>,
) -> Reply<v1::Meeting> {
    standard
        .act(request, |message, old, call, v| {
            let given = (message.speech.as_str(), message.time.as_ref());
            moved(old, SpeechAction::End, given, call, v)
        })
        .await
}

fn moved(
    old: &Stored<Meeting>,
    action: SpeechAction,
    (speech, time): (&str, Option<&prost_types::Timestamp>),
    call: &Call,
    v: &mut Violations,
) -> Result<Edit<Meeting>> {
    edited(old, v, |meeting, name, v| {
        let time = time_or_now("time", time, call, v);
        let id = Convert::new(v, call.today).plain_id("speech", speech);
        if !v.is_empty() {
            return Ok(());
        }
        meeting.move_speech(name, action, id.as_ref(), time, call.now)
    })
}

pub(super) async fn record(
    standard: &Standard,
    request: Request<v1::RecordSpeechRequest>,
) -> Reply<v1::Meeting> {
    let given = request.get_ref().speech.as_ref();
    let speaker =
        given.and_then(|speech| Id::parse(&speech.speaker).ok()).unwrap_or_else(Id::unread);
    let act = |message: &v1::RecordSpeechRequest,
               meeting: &mut Meeting,
               name: &str,
               figures: &ByAttendee,
               call: &Call,
               v: &mut Violations| {
        let mut convert = Convert::new(v, call.today);
        let speech = convert.message("speech", message.speech.as_ref(), read);
        let intervals = convert.items("intervals", &message.intervals, read_interval);
        let (true, Some(mut speech)) = (convert.is_whole(), speech) else { return Ok(()) };
        speech.statistics = figures.get(&speech.speaker).cloned();
        let intervals = intervals.into_iter().flatten().collect();
        meeting.record_speech(name, speech, intervals, call.now, v)
    };
    reply(freezing(standard, request, Some(speaker), act).await)
}

pub(super) async fn refresh(
    standard: &Standard,
    request: Request<v1::RefreshSpeechFiguresRequest>,
) -> Reply<v1::Meeting> {
    let act = |message: &v1::RefreshSpeechFiguresRequest,
               meeting: &mut Meeting,
               _: &str,
               figures: &ByAttendee,
               call: &Call,
               v: &mut Violations| {
        let ids = Convert::new(v, call.today).plain_ids("speeches", &message.speeches);
        if !v.is_empty() {
            return Ok(());
        }
        meeting.freeze_figures(&ids, |speech| figures.get(&speech.speaker).cloned())
    };
    reply(freezing(standard, request, None, act).await)
}

/// A change of a meeting that reads the figures of a speaker, or of all.
async fn freezing<Q: Tagged + Named<Noun = Meetings> + Mutation>(
    standard: &Standard,
    request: Request<Q>,
    speaker: Option<Id>,
    act: impl Fn(&Q, &mut Meeting, &str, &ByAttendee, &Call, &mut Violations) -> Result<()>,
) -> Result<v1::Meeting> {
    let (call, found, message) = admit::changing(&standard.store, request)?;
    let Ok(id) = kind::parse_as(Kind::Meeting, message.name()) else {
        return Err(Error::Fields(found));
    };
    let to = target(id, message.etag(), &found);
    let zone = standard.store.clock().zone().clone();
    let frozen = Frozen { speaker, call: &call, zone };
    let stored = standard
        .store
        .change_prepared(&call, &to, &frozen, |old: Option<&Stored<Meeting>>, _, figures, v| {
            *v = found.clone();
            let old = live(old)?;
            let edit = edited(old, v, |meeting, name, v| {
                act(&message, meeting, name, &figures, &call, v)
            })?;
            standard.fitting::<Meetings>(edit, &call)
        })
        .await?;
    standard.shown::<Meetings>(&stored, call.today).await
}

pub(super) async fn update(
    standard: &Standard,
    request: Request<v1::UpdateSpeechRequest>,
) -> Reply<v1::Meeting> {
    standard
        .act(request, |message, old, call, v| {
            edited(old, v, |meeting, name, v| {
                let Some(given) = &message.speech else { return Ok(()) };
                let is_meant = |one: &&Speech| plain(one.id.as_ref()) == given.id;
                let Some(present) = meeting.speeches.iter().find(is_meant) else {
                    let text = "must be the id of one of the meeting's speeches";
                    v.add("speech.id", Reason::ReferenceUnknown, text);
                    return Ok(());
                };
                let merged = merged(present, given, message, v)?;
                let mut convert = Convert::new(v, call.today);
                let speech = convert.message("speech", Some(&merged), read);
                let intervals = convert.items("intervals", &message.intervals, read_interval);
                let (true, Some(speech)) = (convert.is_whole(), speech) else { return Ok(()) };
                let intervals = intervals.into_iter().flatten().collect();
                meeting.update_speech(name, speech, intervals, call.now, v)
            })
        })
        .await
}

/// A speech with the fields that an update sets.
fn merged(
    present: &Speech,
    given: &v1::Speech,
    message: &v1::UpdateSpeechRequest,
    v: &mut Violations,
) -> Result<v1::Speech> {
    let descriptor = outlay_proto::reflect::message("Speech")
        .ok_or_else(|| Error::internal("speeches are in the protos"))?;
    let current = show(present);
    let mut given = given.clone();
    // Of these an update says only which speech it is of.
    if given.speaker.is_empty() {
        given.speaker.clone_from(&current.speaker);
    }
    let mask = message.update_mask.as_ref();
    let merged = mask::merge(&descriptor, &current, &given, mask, "speech", v)?;
    v.within("speech", |v| merged.validate(v));
    Ok(merged)
}

/// Takes over of the speeches that were there what an update of the meeting
/// doesn't write.
pub(super) fn keep(meeting: &mut Meeting, old: &Meeting, convert: &mut Convert<'_>) {
    for (index, speech) in meeting.speeches.iter_mut().enumerate() {
        let Some(present) = old.speeches.iter().find(|one| one.id == speech.id) else { continue };
        for (field, text) in speech.keep_of(present) {
            let field = format!("speeches[{index}].{field}");
            convert.refuse(&field, Reason::FieldContradiction, text.to_owned());
        }
    }
}

pub(super) fn read(convert: &mut Convert<'_>, speech: &v1::Speech) -> Speech {
    let speaker = convert.plain_id("speaker", &speech.speaker);
    Speech {
        id: convert.plain_id("id", &speech.id),
        speaker: convert.required("speaker", speaker, Id::unread()),
        agenda_item: convert.plain_id("agenda_item", &speech.agenda_item),
        start_time: convert.instant("start_time", speech.start_time.as_ref()),
        end_time: convert.instant("end_time", speech.end_time.as_ref()),
        achievements: speech.achievements.clone(),
        challenges: speech.challenges.clone(),
        plans: speech.plans.clone(),
        figures: speech.figures.iter().map(read_figure).collect(),
        intervals: Vec::new(),
        statistics: None,
    }
}

pub(super) fn show(speech: &Speech) -> v1::Speech {
    v1::Speech {
        id: plain(speech.id.as_ref()),
        speaker: plain(Some(&speech.speaker)),
        agenda_item: plain(speech.agenda_item.as_ref()),
        start_time: speech.start_time.map(timestamp),
        end_time: speech.end_time.map(timestamp),
        achievements: speech.achievements.clone(),
        challenges: speech.challenges.clone(),
        plans: speech.plans.clone(),
        figures: speech.figures.iter().map(show_figure).collect(),
        state: speech.state().number(),
        intervals: speech.intervals.iter().map(show_interval).collect(),
        spoken_seconds: speech.spoken_seconds(),
        // Bytes that the server wrote; damage is found by the engine.
        statistics: speech
            .statistics
            .as_ref()
            .and_then(|bytes| v1::SpeechStatistics::decode(bytes.as_slice()).ok()),
    }
}

fn read_interval(
    convert: &mut Convert<'_>,
    interval: &v1::SpeechInterval,
) -> Option<SpeechInterval> {
    let end_time = convert.instant("end_time", interval.end_time.as_ref());
    let start_time = convert.instant("start_time", interval.start_time.as_ref())?;
    Some(SpeechInterval { start_time, end_time })
}

fn show_interval(interval: &SpeechInterval) -> v1::SpeechInterval {
    v1::SpeechInterval {
        start_time: Some(timestamp(interval.start_time)),
        end_time: interval.end_time.map(timestamp),
    }
}

fn read_figure(figure: &v1::SpeechFigure) -> SpeechFigure {
    SpeechFigure {
        label: figure.label.clone(),
        value: figure.value.clone(),
        unit: figure.unit.clone(),
        period: figure.period.clone(),
    }
}

fn show_figure(figure: &SpeechFigure) -> v1::SpeechFigure {
    v1::SpeechFigure {
        label: figure.label.clone(),
        value: figure.value.clone(),
        unit: figure.unit.clone(),
        period: figure.period.clone(),
    }
}
