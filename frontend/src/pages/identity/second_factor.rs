use domain::sign_in::SecondFactor;
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::{EnrolSecondFactor, Enrolment, SecondFactorBody, SignOut, VerifySecondFactor};

use crate::session::{Session, Who};
use crate::ui::{Button, Field, Kind, Send, TroubleNote};
use crate::{api, t};

/// The second step: six digits from an authenticator, which is set up first where that is owed.
#[component]
pub fn SecondStep(owed: SecondFactor) -> AnyView {
    let session = Session::get();
    let code = RwSignal::new(String::new());
    let enrolment = RwSignal::new(None::<Enrolment>);
    let send = Send::default();
    let begin = Callback::new(move |()| {
        send.run(
            api::call::<EnrolSecondFactor>((), None_ {}, None_ {}),
            move |made| enrolment.set(Some(made)),
        );
    });
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
    let leave = Callback::new(move |()| {
        send.run(api::call::<SignOut>((), None_ {}, None_ {}), move |()| {
            session.who.set(Who::Nobody)
        });
    });
    let enrol = owed == SecondFactor::Enrol;
    let set_up = move || {
        enrolment.get().map(|made| {
            view! {
                <div class="stack-s">
                    <img class="qr" src=made.qr alt=t!(signin.factor.qr) width="200" height="200" />
                    <p>{t!(signin.factor.secret)}<code class="secret" data-testid="factor-secret">{made.secret}</code></p>
                </div>
            }
        })
    };
    let ready = move || !enrol || enrolment.with(Option::is_some);
    view! {
        <form class="card stack" on:submit=move |ev| { ev.prevent_default(); submit.run(()); }>
            <h2>{t!(signin.factor.title)}</h2>
            <p>{if enrol { t!(signin.factor.enrol) } else { t!(signin.factor.verify) }}</p>
            {set_up}
            {move || (!ready()).then(|| view! { <Button label=t!(signin.factor.begin) name="factor-begin" busy=send.busy on_press=begin /> })}
            {move || ready().then(|| view! {
                <Field label=t!(signin.factor.code) value=code name="factor-code" inputmode="numeric" autocomplete="one-time-code" max=8 pointer="/code" problem=send.problem />
                <Button label=t!(signin.factor.submit) name="factor-submit" busy=send.busy on_press=submit />
            })}
            <TroubleNote problem=send.problem />
            <Button label=t!(signin.factor.leave) name="factor-leave" kind=Kind::Text on_press=leave />
        </form>
    }
    .into_any()
}
