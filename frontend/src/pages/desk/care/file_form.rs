//! A file while it is written: whether and why somebody is visited, what is to be minded, whom to ring. What is typed
//! is kept in this window until it is saved or its writer signs out, also where somebody else saves in between.

use domain::care::Factor;
use domain::{CommandId, limits};
use leptos::prelude::*;
use wire::care::{CareFileView, PutCareFile, PutCareFileBody};
use wire::endpoint::None_;

use super::super::ask::Attempt;
use super::super::points::refresh::on_stale;
use super::contacts::{Contacts, Rows};
use super::file::asked;
use super::words;
use crate::model::care::tier;
use crate::model::care_file::{Draft, keep, kept, with_factor};
use crate::ui::{Button, Icon, Kind, Passing, Remote, Send, Switch, TextArea, TroubleNote, say};
use crate::{api, t};

/// What is typed.
#[derive(Clone, Copy)]
struct Typed {
    visited: RwSignal<bool>,
    factors: RwSignal<Vec<Factor>>,
    conditions: RwSignal<String>,
    contacts: Rows,
}

impl Typed {
    fn of(draft: &Draft) -> Self {
        Self {
            visited: RwSignal::new(draft.visited),
            factors: RwSignal::new(draft.factors.clone()),
            conditions: RwSignal::new(draft.conditions.clone()),
            contacts: Rows::of(&draft.contacts),
        }
    }

    fn draft(self) -> Draft {
        Draft {
            visited: self.visited.get(),
            factors: self.factors.get(),
            conditions: self.conditions.get(),
            contacts: self.contacts.all(),
        }
    }

    /// Typed anew from what somebody else saved.
    fn replace(self, draft: &Draft) {
        self.visited.set(draft.visited);
        self.factors.set(draft.factors.clone());
        self.conditions.set(draft.conditions.clone());
        self.contacts.replace(&draft.contacts);
    }
}

#[component]
pub fn Form(
    view: CareFileView,
    from: Remote<CareFileView>,
    why: StoredValue<String>,
    editing: RwSignal<bool>,
) -> AnyView {
    let person = view.person;
    let store = Passing::of(&format!("care-file-{person}"));
    let text = store.field();
    let store = StoredValue::new(store);
    let before = RwSignal::new(Draft::of(&view));
    let left = text.with_untracked(|raw| kept(raw));
    // The version that was written on; another since, until somebody decides.
    let base = RwSignal::new(left.as_ref().map_or(view.ver, |left| left.ver));
    let met = base.get_untracked() != view.ver;
    let first = left.map_or_else(|| before.get_untracked(), |left| left.draft);
    let (typed, ver) = (Typed::of(&first), RwSignal::new(view.ver));
    Effect::new(move |_| {
        let now = typed.draft();
        text.set(before.with(|before| keep(base.get(), before, &now)));
    });
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    let stale = on_stale(
        send,
        move || asked(person, why.get_value()),
        move |now: CareFileView| {
            ver.set(now.ver);
            before.set(Draft::of(&now));
        },
    );
    if met {
        stale.set(true);
    }
    let save = Callback::new(move |()| {
        let draft = untrack(|| typed.draft()).trimmed();
        let ver = ver.get_untracked();
        let body = PutCareFileBody {
            id: attempt.id(&format!("{ver}{draft:?}")),
            ver,
            visited: draft.visited,
            factors: draft.factors,
            conditions: draft.conditions,
            contacts: draft.contacts,
        };
        send.run(
            api::call::<PutCareFile>((person,), None_ {}, body),
            move |now: CareFileView| {
                attempt.taken();
                before.set(untrack(|| typed.draft()));
                store.with_value(Passing::clear);
                say(t!(desk_care.file.saved));
                editing.set(false);
                from.put(now);
            },
        );
    });
    let theirs = Callback::new(move |()| {
        typed.replace(&before.get_untracked());
        base.set(ver.get_untracked());
        stale.set(false);
    });
    let leave = Callback::new(move |()| {
        typed.replace(&before.get_untracked());
        store.with_value(Passing::clear);
        editing.set(false);
    });
    let problem = send.problem;
    let meeting = move || {
        stale.get().then(|| view! {
            <div class="note note-warn" role="alert" data-testid="file-met">
                {Icon::Warn.draw()}<span>{t!(desk_care.file.met)}</span>
            </div>
            <Button label=t!(desk_care.file.theirs) name="file-theirs" kind=Kind::Plain on_press=theirs />
        })
    };
    let set_visited = Callback::new(move |on: bool| typed.visited.set(on));
    view! {
        <div class="stack desk-form" data-testid="file-edit">
            <h2>{t!(desk_care.file.change)}</h2>
            <section class="card stack">
                <Switch label=t!(desk_care.file.agreed_label) note=t!(desk_care.file.agreed_note) on=typed.visited set=set_visited name="visited" />
                {factors(typed)}
                <TextArea label=t!(desk_care.file.conditions) hint=t!(desk_care.file.conditions_hint) value=typed.conditions name="conditions" max=limits::STORY_CHARS pointer="/conditions" problem />
            </section>
            <Contacts rows=typed.contacts problem />
            {meeting}
            <TroubleNote problem />
            <div class="button-stack">
                <Button label=t!(desk.act.save) name="file-save" busy=send.busy on_press=save />
                <Button label=t!(desk.act.keep) name="file-keep" kind=Kind::Plain on_press=leave />
            </div>
        </div>
    }
    .into_any()
}

/// Reasons to tick, and how often they come to.
fn factors(typed: Typed) -> AnyView {
    let tick = |factor: Factor| {
        let toggle = move |ev| {
            let on = event_target_checked(&ev);
            typed
                .factors
                .update(|all| *all = with_factor(all, factor, on));
        };
        view! {
            <label class="tick" data-testid="factor" data-factor=factor.as_str()>
                <input type="checkbox" prop:checked=move || typed.factors.with(|all| all.contains(&factor)) on:change=toggle />
                <span>{words::factor(factor)}</span>
            </label>
        }
        .into_any()
    };
    let ticks: Vec<AnyView> = Factor::ALL.iter().map(|factor| tick(*factor)).collect();
    let often = move || {
        let often = words::tier(typed.factors.with(|all| tier(all)));
        t!(desk_care.file.comes_to, often = often)
    };
    view! {
        <fieldset class="ticks"><legend class="field-label">{t!(desk_care.file.why_often)}</legend>{ticks}</fieldset>
        <p role="status" data-testid="comes-to">{often}</p>
    }
    .into_any()
}
