//! What is printed on labels. `ListLabels`: librarians and administrators.

use domain::Refusal;
use domain::library::{Title, barcode};
use store::schema;
use store::table::key_of;
use wire::library::catalogue::{LabelView, ListLabels};
use wire::{Code, Page, Problem};

use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::{page, parse};

/// Labels on the sheets of one print that names them.
const PRINTED: usize = 100;

#[must_use]
pub fn label(code: &str, title: &Title) -> LabelView {
    LabelView {
        barcode: code.to_owned(),
        name: title.name.clone(),
        authors: title.authors.clone(),
        class: title.class.clone(),
    }
}

pub async fn list(call: Call<ListLabels>) -> Outcome<ListLabels> {
    let (ctx, com) = (&call.ctx, call.who.community.id);
    let limit = parse::limit(call.query.limit)?;
    let (codes, cursor) = match &call.query.barcodes {
        Some(said) => (named(said)?, None),
        None => {
            let pattern = schema::labels(com);
            let after = call.query.cursor.as_deref();
            let after = after.map(|raw| page::decode(&pattern, raw)).transpose()?;
            let (items, next) = ctx.store.page(&pattern, limit, after).await?;
            let codes = items.iter().map(|item| key_of(item).sk).collect();
            (codes, next.map(|place| page::encode(&pattern, &place)))
        }
    };
    let titles = ctx.store.titles_of_labels(com, &codes).await?;
    let mut ids: Vec<_> = titles.iter().flatten().copied().collect();
    ids.sort_unstable();
    ids.dedup();
    let found = ctx.store.titles_among(com, &ids).await?;
    let mut rows = Vec::with_capacity(codes.len());
    for (code, title) in codes.iter().zip(titles) {
        let title = found.iter().find(|one| Some(one.id) == title);
        match title {
            Some(title) => rows.push(label(code, title)),
            // Named, and none of this library.
            None if call.query.barcodes.is_some() => return Err(Refusal::Missing.into()),
            None => {}
        }
    }
    Ok(Answer::new(Page {
        items: rows,
        cursor,
    }))
}

fn named(said: &str) -> Result<Vec<String>, Error> {
    let codes = said.split(',').map(str::trim).filter(|raw| !raw.is_empty());
    let bad = || Error::invalid(Code::BadValue, "?barcodes");
    let codes: Option<Vec<String>> = codes.map(barcode::copy_label).collect();
    let codes = codes.ok_or_else(bad)?;
    if codes.len() > PRINTED {
        let problem = Problem::new(Code::BadValue).at("?barcodes");
        return Err(problem.with("max", PRINTED).into());
    }
    Ok(codes)
}
