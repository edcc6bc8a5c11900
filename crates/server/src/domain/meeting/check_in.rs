//! How people check themselves in: a code that is good for some minutes.

use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use uuid::Uuid;

use super::Meeting;
use super::attendance::unknown;
use super::attendee::{Attendance, Attendee};
use super::state::MeetingState;
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::stored::is_zero;
use crate::error::{Error, Reason};

/// How often a wrong code may be tried before the check-in closes itself. Of the
/// 208,827,064,576 codes that is one try in two billion.
pub const MAX_WRONG_TRIES: u32 = 100;
/// How many earlier codes are still told from wrong ones.
const MAX_REPLACED: usize = 20;
/// The characters of a code: none looks like another, on paper or on a screen.
const ALPHABET: &[u8; 26] = b"34679ACDEFGHJKLMNPQRTUVWXY";
/// Characters of a code.
const LENGTH: usize = 8;

/// The check-in of a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CheckIn {
    /// Random bytes that are hashed with the codes.
    #[n(1)]
    pub salt: ByteArray<16>,
    /// Hash of the code.
    #[n(2)]
    pub hash: ByteArray<32>,
    /// When it was opened.
    #[n(3)]
    pub open_time: Instant,
    /// From when on the code isn't good any more.
    #[n(4)]
    pub expire_time: Instant,
    /// How often a wrong code was tried.
    #[n(5)]
    #[cbor(skip_if = "is_zero")]
    pub wrong_tries: u32,
    /// Whether it was closed.
    #[n(6)]
    pub closed: bool,
    /// Hashes of the codes before, the latest first.
    #[n(7)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub replaced: Vec<ByteArray<32>>,
}

/// A code that was just made. It is shown once.
#[derive(Clone, Debug)]
pub struct Code {
    text: String,
    salt: Uuid,
}

/// Who checks in.
#[derive(Clone, Debug)]
pub enum Who {
    /// The attendee with this id.
    Attendee(Id),
    /// The person of this organisation and name.
    Person(Id, String),
}

