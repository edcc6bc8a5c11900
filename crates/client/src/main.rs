//! The program `outlay`: see `outlay_client::cli`.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use outlay_client::cli::{self, Io};

#[tokio::main]
async fn main() -> ExitCode {
    let (mut stdin, mut stdout, mut stderr) = (io::stdin(), io::stdout(), io::stderr());
    let width = stdout
        .is_terminal()
        .then(terminal_size::terminal_size)
        .flatten()
        .map(|(width, _)| usize::from(width.0));
    let progress = stderr.is_terminal();
    let io = Io { stdin: &mut stdin, stdout: &mut stdout, stderr: &mut stderr, width, progress };
    ExitCode::from(cli::run(std::env::args_os(), io).await)
}
