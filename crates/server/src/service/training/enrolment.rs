//! Enrolments.

use outlay_proto::v1;

use super::{named, plan};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::Kind;
use crate::domain::training::enrolment::Grade;
use crate::domain::training::{Enrolment, EnrolmentState, TrainingFeedback, TrainingScene};
use crate::error::{Error, Result, Violations};
use crate::service::convert::{Convert, Head, date, name, timestamp};
use crate::service::history::Shown;
use crate::service::meeting::time_or_now;
use crate::service::noun::{Noun, Query};
use crate::service::standard::live;
use crate::store::call::Call;
use crate::store::index::Index;
use crate::store::key::Key;
use crate::store::list::Plan;
use crate::store::reader::Reader;
use crate::store::record::Stored;
use crate::store::{Edit, Known};

/// The noun.
pub(in crate::service) struct Enrolments;

impl Noun for Enrolments {
    type Wire = v1::Enrolment;
    type Record = Enrolment;
    const MESSAGE: &'static str = "Enrolment";
    const ORDERS: &'static [&'static str] = &["create_time"];
    const COMPLETED: bool = true;

    fn show(stored: &Stored<Enrolment>, _day: Date) -> v1::Enrolment {
        show(stored)
    }

    fn read(wire: &v1::Enrolment, old: Option<&Enrolment>, convert: &mut Convert<'_>) -> Enrolment {
        let mut enrolment = Enrolment {
            // Whether there is a place, and all that follows, the session says.
            state: EnrolmentState::Waiting,
            session: convert.id("session", Kind::TrainingSession, &wire.session),
            display_name: wire.display_name.clone(),
            organisation: convert.id("organisation", Kind::Organisation, &wire.organisation),
            post: wire.post.clone(),
            note: wire.note.clone(),
            course: Id::unread(),
            region: None,
            number: 0,
            cancel_reason: String::new(),
            sign_in_times: Vec::new(),
            hours: None,
            score: None,
            passed: false,
            certificate_number: String::new(),
            certificate_time: None,
            feedback: None,
            session_date: None,
        };
        if let Some(old) = old {
            enrolment.keep_state_of(old);
        }
        enrolment
    }

    fn check(_record: &Enrolment, _known: &Known, _today: Date, _v: &mut Violations) {}

    async fn complete(
        reader: &Reader,
        stored: &Stored<Enrolment>,
        wire: &mut v1::Enrolment,
    ) -> Result<()> {
        if stored.record.state == EnrolmentState::Waiting {
            let position = reader.waiting_position(&stored.record).await?;
            wire.waiting_position = i32::try_from(position).unwrap_or(i32::MAX);
        }
        Ok(())
    }

    fn plan(query: &Query<'_>) -> Plan {
        if let Some(by) = named(query, "session", Kind::TrainingSession) {
            return plan(query, Index::EnrolmentSessionNumber, by);
        }
        if let Some(by) = named(query, "organisation", Kind::Organisation) {
            return plan(query, Index::EnrolmentOrganisationCreated, by);
        }
        plan(query, Index::EnrolmentCreated, vec![Key::part()])
    }
}

fn show(stored: &Stored<Enrolment>) -> v1::Enrolment {
    let head = Head::of(stored);
    let enrolment = &stored.record;
    let feedback = |feedback: &TrainingFeedback| v1::TrainingFeedback {
        rating: feedback.rating,
        text: feedback.text.clone(),
        time: Some(timestamp(feedback.time)),
    };
    v1::Enrolment {
        name: head.name,
        uid: head.uid,
        create_time: head.create_time,
        update_time: head.update_time,
        delete_time: head.delete_time,
        purge_time: head.purge_time,
        etag: head.etag,
        revision: head.revision,
        state: enrolment.state.number(),
        allowed_actions: match stored.is_deleted() {
            true => Vec::new(),
            false => enrolment.allowed_actions(),
        },
        session: name(Kind::TrainingSession, &enrolment.session),
        display_name: enrolment.display_name.clone(),
        organisation: name(Kind::Organisation, &enrolment.organisation),
        post: enrolment.post.clone(),
        note: enrolment.note.clone(),
        course: name(Kind::Course, &enrolment.course),
        region: name(Kind::Region, &enrolment.region),
        number: enrolment.number.into(),
        waiting_position: 0,
        cancel_reason: enrolment.cancel_reason.clone(),
        sign_in_times: enrolment.sign_in_times.iter().copied().map(timestamp).collect(),
        hours: enrolment.hours.map_or_else(String::new, |hours| hours.to_string()),
        score: enrolment.score.map_or_else(String::new, |score| score.to_string()),
        passed: enrolment.passed,
        certificate_number: enrolment.certificate_number.clone(),
        certificate_time: enrolment.certificate_time.map(timestamp),
        feedback: enrolment.feedback.as_ref().map(feedback),
        session_date: enrolment.session_date.map(date),
    }
}

/// Changes an enrolment that isn't deleted, where the request's fields are right.
pub(super) fn edit(
    old: &Stored<Enrolment>,
    v: &mut Violations,
    act: impl FnOnce(&mut Enrolment, &str) -> Result<()>,
) -> Result<Edit<Enrolment>> {
    let mut enrolment = live(Some(old))?.record.clone();
    if v.is_empty() {
        act(&mut enrolment, &old.name())?;
    }
    Ok(Edit::Put(enrolment))
}

/// What an enrolment must know of others.
pub(super) fn scene<'a>(old: &Stored<Enrolment>, known: &'a Known) -> Result<&'a TrainingScene> {
    let session = || name(Kind::TrainingSession, &old.record.session);
    known.training_scenes.get(&old.id).ok_or_else(|| Error::Deleted { name: session() })
}

pub(super) fn sign_in(
    message: &v1::SignInEnrolmentRequest,
    old: &Stored<Enrolment>,
    call: &Call,
    known: &Known,
    v: &mut Violations,
) -> Result<Edit<Enrolment>> {
    let time = time_or_now("sign_in_time", message.sign_in_time.as_ref(), call, v);
    edit(old, v, |enrolment, name| enrolment.sign_in(name, time, scene(old, known)?, call.now))
}

pub(super) fn grade(
    message: &v1::GradeEnrolmentRequest,
    old: &Stored<Enrolment>,
    call: &Call,
    known: &Known,
    v: &mut Violations,
) -> Result<Edit<Enrolment>> {
    // What is wrong with the form was found with the fields.
    let given = v.is_empty().then_some(message);
    let mut convert = Convert::new(v, call.today);
    let mut read = |field: &str, text: Option<&String>| {
        convert.optional_decimal(field, text.map(String::as_str).unwrap_or_default())
    };
    let hours = read("hours", given.map(|message| &message.hours));
    let score = read("score", given.map(|message| &message.score));
    edit(old, v, |enrolment, name| {
        enrolment.grade(name, Grade { hours, score }, scene(old, known)?)
    })
}

pub(super) fn feedback(message: &v1::RateEnrolmentRequest, call: &Call) -> TrainingFeedback {
    let (rating, text) = (message.rating, message.text.clone());
    TrainingFeedback { rating, text, time: call.now }
}

pub(super) fn version(version: Shown<Enrolments>) -> v1::EnrolmentVersion {
    let Shown { change, before, after } = version;
    v1::EnrolmentVersion { change: Some(change), before, after: Some(after) }
}
