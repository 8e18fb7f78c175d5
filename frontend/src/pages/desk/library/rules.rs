//! What the library goes by: for how long, how many, how often; when it is open.

use std::sync::LazyLock;

use domain::availability::{Day, Weekly};
use domain::library::{ItemKind, ReaderKind};
use domain::{CommandId, limits};
use leptos::prelude::*;
use wire::Problem;
use wire::endpoint::None_;
use wire::library::settings::{GetLibrary, LibraryView, PutLibrary, PutLibraryBody};

use super::super::ask::Attempt;
use crate::i18n::{named, texts};
use crate::model::desk_activity::number;
use crate::model::library_rules::{RuleRow, closed, closed_text, hours, hours_text};
use crate::ui::{
    Button, Field, Kind, Load, Page, Remote, Select, Send, TextArea, TroubleNote, say,
};
use crate::{api, t};

#[component]
pub fn Rules() -> AnyView {
    let library = Remote::new(|| api::get::<GetLibrary>((), None_ {}));
    view! {
        <Page title=t!(desk_library.hub.rules) back="/desk/library" wide=true>
            <Load from=library let:now>{view! { <Form library now /> }.into_any()}</Load>
        </Page>
    }
    .into_any()
}

/// The signals of one rule while it is edited.
#[derive(Clone, Copy)]
struct Row {
    reader: RwSignal<String>,
    item: RwSignal<String>,
    days: RwSignal<String>,
    loans: RwSignal<String>,
    renewals: RwSignal<String>,
}

impl Row {
    fn of(row: RuleRow) -> Self {
        Self {
            reader: RwSignal::new(row.reader),
            item: RwSignal::new(row.item),
            days: RwSignal::new(row.days),
            loans: RwSignal::new(row.loans),
            renewals: RwSignal::new(row.renewals),
        }
    }

    fn now(self) -> RuleRow {
        RuleRow {
            reader: self.reader.get_untracked(),
            item: self.item.get_untracked(),
            days: self.days.get_untracked(),
            loans: self.loans.get_untracked(),
            renewals: self.renewals.get_untracked(),
        }
    }
}

#[component]
fn Form(library: Remote<LibraryView>, now: LibraryView) -> AnyView {
    let rows = RwSignal::new(
        now.rules
            .iter()
            .map(|rule| Row::of(RuleRow::of(rule)))
            .collect::<Vec<_>>(),
    );
    let days: Vec<RwSignal<String>> = Day::ALL
        .iter()
        .map(|day| RwSignal::new(hours_text(&now.hours, *day)))
        .collect();
    let shut = RwSignal::new(closed_text(&now.closed));
    let keep = RwSignal::new(now.pick_up_days.to_string());
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    let ver = now.ver;
    let typed_days = days.clone();
    let body = move || {
        let mut rules = Vec::new();
        for (place, row) in rows.get_untracked().into_iter().enumerate() {
            rules.push(row.now().rule(place)?);
        }
        let typed: Vec<String> = typed_days.iter().map(|day| day.get_untracked()).collect();
        let (hours, closed) = (hours(&typed)?, closed(&shut.get_untracked())?);
        let pick_up_days = number(
            &keep.get_untracked(),
            1,
            limits::PICK_UP_DAYS,
            "/pick_up_days",
        )?;
        Ok(PutLibraryBody {
            id: attempt.id(&format!("{rules:?}{hours:?}{closed:?}{pick_up_days}{ver}")),
            rules,
            hours,
            closed,
            pick_up_days,
            ver,
        })
    };
    let save = Callback::new(move |()| match body() {
        Ok(body) => {
            let spans = body.hours.clone();
            let call = api::call::<PutLibrary>((), None_ {}, body);
            send.run(
                async move { call.await.map_err(|problem| placed(problem, &spans)) },
                move |now: LibraryView| {
                    attempt.taken();
                    say(t!(desk_library.rules.saved));
                    library.put(now);
                },
            );
        }
        Err(flaw) => send.problem.set(Some(placed(flaw, &[]))),
    });
    let add = move |()| {
        rows.update(|rows| {
            rows.push(Row::of(RuleRow {
                days: "21".into(),
                loans: "5".into(),
                renewals: "2".into(),
                ..RuleRow::default()
            }));
        });
    };
    let room = move || rows.with(|rows| rows.len() < limits::LOAN_RULES);
    let drawn = move || {
        rows.get()
            .into_iter()
            .enumerate()
            .map(|(place, row)| rule(place, row, rows, send))
            .collect::<Vec<_>>()
    };
    let hours_fields: Vec<AnyView> = Day::ALL
        .iter()
        .zip(days)
        .map(|(day, value)| {
            let label = named(texts::time::weekday::ALL, day.as_str());
            view! { <Field label value name=day.as_str() max=60 placeholder=t!(desk_library.rules.shut) pointer=hours_at(*day) problem=send.problem /> }.into_any()
        })
        .collect();
    view! {
        <section class="stack">
            <h2 class="cells-title">{t!(desk_library.rules.rules)}</h2>
            <p class="quiet">{t!(desk_library.rules.rules_words)}</p>
            <div class="stack" data-testid="rules">{drawn}</div>
            {move || room().then(|| view! { <Button label=t!(desk_library.rules.add) name="rule-add" kind=Kind::Plain on_press=add /> })}
        </section>
        <section class="card stack">
            <h2>{t!(desk_library.rules.hours)}</h2>
            <p class="quiet">{t!(desk_library.rules.hours_words)}</p>
            <div class="desk-pair">{hours_fields}</div>
            <TextArea label=t!(desk_library.rules.closed) hint=t!(desk_library.rules.closed_hint) value=shut name="closed" max=4_000 rows=4 pointer="/closed" problem=send.problem />
            <Field label=t!(desk_library.rules.keep) value=keep name="pick-up-days" inputmode="numeric" max=2 pointer="/pick_up_days" problem=send.problem />
        </section>
        <TroubleNote problem=send.problem />
        <Button label=t!(desk_library.title.save) name="rules-save" busy=send.busy on_press=save />
    }
    .into_any()
}

