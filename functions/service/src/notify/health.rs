//! Is the service able to answer, and does anybody look at what falls due? `GetHealth`, everybody; asks the store.

use domain::person::Community;
use domain::watch::deadline::is_late;
use jiff::tz::TimeZone;
use store::schema;
use store::table::read;
use wire::Moment;
use wire::notify::{GetHealth, Health};

use crate::http::{Answer, Call, Outcome};

/// Communities whose last pass is looked at. One sweeper serves all of them, one after the other.
const COMMUNITIES: usize = 25;

pub async fn run(call: Call<GetHealth, ()>) -> Outcome<GetHealth> {
    let store = &call.ctx.store;
    let communities = schema::communities();
    let (items, _) = store.page(&communities, COMMUNITIES, None).await?;
    let items = items.into_iter();
    let known = items.filter_map(|item| Some(read::<Community>(item).ok()?.id));
    let known: Vec<_> = known.collect();
    let mut swept = store.sweep_marks(&known).await?.into_iter();
    let late = swept.any(|swept| is_late(swept, call.now));
    Ok(Answer::new(Health {
        status: "ok".into(),
        sweeper: if late { "late" } else { "ok" }.into(),
        version: env!("CARGO_PKG_VERSION").into(),
        now: Moment::new(call.now, &TimeZone::UTC),
    }))
}
