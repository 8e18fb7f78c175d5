//! `linli upgrade`: a table on AWS, brought to the form this version writes.

use std::process::ExitCode;

use clap::Args;
use local::data::{FORMAT, OLDEST};
use local::{Stop, aws};
use store::upgrade::{bring_up, versions};

/// Bring the items of a table on AWS to the form that this version writes, once its functions are of this version. They
/// may run meanwhile. May be said again; a data folder needs none of it.
#[derive(Args)]
pub struct Upgrade {
    /// The table, reached with the credentials and the region that the environment names.
    #[arg(long)]
    table: String,
}

impl Upgrade {
    pub async fn run(self) -> Result<ExitCode, Stop> {
        let store = aws::table(&self.table)?;
        let (oldest, newest) = versions(&store).await?;
        if newest > FORMAT {
            return Err(Stop::because(format!(
                "{} has items of format {newest}, and this version writes {FORMAT}; nothing was touched",
                self.table
            )));
        }
        // What says nothing may be of any that can be brought up.
        let written = bring_up(&store, oldest.max(OLDEST)).await?;
        println!(
            "{written} items of {} were brought to format {FORMAT}.",
            self.table
        );
        Ok(ExitCode::SUCCESS)
    }
}
