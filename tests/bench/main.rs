//! What the published figures come from. `cargo xtask bench` runs all, or those it names.

mod booking;
mod crash;
mod library_search;
mod load;
mod looks;
mod redemption;
mod sim;
mod slots;
mod spread;
mod starts;
mod statement;
mod town;
mod watch;

use std::process::ExitCode;
use std::time::Duration;

#[derive(Clone, Copy)]
enum Figure {
    Booking,
    Slots,
    Load,
    Crash,
    Redemption,
    Statement,
    Spread,
    LibrarySearch,
    Watch,
    Sim,
    Looks,
    Starts,
}

const FIGURES: [(&str, Figure); 12] = [
    ("booking", Figure::Booking),
    ("slots", Figure::Slots),
    ("load", Figure::Load),
    ("crash", Figure::Crash),
    ("redemption", Figure::Redemption),
    ("statement", Figure::Statement),
    ("spread", Figure::Spread),
    ("library-search", Figure::LibrarySearch),
    ("watch", Figure::Watch),
    ("sim", Figure::Sim),
    ("looks", Figure::Looks),
    ("starts", Figure::Starts),
];

impl Figure {
    async fn measure(self) {
        match self {
            Self::Booking => booking::run().await,
            Self::Slots => slots::run().await,
            Self::Load => load::run().await,
            Self::Crash => crash::run().await,
            Self::Redemption => redemption::run().await,
            Self::Statement => statement::run().await,
            Self::Spread => spread::run().await,
            Self::LibrarySearch => library_search::run().await,
            Self::Watch => watch::run().await,
            Self::Sim => sim::run().await,
            Self::Looks => looks::run().await,
            Self::Starts => starts::run().await,
        }
    }
}

/// Those named, in the order of [`FIGURES`], or all; the word that names none.
fn wanted(words: &[String]) -> Result<Vec<Figure>, &str> {
    let known = |word: &String| FIGURES.iter().any(|(name, _)| name == word);
    if let Some(unknown) = words.iter().find(|word| !known(word)) {
        return Err(unknown);
    }
    let named = |name: &str| words.is_empty() || words.iter().any(|word| word == name);
    let figures = FIGURES.iter().filter(|(name, _)| named(name));
    Ok(figures.map(|(_, figure)| *figure).collect())
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    let figures = match wanted(&words) {
        Ok(figures) => figures,
        Err(unknown) => {
            let names = FIGURES.map(|(name, _)| name).join(", ");
            eprintln!("there is no benchmark `{unknown}`; there are {names}");
            return ExitCode::FAILURE;
        }
    };
    let runtime = tokio::runtime::Runtime::new().expect("threads to run on");
    for figure in figures {
        runtime.block_on(figure.measure());
    }
    ExitCode::SUCCESS
}

/// Times in order, and what stands at their parts.
pub struct Times(Vec<Duration>);

impl Times {
    pub fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// In milliseconds; `part`: 0.5 for the median.
    pub fn at(&self, part: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index into a few thousand"
        )]
        let place = (last as f64 * part).round() as usize;
        self.0
            .get(place)
            .map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    }

    /// How much longer than the bare transaction, at the median, and whether that is what is aimed at.
    pub fn beside(&self, bare: &Self, aim: f64) {
        let ratio = self.at(0.5) / bare.at(0.5);
        let verdict = if ratio <= aim { "met" } else { "missed" };
        println!("ratio at p50: {ratio:.2} (aim {aim}: {verdict})");
    }

    pub fn line(&self, what: &str) {
        println!(
            "{what}: p50 {:.2} ms, p99 {:.2} ms ({} calls)",
            self.at(0.5),
            self.at(0.99),
            self.count()
        );
    }
}
