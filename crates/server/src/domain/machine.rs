//! State machines, as data: a table of what may be done in which state.
//!
//! One machine serves projects and meetings, and whatever else has states.

use crate::error::Error;

/// A state.
pub trait State: Copy + PartialEq + 'static {
    /// Its name in the proto, without the prefix.
    fn name(self) -> &'static str;
}

/// Something that can be done.
pub trait Action: Copy + PartialEq + 'static {
    /// As `allowed_actions` lists it: `advance:STARTED`.
    fn code(self) -> String;

    /// As a sentence has it: `advance to STARTED`.
    fn verb(self) -> String;
}

/// A row of the table.
#[derive(Debug)]
pub struct Row<S: 'static, A, N: 'static> {
    /// What is done.
    pub action: A,
    /// In which states it may be.
    pub from: &'static [S],
    /// The state it leads to; none where the record itself remembers it.
    pub to: Option<S>,
    /// What must hold of the record besides.
    pub needs: &'static [N],
}

/// A state machine.
#[derive(Debug)]
pub struct Machine<S: 'static, A: 'static, N: 'static> {
    /// What may be done; an action stands in any number of rows.
    pub rows: &'static [Row<S, A, N>],
    /// What to say of an action that a state doesn't have, in place of the
    /// states that do.
    pub advice: &'static [(S, &'static str)],
}

impl<S: State, A: Action, N> Machine<S, A, N> {
    /// What may be done in `state`, in the order of the table. `unmet` gives a
    /// clause for a need that doesn't hold.
    pub fn allowed(&self, state: S, unmet: impl Fn(&N) -> Option<String>) -> Vec<String> {
        let possible = self.rows.iter().filter(|row| row.from.contains(&state));
        let allowed = possible.filter(|row| row.needs.iter().all(|need| unmet(need).is_none()));
        allowed.map(|row| row.action.code()).collect()
    }

    /// Where `action` leads from `state`; `None` where the record remembers it.
    ///
    /// # Errors
    /// [`Error::Transition`] of the record `name`, with all that is needed.
    pub fn permit(
        &self,
        name: &str,
        state: S,
        action: A,
        unmet: impl Fn(&N) -> Option<String>,
    ) -> Result<Option<S>, Error> {
        let mut rows = self.rows.iter().filter(|row| row.action == action);
        let (to, needed) = match rows.find(|row| row.from.contains(&state)) {
            Some(row) => (row.to, row.needs.iter().filter_map(unmet).collect()),
            None => (None, vec![self.advise(state, action)]),
        };
        if needed.is_empty() {
            return Ok(to);
        }
        let (name, state, action) = (name.to_owned(), state.name(), action.verb());
        Err(Error::Transition { name, state, action, needed })
    }

    /// Whether nothing leads out of `state`.
    pub fn is_final(&self, state: S) -> bool {
        !self.rows.iter().any(|row| row.from.contains(&state))
    }

    fn advise(&self, state: S, action: A) -> String {
        if let Some((_, advice)) = self.advice.iter().find(|(other, _)| *other == state) {
            return (*advice).to_owned();
        }
        let rows = self.rows.iter().filter(|row| row.action == action);
        let names: Vec<&str> = rows.flat_map(|row| row.from).map(|from| from.name()).collect();
        match names.split_last() {
            Some((last, [])) => format!("it must be {last}"),
            Some((last, others)) => format!("it must be {} or {last}", others.join(", ")),
            None => format!("no state lets it {}", action.verb()),
        }
    }
}
