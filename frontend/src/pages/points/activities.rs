use std::collections::BTreeSet;

use domain::activity::{ActivityState, Skill};
use domain::{PersonId, limits};
use jiff::ToSpan;
use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wire::points::activities::{ActivitiesQuery, ActivityView, ListActivities};

use super::whose::{Whose, about, whose};
use crate::i18n::{named, texts};
use crate::model::path::escaped;
use crate::model::when;
use crate::session::Session;
use crate::ui::{Button, Field, Icon, Kind, Page, Paged, Rows, Select, Tag, Tone, asked};
use crate::{api, clock, t};

/// What there is to take part in, by day; those of one part of the community or one skill.
#[component]
pub fn Activities() -> AnyView {
    let person = whose();
    let (in_grid, with_skill) = (asked("grid"), asked("skill"));
    let today = clock::today(&Session::get().zone());
    let first = asked("from").get_untracked().filter(|day| !day.is_empty());
    let from = RwSignal::new(first.unwrap_or_else(|| today.to_string()));
    let grid = RwSignal::new(in_grid.get_untracked().unwrap_or_default());
    let skill = RwSignal::new(with_skill.get_untracked().unwrap_or_default());
    let list = Paged::new(move |cursor| {
        let query = ActivitiesQuery {
            from: from.with(|day| day.parse().ok()),
            days: Some(limits::ACTIVITY_DAYS),
            grid: Some(grid.get()).filter(|grid| !grid.is_empty()),
            skill: skill.with(|skill| skill.parse().ok()),
            cursor,
            limit: None,
        };
        api::get::<ListActivities>((), query)
    });
    keep_in_address(person, from, grid, skill);
    // Parts of the community are known by the activities there were.
    let grids = RwSignal::new(
        in_grid
            .get_untracked()
            .into_iter()
            .filter(|grid| !grid.is_empty())
            .collect::<BTreeSet<_>>(),
    );
    Effect::new(move |_| {
        let seen = list.rows.with(|rows| {
            rows.iter()
                .map(|row| row.grid.clone())
                .filter(|grid| !grid.is_empty())
                .collect::<Vec<_>>()
        });
        if seen
            .iter()
            .any(|grid| grids.with_untracked(|known| !known.contains(grid)))
        {
            grids.update(|known| known.extend(seen));
        }
    });
    let choose = move || {
        let any = (String::new(), t!(volunteer.list.grid_any).to_owned());
        let options = grids.with(|known| {
            known
                .iter()
                .map(|grid| (grid.clone(), grid.clone()))
                .collect::<Vec<_>>()
        });
        let options = std::iter::once(any).chain(options).collect();
        view! { <Select label=t!(volunteer.list.grid) value=grid options name="grid" /> }
    };
    let any = (String::new(), t!(volunteer.list.skill_any).to_owned());
    let skills = Skill::ALL
        .iter()
        .map(|skill| (skill.to_string(), skill_name(*skill)));
    let skills = std::iter::once(any).chain(skills).collect();
    let later = move |()| {
        let day = from.with_untracked(|day| day.parse::<Date>().unwrap_or(today));
        from.set(
            day.saturating_add(i64::from(limits::ACTIVITY_DAYS).days())
                .to_string(),
        );
    };
    view! {
        <Page title=t!(volunteer.list.title) back=about("/volunteer", person.get_untracked())>
            <Whose person />
            <Field label=t!(volunteer.list.from) hint=t!(volunteer.list.from_hint, count = limits::ACTIVITY_DAYS) value=from name="from" kind="date" />
            <div class="filters">{choose}<Select label=t!(volunteer.list.skill) value=skill options=skills name="skill" /></div>
            <Rows from=list empty=t!(volunteer.list.empty) name="activities" heading=day_of let:activity>{card(&activity, person)}</Rows>
            <Button label=t!(volunteer.list.later) name="later" kind=Kind::Plain on_press=later />
        </Page>
    }
    .into_any()
}

fn keep_in_address(
    person: Memo<Option<PersonId>>,
    from: RwSignal<String>,
    grid: RwSignal<String>,
    skill: RwSignal<String>,
) {
    let navigate = use_navigate();
    Effect::new(move |before: Option<(String, String, String)>| {
        let now = (from.get(), grid.get(), skill.get());
        if before.is_some_and(|before| before != now) {
            let person = person
                .get_untracked()
                .map(|id| id.to_string())
                .unwrap_or_default();
            let to = format!(
                "/activities?from={}&grid={}&skill={}&person={person}",
                now.0,
                escaped(&now.1),
                now.2
            );
            let quietly = NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&to, quietly);
        }
        now
    });
}

fn day_of(activity: &ActivityView) -> String {
    let today = clock::today(&Session::get().zone());
    when::near_day(activity.starts.local().date(), today)
}

#[must_use]
pub fn skill_name(skill: Skill) -> String {
    named(texts::volunteer::skill::ALL, skill.as_str())
}

/// How many places are left, in words.
#[must_use]
pub fn places(activity: &ActivityView) -> String {
    match (
        activity.capacity.saturating_sub(activity.going),
        activity.waiting,
    ) {
        (0, 0) => t!(volunteer.list.full).to_owned(),
        (0, waiting) => t!(volunteer.list.queue, count = waiting),
        (left, _) => t!(volunteer.list.left, count = left),
    }
}

fn card(activity: &ActivityView, person: Memo<Option<PersonId>>) -> AnyView {
    let href = about(
        &format!("/activities/{}", activity.id),
        person.get_untracked(),
    );
    let off = activity.state == ActivityState::Cancelled;
    let time = format!(
        "{}–\u{2060}{}",
        when::clock(activity.starts.local()),
        when::clock(activity.ends.local())
    );
    let tag = if off {
        view! { <Tag words=t!(volunteer.list.cancelled) tone=Tone::Bad /> }.into_any()
    } else {
        view! { <span class="quiet" data-testid="places">{places(activity)}</span> }.into_any()
    };
    let place = [activity.place.clone(), activity.grid.clone()];
    let place = place
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    view! {
        <a class="card booking-card" href=href data-testid="activity" data-id=activity.id.to_string()>
            <span class="booking-top"><span class="booking-name">{activity.title.clone()}</span>{tag}</span>
            <span class="booking-line">{Icon::Clock.draw()}<span>{time}</span></span>
            <span class="booking-line quiet">{Icon::Place.draw()}<span>{place}</span></span>
        </a>
    }
    .into_any()
}
