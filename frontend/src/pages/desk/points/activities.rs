//! Activities by day, from a day on.

use domain::activity::ActivityState;
use domain::limits;
use jiff::ToSpan;
use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wire::points::activities::{ActivitiesQuery, ActivityView, ListActivities};

use super::super::words;
use crate::model::when;
use crate::pages::points::activities::places;
use crate::ui::{Icon, LinkButton, Page, Paged, Rows, Tag, Tone, asked, uid};
use crate::{api, t};

#[component]
pub fn Activities() -> AnyView {
    let today = words::today();
    let chosen = asked("from");
    let from = Memo::new(move |_| {
        chosen
            .with(|raw| raw.as_ref()?.parse().ok())
            .unwrap_or(today)
    });
    let list = Paged::new(move |cursor| {
        let query = ActivitiesQuery {
            from: Some(from.get()),
            days: Some(limits::ACTIVITY_DAYS),
            grid: None,
            skill: None,
            cursor,
            limit: None,
        };
        api::get::<ListActivities>((), query)
    });
    view! {
        <Page title=t!(desk_activities.list.title) back="/desk/volunteering" wide=true>
            <div class="desk-tools">
                <FirstDay from today />
                <LinkButton label=t!(desk_activities.list.add) href="/desk/volunteering/activities/new" name="activity-new" small=true />
            </div>
            <Rows from=list empty=t!(desk_activities.list.none) name="activities" heading=day_of let:one>{card(&one)}</Rows>
        </Page>
    }
    .into_any()
}

fn day_of(activity: &ActivityView) -> String {
    when::near_day(activity.starts.local().date(), words::today())
}

fn address(from: Date) -> String {
    format!("/desk/volunteering/activities?from={from}")
}

/// From which day on; a week earlier, a week later.
#[component]
fn FirstDay(from: Memo<Date>, today: Date) -> AnyView {
    let id = uid();
    let navigate = use_navigate();
    let pick = move |ev| {
        if let Ok(day) = event_target_value(&ev).parse::<Date>() {
            let in_place = NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&address(day), in_place);
        }
    };
    let beside = move |weeks: i64| address(from.get().saturating_add(weeks.weeks()));
    view! {
        <div class="day-picker">
            <a class="button-text day-step" href=move || beside(-1) data-testid="week-before">{t!(desk_activities.list.before)}</a>
            <div class="day-field">
                <label class="sr" for=id.clone()>{t!(desk_activities.list.from)}</label>
                <input class="field-input" id=id type="date" data-testid="from-day" prop:value=move || from.get().to_string() on:change=pick />
                <span class="quiet">{move || t!(desk_activities.list.days, day = when::near_day(from.get(), today), count = limits::ACTIVITY_DAYS)}</span>
            </div>
            <a class="button-text day-step" href=move || beside(1) data-testid="week-after">{t!(desk_activities.list.after)}</a>
        </div>
    }
    .into_any()
}

fn card(activity: &ActivityView) -> AnyView {
    let href = format!("/desk/volunteering/activities/{}", activity.id);
    let tag = match activity.state {
        ActivityState::Cancelled => {
            view! { <Tag words=t!(desk_activities.state.cancelled) tone=Tone::Bad /> }.into_any()
        }
        ActivityState::Open => {
            view! { <span class="quiet" data-testid="places">{places(activity)}</span> }.into_any()
        }
    };
    let count = t!(
        desk_activities.list.count,
        going = activity.going,
        capacity = activity.capacity
    );
    view! {
        <a class="card booking-card" href=href data-testid="activity" data-id=activity.id.to_string()>
            <span class="booking-top"><span class="booking-name">{activity.title.clone()}</span>{tag}</span>
            <span class="booking-line">{Icon::Clock.draw()}<span>{words::hours(activity.starts, activity.ends)}" · "{count}</span></span>
            <span class="booking-line quiet">{Icon::Place.draw()}<span>{format!("{} · {}", activity.place, activity.grid)}</span></span>
        </a>
    }
    .into_any()
}
