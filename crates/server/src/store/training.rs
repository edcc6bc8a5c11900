//! Courses, training sessions and enrolments in the store: how they are found, and
//! what they change of each other.
//!
//! Whoever gives or takes a place reads what is taken of the session and states it
//! as a precondition, so of two who are given the last one, one commit conflicts
//! and is tried again.

pub mod coverage;
mod seats;

use super::Known;
use super::cells::Cells;
use super::index::{Index, Indexes};
use super::key::Key;
use super::record::{Line, Meta, Record, Stored, Unique};
use super::transaction::Transaction;
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind, Reference};
use crate::domain::training::enrolment::enrolled_twice;
use crate::domain::training::{
    Course, Enrolment, EnrolmentState, Seats, TrainingSession, TrainingSessionState,
};
use crate::error::{Error, Result};

/// Number of the field of a course's certificate prefix.
const PREFIX: u8 = 15;
/// Number of the field of an enrolment's person.
const PERSON: u8 = 11;
/// Number of the field of an enrolment's certificate.
const CERTIFICATE: u8 = 24;

impl Record for Course {
    const KIND: Kind = Kind::Course;

    fn index(&self, meta: &Meta, indexes: &mut Indexes<'_>) {
        let created = Key::part().number(meta.create_time.micros());
        indexes.add(Index::CourseCreated, Key::part(), created);
    }

    fn unique(&self) -> Vec<Unique> {
        let (what, code) = ("certificate prefix", self.certificate_prefix.clone());
        if code.is_empty() { Vec::new() } else { vec![Unique { field: PREFIX, what, code }] }
    }
}

impl Record for TrainingSession {
    const KIND: Kind = Kind::TrainingSession;
    const LINE: Line = Line::OfKind;

    fn index(&self, meta: &Meta, indexes: &mut Indexes<'_>) {
        let start = || Key::part().number(self.start_time.micros());
        let created = Key::part().number(meta.create_time.micros());
        let by = |id: &Id| Key::part().text(id.as_str());
        indexes.add(Index::TrainingSessionStart, Key::part(), start());
        indexes.add(Index::TrainingSessionCreated, Key::part(), created);
        indexes.add(Index::TrainingSessionRegionStart, by(&self.region), start());
        indexes.add(Index::TrainingSessionCourseStart, by(&self.course), start());
        if let Some(meeting) = &self.meeting {
            indexes.add(Index::TrainingSessionMeetingStart, by(meeting), start());
        }
    }

    fn references(&self) -> Vec<Reference> {
        self.references()
    }

    fn is_within(&self, _id: &Id, regions: &[Id], _day: Date) -> bool {
        regions.binary_search(&self.region).is_ok()
    }

    async fn conclude(
        transaction: &mut Transaction,
        id: &Id,
        old: Option<&Stored<Self>>,
        record: &mut Self,
    ) -> Result<()> {
        if record.hours.is_none() {
            let course = transaction.depend_on::<Course>(&record.course).await?;
            record.hours = course.map(|course| course.record.hours);
        }
        let Some(old) = old else { return Ok(()) };
        let seats = transaction.seats(id).await?;
        record.check_change(&old.name(), &old.record, seats)?;
        if record.state == TrainingSessionState::Held && old.record.state != record.state {
            transaction.conclude_enrolments(id, record).await?;
        } else if record.state == TrainingSessionState::Open {
            transaction.move_up(id, seats.to_move_up(record.capacity)).await?;
        }
        Ok(())
    }
}

impl Record for Enrolment {
    const KIND: Kind = Kind::Enrolment;
    const LINE: Line = Line::OfKind;

    fn index(&self, meta: &Meta, indexes: &mut Indexes<'_>) {
        let created = || Key::part().number(meta.create_time.micros());
        let number = || Key::part().number(self.number.into());
        let session = Key::part().text(self.session.as_str());
        let organisation = Key::part().text(self.organisation.as_str());
        indexes.add(Index::EnrolmentCreated, Key::part(), created());
        indexes.add(Index::EnrolmentSessionNumber, session, number());
        let by = seats::by_state(&self.session, self.state);
        indexes.add(Index::EnrolmentSessionStateNumber, by, number());
        indexes.add(Index::EnrolmentOrganisationCreated, organisation, created());
    }

    /// One who cancelled may enrol again.
    fn unique(&self) -> Vec<Unique> {
        let mut codes = Vec::new();
        if self.state != EnrolmentState::Cancelled {
            codes.push(Unique { field: PERSON, what: "person", code: self.person() });
        }
        if !self.certificate_number.is_empty() {
            let code = self.certificate_number.clone();
            codes.push(Unique { field: CERTIFICATE, what: "certificate number", code });
        }
        codes
    }

    fn references(&self) -> Vec<Reference> {
        self.references()
    }

    fn count(&self, cells: &mut Cells) {
        cells.add(seats::key(&self.session), &Seats::of_state(self.state).numbers());
        coverage::count(self, cells);
    }

    async fn gather(transaction: &mut Transaction, ids: &[Id], known: &mut Known) -> Result<()> {
        for id in ids {
            if let Some(stored) = transaction.reader.find::<Self>(id).await? {
                let Self { session, organisation, .. } = &stored.record;
                if let Some(scene) = transaction.training_scene(session, organisation).await? {
                    known.training_scenes.insert(id.clone(), scene);
                }
            }
        }
        Ok(())
    }

    async fn conclude(
        transaction: &mut Transaction,
        id: &Id,
        old: Option<&Stored<Self>>,
        record: &mut Self,
    ) -> Result<()> {
        let holder = transaction.reader.holder(Self::KIND, PERSON, &record.person()).await?;
        if let Some(holder) =
            holder.filter(|holder| holder != id && record.state != EnrolmentState::Cancelled)
        {
            return Err(enrolled_twice(
                kind::name(Kind::TrainingSession, &record.session),
                &holder,
            ));
        }
        let scene = transaction.training_scene(&record.session, &record.organisation).await?;
        let scene = scene.ok_or_else(|| Error::internal("what a new enrolment names is there"));
        let Some(old) = old else {
            let seats = transaction.seats(&record.session).await?;
            record.take_seat(&scene?, seats, transaction.now)?;
            record.number = transaction.next_enrolment(&record.session).await?;
            return Ok(());
        };
        let freed = old.record.state.holds_seat() && !record.state.holds_seat();
        if freed
            && let Ok(scene) = &scene
            && scene.session.state == TrainingSessionState::Open
        {
            let mut seats = transaction.seats(&record.session).await?;
            seats.taken -= 1;
            transaction.move_up(&record.session, seats.to_move_up(scene.session.capacity)).await?;
        }
        if record.certificate_time.is_some() && record.certificate_number.is_empty() {
            record.certificate_number = transaction.number_certificate(&scene?).await?;
        }
        Ok(())
    }
}
