//! Who took part in trainings: read from cells, by day, course and region.

use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::training::{Enrolment, EnrolmentState};
use crate::engine::{Direction, MAX_SCAN_ENTRIES, Range};
use crate::error::{Error, Result};
use crate::store::cells::{Cells, numbers};
use crate::store::figures::{Family, cell};
use crate::store::id_of;
use crate::store::key::Key;
use crate::store::reader::Reader;

/// Most cells that one question reads.
pub const MAX_CELLS: usize = 400_000;

/// Bytes of a day.
const DAY_LEN: usize = 4;

/// Participants of one course on one day from one region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrainingCell {
    /// The course.
    pub course: Id,
    /// Their organisations' region.
    pub region: Id,
    /// How many.
    pub participants: i64,
    /// Their hours, in millionths.
    pub hours: i64,
}

/// Adds who attended; who belongs to no region is counted nowhere.
pub(super) fn count(enrolment: &Enrolment, cells: &mut Cells) {
    let Enrolment { course, region, session_date, hours, .. } = enrolment;
    if enrolment.state == EnrolmentState::Attended
        && let (Some(region), Some(day)) = (region, session_date)
    {
        let hours = hours.and_then(|hours| i64::try_from(hours.millionths()).ok());
        let key = day_part(*day).text(course.as_str()).text(region.as_str());
        cells.add(key.done(), &[1, hours.unwrap_or_default()]);
    }
}

/// The cells of a day; those of earlier days come before.
fn day_part(day: Date) -> Key {
    let number = day.year() * 10_000 + day.month() * 100 + day.day();
    number.to_be_bytes().into_iter().fold(cell(Family::Training), Key::byte)
}

impl Reader {
    /// Who took part in sessions that began from one day to another.
    ///
    /// # Errors
    /// [`Error::TooWide`] for more than [`MAX_CELLS`]; those of the engine.
    pub async fn training_cells(&self, first: Date, last: Date) -> Result<Vec<TrainingCell>> {
        // No byte of a text is 0xFF, so this is behind all of the last day.
        let end = Some(day_part(last).byte(0xFF).done());
        let mut range = Range { start: day_part(first).done(), end };
        let before = cell(Family::Training).done().len() + DAY_LEN;
        let (mut found, mut left) = (Vec::new(), MAX_CELLS);
        loop {
            let page = self.scan(&range, Direction::Forward, MAX_SCAN_ENTRIES).await?;
            left = left.checked_sub(page.entries.len()).ok_or_else(too_many)?;
            for (key, entry) in &page.entries {
                let [participants, hours] = numbers::<2>(entry)?;
                if participants != 0 {
                    let read = key.get(before..).and_then(read);
                    let damaged = || Error::Damaged("a cell has no key of its family".into());
                    let (course, region) = read.ok_or_else(damaged)?;
                    found.push(TrainingCell { course, region, participants, hours });
                }
            }
            match page.rest(&range, Direction::Forward) {
                Some(rest) => range = rest,
                None => return Ok(found),
            }
        }
    }
}

/// Course and region in what follows the day.
fn read(bytes: &[u8]) -> Option<(Id, Id)> {
    let mut texts = bytes.strip_suffix(&[0])?.split(|byte| *byte == 0);
    let found = (id_of(texts.next()?).ok()?, id_of(texts.next()?).ok()?);
    texts.next().is_none().then_some(found)
}

fn too_many() -> Error {
    Error::TooWide(format!(
        "it would add up more than {MAX_CELLS} sums: ask for a shorter span of time"
    ))
}
