//! The tables of all settings. A new one is a field in `config.rs` and a row
//! in one of these.

mod office;
mod server;

use super::setting::Setting;

/// Most of anything that is counted.
const MAX_COUNT: u64 = 100_000;

/// All settings, in the order of the help.
pub(super) fn all() -> impl Iterator<Item = &'static Setting> {
    server::SETTINGS.iter().chain(office::SETTINGS)
}
