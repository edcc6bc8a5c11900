//! The examples in the helps, run as they are written.

use std::collections::BTreeMap;
use std::fs;

use super::outlay;
use crate::support::Server;

/// Every noun, after those whose records its examples name.
const NOUNS: [&str; 20] = [
    "region",
    "industry",
    "cluster",
    "organisation",
    "policy",
    "indicator",
    "project",
    "meeting-template",
    "meeting-series",
    "meeting",
    "minutes",
    "decision",
    "action",
    "course",
    "training-session",
    "enrolment",
    "observation",
    "target",
    "reporting-period",
    "review-delegation",
];

/// The commands of a help's examples, each on one line.
fn examples(help: &str) -> Vec<String> {
    let (_, examples) = help.split_once("Example").expect("examples");
    let joined = examples.replace("\\\n", " ");
    let lines = joined.lines().filter_map(|line| line.trim().strip_prefix("outlay "));
    lines.map(|line| line.split('#').next().unwrap().trim().to_owned()).collect()
}

#[tokio::test]
async fn every_example_works_in_the_order_of_its_help() {
    let server = Server::seeded().await;
    let directory = tempfile::tempdir().unwrap();
    let mut files = BTreeMap::new();
    for noun in NOUNS {
        let help = outlay(&server).run(&format!("{noun} --help")).await.worked();
        let examples = examples(&help);
        assert!(examples.len() >= 3, "{help}");
        for example in examples {
            let (command, file) = match example.split_once(" > ") {
                Some((command, file)) => (command, Some(file.trim().to_owned())),
                None => (example.as_str(), None),
            };
            let words: Vec<_> = command
                .split(' ')
                .map(|word| files.get(word).cloned().unwrap_or_else(|| word.to_owned()))
                .collect();
            let text = outlay(&server).run(&words.join(" ")).await.worked();
            if let Some(file) = file {
                let path = directory.path().join(&file);
                fs::write(&path, text).unwrap();
                files.insert(file, path.to_string_lossy().into_owned());
            }
        }
    }
    assert!(files.len() >= NOUNS.len(), "{files:?}");
}

#[tokio::test]
async fn the_examples_of_the_other_commands_work_too() {
    let server = Server::start();
    for command in ["describe", "completions"] {
        let help = outlay(&server).run(&format!("{command} --help")).await.worked();
        for example in examples(&help) {
            let command = example.split(" > ").next().unwrap().to_owned();
            assert_ne!(outlay(&server).run(&command).await.worked(), "");
        }
    }
}
