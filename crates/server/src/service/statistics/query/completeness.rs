//! How complete the reports are, by row and month.

use std::collections::{BTreeMap, BTreeSet};

use outlay_proto::v1;

use super::places::{Place, Places};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::month::Month;
use crate::domain::period::Period;
use crate::domain::report::Basis;
use crate::domain::statistics::Completeness;
use crate::error::Result;
use crate::store::completeness::ByRegion;
use crate::store::figures::Family;
use crate::store::reader::Reader;
use crate::store::statistics::Selection;

/// Completeness by row of regions and month.
pub(in crate::service) struct Complete(BTreeMap<(Option<Id>, Month), Completeness>);

/// The months of a period that have reports and have begun: of a month to come
/// nothing is expected yet.
fn begun(period: Period, today: Date) -> Vec<Month> {
    period.figure_months().filter(|month| month.first_reported_day() <= today).collect()
}

impl Complete {
    /// Counts the reports of a period; none where the figures of a region belong
    /// to several rows, which only its projects could tell apart. What is accepted
    /// is counted where its basis is given.
    pub(in crate::service) async fn read(
        reader: &Reader,
        places: &mut Places,
        (period, today): (Period, Date),
        basis: Option<Basis>,
    ) -> Result<Option<Self>> {
        let months = begun(period, today);
        let expected = reader.expected_reports(&months).await?;
        let on_time = reader.timely_reports(&months).await?;
        let submitted = on(reader, Basis::Submitted, &months).await?;
        let accepted = match basis {
            Some(basis) => on(reader, basis, &months).await?,
            None => ByRegion::new(),
        };
        let keys =
            [&expected, &on_time, &submitted, &accepted].into_iter().flat_map(ByRegion::keys);
        let mut rows: BTreeMap<(Option<Id>, Month), Completeness> = BTreeMap::new();
        for key in keys.collect::<BTreeSet<_>>() {
            let count = |of: &ByRegion| of.get(key).copied().unwrap_or_default();
            let one = Completeness::of(
                count(&expected),
                count(&submitted),
                count(&accepted),
                count(&on_time),
            );
            match places.place(&key.0, key.1) {
                Place::Outside => {}
                Place::Projects => return Ok(None),
                Place::Row(row) => {
                    let sum = rows.entry((row, key.1)).or_default();
                    *sum = sum.plus(one);
                }
            }
        }
        Ok(Some(Self(rows)))
    }

    /// That of a row.
    pub(in crate::service) fn row(&self, row: &Id, span: Period) -> Completeness {
        self.sum(span, |of| of.as_ref() == Some(row))
    }

    /// That of all rows together.
    pub(in crate::service) fn whole(&self, span: Period) -> Completeness {
        self.sum(span, |_| true)
    }

    /// The rows that something is known of.
    pub(in crate::service) fn rows(&self) -> impl Iterator<Item = &Id> {
        self.0.keys().filter_map(|(row, _)| row.as_ref())
    }

    fn sum(&self, span: Period, is_meant: impl Fn(&Option<Id>) -> bool) -> Completeness {
        let meant =
            self.0.iter().filter(|((row, month), _)| span.contains(*month) && is_meant(row));
        meant.map(|(_, one)| *one).fold(Completeness::default(), Completeness::plus)
    }
}

/// How many reports count on a basis.
async fn on(reader: &Reader, basis: Basis, months: &[Month]) -> Result<ByRegion> {
    let mut found = ByRegion::new();
    let (family, months) = (Family::Region, months.to_vec());
    let selection = Selection { basis, family, months, only: None };
    reader
        .figure_cells(&selection, |cell| {
            found.insert((cell.region, cell.month), cell.count);
            Ok(())
        })
        .await?;
    Ok(found)
}

pub(in crate::service) fn show(of: Completeness) -> v1::Completeness {
    v1::Completeness {
        expected_count: of.expected,
        submitted_count: of.submitted,
        accepted_count: of.accepted,
        on_time_count: of.on_time,
        missing_count: of.missing,
    }
}
