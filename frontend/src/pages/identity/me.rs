use domain::access::{Act, Role};
use domain::person::{Language, TextSize};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::{SignOut, SignOutEverywhere};

use super::household::Home;
use crate::i18n::{named, texts};
use crate::pages::care::draft::forget_care_drafts;
use crate::pages::care::let_go::let_go;
use crate::prefs::{Prefs, Theme};
use crate::session::{Session, Who};
use crate::ui::{Button, Cell, Cells, Chips, Kind, Page, Place, Send, Sheet, TroubleNote};
use crate::{api, t};

/// Oneself: who one is here, how the app reads, and the way out.
#[component]
pub fn Me() -> AnyView {
    let session = Session::get();
    let Some(me) = session.me_now() else {
        return ().into_any();
    };
    let roles: Vec<String> = me
        .roles
        .iter()
        .map(|role| named(texts::identity::role::ALL, role.as_str()))
        .collect();
    // Grid workers have the desk's pages of volunteering, and none of the others.
    let places = [(Act::Desk, "/desk/"), (Act::Counter, "/desk/volunteering")];
    let desk = places.into_iter().find(|(act, _)| me.acts.contains(act));
    let goes = me.acts.contains(&Act::Care) || me.roles.iter().any(goes_there);
    view! {
        <Page title=t!(me.page.title)>
            <div class="card me-head">
                <span class="kind-sign" aria-hidden="true">{me.name.chars().last().map(String::from)}</span>
                <div><p class="booking-name" data-testid="me-name">{me.name.clone()}</p><p class="quiet">{me.phone.clone()}</p><p class="quiet">{roles.join(" · ")}</p></div>
            </div>
            <Reading />
            <Home />
            <Cells title=t!(me.page.more)>
                <Cell label=t!(volunteer.hub.entry) note=t!(volunteer.hub.entry_note) href="/volunteer" name="to-volunteer" />
                <Cell label=t!(watch.entry.label) note=t!(watch.entry.note) href="/watch" name="to-watch" />
                <Cell label=t!(care.entry.ask) note=t!(care.entry.ask_note) href="/care/ask" name="to-care-ask" />
                {goes.then(|| view! { <Cell label=t!(care.entry.tasks) note=t!(care.entry.tasks_note) href="/care/tasks" name="to-care-tasks" /> })}
                <Cell label=t!(me.page.serve) note=t!(me.page.serve_note) href="/serve" name="to-serve" />
                <Cell label=t!(me.page.data) note=t!(me.page.data_note) href="/me/data" name="to-data" />
                <Cell label=t!(me.page.feedback) href="/feedback?page=/me" name="feedback-link" />
                {desk.map(|(_, to)| view! {
                    <a class="weui-cell cell cell-link" href=to rel="external" data-testid="to-desk"><span class="cell-body"><span class="cell-label">{t!(me.page.desk)}</span><span class="cell-note">{t!(me.page.desk_note)}</span></span>{crate::ui::Icon::Next.draw()}</a>
                })}
            </Cells>
            <Out />
        </Page>
    }
    .into_any()
}

/// Is asked to go to people's doors.
fn goes_there(role: &Role) -> bool {
    matches!(
        role,
        Role::Volunteer | Role::BuildingHead | Role::GridWorker
    )
}

/// Language, size, light or dark.
#[component]
fn Reading() -> AnyView {
    let prefs = Prefs::get();
    let session = Session::get();
    let sizes = TextSize::ALL
        .iter()
        .map(|size| {
            (
                size.to_string(),
                named(texts::identity::size::ALL, size.as_str()),
            )
        })
        .collect();
    let themes = Theme::ALL
        .iter()
        .map(|theme| {
            (
                theme.as_str().to_owned(),
                named(texts::identity::theme::ALL, theme.as_str()),
            )
        })
        .collect();
    let languages = Language::ALL
        .iter()
        .map(|l| {
            (
                l.to_string(),
                named(texts::identity::language::ALL, l.as_str()),
            )
        })
        .collect();
    let size = Signal::derive(move || prefs.size.get().to_string());
    let theme = Signal::derive(move || prefs.theme.get().as_str().to_owned());
    let language = Signal::derive(move || prefs.language.get().to_string());
    let set_size = Callback::new(move |raw: String| {
        raw.parse()
            .into_iter()
            .for_each(|size| session.set_size(size))
    });
    let set_theme = Callback::new(move |raw: String| {
        raw.parse()
            .into_iter()
            .for_each(|theme| prefs.set_theme(theme))
    });
    let set_language = Callback::new(move |raw: String| {
        raw.parse()
            .into_iter()
            .for_each(|language| session.set_language(language))
    });
    view! {
        <section class="stack-s">
            <h2 class="cells-title">{t!(me.page.reading)}</h2>
            <div class="card stack">
                <Chips label=t!(me.page.size) labelled=true options=sizes value=size set=set_size name="size" />
                <Chips label=t!(me.page.language) labelled=true options=languages value=language set=set_language name="language" />
                <Chips label=t!(me.page.theme) labelled=true options=themes value=theme set=set_theme name="theme" />
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Out() -> AnyView {
    let session = Session::get();
    let (here, everywhere) = (Send::default(), Send::default());
    let asking = RwSignal::new(false);
    let gone = move |()| {
        forget_care_drafts();
        if let Some(me) = session.me_now() {
            let_go(me.id);
        }
        session.who.set(Who::Nobody);
    };
    view! {
        <div class="button-stack">
            <TroubleNote problem=here.problem />
            <Button label=t!(me.page.out) name="sign-out" kind=Kind::Plain busy=here.busy on_press=move |()| here.run(api::call::<SignOut>((), None_ {}, None_ {}), gone) />
            <Button label=t!(me.page.out_all) name="sign-out-everywhere" kind=Kind::Text on_press=move |()| asking.set(true) />
        </div>
        <Sheet open=asking title=t!(me.page.out_all_title) name="out-all-sheet" place=Place::Middle>
            <p>{t!(me.page.out_all_words)}</p>
            <TroubleNote problem=everywhere.problem />
            <div class="button-stack">
                <Button label=t!(me.page.out_all) name="ask-yes" kind=Kind::Danger busy=everywhere.busy
                    on_press=move |()| everywhere.run(api::call::<SignOutEverywhere>((), None_ {}, None_ {}), gone) />
                <Button label=t!(me.page.out_all_no) name="ask-no" kind=Kind::Plain on_press=move |()| asking.set(false) />
            </div>
        </Sheet>
    }
    .into_any()
}
