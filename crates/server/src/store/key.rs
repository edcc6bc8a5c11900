//! Keys: tuples whose byte order is their order.
//!
//! A key is a table byte and then its components. Numbers are big-endian with
//! the sign flipped, so that negative ones come first; texts end with a zero
//! byte, and a zero byte within one is escaped. The last component of a key
//! needs no end. What is written here is the disk format: the tests below
//! hold golden keys.

use crate::domain::id::Id;
use crate::domain::kind::Kind;

/// What a key is of. The numbers are on disk and never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Table {
    /// A record: kind, id.
    Record = 1,
    /// An index entry: [`Index`], its components, the order, the id.
    Index = 2,
    /// A unique code: kind, field number, code. Its value is the id.
    Unique = 3,
    /// A version of a record: kind, id, version.
    History = 4,
    /// A request id: principal, method, id.
    Request = 5,
    /// The newest change of a tree of reference data: kind.
    Tree = 6,
    /// A secret of the store: its name.
    Secret = 7,
    /// A mark of the store: its name. Its value is the last number that was given
    /// under it, where numbers are.
    Mark = 8,
    /// How many records name a record: kind, id.
    Uses = 9,
    /// A posting: kind, token, order, hash of the id.
    Posting = 10,
    /// A pair of characters that is a token: kind, character or initials, pair.
    Vocabulary = 11,
    /// A deleted record: when it was deleted, kind, id.
    Deleted = 12,
    /// A record that is being erased: kind, id.
    Erasing = 13,
    /// A cell of what records count for: family, and what it is by.
    Cell = 14,
}

/// A key that is being written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Key(Vec<u8>);

impl Key {
    /// A key of `table`.
    #[must_use]
    pub fn new(table: Table) -> Self {
        Self(vec![table as u8])
    }

    /// A key part that isn't in a table by itself.
    #[must_use]
    pub fn part() -> Self {
        Self::default()
    }

    /// One byte.
    #[must_use]
    pub fn byte(mut self, value: u8) -> Self {
        self.0.push(value);
        self
    }

    /// A kind of record.
    #[must_use]
    pub fn kind(self, kind: Kind) -> Self {
        self.byte(kind.number() as u8)
    }

    /// A number, in its order.
    #[must_use]
    pub fn number(mut self, value: i64) -> Self {
        let flipped = (value as u64) ^ (1 << 63);
        self.0.extend_from_slice(&flipped.to_be_bytes());
        self
    }

    /// A count, in its order.
    #[must_use]
    pub fn count(mut self, value: u64) -> Self {
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    /// A text, in byte order.
    #[must_use]
    pub fn text(mut self, value: &str) -> Self {
        for byte in value.bytes() {
            self.0.push(byte);
            if byte == 0 {
                self.0.push(0xFF);
            }
        }
        self.0.push(0);
        self
    }

    /// The last component, which needs no end.
    #[must_use]
    pub fn last(mut self, value: &[u8]) -> Vec<u8> {
        self.0.extend_from_slice(value);
        self.0
    }

    /// The key as it is.
    #[must_use]
    pub fn done(self) -> Vec<u8> {
        self.0
    }
}

/// The number that [`Key::number`] wrote.
#[must_use]
pub fn read_number(bytes: [u8; 8]) -> i64 {
    (u64::from_be_bytes(bytes) ^ (1 << 63)) as i64
}

/// Key of a record.
#[must_use]
pub fn record(kind: Kind, id: &Id) -> Vec<u8> {
    Key::new(Table::Record).kind(kind).last(id.as_str().as_bytes())
}

/// Prefix of all records of a kind; what follows is the id.
#[must_use]
pub fn records(kind: Kind) -> Vec<u8> {
    Key::new(Table::Record).kind(kind).done()
}

/// Prefix of all versions of a record; what follows is the version.
#[must_use]
pub fn versions(kind: Kind, id: &Id) -> Vec<u8> {
    Key::new(Table::History).kind(kind).text(id.as_str()).done()
}

/// Key of the entry of a record that was deleted at `micros` since 1970.
#[must_use]
pub fn deleted(micros: i64, kind: Kind, id: &Id) -> Vec<u8> {
    Key::new(Table::Deleted).number(micros).kind(kind).last(id.as_str().as_bytes())
}

/// Key of what is left to do of a record that is being erased.
#[must_use]
pub fn erasing(kind: Kind, id: &Id) -> Vec<u8> {
    Key::new(Table::Erasing).kind(kind).last(id.as_str().as_bytes())
}

/// Key of a mark.
#[must_use]
pub fn mark(name: &str) -> Vec<u8> {
    Key::new(Table::Mark).last(name.as_bytes())
}

/// Key of one version of a record.
#[must_use]
pub fn version(kind: Kind, id: &Id, version: u64) -> Vec<u8> {
    Key::new(Table::History).kind(kind).text(id.as_str()).count(version).done()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_as_ever() {
        let id = Id::parse("a-1").unwrap();
        let parts = Key::part().byte(7).number(-1).number(1).count(2).text("a\0b").done();
        let cases: [(Vec<u8>, &[u8]); 6] = [
            (record(Kind::Project, &id), &[1, 6, b'a', b'-', b'1']),
            (version(Kind::Project, &id, 3), &[4, 6, b'a', b'-', b'1', 0, 0, 0, 0, 0, 0, 0, 0, 3]),
            (mark("demo"), b"\x08demo"),
            (deleted(2, Kind::Project, &id), &[12, 0x80, 0, 0, 0, 0, 0, 0, 2, 6, b'a', b'-', b'1']),
            (erasing(Kind::Project, &id), &[13, 6, b'a', b'-', b'1']),
            (
                parts,
                &[
                    7, 0x7F, 255, 255, 255, 255, 255, 255, 255, 0x80, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
                    0, 0, 0, 0, 2, b'a', 0, 0xFF, b'b', 0,
                ],
            ),
        ];
        for (key, golden) in cases {
            assert_eq!(key, golden);
        }
    }
}
