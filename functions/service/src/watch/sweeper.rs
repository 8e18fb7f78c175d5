//! Whether anybody looks. `GetWatchHealth`: those who watch. A sweeper that stands still opens no alert and says
//! nothing: so it leaves a mark where it passed, and whoever sees the board sees when that was,
//! and how much of it failed.

use domain::watch::deadline::is_late;
use wire::watch::{GetWatchHealth, WatchHealthView};

use crate::http::{Answer, Call, Outcome};

pub async fn run(call: Call<GetWatchHealth>) -> Outcome<GetWatchHealth> {
    let (who, at) = (&call.who, call.now);
    let mark = call.ctx.store.sweep_mark(who.community.id).await?;
    let swept_at = mark.map(|mark| mark.at);
    Ok(Answer::new(WatchHealthView {
        failed: mark.map_or(0, |mark| mark.failed),
        swept_at: swept_at.map(|at| who.moment(at)),
        late: is_late(swept_at, at),
    }))
}
