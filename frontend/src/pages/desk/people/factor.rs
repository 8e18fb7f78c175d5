//! Taking away a second factor whose authenticator was lost; administrators only, never their own.

use domain::{CommandId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::{PersonFile, ResetSecondFactor, ResetSecondFactorBody};

use super::super::ask::{Ask, Attempt, close_then};
use crate::ui::{Button, Kind, Remote, Send, TextArea, say};
use crate::{api, t};

#[component]
pub fn Factor(person: PersonFile, from: Remote<PersonFile>) -> AnyView {
    let (open, send, reason, wanting) = (
        RwSignal::new(false),
        Send::default(),
        RwSignal::new(String::new()),
        RwSignal::new(false),
    );
    let attempt: Attempt<CommandId> = Attempt::new();
    let id = person.id;
    let yes = move |()| {
        let said = reason.get_untracked().trim().to_owned();
        wanting.set(said.is_empty());
        if said.is_empty() {
            return;
        }
        let body = ResetSecondFactorBody {
            id: attempt.id(&said),
            reason: said,
        };
        send.run(
            api::call::<ResetSecondFactor>((id,), None_ {}, body),
            move |()| {
                attempt.taken();
                reason.set(String::new());
                say(t!(desk_people.factor.done));
                // The file is another version now.
                close_then(open, move || from.again());
            },
        );
    };
    let title = t!(desk_people.factor.confirm_title, name = person.name);
    view! {
        <section class="card stack">
            <h2>{t!(desk_people.factor.title)}</h2>
            <p class="quiet">{t!(desk_people.factor.hint)}</p>
            <Button label=t!(desk_people.factor.reset) kind=Kind::Plain name="factor-reset" on_press=move |()| open.set(true) />
        </section>
        <Ask open title words=t!(desk_people.factor.confirm_body) yes=t!(desk_people.factor.reset) kind=Kind::Danger send on_yes=yes>
            <TextArea label=t!(desk_people.factor.reason) hint=t!(desk_people.factor.reason_hint) value=reason name="reason" max=limits::LINE_CHARS pointer="/reason" problem=send.problem />
            <p class="field-error" role="alert" hidden=move || !wanting.get()>{t!(desk_people.factor.reason_needed)}</p>
        </Ask>
    }
    .into_any()
}
