//! Publishing an activity, once or for each date of a series, and changing one. What is typed is
//! kept on this device until it was taken.

use domain::activity::{Every, Skill};
use domain::{ActivityId, CommandId, limits};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::points::activities::{
    ActivityView, CreateActivity, CreateActivityBody, GetActivity, ListTeams, TeamView,
    UpdateActivity, UpdateActivityBody, WhoseQuery,
};
use wire::{Code, Moment, Page as Listed, Problem};

use super::super::ask::Attempt;
use super::refresh::on_stale;
use crate::model::desk_activity::{Draft, Plan, skills, with_skill};
use crate::model::when;
use crate::pages::points::activities::skill_name;
use crate::session::Session;
use crate::ui::{
    self, Button, Fact, Facts, Field, Load, Note, Page, Remote, Select, Send, TextArea, Trouble,
    TroubleNote, say_next,
};
use crate::{api, clock, t};

const NAMES: [&str; 13] = [
    "title", "about", "for_whom", "place", "grid", "skills", "team", "day", "from", "until",
    "capacity", "repeat", "times",
];

/// The text of every field, kept on this device.
#[derive(Clone, Copy)]
struct Form {
    texts: [RwSignal<String>; 13],
}

impl Form {
    fn new(kept: &ui::Draft, first: &Draft) -> Self {
        let firsts: [&str; 13] = [
            &first.title,
            &first.about,
            &first.for_whom,
            &first.place,
            &first.grid,
            &first.skills,
            &first.team,
            &first.day,
            &first.from,
            &first.until,
            &first.capacity,
            &first.repeat,
            &first.times,
        ];
        Self {
            texts: std::array::from_fn(|i| kept.field(NAMES[i], firsts[i])),
        }
    }

    fn text(self, name: &str) -> RwSignal<String> {
        let place = NAMES.iter().position(|known| *known == name);
        self.texts[place.unwrap_or_default()]
    }

    fn draft(self) -> Draft {
        let said = |name| self.text(name).get_untracked();
        Draft {
            title: said("title"),
            about: said("about"),
            for_whom: said("for_whom"),
            place: said("place"),
            grid: said("grid"),
            skills: said("skills"),
            team: said("team"),
            day: said("day"),
            from: said("from"),
            until: said("until"),
            capacity: said("capacity"),
            repeat: said("repeat"),
            times: said("times"),
        }
    }

    /// What is typed, with its times as moments. What is wrong is put where the server would put it.
    fn read(self, problem: Trouble) -> Option<(Plan, Moment, Moment)> {
        let zone = Session::get().zone();
        let read = self.draft().plan().and_then(|plan| {
            let missing = || Problem::new(Code::BadValue).at("/starts");
            let starts = clock::moment(plan.starts, &zone).ok_or_else(missing)?;
            let ends = clock::moment(plan.ends, &zone).ok_or_else(missing)?;
            Ok((plan, starts, ends))
        });
        read.map_err(|flaw| problem.set(Some(flaw))).ok()
    }
}

#[component]
pub fn New() -> AnyView {
    let kept = ui::Draft::of("desk-activity-new");
    let first = Draft {
        capacity: "10".into(),
        times: "8".into(),
        ..Draft::default()
    };
    let form = Form::new(&kept, &first);
    let (send, attempt) = (Send::default(), Attempt::<ActivityId>::new());
    let navigate = use_navigate();
    let save = move |()| {
        let Some((plan, starts, ends)) = form.read(send.problem) else {
            return;
        };
        let body = CreateActivityBody {
            id: attempt.id(&format!("{plan:?}")),
            title: plan.title,
            about: plan.about,
            for_whom: plan.for_whom,
            place: plan.place,
            grid: plan.grid,
            skills: plan.skills,
            team: plan.team,
            starts,
            ends,
            capacity: plan.capacity,
            repeat: plan.repeat,
        };
        let (kept, navigate) = (kept.clone(), navigate.clone());
        send.run(
            api::call::<CreateActivity>((), None_ {}, body),
            move |made| {
                kept.clear();
                say_next(t!(desk_activities.form.published));
                let to = format!("/desk/volunteering/activities/{}", made.id);
                navigate(&to, Default::default());
            },
        );
    };
    view! {
        <Page title=t!(desk_activities.form.new) back="/desk/volunteering/activities">
            <Words form problem=send.problem />
            <section class="card stack">
                <h2>{t!(desk_activities.form.time)}</h2>
                <Times form problem=send.problem />
                <Again form problem=send.problem />
            </section>
            <section class="card stack">
                <h2>{t!(desk_activities.form.people)}</h2>
                <Field label=t!(desk_activities.form.capacity) hint=t!(desk_activities.form.capacity_hint, max = limits::ACTIVITY_PEOPLE) value=form.text("capacity") name="capacity" inputmode="numeric" max=3 pointer="/capacity" problem=send.problem />
                <Teams form problem=send.problem />
            </section>
            <TroubleNote problem=send.problem />
            <Button label=t!(desk_activities.form.publish) name="submit" busy=send.busy on_press=save />
        </Page>
    }
    .into_any()
}

