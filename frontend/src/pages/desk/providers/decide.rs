//! The decision about a provider, with what it will do and a reason the provider reads.

use domain::CommandId;
use domain::limits;
use domain::provider::Decision;
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::market::{DecideProvider, DecisionBody, ProviderView};

use super::super::ask::{Ask, Attempt, close_then};
use crate::model::desk_vetting::{decisions, needs_reason};
use crate::ui::{Button, Icon, Kind, Remote, Send, TextArea, say};
use crate::{api, t};

/// Button, question, and what will happen.
fn texts(decision: Decision) -> (&'static str, &'static str, &'static str) {
    match decision {
        Decision::Approve => (
            t!(desk_providers.decide.approve),
            t!(desk_providers.decide.approve_title),
            t!(desk_providers.decide.approve_body),
        ),
        Decision::Reject => (
            t!(desk_providers.decide.reject),
            t!(desk_providers.decide.reject_title),
            t!(desk_providers.decide.reject_body),
        ),
        Decision::Suspend => (
            t!(desk_providers.decide.suspend),
            t!(desk_providers.decide.suspend_title),
            t!(desk_providers.decide.suspend_body),
        ),
        Decision::Reinstate => (
            t!(desk_providers.decide.reinstate),
            t!(desk_providers.decide.reinstate_title),
            t!(desk_providers.decide.reinstate_body),
        ),
    }
}

fn name(decision: Decision) -> &'static str {
    match decision {
        Decision::Approve => "decide-approve",
        Decision::Reject => "decide-reject",
        Decision::Suspend => "decide-suspend",
        Decision::Reinstate => "decide-reinstate",
    }
}

#[component]
pub fn Decide(provider: ProviderView, from: Remote<ProviderView>) -> AnyView {
    let valid = !provider.credentials.is_empty() && provider.credentials.iter().all(|c| !c.expired);
    let choices = decisions(provider.standing);
    let admits = choices
        .iter()
        .any(|d| matches!(d, Decision::Approve | Decision::Reinstate));
    let first = (admits && !valid).then(|| view! { <p class="note note-warn" data-testid="need-credentials">{Icon::Warn.draw()}<span>{t!(desk_providers.decide.need_credentials)}</span></p> });
    let buttons = choices
        .iter()
        .map(|d| view! { <One decision=*d provider=provider.clone() from /> }.into_any())
        .collect::<Vec<_>>();
    view! {
        <section class="card stack">
            <h2>{t!(desk_providers.decide.title)}</h2>
            {first}
            <div class="button-stack">{buttons}</div>
        </section>
    }
    .into_any()
}

#[component]
fn One(decision: Decision, provider: ProviderView, from: Remote<ProviderView>) -> AnyView {
    let (label, title, body) = texts(decision);
    let kind = match decision {
        Decision::Approve | Decision::Reinstate => Kind::Primary,
        Decision::Reject | Decision::Suspend => Kind::Danger,
    };
    let (open, send, reason, wanting) = (
        RwSignal::new(false),
        Send::default(),
        RwSignal::new(String::new()),
        RwSignal::new(false),
    );
    let attempt: Attempt<CommandId> = Attempt::new();
    let id = provider.id;
    let yes = move |()| {
        let said = reason.get_untracked().trim().to_owned();
        wanting.set(needs_reason(decision) && said.is_empty());
        if wanting.get_untracked() {
            return;
        }
        let body = DecisionBody {
            id: attempt.id(&said),
            decision,
            reason: said,
        };
        send.run(
            api::call::<DecideProvider>((id,), None_ {}, body),
            move |now| {
                attempt.taken();
                say(t!(desk_providers.decide.done));
                close_then(open, move || from.put(now));
            },
        );
    };
    view! {
        <Button label kind name=name(decision) on_press=move |()| open.set(true) />
        <Ask open title words=body yes=label kind send on_yes=yes>
            <TextArea label=t!(desk_providers.decide.reason) hint=t!(desk_providers.decide.reason_hint) value=reason name="reason" max=limits::NOTE_CHARS pointer="/reason" problem=send.problem />
            <p class="field-error" role="alert" hidden=move || !wanting.get()>{t!(desk_providers.decide.reason_needed)}</p>
        </Ask>
    }
    .into_any()
}
