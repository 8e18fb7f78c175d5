//! Titles. `ListTitles`, `GetTitle`: everybody signed in. `CreateTitle`, `UpdateTitle`: librarians and
//! administrators, safe to repeat with the same id.

use domain::availability::local_day;
use domain::isbn::Isbn;
use domain::library::Title;
use domain::library::search::Words;
use domain::{CommunityId, Refusal, TitleId, limits};
use jiff::Timestamp;
use store::library::Change;
use store::market::Beside;
use wire::library::catalogue::{
    CreateTitle, GetTitle, ListTitles, TitleFields, TitleView, UpdateTitle,
};
use wire::{Code, Endpoint, Problem};

use super::faces::{kind, title_row, title_view, whose};
use super::search;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::views;
use crate::identity::voice::Voice;
use crate::once::Once;
use crate::{page, parse};

pub async fn list(call: Call<ListTitles>) -> Outcome<ListTitles> {
    let (ctx, com) = (&call.ctx, call.who.community.id);
    let limit = parse::limit(call.query.limit)?;
    let wanted = parse::note(call.query.q.as_deref(), limits::QUERY_CHARS, "?q")?;
    let cursor = call.query.cursor.as_deref();
    if let Some(words) = Words::of(&wanted) {
        let found = search::find(ctx, com, &words, (limit, cursor), call.now).await?;
        let rows = found.rows.iter();
        return Ok(Answer::new(wire::Page {
            items: rows.map(|(title, shelf)| title_row(title, shelf)).collect(),
            cursor: found.cursor,
        }));
    }
    let pattern = store::schema::titles(com);
    let (titles, cursor) = page::page::<Title>(&ctx.store, &pattern, limit, cursor).await?;
    let ids: Vec<TitleId> = titles.iter().map(|title| title.id).collect();
    let shelves = ctx.store.shelves_among(com, &ids).await?;
    let rows = titles.iter().zip(&shelves);
    Ok(Answer::new(wire::Page {
        items: rows.map(|(title, shelf)| title_row(title, shelf)).collect(),
        cursor,
    }))
}

pub async fn get(call: Call<GetTitle>) -> Outcome<GetTitle> {
    let (ctx, who) = (&call.ctx, &call.who);
    let (person, voice) = whose(ctx, who, call.query.person, call.now).await?;
    if voice == Voice::Staff {
        views::log(ctx, who, person.id, GetTitle::NAME, "", call.now).await?;
    }
    let com = who.community.id;
    let (grounds, rules) = tokio::try_join!(
        ctx.store.borrowing(com, call.path.0, person.id),
        ctx.store.library_rules(com),
    )?;
    let (title, shelf, reader) = grounds.ok_or(Refusal::Missing)?;
    let reads = kind(&person, local_day(call.now, &who.zone));
    let view = title_view(who, &title, &shelf, &reader);
    let lent = view.lent && rules.of(reads, title.kind).days > 0;
    Ok(Answer::new(TitleView { lent, ..view }))
}

pub async fn create(call: Call<CreateTitle>) -> Outcome<CreateTitle> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = add(&call, &once).await;
    let again = stored(&call, call.body.id);
    once.end(&call.ctx, done, again).await
}

async fn add(call: &Call<CreateTitle>, once: &Once) -> Result<TitleView, Error> {
    let com = call.who.community.id;
    let title = checked(&call.body.fields, (call.body.id, com, call.now), "/fields")?;
    write(call, once, title, None).await
}

pub async fn update(call: Call<UpdateTitle>) -> Outcome<UpdateTitle> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = change(&call, &once).await;
    let again = stored(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

async fn change(call: &Call<UpdateTitle>, once: &Once) -> Result<TitleView, Error> {
    let com = call.who.community.id;
    let before = call.ctx.store.title(com, call.path.0).await?;
    let before = before.ok_or(Refusal::Missing)?;
    let after = checked(&call.body.fields, (before.id, com, call.now), "/fields")?;
    if before.ver != call.body.ver {
        return Err(Refusal::Stale.into());
    }
    let after = Title {
        ver: before.ver + 1,
        ..after
    };
    write(call, once, after, before.isbn).await
}

async fn write<E: Endpoint>(
    call: &Call<E>,
    once: &Once,
    title: Title,
    isbn_was: Option<String>,
) -> Result<TitleView, Error> {
    let (com, id) = (title.community, title.id);
    let change = Change {
        title: Some(title.clone()),
        isbn_was,
        ..Change::default()
    };
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    call.ctx.store.write_library(com, &change, &beside).await?;
    call.ctx.catalogues.put(&title);
    stored(call, id).await
}

async fn stored<E: Endpoint>(call: &Call<E>, id: TitleId) -> Result<TitleView, Error> {
    let (who, com) = (&call.who, call.who.community.id);
    let grounds = call.ctx.store.borrowing(com, id, who.person.id).await?;
    let (title, shelf, reader) = grounds.ok_or(Refusal::Missing)?;
    Ok(title_view(who, &title, &shelf, &reader))
}

/// What a title says, checked; its first version. `at`: where it stands in the body.
pub fn checked(
    fields: &TitleFields,
    (id, community, changed_at): (TitleId, CommunityId, Timestamp),
    at: &str,
) -> Result<Title, Error> {
    let place = |name: &str| format!("{at}/{name}");
    let note = |raw: &str, chars_max, name| parse::note(Some(raw), chars_max, &place(name));
    let list = |raw: &[String], max: usize, name: &str| {
        if raw.len() > max {
            let problem = Problem::new(Code::TooMany).at(place(name));
            return Err(Error::from(problem.with("max", max)));
        }
        let one = |(n, raw): (usize, &String)| {
            parse::line(raw, limits::AUTHOR_CHARS, &format!("{}/{n}", place(name)))
        };
        raw.iter()
            .enumerate()
            .map(one)
            .collect::<Result<Vec<_>, _>>()
    };
    let isbn = match fields.isbn.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(raw) => {
            let bad = || Error::invalid(Code::BadValue, place("isbn"));
            Some(raw.parse::<Isbn>().map_err(|_| bad())?.to_string())
        }
    };
    Ok(Title {
        id,
        community,
        name: parse::line(&fields.name, limits::BOOK_CHARS, &place("name"))?,
        other_name: note(&fields.other_name, limits::BOOK_CHARS, "other_name")?,
        authors: list(&fields.authors, limits::TITLE_AUTHORS, "authors")?,
        publisher: note(&fields.publisher, limits::NAME_CHARS, "publisher")?,
        published: note(&fields.published, limits::AUTHOR_CHARS, "published")?,
        isbn,
        class: note(&fields.class, limits::AUTHOR_CHARS, "class")?,
        subjects: list(&fields.subjects, limits::TITLE_AUTHORS, "subjects")?,
        about: note(&fields.about, limits::STORY_CHARS, "about")?,
        kind: fields.kind,
        changed_at,
        ver: 1,
    })
}
