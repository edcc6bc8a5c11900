//! The feed and the history: commits read back from the journal, with the
//! values that they replaced.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;

use super::body::{self, Body, RecordWrite, Unread};
use super::frame::{Header, Kind, PRELUDE, Prelude};
use super::part::Part;
use super::segment::Place;
use super::shared::Shared;
use super::tree::Located;
use crate::engine::{Change, Cursor, Error, RecordChange, Result, Value};

/// Bytes of keys and values, old and new, from which an answer takes no
/// further commit (16 MiB).
const MAX_ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// Values by the revision that wrote them, and by key.
type OldValues = BTreeMap<u64, HashMap<Bytes, Option<Value>>>;

/// A frame whose header was read and found right.
struct OpenFrame {
    located: Located,
    header: Header,
    chain: [u8; 32],
}

impl Shared {
    /// Whether `cursor` belongs to this history.
    pub(super) fn check_cursor(&self, cursor: &Cursor) -> Result<()> {
        if cursor.epoch != self.marker.epoch || cursor.revision > self.revision() {
            return Err(Error::CursorUnknown);
        }
        let oldest = self.segments.horizon();
        if cursor.revision < oldest {
            return Err(Error::Compacted { oldest });
        }
        let Some(chain) = cursor.chain else {
            return Ok(());
        };
        if chain == self.chain_at(cursor.revision)? { Ok(()) } else { Err(Error::CursorUnknown) }
    }

    /// Chain hash of the frame that holds `revision`.
    pub(super) fn chain_at(&self, revision: u64) -> Result<[u8; 32]> {
        match revision {
            0 => Ok(self.genesis),
            revision => Ok(self.open_frame(revision)?.chain),
        }
    }

    /// Up to `limit` published commits after `after`, whole and in order; fewer
    /// once they amount to [`MAX_ANSWER_BYTES`].
    pub(super) fn read_changes(&self, after: u64, limit: usize) -> Result<Vec<Change>> {
        let newest = self.revision();
        let mut changes: Vec<Change> = Vec::new();
        let mut bytes = 0;
        let mut open: Option<OpenFrame> = None;
        for revision in (after + 1..=newest).take(limit) {
            let frame = match open.take() {
                Some(frame) if frame.located.last >= revision => frame,
                _ => self.open_frame(revision)?,
            };
            let body = self.read_body(&frame, revision)?;
            let change = self.change(revision, frame.chain, body, &changes)?;
            bytes += change.records.iter().map(size).sum::<usize>();
            if bytes > MAX_ANSWER_BYTES && !changes.is_empty() {
                break;
            }
            changes.push(change);
            open = Some(frame);
        }
        Ok(changes)
    }

    /// When the newest commit of the frame was made that holds `revision`, in
    /// microseconds since 1970.
    pub(super) fn time_of(&self, revision: u64) -> Result<i64> {
        Ok(self.open_frame(revision)?.header.prelude.time_micros)
    }

    fn open_frame(&self, revision: u64) -> Result<OpenFrame> {
        let tree = self.tree.get()?;
        let Some(located) = tree.locate(revision)? else {
            return Err(tree.damaged(revision, "it does not know where a commit is"));
        };
        drop(tree);
        let at = |offset: u64| Place {
            segment: located.segment,
            offset: located.offset + offset,
            good: located.first - 1,
        };
        let prelude = Prelude::read(&self.segments.read(at(0), PRELUDE)?)
            .filter(|prelude| {
                prelude.kind == Kind::Commits
                    && (prelude.first, prelude.last) == (located.first, located.last)
                    && u64::from(prelude.count) == located.last - located.first + 1
            })
            .ok_or_else(|| self.segments.damaged(at(0), "the header of a frame is damaged"))?;
        let table = self.segments.read(at(PRELUDE as u64), prelude.table())?;
        let header = Header::read(prelude, &table).ok_or_else(|| {
            let place = at(PRELUDE as u64);
            self.segments.damaged(place, "the table of a frame is damaged")
        })?;
        let chain = header.chain();
        Ok(OpenFrame { located, header, chain })
    }

    fn read_body(&self, frame: &OpenFrame, revision: u64) -> Result<Body> {
        let index = (revision - frame.located.first) as usize;
        let row = &frame.header.rows[index];
        let place = Place {
            segment: frame.located.segment,
            offset: frame.located.offset + frame.header.body_offset(index),
            good: revision - 1,
        };
        let bytes = self.segments.read(place, row.length as usize)?;
        body::read(bytes, row).map_err(|unread| match unread {
            Unread::Dropped => Error::Compacted { oldest: self.segments.horizon() },
            unread => self.segments.damaged(place, unread.what()),
        })
    }

    /// What a commit did to records.
    fn change(
        &self,
        revision: u64,
        chain: [u8; 32],
        body: Body,
        before: &[Change],
    ) -> Result<Change> {
        let old = self.old_values(&body, before)?;
        let records = body
            .records
            .into_iter()
            .map(|RecordWrite { key, old_revision, value }| {
                let old = match old_revision {
                    0 => Value::Absent,
                    revision => self.old_value(&old, revision, &key)?,
                };
                Ok(RecordChange { key: key.to_vec(), old_revision, old, new: told(value) })
            })
            .collect::<Result<_>>()?;
        Ok(Change { revision, chain, context: body.context, records })
    }

    /// Finds the values before: each commit that wrote some is read once, or
    /// is among those that were just read.
    fn old_values(&self, body: &Body, before: &[Change]) -> Result<OldValues> {
        let mut wanted = OldValues::new();
        for write in body.records.iter().filter(|write| write.old_revision > 0) {
            wanted.entry(write.old_revision).or_default().insert(write.key.clone(), None);
        }
        for (revision, values) in &mut wanted {
            if let Ok(index) = before.binary_search_by_key(revision, |change| change.revision) {
                for record in &before[index].records {
                    if let Some(value) = values.get_mut(record.key.as_slice()) {
                        *value = Some(record.new.clone());
                    }
                }
                continue;
            }
            match self.open_frame(*revision).and_then(|frame| self.read_body(&frame, *revision)) {
                Ok(body) => {
                    for write in body.records {
                        if let Some(value) = values.get_mut(&write.key) {
                            *value = Some(told(write.value));
                        }
                    }
                }
                Err(Error::Compacted { .. }) => {
                    values.values_mut().for_each(|value| *value = Some(Value::Compacted));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(wanted)
    }

    fn old_value(&self, old: &OldValues, revision: u64, key: &Bytes) -> Result<Value> {
        let value = old.get(&revision).and_then(|values| values.get(key)?.clone());
        match value {
            Some(value) if value != Value::Absent => Ok(value),
            _ => Err(self
                .tree
                .get()?
                .damaged(revision, "a commit lacks a value that a later one replaced")),
        }
    }
}

/// A value as the feed tells it. It is copied: it would keep the whole body
/// that it is a part of in memory.
fn told(part: Option<Part>) -> Value {
    match part {
        None => Value::Absent,
        Some(Part::Kept { bytes, .. }) => Value::Present(Bytes::copy_from_slice(&bytes)),
        Some(Part::Purged { .. }) => Value::Purged,
    }
}

fn size(record: &RecordChange) -> usize {
    let length = |value: &Value| value.present().map_or(0, <[u8]>::len);
    record.key.len() + length(&record.old) + length(&record.new)
}
