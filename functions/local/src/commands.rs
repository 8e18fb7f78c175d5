//! What can be asked of `linli` at the terminal.

use std::fs::Permissions;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use local::data::own_file;
use local::running::Opened;
use local::site::Site;
use local::snapshot::Snapshot;
use local::stop::About;
use local::{Options, Place, Running, Stop, aws, seed};
use service::ctx::{Clock, SystemClock};
use store::audit;
use tokio::signal::unix::{SignalKind, signal};

use crate::backtest::Backtest;
use crate::backup::Backup;
use crate::browser;
use crate::restore::Restore;
use crate::sign_event::SignEvent;
use crate::upgrade::Upgrade;

/// Linli 邻里: neighbourhood services, all in one process.
#[derive(Parser)]
#[command(name = "linli", version, about)]
pub struct Linli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start Linli and answer until told to stop.
    Serve(Serve),
    /// Write the demo community into an empty store.
    Seed(Data),
    /// Write everything stored as JSON lines. Also while Linli runs.
    Export(Export),
    /// Look for what should not be: things half-there, times sold twice, orphans. Also while Linli runs.
    Check(Check),
    Backup(Backup),
    Restore(Restore),
    Upgrade(Upgrade),
    Backtest(Backtest),
    SignEvent(SignEvent),
}

#[derive(Args)]
struct Data {
    /// The folder the data lies in.
    #[arg(long, default_value = "./data")]
    data: PathBuf,
}

#[derive(Args)]
struct Serve {
    /// Where to listen on 127.0.0.1.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    #[command(flatten)]
    data: Data,
    /// The built resident app.
    #[arg(long, default_value = "target/site")]
    site: PathBuf,
    /// The built desk app.
    #[arg(long, default_value = "target/site-desk")]
    desk: PathBuf,
    /// Leave the browser alone.
    #[arg(long)]
    no_open: bool,
    /// Do not write the demo community into an empty store.
    #[arg(long)]
    no_seed: bool,
    /// Do not answer under `/_local/`, which gives sign-in codes to whoever is on this machine, or
    /// comes through a proxy here that does not say so.
    #[arg(long)]
    no_helpers: bool,
    /// One more server that may carry messages to browsers, by its name; everything below it, where the name begins
    /// with a dot. May be said several times.
    #[arg(long)]
    push_service: Vec<String>,
}

#[derive(Args)]
struct Check {
    #[command(flatten)]
    data: Data,
    /// A table on AWS instead, reached with the credentials and the region that the environment names. Where others
    /// write meanwhile, a finding counts if it is there the next time as well.
    #[arg(long, conflicts_with = "data")]
    table: Option<String>,
}

#[derive(Args)]
struct Export {
    #[command(flatten)]
    data: Data,
    /// The file to write; the terminal if absent.
    #[arg(long)]
    out: Option<PathBuf>,
}

impl Linli {
    /// The status to end with; non-zero when a check has findings.
    pub async fn run(self) -> Result<ExitCode, Stop> {
        match self.command {
            Command::Serve(serve) => run_server(serve).await,
            Command::Seed(data) => run_seed(data).await,
            Command::Export(export) => run_export(export).await,
            Command::Check(check) => run_check(check).await,
            Command::Backup(backup) => backup.run().await,
            Command::Restore(restore) => restore.run().await,
            Command::Upgrade(upgrade) => upgrade.run().await,
            Command::Backtest(backtest) => backtest.run(),
            Command::SignEvent(event) => event.run(),
        }
    }
}

async fn run_server(serve: Serve) -> Result<ExitCode, Stop> {
    let (mut interrupt, mut terminate) = (
        signal(SignalKind::interrupt()).map_err(no_signals)?,
        signal(SignalKind::terminate()).map_err(no_signals)?,
    );
    let running = Running::start(Options {
        place: Place::Folder(serve.data.data),
        port: serve.port,
        site: Site {
            resident: Some(serve.site),
            desk: Some(serve.desk),
        },
        seed: !serve.no_seed,
        helpers: !serve.no_helpers,
        push_services: serve.push_service,
        ..Options::default()
    })
    .await?;
    let url = running.url();
    let ways = match serve.no_helpers {
        true => String::new(),
        false => format!(
            " · sign in as {}, the code shows at {url}/_local/outbox · demo accounts: {url}/_local/demo",
            seed::FIRST_RESIDENT_PHONE
        ),
    };
    println!("邻里 Linli: {url}/ (desk {url}/desk/){ways}");
    if !serve.no_open {
        browser::show(&url);
    }
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    running.stop().await?;
    Ok(ExitCode::SUCCESS)
}

fn no_signals(error: io::Error) -> Stop {
    Stop::because(format!("cannot listen for signals: {error}"))
}

async fn open(data: Data) -> Result<Opened, Stop> {
    Opened::open(&Options {
        place: Place::Folder(data.data),
        ..Options::default()
    })
    .await
}

async fn run_seed(data: Data) -> Result<ExitCode, Stop> {
    let opened = open(data).await?;
    let taken = seed::has_community(&opened.ctx.store).await?;
    if !taken {
        seed::write(&opened.ctx, opened.clock.now()).await?;
    }
    opened.close().await?;
    if taken {
        return Err(Stop::because(
            "there are communities already; the demo community goes into an empty store only",
        ));
    }
    println!("The demo community is in place.");
    Ok(ExitCode::SUCCESS)
}

/// Opens a copy of what must be there already: all of it is of one moment, whoever writes meanwhile.
async fn open_copy(data: Data) -> Result<(Snapshot, Opened), Stop> {
    let snapshot = Snapshot::of(&data.data).await?;
    let data = snapshot.path().to_owned();
    let opened = open(Data { data }).await?;
    Ok((snapshot, opened))
}

async fn run_export(export: Export) -> Result<ExitCode, Stop> {
    let (_copy, opened) = open_copy(export.data).await?;
    let mut out: Box<dyn Write> = match &export.out {
        Some(path) => {
            let file = own_file().truncate(true).open(path).about(path)?;
            let only = Permissions::from_mode(0o600);
            file.set_permissions(only).about(path)?;
            Box::new(BufWriter::new(file))
        }
        None => Box::new(io::stdout().lock()),
    };
    let written = audit::export(&opened.ctx.store, |line| writeln!(out, "{line}")).await;
    opened.close().await?;
    written?;
    out.flush()
        .map_err(|error| Stop::because(format!("cannot write: {error}")))?;
    Ok(ExitCode::SUCCESS)
}

async fn run_check(check: Check) -> Result<ExitCode, Stop> {
    let findings = match &check.table {
        Some(name) => audit::check(&aws::table(name)?, SystemClock.now()).await?,
        None => {
            let (_copy, opened) = open_copy(check.data).await?;
            let findings = audit::check(&opened.ctx.store, opened.clock.now()).await;
            opened.close().await?;
            findings?
        }
    };
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        println!("Everything is in order.");
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}
