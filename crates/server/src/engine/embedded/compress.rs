//! A sealed segment, compressed: independent blocks, so that one commit can be
//! read without unpacking the rest.
//!
//! ```text
//!   0 magic "OUTLAYSZ"     40 first revision of the segment
//!   8 format u32           48 length of the segment before compression
//!  12 min_reader u32       56 BLAKE3 of those bytes [32]
//!  16 flags u32            88 where the index starts
//!  20 block size u32       96 zeros
//!  24 epoch [16]          124 CRC32C of bytes 0..124
//! 128 blocks, each a zstd frame
//!     index: per block offset u64, length u32 and CRC32C of the zstd frame
//!     CRC32C of the index
//! ```
//!
//! Every place in the journal stays what it was, a number of bytes from the
//! start of the segment before it was compressed.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;

use bytes::Bytes;
use uuid::Uuid;

use super::codec::{Reader, checked, seal_crc};
use super::segment::SegmentHeader;

/// Bytes of a segment that are compressed together (256 KiB).
pub(super) const BLOCK: usize = 256 * 1024;
pub(super) const MAGIC: [u8; 8] = *b"OUTLAYSZ";
const FORMAT: u32 = 1;
const HEADER: usize = 128;
const ROW: usize = 16;
/// Flag: the bodies of all commits were dropped.
const DROPPED: u32 = 1;
/// How hard zstd tries. Records of one kind are so alike that harder levels gain
/// next to nothing: on reports 7.8 times as small at 3, 7.9 times at 9, which
/// takes five times as long.
const LEVEL: i32 = 3;

/// A compressed segment, open for reading.
#[derive(Debug)]
pub(super) struct Compressed {
    file: File,
    first: u64,
    /// Length of the segment before compression, in bytes.
    length: u64,
    digest: [u8; 32],
    /// Whether the bodies of all commits were dropped.
    pub(super) dropped: bool,
    rows: Vec<Row>,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    offset: u64,
    length: u32,
    crc: u32,
}

/// What the header says.
struct Fields {
    epoch: Uuid,
    first: u64,
    length: u64,
    digest: [u8; 32],
    dropped: bool,
    index: u64,
}

/// Compresses a segment block by block.
pub(super) struct Packer {
    compressor: zstd::bulk::Compressor<'static>,
    hasher: blake3::Hasher,
    length: u64,
    out: Vec<u8>,
    index: Vec<u8>,
}

impl Packer {
    /// # Errors
    /// Where zstd fails, which it has no reason to.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            compressor: zstd::bulk::Compressor::new(LEVEL)?,
            hasher: blake3::Hasher::new(),
            length: 0,
            out: vec![0; HEADER],
            index: Vec::new(),
        })
    }

    /// Adds the next block: [`BLOCK`] bytes, or fewer at the end.
    ///
    /// # Errors
    /// As [`Packer::new`].
    pub(super) fn add(&mut self, block: &[u8]) -> io::Result<()> {
        let packed = self.compressor.compress(block)?;
        let length = u32::try_from(packed.len()).unwrap_or(u32::MAX);
        self.index.extend_from_slice(&(self.out.len() as u64).to_be_bytes());
        self.index.extend_from_slice(&length.to_be_bytes());
        self.index.extend_from_slice(&crc32c::crc32c(&packed).to_be_bytes());
        self.out.extend_from_slice(&packed);
        self.hasher.update(block);
        self.length += block.len() as u64;
        Ok(())
    }

    /// The whole file.
    pub(super) fn finish(mut self, header: &SegmentHeader, dropped: bool) -> Vec<u8> {
        let fields = Fields {
            epoch: header.epoch,
            first: header.first,
            length: self.length,
            digest: *self.hasher.finalize().as_bytes(),
            dropped,
            index: self.out.len() as u64,
        };
        seal_crc(&mut self.index);
        self.out.extend_from_slice(&self.index);
        self.out[..HEADER].copy_from_slice(&fields.write());
        self.out
    }
}

impl Fields {
    fn write(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER);
        out.extend_from_slice(&MAGIC);
        let flags = if self.dropped { DROPPED } else { 0 };
        for number in [FORMAT, FORMAT, flags, BLOCK as u32] {
            out.extend_from_slice(&number.to_be_bytes());
        }
        out.extend_from_slice(self.epoch.as_bytes());
        out.extend_from_slice(&self.first.to_be_bytes());
        out.extend_from_slice(&self.length.to_be_bytes());
        out.extend_from_slice(&self.digest);
        out.extend_from_slice(&self.index.to_be_bytes());
        out.resize(HEADER - 4, 0);
        seal_crc(&mut out);
        out
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(Bytes::copy_from_slice(checked(bytes)?));
        if reader.array()? != MAGIC {
            return None;
        }
        let _format = reader.u32()?;
        let (min_reader, flags, block) = (reader.u32()?, reader.u32()?, reader.u32()?);
        if min_reader > FORMAT || flags > DROPPED || block != BLOCK as u32 {
            return None;
        }
        Some(Self {
            dropped: flags == DROPPED,
            epoch: Uuid::from_bytes(reader.array()?),
            first: reader.u64()?,
            length: reader.u64()?,
            digest: reader.array()?,
            index: reader.u64()?,
        })
    }
}

