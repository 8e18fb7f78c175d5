//! The form of what was agreed on with somebody: their doors and cards, how long and how soon, who is asked.

use domain::watch::{DoorSense, Grade};
use domain::{DeviceId, PersonId, limits};
use leptos::prelude::*;
use wire::Problem;
use wire::endpoint::{None_, Page as Listed};
use wire::identity::ResidentRow;
use wire::watch::{DeviceView, ListDevices, WatchedFields};

use super::super::people::pick::PersonPick;
use crate::i18n::{named, texts};
use crate::model::watch::{hours, lines, windows};
use crate::ui::{Button, Chips, Empty, Field, Kind, Load, Remote, Switch, TextArea, Trouble};
use crate::{api, t};

/// Where a window of one's own is refused on this page.
const OWN: [&str; 2] = ["/fields/own", "/fields/own/no_return_minutes"];

/// Stands for no grade: their file says it.
const BY_FILE: &str = "by_file";

/// What is typed. Copy it freely.
#[derive(Clone, Copy)]
pub struct Form {
    is_new: bool,
    doors: RwSignal<Vec<DeviceId>>,
    cards: RwSignal<String>,
    others: RwSignal<String>,
    grade: RwSignal<String>,
    own: RwSignal<bool>,
    no_exit: RwSignal<String>,
    no_return: RwSignal<String>,
    /// The relative there is already.
    before: RwSignal<Option<PersonId>>,
    relative: RwSignal<Option<ResidentRow>>,
    reports: RwSignal<bool>,
}

impl Form {
    /// Of somebody who is watched already, or empty.
    #[must_use]
    pub fn of(fields: Option<&WatchedFields>) -> Self {
        let cards = |all: Option<&Vec<String>>| {
            let all = all.map(|all| all.join("\n"));
            RwSignal::new(all.unwrap_or_default())
        };
        let own = fields.and_then(|fields| fields.own);
        let window = |minutes: Option<u32>| RwSignal::new(minutes.map(hours).unwrap_or_default());
        let grade = fields.and_then(|fields| fields.grade);
        Self {
            is_new: fields.is_none(),
            doors: RwSignal::new(
                fields
                    .map(|fields| fields.doors.clone())
                    .unwrap_or_default(),
            ),
            cards: cards(fields.map(|fields| &fields.credentials)),
            others: cards(fields.map(|fields| &fields.relatives_credentials)),
            grade: RwSignal::new(grade.map_or(BY_FILE, Grade::as_str).to_owned()),
            own: RwSignal::new(own.is_some()),
            no_exit: window(own.map(|own| own.no_exit_minutes)),
            no_return: window(own.map(|own| own.no_return_minutes)),
            before: RwSignal::new(fields.and_then(|fields| fields.relative)),
            relative: RwSignal::new(None),
            reports: RwSignal::new(fields.is_some_and(|fields| fields.relative_reports)),
        }
    }

    /// What it says, or the first field that is wrong.
    pub fn read(self) -> Result<WatchedFields, Problem> {
        let own = match self.own.get_untracked() {
            true => {
                let (no_exit, no_return) =
                    (self.no_exit.get_untracked(), self.no_return.get_untracked());
                Some(windows(&no_exit, &no_return, OWN)?)
            }
            false => None,
        };
        let picked = self
            .relative
            .with_untracked(|one| one.as_ref().map(|one| one.id));
        let relative = self.before.get_untracked().or(picked);
        let grade = self.grade.with_untracked(|grade| grade.parse::<Grade>());
        Ok(WatchedFields {
            doors: self.doors.get_untracked(),
            credentials: lines(&self.cards.get_untracked()),
            relatives_credentials: lines(&self.others.get_untracked()),
            grade: grade.ok(),
            own,
            relative,
            relative_reports: relative.is_some() && self.reports.get_untracked(),
        })
    }
}

