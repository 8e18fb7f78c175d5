use domain::person::phone;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wire::Code;
use wire::endpoint::None_;
use wire::identity::{CodeSent, SendCode, SendCodeBody, SignIn, SignInBody};

use super::demo::Demo;
use super::reading::Reading;
use super::second_factor::SecondStep;
use crate::browser::rest;
use crate::model::path::safe_return;
use crate::session::{Session, Who};
use crate::ui::{Button, Field, Kind, Note, Page, Send, TroubleNote, asked_now, forget_passing};
use crate::{api, t};

/// Sign in: a telephone number, the code that is sent to it, and for staff a second step.
/// `home`: where the app begins; after signing in one is back where one wanted to go.
#[component]
pub fn SignInPage(home: &'static str) -> AnyView {
    let session = Session::get();
    let next = asked_now("next");
    let navigate = use_navigate();
    let to = safe_return(next.as_deref(), home);
    Effect::new(move |_| {
        if session.me().is_some() {
            navigate(
                &to,
                NavigateOptions {
                    replace: true,
                    ..NavigateOptions::default()
                },
            );
        }
    });
    Effect::new(move |_| {
        if session.who.with(|who| *who == Who::Nobody) {
            forget_passing();
        }
    });
    let owed = Memo::new(move |_| match session.who.get() {
        Who::Here(me) if !me.second_factor.is_settled() => Some(me.second_factor),
        Who::Asking | Who::Nobody | Who::Here(_) | Who::Unknown(_) => None,
    });
    let step = move || match owed.get() {
        Some(owed) => view! { <SecondStep owed /> }.into_any(),
        None => view! { <PhoneStep /> }.into_any(),
    };
    view! {
        <Page title=t!(signin.page.title) bare=true>
            <div class="home-head"><p class="home-place">{t!(ui.app.name)}</p><Reading /></div>
            {step}
        </Page>
    }
    .into_any()
}

#[component]
fn PhoneStep() -> AnyView {
    let session = Session::get();
    let number = RwSignal::new(String::new());
    let code = RwSignal::new(String::new());
    // The number a code was sent to, and in how many seconds another may be asked for.
    let sent_to = RwSignal::new(None::<String>);
    let wait = RwSignal::new(0_i64);
    let bad = RwSignal::new(false);
    let ask = Send::default();
    let enter = Send::default();
    let send = Callback::new(move |()| {
        let Some(good) = phone(&number.get_untracked()) else {
            bad.set(true);
            return;
        };
        bad.set(false);
        let body = SendCodeBody {
            phone: good.clone(),
        };
        let work = async move {
            match api::call::<SendCode>((), None_ {}, body).await {
                // One was sent a moment ago and still works: go on to where it is typed.
                Err(problem) if problem.code == Code::ResendTooSoon => {
                    let seconds = problem
                        .data
                        .get("retry_after_s")
                        .and_then(serde_json::Value::as_i64)
                        .unwrap_or(60);
                    Ok(CodeSent {
                        resend_after_s: seconds,
                        expires_in_s: 0,
                    })
                }
                other => other,
            }
        };
        ask.run(work, move |answer| {
            sent_to.set(Some(good));
            count_down(wait, answer.resend_after_s);
        });
    });
    let submit = Callback::new(move |()| {
        let Some(phone) = sent_to.get_untracked() else {
            return;
        };
        let body = SignInBody {
            phone,
            code: code.get_untracked().trim().to_owned(),
        };
        let work = async move {
            api::call::<SignIn>((), None_ {}, body).await?;
            session.refresh().await;
            Ok(())
        };
        enter.run(work, |()| {});
    });
    let first = move || {
        view! {
            <form class="stack" on:submit=move |ev| { ev.prevent_default(); send.run(()); }>
                <p>{t!(signin.page.words)}</p>
                <Field label=t!(signin.page.phone) value=number name="phone" kind="tel" inputmode="tel" autocomplete="tel-national" max=20 pointer="/phone" problem=ask.problem />
                {move || bad.get().then(|| view! { <p class="field-error" role="alert">{t!(signin.page.phone_bad)}</p> })}
                <TroubleNote problem=ask.problem />
                <Button label=t!(signin.page.send) name="send-code" busy=ask.busy on_press=send />
            </form>
        }
    };
    let second = move |to: String| {
        let label = Signal::derive(move || match wait.get() {
            0 => t!(signin.page.resend).to_owned(),
            seconds => t!(signin.page.resend_wait, seconds = seconds),
        });
        let other = move |()| {
            sent_to.set(None);
            code.set(String::new());
            enter.problem.set(None);
        };
        view! {
            <form class="stack" on:submit=move |ev| { ev.prevent_default(); submit.run(()); }>
                <Note words=t!(signin.page.sent, phone = to) name="sent" />
                <Field label=t!(signin.page.code) value=code name="code" inputmode="numeric" autocomplete="one-time-code" max=8 pointer="/code" problem=enter.problem />
                <TroubleNote problem=enter.problem />
                <Button label=t!(signin.page.sign_in) name="sign-in" busy=enter.busy on_press=submit />
                <TroubleNote problem=ask.problem />
                <div class="button-stack">
                    <Button label=label name="resend" kind=Kind::Text busy=ask.busy disabled=Signal::derive(move || wait.get() > 0) on_press=send />
                    <Button label=t!(signin.page.other) name="other-number" kind=Kind::Text on_press=other />
                </div>
            </form>
        }
    };
    view! {
        <div class="card stack">
            <h2>{t!(signin.page.title)}</h2>
            {move || match sent_to.get() {
                None => first().into_any(),
                Some(to) => second(to).into_any(),
            }}
        </div>
        <Demo number />
        <p class="quiet">{t!(signin.page.help)}</p>
    }
    .into_any()
}

/// Counts the seconds until another code may be asked for. Nothing else waits for it.
fn count_down(wait: RwSignal<i64>, seconds: i64) {
    let running = wait.get_untracked() > 0;
    wait.set(seconds);
    if running {
        return;
    }
    spawn_local(async move {
        while wait.try_get_untracked().is_some_and(|left| left > 0) {
            rest(1000).await;
            wait.try_update(|left| *left = (*left - 1).max(0));
        }
    });
}
