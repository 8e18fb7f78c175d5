//! Whether anybody looks. `GetWatchHealth`: those who watch. A sweeper that stands still opens no alert and says
//! nothing: so it leaves a mark where it passed, and whoever sees the board sees when that was.

use domain::watch::deadline::is_late;
use wire::watch::{GetWatchHealth, WatchHealthView};

use crate::http::{Answer, Call, Outcome};

pub async fn run(call: Call<GetWatchHealth>) -> Outcome<GetWatchHealth> {
    let (who, at) = (&call.who, call.now);
    let swept_at = call.ctx.store.sweep_mark(who.community.id).await?;
    Ok(Answer::new(WatchHealthView {
        swept_at: swept_at.map(|at| who.moment(at)),
        late: is_late(swept_at, at),
    }))
}
