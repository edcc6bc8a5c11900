//! Training sessions.

use outlay_proto::v1;

use super::{named, plan};
use crate::domain::date::Date;
use crate::domain::instant::Instant;
use crate::domain::kind::Kind;
use crate::domain::training::{Trainer, TrainingSession, TrainingSessionState};
use crate::error::{Result, Violations};
use crate::service::convert::{Convert, Head, name, timestamp};
use crate::service::history::Shown;
use crate::service::noun::{Noun, Query};
use crate::service::standard::live;
use crate::store::index::Index;
use crate::store::key::Key;
use crate::store::list::Plan;
use crate::store::reader::Reader;
use crate::store::record::Stored;
use crate::store::{Edit, Known};

/// The noun.
pub(in crate::service) struct TrainingSessions;

impl Noun for TrainingSessions {
    type Wire = v1::TrainingSession;
    type Record = TrainingSession;
    const MESSAGE: &'static str = "TrainingSession";
    const ORDERS: &'static [&'static str] = &["start_time", "create_time"];
    const NEWEST_FIRST: bool = true;
    const COMPLETED: bool = true;

    fn show(stored: &Stored<TrainingSession>, _day: Date) -> v1::TrainingSession {
        show(stored)
    }

    fn read(
        wire: &v1::TrainingSession,
        old: Option<&TrainingSession>,
        convert: &mut Convert<'_>,
    ) -> TrainingSession {
        read(wire, old, convert)
    }

    fn check(record: &TrainingSession, _known: &Known, _today: Date, v: &mut Violations) {
        record.check(v);
    }

    fn permit_update(old: &Stored<TrainingSession>) -> Result<()> {
        old.record.permit_update(&old.name())
    }

    async fn complete(
        reader: &Reader,
        stored: &Stored<TrainingSession>,
        wire: &mut v1::TrainingSession,
    ) -> Result<()> {
        let seats = reader.seats(&stored.id).await?;
        let count = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
        wire.taken_count = count(seats.taken);
        wire.waiting_count = count(seats.waiting);
        wire.attended_count = count(seats.attended);
        Ok(())
    }

    fn plan(query: &Query<'_>) -> Plan {
        if query.order == "create_time" {
            return plan(query, Index::TrainingSessionCreated, vec![Key::part()]);
        }
        if let Some(by) = named(query, "meeting", Kind::Meeting) {
            return plan(query, Index::TrainingSessionMeetingStart, by);
        }
        if let Some(by) = named(query, "course", Kind::Course) {
            return plan(query, Index::TrainingSessionCourseStart, by);
        }
        if let Some(regions) = &query.regions {
            let by = regions.iter().map(|region| Key::part().text(region.as_str()));
            return plan(query, Index::TrainingSessionRegionStart, by.collect());
        }
        plan(query, Index::TrainingSessionStart, vec![Key::part()])
    }
}

fn read(
    wire: &v1::TrainingSession,
    old: Option<&TrainingSession>,
    convert: &mut Convert<'_>,
) -> TrainingSession {
    let start = convert.instant("start_time", wire.start_time.as_ref());
    let end = convert.instant("end_time", wire.end_time.as_ref());
    let mut session = TrainingSession {
        state: TrainingSessionState::Planned,
        course: convert.id("course", Kind::Course, &wire.course),
        title: wire.title.clone(),
        meeting: convert.optional_id("meeting", Kind::Meeting, &wire.meeting),
        host: convert.id("host", Kind::Organisation, &wire.host),
        trainers: convert.items("trainers", &wire.trainers, |convert, trainer| Trainer {
            display_name: trainer.display_name.clone(),
            organisation: convert.optional_id(
                "organisation",
                Kind::Organisation,
                &trainer.organisation,
            ),
            post: trainer.post.clone(),
        }),
        region: convert.id("region", Kind::Region, &wire.region),
        place: wire.place.clone(),
        start_time: convert.required("start_time", start, Instant::FIRST),
        end_time: convert.required("end_time", end, Instant::FIRST),
        time_zone: wire.time_zone.clone(),
        hours: convert.optional_decimal("hours", &wire.hours),
        // A number that isn't one of places is a violation already.
        capacity: u32::try_from(wire.capacity).unwrap_or_default(),
        waiting_list: wire.waiting_list,
        enrolment_deadline: convert.instant("enrolment_deadline", wire.enrolment_deadline.as_ref()),
        note: wire.note.clone(),
        cancel_reason: String::new(),
    };
    if let Some(old) = old {
        session.keep_state_of(old);
    }
    session
}

fn show(stored: &Stored<TrainingSession>) -> v1::TrainingSession {
    let head = Head::of(stored);
    let session = &stored.record;
    let trainer = |trainer: &Trainer| v1::Trainer {
        display_name: trainer.display_name.clone(),
        organisation: name(Kind::Organisation, &trainer.organisation),
        post: trainer.post.clone(),
    };
    v1::TrainingSession {
        name: head.name,
        uid: head.uid,
        create_time: head.create_time,
        update_time: head.update_time,
        delete_time: head.delete_time,
        purge_time: head.purge_time,
        etag: head.etag,
        revision: head.revision,
        state: session.state.number(),
        allowed_actions: if stored.is_deleted() { Vec::new() } else { session.allowed_actions() },
        course: name(Kind::Course, &session.course),
        title: session.title.clone(),
        meeting: name(Kind::Meeting, &session.meeting),
        host: name(Kind::Organisation, &session.host),
        trainers: session.trainers.iter().map(trainer).collect(),
        region: name(Kind::Region, &session.region),
        place: session.place.clone(),
        start_time: Some(timestamp(session.start_time)),
        end_time: Some(timestamp(session.end_time)),
        time_zone: session.time_zone.clone(),
        hours: session.hours.map_or_else(String::new, |hours| hours.to_string()),
        capacity: i32::try_from(session.capacity).unwrap_or(i32::MAX),
        waiting_list: session.waiting_list,
        enrolment_deadline: session.enrolment_deadline.map(timestamp),
        note: session.note.clone(),
        cancel_reason: session.cancel_reason.clone(),
        taken_count: 0,
        waiting_count: 0,
        attended_count: 0,
    }
}

/// Changes a session that isn't deleted, where the request's fields are right.
pub(super) fn edit(
    old: &Stored<TrainingSession>,
    v: &mut Violations,
    act: impl FnOnce(&mut TrainingSession, &str) -> Result<()>,
) -> Result<Edit<TrainingSession>> {
    let mut session = live(Some(old))?.record.clone();
    if v.is_empty() {
        act(&mut session, &old.name())?;
    }
    Ok(Edit::Put(session))
}

pub(super) fn version(version: Shown<TrainingSessions>) -> v1::TrainingSessionVersion {
    let Shown { change, before, after } = version;
    v1::TrainingSessionVersion { change: Some(change), before, after: Some(after) }
}
