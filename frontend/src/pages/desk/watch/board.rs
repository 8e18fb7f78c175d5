//! The first page of watching: silences that are open, and of whom nothing can be seen. Asked again every few
//! seconds as long as somebody sees it; that they look is not taken for a use of their session.

use std::time::Duration;

use domain::{DeviceId, limits};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::endpoint::None_;
use wire::watch::{
    AlertView, AlertsQuery, DeviceView, GetWatchHealth, ListAlerts, ListDevices, ListWatched,
    WatchHealthView, WatchedQuery, WatchedView,
};
use wire::{Page as Listed, Problem};

use super::device::TellDevice;
use super::faces::{self, Phone};
use super::poll;
use crate::browser::in_sight;
use crate::model::watch::minutes_since;
use crate::model::when;
use crate::session::Session;
use crate::ui::{Cell, Cells, Face, Failed, Fetch, Icon, Page, Paged, Remote, Rows, Skeleton, Tag};
use crate::{api, clock, t};

/// How often alerts are asked for; mostly it is answered that nothing is other.
const LOOK_MILLIS: u64 = 5_000;
/// Doors, and whether the sweeper passes, are asked for in each so manieth turn.
const DOORS_EVERY: u32 = 12;

fn query(cursor: Option<String>) -> AlertsQuery {
    AlertsQuery {
        all: None,
        cursor,
        limit: Some(limits::PAGE_ROWS),
    }
}

fn asked(cursor: Option<String>) -> Fetch<Listed<AlertView>> {
    api::get::<ListAlerts>((), query(cursor))
}

/// As many as are on the page, however many pages that takes; none where no alert is other than when that tag
/// was given.
async fn as_many(
    rows: usize,
    tag: Option<String>,
) -> Result<Option<poll::Fresh<Listed<AlertView>>>, Problem> {
    let Some(mut fresh) = poll::again::<ListAlerts>((), query(None), tag).await? else {
        return Ok(None);
    };
    let all = &mut fresh.reply;
    while all.items.len() < rows {
        let Some(cursor) = all.cursor.take() else {
            break;
        };
        let more = poll::quietly::<ListAlerts>((), query(Some(cursor))).await?;
        all.items.extend(more.items);
        all.cursor = more.cursor;
    }
    Ok(Some(fresh))
}

/// Draws anew only what is other than before, so that nobody loses their place.
fn take(list: Paged<AlertView>, page: Listed<AlertView>) {
    if list.rows.try_with_untracked(|rows| *rows == page.items) == Some(false) {
        list.rows.try_set(page.items);
    }
    if list.cursor.try_get_untracked() != Some(page.cursor.clone()) {
        list.cursor.try_set(page.cursor);
    }
    if list.face.try_with_untracked(|face| *face == Face::Ready) == Some(false) {
        list.face.try_set(Face::Ready);
    }
}

fn time() -> String {
    when::clock(clock::local(&Session::get().zone()))
}

/// What is known of the doors.
#[derive(Clone, Debug, PartialEq)]
enum Sight {
    Waiting,
    Failed(Problem),
    /// Those that are not heard from, and how many people no door has ever seen.
    Known(Vec<DeviceId>, u32),
}