#[component]
pub fn Change(id: ActivityId) -> AnyView {
    let query = WhoseQuery { person: None };
    let activity = Remote::new(move || api::get::<GetActivity>((id,), query.clone()));
    view! {
        <Page title=t!(desk_activities.form.change) back=format!("/desk/volunteering/activities/{id}")>
            <Load from=activity let:one>{view! { <Changed activity=one /> }.into_any()}</Load>
        </Page>
    }
    .into_any()
}

#[component]
fn Changed(activity: ActivityView) -> AnyView {
    let id = activity.id;
    let kept = ui::Draft::of(&format!("desk-activity-{id}"));
    let form = Form::new(&kept, &Draft::of(&activity));
    let ver = RwSignal::new(activity.ver);
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    // People plan their time by it.
    let settled = activity.going + activity.waiting > 0;
    let before = (activity.starts, activity.ends);
    let fetch = move || api::get::<GetActivity>((id,), WhoseQuery { person: None });
    let stale = on_stale(send, fetch, move |now: ActivityView| ver.set(now.ver));
    let navigate = use_navigate();
    let save = move |()| {
        let Some((plan, starts, ends)) = form.read(send.problem) else {
            return;
        };
        let moved = !settled && (starts.at, ends.at) != (before.0.at, before.1.at);
        let body = UpdateActivityBody {
            id: attempt.id(&format!("{plan:?} {}", ver.get_untracked())),
            title: plan.title,
            about: plan.about,
            for_whom: plan.for_whom,
            place: plan.place,
            grid: plan.grid,
            skills: plan.skills,
            starts: moved.then_some(starts),
            ends: moved.then_some(ends),
            capacity: plan.capacity,
            ver: ver.get_untracked(),
        };
        let (kept, navigate) = (kept.clone(), navigate.clone());
        send.run(
            api::call::<UpdateActivity>((id,), None_ {}, body),
            move |_| {
                kept.clear();
                say_next(t!(desk_activities.form.changed));
                let to = format!("/desk/volunteering/activities/{id}");
                navigate(&to, Default::default());
            },
        );
    };
    let time = if settled {
        let time = when::visit(activity.starts, activity.ends);
        view! { <Facts><Fact label=t!(desk_activities.form.time) value=time note=t!(desk_activities.form.time_settled) name="time-settled" /></Facts> }.into_any()
    } else {
        view! { <section class="card stack"><h2>{t!(desk_activities.form.time)}</h2><Times form problem=send.problem /></section> }.into_any()
    };
    view! {
        <Words form problem=send.problem />
        {time}
        <section class="card stack">
            <Field label=t!(desk_activities.form.capacity) hint=t!(desk_activities.form.capacity_hint, max = limits::ACTIVITY_PEOPLE) value=form.text("capacity") name="capacity" inputmode="numeric" max=3 pointer="/capacity" problem=send.problem />
        </section>
        {move || stale.get().then(|| view! { <Note words=t!(desk_volunteering.act.stale) name="stale" /> })}
        <TroubleNote problem=send.problem />
        <Button label=t!(desk.act.save) name="submit" busy=send.busy on_press=save />
    }
    .into_any()
}

