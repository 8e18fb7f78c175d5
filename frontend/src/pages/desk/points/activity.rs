//! One activity at the desk: what it is, who goes, and everything that can be done about it.

use domain::activity::ActivityState;
use domain::{ActivityId, CommandId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::points::activities::{
    ActivityView, CancelActivity, CancelActivityBody, GetActivity, ListSignUps, WhoseQuery,
};
use wire::{Code, Problem};

use super::super::ask::{Ask, Attempt, close_then};
use super::people::{People, SignUpFor};
use crate::model::desk_activity::open;
use crate::model::when;
use crate::pages::points::activities::skill_name;
use crate::pages::points::run::Scan;
use crate::ui::{
    Button, Fact, Facts, Kind, LinkButton, Load, Page, Remote, Send, Tag, TextArea, Tone, say,
};
use crate::{api, clock, t};

#[component]
pub fn Activity(id: ActivityId) -> AnyView {
    let query = WhoseQuery { person: None };
    let activity = Remote::new(move || api::get::<GetActivity>((id,), query.clone()));
    let list = Remote::new(move || api::get::<ListSignUps>((id,), None_ {}));
    let there = Memo::new(move |_| activity.value.with(Option::is_some));
    let now = move || activity.value.get().map(|one| open(&one, clock::now()));
    let can = Memo::new(move |_| now().unwrap_or_default());
    let scan = move || can.get().door.then(|| view! { <Scan id list /> });
    let sign_up = move || {
        can.get()
            .plans
            .then(|| view! { <SignUpFor id activity list /> })
    };
    let rest = move || {
        there.get().then(|| {
            view! { <div class="stack">{moves(id, activity, can)}{scan}{sign_up}</div> }
        })
    };
    let people = move || there.get().then(|| view! { <People id activity list /> });
    view! {
        <Page title=t!(desk_activities.view.title) back="/desk/volunteering/activities" wide=true>
            <div class="desk-columns">
                <div class="stack"><Load from=activity let:one>{facts(&one)}</Load>{people}</div>
                {rest}
            </div>
        </Page>
    }
    .into_any()
}

fn facts(activity: &ActivityView) -> AnyView {
    let off = activity.state == ActivityState::Cancelled;
    let state = match activity.state {
        ActivityState::Cancelled => {
            view! { <Tag words=t!(desk_activities.state.cancelled) tone=Tone::Bad /> }
        }
        ActivityState::Open => {
            view! { <Tag words=t!(desk_activities.state.open) tone=Tone::Good /> }
        }
    };
    let skills: Vec<String> = activity
        .skills
        .iter()
        .map(|skill| skill_name(*skill))
        .collect();
    let count = t!(
        organise.page.count,
        going = activity.going,
        capacity = activity.capacity,
        waiting = activity.waiting
    );
    let series = activity.series.is_some();
    let series = series.then(|| t!(desk_activities.view.series_note).to_owned());
    let rows = [
        (
            t!(desk_activities.view.why),
            Some(activity.reason.clone()).filter(|_| off),
            "why",
        ),
        (
            t!(volunteer.page.when),
            Some(when::visit(activity.starts, activity.ends)),
            "when",
        ),
        (t!(desk_activities.view.series), series, "series"),
        (
            t!(volunteer.page.place),
            Some(format!("{} · {}", activity.place, activity.grid)),
            "place",
        ),
        (t!(volunteer.page.places), Some(count), "count"),
        (
            t!(volunteer.page.about),
            Some(activity.about.clone()),
            "about",
        ),
        (
            t!(volunteer.page.skills),
            Some(skills.join(t!(desk.act.comma))),
            "skills",
        ),
        (t!(volunteer.page.team), activity.team_name.clone(), "team"),
        (
            t!(volunteer.page.organiser),
            Some(activity.organiser_name.clone()),
            "organiser",
        ),
    ];
    let rows: Vec<AnyView> = rows
        .into_iter()
        .filter_map(|(label, value, name)| {
            Some((label, value.filter(|value| !value.is_empty())?, name))
        })
        .map(|(label, value, name)| view! { <Fact label value name /> }.into_any())
        .collect();
    view! {
        <div class="card desk-head">
            <h2 data-testid="activity-title">{activity.title.clone()}</h2>
            <span data-testid="activity-state" data-state=activity.state.as_str()>{state}</span>
        </div>
        <Facts>{rows}</Facts>
    }
    .into_any()
}

fn moves(
    id: ActivityId,
    activity: Remote<ActivityView>,
    can: Memo<crate::model::desk_activity::Open>,
) -> AnyView {
    let at = format!("/desk/volunteering/activities/{id}");
    let (door, change) = (format!("{at}/door"), format!("{at}/change"));
    let buttons = move || {
        let can = can.get();
        let (door, change) = (door.clone(), change.clone());
        let door = can.door.then(
            || view! { <LinkButton label=t!(organise.page.door) href=door name="to-door" /> },
        );
        let plans = can.plans.then(|| {
            view! {
                <LinkButton label=t!(desk_activities.view.change) href=change name="change" kind=Kind::Plain />
                <CallOff id activity />
            }
        });
        let some = door.is_some() || plans.is_some();
        some.then(|| view! { <section class="card stack"><h2>{t!(desk_activities.view.moves)}</h2><div class="button-stack">{door}{plans}</div></section> })
    };
    buttons.into_any()
}

/// Calls it off, with the reason everybody on the list is told.
#[component]
fn CallOff(id: ActivityId, activity: Remote<ActivityView>) -> AnyView {
    let (asking, send, reason) = (
        RwSignal::new(false),
        Send::default(),
        RwSignal::new(String::new()),
    );
    let attempt: Attempt<CommandId> = Attempt::new();
    let yes = move |()| {
        let said = reason.get_untracked().trim().to_owned();
        if said.is_empty() {
            let flaw = Problem::new(Code::EmptyText).at("/reason");
            return send.problem.set(Some(flaw));
        }
        let body = CancelActivityBody {
            id: attempt.id(&said),
            reason: said,
        };
        send.run(
            api::call::<CancelActivity>((id,), None_ {}, body),
            move |now| {
                attempt.taken();
                say(t!(desk_activities.cancel.done));
                close_then(asking, move || activity.put(now));
            },
        );
    };
    view! {
        <Button label=t!(desk_activities.cancel.button) kind=Kind::Danger name="cancel" on_press=move |()| asking.set(true) />
        <Ask open=asking title=t!(desk_activities.cancel.title) words=t!(desk_activities.cancel.words) yes=t!(desk_activities.cancel.button) kind=Kind::Danger send on_yes=yes>
            <TextArea label=t!(desk_activities.cancel.reason) value=reason name="reason" max=limits::LINE_CHARS pointer="/reason" problem=send.problem />
        </Ask>
    }
    .into_any()
}
