//! The demo community, and a small second one for what must stay apart. Everything is plainly
//! invented, and the same on every machine; only days are counted from the day of seeding.
//!
//! The communities themselves are written last and together: without them nobody is found and
//! nothing counts, so a start cut short is simply done again.

pub mod accounts;
mod books;
mod care;
mod health;
mod ids;
mod library;
mod offers;
mod people;
mod plans;
mod town;
mod traders;
mod village;
mod visits;
mod volunteers;
mod vouchers;
mod watch;

use jiff::Timestamp;
use service::Ctx;
use store::Store;
use store::identity::community_item;

use crate::stop::Stop;
use town::Town;

pub use accounts::FIRST_RESIDENT_PHONE;

/// DynamoDB takes 100 items per transaction.
const ITEMS: usize = 100;

/// Has anybody set anything up here?
pub async fn has_community(store: &Store) -> Result<bool, Stop> {
    Ok(!store.communities().await?.is_empty())
}

/// Writes the demo communities into a store that has none. `at`: the day things are counted from.
pub async fn write(ctx: &Ctx, at: Timestamp) -> Result<(), Stop> {
    let store = &ctx.store;
    clear(store).await?;
    let mut home = Town::new(ctx, "测试·Y社区", "Test · Y Community", "02100000001", at)?;
    let residents = people::settle(&mut home)?;
    let traders = traders::open(&mut home, &residents)?;
    let offers = offers::list(&mut home, &traders)?;
    visits::make(&mut home, &residents, &traders, &offers)?;
    let served = volunteers::serve(&mut home, &residents)?;
    library::furnish(&mut home, &residents)?;
    let alerts = watch::hang(&mut home, &residents)?;
    care::look_after(&mut home, &residents, alerts)?;
    health::wear(&mut home, &residents)?;
    let mut next = Town::new(ctx, "测试·邻村", "Test · Next Village", "02100000002", at)?;
    village::settle(&mut next)?;

    let (home, home_items) = home.done();
    let (next, next_items) = next.done();
    // A hundred to a transaction: one sync to the disk for all of them instead of one for each.
    for items in [home_items, next_items].concat().chunks(ITEMS) {
        let mut tx = store.tx();
        for item in items {
            tx = tx.put_any(item.clone())?;
        }
        tx.commit().await?;
    }
    served.settle(store, &residents.volunteers).await?;
    let communities = store
        .tx()
        .put_any(community_item(&home)?)?
        .put_any(community_item(&next)?)?;
    communities.commit().await?;
    Ok(())
}

/// What a seeding cut short may have left belongs to nobody.
async fn clear(store: &Store) -> Result<(), Stop> {
    store.delete_table().await?;
    Ok(store.create_table().await?)
}
