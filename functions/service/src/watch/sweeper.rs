//! Whether anybody looks. `GetWatchHealth`: those who watch. A sweeper that stands still opens no alert and says
//! nothing: so it leaves a mark where it passed, and whoever sees the board sees when that was,
//! and how much of it failed. Whether alerts are held, as what doors say does not come in, is seen there as well: whoever
//! is silent is not on the board yet.

use domain::watch::deadline::is_late;
use domain::watch::lag::is_lagging;
use wire::watch::{GetWatchHealth, WatchHealthView};

use crate::http::{Answer, Call, Outcome};

pub async fn run(call: Call<GetWatchHealth>) -> Outcome<GetWatchHealth> {
    let (who, at) = (&call.who, call.now);
    let (store, com) = (&call.ctx.store, who.community.id);
    let (mark, never_seen, doors) = tokio::try_join!(
        store.sweep_mark(com),
        store.never_seen_count(com, at),
        store.devices(com),
    )?;
    let swept_at = mark.map(|mark| mark.at);
    Ok(Answer::new(WatchHealthView {
        failed: mark.map_or(0, |mark| mark.failed),
        swept_at: swept_at.map(|at| who.moment(at)),
        late: is_late(swept_at, at),
        never_seen: u32::try_from(never_seen).unwrap_or(u32::MAX),
        lagging: is_lagging(&doors, at),
    }))
}
