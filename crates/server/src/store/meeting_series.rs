//! Meeting series and templates in the store: how they are found, and how the
//! meetings of a series are made.

use super::call::Call;
use super::change::{MAX_ATTEMPTS, current};
use super::index::{Index, Indexes};
use super::key::Key;
use super::meeting::{OCCURRENCE, occurrence_code};
use super::reader::Reader;
use super::record::{Meta, Record, Stored};
use super::request;
use super::transaction::Transaction;
use super::{Store, Target, unique};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::kind::{Kind, Reference};
use crate::domain::meeting::Meeting;
use crate::domain::meeting_series::making::Making;
use crate::domain::meeting_series::{MeetingSeries, Occurrence};
use crate::domain::meeting_template::MeetingTemplate;
use crate::error::{Error, Result, Violations, none_of};

impl Record for MeetingSeries {
    const KIND: Kind = Kind::MeetingSeries;

    fn index(&self, meta: &Meta, indexes: &mut Indexes<'_>) {
        let created = || Key::part().number(meta.create_time.micros());
        let by = |id: &Id| Key::part().text(id.as_str());
        indexes.add(Index::MeetingSeriesCreated, Key::part(), created());
        indexes.add(Index::MeetingSeriesHostCreated, by(&self.host), created());
        indexes.add(Index::MeetingSeriesRegionCreated, by(&self.region), created());
    }

    fn references(&self) -> Vec<Reference> {
        self.references()
    }

    fn is_within(&self, _id: &Id, regions: &[Id], _day: Date) -> bool {
        regions.binary_search(&self.region).is_ok()
    }
}

impl Record for MeetingTemplate {
    const KIND: Kind = Kind::MeetingTemplate;

    fn index(&self, meta: &Meta, indexes: &mut Indexes<'_>) {
        let created = Key::part().number(meta.create_time.micros());
        indexes.add(Index::MeetingTemplateCreated, Key::part(), created);
    }

    fn references(&self) -> Vec<Reference> {
        self.references()
    }
}

/// Which meetings of a series are to be made.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Most of them.
    pub count: usize,
    /// Only for occurrences from then on.
    pub from: Instant,
    /// Only for occurrences up to then.
    pub until: Option<Instant>,
}

/// What came of making meetings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    /// How many were made.
    pub count: usize,
    /// Revision of the store after it.
    pub revision: u64,
}

impl Reader {
    /// The meetings that were made for some occurrences of a series, deleted ones
    /// too, in the order of the occurrences.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn meetings_of(
        &self,
        series: &Id,
        occurrences: &[Occurrence],
    ) -> Result<Vec<Option<Id>>> {
        let code = |one: &Occurrence| occurrence_code(series, one.time);
        let keys = occurrences.iter().map(|one| unique::key(Kind::Meeting, OCCURRENCE, &code(one)));
        let entries = self.snapshot.get(&keys.collect::<Vec<_>>()).await?;
        let id = |entry: crate::engine::Entry| super::id_of(&entry.value);
        entries.into_iter().map(|entry| entry.map(id).transpose()).collect()
    }
}

impl Store {
    /// Makes the next meetings of a series, as many as one commit holds; for each
    /// occurrence one is ever made. `check` says what is wrong with one that would be made.
    ///
    /// # Errors
    /// Those of [`Store::change`].
    pub async fn make_meetings(
        &self,
        call: &Call,
        target: &Target,
        wanted: Wanted,
        check: impl Fn(Meeting, &mut Violations) -> Result<Meeting>,
    ) -> Result<Made> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.try_make(call, target, wanted, &check).await {
                Err(Error::Conflict) if attempt < MAX_ATTEMPTS => self.pause(attempt).await,
                result => return result,
            }
        }
    }

    async fn try_make(
        &self,
        call: &Call,
        target: &Target,
        wanted: Wanted,
        check: impl Fn(Meeting, &mut Violations) -> Result<Meeting>,
    ) -> Result<Made> {
        let reader = self.reader().await?;
        if let Some(seen) = request::seen(&reader, call).await? {
            let count = match seen.changed {
                true => reader.count_changed(Kind::Meeting, seen.revision).await?,
                false => 0,
            };
            return Ok(Made { count, revision: seen.revision });
        }
        let missing = || Error::internal("a target that exists is given");
        let series = current::<MeetingSeries>(&reader, target).await?.ok_or_else(missing)?;
        if series.is_deleted() {
            return Err(Error::Deleted { name: series.name() });
        }
        let template = match &series.record.template {
            Some(id) => reader.find::<MeetingTemplate>(id).await?,
            None => None,
        };
        let occurrences = open_occurrences(&reader, &series, wanted).await?;
        let before = reader.revision();
        let mut transaction = Transaction::new(reader, call);
        let mut count = 0;
        for occurrence in &occurrences {
            if transaction.is_full() {
                break;
            }
            let meeting = check_meeting(&series, template.as_ref(), *occurrence, &check)?;
            let id = Id::made(Kind::Meeting.noun(), self.inner.clock.new_uid());
            let mut v = Violations::new();
            transaction.check_references(&id, None, &meeting, &mut v).await?;
            none_of(v)?;
            transaction.create(id, meeting).await?;
            count += 1;
        }
        self.finish_making(call, transaction, &series.id, count, before).await
    }

    async fn finish_making(
        &self,
        call: &Call,
        mut transaction: Transaction,
        series: &Id,
        count: usize,
        revision: u64,
    ) -> Result<Made> {
        if call.validate_only {
            return Ok(Made { count, revision });
        }
        request::remember(&mut transaction, call, series, revision).await?;
        if transaction.is_empty() {
            return Ok(Made { count, revision });
        }
        let committed = self.commit(transaction).await?;
        Ok(Made { count, revision: if count > 0 { committed } else { revision } })
    }
}

/// The occurrences that are asked for and have no meeting yet.
async fn open_occurrences(
    reader: &Reader,
    series: &Stored<MeetingSeries>,
    wanted: Wanted,
) -> Result<Vec<Occurrence>> {
    let mut occurrences = series.record.occurrences()?;
    occurrences.retain(|occurrence| {
        let is_late = wanted.until.is_some_and(|until| occurrence.time > until);
        occurrence.time >= wanted.from && !is_late
    });
    let meetings = reader.meetings_of(&series.id, &occurrences).await?;
    let open = occurrences.into_iter().zip(meetings).filter(|(_, meeting)| meeting.is_none());
    Ok(open.map(|(occurrence, _)| occurrence).take(wanted.count).collect())
}

/// The meeting of an occurrence, if nothing is wrong with it.
fn check_meeting(
    series: &Stored<MeetingSeries>,
    template: Option<&Stored<MeetingTemplate>>,
    occurrence: Occurrence,
    check: impl Fn(Meeting, &mut Violations) -> Result<Meeting>,
) -> Result<Meeting> {
    let making = Making {
        series: Some((&series.id, &series.record)),
        // One that was deleted gives nothing more.
        template: template.filter(|one| !one.is_deleted()).map(|one| (&one.id, &one.record)),
        occurrence: Some(occurrence),
        ..Making::default()
    };
    let mut v = Violations::new();
    let meeting = check(making.meeting(), &mut v)?;
    none_of(v)?;
    Ok(meeting)
}
