//! One page of the titles that some words stand in. The index says which may be shown; what is shown
//! is read from the table.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::library::search::{Place, Words};
use domain::library::{Shelf, Title};
use domain::{CommunityId, TitleId};
use jiff::Timestamp;
use wire::Code;

use crate::ctx::Ctx;
use crate::error::Error;

pub struct Found {
    pub rows: Vec<(Title, Shelf)>,
    pub cursor: Option<String>,
}

/// Refuses `bad_cursor` where it is none of this question.
pub async fn find(
    ctx: &Ctx,
    com: CommunityId,
    words: &Words,
    (limit, cursor): (usize, Option<&str>),
    at: Timestamp,
) -> Result<Found, Error> {
    let after = cursor.map(|raw| decode(words, raw)).transpose()?;
    let catalogue = ctx.catalogues.fresh(ctx, com, at).await?;
    let mut places = catalogue.find(words, after.as_ref(), limit + 1);
    let more = places.len() > limit;
    places.truncate(limit);
    let ids: Vec<TitleId> = places.iter().map(|place| place.title).collect();
    let (titles, shelves) = tokio::try_join!(
        ctx.store.titles_among(com, &ids),
        ctx.store.shelves_among(com, &ids),
    )?;
    let mut rows: Vec<(Title, Shelf)> = Vec::with_capacity(titles.len());
    for title in titles {
        catalogue.put(&title);
        let shelf = shelves.iter().find(|shelf| shelf.title == title.id);
        // It may have been renamed a moment ago.
        if let (Some(shelf), true) = (shelf, words.fit(&title)) {
            rows.push((title, shelf.clone()));
        }
    }
    let last = places.last().filter(|_| more);
    Ok(Found {
        rows,
        cursor: last.map(|place| encode(words, place)),
    })
}

fn encode(words: &Words, place: &Place) -> String {
    let json = serde_json::to_vec(&(words.joined(), place)).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(json)
}

fn decode(words: &Words, cursor: &str) -> Result<Place, Error> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
    let said: Option<(String, Place)> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let place = said.filter(|(said, _)| *said == words.joined());
    let place = place.map(|(_, place)| place);
    place.ok_or_else(|| Error::invalid(Code::BadCursor, "?cursor"))
}
