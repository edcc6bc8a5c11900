//! The configuration: one struct per concern, parsed before anything is bound.
//!
//! A value comes from the command line, else from the environment, else from
//! the file that `--config` names, else it is the default. Every setting is one
//! row of the table in `config/settings.rs`; flag, variable, file key, `--help`
//! and `outlayd config check` follow from the row.
//!
//! Deliberately absent: reading the environment anywhere else.

mod command;
mod effective;
mod file;
mod load;
mod setting;
mod settings;
mod value;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::domain::project::light::LightRules;
use crate::domain::reporting_period::DeadlineDays;
use crate::domain::review_level::ReviewLevel;
use crate::store;
use crate::store::statistics::QueryLimits;
pub use load::{Environment, Invocation, Problem, load, process_environment};

/// The port where nothing else is said.
pub const DEFAULT_PORT: u16 = 7443;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// All of it. `Default` is what runs where nothing is set.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Directory of the records (`./outlay-data`); made when absent.
    pub data: PathBuf,
    /// Where to listen (127.0.0.1:7443); port 0 takes a free one. Loopback
    /// only: there is no TLS yet.
    pub listen: SocketAddr,
    /// Whether to load the demo data into an empty directory.
    pub demo: bool,
    /// Whether to open the records without changing anything, as far as they
    /// can be read; changes are refused.
    pub read_only: bool,
    /// Zone of the calendar (UTC): decides which day is today, for rules such
    /// as "not in the future". The machine's own zone has no say, so that the
    /// same records mean the same on every machine.
    pub time_zone: TimeZone,
    /// Whether gRPC reflection is served.
    pub reflection: bool,
    /// What is logged and how.
    pub log: Log,
    /// The engine beneath.
    pub storage: Storage,
    /// How large and how many.
    pub limits: Limits,
    /// How long.
    pub deadlines: Deadlines,
    /// Connections and what keeps them.
    pub connections: Connections,
    /// How long what is remembered for callers is kept.
    pub retention: Retention,
    /// Until when months are reported that have no dates of their own.
    pub reporting: DeadlineDays,
    /// From where on warning lights change.
    pub lights: LightRules,
    /// How much one query of statistics may read.
    pub query: QueryLimits,
}

/// What is logged and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Directives of tracing's `EnvFilter` (`info`).
    pub filter: String,
    /// The form of each line.
    pub format: LogFormat,
}

/// The form of a line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The engine beneath.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Storage {
    /// Memory for the engine's page cache, in MiB (192).
    pub cache_mib: u64,
    /// How much the journal grows until the index is written down again as a
    /// base, in MiB (256); twice the newest base where that is more.
    pub base_mib: u64,
}

/// How large and how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest request message, in bytes (4 MiB).
    pub request_bytes: usize,
    /// Longest reply message, in bytes (4 MiB).
    pub reply_bytes: usize,
    /// Longest list of request headers, in bytes (16 KiB).
    pub header_bytes: u32,
    /// Most unary calls at once, over all connections (512); more are
    /// UNAVAILABLE.
    pub calls: usize,
    /// Most open streams at once, over all connections (256); more are
    /// UNAVAILABLE. They are counted apart, so that neither starves the other.
    pub streams: usize,
}

/// How long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// Deadline of a unary call whose caller gives none (30 s).
    pub default: Duration,
    /// Longest deadline of a unary call (300 s); a longer one is shortened.
    /// Streams have their callers' deadlines, or none.
    pub longest: Duration,
    /// How long running calls may go on once the server was told to stop
    /// (30 s).
    pub drain: Duration,
}

/// Connections and what keeps them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// Most connections at once (1,024); more are closed at once.
    pub max: usize,
    /// Most concurrent streams on one connection (200).
    pub streams: u32,
    /// How often the other end is pinged (60 s).
    pub keepalive: Duration,
    /// How long it may take to answer (20 s); then the connection is closed.
    pub keepalive_timeout: Duration,
}

/// How long what is remembered for callers is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// How long a page token is good (24 h).
    pub page_tokens: Duration,
    /// How long a request id is kept (7 days).
    pub request_ids: Duration,
    /// How long older versions of records are kept (none: for ever).
    pub journal: Option<Duration>,
    /// How long a deleted record can be brought back (1,095 days; none: for
    /// ever); it is purged then.
    pub deleted: Option<Duration>,
}

impl Config {
    /// What of it the store is told.
    #[must_use]
    pub const fn store_options(&self) -> store::Options {
        store::Options {
            page_token_lifetime: self.retention.page_tokens,
            request_id_retention: self.retention.request_ids,
            deleted_retention: self.retention.deleted,
            highest_level: ReviewLevel::Province,
            deadlines: self.reporting,
            lights: self.lights,
            query: self.query,
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("./outlay-data"),
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), DEFAULT_PORT),
            demo: false,
            read_only: false,
            time_zone: TimeZone::UTC,
            reflection: true,
            log: Log::default(),
            storage: Storage::default(),
            limits: Limits::default(),
            deadlines: Deadlines::default(),
            connections: Connections::default(),
            retention: Retention::default(),
            reporting: DeadlineDays::default(),
            lights: LightRules::default(),
            query: QueryLimits::default(),
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { filter: "info".to_owned(), format: LogFormat::Auto }
    }
}

impl Default for Storage {
    fn default() -> Self {
        Self { cache_mib: 192, base_mib: 256 }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request_bytes: 4 * MIB,
            reply_bytes: 4 * MIB,
            header_bytes: 16 * KIB as u32,
            calls: 512,
            streams: 256,
        }
    }
}

impl Default for Deadlines {
    fn default() -> Self {
        Self { default: MINUTE / 2, longest: 5 * MINUTE, drain: MINUTE / 2 }
    }
}

impl Default for Connections {
    fn default() -> Self {
        Self { max: 1_024, streams: 200, keepalive: MINUTE, keepalive_timeout: MINUTE / 3 }
    }
}

impl Default for Retention {
    fn default() -> Self {
        let (page_tokens, request_ids) = (DAY, 7 * DAY);
        Self { page_tokens, request_ids, journal: None, deleted: Some(3 * 365 * DAY) }
    }
}
