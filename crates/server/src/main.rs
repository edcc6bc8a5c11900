//! `outlayd`: reads the configuration, binds, serves, and stops at a signal.
//!
//! Exit codes: 0 ended well, 1 failed, 2 wrong command line or configuration.

use std::error::Error;
use std::io::Write;
use std::net::SocketAddr;
use std::process::ExitCode;

use outlay_server::clock::Clock;
use outlay_server::config::{Config, DEFAULT_PORT, Invocation, load, process_environment};
use outlay_server::logging;
use outlay_server::server::{self, Ready};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

// The system's allocator keeps an arena for each of a dozen threads and gives
// little of them back: sled's pages, freed by other threads than made them,
// left twice the memory held that was in use.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const FAILED: u8 = 1;
const MISUSED: u8 = 2;

fn main() -> ExitCode {
    let config = match load(std::env::args_os(), &process_environment) {
        Ok(Invocation::Serve(config)) => config,
        Ok(Invocation::Print(text)) => {
            say(&text);
            return ExitCode::SUCCESS;
        }
        Err(problem) => return end(MISUSED, &problem.to_string()),
    };
    match serve(&config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => end(FAILED, &chain(error.as_ref())),
    }
}

type Failure = Box<dyn Error + Send + Sync>;

fn serve(config: &Config) -> Result<(), Failure> {
    // sled makes its files for everybody to read: what is recorded is nobody
    // else's, whatever the directory above allows.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    logging::start(&config.log)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(serve_until_signal(config));
    // What the drain left behind isn't waited for.
    runtime.shutdown_background();
    outcome
}

async fn serve_until_signal(config: &Config) -> Result<(), Failure> {
    let signals = Signals::catch()?;
    let listener = bind(config.listen).await?;
    let clock = Clock::system(config.time_zone.clone());
    let ready = |ready: Ready| say(&welcome(config, &ready));
    server::run(config, clock, listener, signals.first(), ready).await?;
    Ok(())
}

async fn bind(address: SocketAddr) -> Result<TcpListener, String> {
    use std::io::ErrorKind;

    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => format!(
            "{address} is in use already: stop what listens there, or choose another address with \
             --listen"
        ),
        ErrorKind::PermissionDenied => format!(
            "{address} may not be used by this user: choose a port from 1024 on with --listen"
        ),
        ErrorKind::AddrNotAvailable => {
            format!("this machine has no address {}: choose another with --listen", address.ip())
        }
        _ => format!("{address} can't be listened on ({error}): choose another with --listen"),
    })
}

/// SIGTERM, SIGINT, and SIGHUP, which comes when a terminal is closed.
struct Signals {
    hangup: Signal,
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From here on they no longer kill.
    fn catch() -> std::io::Result<Self> {
        Ok(Self {
            hangup: signal(SignalKind::hangup())?,
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for the first; the second, during the drain, ends the process.
    async fn first(mut self) {
        self.next().await;
        tokio::spawn(async move {
            self.next().await;
            let _ = end(FAILED, "stopped by a second signal: running calls were cut off");
            std::process::exit(i32::from(FAILED));
        });
    }

    async fn next(&mut self) {
        let name = tokio::select! {
            _ = self.hangup.recv() => "SIGHUP",
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        };
        tracing::info!(signal = name, "a signal");
    }
}

fn welcome(config: &Config, Ready { address, figures }: &Ready) -> String {
    let mut text = format!(
        "outlayd {} listens on {address}, with its records in {}\n",
        env!("CARGO_PKG_VERSION"),
        config.data.display()
    );
    if config.demo {
        let server = match address.port() {
            DEFAULT_PORT => String::new(),
            _ => format!(" --server http://{address}"),
        };
        text.push_str(figures);
        text.push_str("Try, in another terminal:\n");
        for command in [
            "stats show --region 330400 --period 2023H1 --indicator manufacturing-investment",
            "project list --region 330400",
            "project get demo-nanhu-power-chips",
            "meeting get zj-symposium-2023-07-28",
        ] {
            text.push_str(&format!("  outlay{server} {command}\n"));
        }
    }
    text
}

/// The error and its causes, as one sentence.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}

/// To stdout; that nobody reads it is no reason to fail.
fn say(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

/// The reason to stderr, and the exit code.
fn end(code: u8, reason: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "outlayd: {reason}");
    ExitCode::from(code)
}
