//! The table that the demonstration shows when it is ready: what Jiaxing spoke of
//! at the symposium.

use std::fmt::Write as _;

use crate::domain::decimal::{Decimal, Ratio};
use crate::domain::id::Id;
use crate::domain::observation::Observation;
use crate::domain::period::Period;
use crate::domain::statistics::{Amount, growth};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::store::reader::Reader;

const JIAXING: &str = "330400";
const PART: &str = "manufacturing-investment";
const WHOLE: &str = "fixed-asset-investment";
const PERIODS: [&str; 2] = ["2023Q1", "2023H1"];
/// A hundred million, in which offices speak of investment, in millionths.
const UNIT: i128 = 100_000_000_000_000;

/// The table: values in 亿元, growth over the year before, and the share of fixed
/// asset investment, each where it is known.
///
/// # Errors
/// Those of the engine.
pub async fn table(store: &Store) -> Result<String> {
    let reader = store.reader().await?;
    let mut text = "Investment in manufacturing in Jiaxing, as it was published:\n".to_owned();
    for period in PERIODS {
        let period = Period::parse(period).map_err(|flaw| Error::internal(flaw.description))?;
        let Some(value) = observation(&reader, PART, period).await? else { continue };
        let Some(newest) = value.newest().map(|newest| newest.value) else { continue };
        let before = match period.year_before() {
            Some(before) => observation(&reader, PART, before).await?,
            None => None,
        };
        let base = before.as_ref().and_then(|before| before.base_for(period.last()));
        let growth = growth(Amount::of(newest), base.map(|base| Amount::of(base.value())));
        let whole = observation(&reader, WHOLE, period).await?;
        let whole = whole.as_ref().and_then(Observation::newest).map(|newest| newest.value);
        let share = whole.and_then(|whole| Ratio::of(newest, whole));
        let rate = |ratio: Option<Ratio>| {
            ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{} %", ratio.percent(1)))
        };
        // To a String nothing fails.
        let _ = writeln!(
            text,
            "  {period}  {:>7} 亿元  growth {:>6}  share of fixed assets {:>6}",
            in_units(newest),
            rate(growth.ok()),
            rate(share)
        );
    }
    Ok(text)
}

async fn observation(
    reader: &Reader,
    indicator: &str,
    period: Period,
) -> Result<Option<Observation>> {
    let read = |id: &str| Id::parse(id).map_err(|flaw| Error::internal(flaw.description));
    let id = Observation::id(&read(JIAXING)?, &read(indicator)?, period);
    let id = id.map_err(|flaw| Error::internal(flaw.description))?;
    let found = reader.find::<Observation>(&id).await?;
    Ok(found.filter(|found| !found.is_deleted()).map(|found| found.record))
}

fn in_units(value: Decimal) -> String {
    Ratio::new(value.millionths(), UNIT).map_or_else(String::new, |value| value.rounded(1))
}