#[component]
fn Words(form: Form, problem: Trouble) -> AnyView {
    let chosen = form.text("skills");
    let tick = move |skill: Skill| {
        let toggle = move |ev| {
            let on = event_target_checked(&ev);
            chosen.update(|raw| *raw = with_skill(raw, skill, on));
        };
        view! {
            <label class="tick">
                <input type="checkbox" data-testid=format!("skill-{skill}") prop:checked=move || chosen.with(|raw| skills(raw).contains(&skill)) on:change=toggle />
                <span>{skill_name(skill)}</span>
            </label>
        }
        .into_any()
    };
    let ticks: Vec<AnyView> = Skill::ALL.iter().map(|skill| tick(*skill)).collect();
    view! {
        <section class="card stack">
            <h2>{t!(desk_activities.form.what)}</h2>
            <Field label=t!(desk_activities.form.title) value=form.text("title") name="activity-name" max=limits::TITLE_CHARS pointer="/title" problem />
            <TextArea label=t!(desk_activities.form.about) hint=t!(desk.act.optional) value=form.text("about") name="about" max=limits::STORY_CHARS pointer="/about" problem />
            <Field label=t!(desk_activities.form.for_whom) hint=t!(desk_activities.form.for_whom_hint) value=form.text("for_whom") name="for-whom" max=limits::NAME_CHARS pointer="/for_whom" problem />
            <div class="desk-pair">
                <Field label=t!(desk_activities.form.place) value=form.text("place") name="place" max=limits::LINE_CHARS pointer="/place" problem />
                <Field label=t!(desk_activities.form.grid) hint=t!(desk_activities.form.grid_hint) value=form.text("grid") name="grid" max=limits::NAME_CHARS pointer="/grid" problem />
            </div>
            <fieldset class="ticks" data-testid="skills"><legend class="quiet">{t!(desk_activities.form.skills)}</legend>{ticks}</fieldset>
        </section>
    }
    .into_any()
}

#[component]
fn Times(form: Form, problem: Trouble) -> AnyView {
    view! {
        <div class="desk-pair">
            <Field label=t!(desk_activities.form.day) value=form.text("day") name="day" kind="date" />
            <Field label=t!(desk_activities.form.from) value=form.text("from") name="from" kind="time" pointer="/starts" problem />
            <Field label=t!(desk_activities.form.until) value=form.text("until") name="until" kind="time" pointer="/ends" problem />
        </div>
    }
    .into_any()
}

/// Once, or again and again.
#[component]
fn Again(form: Form, problem: Trouble) -> AnyView {
    let word = |every: Every| match every {
        Every::Week => t!(desk_activities.form.week),
        Every::Fortnight => t!(desk_activities.form.fortnight),
        Every::Month => t!(desk_activities.form.month),
    };
    let once = (String::new(), t!(desk_activities.form.once).to_owned());
    let often = Every::ALL
        .iter()
        .map(|every| (every.to_string(), word(*every).to_owned()));
    let options = std::iter::once(once).chain(often).collect();
    let repeat = form.text("repeat");
    let times = move || {
        let again = repeat.with(|repeat| !repeat.is_empty());
        again.then(|| view! { <Field label=t!(desk_activities.form.times) hint=t!(desk_activities.form.times_hint, max = limits::SERIES_OCCURRENCES) value=form.text("times") name="times" inputmode="numeric" max=2 pointer="/repeat/times" problem /> })
    };
    view! { <div class="desk-pair"><Select label=t!(desk_activities.form.repeat) value=repeat options name="repeat" />{times}</div> }.into_any()
}

#[component]
fn Teams(form: Form, problem: Trouble) -> AnyView {
    let teams = Remote::new(|| api::get::<ListTeams>((), None_ {}));
    let draw = move |page: Listed<TeamView>| {
        let none = (String::new(), t!(desk_activities.form.no_team).to_owned());
        let known = page
            .items
            .into_iter()
            .map(|team| (team.id.to_string(), team.name));
        let options = std::iter::once(none).chain(known).collect();
        view! { <Select label=t!(desk_activities.form.team) hint=t!(desk_activities.form.team_hint) value=form.text("team") options name="team" pointer="/team" problem /> }.into_any()
    };
    view! { <Load from=teams children=draw /> }.into_any()
}
