//! What the server itself is told: where, how much at once, how long.

use std::time::Duration;

use super::super::setting::{Kind, Setting};
use super::super::{Config, DAY, HOUR, MIB, value};
use super::MAX_COUNT;

/// Most bytes that a message may be allowed to have: the engine's largest
/// commit and then some.
const MAX_MESSAGE_BYTES: u64 = 64 * MIB as u64;
/// Longest deadline that may be configured, in seconds.
const MAX_SECONDS: u64 = HOUR.as_secs();

/// The settings, in the order of the help.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        key: "data",
        help: "Directory of the records; it is made when absent",
        kind: text("DIR", value::set_data, |config| config.data.display().to_string()),
    },
    Setting {
        key: "listen",
        help: "Address to listen on; loopback only, as there is no TLS yet; port 0 takes a free \
               one",
        kind: text("ADDR", value::set_listen, |config| config.listen.to_string()),
    },
    Setting {
        key: "demo",
        help: "Load the demo data into an empty directory",
        kind: Kind::Switch { set: |config, on| config.demo = on, get: |config| config.demo },
    },
    Setting {
        key: "read_only",
        help: "Open the records without changing anything on the disk, as far as they can be \
               read, also where they are damaged; changes are refused",
        kind: Kind::Switch {
            set: |config, on| config.read_only = on,
            get: |config| config.read_only,
        },
    },
    Setting {
        key: "time_zone",
        help: "Zone of the calendar, an IANA name such as Asia/Shanghai: decides which day is \
               today",
        kind: text("ZONE", value::set_time_zone, |config| {
            config.time_zone.iana_name().unwrap_or("UTC").to_owned()
        }),
    },
    Setting {
        key: "reflection",
        help: "Serve gRPC reflection, which tells clients such as grpcurl the protos",
        kind: Kind::Switch {
            set: |config, on| config.reflection = on,
            get: |config| config.reflection,
        },
    },
    Setting {
        key: "log.filter",
        help: "What is logged: error, warn, info, debug, trace, or directives such as \
               info,outlay_server=debug",
        kind: text("FILTER", value::set_log_filter, |config| config.log.filter.clone()),
    },
    Setting {
        key: "log.format",
        help: "Form of the log: auto (text on a terminal, JSON elsewhere), text, or json",
        kind: text("FORMAT", value::set_log_format, |config| {
            value::log_format(config.log.format).to_owned()
        }),
    },
    Setting {
        key: "storage.cache_mib",
        help: "Memory for the engine's page cache",
        kind: Kind::Number {
            unit: "MiB",
            min: 8,
            max: MAX_COUNT,
            set: |config, mib| config.storage.cache_mib = mib,
            get: |config| config.storage.cache_mib,
        },
    },
    Setting {
        key: "storage.base_mib",
        help: "How much the journal grows until the index is written down again, so that it can \
               be made anew quickly",
        kind: Kind::Number {
            unit: "MiB",
            min: 1,
            max: MAX_COUNT,
            set: |config, mib| config.storage.base_mib = mib,
            get: |config| config.storage.base_mib,
        },
    },
    Setting {
        key: "limits.request_bytes",
        help: "Longest request message",
        kind: Kind::Number {
            unit: "bytes",
            min: 1_024,
            max: MAX_MESSAGE_BYTES,
            set: |config, bytes| config.limits.request_bytes = bytes as usize,
            get: |config| config.limits.request_bytes as u64,
        },
    },
    Setting {
        key: "limits.reply_bytes",
        help: "Longest reply message",
        kind: Kind::Number {
            unit: "bytes",
            min: 1_024,
            max: MAX_MESSAGE_BYTES,
            set: |config, bytes| config.limits.reply_bytes = bytes as usize,
            get: |config| config.limits.reply_bytes as u64,
        },
    },
    Setting {
        key: "limits.header_bytes",
        help: "Longest list of request headers",
        kind: Kind::Number {
            unit: "bytes",
            min: 1_024,
            max: MIB as u64,
            set: |config, bytes| config.limits.header_bytes = bytes as u32,
            get: |config| u64::from(config.limits.header_bytes),
        },
    },
    Setting {
        key: "limits.calls",
        help: "Most unary calls at once, over all connections; more are answered UNAVAILABLE",
        kind: Kind::Number {
            unit: "calls",
            min: 1,
            max: MAX_COUNT,
            set: |config, calls| config.limits.calls = calls as usize,
            get: |config| config.limits.calls as u64,
        },
    },
    Setting {
        key: "limits.streams",
        help: "Most open streams at once, over all connections; more are answered UNAVAILABLE",
        kind: Kind::Number {
            unit: "streams",
            min: 1,
            max: MAX_COUNT,
            set: |config, streams| config.limits.streams = streams as usize,
            get: |config| config.limits.streams as u64,
        },
    },
    Setting {
        key: "deadlines.default_seconds",
        help: "Deadline of a unary call whose caller gives none",
        kind: Kind::Number {
            unit: "seconds",
            min: 1,
            max: MAX_SECONDS,
            set: |config, seconds| config.deadlines.default = Duration::from_secs(seconds),
            get: |config| config.deadlines.default.as_secs(),
        },
    },
    Setting {
        key: "deadlines.longest_seconds",
        help: "Longest deadline of a unary call; a longer one is shortened",
        kind: Kind::Number {
            unit: "seconds",
            min: 1,
            max: MAX_SECONDS,
            set: |config, seconds| config.deadlines.longest = Duration::from_secs(seconds),
            get: |config| config.deadlines.longest.as_secs(),
        },
    },
    Setting {
        key: "deadlines.drain_seconds",
        help: "How long running calls may go on once the server was told to stop",
        kind: Kind::Number {
            unit: "seconds",
            min: 0,
            max: MAX_SECONDS,
            set: |config, seconds| config.deadlines.drain = Duration::from_secs(seconds),
            get: |config| config.deadlines.drain.as_secs(),
        },
    },
    Setting {
        key: "connections.max",
        help: "Most connections at once; more are closed at once",
        kind: Kind::Number {
            unit: "connections",
            min: 1,
            max: MAX_COUNT,
            set: |config, max| config.connections.max = max as usize,
            get: |config| config.connections.max as u64,
        },
    },
    Setting {
        key: "connections.streams",
        help: "Most concurrent streams on one connection",
        kind: Kind::Number {
            unit: "streams",
            min: 1,
            max: MAX_COUNT,
            set: |config, streams| config.connections.streams = streams as u32,
            get: |config| u64::from(config.connections.streams),
        },
    },
    Setting {
        key: "connections.keepalive_seconds",
        help: "How often the other end of a connection is pinged",
        kind: Kind::Number {
            unit: "seconds",
            min: 1,
            max: MAX_SECONDS,
            set: |config, seconds| config.connections.keepalive = Duration::from_secs(seconds),
            get: |config| config.connections.keepalive.as_secs(),
        },
    },
    Setting {
        key: "connections.keepalive_timeout_seconds",
        help: "How long it may take to answer a ping; then the connection is closed",
        kind: Kind::Number {
            unit: "seconds",
            min: 1,
            max: MAX_SECONDS,
            set: |config, seconds| {
                config.connections.keepalive_timeout = Duration::from_secs(seconds);
            },
            get: |config| config.connections.keepalive_timeout.as_secs(),
        },
    },
    Setting {
        key: "retention.page_tokens_hours",
        help: "How long a page token is good",
        kind: Kind::Number {
            unit: "hours",
            min: 1,
            max: 24 * 365,
            set: |config, hours| {
                config.retention.page_tokens = Duration::from_secs(hours * HOUR.as_secs());
            },
            get: |config| config.retention.page_tokens.as_secs() / HOUR.as_secs(),
        },
    },
    Setting {
        key: "retention.request_ids_days",
        help: "How long a request id is kept: a request that is repeated within it gets the first \
               reply again",
        kind: Kind::Number {
            unit: "days",
            min: 1,
            max: 365,
            set: |config, days| {
                config.retention.request_ids = Duration::from_secs(days * DAY.as_secs());
            },
            get: |config| config.retention.request_ids.as_secs() / DAY.as_secs(),
        },
    },
    Setting {
        key: "retention.journal_days",
        help: "How long the journal keeps older versions of records, and who made them; 0 keeps \
               them for ever. What is dropped can't be brought back; its hashes stay",
        kind: Kind::Number {
            unit: "days",
            min: 0,
            max: MAX_COUNT,
            set: |config, days| {
                let age = Duration::from_secs(days * DAY.as_secs());
                config.retention.journal = (days > 0).then_some(age);
            },
            get: |config| config.retention.journal.map_or(0, |age| age.as_secs() / DAY.as_secs()),
        },
    },
    Setting {
        key: "retention.deleted_days",
        help: "How long a deleted record can be brought back; it is purged then, and only the \
               journal still has it. 0 keeps it for ever",
        kind: Kind::Number {
            unit: "days",
            min: 0,
            max: MAX_COUNT,
            set: |config, days| {
                let age = Duration::from_secs(days * DAY.as_secs());
                config.retention.deleted = (days > 0).then_some(age);
            },
            get: |config| config.retention.deleted.map_or(0, |age| age.as_secs() / DAY.as_secs()),
        },
    },
];

const fn text(
    name: &'static str,
    set: fn(&mut Config, &str) -> Result<(), String>,
    get: fn(&Config) -> String,
) -> Kind {
    Kind::Text { name, set, get }
}
