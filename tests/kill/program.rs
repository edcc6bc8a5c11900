//! `outlayd` as a process.
//!
//! Cargo builds no program of another package for a test, so this one has
//! Cargo build it: where it is built already, that takes a moment.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use outlay_client::Client;
use rustix::process::{Pid, Signal, kill_process};

use crate::support::SOON;

/// The program.
pub(super) struct Program(PathBuf);

impl Program {
    /// Of the same profile as this test, and in the same target directory.
    pub(super) fn built() -> Self {
        static PATH: OnceLock<PathBuf> = OnceLock::new();
        Self(PATH.get_or_init(build).clone())
    }

    fn command(&self, directory: &Path) -> Command {
        let mut command = Command::new(&self.0);
        command
            .arg("--data")
            .arg(directory.join("data"))
            .args(["--listen", "127.0.0.1:0", "--storage-cache-mib", "16", "--log-filter", "off"])
            .stdin(Stdio::null());
        command
    }

    /// Starts it, and waits until it serves.
    pub(super) fn start(&self, directory: &Path) -> Running {
        let mut child = self.command(directory).stdout(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut first).unwrap();
        let address = first.split_once("listens on ").and_then(|(_, rest)| rest.split_once(','));
        let url = match address {
            Some((address, _)) => format!("http://{address}"),
            None => panic!("it didn't start: {first:?} {:?}", child.wait()),
        };
        Running { child, url }
    }

    /// Runs it to its end.
    pub(super) fn run(&self, directory: &Path) -> Output {
        self.command(directory).output().unwrap()
    }
}

/// `target/debug/outlayd`, from `target/debug/deps/outlay-…`, which this is.
fn build() -> PathBuf {
    let this = std::env::current_exe().unwrap();
    let profile = this.parent().and_then(Path::parent).expect("target/…/deps/…");
    let target = profile.parent().expect("target/…");
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["build", "--quiet", "--offline", "--bin", "outlayd", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .arg("--target-dir")
        .arg(target);
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    profile.join("outlayd")
}

/// The program while it runs. Dropping it kills it.
pub(super) struct Running {
    child: Child,
    url: String,
}

impl Running {
    pub(super) fn client(&self) -> Client {
        Client::new(&self.url, SOON).unwrap()
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: nothing can be done about it.
    pub(super) fn kill(mut self) {
        self.end();
    }

    /// SIGTERM.
    pub(super) fn terminate(&self) {
        let pid = Pid::from_raw(self.child.id().try_into().unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
    }

    /// The exit code, once it has ended by itself.
    pub(super) fn wait(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    fn end(&mut self) {
        // It may have ended already.
        let _ended = self.child.kill();
        let _code = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}
