//! Households as staff see them. `ListHouseholds`: staff. `CreateHousehold`: staff, safe to repeat
//! with the same id.

use domain::person::Household;
use domain::{Refusal, limits};
use store::identity::household_item;
use store::schema;
use wire::identity::{CreateHousehold, HouseholdRow, ListHouseholds};

use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::people::{is_at, row, wanted};
use crate::once::Once;
use crate::{page, parse};

pub async fn list_households(call: Call<ListHouseholds>) -> Outcome<ListHouseholds> {
    let query = &call.query;
    let limit = parse::limit(query.limit)?;
    let wanted = wanted(query.q.as_deref())?;
    let all = schema::households(call.who.community.id);
    let keep = |home: Household| is_at(&home, &wanted).then_some(home);
    let cursor = query.cursor.as_deref();
    let rows = page::sifted(&call.ctx.store, &all, limit, cursor, keep).await?;
    Ok(Answer::new(page::wire(rows, row)))
}

pub async fn create_household(call: Call<CreateHousehold>) -> Outcome<CreateHousehold> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = create(&call, &once).await;
    let again = made(&call);
    once.end(&call.ctx, done, again).await
}

async fn made(call: &Call<CreateHousehold>) -> Result<HouseholdRow, Error> {
    let made = call
        .ctx
        .store
        .household(call.who.community.id, call.body.id);
    Ok(row(made.await?.ok_or(Refusal::Missing)?))
}

async fn create(call: &Call<CreateHousehold>, once: &Once) -> Result<HouseholdRow, Error> {
    let household = Household {
        id: call.body.id,
        community: call.who.community.id,
        building: parse::line(&call.body.building, limits::NAME_CHARS, "/building")?,
        room: parse::line(&call.body.room, limits::NAME_CHARS, "/room")?,
        people: Vec::new(),
        ver: 1,
    };
    let item = household_item(&household)?;
    let tx = call.ctx.store.tx().command(once.record().as_ref())?;
    tx.put_new(item, Refusal::IdReused)?.commit().await?;
    Ok(row(household))
}
