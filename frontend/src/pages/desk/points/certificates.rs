//! Certificates at the desk: found by their number, printed, taken back with a reason. They are
//! issued on the person's page.

use domain::certificate::CertificateNumber;
use domain::{CommandId, limits};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::points::hours::{
    CertificatePage, GetCertificate, RevokeCertificate, RevokeCertificateBody,
};
use wire::{Code, Problem};

use super::super::ask::{Ask, Attempt, close_then};
use crate::pages::points::certificate::body;
use crate::ui::{
    Button, Cell, Cells, Field, Kind, Load, Page, Remote, Send, TextArea, TroubleNote, say,
};
use crate::{api, t};

#[component]
pub fn Certificates() -> AnyView {
    let (typed, send) = (RwSignal::new(String::new()), Send::default());
    let navigate = use_navigate();
    let go = Callback::new(move |()| {
        match typed.with_untracked(|raw| raw.parse::<CertificateNumber>()) {
            Ok(number) => {
                let to = format!("/desk/volunteering/certificates/{number}");
                navigate(&to, Default::default());
            }
            Err(_) => {
                let flaw = Problem::new(Code::BadValue).at("/number");
                send.problem.set(Some(flaw));
            }
        }
    });
    let submit = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        go.run(());
    };
    view! {
        <Page title=t!(certificate.list.title) back="/desk/volunteering">
            <form class="card stack" on:submit=submit>
                <h2>{t!(desk_certificates.find.title)}</h2>
                <Field label=t!(certificate.verify.number) hint=t!(certificate.verify.hint) value=typed name="number" max=20 pointer="/number" problem=send.problem />
                <TroubleNote problem=send.problem />
                <Button label=t!(desk_certificates.find.go) name="find" on_press=go />
            </form>
            <Cells title=t!(desk_certificates.find.issue)>
                <Cell label=t!(desk_volunteering.hub.people) note=t!(desk_certificates.find.issue_note) href="/desk/volunteering/people" name="to-people" />
            </Cells>
        </Page>
    }
    .into_any()
}

#[component]
pub fn Certificate(number: CertificateNumber) -> AnyView {
    let page = Remote::new(move || api::get::<GetCertificate>((number,), None_ {}));
    let draw = move |one: CertificatePage| {
        let revokes = one.moves.iter().any(|one| one == "RevokeCertificate");
        let revokes = revokes.then(|| view! { <Revoke number page /> });
        let person = format!("/desk/volunteering/people/{}", one.certificate.person);
        let name = one.name.clone();
        view! {
            {body(one)}
            <div class="stack screen-only">
                {revokes}
                <Cells><Cell label=name note=t!(desk_hours.entry.to_person) href=person name="to-person" /></Cells>
            </div>
        }
        .into_any()
    };
    view! {
        <Page title=t!(certificate.page.title) back="/desk/volunteering/certificates">
            <Load from=page children=draw />
        </Page>
    }
    .into_any()
}

#[component]
fn Revoke(number: CertificateNumber, page: Remote<CertificatePage>) -> AnyView {
    let (asking, send, reason) = (
        RwSignal::new(false),
        Send::default(),
        RwSignal::new(String::new()),
    );
    let attempt: Attempt<CommandId> = Attempt::new();
    let yes = move |()| {
        let said = reason.get_untracked().trim().to_owned();
        if said.is_empty() {
            let flaw = Problem::new(Code::EmptyText).at("/reason");
            return send.problem.set(Some(flaw));
        }
        let body = RevokeCertificateBody {
            id: attempt.id(&said),
            reason: said,
        };
        send.run(
            api::call::<RevokeCertificate>((number,), None_ {}, body),
            move |_| {
                say(t!(desk_certificates.revoke.done));
                close_then(asking, move || page.again());
            },
        );
    };
    view! {
        <Button label=t!(desk_certificates.revoke.button) kind=Kind::Danger name="revoke" on_press=move |()| asking.set(true) />
        <Ask open=asking title=t!(desk_certificates.revoke.title) words=t!(desk_certificates.revoke.words) yes=t!(desk_certificates.revoke.button) kind=Kind::Danger send on_yes=yes>
            <TextArea label=t!(desk_certificates.revoke.reason) value=reason name="reason" max=limits::LINE_CHARS pointer="/reason" problem=send.problem />
        </Ask>
    }
    .into_any()
}
