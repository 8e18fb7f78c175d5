//! What is looked at of somebody's body: the latest readings, and what was agreed on with them. It opens only
//! with a reason, which is written down and theirs to read.

use domain::watch::{DoorSense, Measure, Metric};
use domain::{CommandId, DeviceId, PersonId};
use leptos::prelude::*;
use wire::endpoint::{None_, Page as Listed};
use wire::watch::{
    DeviceView, GetVitals, ListDevices, PutVitals, PutVitalsBody, VitalsView, WhyQuery,
};
use wire::{Code, Problem};

use super::super::ask::Attempt;
use super::super::why::Why;
use super::fields::tick;
use super::person::asking;
use crate::model::vitals::{Typed, unit};
use crate::pages::watch::vitals::{measures, name, readings};
use crate::ui::{
    Button, Empty, Field, Icon, Kind, LinkButton, Load, Page, Remote, Send, Switch, Trouble,
    TroubleNote, say,
};
use crate::{api, t};

#[component]
pub fn Vitals(id: PersonId) -> AnyView {
    let reason = RwSignal::new(None::<String>);
    let shown = move || match reason.get() {
        None => view! { <Why asking=asking() reason /> }.into_any(),
        Some(reason) => view! { <Opened id reason /> }.into_any(),
    };
    let back = format!("/desk/watch/people/{id}");
    view! { <Page title=t!(desk_watch.vitals.title) back=back wide=true>{shown}</Page> }.into_any()
}

#[component]
fn Opened(id: PersonId, reason: String) -> AnyView {
    let why = StoredValue::new(reason.clone());
    let vitals = Remote::new(move || {
        let query = WhyQuery {
            reason: why.get_value(),
        };
        api::get::<GetVitals>((id,), query)
    });
    let editing = RwSignal::new(false);
    view! {
        <p class="note" data-testid="logged">{Icon::Done.draw()}<span>{t!(desk_watch.person.logged, reason = reason)}</span></p>
        <Load from=vitals let:one>{draw(&one, vitals, editing)}</Load>
    }
    .into_any()
}

fn draw(one: &VitalsView, from: Remote<VitalsView>, editing: RwSignal<bool>) -> AnyView {
    let agreed = one.ver > 0;
    let alerts = one.alerts.iter().map(|id| {
        let href = format!("/desk/watch/alerts/{id}");
        view! { <LinkButton label=t!(desk_watch.person.to_alert) href name="to-alert" /> }
            .into_any()
    });
    let alerts: Vec<AnyView> = alerts.collect();
    let now = match agreed {
        true => measures(&one.measures),
        false => {
            view! { <p class="quiet" data-testid="not-agreed">{t!(desk_watch.vitals.nothing)}</p> }
                .into_any()
        }
    };
    let label = match agreed {
        true => t!(desk_watch.person.change),
        false => t!(desk_watch.vitals.begin),
    };
    let view = StoredValue::new(one.clone());
    let edit = Callback::new(move |()| editing.set(true));
    let begin = move || {
        (!editing.get()).then(
            || view! { <Button label=label name="vitals-change" kind=Kind::Plain on_press=edit /> },
        )
    };
    let form = move || {
        editing.get().then(|| {
            let view = view.get_value();
            view! { <Edit view from editing /> }
        })
    };
    view! {
        <div class="desk-columns desk-halves" data-testid="vitals-page" data-id=one.person.to_string()>
            <section class="stack-s">
                <h2 data-testid="watched-name">{one.name.clone()}</h2>
                {alerts}
                {readings(&one.readings)}
            </section>
            <section class="stack">
                <h2 class="cells-title">{t!(desk_watch.vitals.agreed)}</h2>
                {now}
                {begin}
            </section>
        </div>
        {form}
    }
    .into_any()
}

/// One measure while it is typed.
#[derive(Clone, Copy)]
struct Row {
    metric: Metric,
    on: RwSignal<bool>,
    low: RwSignal<String>,
    high: RwSignal<String>,
    margin: RwSignal<String>,
    window: RwSignal<String>,
    /// What is wrong with this one.
    problem: Trouble,
}

impl Row {
    /// As it is agreed; else as it is usual, and not looked at unless nothing is agreed yet.
    fn of(metric: Metric, view: &VitalsView) -> Self {
        let agreed = view.measures.iter().find(|one| one.metric == metric);
        let typed = Typed::of(&agreed.copied().unwrap_or_else(|| Measure::usual(metric)));
        Self {
            metric,
            on: RwSignal::new(agreed.is_some()),
            low: RwSignal::new(typed.low),
            high: RwSignal::new(typed.high),
            margin: RwSignal::new(typed.margin),
            window: RwSignal::new(typed.window),
            problem: RwSignal::new(None),
        }
    }

    /// Absent: not looked at. What is wrong is said beside it.
    fn read(self) -> Option<Result<Measure, Problem>> {
        self.problem.set(None);
        if !self.on.get_untracked() {
            return None;
        }
        let typed = Typed {
            low: self.low.get_untracked(),
            high: self.high.get_untracked(),
            margin: self.margin.get_untracked(),
            window: self.window.get_untracked(),
        };
        let read = typed.read(self.metric);
        if let Err(flaw) = &read {
            self.problem.set(Some(flaw.clone()));
        }
        Some(read)
    }