/// Where the service refuses a rule that is there twice, and its days, loans and renewals.
fn pointers(place: usize) -> [&'static str; 4] {
    static ALL: LazyLock<Vec<[String; 4]>> = LazyLock::new(|| {
        let of = |place: usize| {
            ["", "/days", "/loans", "/renewals"].map(|field| format!("/rules/{place}{field}"))
        };
        (0..limits::LOAN_RULES).map(of).collect()
    });
    let row = ALL.get(place);
    row.map_or([""; 4], |row| row.each_ref().map(String::as_str))
}

/// Where the hours of a day are refused on this page.
fn hours_at(day: Day) -> &'static str {
    match day {
        Day::Monday => "/hours/mon",
        Day::Tuesday => "/hours/tue",
        Day::Wednesday => "/hours/wed",
        Day::Thursday => "/hours/thu",
        Day::Friday => "/hours/fri",
        Day::Saturday => "/hours/sat",
        Day::Sunday => "/hours/sun",
    }
}

/// A refusal at the field it belongs to: that of the day, or of the closed days. `spans`: what was sent.
fn placed(problem: Problem, spans: &[Weekly]) -> Problem {
    let pointer = problem.pointer.clone().unwrap_or_default();
    if pointer.starts_with("/closed/") {
        return problem.at("/closed");
    }
    let day: Option<Day> = match pointer.strip_prefix("/hours") {
        Some("") => {
            let said = problem.data.get("day").and_then(|day| day.as_str());
            said.and_then(|day| day.parse().ok())
        }
        Some(rest) => {
            let place = rest.split('/').nth(1).and_then(|n| n.parse::<usize>().ok());
            place.and_then(|n| spans.get(n)).map(|span| span.day)
        }
        None => None,
    };
    match day {
        Some(day) => problem.at(hours_at(day)),
        None => problem,
    }
}

fn rule(place: usize, row: Row, rows: RwSignal<Vec<Row>>, send: Send) -> AnyView {
    let [twice, days, loans, renewals] = pointers(place);
    let problem = send.problem;
    let all = || (String::new(), t!(desk_library.rules.all).to_owned());
    let readers = std::iter::once(all())
        .chain(ReaderKind::ALL.iter().map(|kind| {
            let words = named(texts::desk_library::reader_kind::ALL, kind.as_str());
            (kind.to_string(), words)
        }))
        .collect();
    let items = std::iter::once(all())
        .chain(ItemKind::ALL.iter().map(|kind| {
            let words = named(texts::desk_library::item_kind::ALL, kind.as_str());
            (kind.to_string(), words)
        }))
        .collect();
    let remove = move |()| {
        // It would stand at another rule from now on.
        problem.set(None);
        rows.update(|rows| {
            if place < rows.len() {
                rows.remove(place);
            }
        });
    };
    view! {
        <section class="card stack" data-testid="rule">
            <div class="desk-pair">
                <Select label=t!(desk_library.rules.reader) value=row.reader options=readers name="rule-reader" pointer=twice problem />
                <Select label=t!(desk_library.rules.item) value=row.item options=items name="rule-item" />
            </div>
            <Field label=t!(desk_library.rules.days) hint=t!(desk_library.rules.days_hint) value=row.days name="rule-days" inputmode="numeric" max=3 pointer=days problem />
            <div class="desk-pair">
                <Field label=t!(desk_library.rules.loans) value=row.loans name="rule-loans" inputmode="numeric" max=2 pointer=loans problem />
                <Field label=t!(desk_library.rules.renewals) value=row.renewals name="rule-renewals" inputmode="numeric" max=2 pointer=renewals problem />
            </div>
            <div class="row"><Button label=t!(desk.act.remove) name="rule-remove" kind=Kind::Text on_press=remove /></div>
        </section>
    }
    .into_any()
}
