//! What is known of somebody. It opens only with a reason, which is written down and theirs to read.

use domain::PersonId;
use leptos::prelude::*;
use wire::care::{CareFileView, GetCareFile};
use wire::watch::WhyQuery;

use super::super::why::{Asking, Why};
use super::file_form::Form;
use super::file_shown::shown;
use super::glass::Glass;
use crate::session::Session;
use crate::ui::{Button, Fetch, Icon, Kind, Load, Page, Remote};
use crate::{api, t};
use domain::access::Act;

#[component]
pub fn File(id: PersonId) -> AnyView {
    let reason = RwSignal::new(None::<String>);
    let shown = move || match reason.get() {
        None => view! { <Why asking=asking() reason /> }.into_any(),
        Some(reason) => view! { <Opened id reason /> }.into_any(),
    };
    view! { <Page title=t!(desk_care.file.title) back="/desk/care" wide=true>{shown}</Page> }
        .into_any()
}

fn asking() -> Asking {
    Asking {
        title: t!(desk_care.file.ask),
        words: t!(desk_care.file.ask_words),
        label: t!(desk_care.file.reason),
        usual: vec![
            t!(desk_care.file.r_case),
            t!(desk_care.file.r_visit),
            t!(desk_care.file.r_call),
            t!(desk_care.file.r_keep),
        ],
        other: t!(desk_care.file.r_other),
        show: t!(desk_care.file.show),
        name: "open-file",
    }
}

/// The file as the server has it, with the reason for the look.
pub(super) fn asked(id: PersonId, reason: String) -> Fetch<CareFileView> {
    api::get::<GetCareFile>((id,), WhyQuery { reason })
}

#[component]
fn Opened(id: PersonId, reason: String) -> AnyView {
    let why = StoredValue::new(reason.clone());
    let file = Remote::new(move || asked(id, why.get_value()));
    let (editing, broken) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let flagged = move || {
        broken.get().map(|reason| {
            let words = t!(desk_care.glass.done, reason = reason);
            view! { <p class="note note-warn" role="status" data-testid="glass-broken">{Icon::Warn.draw()}<span>{words}</span></p> }
        })
    };
    let draw = move |one: CareFileView| {
        let keeps = Session::get().may(Act::KeepFiles);
        let view = StoredValue::new(one.clone());
        let edit = Callback::new(move |()| editing.set(true));
        let form = move || {
            match (keeps, editing.get()) {
            (false, _) => ().into_any(),
            (true, true) => {
                let view = view.get_value();
                view! { <Form view from=file why editing /> }.into_any()
            }
            (true, false) => view! { <div class="button-stack"><Button label=t!(desk_care.file.change) name="file-change" kind=Kind::Plain on_press=edit /></div> }.into_any(),
        }
        };
        view! {
            {shown(&one)}
            {form}
            <Glass file=one from=file broken />
        }
        .into_any()
    };
    view! {
        <p class="note" data-testid="logged">{Icon::Done.draw()}<span>{t!(desk_care.file.logged, reason = reason)}</span></p>
        {flagged}
        <Load from=file children=draw />
    }
    .into_any()
}
