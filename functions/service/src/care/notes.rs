//! Notes about people. `CreateNote`, `UpdateNote`, `AddAddendum`: those who keep files; each is safe to repeat with
//! the same id, so that what was written without a line can be sent again. The look is written down.

use domain::care::{Addendum, Field, Note, Words};
use domain::{CommunityId, NoteId, Refusal, limits};
use store::care::CareChange;
use wire::care::{AddAddendum, CreateNote, NoteView, UpdateNote};
use wire::{Code, Endpoint, Problem};

use super::change::{stored, write};
use super::faces::{self, Faces};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Call, Outcome};
use crate::identity::views;
use crate::once::Once;
use crate::parse;
use crate::points::tries::until_settled;

async fn note(ctx: &Ctx, com: CommunityId, id: NoteId) -> Result<Note, Error> {
    let note = ctx.store.note(com, id).await?;
    Ok(note.ok_or(Refusal::Missing)?)
}

async fn shown<E: Endpoint>(call: &Call<E>, id: NoteId) -> Result<NoteView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let note = note(ctx, com, id).await?;
    views::log(ctx, who, note.person, E::NAME, "", at).await?;
    let ids = faces::of_notes(std::slice::from_ref(&note));
    let faces = Faces::of(ctx, com, ids).await?;
    Ok(faces::note_view(who, &note, &faces, at))
}

/// Whoever's part of the team does not see notes changes none. Refuses: `NotAllowed`.
async fn sees_notes<E: Endpoint>(call: &Call<E>) -> Result<(), Error> {
    let sees = faces::sees(&call.ctx, &call.who).await?;
    match sees.contains(&Field::Notes) {
        true => Ok(()),
        false => Err(Refusal::NotAllowed.into()),
    }
}

/// Facts first: what one makes of them needs some.
fn words(words: &Words) -> Result<Words, Error> {
    if words.phrases.len() > limits::NOTE_PHRASES {
        return Err(Problem::new(Code::TooMany)
            .at("/words/phrases")
            .with("max", limits::NOTE_PHRASES)
            .into());
    }
    let mut phrases = Vec::new();
    for (n, phrase) in words.phrases.iter().enumerate() {
        let place = format!("/words/phrases/{n}");
        phrases.push(parse::line(phrase, limits::LINE_CHARS, &place)?);
    }
    let text = |raw: &str, place: &str| parse::note(Some(raw), limits::STORY_CHARS, place);
    Ok(Words {
        form: words.form,
        facts: parse::line(&words.facts, limits::STORY_CHARS, "/words/facts")?,
        inference: text(&words.inference, "/words/inference")?,
        plan: text(&words.plan, "/words/plan")?,
        phrases,
    })
}

pub async fn create(call: Call<CreateNote>) -> Outcome<CreateNote> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(created(&call, &once));
    let again = shown(&call, call.body.id);
    once.end(&call.ctx, done, again).await
}

async fn created(call: &Call<CreateNote>, once: &Once) -> Result<NoteView, Error> {
    let (ctx, body, at) = (&call.ctx, &call.body, call.now);
    let com = call.who.community.id;
    let words = words(&body.words)?;
    let on = body.on.unwrap_or(at);
    if on > at {
        return Err(Error::invalid(Code::BadValue, "/on"));
    }
    let case = stored(ctx, com, call.path.0).await?;
    let note = Note {
        id: body.id,
        community: com,
        person: case.person,
        case: case.id,
        by: call.who.person.id,
        at,
        on,
        words,
        addenda: Vec::new(),
        ver: 1,
    };
    let change = CareChange {
        note: Some(note),
        ..CareChange::default()
    };
    write(ctx, com, &change, once, Vec::new()).await?;
    shown(call, body.id).await
}

pub async fn update(call: Call<UpdateNote>) -> Outcome<UpdateNote> {
    sees_notes(&call).await?;
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = rewritten(&call, &once).await;
    let again = shown(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

async fn rewritten(call: &Call<UpdateNote>, once: &Once) -> Result<NoteView, Error> {
    let (ctx, body, at) = (&call.ctx, &call.body, call.now);
    let com = call.who.community.id;
    let words = words(&body.words)?;
    let before = note(ctx, com, call.path.0).await?;
    let ver = before.ver;
    let after = before.rewritten(call.who.person.id, words, at)?;
    if ver != body.ver {
        return Err(Error::invalid(Code::Stale, "/ver"));
    }
    let change = CareChange {
        note: Some(after),
        ..CareChange::default()
    };
    write(ctx, com, &change, once, Vec::new()).await?;
    shown(call, call.path.0).await
}

pub async fn add(call: Call<AddAddendum>) -> Outcome<AddAddendum> {
    sees_notes(&call).await?;
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(added(&call, &once));
    let again = shown(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

async fn added(call: &Call<AddAddendum>, once: &Once) -> Result<NoteView, Error> {
    let ctx = &call.ctx;
    let com = call.who.community.id;
    let text = parse::line(&call.body.text, limits::STORY_CHARS, "/text")?;
    let before = note(ctx, com, call.path.0).await?;
    let after = before.added(Addendum {
        by: call.who.person.id,
        at: call.now,
        text,
    })?;
    let change = CareChange {
        note: Some(after),
        ..CareChange::default()
    };
    write(ctx, com, &change, once, Vec::new()).await?;
    shown(call, call.path.0).await
}
