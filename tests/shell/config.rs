//! Precedence, bad values, `config check`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use outlay_server::config::{Config, Invocation, LogFormat, load};

/// Loads with arguments and variables; a file in `directory`, if any.
fn try_load(arguments: &[&str], variables: &[(&str, &str)]) -> Result<Invocation, String> {
    let arguments = std::iter::once("outlayd").chain(arguments.iter().copied());
    let environment = |name: &str| {
        let found = variables.iter().find(|(variable, _)| *variable == name);
        found.map(|(_, value)| OsString::from(value))
    };
    load(arguments.map(OsString::from), &environment).map_err(|problem| problem.to_string())
}

fn config(arguments: &[&str], variables: &[(&str, &str)]) -> Config {
    match try_load(arguments, variables).unwrap() {
        Invocation::Serve(config) => *config,
        Invocation::Print(text) => panic!("printed {text}"),
    }
}

fn printed(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    match try_load(arguments, variables).unwrap() {
        Invocation::Serve(_) => panic!("would serve"),
        Invocation::Print(text) => text,
    }
}

struct File {
    _directory: tempfile::TempDir,
    path: PathBuf,
}

impl File {
    fn new(text: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("outlay.toml");
        std::fs::write(&path, text).unwrap();
        Self { _directory: directory, path }
    }

    fn flag(&self) -> String {
        format!("--config={}", self.path.display())
    }
}

#[test]
fn nothing_set_is_the_default() {
    let config = config(&[], &[]);
    assert_eq!(config, Config::default());
    assert_eq!(config.listen.to_string(), "127.0.0.1:7443");
    assert_eq!(config.limits.request_bytes, 4 * 1024 * 1024);
    assert_eq!(config.retention.request_ids, Duration::from_secs(7 * 24 * 60 * 60));
    assert_eq!(config.retention.deleted, Some(Duration::from_secs(1_095 * 24 * 60 * 60)));
}

#[test]
fn a_flag_beats_a_variable_which_beats_the_file_which_beats_the_default() {
    let file = File::new("[limits]\ncalls = 11\nstreams = 12\nrequest_bytes = 2048\n");
    let flag = file.flag();
    let variables = [("OUTLAY_LIMITS_CALLS", "21"), ("OUTLAY_LIMITS_STREAMS", "22")];
    let limits = config(&[&flag, "--limits-calls=31"], &variables).limits;
    assert_eq!((limits.calls, limits.streams, limits.request_bytes), (31, 22, 2048));
    assert_eq!(limits.reply_bytes, Config::default().limits.reply_bytes);
}

#[test]
fn every_kind_of_value_is_read() {
    let file = File::new(
        "data = \"/srv/outlay\"\ndemo = true\ntime_zone = \"Asia/Shanghai\"\n\
         [log]\nformat = \"json\"\n[deadlines]\ndrain_seconds = 0x10\n",
    );
    let config = config(
        &[
            "--listen",
            "[::1]:0",
            "--reflection=false",
            "--storage-cache-mib=64",
            "--retention-journal-days=0",
            "--retention-deleted-days=0",
        ],
        &[("OUTLAY_CONFIG", file.path.to_str().unwrap()), ("OUTLAY_DATA", "")],
    );
    assert_eq!(config.data, PathBuf::from("/srv/outlay"), "an empty variable is none");
    assert!(config.demo && !config.reflection);
    assert_eq!(config.time_zone.iana_name(), Some("Asia/Shanghai"));
    assert_eq!(config.log.format, LogFormat::Json);
    assert_eq!(config.deadlines.drain, Duration::from_secs(16));
    assert_eq!(config.listen.to_string(), "[::1]:0");
    assert_eq!(config.storage.cache_mib, 64);
    assert_eq!(config.retention.journal, None, "0 keeps it for ever");
    assert_eq!(config.retention.deleted, None, "0 keeps it for ever");
}

