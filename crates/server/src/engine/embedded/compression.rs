//! The duty that compresses sealed segments, oldest first, a little at a time.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::TryLockError;

use super::compress::{BLOCK, Packer};
use super::housekeeping::{Duty, Step};
use super::rewrite::{failed, install};
use super::scan;
use super::segment::{self, SegmentHeader};
use super::shared::Shared;
use crate::engine::Result;

/// Blocks that one step compresses: some milliseconds, which a call that comes
/// in meanwhile hardly notices.
const STEP_BLOCKS: usize = 2;
/// So many segments that wait are too many: what comes in faster than it is
/// compressed would lie about at several times its size.
const BEHIND: usize = 3;

/// The duty.
#[derive(Default)]
pub(super) struct CompressDuty {
    /// Revision at which it was seen last that there is nothing to do.
    looked: Option<u64>,
    making: Option<Making>,
}

/// A segment on its way.
struct Making {
    header: SegmentHeader,
    file: File,
    length: u64,
    offset: u64,
    packer: Packer,
    /// How it goes on: the more wait, the faster.
    pace: Step,
}

impl Duty for CompressDuty {
    fn name(&self) -> &'static str {
        "compression"
    }

    fn step(&mut self, shared: &Shared) -> Result<Step> {
        let Some(making) = &mut self.making else {
            return self.begin(shared);
        };
        let path = segment::path(shared.segments.directory(), making.header.first);
        if making.offset < making.length {
            making.go_on().map_err(|error| failed(&path, error))?;
            return Ok(making.pace);
        }
        // A purge may be at it.
        let rewriting = match shared.segments.rewriting.try_lock() {
            Err(TryLockError::WouldBlock) => return Ok(Step::More),
            Err(TryLockError::Poisoned(rewriting)) => rewriting.into_inner(),
            Ok(rewriting) => rewriting,
        };
        if let Some(Making { header, packer, .. }) = self.making.take() {
            finish(shared, &path, &header, packer)?;
        }
        drop(rewriting);
        Ok(Step::More)
    }

    fn give_up(&mut self, _: &Shared) {
        *self = Self::default();
    }
}

impl CompressDuty {
    fn begin(&mut self, shared: &Shared) -> Result<Step> {
        let revision = shared.revision();
        if self.looked == Some(revision) {
            return Ok(Step::Nothing);
        }
        let directory = shared.segments.directory();
        let raw = segment::list_raw(directory)?;
        // The last one is being written.
        let [first, _, ..] = raw.as_slice() else {
            self.looked = Some(revision);
            return Ok(Step::Nothing);
        };
        let path = segment::path(directory, *first);
        // What is damaged is not made harder to repair.
        let scan = scan::read(&path, *first, shared.marker.epoch)?;
        scan.check()?;
        let file = File::open(&path).map_err(|error| failed(&path, error))?;
        let packer = Packer::new().map_err(|error| failed(&path, error))?;
        let length = scan.bytes.len() as u64;
        // The last one isn't among those that wait.
        let pace = if raw.len() > BEHIND { Step::Late } else { Step::More };
        self.making = Some(Making { header: scan.header, file, length, offset: 0, packer, pace });
        Ok(pace)
    }
}

impl Making {
    fn go_on(&mut self) -> io::Result<()> {
        let mut block = vec![0; BLOCK];
        for _ in 0..STEP_BLOCKS {
            let length = (self.length - self.offset).min(BLOCK as u64);
            block.truncate(length as usize);
            if length > 0 {
                self.file.read_exact_at(&mut block, self.offset)?;
                self.packer.add(&block)?;
                self.offset += length;
            }
        }
        Ok(())
    }
}

fn finish(shared: &Shared, path: &Path, header: &SegmentHeader, packer: Packer) -> Result<()> {
    let raw = match std::fs::read(path) {
        // A purge was faster.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        raw => raw.map_err(|error| failed(path, error))?,
    };
    let packed = packer.finish(header, false);
    install(shared, header, &raw, &packed)?;
    let (first, before, after) = (header.first, raw.len(), packed.len());
    tracing::info!(first, before, after, "compressed a segment of the journal");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Embedded, Settings};
    use super::*;
    use crate::engine::{Class, Commit, Engine, Error, Operation};

    #[tokio::test]
    async fn what_is_damaged_is_told_and_not_compressed() {
        let name = format!("outlay-compression-{}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        let settings = Settings {
            segment_bytes: 1_000,
            reserve_bytes: 0,
            compress: false,
            ..Settings::default()
        };
        let engine = Embedded::open(&directory, &settings).unwrap();
        for number in 0..4_u8 {
            let put = Operation::Put {
                class: Class::Record,
                key: vec![number],
                value: vec![number; 900].into(),
            };
            engine.commit(Commit { operations: vec![put], ..Commit::default() }).await.unwrap();
        }
        let journals = directory.join("journal");
        let damaged = segment::path(&journals, 2);
        let mut bytes = std::fs::read(&damaged).unwrap();
        bytes[300] ^= 1;
        std::fs::write(&damaged, &bytes).unwrap();
        let mut duty = CompressDuty::default();
        let found = loop {
            match duty.step(&engine.shared) {
                Ok(step) => assert_ne!(step, Step::Nothing),
                Err(error) => break error,
            }
        };
        assert!(matches!(&found, Error::Damaged { revision: 1, .. }), "{found}");
        assert_eq!(segment::list_raw(&journals).unwrap(), [2, 3, 4], "the first one went well");
        assert_eq!(std::fs::read(&damaged).unwrap(), bytes);
        drop(engine);
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
