//! Count the shelves. `CreateAudit`, `ListAudits`, `GetAudit`, `ConfirmAudit`: librarians and
//! administrators. What was scanned is held against what should stand there; only what is confirmed
//! changes anything, copy by copy, so that a confirmation cut short is finished by repeating it.

use std::collections::{BTreeMap, BTreeSet};

use domain::library::{CopyState, Mark, Title, barcode};
use domain::{AuditId, CommunityId, PersonId, Refusal, TitleId, limits};
use jiff::SignedDuration;
use store::library::{Counted, ShelfAudit};
use store::market::Beside;
use store::schema;
use store::table::read;
use wire::library::shelf::{
    AuditLine, AuditRow, AuditView, ConfirmAudit, CreateAudit, GetAudit, ListAudits,
};
use wire::{Code, Endpoint, Page, Problem};

use super::marks;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::once::Once;
use crate::points::Within;
use crate::points::tries::until_settled;
use crate::{page, parse};

pub async fn create(call: Call<CreateAudit>) -> Outcome<CreateAudit> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = count(&call, &once).await;
    let again = stored(&call, call.body.id);
    once.end(&call.ctx, done, again).await
}

/// Every title, by its id.
async fn titles(ctx: &Ctx, com: CommunityId) -> Result<BTreeMap<TitleId, Title>, Error> {
    let items = ctx.store.all(&schema::titles(com)).await?;
    let titles = items.into_iter().map(read::<Title>);
    let titles = titles.map(|title| title.map(|title| (title.id, title)));
    Ok(titles.collect::<Result<_, _>>()?)
}

async fn count(call: &Call<CreateAudit>, once: &Once) -> Result<AuditView, Error> {
    let (ctx, who, body) = (&call.ctx, &call.who, &call.body);
    let com = who.community.id;
    let max = limits::AUDIT_LABELS;
    if body.scanned.len() > max {
        let problem = Problem::new(Code::TooMany).at("/scanned");
        return Err(problem.with("max", max).into());
    }
    let class = parse::note(body.class.as_deref(), limits::AUTHOR_CHARS, "/class")?;
    let class = Some(class).filter(|class| !class.is_empty());
    let titles = titles(ctx, com).await?;
    let walked = |id: &TitleId| {
        let of = titles.get(id).map_or("", |title| &title.class);
        class.as_deref().is_none_or(|class| of.starts_with(class))
    };
    let (mut seen, mut unknown) = (BTreeSet::new(), BTreeSet::new());
    for raw in &body.scanned {
        match barcode::copy_label(raw) {
            Some(label) => seen.insert(label),
            None => unknown.insert(raw.chars().take(limits::LINE_CHARS).collect()),
        };
    }
    // Shelves as they are, not as an index has them.
    let labels = ctx.store.all_labels(com).await?;
    let own: BTreeSet<&String> = labels.iter().map(|(label, _)| label).collect();
    unknown.extend(seen.iter().filter(|label| !own.contains(label)).cloned());
    let mut ids: Vec<TitleId> = labels.iter().map(|(_, title)| *title).collect();
    ids.sort_unstable();
    ids.dedup();
    let since = SignedDuration::from_secs(i64::from(body.walked_for_s.unwrap_or(0)));
    let begun_at = call.now - since.min(SignedDuration::from_hours(limits::AUDIT_HOURS));
    let mut audit = ShelfAudit {
        id: body.id,
        community: com,
        by: who.person.id,
        at: call.now,
        class: class.clone(),
        found: 0,
        missing: Vec::new(),
        should_be_out: Vec::new(),
        unknown: unknown.into_iter().take(limits::AUDIT_UNKNOWN).collect(),
        confirmed: false,
        ver: 1,
    };
    for shelf in ctx.store.shelves_among(com, &ids).await? {
        for copy in &shelf.copies {
            let counted = Counted {
                barcode: copy.barcode.clone(),
                title: shelf.title,
                state: copy.state,
            };
            let stands = matches!(copy.state, CopyState::Available | CopyState::OnHold);
            let moved = copy.changed_at > begun_at;
            match (seen.contains(&copy.barcode), stands) {
                (true, false) | (false, true) if moved => {}
                (true, true) => audit.found += 1,
                (true, false) => audit.should_be_out.push(counted),
                // Who walks one class does not pass the pick-up shelf.
                (false, true)
                    if walked(&shelf.title)
                        && (class.is_none() || copy.state == CopyState::Available) =>
                {
                    audit.missing.push(counted);
                }
                (false, _) => {}
            }
        }
    }
    if audit.missing.len() > max {
        let problem = Problem::new(Code::TooMany).at("/class");
        return Err(problem.with("max", max).into());
    }
    audit.missing.sort();
    audit.should_be_out.sort();
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    ctx.store.put_shelf_audit(&audit, &beside).await?;
    view(call, &audit).await
}

