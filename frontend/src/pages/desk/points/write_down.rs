//! Writing down service time for somebody. Whoever writes it is the first of the two who agree.

use domain::{EntryId, limits};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::points::hours::{CreateHours, CreateHoursBody};
use wire::{Code, Moment, Problem};

use super::super::ask::Attempt;
use super::super::people::pick::{Handed, PersonPick};
use super::super::words;
use crate::model::volunteer::typed;
use crate::session::Session;
use crate::ui::{Button, Draft, Field, Page, Send, TextArea, TroubleNote, say_next};
use crate::{api, clock, t};

#[component]
pub fn WriteDown() -> AnyView {
    let kept = Draft::of("desk-hours");
    let chosen = RwSignal::new(Handed::take());
    let (what, evidence) = (kept.field("what", ""), kept.field("evidence", ""));
    let day = kept.field("day", &words::today().to_string());
    let (from, until) = (kept.field("from", ""), kept.field("until", ""));
    let (send, attempt) = (Send::default(), Attempt::<EntryId>::new());
    let navigate = use_navigate();
    let on_clock = move |time: RwSignal<String>| -> Option<Moment> {
        let local = typed(&day.get_untracked(), &time.get_untracked())?.local();
        clock::moment(local, &Session::get().zone())
    };
    let save = move |()| {
        let missing = |pointer: &str| {
            send.problem
                .set(Some(Problem::new(Code::MissingField).at(pointer)));
        };
        let Some(person) = chosen.get_untracked() else {
            return missing("/person");
        };
        let said = what.get_untracked().trim().to_owned();
        if said.is_empty() {
            let flaw = Problem::new(Code::EmptyText).at("/what");
            return send.problem.set(Some(flaw));
        }
        let Some(starts) = on_clock(from) else {
            return missing("/starts");
        };
        let Some(ends) = on_clock(until) else {
            return missing("/ends");
        };
        let evidence = evidence.get_untracked().trim().to_owned();
        let body = CreateHoursBody {
            id: attempt.id(&format!("{} {starts} {ends} {said}\n{evidence}", person.id)),
            person: Some(person.id),
            activity: None,
            what: said,
            starts,
            ends,
            evidence,
        };
        let (kept, navigate) = (kept.clone(), navigate.clone());
        send.run(api::call::<CreateHours>((), None_ {}, body), move |made| {
            kept.clear();
            say_next(t!(desk_hours.form.sent));
            let to = format!("/desk/volunteering/hours/{}", made.id);
            navigate(&to, Default::default());
        });
    };
    let nobody = move || {
        let wrong = send.problem.with(|problem| {
            problem
                .as_ref()
                .is_some_and(|one| one.pointer.as_deref() == Some("/person"))
        });
        wrong.then(|| view! { <p class="field-error" role="alert">{t!(desk_volunteering.act.pick_person)}</p> })
    };
    view! {
        <Page title=t!(desk_hours.form.title) back="/desk/volunteering/hours">
            <p class="quiet">{t!(desk_hours.form.words)}</p>
            <section class="card stack" data-testid="step-who">
                <h2>{t!(desk_hours.form.who)}</h2>
                <PersonPick chosen />
                {nobody}
            </section>
            <section class="card stack">
                <Field label=t!(hours.form.what) hint=t!(hours.form.what_hint) value=what name="what" max=limits::TITLE_CHARS pointer="/what" problem=send.problem />
                <div class="desk-pair">
                    <Field label=t!(hours.form.day) value=day name="day" kind="date" />
                    <Field label=t!(hours.form.from) value=from name="from" kind="time" pointer="/starts" problem=send.problem />
                    <Field label=t!(hours.form.until) value=until name="until" kind="time" pointer="/ends" problem=send.problem />
                </div>
                <TextArea label=t!(hours.form.evidence) hint=t!(hours.form.evidence_hint) value=evidence name="evidence" max=limits::NOTE_CHARS pointer="/evidence" problem=send.problem />
            </section>
            <TroubleNote problem=send.problem />
            <Button label=t!(desk_hours.form.send) name="submit" busy=send.busy on_press=save />
        </Page>
    }
    .into_any()
}
