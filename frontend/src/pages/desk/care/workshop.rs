//! How long a silence may be, thought over: what another number would have led to in the last ninety days, and the
//! version of the rules that is made of it.

use domain::access::Act;
use domain::watch::{Silence, Windows};
use domain::{CommandId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::watch::{
    BacktestBody, BacktestRules, BacktestView, GetWatchRules, PutWatchRules, PutWatchRulesBody,
    WatchRulesView,
};
use wire::{Code, Problem};

use super::super::ask::Attempt;
use super::chart;
use super::reflect::Reflect;
use crate::i18n::{named, texts};
use crate::model::care::proposed;
use crate::model::watch::minutes;
use crate::model::when;
use crate::session::Session;
use crate::ui::{
    Button, Chips, Draft, Fact, Facts, Fetch, Field, Icon, Kind, LinkButton, Load, Page, Remote,
    Send, TextArea, TroubleNote, say,
};
use crate::{api, t};

/// What is typed and found. Outlives what is drawn of it.
#[derive(Clone, Copy)]
struct Work {
    rules: Remote<WatchRulesView>,
    which: RwSignal<String>,
    hours: RwSignal<String>,
    note: RwSignal<String>,
    kept: StoredValue<Draft>,
    count: Send,
    adopt: Send,
    attempt: Attempt<CommandId>,
    found: RwSignal<Option<BacktestView>>,
    /// The version that was made here.
    adopted: RwSignal<Option<u32>>,
}

impl Work {
    fn new() -> Self {
        let kept = Draft::of("care-workshop");
        Self {
            rules: Remote::new(|| api::get::<GetWatchRules>((), None_ {})),
            which: kept.field("which", Silence::NoExit.as_str()),
            hours: kept.field("hours", ""),
            note: kept.field("note", ""),
            kept: StoredValue::new(kept),
            count: Send::default(),
            adopt: Send::default(),
            attempt: Attempt::new(),
            found: RwSignal::new(None),
            adopted: RwSignal::new(None),
        }
    }

    /// The windows with what is typed.
    fn typed(self, now: Windows) -> Result<Windows, Problem> {
        let missing = || Problem::new(Code::MissingField).at("/which");
        let silence = self.which.with(|raw| raw.parse::<Silence>());
        let silence = silence.map_err(|()| missing())?;
        let minutes = self.hours.with(|raw| minutes(raw, "/hours"))?;
        Ok(proposed(now, silence, minutes))
    }

    /// What was counted, where it is what is typed and other than what holds.
    fn to_adopt(self) -> Option<Windows> {
        let tried = self
            .found
            .with(|found| found.as_ref().map(|found| found.windows))?;
        let now = self
            .rules
            .value
            .with(|rules| rules.as_ref().map(|rules| rules.windows))?;
        let typed = self.typed(now).ok()?;
        (typed == tried && tried != now).then_some(tried)
    }
}

#[component]
pub fn Workshop() -> AnyView {
    let work = Work::new();
    let done = move || {
        work.adopted.get().map(|ver| {
            let words = t!(desk_care.workshop.adopted, ver = ver);
            view! {
                <section class="card stack" data-testid="adopted" data-ver=ver.to_string()>
                    <p class="note" role="status">{Icon::Done.draw()}<span>{words}</span></p>
                    <LinkButton label=t!(desk_care.workshop.versions) href="/desk/watch/rules" name="to-rules" kind=Kind::Plain />
                </section>
                <Reflect ver />
            }
        })
    };
    view! {
        <Page title=t!(desk_care.workshop.title) back="/desk/care" wide=true>
            <p class="quiet">{t!(desk_care.workshop.words)}</p>
            {done}
            <Load from=work.rules let:now>{draw(&now, work)}</Load>
        </Page>
    }
    .into_any()
}

fn draw(now: &WatchRulesView, work: Work) -> AnyView {
    let ver = match now.ver {
        0 => t!(desk_care.workshop.first).to_owned(),
        ver => ver.to_string(),
    };
    let (no_exit, no_return) = (now.windows.no_exit_minutes, now.windows.no_return_minutes);
    view! {
        <div class="desk-columns desk-halves">
            <div class="stack">
                {try_it(now.windows, work)}
                <section>
                    <h2 class="cells-title">{t!(desk_care.workshop.now)}</h2>
                    <Facts>
                        <Fact label=t!(desk_care.workshop.ver) value=ver name="rules-ver" />
                        <Fact label=silence(Silence::NoExit) value=when::minutes(no_exit) name="no-exit-now" />
                        <Fact label=silence(Silence::NoReturn) value=when::minutes(no_return) name="no-return-now" />
                    </Facts>
                </section>
            </div>
            <div class="stack" aria-live="polite">
                {move || work.found.get().map(|found| result(&found))}
                {adoption(work)}
            </div>
        </div>
    }
    .into_any()
}

fn silence(silence: Silence) -> String {
    named(texts::desk_care::silence::ALL, silence.as_str())
}

fn try_it(now: Windows, work: Work) -> AnyView {
    let options = Silence::ALL.iter();
    let options = options.map(|one| (one.to_string(), silence(*one)));
    let options: Vec<_> = options.collect();
    let set = Callback::new(move |to: String| work.which.set(to));
    let problem = work.count.problem;
    let go = Callback::new(move |()| {
        let windows = match untrack(|| work.typed(now)) {
            Ok(windows) => windows,
            Err(flaw) => return problem.set(Some(flaw)),
        };
        let days = u32::try_from(limits::EVENT_DAYS).unwrap_or(1);
        let body = BacktestBody { windows, days };
        work.count.run(
            api::call::<BacktestRules>((), None_ {}, body),
            move |view: BacktestView| {
                work.found.try_set(Some(view));
            },
        );
    });
    view! {
        <section class="card stack" data-testid="try">
            <h2>{t!(desk_care.workshop.try_it)}</h2>
            <Chips label=t!(desk_care.workshop.which) options value=work.which set name="silence" labelled=true />
            <Field label=t!(desk_care.workshop.hours) hint=t!(desk_watch.rules.hours_hint) value=work.hours name="hours" max=6 pointer="/hours" problem />
            <p class="quiet">{t!(desk_watch.backtest.words)}</p>
            <TroubleNote problem />
            <Button label=t!(desk_care.workshop.go) name="backtest" busy=work.count.busy on_press=go />
        </section>
    }
    .into_any()
}

fn result(found: &BacktestView) -> AnyView {
    let rows = [
        (t!(desk_care.workshop.as_now), found.alerts_now),
        (t!(desk_care.workshop.as_tried), found.alerts),
    ];
    let rows = rows.map(|(name, count)| (name.to_owned(), count));
    let words = t!(
        desk_care.workshop.result,
        days = found.days,
        people = found.people,
        now = found.alerts_now,
        tried = found.alerts
    );
    let (no_exit, no_return) = (
        when::minutes(found.windows.no_exit_minutes),
        when::minutes(found.windows.no_return_minutes),
    );
    let tried = t!(
        desk_watch.backtest.tried,
        no_exit = no_exit,
        no_return = no_return
    );
    let of = t!(
        desk_watch.backtest.of,
        no_exit = found.no_exit,
        no_return = found.no_return
    );
    let useful = t!(
        desk_care.workshop.useful,
        now = found.useful_now,
        tried = found.useful
    );
    view! {
        <section class="card stack-s">
            <h2>{t!(desk_care.workshop.came)}</h2>
            <p class="quiet">{tried}</p>
            <p data-testid="backtest-result" data-alerts=found.alerts.to_string() data-now=found.alerts_now.to_string()>{words}</p>
            {chart::bars(t!(desk_care.workshop.came), &rows)}
            <p data-testid="backtest-useful" data-useful=found.useful.to_string()>{useful}</p>
            <p class="quiet">{of}</p>
        </section>
    }
    .into_any()
}

/// Where somebody else was faster, their version is asked for, so that it is counted anew against that.
async fn told(call: Fetch<WatchRulesView>, work: Work) -> Result<WatchRulesView, Problem> {
    let answer = call.await;
    if let Err(problem) = &answer
        && problem.code == Code::Stale
    {
        work.found.try_set(None);
        work.rules.again();
    }
    answer
}

/// Offered for what was counted, to whoever sets the rules.
fn adoption(work: Work) -> AnyView {
    let sets = Session::get().may(Act::SetWatchRules);
    let fits = Memo::new(move |_| work.to_adopt().is_some());
    let counted = Memo::new(move |_| work.found.with(Option::is_some));
    let problem = work.adopt.problem;
    let go = Callback::new(move |()| {
        let now = work.rules.now();
        let Some((windows, now)) = untrack(|| work.to_adopt()).zip(now) else {
            return;
        };
        let note = work.note.get_untracked().trim().to_owned();
        if note.is_empty() {
            return problem.set(Some(Problem::new(Code::EmptyText).at("/note")));
        }
        let body = PutWatchRulesBody {
            id: work.attempt.id(&format!("{}{windows:?}{note}", now.ver)),
            ver: now.ver,
            windows,
            ask_minutes: now.ask_minutes,
            area_least: now.area_least,
            lease_minutes: now.lease_minutes,
            ladder: None,
            note,
        };
        let call = api::call::<PutWatchRules>((), None_ {}, body);
        work.adopt
            .run(told(call, work), move |now: WatchRulesView| {
                work.attempt.taken();
                work.kept.with_value(Draft::clear);
                say(t!(desk_watch.rules.saved));
                work.found.set(None);
                work.hours.set(String::new());
                work.note.set(String::new());
                work.adopted.set(Some(now.ver));
                work.rules.put(now);
            });
    });
    let shown = move || {
        match (fits.get(), counted.get()) {
        (true, _) if sets => view! {
            <section class="card stack" data-testid="adopt">
                <h2>{t!(desk_care.workshop.adopt)}</h2>
                <p class="quiet">{t!(desk_care.workshop.adopt_words)}</p>
                <TextArea label=t!(desk_watch.rules.note) hint=t!(desk_watch.rules.note_hint) value=work.note name="adopt-note" max=limits::LINE_CHARS pointer="/note" problem />
                <Button label=t!(desk_care.workshop.adopt_go) name="adopt-go" busy=work.adopt.busy on_press=go />
            </section>
        }
        .into_any(),
        (true, _) => view! { <p class="quiet" data-testid="adopt-others">{t!(desk_care.workshop.others)}</p> }.into_any(),
        (false, true) => view! { <p class="quiet" data-testid="count-again">{t!(desk_care.workshop.again)}</p> }.into_any(),
        (false, false) => ().into_any(),
    }
    };
    view! { <TroubleNote problem />{shown} }.into_any()
}
