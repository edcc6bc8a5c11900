//! The shape of the code: who may name whom, how long a file may be, what must
//! not stand in it.

#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// Most lines of a Rust file.
const MAX_LINES: usize = 400;

/// What each part of the server may name of the others, besides itself. The
/// arrows point one way: `main → server → service → {access, store, domain}`,
/// `store → {engine, domain}`, `domain → error`.
const ARROWS: [(&str, &[&str]); 6] = [
    ("domain", &["error"]),
    ("engine", &[]),
    ("store", &["engine", "domain", "error", "clock"]),
    ("error", &[]),
    ("clock", &[]),
    ("access", &["error"]),
];

struct Source {
    /// From the workspace's root: `crates/server/src/store/list.rs`.
    path: String,
    text: String,
}

impl Source {
    fn is_below(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }

    /// The lines of code, with their numbers: without comments and without what
    /// stands in quotes.
    fn code(&self) -> impl Iterator<Item = (usize, String)> {
        let quoted = Regex::new(r#""(\\.|[^"\\])*""#).unwrap();
        let lines = self.text.lines().map(str::to_owned).collect::<Vec<_>>();
        (1..).zip(lines).filter(|(_, line)| !line.trim_start().starts_with("//")).map(
            move |(number, line)| {
                let line = quoted.replace_all(&line, "\"\"").into_owned();
                let code = line.split(" //").next().unwrap_or_default().to_owned();
                (number, code)
            },
        )
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// All Rust files that are ours.
fn sources() -> Vec<Source> {
    let root = root();
    let mut next: Vec<PathBuf> =
        ["build.rs", "crates", "tests"].iter().map(|name| root.join(name)).collect();
    let mut found = Vec::new();
    while let Some(path) = next.pop() {
        if path.is_dir() {
            next.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
            found.push(Source { path, text });
        }
    }
    assert!(found.len() > 100, "{} files", found.len());
    found
}

#[track_caller]
fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} are wrong:\n  {}", wrong.len(), wrong.join("\n  "));
}

/// The lines of some files that a pattern is in.
fn lines_with(pattern: &str, is_meant: impl Fn(&Source) -> bool) -> Vec<String> {
    let pattern = Regex::new(pattern).unwrap();
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| is_meant(source)) {
        for (number, line) in source.code().filter(|(_, line)| pattern.is_match(line)) {
            found.push(format!("{}:{number}: {}", source.path, line.trim()));
        }
    }
    found
}

#[test]
fn no_file_is_long() {
    let long = sources().into_iter().filter_map(|source| {
        let lines = source.text.lines().count();
        (lines > MAX_LINES).then(|| format!("{} has {lines} lines", source.path))
    });
    none(&long.collect::<Vec<_>>());
}

#[test]
fn every_file_begins_with_what_it_is() {
    let bare = sources().into_iter().filter(|source| !source.text.starts_with("//!"));
    none(&bare.map(|source| source.path).collect::<Vec<_>>());
}

#[test]
fn nothing_is_left_undone_or_silenced() {
    // Split, so that this line isn't found.
    let undone = [r"(todo|unimplemented|dbg)!\(", r"#!?\[allow\("];
    none(&lines_with(&undone.join("|"), |_| true));
}

#[test]
fn dependencies_point_one_way() {
    let names = Regex::new(r"crate::\{?([a-z_]+)").unwrap();
    let mut wrong = Vec::new();
    for source in sources() {
        for (part, allowed) in ARROWS {
            let file = format!("crates/server/src/{part}.rs");
            if source.path != file && !source.is_below(&format!("crates/server/src/{part}/")) {
                continue;
            }
            for (number, line) in source.code() {
                for named in names.captures_iter(&line).map(|found| found[1].to_owned()) {
                    if named != part && !allowed.contains(&named.as_str()) {
                        wrong.push(format!("{}:{number}: names {named}", source.path));
                    }
                }
            }
        }
    }
    none(&wrong);
}

