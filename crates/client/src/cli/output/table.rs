//! Tables for people: columns parted by two spaces, without lines.
//!
//! Widths are those of a terminal, where a Chinese character is two columns
//! wide. On a terminal the widest columns of text give way until a row fits, and
//! where that isn't enough, the last columns are left out, which `…` in the
//! heading tells; elsewhere nothing is cut. Names, amounts and dates are never
//! cut: a part of them would be another.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const GAP: &str = "  ";
/// Stands where something is missing.
const MARK: &str = "…";
/// A column of text is never cut below this.
const MIN_TEXT: usize = 12;
/// Nor is one of sentences below this.
const MIN_PROSE: usize = 24;

/// The head of a column.
pub(in crate::cli) struct Head {
    /// Heading.
    pub(in crate::cli) title: String,
    /// How its cells stand.
    pub(in crate::cli) fit: Fit,
    /// It is never left out, however narrow the terminal is.
    pub(in crate::cli) stays: bool,
}

impl Head {
    /// The head of a column that may be left out.
    pub(in crate::cli) fn new(title: impl Into<String>, fit: Fit) -> Self {
        Self { title: title.into(), fit, stays: false }
    }

    /// The same, of one that is never left out.
    #[must_use]
    pub(in crate::cli) fn staying(self) -> Self {
        Self { stays: true, ..self }
    }
}

/// How the cells of a column stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Fit {
    /// Flush left; may be cut.
    Text,
    /// Sentences: flush left; may be cut, but less.
    Prose,
    /// Flush left; never cut.
    Whole,
    /// Flush right; never cut.
    Number,
}

impl Fit {
    /// The width below which a column isn't cut; none where it is never cut.
    fn least(self) -> Option<usize> {
        match self {
            Self::Text => Some(MIN_TEXT),
            Self::Prose => Some(MIN_PROSE),
            Self::Whole | Self::Number => None,
        }
    }
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
    pub(in crate::cli) fn without_empty(mut self, first: usize) -> Self {
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
        let mut shown: Vec<_> = (0..self.heads.len()).collect();
        let mut mark = "";
        if let Some(limit) = limit {
            let mut room = limit.saturating_sub(indent);
            if self.least(&widths, &shown) > room {
                mark = MARK;
                room = room.saturating_sub(GAP.len() + MARK.width());
                self.leave_out(&widths, &mut shown, room);
            }
            self.shrink(&mut widths, &shown, room);
        }
        let heads: Vec<_> = self.heads.iter().map(|head| head.title.as_str()).collect();
        let heading = self.line(&heads, &widths, &shown, indent);
        writeln!(out, "{}", format!("{heading}{mark}").trim_end())?;
        for row in &self.rows {
            let cells: Vec<_> = row.iter().map(String::as_str).collect();
            writeln!(out, "{}", self.line(&cells, &widths, &shown, indent).trim_end())?;
        }
        Ok(())
    }

    /// A row, with a gap after each cell.
    fn line(&self, cells: &[&str], widths: &[usize], shown: &[usize], indent: usize) -> String {
        let mut line = " ".repeat(indent);
        for column in shown {
            let head = self.heads.get(*column);
            if let (Some(cell), Some(width), Some(head)) =
                (cells.get(*column), widths.get(*column), head)
            {
                line += &padded(cell, *width, head.fit);
                line += GAP;
            }
        }
        line
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

    /// The least width of a line with these columns.
    fn least(&self, widths: &[usize], shown: &[usize]) -> usize {
        let least = |column: &usize| {
            let (width, head) = (widths.get(*column)?, self.heads.get(*column)?);
            Some(head.fit.least().map_or(*width, |least| least.min(*width)))
        };
        shown.iter().filter_map(least).sum::<usize>() + gaps(shown)
    }

    /// Leaves columns out until the others have room: first those with nothing
    /// in them, then the last one, again and again. The first one stays.
    fn leave_out(&self, widths: &[usize], shown: &mut Vec<usize>, room: usize) {
        let is_empty = |column: usize| {
            self.rows.iter().all(|row| row.get(column).is_none_or(String::is_empty))
        };
        let may_go =
            |column: usize| column > 0 && self.heads.get(column).is_some_and(|head| !head.stays);
        while self.least(widths, shown) > room {
            let goes = |at: &usize| shown.get(*at).is_some_and(|column| may_go(*column));
            let candidates = || (0..shown.len()).rev().filter(goes);
            let empty = |at: &usize| shown.get(*at).is_some_and(|column| is_empty(*column));
            let Some(at) = candidates().find(empty).or_else(|| candidates().next()) else {
                return;
            };
            shown.remove(at);
        }
    }

    /// Takes from the widest column of text until all fit, or none can give
    /// more.
    fn shrink(&self, widths: &mut [usize], shown: &[usize], room: usize) {
        loop {
            let used: usize = shown.iter().filter_map(|column| widths.get(*column)).sum();
            if used + gaps(shown) <= room {
                return;
            }
            let can_give = |column: &&usize| {
                let least = self.heads.get(**column).and_then(|head| head.fit.least());
                least.zip(widths.get(**column)).is_some_and(|(least, width)| *width > least)
            };
            let widest =
                shown.iter().filter(can_give).max_by_key(|column| widths.get(**column)).copied();
            match widest.and_then(|column| widths.get_mut(column)) {
                Some(width) => *width -= 1,
                None => return,
            }
        }
    }
}

/// What stands between columns, all together.
fn gaps(shown: &[usize]) -> usize {
    shown.len().saturating_sub(1) * GAP.len()
}

/// A cell as it stands in its column.
fn padded(cell: &str, width: usize, fit: Fit) -> String {
    let cell = cut(cell, width);
    let space = " ".repeat(width.saturating_sub(cell.width()));
    if fit == Fit::Number { space + &cell } else { cell + &space }
}

fn keep<T>(items: Vec<T>, used: &[bool]) -> Vec<T> {
    let pairs = items.into_iter().zip(used);
    pairs.filter(|(_, used)| **used).map(|(item, _)| item).collect()
}

/// The beginning of a text that fits, with a mark where something is missing.
pub(in crate::cli) fn cut(text: &str, width: usize) -> String {
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
    kept.push_str(MARK);
    kept
}