#[component]
pub fn Fields(form: Form, problem: Trouble) -> AnyView {
    let by_file = form.is_new.then(|| {
        let words = t!(desk_watch.fields.by_file).to_owned();
        (BY_FILE.to_owned(), words)
    });
    let all = Grade::ALL.iter().map(|grade| {
        let words = named(texts::desk_watch::grade::ALL, grade.as_str());
        (grade.to_string(), words)
    });
    let grades = by_file.into_iter().chain(all).collect::<Vec<_>>();
    let by_file_note = form
        .is_new
        .then(|| view! { <p class="quiet">{t!(desk_watch.fields.by_file_note)}</p> });
    let set_grade = Callback::new(move |to: String| form.grade.set(to));
    let set_own = Callback::new(move |on: bool| form.own.set(on));
    let set_reports = Callback::new(move |on: bool| form.reports.set(on));
    let [exit_at, return_at] = OWN;
    let own = move || {
        form.own.get().then(|| view! {
            <div class="desk-pair">
                <Field label=t!(desk_watch.rules.no_exit) hint=t!(desk_watch.rules.hours_hint) value=form.no_exit name="own-no-exit" max=6 pointer=exit_at problem />
                <Field label=t!(desk_watch.rules.no_return) hint=t!(desk_watch.rules.hours_hint) value=form.no_return name="own-no-return" max=6 pointer=return_at problem />
            </div>
        })
    };
    let relative = move || match form.before.get() {
        Some(_) => {
            let away = Callback::new(move |()| form.before.set(None));
            view! {
                <div class="picked" data-testid="relative">
                    <p>{t!(desk_watch.fields.relative_set)}</p>
                    <Button label=t!(desk.act.remove) name="relative-remove" kind=Kind::Text on_press=away />
                </div>
            }
            .into_any()
        }
        None => view! { <PersonPick chosen=form.relative whose=t!(desk_watch.fields.relative) /> }
            .into_any(),
    };
    let cards = limits::WATCH_CREDENTIALS * (limits::DOOR_FIELD_CHARS + 1);
    view! {
        <section class="card stack">
            <h2>{t!(desk_watch.fields.doors)}</h2>
            <Doors chosen=form.doors />
            <TextArea label=t!(desk_watch.fields.cards) hint=t!(desk_watch.fields.cards_hint) value=form.cards name="cards" max=cards pointer="/fields/credentials" problem />
            <TextArea label=t!(desk_watch.fields.others) hint=t!(desk_watch.fields.others_hint) value=form.others name="others-cards" max=cards pointer="/fields/relatives_credentials" problem />
        </section>
        <section class="card stack">
            <h2>{t!(desk_watch.fields.how)}</h2>
            <Chips label=t!(desk_watch.fields.grade) options=grades value=form.grade set=set_grade name="grade" labelled=true />
            {by_file_note}
            <Switch label=t!(desk_watch.fields.own) note=t!(desk_watch.fields.own_note) on=form.own set=set_own name="own-windows" />
            {own}
        </section>
        <section class="card stack">
            <h2>{t!(desk_watch.fields.relative)}</h2>
            <p class="quiet">{t!(desk_watch.fields.relative_note)}</p>
            {relative}
            <Switch label=t!(desk_watch.fields.reports) on=form.reports set=set_reports name="relative-reports" />
        </section>
    }
    .into_any()
}

#[component]
fn Doors(chosen: RwSignal<Vec<DeviceId>>) -> AnyView {
    let doors = Remote::new(|| api::get::<ListDevices>((), None_ {}));
    let draw = move |mut page: Listed<DeviceView>| {
        page.items.retain(|door| door.sense != DoorSense::Health);
        if page.items.is_empty() {
            return view! { <Empty words=t!(desk_watch.devices.none) /> }.into_any();
        }
        let ticks: Vec<AnyView> = page
            .items
            .into_iter()
            .map(|door| tick(door, chosen))
            .collect();
        view! { <fieldset class="ticks" data-testid="doors"><legend class="quiet">{t!(desk_watch.fields.doors_note)}</legend>{ticks}</fieldset> }.into_any()
    };
    view! { <Load from=doors children=draw /> }.into_any()
}

/// One of them to tick.
pub(super) fn tick(door: DeviceView, chosen: RwSignal<Vec<DeviceId>>) -> AnyView {
    let id = door.id;
    let toggle = move |ev| {
        let on = event_target_checked(&ev);
        chosen.update(|all| {
            all.retain(|other| *other != id);
            if on {
                all.push(id);
            }
        });
    };
    view! {
        <label class="tick" data-testid="door-tick" data-id=id.to_string()>
            <input type="checkbox" prop:checked=move || chosen.with(|all| all.contains(&id)) on:change=toggle />
            <span>{door.name}</span>
        </label>
    }
    .into_any()
}
