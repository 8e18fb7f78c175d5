//! A provider's credentials: what holds until when, adding, renewing, taking away.

use domain::provider::CredentialKind;
use domain::{CredentialId, ProviderId};
use jiff::civil::Date;
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::market::{
    CredentialView, DeleteCredential, ProviderView, PutCredential, PutCredentialBody, VerQuery,
};

use super::super::ask::{Ask, Attempt, close_then};
use super::super::table::{Head, Plain};
use super::super::words;
use crate::model::when;
use crate::ui::{
    Button, Empty, Field, Icon, Kind, Remote, Select, Send, Sheet, Tag, Tone, TroubleNote, say,
};
use crate::{api, t};

/// What the sheet is open for: a new credential, or one that is renewed.
type Renewed = Option<CredentialView>;

#[component]
pub fn Credentials(provider: ProviderView, from: Remote<ProviderView>) -> AnyView {
    let (id, ver) = (provider.id, provider.ver);
    let (open, about) = (RwSignal::new(false), RwSignal::new(None::<CredentialView>));
    let edit = move |which: Renewed| {
        about.set(which);
        open.set(true);
    };
    let list = if provider.credentials.is_empty() {
        view! { <div class="card"><Empty words=t!(desk_providers.credentials.none)><p class="quiet">{t!(desk_providers.credentials.none_hint)}</p></Empty></div> }.into_any()
    } else {
        let heads = vec![
            Head::always(t!(desk_providers.credentials.kind)),
            Head::always(t!(desk_providers.credentials.state)),
            Head::always(t!(desk_providers.credentials.actions)),
        ];
        let rows = provider
            .credentials
            .iter()
            .map(|one| row(one.clone(), (id, ver), from, Callback::new(edit)))
            .collect();
        view! { <Plain caption=t!(desk_providers.credentials.caption) heads rows name="credentials" /> }.into_any()
    };
    view! {
        <section>
            <div class="desk-head">
                <h2>{t!(desk_providers.credentials.title)}</h2>
                <Button label=t!(desk_providers.credentials.add) kind=Kind::Plain small=true name="credential-add" on_press=move |()| edit(None) />
            </div>
            {list}
        </section>
        <Sheet open title=t!(desk_providers.credentials.title) name="credential-sheet">
            <Form provider=id ver from open about=about.get_untracked() />
        </Sheet>
    }
    .into_any()
}

fn row(
    one: CredentialView,
    (provider, ver): (ProviderId, u64),
    from: Remote<ProviderView>,
    edit: Callback<Renewed>,
) -> Vec<AnyView> {
    let (left, tone) = words::expires(one.expires, words::today());
    let icon = match tone {
        Tone::Bad | Tone::Wait => Icon::Warn,
        Tone::Good | Tone::Calm | Tone::Info => Icon::Done,
    };
    let number = (!one.number_tail.is_empty()).then(|| view! { <span class="cell-note">{t!(desk_providers.credentials.number, tail = one.number_tail)}</span> });
    let renewed = one.clone();
    vec![
        view! { <span>{words::credential(one.kind)}</span>{number} }.into_any(),
        view! {
            <span class="expiry" data-tone=tone.as_str() data-testid="expiry" data-expired=one.expired.to_string()>{icon.draw()}<Tag words=left tone /></span>
            <span class="cell-note">{t!(desk.expiry.until, day = when::full_day(one.expires))}</span>
        }
        .into_any(),
        view! {
            <div class="grid-actions">
                <Button label=t!(desk_providers.credentials.renew) kind=Kind::Text name="credential-renew" on_press=move |()| edit.run(Some(renewed.clone())) />
                <Remove provider ver credential=one.id from />
            </div>
        }
        .into_any(),
    ]
}

#[component]
fn Remove(
    provider: ProviderId,
    ver: u64,
    credential: CredentialId,
    from: Remote<ProviderView>,
) -> AnyView {
    let (open, send) = (RwSignal::new(false), Send::default());
    let yes = move |()| {
        send.run(
            api::call::<DeleteCredential>((provider, credential), VerQuery { ver }, None_ {}),
            move |now| {
                say(t!(desk_providers.credentials.removed));
                close_then(open, move || from.put(now));
            },
        );
    };
    view! {
        <Button label=t!(desk.act.remove) kind=Kind::Text name="credential-remove" on_press=move |()| open.set(true) />
        <Ask open title=t!(desk_providers.credentials.remove_title) words=t!(desk_providers.credentials.remove_body) yes=t!(desk_providers.credentials.remove) kind=Kind::Danger send on_yes=yes />
    }
    .into_any()
}

/// The sheet's form. A renewed credential keeps its id and kind.
#[component]
fn Form(
    provider: ProviderId,
    ver: u64,
    from: Remote<ProviderView>,
    open: RwSignal<bool>,
    about: Renewed,
) -> AnyView {
    let send = Send::default();
    let attempt: Attempt<CredentialId> = Attempt::new();
    let renewed = about.as_ref().map(|one| one.id);
    let kind = RwSignal::new(
        about
            .as_ref()
            .map_or(CredentialKind::Identity, |one| one.kind)
            .as_str()
            .to_owned(),
    );
    let tail = RwSignal::new(
        about
            .as_ref()
            .map(|one| one.number_tail.clone())
            .unwrap_or_default(),
    );
    let expires = RwSignal::new(
        about
            .as_ref()
            .map(|one| one.expires.to_string())
            .unwrap_or_default(),
    );
    let wrong = RwSignal::new(false);
    let kinds = CredentialKind::ALL
        .iter()
        .map(|k| (k.as_str().to_owned(), words::credential(*k)))
        .collect::<Vec<_>>();
    let save = move |()| {
        let (kind, day) = (
            kind.get_untracked().parse(),
            expires.get_untracked().parse::<Date>(),
        );
        wrong.set(day.is_err());
        let (Ok(kind), Ok(expires)) = (kind, day) else {
            return;
        };
        let body = PutCredentialBody {
            kind,
            number_tail: tail.get_untracked().trim().to_owned(),
            expires,
            ver,
        };
        let id = renewed.unwrap_or_else(|| attempt.id("new"));
        send.run(
            api::call::<PutCredential>((provider, id), None_ {}, body),
            move |now| {
                say(t!(desk_providers.credentials.saved));
                close_then(open, move || from.put(now));
            },
        );
    };
    view! {
        <Select label=t!(desk_providers.credentials.kind) value=kind options=kinds name="credential-kind" />
        <Field label=t!(desk_providers.credentials.tail) hint=t!(desk_providers.credentials.tail_hint) value=tail name="credential-tail" max=6 pointer="/number_tail" problem=send.problem />
        <Field label=t!(desk_providers.credentials.expires) value=expires kind="date" name="credential-expires" pointer="/expires" problem=send.problem />
        <p class="field-error" role="alert" hidden=move || !wrong.get()>{t!(desk_providers.credentials.expires_wrong)}</p>
        <TroubleNote problem=send.problem />
        <Button label=t!(desk.act.save) name="credential-save" busy=send.busy on_press=save />
    }
    .into_any()
}
