//! Tables for people: columns parted by two spaces, without lines.
//!
//! Widths are those of a terminal, where a Chinese character is two columns
//! wide. On a terminal the widest columns of text give way until a row fits;
//! elsewhere nothing is cut. Names, amounts and dates are never cut: a part of
//! them would be another.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const GAP: &str = "  ";
/// A column is never cut below this.
const MIN_WIDTH: usize = 8;

/// The head of a column.
pub(in crate::cli) struct Head {
    /// Heading.
    pub(in crate::cli) title: String,
    /// How its cells stand.
    pub(in crate::cli) fit: Fit,
}

/// How the cells of a column stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Fit {
    /// Flush left; may be cut.
    Text,
    /// Flush left; never cut.
    Whole,
    /// Flush right; never cut.
    Number,
}

/// A table.
pub(in crate::cli) struct Table {
    heads: Vec<Head>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub(in crate::cli) fn new(heads: impl IntoIterator<Item = Head>) -> Self {
        Self { heads: heads.into_iter().collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub(in crate::cli) fn push(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    /// Drops the columns that are empty in every row; the `first` ones stay.
    pub(super) fn without_empty(mut self, first: usize) -> Self {
        let used: Vec<bool> = (0..self.heads.len())
            .map(|column| {
                let mut cells = self.rows.iter().filter_map(|row| row.get(column));
                column < first || cells.any(|cell| !cell.is_empty())
            })
            .collect();
        self.heads = keep(self.heads, &used);
        self.rows = self.rows.into_iter().map(|row| keep(row, &used)).collect();
        self
    }

    /// Writes the table, at most `limit` columns wide.
    pub(in crate::cli) fn write(
        &self,
        out: &mut dyn Write,
        limit: Option<usize>,
        indent: usize,
    ) -> io::Result<()> {
        let mut widths = self.widths();
        if let Some(limit) = limit {
            self.shrink(&mut widths, limit.saturating_sub(indent));
        }
        let heads: Vec<_> = self.heads.iter().map(|head| head.title.as_str()).collect();
        self.line(out, &heads, &widths, indent)?;
        for row in &self.rows {
            let cells: Vec<_> = row.iter().map(String::as_str).collect();
            self.line(out, &cells, &widths, indent)?;
        }
        Ok(())
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths: Vec<_> = self.heads.iter().map(|head| head.title.width()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        widths
    }

    /// Takes from the widest column of text until all fit, or none can give
    /// more.
    fn shrink(&self, widths: &mut [usize], limit: usize) {
        let gaps = widths.len().saturating_sub(1) * GAP.len();
        while widths.iter().sum::<usize>() + gaps > limit {
            let pairs = widths.iter_mut().zip(&self.heads);
            let texts = pairs.filter(|(_, head)| head.fit == Fit::Text).map(|(width, _)| width);
            match texts.max_by_key(|width| **width) {
                Some(widest) if *widest > MIN_WIDTH => *widest -= 1,
                _ => return,
            }
        }
    }

    fn line(
        &self,
        out: &mut dyn Write,
        cells: &[&str],
        widths: &[usize],
        indent: usize,
    ) -> io::Result<()> {
        let mut line = " ".repeat(indent);
        for ((cell, width), head) in cells.iter().zip(widths).zip(&self.heads) {
            let cell = cut(cell, *width);
            let space = " ".repeat(width.saturating_sub(cell.width()));
            if head.fit == Fit::Number {
                line += &space;
                line += &cell;
            } else {
                line += &cell;
                line += &space;
            }
            line += GAP;
        }
        writeln!(out, "{}", line.trim_end())
    }
}

fn keep<T>(items: Vec<T>, used: &[bool]) -> Vec<T> {
    let pairs = items.into_iter().zip(used);
    pairs.filter(|(_, used)| **used).map(|(item, _)| item).collect()
}

/// The beginning of a text that fits, with a mark where something is missing.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for letter in text.chars() {
        used += letter.width().unwrap_or_default();
        if used > width {
            break;
        }
        kept.push(letter);
    }
    kept.push('…');
    kept
}
