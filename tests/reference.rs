//! Reference data, over the wire: five nouns and their import.

#![cfg(test)]

mod imports;
mod nouns;
mod reform_rules;
pub(crate) mod reforms;
mod rules;
mod trees;
