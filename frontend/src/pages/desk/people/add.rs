//! Adding a person, with or without a telephone, a household, a guardian.

use domain::{PersonId, limits};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::identity::{CreatePerson, CreatePersonBody, HouseholdRow, PersonFile, ResidentRow};
use wire::{Code, Problem};

use super::super::ask::Attempt;
use super::pick::{Handed, HouseholdPick, PersonPick, row_of};
use crate::model::desk_person;
use crate::ui::{Button, Draft, Field, Kind, Page, Send, TroubleNote};
use crate::{api, t};

#[component]
pub fn Add() -> AnyView {
    let made = RwSignal::new(None::<PersonFile>);
    let shown = move || match made.get() {
        Some(person) => view! { <Made person made /> }.into_any(),
        None => view! { <Form made /> }.into_any(),
    };
    view! { <Page title=t!(desk_people.add.title) back="/desk/people">{shown}</Page> }.into_any()
}

#[component]
fn Form(made: RwSignal<Option<PersonFile>>) -> AnyView {
    let draft = Draft::of("desk-person");
    let (name, phone, born) = (
        draft.field("name", ""),
        draft.field("phone", ""),
        draft.field("born", ""),
    );
    let (home, guardian) = (
        RwSignal::new(None::<HouseholdRow>),
        RwSignal::new(None::<ResidentRow>),
    );
    let (send, attempt) = (Send::default(), Attempt::<PersonId>::new());
    let refuse = move |problem: Problem| send.problem.set(Some(problem));
    let submit = move |()| {
        let said = name.get_untracked().trim().to_owned();
        if said.is_empty() {
            return refuse(Problem::new(Code::EmptyText).at("/name"));
        }
        let typed = desk_person::phone(&phone.get_untracked())
            .and_then(|number| Ok((number, desk_person::born(&born.get_untracked())?)));
        let (number, day) = match typed {
            Ok(typed) => typed,
            Err(problem) => return refuse(problem),
        };
        let (household, guardian) = (
            home.get_untracked().map(|h| h.id),
            guardian.get_untracked().map(|g| g.id),
        );
        let id = attempt.id(&format!(
            "{said} {number:?} {day:?} {household:?} {guardian:?}"
        ));
        let body = CreatePersonBody {
            id,
            name: said,
            phone: number,
            born: day,
            household,
            guardian,
        };
        let draft = draft.clone();
        send.run(
            api::call::<CreatePerson>((), None_ {}, body),
            move |person| {
                draft.clear();
                made.set(Some(person));
            },
        );
    };
    view! {
        <section class="card">
            <Field label=t!(desk_people.add.name) value=name name="person-name" max=limits::NAME_CHARS pointer="/name" problem=send.problem />
            <Field label=t!(desk_people.add.phone) hint=t!(desk_people.add.phone_hint) value=phone name="person-phone" kind="tel" inputmode="tel" max=18 pointer="/phone" problem=send.problem />
            <Field label=t!(desk_people.add.born) hint=t!(desk.act.optional) value=born name="person-born" kind="date" pointer="/born" problem=send.problem />
        </section>
        <section class="card stack"><h2>{t!(desk_people.add.home)}</h2><HouseholdPick chosen=home /></section>
        <section class="card stack"><h2>{t!(desk_people.add.guardian)}</h2><p class="quiet">{t!(desk_people.add.guardian_hint)}</p><PersonPick chosen=guardian /></section>
        <TroubleNote problem=send.problem />
        <Button label=t!(desk_people.add.submit) name="submit" busy=send.busy on_press=submit />
    }
    .into_any()
}

#[component]
fn Made(person: PersonFile, made: RwSignal<Option<PersonFile>>) -> AnyView {
    let words = t!(desk_people.add.done, name = person.name);
    let row = StoredValue::new(row_of(&person));
    let navigate = use_navigate();
    let book = move |()| {
        Handed::give(row.get_value());
        navigate("/desk/bookings/new", Default::default());
    };
    view! {
        <section class="card stack" data-testid="person-made">
            <h2 role="status">{words}</h2>
            <div class="button-stack">
                <Button label=t!(desk_people.add.book) name="book-for" on_press=book />
                <Button label=t!(desk_people.add.again) kind=Kind::Plain name="again" on_press=move |()| made.set(None) />
            </div>
        </section>
    }
    .into_any()
}
