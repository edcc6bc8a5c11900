//! A CSV file as rows of cells. A row that is broken costs no other: it is told
//! with its line, and reading goes on with the next one.

use std::io::{self, Chain, Read};

use csv::{ByteRecord, Reader, ReaderBuilder, Terminator};

/// Largest row in bytes: its batch must fit in a message.
pub(super) const MAX_ROW_BYTES: usize = 1 << 20;

/// Ends the last row where the file doesn't: rows are counted by their ends.
const LAST_LINE_FEED: &[u8] = b"\n";

/// A row: the line on which it begins, and its cells or why there are none.
pub(super) type Cells = (u64, Result<Vec<String>, &'static str>);

/// The rows of a file.
pub(super) struct Lines<'a> {
    reader: Reader<Chain<Box<dyn Read + Send + 'a>, &'static [u8]>>,
    record: ByteRecord,
}

impl<'a> Lines<'a> {
    /// Nothing is read yet.
    pub(super) fn new(input: Box<dyn Read + Send + 'a>) -> Self {
        // How many cells a row has, and whether they are UTF-8, is asked of each
        // row: the reader would end the file at the first that is wrong.
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            // Otherwise the lines of a file with CR LF aren't counted right.
            .terminator(Terminator::Any(b'\n'))
            .from_reader(input.chain(LAST_LINE_FEED));
        Self { reader, record: ByteRecord::new() }
    }

    /// The next row; none at the end. Empty lines are passed over.
    pub(super) fn next(&mut self) -> io::Result<Option<Cells>> {
        loop {
            if !self.reader.read_byte_record(&mut self.record).map_err(io::Error::from)? {
                return Ok(None);
            }
            if self.record.as_slice() != b"\r" {
                return Ok(Some(self.cells()));
            }
        }
    }

    /// The line on which the row begins. The record's own position stands before
    /// empty lines that were passed over, so it is counted from the row's end.
    fn line(&self) -> u64 {
        let within = self.record.as_slice().iter().filter(|byte| **byte == b'\n').count();
        let end = self.reader.position().line();
        let begin = self.record.position().map_or(0, csv::Position::line);
        begin.max(end.saturating_sub(1 + within as u64))
    }

    fn cells(&self) -> Cells {
        let line = self.line();
        if self.record.as_slice().len() > MAX_ROW_BYTES {
            let why = "the row is larger than 1 MiB, too large to be sent; or a quote that it \
                       opens isn't closed";
            return (line, Err(why));
        }
        let mut cells: Vec<Vec<u8>> = self.record.iter().map(<[u8]>::to_vec).collect();
        if let Some(last) = cells.last_mut().filter(|last| last.last() == Some(&b'\r')) {
            last.pop();
        }
        let texts: Result<_, _> = cells.into_iter().map(String::from_utf8).collect();
        (line, texts.map_err(|_| "this isn't UTF-8: save the file as UTF-8 (not as GBK)"))
    }
}
