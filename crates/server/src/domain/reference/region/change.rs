//! How one region's dates change: it moves, it ends, parts leave it.

use super::{MAX_LINKS, MAX_SUCCESSORS, Region, RegionLink, RegionSuccessor};
use crate::domain::date::Date;
use crate::domain::flaw::Flaw;
use crate::domain::id::Id;
use crate::error::Reason;

/// What was decided, and from which day on it is so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// From which day on.
    pub date: Date,
    /// Why; may be empty.
    pub reason: String,
    /// Number of the document that says so; may be empty.
    pub document_number: String,
}

impl Decision {
    /// What is so from today on, without more words.
    #[must_use]
    pub fn of_today(today: Date) -> Self {
        Self { date: today, reason: String::new(), document_number: String::new() }
    }

    /// What a history says of it: what was done, why, and by which document.
    #[must_use]
    pub fn note(&self, what: &str) -> String {
        let mut note = what.to_owned();
        if !self.reason.is_empty() {
            note.push_str(": ");
            note.push_str(&self.reason);
        }
        if !self.document_number.is_empty() {
            note.push_str(&format!(" ({})", self.document_number));
        }
        note
    }

    fn link(&self, parent: &Id, valid_to: Option<Date>) -> RegionLink {
        RegionLink {
            parent: parent.clone(),
            valid_from: Some(self.date),
            valid_to,
            reason: self.reason.clone(),
            document_number: self.document_number.clone(),
        }
    }

    fn successor(&self, region: &Id) -> RegionSuccessor {
        RegionSuccessor {
            region: region.clone(),
            date: self.date,
            reason: self.reason.clone(),
            document_number: self.document_number.clone(),
        }
    }
}

impl Region {
    /// Places it below `parent` from a day on, until its next link begins.
    /// Where it stands there already nothing changes.
    ///
    /// # Errors
    /// `DateOrder` where it hasn't begun by then, `RegionNotValid` where it has
    /// ended, `RegionChangeConflict` where it comes to another parent on that
    /// day already, `FieldTooLong` where it has as many links as it may.
    pub fn move_to(&mut self, parent: &Id, decision: &Decision) -> Result<(), Flaw> {
        let date = decision.date;
        self.living_on(date)?;
        let at = self.links.iter().position(|link| link.validity().contains(date));
        if at.is_some_and(|at| self.links[at].parent == *parent) {
            return Ok(());
        }
        if let Some(same) = self.links.iter().find(|link| link.valid_from == Some(date)) {
            let text = format!(
                "is {date}, on which the region comes below regions/{} already: correct its \
                 links by an update",
                same.parent
            );
            return Err(Flaw::new(Reason::RegionChangeConflict, text));
        }
        let later = self.links.iter().filter_map(|link| link.valid_from);
        let until = match at {
            Some(at) => self.links[at].valid_to.replace(date),
            None => later.filter(|from| *from > date).min(),
        };
        self.links.push(decision.link(parent, until));
        self.tidy_links()
    }

    /// Places it below `new` wherever it stands below `old` from a day on.
    ///
    /// # Errors
    /// `FieldTooLong` where it would have more links than it may.
    pub fn relink(&mut self, old: &Id, new: &Id, decision: &Decision) -> Result<(), Flaw> {
        let date = decision.date;
        let mut more = Vec::new();
        let begin = self.valid_from;
        for link in self.links.iter_mut().filter(|link| link.parent == *old) {
            // A day sorts after none.
            if link.valid_from.max(begin) >= Some(date) {
                link.parent = new.clone();
            } else if !link.validity().is_over(date) {
                more.push(decision.link(new, link.valid_to.replace(date)));
            }
        }
        self.links.extend(more);
        self.tidy_links()
    }

    /// Ends it on a day, followed by others.
    ///
    /// # Errors
    /// Those of [`Self::move_to`] for the day; `RegionChangeConflict` where it
    /// is to end, or something is recorded of it, on that day or later.
    pub fn end(&mut self, successors: &[Id], decision: &Decision) -> Result<(), Flaw> {
        let date = decision.date;
        self.living_on(date)?;
        let conflict = |text: String| Err(Flaw::new(Reason::RegionChangeConflict, text));
        if let Some(to) = self.valid_to {
            return conflict(format!(
                "is {date}, and the region is to end on {to} already: correct that by an update"
            ));
        }
        if let Some(from) = self.links.iter().filter_map(|link| link.valid_from).max()
            && from >= date
        {
            return conflict(format!(
                "is {date}, and the region is to move on {from}: correct its links by an update"
            ));
        }
        if let Some(next) = self.successors.iter().find(|next| next.date > date) {
            return conflict(format!(
                "is {date}, and regions/{} is parted from the region on {}: correct its \
                 successors by an update",
                next.region, next.date
            ));
        }
        self.part(successors, decision)?;
        self.valid_to = Some(date);
        Ok(())
    }

    /// Lets parts leave it on a day; it lives on.
    ///
    /// # Errors
    /// Those of [`Self::move_to`] for the day, and `FieldTooLong` where it has
    /// as many successors as it may.
    pub fn part(&mut self, successors: &[Id], decision: &Decision) -> Result<(), Flaw> {
        self.living_on(decision.date)?;
        for region in successors {
            let known =
                |next: &RegionSuccessor| next.region == *region && next.date == decision.date;
            if !self.successors.iter().any(known) {
                self.successors.push(decision.successor(region));
            }
        }
        self.successors.sort_by_key(|next| next.date);
        if self.successors.len() > MAX_SUCCESSORS {
            let text = format!("would have more than {MAX_SUCCESSORS} successors");
            return Err(Flaw::new(Reason::FieldTooLong, text));
        }
        Ok(())
    }

    /// Whether something can happen to it on a day: it began before, and lives.
    fn living_on(&self, date: Date) -> Result<(), Flaw> {
        if let Some(from) = self.valid_from.filter(|from| date <= *from) {
            let text = format!("is {date}: it must be later than {from}, when the region begins");
            return Err(Flaw::new(Reason::DateOrder, text));
        }
        match self.valid_to {
            Some(to) if to < date => {
                let text = format!("is {date}, and the region ended on {to}");
                Err(Flaw::new(Reason::RegionNotValid, text))
            }
            Some(to) if to == date => {
                let text = format!("is {date}, and the region ends on that day already");
                Err(Flaw::new(Reason::RegionChangeConflict, text))
            }
            _ => Ok(()),
        }
    }

    fn tidy_links(&mut self) -> Result<(), Flaw> {
        self.links.sort_by_key(|link| link.valid_from);
        if self.links.len() > MAX_LINKS {
            let text = format!("would have more than {MAX_LINKS} links");
            return Err(Flaw::new(Reason::FieldTooLong, text));
        }
        Ok(())
    }
}
