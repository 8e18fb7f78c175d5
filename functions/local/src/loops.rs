//! What happens without anybody calling: messages leave, bookings lapse, garbage goes.

use std::time::Duration;

use dynoxide::Database;
use service::Ctx;
use service::market::sweep;
use service::notify::relay;
use tokio::sync::{Mutex, watch};
use tokio::time::{MissedTickBehavior, interval, sleep};

/// How long after its rest the relay looks by itself; it is rung when there is something to do.
const RELAY: Duration = Duration::from_secs(1);
/// Between two looks of the relay: what was put there meanwhile leaves together, and a busy hour does not ring for each
/// message.
const REST: Duration = Duration::from_millis(100);
const SWEEP: Duration = Duration::from_secs(10);
const TTL: Duration = Duration::from_secs(600);
/// Turns of a loop in a row before others get theirs.
const TURNS: usize = 1_000;

/// The loops of one process; each takes one turn at a time.
pub struct Loops {
    ctx: Ctx,
    relay_turn: Mutex<()>,
    sweep_turn: Mutex<()>,
}

impl Loops {
    #[must_use]
    pub fn new(ctx: Ctx) -> Self {
        Self {
            ctx,
            relay_turn: Mutex::new(()),
            sweep_turn: Mutex::new(()),
        }
    }

    /// Delivers until nothing is due.
    pub async fn relay(&self) -> Result<(), service::Error> {
        let _turn = self.relay_turn.lock().await;
        for _ in 0..TURNS {
            if relay::run_once(&self.ctx).await? == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Lapses and tells until nothing is due.
    pub async fn sweep(&self) -> Result<(), service::Error> {
        let _turn = self.sweep_turn.lock().await;
        for _ in 0..TURNS {
            if sweep::run_once(&self.ctx).await? == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Relays when rung, and by itself.
    pub async fn keep_relaying(&self, mut quit: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                () = self.ctx.relay_bell.notified() => {}
                () = sleep(RELAY) => {}
                _ = quit.wait_for(|quit| *quit) => return,
            }
            log("relay", self.relay().await);
            tokio::select! {
                () = sleep(REST) => {}
                _ = quit.wait_for(|quit| *quit) => return,
            }
        }
    }

    pub async fn keep_sweeping(&self, mut quit: watch::Receiver<bool>) {
        loop {
            log("sweeper", self.sweep().await);
            tokio::select! {
                () = sleep(SWEEP) => {}
                _ = quit.wait_for(|quit| *quit) => return,
            }
        }
    }
}

/// Takes away what DynamoDB itself would have taken away by its time to live.
pub async fn keep_tidy(database: Database, mut quit: watch::Receiver<bool>) {
    let mut ticks = interval(TTL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = quit.wait_for(|quit| *quit) => return,
        }
        let database = database.clone();
        match tokio::task::spawn_blocking(move || database.sweep_ttl()).await {
            Ok(Ok(0)) => {}
            Ok(Ok(items)) => tracing::info!(items, "Took away {items} items past their time"),
            Ok(Err(error)) => tracing::warn!("The sweep by time to live failed: {error}"),
            Err(error) => tracing::warn!("The sweep by time to live failed: {error}"),
        }
    }
}

fn log(what: &str, outcome: Result<(), service::Error>) {
    if let Err(error) = outcome {
        tracing::warn!("The {what} failed and will try again: {error:?}");
    }
}