async fn stored<E: Endpoint>(call: &Call<E>, id: AuditId) -> Result<AuditView, Error> {
    let audit = call
        .ctx
        .store
        .shelf_audit(call.who.community.id, id)
        .await?;
    view(call, &audit.ok_or(Refusal::Missing)?).await
}

pub async fn get(call: Call<GetAudit>) -> Outcome<GetAudit> {
    Ok(Answer::new(stored(&call, call.path.0).await?))
}

async fn view<E: Endpoint>(call: &Call<E>, audit: &ShelfAudit) -> Result<AuditView, Error> {
    let (ctx, com) = (&call.ctx, call.who.community.id);
    let both = audit.missing.iter().chain(&audit.should_be_out);
    let mut ids: Vec<TitleId> = both.map(|one| one.title).collect();
    ids.sort_unstable();
    ids.dedup();
    let titles = ctx.store.titles_among(com, &ids).await?;
    let lines = |counted: &[Counted]| -> Vec<AuditLine> {
        let line = |one: &Counted| {
            let title = titles.iter().find(|title| title.id == one.title);
            AuditLine {
                barcode: one.barcode.clone(),
                title_name: title.map(|title| title.name.clone()).unwrap_or_default(),
                class: title.map(|title| title.class.clone()).unwrap_or_default(),
                state: one.state,
            }
        };
        counted.iter().map(line).collect()
    };
    Ok(AuditView {
        id: audit.id,
        at: call.who.moment(audit.at),
        by_name: name(ctx, com, audit.by).await?,
        found: audit.found,
        missing: lines(&audit.missing),
        should_be_out: lines(&audit.should_be_out),
        unknown: audit.unknown.clone(),
        confirmed: audit.confirmed,
        ver: audit.ver,
    })
}

async fn name(ctx: &Ctx, com: CommunityId, id: PersonId) -> Result<String, Error> {
    let person = ctx.store.person(com, id).await?;
    Ok(person.map(|person| person.name).unwrap_or_default())
}

pub async fn list(call: Call<ListAudits>) -> Outcome<ListAudits> {
    let (ctx, who) = (&call.ctx, &call.who);
    let com = who.community.id;
    let limit = parse::limit(call.query.limit)?;
    let pattern = schema::shelf_audits(com);
    let cursor = call.query.cursor.as_deref();
    let (audits, cursor) = page::page::<ShelfAudit>(&ctx.store, &pattern, limit, cursor).await?;
    let mut ids: Vec<PersonId> = audits.iter().map(|audit| audit.by).collect();
    ids.sort_unstable();
    ids.dedup();
    let people = ctx.store.people_among(com, &ids).await?;
    let small = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let row = |audit: ShelfAudit| AuditRow {
        id: audit.id,
        at: who.moment(audit.at),
        by_name: people
            .iter()
            .find(|person| person.id == audit.by)
            .map(|person| person.name.clone())
            .unwrap_or_default(),
        found: audit.found,
        missing: small(audit.missing.len()),
        should_be_out: small(audit.should_be_out.len()),
        unknown: small(audit.unknown.len()),
        confirmed: audit.confirmed,
    };
    Ok(Answer::new(Page {
        items: audits.into_iter().map(row).collect(),
        cursor,
    }))
}

pub async fn confirm(call: Call<ConfirmAudit>) -> Outcome<ConfirmAudit> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = take_down(&call, &once).await;
    let again = stored(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

/// Of each copy what the count says, unless it moved since.
async fn take_down(call: &Call<ConfirmAudit>, once: &Once) -> Result<AuditView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let audit = ctx.store.shelf_audit(com, call.path.0).await?;
    let audit = audit.ok_or(Refusal::Missing)?;
    if audit.confirmed {
        return Err(Refusal::AuditConfirmed.into());
    }
    let missing = audit.missing.iter().map(|one| (one, Mark::Missing));
    let is_back = |one: &&Counted| matches!(one.state, CopyState::Missing | CopyState::Lost);
    let back = audit.should_be_out.iter().filter(is_back);
    let back = back.map(|one| (one, Mark::Found));
    for (one, mark) in missing.chain(back) {
        let Some(title) = ctx.store.title(com, one.title).await? else {
            continue;
        };
        let shelf = ctx.store.shelf(com, one.title).await?;
        let copy = shelf.copy(&one.barcode);
        let moved = copy.is_none_or(|copy| copy.state != one.state || copy.changed_at > audit.at);
        if moved {
            continue;
        }
        let within = Within::of(who);
        let what = (&title, &*one.barcode, mark);
        let marked = until_settled!(marks::put(ctx, &within, what, Beside::default(), at));
        match marked {
            // It moved at this very moment.
            Ok(_) | Err(Error::Refused(Refusal::CopyIs { .. })) => {}
            Err(error) => return Err(error),
        }
    }
    let confirmed = ShelfAudit {
        confirmed: true,
        ver: audit.ver + 1,
        ..audit
    };
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    ctx.store.put_shelf_audit(&confirmed, &beside).await?;
    view(call, &confirmed).await
}
