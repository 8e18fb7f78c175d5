//! `linli restore`: a data folder from a backup.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use local::{Stop, archive};

/// Lay a backup out as a data folder, which may not hold anything yet, and compare it with what was saved.
#[derive(Args)]
pub struct Restore {
    /// The backup.
    #[arg(long)]
    from: PathBuf,
    /// The folder the data is to lie in.
    #[arg(long, default_value = "./data")]
    data: PathBuf,
}

impl Restore {
    pub async fn run(self) -> Result<ExitCode, Stop> {
        let manifest = archive::unpack(&self.from, &self.data).await?;
        println!(
            "{} items of {} are in {}, digest {}.",
            manifest.items,
            manifest.made_at,
            self.data.display(),
            manifest.digest
        );
        Ok(ExitCode::SUCCESS)
    }
}
