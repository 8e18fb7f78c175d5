//! `linli backup`: the data folder in one file.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use local::{Stop, archive};

/// Write all data into one file, also while Linli runs, and read it back. It holds secrets: keep it like the data.
#[derive(Args)]
pub struct Backup {
    /// The folder the data lies in.
    #[arg(long, default_value = "./data")]
    data: PathBuf,
    /// The file to write, which is not there yet.
    #[arg(long)]
    to: PathBuf,
}

impl Backup {
    pub async fn run(self) -> Result<ExitCode, Stop> {
        let manifest = archive::pack(&self.data, &self.to).await?;
        println!(
            "{} items are in {}, format {}, digest {}.",
            manifest.items,
            self.to.display(),
            manifest.format,
            manifest.digest
        );
        Ok(ExitCode::SUCCESS)
    }
}
