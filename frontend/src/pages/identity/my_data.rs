use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::{DeleteMe, DeleteMeBody, GetMyData, ListMyViews, PageQuery, View};

use super::consents::Consents;
use crate::browser::{download, forget};
use crate::i18n::{named, texts};
use crate::model::when;
use crate::pages::care::let_go;
use crate::pages::library::kept::PLACE;
use crate::session::{Session, Who};
use crate::ui::{Button, Cell, Field, Kind, Page, Paged, Rows, Send, TroubleNote, say, say_next};
use crate::{api, clock, disk, t};

/// What is held about oneself: agreed to, looked at, taken along, deleted.
#[component]
pub fn MyData() -> AnyView {
    let views = Paged::new(|cursor| {
        api::get::<ListMyViews>(
            (),
            PageQuery {
                cursor,
                limit: None,
            },
        )
    });
    view! {
        <Page title=t!(me.data.title) back="/me">
            <Consents />
            <section class="stack-s">
                <h2 class="cells-title">{t!(me.data.views)}</h2>
                <Rows from=views empty=t!(me.data.views_none) name="views" cells=true let:view>{seen(view)}</Rows>
            </section>
            <Export />
            <Delete />
        </Page>
    }
    .into_any()
}

fn seen(view: View) -> AnyView {
    let role = named(texts::identity::role::ALL, view.viewer_role.as_str());
    let reason = if view.reason.is_empty() {
        t!(me.data.reason_none).to_owned()
    } else {
        view.reason
    };
    let note = format!("{}\n{reason}", when::moment(view.at));
    view! { <Cell label=t!(me.data.view_line, role = role, name = view.viewer_name) note=note name="view-row" /> }.into_any()
}

#[component]
fn Export() -> AnyView {
    let send = Send::default();
    let export = Callback::new(move |()| {
        send.run(api::call::<GetMyData>((), None_ {}, None_ {}), |data| {
            let name = format!("linli-{}.json", clock::today(&Session::get().zone()));
            download(
                &name,
                &serde_json::to_string_pretty(&data).unwrap_or_default(),
            );
            say(t!(me.data.exported));
        });
    });
    view! {
        <section class="stack-s">
            <h2 class="cells-title">{t!(me.data.export)}</h2>
            <div class="card stack">
                <p class="quiet">{t!(me.data.export_note)}</p>
                <TroubleNote problem=send.problem />
                <Button label=t!(me.data.export) name="export" kind=Kind::Plain busy=send.busy on_press=export />
            </div>
        </section>
    }
    .into_any()
}

/// Takes everything away. The number is typed again, so that nobody does it by a slip.
#[component]
fn Delete() -> AnyView {
    let session = Session::get();
    let phone = RwSignal::new(String::new());
    let send = Send::default();
    let delete = Callback::new(move |()| {
        let typed = phone.get_untracked();
        let body = DeleteMeBody { phone: typed };
        send.run(api::call::<DeleteMe>((), None_ {}, body), move |()| {
            forget("linli.draft.");
            if let Some(me) = session.me_now() {
                disk::forget(format!("{PLACE}{}", me.id));
                disk::forget(let_go::place(me.id));
            }
            say_next(t!(me.data.deleted));
            session.who.set(Who::Nobody);
        });
    });
    let empty = Signal::derive(move || phone.with(|p| p.trim().is_empty()));
    view! {
        <section class="stack-s">
            <h2 class="cells-title">{t!(me.data.delete)}</h2>
            <div class="card stack">
                <p class="quiet">{t!(me.data.delete_note)}</p>
                <Field label=t!(me.data.delete_phone) value=phone name="delete-phone" kind="tel" inputmode="tel" max=20 pointer="/phone" problem=send.problem />
                <TroubleNote problem=send.problem />
                <Button label=t!(me.data.delete_do) name="delete-me" kind=Kind::Danger busy=send.busy disabled=empty on_press=delete />
            </div>
        </section>
    }
    .into_any()
}
