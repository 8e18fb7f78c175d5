//! `ImportTitles`, `ListLibraryImports`, `GetLibraryImport`, `ListLibraryImportRows`,
//! `CancelLibraryImport`: librarians and administrators. The same file under the same id is the same
//! import; stopping is safe to repeat with the same id.
//!
//! A short file is taken before the first answer. The sweeper takes the rest of a long one.

use std::fmt::Write;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use domain::library::{ImportState, RowOutcome};
use domain::{LibraryImportId, PersonId, Refusal};
use sha2::{Digest, Sha256};
use store::library::{ImportRow, LibraryImport, LibraryPart};
use store::schema;
use store::table::read as stored;
use wire::library::import::{
    CancelLibraryImport, GetLibraryImport, ImportTitles, LibraryImportRow, LibraryImportView,
    ListLibraryImportRows, ListLibraryImports,
};
use wire::{Code, Endpoint, Page};

use super::{form, plan, read, take};
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::market::import::read::bad_file;
use crate::once::Once;
use crate::points::Within;
use crate::points::tries::until_settled;
use crate::{page, parse};

/// How long a first answer may take.
const AT_ONCE: Duration = Duration::from_secs(2);
/// Parts that are looked through for one page of rows.
const PARTS: usize = 60;

pub async fn start(call: Call<ImportTitles>) -> Outcome<ImportTitles> {
    let (ctx, who) = (&call.ctx, &call.who);
    let com = who.community.id;
    let id = call.query.id.unwrap_or_else(|| {
        let (millis, chance) = ctx.fresh(call.now);
        LibraryImportId::new(millis, chance)
    });
    let file = form::file(&call.file)?;
    let digest = digest(&file);
    if let Some(before) = ctx.store.library_import(com, id).await? {
        return again(&call, before, &digest).await;
    }
    // Off the async threads; a panic of a reader is a damaged file, too.
    let read = tokio::task::spawn_blocking(move || {
        read(&file).map(|read| (read.rows.len(), plan::parts(read.rows), read.read_as))
    });
    let (rows, parts, read_as) = read.await.map_err(|_| bad_file("damaged"))??;
    let count = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
    let import = LibraryImport {
        id,
        community: com,
        by: who.person.id,
        state: match parts.is_empty() {
            true => ImportState::Done,
            false => ImportState::Running,
        },
        read_as: read_as.to_owned(),
        digest: digest.clone(),
        rows: count(rows),
        parts: count(parts.len()),
        next_part: 0,
        taken: 0,
        known: 0,
        refused: 0,
        copies: 0,
        made_at: call.now,
        ended_at: parts.is_empty().then_some(call.now),
        ver: 1,
    };
    match ctx.store.begin_library_import(&import, &parts).await {
        Ok(()) => {}
        Err(store::Error::Refused(Refusal::IdReused)) => {
            let before = ctx.store.library_import(com, id).await?;
            return again(&call, before.ok_or(Refusal::Stale)?, &digest).await;
        }
        Err(error) => return Err(error.into()),
    }
    let import = take::go_on(ctx, &Within::of(who), import, AT_ONCE).await?;
    Ok(Answer::new(view(&call, &import).await?))
}

async fn again(
    call: &Call<ImportTitles>,
    before: LibraryImport,
    digest: &str,
) -> Outcome<ImportTitles> {
    match before.digest == digest {
        true => Ok(Answer::new(view(call, &before).await?)),
        false => Err(Refusal::IdReused.into()),
    }
}

fn digest(file: &Bytes) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(file) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

async fn view<E: Endpoint>(
    call: &Call<E>,
    import: &LibraryImport,
) -> Result<LibraryImportView, Error> {
    let mut views = views(call, std::slice::from_ref(import)).await?;
    Ok(views.pop().ok_or(Refusal::Missing)?)
}

async fn views<E: Endpoint>(
    call: &Call<E>,
    imports: &[LibraryImport],
) -> Result<Vec<LibraryImportView>, Error> {
    let mut ids: Vec<PersonId> = imports.iter().map(|import| import.by).collect();
    ids.sort_unstable();
    ids.dedup();
    let com = call.who.community.id;
    let people = call.ctx.store.people_among(com, &ids).await?;
    let name = |id: PersonId| {
        let person = people.iter().find(|person| person.id == id);
        person.map(|person| person.name.clone()).unwrap_or_default()
    };
    let view = |import: &LibraryImport| LibraryImportView {
        id: import.id,
        state: import.state,
        read_as: import.read_as.clone(),
        rows: import.rows,
        done: import.taken + import.known + import.refused,
        taken: import.taken,
        known: import.known,
        refused: import.refused,
        copies: import.copies,
        by_name: name(import.by),
        made_at: call.who.moment(import.made_at),
        ended_at: import.ended_at.map(|at| call.who.moment(at)),
        ver: import.ver,
    };
    Ok(imports.iter().map(view).collect())
}

