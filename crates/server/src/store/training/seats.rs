//! Places of training sessions: what is taken, who comes next, and the numbers of
//! certificates.

use crate::domain::id::Id;
use crate::domain::reference::Organisation;
use crate::domain::training::enrolment::certificate_number;
use crate::domain::training::training_session::MAX_CAPACITY;
use crate::domain::training::{
    Course, Enrolment, EnrolmentState, Seats, TrainingScene, TrainingSession,
};
use crate::engine::{Direction, MAX_SCAN_ENTRIES, Range};
use crate::error::{Error, Result};
use crate::store::cells::numbers;
use crate::store::figures::{Family, cell};
use crate::store::index::{self, Index};
use crate::store::key::{self, Key};
use crate::store::reader::Reader;
use crate::store::record::Stored;
use crate::store::transaction::Transaction;

/// Most enrolments of a session that are in one state.
const MAX_IN_STATE: usize = MAX_CAPACITY as usize;
/// Bytes of an order of arrival.
const NUMBER_LEN: usize = size_of::<i64>();

/// Key of the cell of a session's seats.
pub(super) fn key(session: &Id) -> Vec<u8> {
    cell(Family::Seats).text(session.as_str()).done()
}

/// Component by which the enrolments of a session and a state are found.
pub(super) fn by_state(session: &Id, state: EnrolmentState) -> Key {
    let state = u8::try_from(state.number()).unwrap_or_default();
    Key::part().text(session.as_str()).byte(state)
}

impl Reader {
    /// What is taken of a session's places.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn seats(&self, session: &Id) -> Result<Seats> {
        let entry = self.entry(key(session)).await?;
        Ok(entry.map(|entry| numbers(&entry).map(Seats::of)).transpose()?.unwrap_or_default())
    }

    /// The place of one who waits, from 1.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn waiting_position(&self, enrolment: &Enrolment) -> Result<usize> {
        let prefix = in_state(&enrolment.session, EnrolmentState::Waiting);
        let before = Key::part().number(enrolment.number.into()).done();
        let end = Some([prefix.clone(), before].concat());
        let before = self.keys(Range { start: prefix, end }, MAX_IN_STATE).await?;
        Ok(before.len() + 1)
    }

    /// Enrolments of a session that are in a state, in the order of arrival.
    async fn in_state(
        &self,
        session: &Id,
        state: EnrolmentState,
        most: usize,
    ) -> Result<Vec<Stored<Enrolment>>> {
        let prefix = in_state(session, state);
        let keys = self.keys(Range::prefix(&prefix), most).await?;
        let id = |key: &Vec<u8>| {
            crate::store::id_of(key.get(prefix.len() + NUMBER_LEN..).unwrap_or_default())
        };
        let ids = keys.iter().map(id).collect::<Result<Vec<Id>>>()?;
        Ok(self.find_many(&ids).await?.into_iter().flatten().collect())
    }

    /// The first keys of a range, up to `most`.
    async fn keys(&self, range: Range, most: usize) -> Result<Vec<Vec<u8>>> {
        let (mut rest, mut keys) = (Some(range), Vec::new());
        while let Some(range) = rest.filter(|_| keys.len() < most) {
            let limit = (most - keys.len()).min(MAX_SCAN_ENTRIES);
            let page = self.scan(&range, Direction::Forward, limit).await?;
            rest = page.rest(&range, Direction::Forward);
            keys.extend(page.entries.into_iter().map(|(key, _)| key));
        }
        Ok(keys)
    }
}

fn in_state(session: &Id, state: EnrolmentState) -> Vec<u8> {
    index::range(Index::EnrolmentSessionStateNumber, false, &by_state(session, state).done())
}

impl Transaction {
    /// What is taken of a session; the commit is made only if it still is.
    pub(super) async fn seats(&mut self, session: &Id) -> Result<Seats> {
        self.require_as_read(key(session)).await?;
        self.reader.seats(session).await
    }

    /// What an enrolment must know of others; none where its session is deleted. The
    /// session and its course stay as they are until the commit.
    pub(super) async fn training_scene(
        &mut self,
        session: &Id,
        organisation: &Id,
    ) -> Result<Option<TrainingScene>> {
        let Some(session) = self.depend_on::<TrainingSession>(session).await? else {
            return Ok(None);
        };
        let Some(course) = self.depend_on::<Course>(&session.record.course).await? else {
            return Ok(None);
        };
        let organisation = self.reader.find::<Organisation>(organisation).await?;
        Ok(Some(TrainingScene {
            session_name: session.name(),
            session: session.record,
            course: course.record,
            region: organisation.and_then(|organisation| organisation.record.region),
        }))
    }

    /// The order of arrival that the next enrolment of a session has. Deleted ones
    /// keep theirs.
    pub(super) async fn next_enrolment(&self, session: &Id) -> Result<u32> {
        let mut greatest = 0;
        for deleted in [false, true] {
            let by = Key::part().text(session.as_str()).done();
            let prefix = index::range(Index::EnrolmentSessionNumber, deleted, &by);
            let last = self.reader.scan(&Range::prefix(&prefix), Direction::Reverse, 1).await?;
            if let Some((key, _)) = last.entries.first() {
                let number = key.get(prefix.len()..).and_then(|rest| rest.first_chunk());
                let damaged = || Error::Damaged("an index entry of an enrolment isn't one".into());
                let number = key::read_number(*number.ok_or_else(damaged)?);
                greatest = greatest.max(u32::try_from(number).unwrap_or(u32::MAX));
            }
        }
        Ok(greatest.saturating_add(1))
    }

    /// Gives those who have waited longest a place.
    pub(super) async fn move_up(&mut self, session: &Id, count: usize) -> Result<()> {
        if count == 0 {
            return Ok(());
        }
        for old in self.reader.in_state(session, EnrolmentState::Waiting, count).await? {
            let mut record = old.record.clone();
            record.move_up();
            self.update(&old, record).await?;
        }
        Ok(())
    }

    /// Says of all who held a place in a session what became of it.
    pub(super) async fn conclude_enrolments(
        &mut self,
        id: &Id,
        session: &TrainingSession,
    ) -> Result<()> {
        for state in [EnrolmentState::Enrolled, EnrolmentState::Attended] {
            for old in self.reader.in_state(id, state, MAX_IN_STATE).await? {
                let mut record = old.record.clone();
                record.conclude(session);
                self.update(&old, record).await?;
            }
        }
        Ok(())
    }

    /// The next number of a certificate: none is given twice, also where an enrolment
    /// is purged.
    pub(super) async fn number_certificate(&mut self, scene: &TrainingScene) -> Result<String> {
        let prefix = &scene.course.certificate_prefix;
        let year = scene.session.date().map(|date| date.year());
        let damaged = || Error::Damaged(format!("{} has no day", scene.session_name).into());
        let year = year.ok_or_else(damaged)?;
        let number = self.next_number(&format!("certificate/{prefix}/{year}")).await?;
        Ok(certificate_number(prefix, year, number))
    }
}
