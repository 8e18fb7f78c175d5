//! Giving and taking roles; administrators only.

use domain::CommandId;
use domain::access::Role;
use leptos::prelude::*;
use wire::Code;
use wire::endpoint::None_;
use wire::identity::{GetPerson, PersonFile, ReasonQuery, SetRoles, SetRolesBody};

use super::super::ask::{Ask, Attempt, close_then};
use super::super::words;
use crate::ui::{Button, Kind, Remote, Send, say};
use crate::{api, t};

#[component]
pub fn Roles(person: PersonFile, from: Remote<PersonFile>) -> AnyView {
    let (id, ver, name) = (person.id, person.ver, person.name.clone());
    let chosen = RwSignal::new(person.roles.clone());
    let (open, send, attempt) = (
        RwSignal::new(false),
        Send::default(),
        Attempt::<CommandId>::new(),
    );
    let before = person.roles;
    let same = Signal::derive(move || {
        chosen.with(|now| now.len() == before.len() && before.iter().all(|r| now.contains(r)))
    });
    let boxes = Role::ALL
        .iter()
        .filter(|r| **r != Role::Resident)
        .map(|role| tick(*role, chosen))
        .collect::<Vec<_>>();
    let renew = Send::default();
    let yes = Callback::new(move |()| {
        let roles = chosen.get_untracked();
        let body = SetRolesBody {
            id: attempt.id(&format!("{ver} {roles:?}")),
            roles,
            ver,
        };
        send.run(api::call::<SetRoles>((id,), None_ {}, body), move |now| {
            attempt.taken();
            say(t!(desk_people.roles.saved));
            close_then(open, move || from.put(now));
        });
    });
    Effect::new(move |_| {
        if send
            .problem
            .with(|p| p.as_ref().is_some_and(|p| p.code == Code::Stale))
        {
            let reason = ReasonQuery {
                reason: Some(t!(desk_people.roles.change).to_owned()),
            };
            renew.run(
                api::call::<GetPerson>((id,), reason, None_ {}),
                move |now| {
                    say(t!(desk_people.roles.stale));
                    close_then(open, move || from.put(now));
                },
            );
        }
    });
    let question = move || {
        open.get().then(|| {
            let words = t!(
                desk_people.roles.confirm_body,
                name = name,
                roles = words::roles(&chosen.get_untracked())
            );
            view! { <p data-testid="roles-question">{words}</p> }
        })
    };
    let question = StoredValue::new_local(question);
    view! {
        <section class="card stack">
            <h2>{t!(desk_people.roles.change)}</h2>
            <p class="quiet">{t!(desk_people.roles.hint)}</p>
            <fieldset class="ticks" data-testid="roles"><legend class="sr">{t!(desk_people.roles.title)}</legend>{boxes}</fieldset>
            <Button label=t!(desk_people.roles.save) kind=Kind::Plain name="roles-save" disabled=same on_press=move |()| open.set(true) />
        </section>
        <Ask open title=t!(desk_people.roles.confirm_title) words="" yes=t!(desk_people.roles.save) send on_yes=yes>{question.with_value(|q| q())}</Ask>
    }
    .into_any()
}

fn tick(role: Role, chosen: RwSignal<Vec<Role>>) -> AnyView {
    let toggle = move |ev| {
        let on = event_target_checked(&ev);
        chosen.update(|all| {
            all.retain(|r| *r != role);
            if on {
                all.push(role);
            }
        });
    };
    view! {
        <label class="tick" data-testid=format!("role-{role}")>
            <input type="checkbox" prop:checked=move || chosen.with(|all| all.contains(&role)) on:change=toggle />
            <span>{words::role(role)}</span>
        </label>
    }
    .into_any()
}