impl Compressed {
    /// Reads the header and the index of a file.
    ///
    /// # Errors
    /// `InvalidData` and `UnexpectedEof` where it is damaged; whatever reading
    /// fails with.
    pub(super) fn open(file: File) -> io::Result<Self> {
        let mut header = [0; HEADER];
        file.read_exact_at(&mut header, 0)?;
        let Fields { epoch: _, first, length, digest, dropped, index } =
            Fields::read(&header).ok_or_else(|| damage("its header is damaged"))?;
        let count = length.div_ceil(BLOCK as u64);
        // Before anything is allocated for it: a block takes some bytes, too.
        if file.metadata()?.len() / ROW as u64 <= count {
            return Err(damage("it ends too early"));
        }
        let mut bytes = vec![0; usize::try_from(count).unwrap_or(usize::MAX) * ROW + 4];
        file.read_exact_at(&mut bytes, index)?;
        let rows = read_index(&bytes).ok_or_else(|| damage("its index is damaged"))?;
        Ok(Self { file, first, length, digest, dropped, rows })
    }

    /// Refuses the segment of another name.
    ///
    /// # Errors
    /// `InvalidData`.
    pub(super) fn named(self, first: u64) -> io::Result<Self> {
        if self.first == first { Ok(self) } else { Err(damage("it is another segment")) }
    }

    /// How many blocks there are.
    pub(super) fn blocks(&self) -> usize {
        self.rows.len()
    }

    /// The bytes of a block before compression.
    ///
    /// # Errors
    /// As [`Compressed::open`].
    pub(super) fn block(&self, number: usize) -> io::Result<Bytes> {
        let row = self.rows.get(number).ok_or_else(|| damage("it ends too early"))?;
        let mut packed = vec![0; row.length as usize];
        self.file.read_exact_at(&mut packed, row.offset)?;
        let start = number as u64 * BLOCK as u64;
        let length = (self.length - start).min(BLOCK as u64) as usize;
        let block = (crc32c::crc32c(&packed) == row.crc)
            .then(|| zstd::bulk::decompress(&packed, length).ok())
            .flatten()
            .filter(|block| block.len() == length);
        block.map(Bytes::from).ok_or_else(|| damage("a block is damaged"))
    }

    /// All bytes before compression, up to the first block that is damaged;
    /// and whether that is all of what was compressed.
    ///
    /// # Errors
    /// Where reading fails.
    pub(super) fn unpack(&self) -> io::Result<(Vec<u8>, bool)> {
        // The file backs so many blocks: see where it is opened.
        let mut raw = Vec::with_capacity(self.blocks() * BLOCK);
        for number in 0..self.blocks() {
            match self.block(number) {
                Ok(block) => raw.extend_from_slice(&block),
                Err(error) if is_damage(&error) => return Ok((raw, false)),
                Err(error) => return Err(error),
            }
        }
        let whole = *blake3::hash(&raw).as_bytes() == self.digest;
        Ok((raw, whole))
    }

    /// Whether it is the compressed form of exactly `raw`.
    ///
    /// # Errors
    /// As [`Compressed::open`].
    pub(super) fn is_of(&self, raw: &[u8]) -> io::Result<bool> {
        if self.length != raw.len() as u64 || *blake3::hash(raw).as_bytes() != self.digest {
            return Ok(false);
        }
        for (number, block) in raw.chunks(BLOCK).enumerate() {
            if self.block(number)? != block {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn read_index(bytes: &[u8]) -> Option<Vec<Row>> {
    let mut reader = Reader::new(Bytes::copy_from_slice(checked(bytes)?));
    let mut rows = Vec::with_capacity(bytes.len() / ROW);
    while !reader.is_empty() {
        let row = Row { offset: reader.u64()?, length: reader.u32()?, crc: reader.u32()? };
        // Nothing that zstd makes of a block is twice as long.
        if row.length as usize > 2 * BLOCK {
            return None;
        }
        rows.push(row);
    }
    Some(rows)
}

fn damage(what: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

/// Whether an error says that a file is damaged, and not that reading fails.
pub(super) fn is_damage(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::UnexpectedEof)
}
