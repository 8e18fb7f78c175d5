//! `linli`: the whole of it in one process.

mod backtest;
mod backup;
mod browser;
mod commands;
mod restore;
mod sign_event;
mod upgrade;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let command = commands::Linli::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        EnvFilter::new("info,dynoxide=error,aws_smithy_runtime=warn,hyper=warn")
    });
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    service::panics::log_places();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("linli: no threads to run on: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(command.run()) {
        Ok(code) => code,
        Err(stop) => {
            eprintln!("linli: {stop}");
            ExitCode::FAILURE
        }
    }
}
