use domain::sign_in::SecondFactor;
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::{EnrolSecondFactor, Enrolment, SecondFactorBody, SignOut, VerifySecondFactor};

use super::demo::CodeNow;
use crate::session::{Session, Who};
use crate::ui::{Button, Field, Kind, Send, TroubleNote};
use crate::{api, t};

/// The second step of a sign-in: six digits from an authenticator, which is set up first where that
/// is owed.
#[component]
pub fn SecondStep(owed: SecondFactor) -> AnyView {
    let session = Session::get();
    let send = Send::default();
    let leave = move |()| {
        send.run(api::call::<SignOut>((), None_ {}, None_ {}), move |()| {
            session.who.set(Who::Nobody)
        });
    };
    let step = if owed == SecondFactor::Enrol {
        view! { <SetUp /> }.into_any()
    } else {
        view! { <Verify /> }.into_any()
    };
    view! {
        <div class="card stack">
            <h2>{t!(signin.factor.title)}</h2>
            {step}
            <TroubleNote problem=send.problem />
            <Button label=t!(signin.factor.leave) name="factor-leave" kind=Kind::Text on_press=leave />
        </div>
    }
    .into_any()
}

#[component]
fn Verify() -> AnyView {
    let code_now = match Session::get().who.get_untracked() {
        Who::Here(me) => Some(view! { <CodeNow person=me.id /> }),
        Who::Asking | Who::Nobody | Who::Unknown(_) => None,
    };
    view! { <p>{t!(signin.factor.verify)}</p><Digits />{code_now} }.into_any()
}

/// Sets up an authenticator: its secret as a picture, then the first digits it shows.
#[component]
pub fn SetUp() -> AnyView {
    let enrolment = RwSignal::new(None::<Enrolment>);
    let send = Send::default();
    let begin = move |()| {
        send.run(
            api::call::<EnrolSecondFactor>((), None_ {}, None_ {}),
            move |made| enrolment.set(Some(made)),
        );
    };
    let step = move || {
        match enrolment.get() {
        None => view! {
            <TroubleNote problem=send.problem />
            <Button label=t!(signin.factor.begin) name="factor-begin" busy=send.busy on_press=begin />
        }
        .into_any(),
        Some(made) => view! {
            <div class="stack-s">
                <img class="qr" src=made.qr alt=t!(signin.factor.qr) width="200" height="200" />
                <p>{t!(signin.factor.secret)}<code class="secret" data-testid="factor-secret">{made.secret}</code></p>
            </div>
            <Digits />
        }
        .into_any(),
    }
    };
    view! { <p>{t!(signin.factor.enrol)}</p>{step} }.into_any()
}

/// Sends what the authenticator shows; the session then knows how far it is.
#[component]
fn Digits() -> AnyView {
    let session = Session::get();
    let code = RwSignal::new(String::new());
    let send = Send::default();
    let submit = Callback::new(move |()| {
        let body = SecondFactorBody {
            code: code.get_untracked().trim().to_owned(),
        };
        let work = async move {
            api::call::<VerifySecondFactor>((), None_ {}, body).await?;
            session.refresh().await;
            Ok(())
        };
        send.run(work, |()| {});
    });
    view! {
        <form class="stack" on:submit=move |ev| { ev.prevent_default(); submit.run(()); }>
            <Field label=t!(signin.factor.code) value=code name="factor-code" inputmode="numeric" autocomplete="one-time-code" max=8 pointer="/code" problem=send.problem />
            <TroubleNote problem=send.problem />
            <Button label=t!(signin.factor.submit) name="factor-submit" busy=send.busy on_press=submit />
        </form>
    }
    .into_any()
}
