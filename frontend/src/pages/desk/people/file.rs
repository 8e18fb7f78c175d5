//! One person's file. It opens only with a reason; the view is logged and shown to the person.

use domain::PersonId;
use domain::access::Act;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::identity::{GetPerson, PersonFile, ReasonQuery};

use super::super::why::{Asking, Why};
use super::super::words;
use super::factor::Factor;
use super::fix::Fix;
use super::pick::{Handed, door, row_of};
use super::roles::Roles;
use super::speak::Speak;
use crate::i18n::{find, texts};
use crate::model::when;
use crate::session::Session;
use crate::ui::{Button, Fact, Facts, Icon, Kind, LinkButton, Load, Page, Remote, Tag, Tone};
use crate::{api, t};

#[component]
pub fn File(id: PersonId) -> AnyView {
    let reason = RwSignal::new(None::<String>);
    let shown = move || match reason.get() {
        None => view! { <Why asking=asking() reason /> }.into_any(),
        Some(reason) => view! { <Opened id reason /> }.into_any(),
    };
    view! { <Page title=t!(desk_people.file.title) back="/desk/people" wide=true>{shown}</Page> }
        .into_any()
}

fn asking() -> Asking {
    Asking {
        title: t!(desk_people.file.ask),
        words: t!(desk_people.file.ask_body),
        label: t!(desk_people.file.reason),
        usual: vec![
            t!(desk_people.file.r_booking),
            t!(desk_people.file.r_call),
            t!(desk_people.file.r_visit),
            t!(desk_people.file.r_fix),
        ],
        other: t!(desk_people.file.other),
        show: t!(desk_people.file.show),
        name: "open-file",
    }
}

#[component]
fn Opened(id: PersonId, reason: String) -> AnyView {
    let (asked, why) = (reason.clone(), reason.clone());
    let file: Remote<PersonFile> = Remote::new(move || {
        Box::pin(api::call::<GetPerson>(
            (id,),
            ReasonQuery {
                reason: Some(asked.clone()),
            },
            None_ {},
        ))
    });
    view! {
        <p class="note" data-testid="logged">{Icon::Done.draw()}<span>{t!(desk_people.file.logged, reason = reason)}</span></p>
        <Load from=file children=move |one: PersonFile| draw(one, file, why.clone()) />
    }
    .into_any()
}

fn draw(person: PersonFile, from: Remote<PersonFile>, why: String) -> AnyView {
    let unknown = || t!(desk_people.file.unknown).to_owned();
    let (name, phone) = (
        person.name.clone(),
        person.phone.clone().unwrap_or_else(unknown),
    );
    let (home, born) = (
        person.household.as_ref().map_or_else(unknown, door),
        person.born.map_or_else(unknown, when::full_day),
    );
    let held = words::roles(&person.roles);
    let guardian = person
        .guardian
        .as_ref()
        .map(|g| view! { <Fact label=t!(desk_people.file.guardian) value=g.name.clone() name="person-guardian" /> });
    let roles = Session::get()
        .may(Act::GrantRoles)
        .then(|| view! { <Roles person=person.clone() from /> });
    let staff = person.roles.iter().any(|role| role.is_staff());
    let own = Session::get().me_now().is_some_and(|me| me.id == person.id);
    let trusted = person.roles.iter().any(|role| role.is_trusted());
    let factor = (trusted && !own && Session::get().may(Act::ResetSecondFactor))
        .then(|| view! { <Factor person=person.clone() from /> });
    let session = Session::get();
    let fix = (session.may(Act::AddPeople) && (!staff || session.may(Act::GrantRoles)))
        .then(|| view! { <Fix person=person.clone() reason=why.clone() from /> });
    let speak = (!own && session.may(Act::BookForOthers))
        .then(|| view! { <Speak person=person.clone() reason=why.clone() /> });
    let given = if own { Some(consents(&person)) } else { None };
    view! {
        <div class="desk-columns">
            <section class="stack">
                <h2 class="cells-title">{t!(desk_people.file.about)}</h2>
                <Facts>
                    <Fact label=t!(desk_people.file.name) value=name name="person-name" />
                    <Fact label=t!(desk_people.file.phone) value=phone name="person-phone" />
                    <Fact label=t!(desk_people.file.home) value=home />
                    <Fact label=t!(desk_people.file.born) value=born name="person-born" />
                    {guardian}
                    <Fact label=t!(desk_people.roles.title) value=held name="person-roles" />
                </Facts>
                {fix}
                {given}
            </section>
            <div class="stack"><Next person=person.clone() />{speak}{roles}{factor}</div>
        </div>
    }
    .into_any()
}

fn consents(person: &PersonFile) -> AnyView {
    let row = |consent: &wire::identity::Consent| {
        let name = find(texts::desk_people::purpose::ALL, consent.purpose.as_str())
            .map_or("", |text| text.now());
        let (said, tone) = if consent.given {
            (t!(desk_people.file.given), Tone::Good)
        } else {
            (t!(desk_people.file.not_given), Tone::Calm)
        };
        view! { <li class="desk-head"><span>{name}</span><Tag words=said tone /></li> }.into_any()
    };
    if person.consents.is_empty() {
        return ().into_any();
    }
    view! { <section><h2 class="cells-title">{t!(desk_people.file.consents)}</h2><ul class="card">{person.consents.iter().map(row).collect::<Vec<_>>()}</ul></section> }.into_any()
}

/// What one usually does next for the person.
#[component]
fn Next(person: PersonFile) -> AnyView {
    let session = Session::get();
    let row = StoredValue::new(row_of(&person));
    let navigate = StoredValue::new_local(use_navigate());
    let go = move |to: &'static str| {
        Handed::give(row.get_value());
        navigate.with_value(|navigate| navigate(to, Default::default()));
    };
    let book = session.may(Act::BookForOthers).then(|| view! { <Button label=t!(desk_people.file.book) name="book-for" on_press=move |()| go("/desk/bookings/new") /> });
    let provider = session.may(Act::Vet).then(|| view! { <Button label=t!(desk_people.file.provider) kind=Kind::Plain name="register" on_press=move |()| go("/desk/providers/new") /> });
    let care = session.may(Act::Care).then(|| {
        let href = format!("/desk/care/people/{}", person.id);
        view! { <LinkButton label=t!(desk_people.file.care) href name="to-care" kind=Kind::Plain /> }
    });
    view! { <div class="button-stack">{book}{care}{provider}</div> }.into_any()
}
