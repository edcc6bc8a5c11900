//! Reference data, over the wire: five nouns and their import.

#![cfg(test)]

mod imports;
mod nouns;
mod rules;
mod trees;
