//! The program `outlay`, in this process, against a server.

#![cfg(test)]

mod exits;
mod imports;
mod json;
mod nouns;
mod tables;

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
    stdin: String,
    width: Option<usize>,
}

/// Commands to a server, whose output isn't a terminal.
pub(crate) fn outlay(server: &Server) -> Outlay<'_> {
    Outlay { server, stdin: String::new(), width: None }
}

impl Outlay<'_> {
    pub(crate) fn stdin(mut self, text: &str) -> Self {
        text.clone_into(&mut self.stdin);
        self
    }

    pub(crate) fn width(mut self, columns: usize) -> Self {
        self.width = Some(columns);
        self
    }

    /// Runs a command; its words are parted by spaces, and what stands in
    /// single quotes is one word.
    pub(crate) async fn run(self, command: &str) -> Outcome {
        let mut args: Vec<OsString> = vec!["outlay".into()];
        args.extend(words(command).into_iter().map(OsString::from));
        if !command.contains("--server") {
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

fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in command.split('\'').enumerate() {
        if at % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(ToOwned::to_owned));
        }
    }
    words
}

#[tokio::test]
async fn help_and_completions_are_data() {
    let server = Server::start();
    let help = outlay(&server).run("--help").await.worked();
    for word in ["project", "meeting", "region", "industry", "cluster", "organisation", "policy"] {
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