#[test]
fn a_bad_value_is_refused_with_its_source_and_what_to_do() {
    type Case =
        (&'static [&'static str], &'static [(&'static str, &'static str)], &'static [&'static str]);
    let cases: &[Case] = &[
        (&["--listen=0.0.0.0:7443"], &[], &["flag --listen", "no TLS yet", "127.0.0.1"]),
        (&["--listen=[::]:1"], &[], &["no TLS yet"]),
        (&["--listen=localhost"], &[], &["an IP address and a port"]),
        (&[], &[("OUTLAY_LISTEN", "10.0.0.1:1")], &["environment OUTLAY_LISTEN", "no TLS yet"]),
        (&["--limits-calls=0"], &[], &["limits.calls", "from 1 to 100000"]),
        (&["--limits-calls=many"], &[], &["a whole number of calls"]),
        (&["--limits-calls=-1"], &[], &["a whole number"]),
        (&["--time-zone=Hangzhou"], &[], &["IANA"]),
        (&["--log-format=xml"], &[], &["auto, text or json"]),
        (&["--log-filter=a=b=c"], &[], &["log.filter"]),
        (&["--demo=maybe"], &[], &["true or false"]),
        (&["--data="], &[], &["a directory"]),
        (&["--deadlines-default-seconds=301"], &[], &["deadlines.longest_seconds", "raise"]),
        (&["--retention-journal-days=6"], &[], &["retention.request_ids_days", "raise"]),
        (&["--lights-yellow-points=31"], &[], &["lights.yellow_points", "lights.red_points"]),
        (&["--reporting-city-day=7"], &[], &["5, 8, 7, 12, 15", "must not decrease"]),
        (&["--reporting-nation-day=32"], &[], &["reporting.nation_day", "from 1 to 31"]),
        (&["--no-such-flag"], &[], &["--no-such-flag"]),
        (&["extra"], &[], &["extra"]),
        (&["--config=/no/such/file.toml"], &[], &["/no/such/file.toml", "can't be read"]),
        // Bad, though a flag overrides it.
        (&["--limits-calls=1"], &[("OUTLAY_LIMITS_CALLS", "x")], &["OUTLAY_LIMITS_CALLS"]),
    ];
    for (arguments, variables, parts) in cases {
        let problem = try_load(arguments, variables).unwrap_err();
        for part in *parts {
            assert!(problem.contains(part), "{arguments:?} {variables:?}: {problem}");
        }
    }
}

#[test]
fn a_bad_file_is_refused_with_the_line() {
    let cases = [
        ("demo = true\nlisten = 7443\n", ":2: listen: give text in quotes"),
        ("[limits]\n\ncals = 5\n", ":3: there is no setting limits.cals"),
        ("\nport = 5\n", ":2: there is no setting port"),
        ("[limit]\ncalls = 5\n", ":1: there is no setting limit"),
        ("limits = 5\n", ":1: write [limits]"),
        ("[limits]\ncalls = \"5\"\n", ":2: limits.calls: give a whole number without quotes"),
        ("[limits]\ncalls = 5.5\n", ":2: limits.calls"),
        ("demo = 1\n", ":1: demo: give true or false"),
        ("demo = true\ndemo = true\n", ":2: duplicate key"),
        ("demo = \n", ":1: "),
        ("[limits]\ncalls = 0\n", ":2)"),
        ("[limits]\ncalls = 99999999999999999999\n", ":2: limits.calls"),
    ];
    for (text, part) in cases {
        let file = File::new(text);
        let problem = try_load(&[&file.flag()], &[]).unwrap_err();
        assert!(problem.contains(part), "{text:?}: {problem}");
        assert!(problem.contains("outlay.toml"), "{text:?}: {problem}");
    }
}

#[test]
fn config_check_says_where_each_value_came_from() {
    let file = File::new("demo = true\n[limits]\ncalls = 11\n");
    let arguments = ["config", "check", &file.flag(), "--log-format=text"];
    let text = printed(&arguments, &[("OUTLAY_DATA", "C:\\\"x\"")]);
    let line = |start: &str| text.lines().find(|line| line.starts_with(start)).unwrap();
    assert!(line("demo").ends_with("outlay.toml:1"), "{text}");
    assert!(line("calls").ends_with("outlay.toml:3"), "{text}");
    assert!(line("data").ends_with("# environment OUTLAY_DATA"), "{text}");
    assert!(line("format").ends_with("# flag --log-format"), "{text}");
    assert!(line("listen").ends_with("# default"), "{text}");
}

#[test]
fn config_check_takes_flags_before_it_too_and_refuses_bad_ones() {
    assert!(printed(&["--limits-calls=7", "config", "check"], &[]).contains("calls = 7 "));
    assert!(try_load(&["--limits-calls=0", "config", "check"], &[]).is_err());
}

#[test]
fn what_config_check_prints_can_be_given_back() {
    let set = ["--time-zone=Asia/Shanghai", "--data=/srv/a b\"c", "--demo", "--limits-calls=7"];
    let expected = config(&set, &[]);
    let file = File::new(&printed(&[&["config", "check"], &set[..]].concat(), &[]));
    assert_eq!(config(&[&file.flag()], &[]), expected);
}

#[test]
fn help_shows_every_setting_with_default_variable_and_unit() {
    let help = printed(&["--help"], &[]);
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "--limits-request-bytes <BYTES>",
        "[bytes, 1024 to 67108864] [default: 4194304] [env: OUTLAY_LIMITS_REQUEST_BYTES]",
        "--data <DIR>",
        "[default: ./outlay-data] [env: OUTLAY_DATA]",
        "[env: OUTLAY_CONFIG]",
        "--retention-request-ids-days <DAYS>",
        "Exit codes",
    ] {
        assert!(help.contains(part), "{part} isn't in {help}");
    }
    assert!(printed(&["--version"], &[]).starts_with("outlayd "));
}
