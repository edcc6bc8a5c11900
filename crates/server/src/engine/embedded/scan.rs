//! Reading a segment from its start, frame by frame, up to its end or to the
//! first thing that is wrong.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use uuid::Uuid;

use super::body;
use super::compress::{self, Compressed};
use super::files::refused;
use super::frame::{Header, Kind, PRELUDE, Prelude};
use super::segment::{self, HEADER, SegmentHeader};
use crate::engine::{Error, Result};

/// A segment and its frames.
pub(super) struct Scan {
    /// The file that was read.
    pub(super) path: PathBuf,
    pub(super) header: SegmentHeader,
    /// All of it, as it was before it was compressed.
    pub(super) bytes: Bytes,
    pub(super) frames: Vec<Scanned>,
    /// Where the last good frame ends.
    pub(super) end: u64,
    /// Newest good revision, which may be before this segment.
    pub(super) last: u64,
    /// Chain hash of the last good frame.
    pub(super) chain: [u8; 32],
    /// Whether that is a seal.
    pub(super) sealed: bool,
    /// What is wrong behind it.
    pub(super) flaw: Option<Flaw>,
}

/// A good frame.
pub(super) struct Scanned {
    pub(super) offset: u64,
    pub(super) header: Header,
    pub(super) chain: [u8; 32],
}

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct Flaw {
    pub(super) offset: u64,
    pub(super) what: &'static str,
    extent: Extent,
}

/// How far the flaw goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// The file ends before the frame does.
    Incomplete,
    /// Something is wrong up to the end of the file.
    Tail,
    /// Good frames follow.
    Inside,
}

impl Flaw {
    /// Whether this can be what an unfinished append leaves. In the same boot
    /// that is always the front of a frame; a power cut may leave any part of
    /// the last one.
    pub(super) fn may_be_cut(&self, same_boot: bool) -> bool {
        match self.extent {
            Extent::Incomplete => true,
            Extent::Tail => !same_boot,
            Extent::Inside => false,
        }
    }
}

impl Scan {
    /// Length of the good part.
    pub(super) fn length(&self) -> usize {
        usize::try_from(self.end).unwrap_or(self.bytes.len())
    }

    /// The body of a commit of a frame, without its checksum being looked at
    /// again.
    pub(super) fn body(&self, frame: &Scanned, index: usize) -> Bytes {
        let start = frame.offset + frame.header.body_offset(index);
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let length = frame.header.rows[index].length as usize;
        self.bytes.slice(start..start + length)
    }

    /// Fails where anything in it is not what the headers say: a body that was
    /// purged or dropped leaves its hash, and is as good as any.
    pub(super) fn check(&self) -> Result<()> {
        if let Some(flaw) = &self.flaw {
            return Err(damaged(&self.path, flaw.offset, self.last, flaw.what));
        }
        for frame in &self.frames {
            for (index, row) in frame.header.rows.iter().enumerate() {
                if body::read(self.body(frame, index), row) == Err(body::Unread::Damaged) {
                    let offset = frame.offset + frame.header.body_offset(index);
                    let before = frame.header.prelude.first + index as u64 - 1;
                    let what = body::Unread::Damaged.what();
                    return Err(damaged(&self.path, offset, before, what));
                }
            }
        }
        Ok(())
    }

    /// Whether a chain hash is that of the end, or of the last commit before
    /// the seals at the end.
    pub(super) fn knows(&self, chain: [u8; 32]) -> bool {
        // Without a commit here, the watermark may name one before the seal
        // that this segment follows.
        self.last < self.header.first
            || chain == self.header.previous
            || self
                .frames
                .iter()
                .rev()
                .take_while(|frame| frame.header.prelude.last == self.last)
                .any(|frame| frame.chain == chain)
    }
}

/// Reads the segment at `path`, which is named after revision `first`; or its
/// compressed form, where that is all there is.
pub(super) fn read(path: &Path, first: u64, epoch: Uuid) -> Result<Scan> {
    match std::fs::read(path) {
        Ok(bytes) => parse(path.to_owned(), Bytes::from(bytes), first, epoch),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let compressed = segment::compressed_form(path);
            match compressed.exists() {
                true => read_compressed(&compressed, first, epoch),
                false => Err(refused(path, &error)),
            }
        }
        Err(error) => Err(refused(path, &error)),
    }
}