#[component]
pub fn Board() -> AnyView {
    let list = Paged::new(asked);
    let doors = Remote::new(|| poll::quietly::<ListDevices>((), None_ {}));
    let health = Remote::new(|| poll::quietly::<GetWatchHealth>((), None_ {}));
    let tag = StoredValue::new(None::<String>);
    let (turn, late) = (RwSignal::new(0_u32), RwSignal::new(None::<String>));
    let fresh = StoredValue::new(time());
    let look = move || {
        if !in_sight() || list.busy.get_untracked() {
            return;
        }
        turn.update(|turn| *turn = turn.wrapping_add(1));
        if turn.get_untracked().is_multiple_of(DOORS_EVERY) {
            doors.again();
            health.again();
        }
        let rows = list.rows.with_untracked(Vec::len);
        spawn_local(async move {
            let answer = as_many(rows, tag.try_get_value().flatten()).await;
            // Somebody asked for more meanwhile, or went to another page.
            if list.busy.try_get_untracked() != Some(false) {
                return;
            }
            match answer {
                Ok(other) => {
                    if let Some(other) = other {
                        take(list, other.reply);
                        tag.try_set_value(other.tag);
                    }
                    fresh.try_set_value(time());
                    if late.try_get_untracked() != Some(None) {
                        late.try_set(None);
                    }
                }
                Err(_) => {
                    late.try_set(fresh.try_get_value());
                }
            }
        });
    };
    poll::listen(look);
    if let Ok(timer) = set_interval_with_handle(look, Duration::from_millis(LOOK_MILLIS)) {
        on_cleanup(move || timer.clear());
    }
    let behind = move || {
        late.get().map(|at| view! { <div class="problem" role="alert" data-testid="board-late">{Icon::Warn.draw()}<span>{t!(desk_watch.board.late, at = at)}</span></div> })
    };
    let many = move || {
        let ready = list.face.with(|face| *face == Face::Ready);
        let (count, more) = (list.rows.with(Vec::len), list.cursor.with(Option::is_some));
        let count = format!("{count}{}", if more { "+" } else { "" });
        ready.then(|| t!(desk_watch.board.many, count = count))
    };
    view! {
        <Page title=t!(desk_watch.board.title) wide=true>
            {behind}
            {stands_still(health)}
            {held_back(health)}
            <div class="desk-columns">
                <section class="stack-s">
                    <h2 class="cells-title">{t!(desk_watch.board.alerts)}</h2>
                    <p class="quiet" role="status" data-testid="open-count">{many}</p>
                    <Rows from=list empty=t!(desk_watch.board.none) name="alerts" let:alert>{row(&alert, turn)}</Rows>
                </section>
                <div class="stack">
                    <section class="stack-s" data-testid="unseen">
                        <h2 class="cells-title">{t!(desk_watch.board.blind)}</h2>
                        <p class="quiet">{t!(desk_watch.board.blind_words)}</p>
                        {unseen(doors, health)}
                    </section>
                    <TellDevice />
                    {places()}
                </div>
            </div>
        </Page>
    }
    .into_any()
}

/// In red where nobody looks after silences, or after some: what is not on the board may be so all the same.
fn stands_still(health: Remote<WatchHealthView>) -> AnyView {
    let late = Memo::new(move |_| {
        let health = health.value.get()?;
        let at = health.swept_at.map(when::moment);
        Some(match (health.late, at) {
            (true, Some(at)) => t!(desk_watch.board.still, at = at),
            (true, None) => t!(desk_watch.board.never_swept).to_owned(),
            (false, Some(at)) if health.failed > 0 => {
                t!(desk_watch.board.missed, count = health.failed, at = at)
            }
            (false, _) => return None,
        })
    });
    let shown = move || {
        late.get().map(|words| view! { <div class="problem" role="alert" data-testid="sweeper-late">{Icon::Warn.draw()}<span>{words}</span></div> })
    };
    shown.into_any()
}

/// Where hardly any door is heard from, silences are waited with: whoever is silent is not on the board yet.
fn held_back(health: Remote<WatchHealthView>) -> AnyView {
    let lagging = Memo::new(move |_| {
        health
            .value
            .with(|health| health.as_ref().is_some_and(|health| health.lagging))
    });
    let shown = move || {
        lagging.get().then(|| view! { <div class="problem" role="alert" data-testid="doors-lag">{Icon::Warn.draw()}<span>{t!(desk_watch.board.lagging, hours = limits::LAG_HELD_MINUTES / 60)}</span></div> })
    };
    shown.into_any()
}

fn row(alert: &AlertView, turn: RwSignal<u32>) -> AnyView {
    let (due, cause) = (alert.due.at, alert.cause);
    let age = move || {
        turn.track();
        let span = when::minutes(minutes_since(due, clock::now()));
        faces::age(cause, span)
    };
    let (words, tone) = faces::state(alert.state);
    let surely = faces::surely(alert);
    let unsure = alert
        .unconfirmed
        .then(|| view! { <span>{t!(desk_watch.alert.unconfirmed)}</span> });
    view! {
        <a class="card service-card" href=format!("/desk/watch/alerts/{}", alert.id) data-testid="alert" data-id=alert.id.to_string()
            data-person=alert.person.to_string() data-state=alert.state.as_str()>
            <span class="booking-top"><span class="booking-name">{alert.person_name.clone()}</span><Tag words tone /></span>
            <span data-testid="age">{age}</span>
            <span>{faces::cause(alert)}</span>
            <span class="quiet">{surely}</span>
            {unsure}
            <span class="quiet" data-testid="owner">{faces::owner(alert)}</span>
        </a>
    }
    .into_any()
}