#[test]
fn nothing_names_the_server_or_the_program_above_it() {
    let below = |source: &Source| {
        source.is_below("crates/server/src/")
            && !["main.rs", "server.rs", "lib.rs"]
                .iter()
                .any(|name| source.path == format!("crates/server/src/{name}"))
    };
    none(&lines_with(r"crate::server(?-u:\b)", below));
}

#[test]
fn only_the_outer_parts_name_tonic() {
    let outer = ["service", "access", "wire", "server", "main"];
    let inner = |source: &Source| {
        source.is_below("crates/server/src/")
            && !outer.iter().any(|part| {
                source.path == format!("crates/server/src/{part}.rs")
                    || source.is_below(&format!("crates/server/src/{part}/"))
            })
    };
    none(&lines_with(r"(?-u:\b)(tonic|tonic_types|tonic_health|tonic_reflection)::", inner));
}

#[test]
fn only_the_engine_names_sled() {
    let others = |source: &Source| !source.is_below("crates/server/src/engine/embedded");
    none(&lines_with(r"(?-u:\b)sled::", |source| others(source) && source.is_below("crates")));
}

#[test]
fn server_and_client_never_see_each_other_and_the_protos_see_neither() {
    none(&lines_with("outlay_client", |source| source.is_below("crates/server")));
    none(&lines_with("outlay_server", |source| source.is_below("crates/client")));
    none(&lines_with("outlay_(server|client)", |source| source.is_below("crates/proto")));
    for (package, others) in [
        ("server", &["outlay-client"][..]),
        ("client", &["outlay-server"]),
        ("proto", &["outlay-client", "outlay-server"]),
    ] {
        let path = root().join("crates").join(package).join("Cargo.toml");
        let manifest = fs::read_to_string(path).unwrap();
        for other in others {
            assert!(!manifest.contains(other), "{package} depends on {other}");
        }
    }
}

#[test]
fn time_and_environment_have_one_reader_each() {
    let product = |source: &Source| source.is_below("crates/");
    let clock = |source: &Source| product(source) && !source.path.ends_with("src/clock.rs");
    none(&lines_with(r"SystemTime::now|Timestamp::now|Zoned::now", clock));
    let config = |source: &Source| product(source) && !source.path.contains("src/config");
    none(&lines_with(r"env::(var|vars|var_os)\(", config));
}

#[test]
fn the_workspace_has_three_members() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let members = r#"members = ["crates/proto", "crates/server", "crates/client"]"#;
    assert!(manifest.contains(members), "the members are others");
    let folders = fs::read_dir(root().join("crates")).unwrap();
    assert_eq!(folders.count(), 3, "crates/ has other folders");
}

#[test]
fn every_module_of_a_crate_is_documented() {
    let declared = Regex::new(r"(?m)^pub mod ([a-z_]+);").unwrap();
    let mut wrong = Vec::new();
    for package in ["proto", "server", "client"] {
        let source = root().join("crates").join(package).join("src");
        let library = fs::read_to_string(source.join("lib.rs")).unwrap();
        for module in declared.captures_iter(&library).map(|found| found[1].to_owned()) {
            let text = fs::read_to_string(source.join(format!("{module}.rs"))).unwrap();
            if !text.starts_with("//!") {
                wrong.push(format!("{package}::{module}"));
            }
        }
    }
    none(&wrong);
}

#[test]
fn every_module_of_the_tests_is_there() {
    let main = fs::read_to_string(root().join("tests/main.rs")).unwrap();
    let mut wrong = Vec::new();
    for entry in fs::read_dir(root().join("tests")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let is_file = path.extension().is_some_and(|end| end == "rs");
        if is_file && name != "main" && !main.contains(&format!("mod {name};")) {
            wrong.push(format!("tests/{name}.rs is compiled by nobody"));
        }
    }
    none(&wrong);
}
