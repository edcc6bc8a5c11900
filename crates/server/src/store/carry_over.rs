//! Opening a meeting: what earlier meetings of its series leave, the backlog of the
//! series and its open actions come over in the commit that opens it. So all of it is there or
//! nothing, and whoever opens another meeting at the same moment reads again.

use super::call::Call;
use super::change::{MAX_ATTEMPTS, current};
use super::index::{self, Index};
use super::key::Key;
use super::reader::Reader;
use super::record::{Record, Stored};
use super::request;
use super::transaction::Transaction;
use super::{Store, Target};
use crate::domain::id::Id;
use crate::domain::meeting::{Left, Meeting};
use crate::domain::meeting_series::MeetingSeries;
use crate::engine::{Direction, Range};
use crate::error::{Error, Result, Violations, none_of};

/// Most meetings of which one takes items over; the rest is left for the next.
const MAX_LEFT: usize = 100;
/// Bytes of meetings that are written anew: half of what a commit holds is left for
/// what is taken over, for the series, and for indexes.
const MAX_BYTES: usize = 4 * 1024 * 1024;

impl Reader {
    /// The meetings of a series that leave items and begin before `order` or with
    /// it, the first ones first; of those only what a commit with `bytes` more holds.
    async fn left_by(&self, series: &Id, order: i64, bytes: usize) -> Result<Vec<Stored<Meeting>>> {
        let by = Key::part().text(series.as_str()).done();
        let prefix = index::range(Index::MeetingLeftStart, false, &by);
        let mut range = Range::prefix(&prefix);
        let after = Key::part().number(order.saturating_add(1)).done();
        range.end = Some([prefix.as_slice(), &after].concat());
        let found = self.scan(&range, Direction::Forward, MAX_LEFT).await?;
        let mut ids = Vec::with_capacity(found.entries.len());
        for (key, _) in &found.entries {
            ids.push(super::id_of(key.get(prefix.len() + size_of::<i64>()..).unwrap_or_default())?);
        }
        let mut room = MAX_BYTES.saturating_sub(bytes);
        let mut left = Vec::with_capacity(ids.len());
        for meeting in self.find_many::<Meeting>(&ids).await?.into_iter().flatten() {
            let size = meeting.write()?.len();
            if size <= room {
                room -= size;
                left.push(meeting);
            }
        }
        Ok(left)
    }
}

impl Store {
    /// Opens a meeting, and carries over to it. `edit` opens it and says what is
    /// wrong; `fitting` whether it can still be answered when it has all.
    ///
    /// # Errors
    /// Those of [`Store::change`].
    pub async fn open_meeting(
        &self,
        call: &Call,
        target: &Target,
        edit: impl Fn(&Stored<Meeting>, &mut Violations) -> Result<Meeting>,
        fitting: impl Fn(Meeting) -> Result<Meeting>,
    ) -> Result<Stored<Meeting>> {
        let _line = self.line::<Meeting>(target).await;
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.try_open(call, target, &edit, &fitting).await {
                Err(Error::Conflict) if attempt < MAX_ATTEMPTS => self.pause(attempt).await,
                result => return result,
            }
        }
    }

    async fn try_open(
        &self,
        call: &Call,
        target: &Target,
        edit: impl Fn(&Stored<Meeting>, &mut Violations) -> Result<Meeting>,
        fitting: impl Fn(Meeting) -> Result<Meeting>,
    ) -> Result<Stored<Meeting>> {
        let reader = self.reader().await?;
        if let Some(first) = request::replay(&reader, call).await? {
            return Ok(first);
        }
        let missing = || Error::internal("a target that exists is given");
        let old = current::<Meeting>(&reader, target).await?.ok_or_else(missing)?;
        let mut violations = Violations::new();
        let edited = edit(&old, &mut violations);
        none_of(violations)?;
        let mut meeting = edited?;
        let mut transaction = Transaction::new(reader, call);
        if let Some(series) = meeting.series.clone() {
            carry_over(&mut transaction, &old, &mut meeting, &series).await?;
        }
        let stored = transaction.update(&old, fitting(meeting)?).await?;
        self.finish(call, transaction, stored).await
    }
}

/// Stages what changes elsewhere by what the meeting takes over.
async fn carry_over(
    transaction: &mut Transaction,
    old: &Stored<Meeting>,
    meeting: &mut Meeting,
    series: &Id,
) -> Result<()> {
    let before = meeting.search_order(&old.meta);
    let bytes = old.write()?.len();
    let earlier = transaction.reader.left_by(series, before, bytes).await?;
    let held = transaction.reader.find::<MeetingSeries>(series).await?;
    let mut backlog = held.as_ref().map(|one| one.record.backlog.clone()).unwrap_or_default();
    let left = earlier.iter().map(|one| Left { id: one.id.clone(), meeting: one.record.clone() });
    let mut left: Vec<Left> = left.collect();
    meeting.take_over(&old.id, &mut left, &mut backlog);
    if !transaction.carry_actions(series, &old.id).await?.is_empty() {
        meeting.follow_actions_up();
    }
    for (earlier, left) in earlier.iter().zip(left) {
        transaction.update(earlier, left.meeting).await?;
    }
    if let Some(held) = held {
        let record = MeetingSeries { backlog, ..held.record.clone() };
        transaction.update(&held, record).await?;
    }
    Ok(())
}