    fn draw(self) -> AnyView {
        let (metric, problem) = (self.metric, self.problem);
        let set = Callback::new(move |on: bool| self.on.set(on));
        let label = t!(
            desk_watch.vitals.measure,
            what = name(metric),
            unit = unit(metric)
        );
        let fields = move || {
            self.on.get().then(|| view! {
                <div class="desk-pair">
                    <Field label=t!(desk_watch.vitals.low) hint=t!(desk_watch.vitals.bound_hint) value=self.low name="low" inputmode="decimal" max=8 pointer="/low" problem />
                    <Field label=t!(desk_watch.vitals.high) hint=t!(desk_watch.vitals.bound_hint) value=self.high name="high" inputmode="decimal" max=8 pointer="/high" problem />
                    <Field label=t!(desk_watch.vitals.margin) hint=t!(desk_watch.vitals.margin_hint) value=self.margin name="margin" inputmode="decimal" max=8 pointer="/margin" problem />
                    <Field label=t!(desk_watch.vitals.window) hint=t!(desk_watch.vitals.window_hint) value=self.window name="window" max=6 pointer="/window" problem />
                </div>
            })
        };
        view! {
            <div class="stack-s" role="group" aria-label=name(metric) data-testid="measure-row" data-metric=metric.as_str()>
                <Switch label=label on=self.on set=set name="measure-on" />
                {fields}
            </div>
        }
        .into_any()
    }
}

#[component]
fn Edit(view: VitalsView, from: Remote<VitalsView>, editing: RwSignal<bool>) -> AnyView {
    let all = Metric::ALL.iter().map(|metric| Row::of(*metric, &view));
    let rows: Vec<Row> = all.collect();
    let drawn: Vec<AnyView> = rows.iter().copied().map(Row::draw).collect();
    let (devices, send) = (RwSignal::new(view.devices.clone()), Send::default());
    let (person, ver) = (view.person, view.ver);
    let attempt: Attempt<CommandId> = Attempt::new();
    let save = Callback::new(move |()| {
        // All are read, so that each says what is wrong with it.
        let read: Vec<Result<Measure, Problem>> =
            rows.iter().copied().filter_map(Row::read).collect();
        let measures = match read.into_iter().collect::<Result<Vec<Measure>, Problem>>() {
            Ok(measures) => measures,
            Err(flaw) => return send.problem.set(Some(Problem::new(flaw.code))),
        };
        let devices = devices.get_untracked();
        let body = PutVitalsBody {
            id: attempt.id(&format!("{ver}{devices:?}{measures:?}")),
            ver,
            devices,
            measures,
        };
        send.run(
            api::call::<PutVitals>((person,), None_ {}, body),
            move |now: VitalsView| {
                attempt.taken();
                say(t!(desk_watch.person.saved));
                editing.set(false);
                from.put(now);
            },
        );
    });
    let leave = Callback::new(move |()| editing.set(false));
    // Whoever did not agree can be asked, and their answer written down in their file.
    let to_file = move || {
        let refused = send.problem.with(|problem| {
            let problem = problem.as_ref();
            problem.is_some_and(|problem| problem.code == Code::WatchConsent)
        });
        let href = format!("/desk/people/{person}");
        refused.then(|| view! { <LinkButton label=t!(desk_watch.people.to_file) href name="to-file" kind=Kind::Plain /> })
    };
    view! {
        <div class="stack desk-form" data-testid="vitals-edit">
            <section class="card stack"><h2>{t!(desk_watch.vitals.devices)}</h2><Worn chosen=devices /></section>
            <section class="card stack"><h2>{t!(desk_watch.vitals.measures)}</h2>{drawn}</section>
            <TroubleNote problem=send.problem />
            {to_file}
            <div class="button-stack">
                <Button label=t!(desk.act.save) name="vitals-save" busy=send.busy on_press=save />
                <Button label=t!(desk.act.keep) name="vitals-keep" kind=Kind::Plain on_press=leave />
            </div>
        </div>
    }
    .into_any()
}

/// Who may speak for them: of all devices those that say something of a body.
#[component]
fn Worn(chosen: RwSignal<Vec<DeviceId>>) -> AnyView {
    let devices = Remote::new(|| api::get::<ListDevices>((), None_ {}));
    let draw = move |page: Listed<DeviceView>| {
        let worn = page.items.into_iter();
        let worn = worn.filter(|one| one.sense == DoorSense::Health);
        let ticks: Vec<AnyView> = worn.map(|one| tick(one, chosen)).collect();
        if ticks.is_empty() {
            return view! { <Empty words=t!(desk_watch.vitals.no_devices) /> }.into_any();
        }
        view! { <fieldset class="ticks" data-testid="worn"><legend class="quiet">{t!(desk_watch.vitals.devices_note)}</legend>{ticks}</fieldset> }.into_any()
    };
    view! { <Load from=devices children=draw /> }.into_any()
}
