//! Adding a service, or changing one. What is typed is kept on this device until it was taken.

use domain::access::Act;
use domain::{CommandId, ServiceId};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wire::Code;
use wire::endpoint::None_;
use wire::market::{
    CreateService, CreateServiceBody, GetService, ServiceView, UpdateService, UpdateServiceBody,
};

use super::super::ask::{Ask, Attempt};
use super::fields::{Fields, Form};
use crate::model::desk_service::{Draft, given};
use crate::session::Session;
use crate::ui::{self, Button, Kind, Load, Note, Page, Remote, Send, TroubleNote, say, say_next};
use crate::{api, t};

#[component]
pub fn New() -> AnyView {
    let kept = ui::Draft::of("desk-service-new");
    let (form, send, attempt) = (
        Form::new(&kept, &Draft::default()),
        Send::default(),
        Attempt::<ServiceId>::new(),
    );
    let navigate = use_navigate();
    let save = move |()| {
        let Some((draft, terms)) = form.read(send.problem) else {
            return;
        };
        let id = attempt.id(&serde_json::to_string(&draft).unwrap_or_default());
        let body = CreateServiceBody {
            id,
            category: draft.category,
            name: draft.name.trim().to_owned(),
            name_en: given(&draft.name_en),
            about: draft.about.trim().to_owned(),
            about_en: given(&draft.about_en),
            terms,
            providers: draft.providers,
        };
        let (kept, navigate) = (kept.clone(), navigate.clone());
        send.run(api::call::<CreateService>((), None_ {}, body), move |_| {
            kept.clear();
            say_next(t!(desk_services.form.saved));
            navigate("/desk/services", Default::default());
        });
    };
    view! {
        <Page title=t!(desk_services.form.new) back="/desk/services">
            <Fields form problem=send.problem />
            <TroubleNote problem=send.problem />
            <Button label=t!(desk_services.form.create) name="submit" busy=send.busy on_press=save />
        </Page>
    }
    .into_any()
}

#[component]
pub fn Edit(id: ServiceId) -> AnyView {
    let service: Remote<ServiceView> =
        Remote::new(move || Box::pin(api::call::<GetService>((id,), None_ {}, None_ {})));
    view! {
        <Page title=t!(desk_services.form.edit) back="/desk/services">
            <Load from=service children=move |one: ServiceView| view! { <Change service=one /> }.into_any() />
        </Page>
    }
    .into_any()
}

#[component]
fn Change(service: ServiceView) -> AnyView {
    let id = service.id;
    let kept = ui::Draft::of(&format!("desk-service-{id}"));
    let form = Form::new(&kept, &Draft::of(&service));
    let assigned = service.providers.clone();
    let (ver, hidden) = (RwSignal::new(service.ver), RwSignal::new(service.hidden));
    let (send, attempt, asking) = (
        Send::default(),
        Attempt::<CommandId>::new(),
        RwSignal::new(false),
    );
    let stale = RwSignal::new(false);
    let put = move |hide: bool| {
        let Some((draft, terms)) = form.read(send.problem) else {
            asking.set(false);
            return;
        };
        let says = format!(
            "{hide} {} {}",
            ver.get_untracked(),
            serde_json::to_string(&draft).unwrap_or_default()
        );
        let body = UpdateServiceBody {
            id: attempt.id(&says),
            category: draft.category,
            name: draft.name.trim().to_owned(),
            name_en: given(&draft.name_en),
            about: draft.about.trim().to_owned(),
            about_en: given(&draft.about_en),
            terms,
            providers: draft.providers,
            hidden: hide,
            ver: ver.get_untracked(),
        };
        let kept = kept.clone();
        send.run(
            api::call::<UpdateService>((id,), None_ {}, body),
            move |now| {
                attempt.taken();
                kept.clear();
                stale.set(false);
                asking.set(false);
                ver.set(now.ver);
                hidden.set(now.hidden);
                say(t!(desk_services.form.saved));
            },
        );
    };
    // Somebody else was faster: what is typed stays, and the next save is made on their version.
    let renew = Send::default();
    Effect::new(move |_| {
        if send
            .problem
            .with(|p| p.as_ref().is_some_and(|p| p.code == Code::Stale))
        {
            asking.set(false);
            renew.run(
                api::call::<GetService>((id,), None_ {}, None_ {}),
                move |now| {
                    ver.set(now.ver);
                    send.problem.set(None);
                    stale.set(true);
                },
            );
        }
    });
    let put = Callback::new(put);
    let may = Session::get().may(Act::Vet);
    let sight = move || {
        if hidden.get() {
            view! { <Button label=t!(desk_services.form.show) kind=Kind::Plain name="show" busy=send.busy on_press=move |()| put.run(false) /> }.into_any()
        } else {
            view! { <Button label=t!(desk_services.form.hide) kind=Kind::Danger name="hide" on_press=move |()| asking.set(true) /> }.into_any()
        }
    };
    view! {
        <p class="quiet">{t!(desk_services.form.terms_note)}</p>
        <Fields form problem=send.problem assigned />
        {move || stale.get().then(|| view! { <Note words=t!(desk_services.form.stale) name="stale" /> })}
        <TroubleNote problem=send.problem />
        <div class="button-stack">
            <Button label=t!(desk_services.form.save) name="submit" busy=send.busy disabled=!may on_press=move |()| put.run(hidden.get_untracked()) />
            {sight}
        </div>
        <Ask open=asking title=t!(desk_services.form.hide_title) words=t!(desk_services.form.hide_body) yes=t!(desk_services.form.hide) kind=Kind::Danger send on_yes=move |()| put.run(true) />
    }
    .into_any()
}
