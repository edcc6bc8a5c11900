//! The page that is written: headings, facts, lines and tables.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use crate::cli::output::{Fit, Head, Table, cut, visible};

/// How far what stands under a heading is moved in.
const INDENT: usize = 2;
/// Cells of a text that is shortened, where no terminal has fewer.
const SHORT: usize = 100;

/// The page. What isn't meant for a terminal is taken out of all that is written.
pub(super) struct Page<'a> {
    out: &'a mut dyn Write,
    width: Option<usize>,
}

impl<'a> Page<'a> {
    /// A page of at most so many cells to the line, where that is known.
    pub(super) fn new(out: &'a mut dyn Write, width: Option<usize>) -> Self {
        Self { out, width }
    }

    /// A line.
    pub(super) fn line(&mut self, indent: usize, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}{}", " ".repeat(indent), visible(text))
    }

    /// A line that ends where there is no more room, which `…` tells.
    pub(super) fn short(&mut self, indent: usize, text: &str) -> io::Result<()> {
        let room = self.width.unwrap_or(SHORT).min(SHORT).saturating_sub(indent);
        self.line(indent, &cut(visible(text).trim(), room))
    }

    /// The heading of a part, after an empty line.
    pub(super) fn heading(&mut self, text: &str) -> io::Result<()> {
        self.line(0, "")?;
        self.line(0, text)
    }

    /// What is known, each with its label before it.
    pub(super) fn facts(&mut self, facts: &[(&str, String)]) -> io::Result<()> {
        let known = || facts.iter().filter(|(_, value)| !value.is_empty());
        let width = known().map(|(label, _)| label.width()).max().unwrap_or_default();
        for (label, value) in known() {
            let space = " ".repeat(width - label.width());
            self.line(0, &format!("{label}{space}  {value}"))?;
        }
        Ok(())
    }

    /// A table, without the columns in which nothing stands.
    pub(super) fn table(
        &mut self,
        heads: &[(&str, Fit)],
        rows: impl IntoIterator<Item = Vec<String>>,
        indent: usize,
    ) -> io::Result<()> {
        let mut table = Table::new(heads.iter().map(|(title, fit)| Head::new(*title, *fit)));
        for row in rows {
            table.push(row.iter().map(|cell| visible(cell)).collect());
        }
        table.without_empty(0).write(self.out, self.width, INDENT + indent)
    }
}
