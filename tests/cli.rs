//! The program `outlay`, in this process, against a server.

#![cfg(test)]

mod added;
mod admin;
mod examples;
mod exits;
mod given;
mod imports;
mod json;
mod lost;
mod meetings;
mod minutes;
mod nouns;
mod regions;
mod statistics;
mod stats;
mod tables;
mod trainings;

use std::ffi::OsString;
use std::io::Cursor;

use outlay_client::cli::{Io, run};
use tokio::runtime::Builder;

use crate::support::Server;

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: u8,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Outcome {
    /// What it wrote, where it worked.
    #[track_caller]
    pub(crate) fn worked(self) -> String {
        assert_eq!(self.code, 0, "{self:#?}");
        self.out
    }

    /// What it said, where it didn't.
    #[track_caller]
    pub(crate) fn failed(self, code: u8) -> String {
        assert_eq!(self.code, code, "{self:#?}");
        assert_eq!(self.out, "", "data only where it worked");
        assert!(self.err.ends_with('\n'), "{self:?}");
        self.err
    }

    #[track_caller]
    pub(crate) fn json(self) -> serde_json::Value {
        serde_json::from_str(&self.worked()).unwrap()
    }
}

/// A command line.
pub(crate) struct Outlay<'a> {
    server: &'a Server,
    stdin: Vec<u8>,
    width: Option<usize>,
    /// Without `--server`.
    anywhere: bool,
}

/// Commands to a server, whose output isn't a terminal.
pub(crate) fn outlay(server: &Server) -> Outlay<'_> {
    Outlay { server, stdin: Vec::new(), width: None, anywhere: false }
}

impl Outlay<'_> {
    pub(crate) fn stdin(mut self, text: impl AsRef<[u8]>) -> Self {
        self.stdin = text.as_ref().to_vec();
        self
    }

    pub(crate) fn anywhere(mut self) -> Self {
        self.anywhere = true;
        self
    }

    pub(crate) fn width(mut self, columns: usize) -> Self {
        self.width = Some(columns);
        self
    }

    /// Runs a command; its words are parted by spaces.
    pub(crate) async fn run(self, command: &str) -> Outcome {
        let mut args: Vec<OsString> = vec!["outlay".into()];
        args.extend(words(command).into_iter().map(OsString::from));
        if !command.contains("--server") && !self.anywhere {
            args.extend(["--server".into(), self.server.url().into()]);
        }
        let (stdin, width) = (self.stdin, self.width);
        // As in the program: a runtime of its own, which ends with the command.
        let running = tokio::task::spawn_blocking(move || {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            let (mut out, mut err) = (Vec::new(), Vec::new());
            let io = Io {
                stdin: &mut Cursor::new(stdin),
                stdout: &mut out,
                stderr: &mut err,
                width,
                progress: false,
            };
            let code = runtime.block_on(run(args, io));
            let text = |bytes| String::from_utf8(bytes).unwrap();
            Outcome { code, out: text(out), err: text(err) }
        });
        running.await.unwrap()
    }
}

/// The words of a command; what stands in quotes of either kind is part of one.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = None;
    let mut quote = None;
    for letter in command.chars() {
        match (quote, letter) {
            (Some(open), letter) if letter == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_with(String::new);
            }
            (None, letter) if letter.is_whitespace() => words.extend(word.take()),
            (_, letter) => word.get_or_insert_with(String::new).push(letter),
        }
    }
    words.extend(word);
    words
}

#[tokio::test]
async fn help_and_completions_are_data() {
    let server = Server::start();
    let help = outlay(&server).run("--help").await.worked();
    let nouns = [
        "project",
        "meeting",
        "region",
        "industry",
        "cluster",
        "organisation",
        "policy",
        "indicator",
        "observation",
        "target",
    ];
    for word in nouns {
        assert!(help.contains(word), "{word}: {help}");
    }
    assert!(help.contains("Exit codes"), "{help}");
    for noun in ["project", "meeting", "region"] {
        let help = outlay(&server).run(&format!("{noun} create --help")).await.worked();
        assert!(help.contains("--request-id"), "{help}");
    }
    for shell in ["bash", "zsh", "fish"] {
        let script = outlay(&server).run(&format!("completions {shell}")).await.worked();
        assert!(script.contains("outlay"), "{shell}");
    }
}
