//! Is the service able to answer? `GetHealth`, everybody; asks the store.

use jiff::tz::TimeZone;
use store::schema;
use wire::Moment;
use wire::notify::{GetHealth, Health};

use crate::http::{Answer, Call, Outcome};

pub async fn run(call: Call<GetHealth, ()>) -> Outcome<GetHealth> {
    call.ctx.store.page(&schema::communities(), 1, None).await?;
    Ok(Answer::new(Health {
        status: "ok".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        now: Moment::new(call.now, &TimeZone::UTC),
    }))
}