impl Code {
    /// A code made of two random ids.
    #[must_use]
    pub fn of(random: Uuid, salt: Uuid) -> Self {
        let base = u64::try_from(ALPHABET.len()).unwrap_or(1);
        // The second half of an id has 62 random bits, so that what is left over
        // makes no code likelier than another by more than a part in 20 million.
        let mut number = random.as_u64_pair().1 & (u64::MAX >> 2);
        let mut text = String::with_capacity(LENGTH);
        for _ in 0..LENGTH {
            let at = usize::try_from(number % base).unwrap_or_default();
            text.extend(ALPHABET.get(at).copied().map(char::from));
            number /= base;
        }
        Self { text, salt }
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl CheckIn {
    /// Whether this is its code, as it was typed.
    #[must_use]
    pub fn is_code(&self, typed: &str) -> bool {
        // Hashes are compared in a time that doesn't tell where they differ.
        blake3::Hash::from(*self.hash) == hashed(&self.salt, typed)
    }

    fn was_code(&self, typed: &str) -> bool {
        let hash = hashed(&self.salt, typed);
        self.replaced.iter().any(|before| blake3::Hash::from(**before) == hash)
    }
}

fn hashed(salt: &[u8; 16], typed: &str) -> blake3::Hash {
    let letters = typed.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
    let code: String = letters.map(|letter| letter.to_ascii_uppercase()).collect();
    blake3::Hasher::new().update(salt).update(code.as_bytes()).finalize()
}

impl Meeting {
    /// Opens the check-in of the meeting `name` with a new code.
    ///
    /// # Errors
    /// [`Error::Transition`] for a meeting that wasn't announced or is over.
    pub fn open_check_in(
        &mut self,
        name: &str,
        code: &Code,
        now: Instant,
        expire_time: Instant,
    ) -> Result<(), Error> {
        let held = [MeetingState::Scheduled, MeetingState::InProgress];
        self.require(name, &held, "be checked in to")?;
        let (salt, mut replaced) = match self.check_in.take() {
            Some(before) => (before.salt, [vec![before.hash], before.replaced].concat()),
            None => (ByteArray::from(code.salt.into_bytes()), Vec::new()),
        };
        replaced.truncate(MAX_REPLACED);
        self.check_in = Some(CheckIn {
            salt,
            hash: ByteArray::from(*hashed(&salt, &code.text).as_bytes()),
            open_time: now,
            expire_time,
            wrong_tries: 0,
            closed: false,
            replaced,
        });
        Ok(())
    }

    /// Closes the check-in of the meeting `name`.
    ///
    /// # Errors
    /// [`Error::Refused`] where none is open.
    pub fn close_check_in(&mut self, name: &str) -> Result<(), Error> {
        match self.check_in.as_mut().filter(|check_in| !check_in.closed) {
            Some(check_in) => check_in.closed = true,
            None => return Err(not_open(name)),
        }
        Ok(())
    }

    /// Closes the check-in, where one is open, with the meeting.
    pub(super) fn end_check_in(&mut self) {
        if let Some(check_in) = &mut self.check_in {
            check_in.closed = true;
        }
    }

    /// Checks somebody in to the meeting `name` with a code; nothing changes for
    /// who is there already. Nothing is said of attendees to who has no code.
    ///
    /// # Errors
    /// [`Error::Refused`] for a code that isn't good, with
    /// [`Reason::CheckInCodeWrong`] for one to be counted; [`Error::Fields`] for
    /// an attendee that there isn't.
    pub fn check_in(
        &mut self,
        name: &str,
        code: &str,
        who: &Who,
        now: Instant,
    ) -> Result<(), Error> {
        self.check_code(name, code, now)?;
        let Some(attendee) = self.who(who) else {
            return Err(unknown_who(who));
        };
        if attendee.came() && attendee.leave_time.is_none() {
            return Ok(());
        }
        if let (Who::Person(_, given), true) = (who, attendee.display_name.is_empty()) {
            attendee.display_name.clone_from(given);
        }
        if !attendee.came() {
            attendee.attendance = Some(Attendance::Present);
            attendee.arrive_time = None;
        }
        attendee.arrive_time.get_or_insert(now);
        attendee.leave_time = None;
        attendee.check_in_time = Some(now);
        Ok(())
    }

    /// Whether a code is good.
    ///
    /// # Errors
    /// [`Error::Refused`] where it isn't.
    pub fn check_code(&self, name: &str, code: &str, now: Instant) -> Result<(), Error> {
        let open = self.check_in.as_ref().filter(|check_in| !check_in.closed);
        let Some(check_in) = open else { return Err(not_open(name)) };
        let (reason, why) = if check_in.expire_time <= now {
            (Reason::CheckInExpired, "the time of its check-in is over: ask for a new code")
        } else if check_in.is_code(code) {
            return Ok(());
        } else if check_in.was_code(code) {
            (
                Reason::CheckInCodeReplaced,
                "another code has taken the place of this one: ask for it",
            )
        } else {
            (Reason::CheckInCodeWrong, "the code isn't right: look at it again, or ask for it")
        };
        Err(Error::Refused { name: name.to_owned(), reason, why: why.to_owned() })
    }

    /// Counts a wrong code, and closes the check-in where there were too many.
    pub fn count_wrong_try(&mut self) {
        if let Some(check_in) = &mut self.check_in {
            check_in.wrong_tries += 1;
            check_in.closed |= check_in.wrong_tries >= MAX_WRONG_TRIES;
        }
    }

    fn who(&mut self, who: &Who) -> Option<&mut Attendee> {
        let at = match who {
            Who::Attendee(id) => {
                self.attendees.iter().position(|attendee| attendee.id.as_ref() == Some(id))
            }
            Who::Person(organisation, name) => {
                let of = |attendee: &Attendee| attendee.organisation.as_ref() == Some(organisation);
                let named = |given: &str| {
                    let mut found = self.attendees.iter().enumerate();
                    found.find(|(_, one)| of(one) && one.display_name == given).map(|(at, _)| at)
                };
                // Where only the organisation was invited the place is theirs.
                named(name).or_else(|| named(""))
            }
        };
        self.attendees.get_mut(at?)
    }
}

fn unknown_who(who: &Who) -> Error {
    match who {
        Who::Attendee(id) => Error::field("attendee", Reason::AttendeeUnknown, unknown(id)),
        Who::Person(organisation, _) => {
            let text = format!(
                "is nobody whom organisations/{organisation} was invited with: write the name as \
                 in the invitation, or have the person invited"
            );
            Error::field("display_name", Reason::AttendeeUnknown, text)
        }
    }
}

fn not_open(name: &str) -> Error {
    let why = "no check-in is open: it must be opened first".to_owned();
    Error::Refused { name: name.to_owned(), reason: Reason::CheckInNotOpen, why }
}