/// Reads the compressed segment at `path`.
pub(super) fn read_compressed(path: &Path, first: u64, epoch: Uuid) -> Result<Scan> {
    let compressed = File::open(path).and_then(Compressed::open);
    let compressed = compressed.and_then(|compressed| compressed.named(first));
    let (bytes, whole) = match compressed.and_then(|compressed| compressed.unpack()) {
        Err(error) if compress::is_damage(&error) => {
            return Err(damaged(path, 0, first.saturating_sub(1), &error.to_string()));
        }
        unpacked => unpacked.map_err(|error| refused(path, &error))?,
    };
    let mut scan = parse(path.to_owned(), Bytes::from(bytes), first, epoch)?;
    if !whole {
        // As far as it could be unpacked, it may look like an unfinished one.
        scan.flawed("what was compressed is damaged", Extent::Inside);
    }
    Ok(scan)
}

/// Reads `bytes`, which are all of the segment at `path`.
pub(super) fn parse(path: PathBuf, bytes: Bytes, first: u64, epoch: Uuid) -> Result<Scan> {
    let good = first.saturating_sub(1);
    let header = SegmentHeader::read(&bytes)
        .filter(|header| header.first == first && header.epoch == epoch)
        .ok_or_else(|| damaged(&path, 0, good, "the header of the segment is damaged"))?;
    let mut scan = Scan {
        path,
        header,
        bytes,
        frames: Vec::new(),
        end: HEADER as u64,
        last: good,
        chain: header.previous,
        sealed: false,
        flaw: None,
    };
    while scan.flaw.is_none() && scan.length() < scan.bytes.len() {
        scan.step();
    }
    Ok(scan)
}

/// The error for damage of a segment, or of the directory of all.
pub(super) fn damaged(path: &Path, offset: u64, revision: u64, what: &str) -> Error {
    let counted = segment::counted(path);
    Error::Damaged {
        file: path.display().to_string(),
        offset,
        revision,
        what: format!("{what}{counted}; nothing was changed: restore the journal from a copy"),
    }
}

impl Scan {
    /// Takes the next frame, or notes what is wrong with it.
    fn step(&mut self) {
        let rest = self.bytes.slice(self.length()..);
        if rest.len() < PRELUDE {
            return self.flawed("a frame is incomplete", Extent::Incomplete);
        }
        let Some(prelude) = Prelude::read(&rest) else {
            return self.wrong("the header of a frame is damaged", &rest, None);
        };
        if !prelude.follows(self.last) || prelude.previous != self.chain {
            return self.wrong("a frame does not follow the one before", &rest, None);
        }
        if prelude.total() > rest.len() as u64 {
            return self.flawed("a frame is incomplete", Extent::Incomplete);
        }
        let total = prelude.total();
        let (table, bodies) = rest[PRELUDE..].split_at(prelude.table());
        let Some(header) = Header::read(prelude, table) else {
            return self.wrong("the table of a frame is damaged", &rest, None);
        };
        if !bodies_match(&header, bodies) {
            return self.wrong("the body of a commit is damaged", &rest, Some(&header));
        }
        let chain = header.chain();
        self.frames.push(Scanned { offset: self.end, chain, header });
        self.accept(chain, total);
    }

    fn accept(&mut self, chain: [u8; 32], total: u64) {
        if let Some(frame) = self.frames.last() {
            let prelude = &frame.header.prelude;
            self.last = prelude.last;
            self.sealed = prelude.kind == Kind::Seal;
        }
        self.chain = chain;
        self.end += total;
    }

    /// Notes damage, and whether anything good comes after it. A value may be
    /// made to look like a frame: what lies inside the frame that is damaged,
    /// or cannot come after it, proves nothing.
    fn wrong(&mut self, what: &'static str, rest: &[u8], torn: Option<&Header>) {
        let start = torn.map_or(1, |torn| usize::try_from(torn.prelude.total()).unwrap_or(1));
        let last = torn.map_or(self.last, |torn| torn.prelude.last);
        let chain = torn.map(Header::chain);
        let follows = (start..rest.len().saturating_sub(PRELUDE - 1))
            .filter(|offset| rest[*offset..].starts_with(b"OLFR"))
            .filter_map(|offset| Prelude::read(&rest[offset..]))
            .any(|later| match chain {
                Some(chain) if later.follows(last) => later.previous == chain,
                _ => later.first > last,
            });
        let extent = if follows { Extent::Inside } else { Extent::Tail };
        self.flawed(what, extent);
    }

    fn flawed(&mut self, what: &'static str, extent: Extent) {
        self.flaw = Some(Flaw { offset: self.end, what, extent });
    }
}

fn bodies_match(header: &Header, bodies: &[u8]) -> bool {
    let mut rest = bodies;
    header.rows.iter().all(|row| {
        let Some((body, after)) = rest.split_at_checked(row.length as usize) else {
            return false;
        };
        rest = after;
        crc32c::crc32c(body) == row.crc
    })
}
