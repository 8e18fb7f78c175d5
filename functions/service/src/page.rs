//! One page of a list, and the cursor that leads to the next. A cursor is the place of the last
//! row as base64url of JSON; it is good for the rows it came from, however they are sifted, and for no others.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use store::Store;
use store::schema::Pattern;
use store::table::{Place, read};
use wire::{Code, Page};

use crate::error::Error;

/// Store pages read for one page of a filtered list; a page may come back short, with a cursor.
const STORE_PAGES: usize = 10;
/// Rows of one store page of a filtered list.
const STORE_ROWS: usize = 200;

#[must_use]
pub fn encode(pattern: &Pattern, place: &Place) -> String {
    let json = serde_json::to_vec(&pattern.place_text(place)).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(json)
}

/// Refuses (`bad_cursor`) what is not a place in this very partition and range.
pub fn decode(pattern: &Pattern, cursor: &str) -> Result<Place, Error> {
    let fields = || -> Option<BTreeMap<String, String>> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()
    };
    fields()
        .and_then(|fields| pattern.place(&fields))
        .ok_or_else(|| Error::invalid(Code::BadCursor, "?cursor"))
}

/// Rows `limit` at a time, each read as `T`.
pub async fn page<T: DeserializeOwned>(
    store: &Store,
    pattern: &Pattern,
    limit: usize,
    cursor: Option<&str>,
) -> Result<(Vec<T>, Option<String>), Error> {
    let after = cursor.map(|raw| decode(pattern, raw)).transpose()?;
    let (items, next) = store.page(pattern, limit, after).await?;
    let rows = items.into_iter().map(read).collect::<Result<_, _>>()?;
    Ok((rows, next.map(|place| encode(pattern, &place))))
}

/// Rows that pass `keep`, `limit` at a time. Reads on over rows that do not, within bounds: a page
/// may hold fewer rows than asked for, even none, and still name a cursor.
pub async fn sifted<T: DeserializeOwned, U>(
    store: &Store,
    pattern: &Pattern,
    limit: usize,
    cursor: Option<&str>,
    mut keep: impl FnMut(T) -> Option<U>,
) -> Result<(Vec<U>, Option<String>), Error> {
    let mut place = cursor.map(|raw| decode(pattern, raw)).transpose()?;
    let mut rows = Vec::new();
    for _ in 0..STORE_PAGES {
        let (items, next) = store.page(pattern, STORE_ROWS, place).await?;
        let mut left = items.len();
        for item in items {
            left -= 1;
            let here = pattern.place_of(&item);
            rows.extend(keep(read(item)?));
            if rows.len() == limit {
                let more = left > 0 || next.is_some();
                return Ok((rows, more.then(|| encode(pattern, &here))));
            }
        }
        place = next;
        if place.is_none() {
            break;
        }
    }
    Ok((rows, place.map(|place| encode(pattern, &place))))
}

/// As the contract has it.
#[must_use]
pub fn wire<T, U>((rows, cursor): (Vec<T>, Option<String>), row: impl FnMut(T) -> U) -> Page<U> {
    Page {
        items: rows.into_iter().map(row).collect(),
        cursor,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{CommunityId, PersonId};
    use store::schema;

    #[test]
    fn a_cursor_leads_back_to_its_place_and_nowhere_else() {
        let com = CommunityId::new(1, 1);
        let (me, other) = (PersonId::new(1, 2), PersonId::new(1, 3));
        let mine = schema::of_person(com, me, "VIEW#");
        let fields = |pk: &str, sk: &str| {
            BTreeMap::from([("pk".to_owned(), pk.to_owned()), ("sk".into(), sk.into())])
        };
        let place = mine.place(&fields(&mine.pk, "VIEW#1")).expect("lies in it");
        let cursor = encode(&mine, &place);
        assert_eq!(decode(&mine, &cursor).expect("round trip"), place);

        assert!(decode(&schema::of_person(com, other, "VIEW#"), &cursor).is_err());
        assert!(decode(&schema::of_person(com, me, "MSG#"), &cursor).is_err());
        assert!(decode(&schema::people(com), &cursor).is_err());
        let forged = |fields: &BTreeMap<String, String>| {
            URL_SAFE_NO_PAD.encode(serde_json::to_vec(fields).expect("json"))
        };
        assert!(decode(&mine, &forged(&fields(&mine.pk, "SESSION#x"))).is_err());
        let mut more = fields(&mine.pk, "VIEW#1");
        more.insert("kind".into(), "View".into());
        for bad in ["", "%%%", "e30", &cursor[1..], &forged(&more)] {
            assert!(decode(&mine, bad).is_err(), "{bad}");
        }
    }
}
