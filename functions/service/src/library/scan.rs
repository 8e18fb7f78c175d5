//! What somebody scanned or typed: a copy's own label, or an ISBN. `GetCopy`: everybody signed in.
//!
//! An ISBN names a title. Where that has several copies, only the label says which one is in somebody's
//! hand, and nothing is guessed.

use domain::library::{Shelf, Title};
use domain::{CommunityId, Refusal};
use wire::Code;
use wire::library::catalogue::{FoundView, GetCopy};

use super::faces::{copy_view, title_row};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};

/// A title and its shelf, and which copy was meant, as far as that is known.
pub struct Found {
    pub title: Title,
    pub shelf: Shelf,
    pub label: Option<String>,
}

/// Refuses: `bad_value` at `pointer` where it can be neither, `Missing` where it is none of this library.
pub async fn find(ctx: &Ctx, com: CommunityId, raw: &str, pointer: &str) -> Result<Found, Error> {
    let (id, label) = match domain::library::scanned(raw) {
        None => return Err(Error::invalid(Code::BadValue, pointer)),
        Some(domain::library::Scanned::Label(label)) => {
            (ctx.store.title_of_label(com, &label).await?, Some(label))
        }
        Some(domain::library::Scanned::Isbn(isbn)) => {
            (ctx.store.title_of_isbn(com, &isbn.to_string()).await?, None)
        }
    };
    let id = id.ok_or(Refusal::Missing)?;
    let found = ctx.store.title_and_shelf(com, id).await?;
    let (title, shelf) = found.ok_or(Refusal::Missing)?;
    let label = label.or_else(|| only(&shelf));
    Ok(Found {
        title,
        shelf,
        label,
    })
}

/// The copy of a title that never had another: one that was lost or withdrawn may turn up in a hand.
fn only(shelf: &Shelf) -> Option<String> {
    match &shelf.copies[..] {
        [one] => Some(one.barcode.clone()),
        _ => None,
    }
}

impl Found {
    /// The copy that was meant. Refuses: `Missing` where there is none, `WhichCopy`.
    pub fn label(&self) -> Result<&str, Refusal> {
        if let Some(label) = &self.label {
            return Ok(label);
        }
        match u32::try_from(self.shelf.copies.len()).unwrap_or(u32::MAX) {
            0 => Err(Refusal::Missing),
            copies => Err(Refusal::WhichCopy { copies }),
        }
    }
}

pub async fn get(call: Call<GetCopy>) -> Outcome<GetCopy> {
    let (ctx, who) = (&call.ctx, &call.who);
    let raw = call.path.0.as_str();
    if domain::library::scanned(raw).is_none() {
        return Err(Refusal::Missing.into());
    }
    let found = find(ctx, who.community.id, raw, "").await?;
    let (title, shelf) = (&found.title, &found.shelf);
    let reader = ctx.store.reader(who.community.id, who.person.id).await?;
    let view = |copy| copy_view(who, shelf, copy, &reader);
    let copy = found.label.as_deref().and_then(|label| shelf.copy(label));
    Ok(Answer::new(FoundView {
        title: title_row(title, shelf),
        copy: copy.map(view),
        choices: shelf.copies.iter().map(view).collect(),
    }))
}