/// Whoever lives behind a dead door, or was never seen at any. Looked for only where there is one, and again only
/// when it is another: each of them finds the look in their log.
fn unseen(doors: Remote<Listed<DeviceView>>, health: Remote<WatchHealthView>) -> AnyView {
    let sight = Memo::new(move |_| {
        let dead = doors.value.with(|page| {
            let page = page.as_ref()?;
            let silent = |door: &&DeviceView| {
                door.people > 0 && (door.dead_since.is_some() || door.heard_at.is_none())
            };
            let dead = page.items.iter().filter(silent);
            Some(dead.map(|door| door.id).collect::<Vec<_>>())
        });
        match (dead, doors.face.get()) {
            (Some(dead), _) => {
                let never = health
                    .value
                    .with(|health| health.as_ref().map_or(0, |health| health.never_seen));
                Sight::Known(dead, never)
            }
            (None, Face::Failed(problem)) => Sight::Failed(problem),
            (None, Face::Waiting | Face::Ready) => Sight::Waiting,
        }
    });
    let shown = move || {
        match sight.get() {
        Sight::Waiting => view! { <Skeleton /> }.into_any(),
        Sight::Failed(problem) => {
            view! { <Failed problem again=move |()| doors.again() /> }.into_any()
        }
        Sight::Known(dead, 0) if dead.is_empty() => {
            view! { <p class="card quiet" data-testid="all-seen">{t!(desk_watch.board.all_seen)}</p> }.into_any()
        }
        Sight::Known(..) => view! { <Blind /> }.into_any(),
    }
    };
    shown.into_any()
}

#[component]
fn Blind() -> AnyView {
    let list = Paged::new(|cursor| {
        let query = WatchedQuery {
            reason: t!(desk_watch.people.reason).to_owned(),
            blind: Some(true),
            cursor,
            limit: Some(limits::PAGE_ROWS),
        };
        api::get::<ListWatched>((), query)
    });
    view! { <Rows from=list empty=t!(desk_watch.board.all_seen) name="blind" let:one>{blind(&one)}</Rows> }.into_any()
}

fn blind(one: &WatchedView) -> AnyView {
    let person = one.person;
    let seen = match one.seen_at {
        Some(at) => t!(desk_watch.board.last_seen, at = when::moment(at)),
        None => t!(desk_watch.board.never_seen).to_owned(),
    };
    let away = one
        .away_until
        .map(|until| t!(desk_watch.board.away, until = when::moment(until)));
    view! {
        <article class="card stack-s" data-testid="blind-person" data-id=person.to_string()>
            <h3><a class="booking-name" href=format!("/desk/watch/people/{person}")>{one.name.clone()}</a></h3>
            <p>{seen}</p>
            {away.map(|words| view! { <p class="quiet">{words}</p> })}
            <Phone person />
        </article>
    }
    .into_any()
}

fn places() -> AnyView {
    let rows = [
        (
            t!(desk_watch.people.title),
            t!(desk_watch.board.people_note),
            "people",
        ),
        (
            t!(desk_watch.absences.title),
            t!(desk_watch.board.absences_note),
            "absences",
        ),
        (
            t!(desk_watch.devices.title),
            t!(desk_watch.board.devices_note),
            "devices",
        ),
        (
            t!(desk_watch.rules.title),
            t!(desk_watch.board.rules_note),
            "rules",
        ),
        (
            t!(desk_watch.past.title),
            t!(desk_watch.board.past_note),
            "alerts",
        ),
    ];
    let rows: Vec<AnyView> = rows
        .into_iter()
        .map(|(label, note, name)| {
            let href = format!("/desk/watch/{name}");
            view! { <Cell label note href name=name /> }.into_any()
        })
        .collect();
    view! { <Cells title=t!(desk_watch.board.more)>{rows}</Cells> }.into_any()
}