pub async fn list(call: Call<ListLibraryImports>) -> Outcome<ListLibraryImports> {
    let limit = parse::limit(call.query.limit)?;
    let pattern = schema::library_imports(call.who.community.id);
    let cursor = call.query.cursor.as_deref();
    let (imports, cursor) = page::page(&call.ctx.store, &pattern, limit, cursor).await?;
    Ok(Answer::new(Page {
        items: views(&call, &imports).await?,
        cursor,
    }))
}

async fn found<E: Endpoint>(call: &Call<E>, id: LibraryImportId) -> Result<LibraryImport, Error> {
    let import = call
        .ctx
        .store
        .library_import(call.who.community.id, id)
        .await?;
    Ok(import.ok_or(Refusal::Missing)?)
}

pub async fn get(call: Call<GetLibraryImport>) -> Outcome<GetLibraryImport> {
    let import = found(&call, call.path.0).await?;
    Ok(Answer::new(view(&call, &import).await?))
}

pub async fn cancel(call: Call<CancelLibraryImport>) -> Outcome<CancelLibraryImport> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(stop(&call, &once));
    let again = async { view(&call, &found(&call, call.path.0).await?).await };
    once.end(&call.ctx, done, again).await
}

/// Refuses: `Missing`, `ImportEnded`, `Stale`.
async fn stop(call: &Call<CancelLibraryImport>, once: &Once) -> Result<LibraryImportView, Error> {
    let import = found(call, call.path.0).await?;
    if import.state != ImportState::Running {
        return Err(Refusal::ImportEnded.into());
    }
    let import = LibraryImport {
        state: ImportState::Cancelled,
        ended_at: Some(call.now),
        ver: import.ver + 1,
        ..import
    };
    let command = once.record();
    call.ctx
        .store
        .put_library_import(&import, command.as_ref())
        .await?;
    view(call, &import).await
}

/// Which part, and which of its rows, comes next.
type Place = (u32, usize);

pub async fn rows(call: Call<ListLibraryImportRows>) -> Outcome<ListLibraryImportRows> {
    let com = call.who.community.id;
    let limit = parse::limit(call.query.limit)?;
    let (mut part, mut row) = match call.query.cursor.as_deref() {
        None => (0, 0),
        Some(raw) => place(raw).ok_or_else(|| Error::invalid(Code::BadCursor, "?cursor"))?,
    };
    let import = found(&call, call.path.0).await?;
    let all = call.query.all == Some(true);
    let mut shown = Vec::new();
    let more = loop {
        let pattern = schema::library_parts(com, import.id);
        let pattern = pattern.onward(&schema::library_part(com, import.id, part).sk);
        let (items, left) = call.ctx.store.page(&pattern, PARTS, None).await?;
        for item in items {
            let found: LibraryPart = stored(item)?;
            if found.n != part {
                (part, row) = (found.n, 0);
            }
            for one in found.rows.iter().skip(row) {
                if shown.len() == limit {
                    break;
                }
                row += 1;
                let refused = one.outcome == Some(RowOutcome::Refused);
                if !one.goes_on && (all || refused) {
                    shown.push(face(one));
                }
            }
            if row < found.rows.len() {
                break;
            }
            (part, row) = (part + 1, 0);
        }
        if shown.len() == limit {
            break part < import.parts;
        }
        // Rows are not kept for ever: those that are gone end the list.
        if left.is_none() {
            break false;
        }
    };
    Ok(Answer::new(Page {
        items: shown,
        cursor: more.then(|| URL_SAFE_NO_PAD.encode(format!("{part} {row}"))),
    }))
}

fn place(cursor: &str) -> Option<Place> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (part, row) = text.split_once(' ')?;
    Some((part.parse().ok()?, row.parse().ok()?))
}

fn face(row: &ImportRow) -> LibraryImportRow {
    let waits = row.outcome.is_none();
    let code = row.code.as_deref().filter(|_| !waits);
    let known = |raw: &str| Code::ALL.iter().copied().find(|code| code.as_str() == raw);
    LibraryImportRow {
        row: row.row,
        name: row.name.clone(),
        outcome: row.outcome,
        code: code.and_then(known),
        column: row.column.clone().filter(|_| !waits),
    }
}
