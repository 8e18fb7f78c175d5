//! What a guardian does for a child: agree, take along what is held, delete.

use domain::consent::Purpose;
use domain::limits;
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::{
    Consent, DeletePerson, DeletePersonBody, GetDataOf, ListConsentsOf, Member, ReasonQuery,
    SetConsentOf, SetConsentOfBody,
};

use crate::browser::download;
use crate::ids::fresh;
use crate::ui::{Button, Cells, Field, Kind, Load, Remote, Send, Switch, TroubleNote, say};
use crate::{api, t};

/// `gone` runs once they are deleted.
#[component]
pub fn Ward(child: Member, #[prop(into)] gone: Callback<()>) -> AnyView {
    let id = child.id;
    let consents = Remote::new(move || api::get::<ListConsentsOf>((id,), None_ {}));
    let row = move |consent: Consent| {
        let purpose = consent.purpose;
        let on = RwSignal::new(consent.given && consent.version == Some(consent.current_version));
        let send = Send::default();
        let set = Callback::new(move |given: bool| {
            on.set(given);
            let body = SetConsentOfBody {
                id: fresh(),
                given,
                version: consent.current_version,
                how: None,
                reason: String::new(),
            };
            let work = async move {
                let answer = api::call::<SetConsentOf>((id, purpose), None_ {}, body).await;
                if answer.is_err() {
                    on.try_set(!given);
                }
                answer
            };
            send.run(work, move |now| on.set(now.given));
        });
        let (label, name) = match purpose {
            Purpose::SmsNotices => (t!(me.ward.sms), "ward-sms_notices"),
            Purpose::ShareContact => (t!(me.ward.share), "ward-share_contact"),
            Purpose::BorrowBooks => (t!(me.ward.borrow), "ward-borrow_books"),
            Purpose::WatchDoors => (t!(me.ward.watch), "ward-watch_doors"),
            Purpose::WatchHealth => (t!(me.ward.health), "ward-watch_health"),
        };
        view! { <Switch label on set name /><TroubleNote problem=send.problem /> }
    };
    let taken = Send::default();
    let export = move |()| {
        let work = api::call::<GetDataOf>((id,), ReasonQuery { reason: None }, None_ {});
        taken.run(work, |data| {
            let text = serde_json::to_string_pretty(&data).unwrap_or_default();
            download("linli.json", &text);
        });
    };
    let (name, send) = (RwSignal::new(String::new()), Send::default());
    let delete = move |()| {
        let body = DeletePersonBody {
            name: name.get_untracked(),
            how: None,
            reason: String::new(),
        };
        send.run(
            api::call::<DeletePerson>((id,), None_ {}, body),
            move |()| {
                say(t!(me.ward.deleted));
                gone.run(());
            },
        );
    };
    let empty = Signal::derive(move || name.with(|name| name.trim().is_empty()));
    view! {
        <Load from=consents let:page>{
            let rows = page.items.into_iter().map(row).collect::<Vec<_>>();
            view! { <Cells>{rows}</Cells> }.into_any()
        }</Load>
        <TroubleNote problem=taken.problem />
        <Button label=t!(me.ward.export) name="ward-export" kind=Kind::Plain busy=taken.busy on_press=export />
        <p class="quiet">{t!(me.ward.delete_note)}</p>
        <Field label=t!(me.ward.delete_name) value=name name="ward-name" pointer="/name" problem=send.problem max=limits::NAME_CHARS />
        <TroubleNote problem=send.problem />
        <Button label=t!(me.ward.delete) name="ward-delete" kind=Kind::Danger busy=send.busy disabled=empty on_press=delete />
    }
    .into_any()
}
