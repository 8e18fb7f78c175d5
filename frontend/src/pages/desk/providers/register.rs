//! Registering a resident as a provider.

use domain::{ProviderId, limits};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::market::{ApplyAsProvider, ApplyBody};

use super::super::ask::Attempt;
use super::super::people::pick::{Handed, PersonPick};
use crate::ui::{Button, Draft, Field, Page, Send, TextArea, TroubleNote};
use crate::{api, t};

#[component]
pub fn Register() -> AnyView {
    let person = RwSignal::new(Handed::take());
    let draft = Draft::of("desk-register");
    let (name, intro) = (draft.field("name", ""), draft.field("intro", ""));
    let (send, wanting) = (Send::default(), RwSignal::new(false));
    let attempt: Attempt<ProviderId> = Attempt::new();
    let navigate = use_navigate();
    let submit = move |()| {
        let said = (
            name.get_untracked().trim().to_owned(),
            intro.get_untracked().trim().to_owned(),
        );
        wanting.set(said.0.is_empty());
        let Some(person) = person.get_untracked() else {
            return;
        };
        if said.0.is_empty() {
            return;
        }
        let id = attempt.id(&format!("{} {} {}", person.id, said.0, said.1));
        let body = ApplyBody {
            id,
            name: said.0,
            intro: said.1,
            person: Some(person.id),
        };
        let (draft, navigate) = (draft.clone(), navigate.clone());
        send.run(
            api::call::<ApplyAsProvider>((), None_ {}, body),
            move |made| {
                draft.clear();
                navigate(&format!("/desk/providers/{}", made.id), Default::default());
            },
        );
    };
    view! {
        <Page title=t!(desk_providers.register.title) back="/desk/providers">
            <section class="card stack"><h2>{t!(desk_providers.register.who)}</h2><PersonPick chosen=person /></section>
            <section class="card">
                <Field label=t!(desk_providers.register.name) hint=t!(desk_providers.register.name_hint) value=name name="provider-name" max=limits::NAME_CHARS pointer="/name" problem=send.problem />
                <p class="field-error" role="alert" hidden=move || !wanting.get()>{t!(desk_providers.register.name_needed)}</p>
                <TextArea label=t!(desk_providers.register.intro) hint=t!(desk_providers.register.intro_hint) value=intro name="provider-intro" max=limits::STORY_CHARS pointer="/intro" problem=send.problem />
            </section>
            <TroubleNote problem=send.problem />
            <Button label=t!(desk_providers.register.submit) name="submit" busy=send.busy disabled=Signal::derive(move || person.with(Option::is_none)) on_press=submit />
        </Page>
    }
    .into_any()
}
