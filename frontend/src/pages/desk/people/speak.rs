//! What staff write down or do because the person told them: agree, export, delete. The reason is
//! the one the file was opened for; how it was said is asked here.

use domain::access::Act;
use domain::consent::How;
use domain::{CommandId, limits};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::identity::{
    Consent, DeletePerson, DeletePersonBody, GetDataOf, PersonFile, ReasonQuery, SetConsentOf,
    SetConsentOfBody,
};

use super::super::ask::{Ask, Attempt, close_then};
use crate::browser::download;
use crate::i18n::{named, texts};
use crate::session::Session;
use crate::ui::{Button, Cells, Chips, Field, Kind, Send, Switch, TroubleNote, say};
use crate::{api, t};

#[component]
pub fn Speak(person: PersonFile, reason: String) -> AnyView {
    let (id, reason) = (person.id, StoredValue::new(reason));
    let (how, wanting) = (RwSignal::new(String::new()), RwSignal::new(false));
    let said = move || {
        let said = how.get_untracked().parse::<How>().ok();
        wanting.set(said.is_none());
        said
    };
    let send = Send::default();
    let row = move |consent: Consent| {
        let purpose = consent.purpose;
        let on = RwSignal::new(consent.given && consent.version == Some(consent.current_version));
        let attempt: Attempt<CommandId> = Attempt::new();
        let set = Callback::new(move |given: bool| {
            on.set(given);
            let Some(how) = said() else {
                on.set(!given);
                return;
            };
            let body = SetConsentOfBody {
                id: attempt.id(&format!("{given} {how}")),
                given,
                version: consent.current_version,
                how: Some(how),
                reason: reason.get_value(),
            };
            let work = async move {
                let answer = api::call::<SetConsentOf>((id, purpose), None_ {}, body).await;
                if answer.is_err() {
                    on.try_set(!given);
                }
                answer
            };
            send.run(work, move |now| {
                attempt.taken();
                on.set(now.given);
                say(t!(desk_people.speak.saved));
            });
        });
        let label = named(texts::desk_people::purpose::ALL, purpose.as_str());
        let name = match purpose {
            domain::consent::Purpose::SmsNotices => "consent-sms_notices",
            domain::consent::Purpose::ShareContact => "consent-share_contact",
            domain::consent::Purpose::BorrowBooks => "consent-borrow_books",
            domain::consent::Purpose::WatchDoors => "consent-watch_doors",
            domain::consent::Purpose::WatchHealth => "consent-watch_health",
        };
        view! { <Switch label on set name /> }
    };
    let rows: Vec<_> = person.consents.iter().cloned().map(row).collect();
    let ways = vec![
        (
            How::InPerson.to_string(),
            t!(desk_people.speak.in_person).to_owned(),
        ),
        (
            How::ByPhone.to_string(),
            t!(desk_people.speak.by_phone).to_owned(),
        ),
    ];
    let staff = person.roles.iter().any(|role| role.is_staff());
    let (name, session) = (person.name, Session::get());
    let data = session.may(Act::AddPeople).then(|| {
        let taken = Send::default();
        let export = move |()| {
            let asked = ReasonQuery { reason: Some(reason.get_value()) };
            taken.run(api::call::<GetDataOf>((id,), asked, None_ {}), |data| {
                let text = serde_json::to_string_pretty(&data).unwrap_or_default();
                download("linli.json", &text);
                say(t!(desk_people.speak.exported));
            });
        };
        view! {
            <TroubleNote problem=taken.problem />
            <Button label=t!(desk_people.speak.export) kind=Kind::Plain name="export-of" busy=taken.busy on_press=export />
        }
    });
    let delete = (session.may(Act::AddPeople) && !staff).then(|| {
        let (open, send, typed) = (
            RwSignal::new(false),
            Send::default(),
            RwSignal::new(String::new()),
        );
        let navigate = StoredValue::new_local(use_navigate());
        let ask = move |()| {
            if said().is_some() {
                open.set(true);
            }
        };
        let yes = move |()| {
            let body = DeletePersonBody {
                name: typed.get_untracked(),
                how: said(),
                reason: reason.get_value(),
            };
            send.run(api::call::<DeletePerson>((id,), None_ {}, body), move |()| {
                say(t!(desk_people.speak.deleted));
                close_then(open, move || {
                    navigate.with_value(|go| go("/desk/people", Default::default()));
                });
            });
        };
        let title = t!(desk_people.speak.delete_title, name = name);
        view! {
            <Button label=t!(desk_people.speak.delete) kind=Kind::Text name="delete-person" on_press=ask />
            <Ask open title words=t!(desk_people.speak.delete_body) yes=t!(desk_people.speak.delete) kind=Kind::Danger send on_yes=yes>
                <Field label=t!(desk_people.speak.delete_name) value=typed name="delete-name" max=limits::NAME_CHARS pointer="/name" problem=send.problem />
            </Ask>
        }
    });
    view! {
        <section class="card stack" data-testid="speak">
            <h2>{t!(desk_people.speak.title)}</h2>
            <p class="quiet">{t!(desk_people.speak.hint)}</p>
            <Chips label=t!(desk_people.speak.how) labelled=true options=ways value=how set=move |to| { wanting.set(false); how.set(to) } name="how" />
            <p class="field-error" role="alert" hidden=move || !wanting.get()>{t!(desk_people.speak.how_needed)}</p>
            <Cells>{rows}</Cells>
            <TroubleNote problem=send.problem />
            {data}
            {delete}
        </section>
    }
    .into_any()
}
