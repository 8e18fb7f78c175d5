//! Service time that waits: written down by hand, corrected, or with a check-out that was forgotten.

use leptos::prelude::*;
use wire::points::hours::{EntryView, Forgotten, ListPendingHours, PendingHours, PendingQuery};

use super::entry::{Approve, Refuse, approvals};
use crate::model::volunteer::served;
use crate::model::when;
use crate::pages::points::hours::tags;
use crate::ui::{Icon, Kind, LinkButton, Page, Paged, Rows, Tag, Tone};
use crate::{api, t};

#[component]
pub fn Pending() -> AnyView {
    let list = Paged::new(|cursor| {
        let query = PendingQuery {
            cursor,
            limit: None,
        };
        api::get::<ListPendingHours>((), query)
    });
    view! {
        <Page title=t!(desk_hours.pending.title) back="/desk/volunteering" wide=true>
            <div class="desk-tools">
                <p class="quiet">{t!(desk_hours.pending.words)}</p>
                <LinkButton label=t!(desk_hours.pending.add) href="/desk/volunteering/hours/new" name="hours-new" kind=Kind::Plain small=true />
            </div>
            <Rows from=list empty=t!(desk_hours.pending.none) name="pending" let:one>{row(one, list)}</Rows>
        </Page>
    }
    .into_any()
}

fn row(one: PendingHours, list: Paged<PendingHours>) -> AnyView {
    let entry = one.entry.map(|entry| waiting(&entry, list));
    let forgotten = one.forgotten.map(|one| left_open(&one));
    view! { {entry}{forgotten} }.into_any()
}

fn waiting(entry: &EntryView, list: Paged<PendingHours>) -> AnyView {
    let may = |name: &str| entry.moves.iter().any(|one| one == name);
    let done = Callback::new(move |_: EntryView| list.again());
    let href = format!("/desk/volunteering/hours/{}", entry.id);
    let time = format!(
        "{} · {}",
        when::visit(entry.starts, entry.ends),
        served(entry.minutes)
    );
    let before = entry.minutes_before.map(|before| {
        t!(
            desk_hours.pending.corrects,
            before = served(before),
            after = served(entry.minutes)
        )
    });
    let said = [
        before,
        Some(entry.reason.clone()),
        Some(entry.evidence.clone()),
    ];
    let said: Vec<AnyView> = said
        .into_iter()
        .flatten()
        .filter(|words| !words.is_empty())
        .map(|words| view! { <p class="prose">{words}</p> }.into_any())
        .collect();
    let own = entry.moves.is_empty();
    view! {
        <article class="card stack-close" data-testid="pending-entry" data-id=entry.id.to_string()>
            <div class="desk-head"><h2><a class="grid-link" href=href data-testid="to-entry">{format!("{} · {}", entry.person_name, entry.what)}</a></h2>{tags(entry)}</div>
            <p class="booking-line">{Icon::Clock.draw()}<span>{time}</span></p>
            {said}
            <p class="quiet" data-testid="approvals">{approvals(entry)}</p>
            {own.then(|| view! { <p class="quiet" data-testid="own">{t!(desk_hours.pending.own)}</p> })}
            <div class="row">
                {may("ApproveHours").then(|| view! { <Approve id=entry.id ver=entry.ver done /> })}
                {may("RefuseHours").then(|| view! { <Refuse id=entry.id done /> })}
            </div>
        </article>
    }
    .into_any()
}

/// The way to where its minutes are confirmed.
fn left_open(one: &Forgotten) -> AnyView {
    let href = format!("/desk/volunteering/activities/{}", one.activity);
    let words = t!(
        desk_hours.pending.forgotten_words,
        came = when::moment(one.came_at),
        most = served(one.minutes)
    );
    let clock = |at: wire::Moment| when::clock(at.local());
    let said = one
        .said_left
        .map(|at| t!(organise.page.said, at = clock(at)));
    view! {
        <article class="card stack-close" data-testid="pending-forgotten">
            <div class="desk-head"><h2>{format!("{} · {}", one.name, one.title)}</h2><Tag words=t!(organise.state.forgotten) tone=Tone::Wait /></div>
            <p>{words}</p>
            {said.map(|words| view! { <p data-testid="said-left">{words}</p> })}
            <LinkButton label=t!(desk_hours.pending.settle) href=href name="to-activity" kind=Kind::Plain small=true />
        </article>
    }
    .into_any()
}
