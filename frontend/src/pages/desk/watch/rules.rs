//! How long a silence may be: the version in force, a new one, and what one would have led to.

use domain::access::Act;
use domain::watch::Windows;
use domain::{CommandId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::PageQuery;
use wire::watch::{
    BacktestBody, BacktestRules, BacktestView, GetWatchRules, ListWatchRules, PutWatchRules,
    PutWatchRulesBody, WatchRulesView,
};
use wire::{Code, Problem};

use super::super::ask::Attempt;
use super::ladder;
use crate::model::desk_activity::number;
use crate::model::watch::{hours, windows};
use crate::model::when;
use crate::session::Session;
use crate::ui::{Button, Fact, Facts, Field, Kind, Load, Page, Remote, Send, TroubleNote, say};
use crate::{api, t};

/// Where a window is refused on this page.
const WINDOWS: [&str; 2] = ["/windows", "/windows/no_return_minutes"];

#[component]
pub fn Rules() -> AnyView {
    let rules = Remote::new(|| api::get::<GetWatchRules>((), None_ {}));
    view! {
        <Page title=t!(desk_watch.rules.title) back="/desk/watch" wide=true>
            <Load from=rules let:now>{view! { <Form rules now /> }.into_any()}</Load>
        </Page>
    }
    .into_any()
}

#[component]
fn Form(rules: Remote<WatchRulesView>, now: WatchRulesView) -> AnyView {
    let sets = Session::get().may(Act::SetWatchRules);
    let (no_exit, no_return) = (
        RwSignal::new(hours(now.windows.no_exit_minutes)),
        RwSignal::new(hours(now.windows.no_return_minutes)),
    );
    let (ask, area, lease, note) = (
        RwSignal::new(now.ask_minutes.to_string()),
        RwSignal::new(now.area_least.to_string()),
        RwSignal::new(now.lease_minutes.to_string()),
        RwSignal::new(String::new()),
    );
    let (steps, waits) = (now.ladder.clone(), ladder::waits(&now.ladder));
    let (send, attempt, ver) = (Send::default(), Attempt::<CommandId>::new(), now.ver);
    let typed = Callback::new(move |()| {
        windows(
            &no_exit.get_untracked(),
            &no_return.get_untracked(),
            WINDOWS,
        )
    });
    let ladder_fields = ladder::fields(&steps, &waits, send.problem);
    let read = move || -> Result<PutWatchRulesBody, Problem> {
        let windows = typed.run(())?;
        let minutes = |field: RwSignal<String>, least, most, pointer| {
            number(&field.get_untracked(), least, most, pointer)
        };
        let ask_minutes = minutes(ask, 0, limits::ASK_MINUTES, "/ask_minutes")?;
        let area_least = minutes(area, 1, limits::AREA_LEAST, "/area_least")?;
        let lease_minutes = minutes(lease, 1, limits::LEASE_MINUTES, "/lease_minutes")?;
        let steps = ladder::typed(&steps, &waits)?;
        let note = note.get_untracked().trim().to_owned();
        if note.is_empty() {
            return Err(Problem::new(Code::EmptyText).at("/note"));
        }
        Ok(PutWatchRulesBody {
            id: attempt.id(&format!(
                "{ver}{windows:?}{ask_minutes} {area_least} {lease_minutes}{steps:?}{note}"
            )),
            ver,
            windows,
            ask_minutes,
            area_least,
            lease_minutes,
            ladder: Some(steps),
            note,
        })
    };
    let save = Callback::new(move |()| match read() {
        Ok(body) => send.run(
            api::call::<PutWatchRules>((), None_ {}, body),
            move |now: WatchRulesView| {
                attempt.taken();
                say(t!(desk_watch.rules.saved));
                rules.put(now);
            },
        ),
        Err(flaw) => send.problem.set(Some(flaw)),
    });
    let (problem, [exit_at, return_at]) = (send.problem, WINDOWS);
    let more = sets.then(|| view! {
        <div class="desk-pair">
            <Field label=t!(desk_watch.rules.ask) hint=t!(desk_watch.rules.ask_hint) value=ask name="ask-minutes" inputmode="numeric" max=3 pointer="/ask_minutes" problem />
            <Field label=t!(desk_watch.rules.lease) hint=t!(desk_watch.rules.lease_hint) value=lease name="lease-minutes" inputmode="numeric" max=4 pointer="/lease_minutes" problem />
            <Field label=t!(desk_watch.rules.area) hint=t!(desk_watch.rules.area_hint) value=area name="area-least" inputmode="numeric" max=4 pointer="/area_least" problem />
            {ladder_fields}
            <Field label=t!(desk_watch.rules.note) hint=t!(desk_watch.rules.note_hint) value=note name="rules-note" max=limits::LINE_CHARS pointer="/note" problem />
        </div>
        <TroubleNote problem />
        <Button label=t!(desk_watch.rules.save) name="rules-save" busy=send.busy on_press=save />
    });
    let trouble = (!sets).then(|| view! { <TroubleNote problem /> });
    view! {
        <div class="desk-columns desk-halves">
            <section class="card stack">
                <h2>{t!(desk_watch.rules.windows)}</h2>
                <p class="quiet">{t!(desk_watch.rules.words)}</p>
                <div class="desk-pair">
                    <Field label=t!(desk_watch.rules.no_exit) hint=t!(desk_watch.rules.hours_hint) value=no_exit name="no-exit" max=6 pointer=exit_at problem />
                    <Field label=t!(desk_watch.rules.no_return) hint=t!(desk_watch.rules.hours_hint) value=no_return name="no-return" max=6 pointer=return_at problem />
                </div>
                {more}
                {trouble}
            </section>
            <div class="stack">
                <Backtest typed problem />
                {version(&now)}
                <Versions now=ver />
            </div>
        </div>
    }
    .into_any()
}

fn version(now: &WatchRulesView) -> AnyView {
    let ver = if now.ver == 0 {
        t!(desk_watch.rules.first).to_owned()
    } else {
        now.ver.to_string()
    };
    let span = when::minutes;
    let rows = [
        (t!(desk_watch.rules.ver), ver, "rules-ver"),
        (
            t!(desk_watch.rules.no_exit),
            span(now.windows.no_exit_minutes),
            "no-exit-now",
        ),
        (
            t!(desk_watch.rules.no_return),
            span(now.windows.no_return_minutes),
            "no-return-now",
        ),
        (t!(desk_watch.rules.ask), span(now.ask_minutes), "ask-now"),
        (
            t!(desk_watch.rules.lease),
            span(now.lease_minutes),
            "lease-now",
        ),
        (
            t!(desk_watch.rules.area),
            now.area_least.to_string(),
            "area-now",
        ),
        (
            t!(desk_watch.rules.told),
            ladder::line(&now.ladder),
            "ladder-now",
        ),
        (
            t!(desk_watch.rules.at),
            now.at.map(when::moment).unwrap_or_default(),
            "rules-at",
        ),
        (t!(desk_watch.rules.by), now.by_name.clone(), "rules-by"),
        (
            t!(desk_watch.rules.note),
            now.note.clone(),
            "rules-note-now",
        ),
    ];
    let rows: Vec<AnyView> = rows
        .into_iter()
        .filter(|(_, value, _)| !value.is_empty())
        .map(|(label, value, name)| view! { <Fact label value name /> }.into_any())
        .collect();
    view! { <section><h2 class="cells-title">{t!(desk_watch.rules.now)}</h2><Facts>{rows}</Facts></section> }.into_any()
}

/// Versions before the one in force, the latest first.
#[component]
fn Versions(now: u32) -> AnyView {
    let versions = Remote::new(|| {
        let query = PageQuery {
            cursor: None,
            limit: None,
        };
        api::get::<ListWatchRules>((), query)
    });
    let shown = move || {
        let all = versions.value.get()?.items.into_iter();
        let before = all.filter(|one| one.ver != now).map(older);
        let rows: Vec<AnyView> = before.collect();
        (!rows.is_empty()).then(|| view! { <section data-testid="rules-before"><h2 class="cells-title">{t!(desk_watch.rules.before)}</h2><Facts>{rows}</Facts></section> })
    };
    shown.into_any()
}

fn older(one: WatchRulesView) -> AnyView {
    let windows = one.windows;
    let value = format!(
        "{} / {}",
        when::minutes(windows.no_exit_minutes),
        when::minutes(windows.no_return_minutes)
    );
    let at = one.at.map(when::moment).unwrap_or_default();
    let said = [at, one.by_name, one.note].into_iter();
    let said: Vec<String> = said.filter(|words| !words.is_empty()).collect();
    let (label, note) = (
        t!(desk_watch.rules.version, ver = one.ver),
        said.join(" · "),
    );
    view! { <Fact label value note name="rules-version" /> }.into_any()
}

/// Tries what is typed on what was. `problem`: where a window that is wrong is said.
#[component]
fn Backtest(
    typed: Callback<(), Result<Windows, Problem>>,
    problem: RwSignal<Option<Problem>>,
) -> AnyView {
    let (days, send) = (RwSignal::new("30".to_owned()), Send::default());
    let found = RwSignal::new(None::<BacktestView>);
    let go = Callback::new(move |()| {
        problem.set(None);
        let windows = match typed.run(()) {
            Ok(windows) => windows,
            Err(flaw) => return problem.set(Some(flaw)),
        };
        let most = u32::try_from(limits::EVENT_DAYS).unwrap_or(u32::MAX);
        let days = match number(&days.get_untracked(), 1, most, "/days") {
            Ok(days) => days,
            Err(flaw) => return send.problem.set(Some(flaw)),
        };
        let body = BacktestBody { windows, days };
        send.run(
            api::call::<BacktestRules>((), None_ {}, body),
            move |view: BacktestView| found.set(Some(view)),
        );
    });
    let result = move || {
        found.get().map(|view| {
            let (no_exit, no_return) = (
                when::minutes(view.windows.no_exit_minutes),
                when::minutes(view.windows.no_return_minutes),
            );
            let words = t!(
                desk_watch.backtest.result,
                days = view.days,
                people = view.people,
                now = view.alerts_now,
                alerts = view.alerts
            );
            let tried = t!(
                desk_watch.backtest.tried,
                no_exit = no_exit,
                no_return = no_return
            );
            let of = t!(
                desk_watch.backtest.of,
                no_exit = view.no_exit,
                no_return = view.no_return
            );
            view! {
                <p class="quiet">{tried}</p>
                <p data-testid="backtest-result" data-alerts=view.alerts.to_string() data-now=view.alerts_now.to_string()>{words}</p>
                <p class="quiet">{of}</p>
            }
        })
    };
    view! {
        <section class="card stack">
            <h2>{t!(desk_watch.backtest.title)}</h2>
            <p class="quiet">{t!(desk_watch.backtest.words)}</p>
            <Field label=t!(desk_watch.backtest.days) value=days name="backtest-days" inputmode="numeric" max=2 pointer="/days" problem=send.problem />
            <TroubleNote problem=send.problem />
            <Button label=t!(desk_watch.backtest.go) name="backtest" kind=Kind::Plain busy=send.busy on_press=go />
            <div class="stack-s" aria-live="polite">{result}</div>
        </section>
    }
    .into_any()
}
