//! What a noun tells the handlers that serve every noun.

use outlay_proto::reflect;
use outlay_proto::validate::Validate;
use prost::Message;

use super::convert::Convert;
use super::filter::Filter;
use super::mask;
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::engine::Direction;
use crate::error::{Error, Result, Violations};
use crate::store::list::Plan;
use crate::store::reader::Reader;
use crate::store::record::{Record, Stored};
use crate::store::{Known, Store};

/// A kind of resource: its message, its record, and the way between them.
pub(super) trait Noun: Send + Sync + 'static {
    /// The resource on the wire.
    type Wire: Resource;
    /// The record in the store.
    type Record: Record;
    /// Short name of the message: `Project`.
    const MESSAGE: &'static str;
    /// Fields that lists can be ordered by, the default first.
    const ORDERS: &'static [&'static str];
    /// Whether the default order is descending.
    const NEWEST_FIRST: bool = false;

    /// The record as the wire shows it on a day: what has dates is shown as of
    /// it.
    fn show(stored: &Stored<Self::Record>, day: Date) -> Self::Wire;

    /// The record that a message describes. Fields that only the server writes
    /// come from `old`. What can't be read is a violation, and something
    /// stands in its place.
    fn read(
        wire: &Self::Wire,
        old: Option<&Self::Record>,
        convert: &mut Convert<'_>,
    ) -> Self::Record;

    /// What the row of an import makes of a record that is there: what the row
    /// doesn't say stays.
    ///
    /// # Errors
    /// Only for faults of the server; violations go to `v`.
    fn overlay(current: &Self::Wire, row: &Self::Wire, v: &mut Violations) -> Result<Self::Wire> {
        let descriptor = reflect::message(Self::MESSAGE)
            .ok_or_else(|| Error::internal("a noun's message is in its proto"))?;
        mask::overlay(&descriptor, current, row, Self::Record::KIND.field(), v)
    }

    /// Whether [`Self::prepare`] does anything.
    const PREPARED: bool = false;

    /// What a new record is to be, with what it takes over from other records.
    ///
    /// # Errors
    /// Those of the engine, and faults of the server; violations go to `v`.
    fn prepare(
        _reader: &Reader,
        wire: &Self::Wire,
        _v: &mut Violations,
    ) -> impl Future<Output = Result<Self::Wire>> + Send {
        std::future::ready(Ok(wire.clone()))
    }

    /// The domain's rules.
    fn check(record: &Self::Record, known: &Known, today: Date, v: &mut Violations);

    /// Fills in what follows from other records, once the record was checked.
    fn settle(_record: &mut Self::Record, _known: &Known) {}

    /// Whether the record may be changed by an update.
    ///
    /// # Errors
    /// What its state doesn't allow.
    fn permit_update(_old: &Stored<Self::Record>) -> Result<()> {
        Ok(())
    }

    /// Whether [`Self::complete`] does anything.
    const COMPLETED: bool = false;

    /// Adds what only other records can tell, where one record is answered with.
    fn complete(
        _reader: &Reader,
        _stored: &Stored<Self::Record>,
        _wire: &mut Self::Wire,
    ) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(Ok(()))
    }

    /// Whether the id always follows from the fields: where these can't be read
    /// there is none.
    const NATURAL_ID: bool = false;

    /// The id of a new record, where its fields give it.
    fn natural_id(_wire: &Self::Wire) -> Option<String> {
        None
    }

    /// Number of the field of a unique code, and the code, where it has one.
    fn unique_code(_wire: &Self::Wire) -> Option<(u8, String)> {
        None
    }

    /// Which index ranges a list goes over.
    fn plan(query: &Query<'_>) -> Plan;
}

/// What a new record is to be, where it takes over something of others; what it
/// lacks then is missed.
pub(super) async fn prepared<N: Noun>(
    store: &Store,
    wire: &N::Wire,
    found: &mut Violations,
) -> Result<Option<N::Wire>> {
    if !N::PREPARED {
        return Ok(None);
    }
    let prepared = N::prepare(&store.reader().await?, wire, found).await?;
    found.within(N::Record::KIND.field(), |v| prepared.validate(v));
    Ok(Some(prepared))
}

/// A resource's message.
pub(super) trait Resource: Message + Default + Clone + Validate {
    /// Its resource name.
    fn name(&self) -> &str;
    /// The tag that the caller saw.
    fn etag(&self) -> &str;
}

/// What a list is asked for.
pub(super) struct Query<'a> {
    /// The region and all below it; none for everywhere.
    pub(super) regions: Option<Vec<Id>>,
    /// The filter.
    pub(super) filter: &'a Filter,
    /// One of the noun's orders.
    pub(super) order: &'static str,
    /// Which way.
    pub(super) direction: Direction,
    /// Deleted records too.
    pub(super) show_deleted: bool,
}

impl Query<'_> {
    /// The flags of the ranges to go over: not deleted, and deleted.
    pub(super) fn deleted_flags(&self) -> &'static [bool] {
        if self.show_deleted { &[false, true] } else { &[false] }
    }
}
