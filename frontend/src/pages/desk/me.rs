//! Oneself at the desk: how one signs in, how it looks, and the way out.

use domain::person::{Language, TextSize};
use domain::sign_in::SecondFactor;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::endpoint::None_;
use wire::identity::{SignOut, SignOutEverywhere};

use super::ask::Ask;
use super::words;
use crate::i18n::{named, texts};
use crate::pages::care::draft::forget_care_drafts;
use crate::pages::care::let_go::{let_go, waits};
use crate::pages::identity::second_factor::SetUp;
use crate::prefs::{Prefs, Theme};
use crate::session::{Session, Who};
use crate::ui::{Button, Chips, Fact, Facts, Kind, LinkButton, Page, Send, Tag, Tone, TroubleNote};
use crate::{api, t};

#[component]
pub fn Me() -> AnyView {
    let session = Session::get();
    let facts = session.me_now().map(|me| {
        let phone = me
            .phone
            .clone()
            .unwrap_or_else(|| t!(desk.act.none).to_owned());
        view! {
            <Facts>
                <Fact label=t!(desk_people.file.name) value=me.name.clone() name="me-name" />
                <Fact label=t!(desk_people.file.phone) value=phone />
                <Fact label=t!(desk.me.roles) value=words::roles(&me.roles) name="me-roles" />
            </Facts>
        }
    });
    view! { <Page title=t!(desk.me.title)>{facts}<SecondStep /><Display /><Leave /></Page> }
        .into_any()
}

/// Is a second step set up? If not, here is where.
#[component]
fn SecondStep() -> AnyView {
    let session = Session::get();
    let is_set = Memo::new(move |_| {
        session
            .me()
            .is_some_and(|me| me.second_factor == SecondFactor::Passed)
    });
    let shown = move || {
        let (state, tone) = if is_set.get() {
            (t!(desk.me.factor_set), Tone::Good)
        } else {
            (t!(desk.me.factor_unset), Tone::Calm)
        };
        let below = if is_set.get() {
            view! { <p class="quiet">{t!(desk.me.factor_lost)}</p> }.into_any()
        } else {
            view! { <SetUp /> }.into_any()
        };
        view! {
            <div class="desk-head"><h2>{t!(signin.factor.title)}</h2><span data-testid="factor-state" data-set=is_set.get().to_string()><Tag words=state tone /></span></div>
            {below}
        }
    };
    view! { <section class="card stack">{shown}</section> }.into_any()
}

#[component]
fn Display() -> AnyView {
    let (session, prefs) = (Session::get(), Prefs::get());
    let options = |names: Vec<&'static str>, all| {
        names
            .into_iter()
            .map(|name| (name.to_owned(), named(all, name)))
            .collect::<Vec<_>>()
    };
    let languages = options(
        Language::ALL.iter().map(|l| l.as_str()).collect(),
        texts::identity::language::ALL,
    );
    let sizes = options(
        TextSize::ALL.iter().map(|s| s.as_str()).collect(),
        texts::identity::size::ALL,
    );
    let themes = options(
        Theme::ALL.iter().map(|t| t.as_str()).collect(),
        texts::identity::theme::ALL,
    );
    let language = Signal::derive(move || prefs.language.get().as_str().to_owned());
    let size = Signal::derive(move || prefs.size.get().as_str().to_owned());
    let theme = Signal::derive(move || prefs.theme.get().as_str().to_owned());
    let set_language = move |raw: String| {
        if let Ok(language) = raw.parse() {
            session.set_language(language);
        }
    };
    let set_size = move |raw: String| {
        if let Ok(size) = raw.parse() {
            session.set_size(size);
        }
    };
    let set_theme = move |raw: String| {
        if let Ok(theme) = raw.parse() {
            prefs.set_theme(theme);
        }
    };
    view! {
        <section class="card stack">
            <h2>{t!(desk.me.settings)}</h2>
            <Chips label=t!(desk.me.language) options=languages value=language set=set_language name="language" labelled=true />
            <Chips label=t!(desk.me.size) options=sizes value=size set=set_size name="size" labelled=true />
            <Chips label=t!(desk.me.theme) options=themes value=theme set=set_theme name="theme" labelled=true />
        </section>
    }
    .into_any()
}

#[component]
fn Leave() -> AnyView {
    let session = Session::get();
    let (here, everywhere, asking) = (Send::default(), Send::default(), RwSignal::new(false));
    let losing = RwSignal::new(false);
    let gone = move |()| {
        forget_care_drafts();
        if let Some(me) = session.me_now() {
            let_go(me.id);
        }
        session.who.set(Who::Nobody);
    };
    let leave = move |()| here.run(api::call::<SignOut>((), None_ {}, None_ {}), gone);
    // What is not handed in goes with it: whoever wrote it says so.
    let out = move |()| {
        let me = session.me_now().map(|me| me.id);
        spawn_local(async move {
            let loses = match me {
                Some(me) => waits(me).await,
                None => false,
            };
            match loses {
                true => {
                    losing.try_set(true);
                }
                false => leave(()),
            }
        });
    };
    let all_out =
        move |()| everywhere.run(api::call::<SignOutEverywhere>((), None_ {}, None_ {}), gone);
    view! {
        <section class="button-stack">
            <a class="weui-btn weui-btn_default button" href="/" rel="external" data-testid="to-resident">{t!(desk.me.resident)}</a>
            <TroubleNote problem=here.problem />
            <Button label=t!(desk.me.leave) kind=Kind::Plain name="sign-out" busy=here.busy on_press=out />
            <Button label=t!(desk.me.leave_all) kind=Kind::Danger name="sign-out-everywhere" on_press=move |()| asking.set(true) />
        </section>
        <Ask open=losing title=t!(desk.me.losing_title) words=t!(desk.me.losing_body) yes=t!(desk.me.leave) kind=Kind::Danger send=here on_yes=leave />
        <Ask open=asking title=t!(desk.me.leave_all_title) words=t!(desk.me.leave_all_body) yes=t!(desk.me.leave_all) kind=Kind::Danger send=everywhere on_yes=all_out />
    }
    .into_any()
}

/// For a resident who has opened the desk: what it is, and the way back.
#[component]
pub fn NotStaff() -> AnyView {
    view! {
        <Page title=t!(desk.shell.resident_title)>
            <div class="card stack">
                <p>{t!(desk.shell.resident_body)}</p>
                <a class="weui-btn weui-btn_primary button" href="/" rel="external" data-testid="to-resident">{t!(desk.shell.resident_link)}</a>
            </div>
            <Leave />
        </Page>
    }
    .into_any()
}

/// For staff whose roles do not reach this page.
#[component]
pub fn NotYours() -> AnyView {
    view! {
        <Page title=t!(desk.shell.not_yours_title)>
            <div class="card stack"><p>{t!(desk.shell.not_yours_body)}</p><LinkButton label=t!(desk.shell.home) href="/desk" name="home" /></div>
        </Page>
    }
    .into_any()
}
