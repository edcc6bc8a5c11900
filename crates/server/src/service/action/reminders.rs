//! `ListDueReminders`: of which action to remind whom, day by day.

use outlay_proto::v1;
use prost::Message;
use tonic::Request;

use crate::domain::action::Action;
use crate::domain::action::reminder::{self, ReminderDays};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::engine::Direction;
use crate::error::{Error, Reason, Result};
use crate::service::admit;
use crate::service::convert::{date, name, names};
use crate::service::paging::{Room, arguments, page_size};
use crate::service::standard::{Standard, revision, territory};
use crate::store::action::{by_action, due_part};
use crate::store::index::{self, Index};
use crate::store::list::{Plan, Verdict};
use crate::store::reader::Reader;
use crate::store::record::{Record, Stored};

/// Most days of one request.
const MAX_DAYS: i32 = 31;

/// A page that is being filled.
struct Filling<'a> {
    reader: &'a Reader,
    /// Beginning of the range of all actions that are meant.
    prefix: Vec<u8>,
    days: ReminderDays,
    within: Option<Vec<Id>>,
    size: usize,
    room: Room,
    found: Vec<v1::DueReminder>,
}

pub(super) async fn list(
    standard: &Standard,
    request: Request<v1::ListDueRemindersRequest>,
) -> Result<v1::ListDueRemindersResponse> {
    let (caller, message) = admit::reading(request)?;
    let days = ReminderDays::new(&message.days_before, message.overdue_every_days);
    let last = standard.day(message.last_date.as_ref())?;
    let first = match &message.first_date {
        Some(first) => standard.day(Some(first))?,
        None => last,
    };
    check_days(first, last)?;
    let arguments = arguments(&caller, &message);
    let after = standard.place(&message, &arguments)?;
    let reader = standard.reader(&message).await?;
    let within = territory(&reader, &message.region, standard.today()?).await?;
    let prefix = match kind::parse_as(Kind::Organisation, &message.organisation) {
        Ok(id) => {
            index::range(Index::ActionOrganisationDue, false, &by_action(Some(&id), true).done())
        }
        Err(_) => index::range(Index::ActionDue, false, &by_action(None, true).done()),
    };
    let mut filling = Filling {
        reader: &reader,
        prefix,
        days,
        within,
        size: page_size(&message),
        room: standard.room(),
        found: Vec::new(),
    };
    let next = filling.fill(first, last, after).await?;
    Ok(v1::ListDueRemindersResponse {
        reminders: filling.found,
        next_page_token: standard.token(next, &arguments)?,
        revision: revision(&reader),
    })
}

fn check_days(first: Date, last: Date) -> Result<()> {
    let days = last.days_since(first) + 1;
    if days < 1 {
        let text = format!("is {first}, after last_date {last}");
        return Err(Error::field("first_date", Reason::DateOrder, text));
    }
    if days > MAX_DAYS {
        let text =
            format!("makes {days} days with last_date {last}: at most {MAX_DAYS} are allowed");
        return Err(Error::field("first_date", Reason::FieldOutOfRange, text));
    }
    Ok(())
}

impl Filling<'_> {
    /// Fills the page from a place on, which is a day and the id of an action;
    /// answers where the next one goes on.
    async fn fill(
        &mut self,
        first: Date,
        last: Date,
        after: Option<Vec<u8>>,
    ) -> Result<Option<Vec<u8>>> {
        let Some(oldest) = self.reader.oldest_due(&self.prefix).await? else { return Ok(None) };
        let (mut day, mut after) = match after {
            Some(place) => read_place(&place)?,
            None => (first, None),
        };
        while day <= last {
            if let Some(next) = self.fill_day(day, oldest, after.take()).await? {
                return Ok(Some(place(day, &next)));
            }
            if self.found.len() == self.size && day < last {
                let next = day.plus_days(1).map(|next| place(next, &[]));
                return Ok(next);
            }
            match day.plus_days(1) {
                Some(next) => day = next,
                None => break,
            }
        }
        Ok(None)
    }

    /// The reminders of one day, by action.
    async fn fill_day(
        &mut self,
        day: Date,
        oldest: Date,
        after: Option<Vec<u8>>,
    ) -> Result<Option<Vec<u8>>> {
        let due = self.days.due_dates(day, oldest).into_iter();
        let ranges = due.map(|due| [self.prefix.clone(), due_part(due).done()].concat());
        let plan = Plan { ranges: ranges.collect(), order_len: 0, direction: Direction::Forward };
        let (room, within) = (&mut self.room, &self.within);
        let judge = |stored: &Stored<Action>| {
            let is_within = |within: &Vec<Id>| stored.record.is_within(&stored.id, within, day);
            if !within.as_ref().is_none_or(is_within) {
                return Ok(Verdict::Skip);
            }
            let shown = show(stored, day);
            let has_room = room.takes(shown.encoded_len());
            Ok(if has_room { Verdict::Show(shown) } else { Verdict::Full })
        };
        let left = self.size - self.found.len();
        let page = self.reader.list(&plan, after.as_deref(), left, judge).await?;
        self.found.extend(page.items);
        Ok(page.next)
    }
}

fn show(stored: &Stored<Action>, day: Date) -> v1::DueReminder {
    let action = &stored.record;
    v1::DueReminder {
        id: reminder::id(&stored.id, action, day),
        date: Some(date(day)),
        action: stored.name(),
        title: action.title.clone(),
        lead: name(Kind::Organisation, &action.lead),
        co_responsible: names(Kind::Organisation, &action.co_responsible),
        due_date: Some(date(action.due_date)),
        days_left: action.due_date.days_since(day),
    }
}

fn place(day: Date, rest: &[u8]) -> Vec<u8> {
    [&day.number().to_be_bytes(), rest].concat()
}

fn read_place(place: &[u8]) -> Result<(Date, Option<Vec<u8>>)> {
    let damaged = || Error::internal("a page token was sealed over another place");
    let (day, rest) = place.split_first_chunk::<4>().ok_or_else(damaged)?;
    let day = Date::from_number(i32::from_be_bytes(*day)).map_err(|_| damaged())?;
    Ok((day, (!rest.is_empty()).then(|| rest.to_vec())))
}
