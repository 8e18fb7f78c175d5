//! A reader at the desk: found by name, what they have, what waits for them, why they may not borrow.

use domain::PersonId;
use domain::access::Act;
use leptos::prelude::*;
use wire::endpoint::{None_, Page as Listed};
use wire::library::desk::{
    FindReaders, GetHistory, GetReader, HistoryQuery, ReaderRow, ReaderView, ReadersQuery,
};
use wire::library::loans::{HoldView, LoanView};
use wire::{Code, Problem};

use super::cards::PRINTED;
use crate::i18n::{named, texts};
use crate::model::when;
use crate::pages::library::holds::HoldCard;
use crate::pages::library::loans::LoanCard;
use crate::session::Session;
use crate::ui::{
    Button, Empty, Field, Icon, Kind, LinkButton, Load, Page, Paged, Remote, Rows, SearchBar, Send,
    TroubleNote,
};
use crate::{api, t};

#[component]
pub fn Find() -> AnyView {
    let (typed, send) = (RwSignal::new(String::new()), Send::default());
    let found = RwSignal::new(None::<Vec<ReaderRow>>);
    let find = Callback::new(move |()| {
        let query = ReadersQuery {
            q: typed.get_untracked().trim().to_owned(),
        };
        send.run(
            api::get::<FindReaders>((), query),
            move |page: Listed<ReaderRow>| found.set(Some(page.items)),
        );
    });
    let sheet = RwSignal::new(Vec::<ReaderRow>::new());
    let row = move |one: ReaderRow| {
        let note = one
            .guardian_name
            .as_ref()
            .map(|name| t!(desk_library.reader.guardian, name = name));
        let href = format!("/desk/library/readers/{}", one.person);
        let name = one.name.clone();
        view! {
            <li class="stack-s">
                <a class="card service-card" href=href data-testid="reader-row">
                    <span class="booking-name">{name}</span>
                    <span class="quiet">{note}</span>
                </a>
                {tick(one, sheet)}
            </li>
        }
        .into_any()
    };
    let list = move || {
        let rows = found.get()?;
        Some(if rows.is_empty() {
            view! { <Empty words=t!(desk_library.reader.none) /> }.into_any()
        } else {
            view! { <ul class="rows rows-cards" data-testid="readers">{rows.into_iter().map(row).collect::<Vec<_>>()}</ul> }.into_any()
        })
    };
    view! {
        <Page title=t!(desk_library.reader.find) back="/desk/library">
            <p class="quiet">{t!(desk_library.reader.find_words)}</p>
            <SearchBar label=t!(desk_library.reader.name) value=typed find />
            <TroubleNote problem=send.problem />
            <div aria-live="polite">{list}</div>
            <CardSheet sheet />
        </Page>
    }
    .into_any()
}

/// On the sheet of cards, or not. A sheet that is full takes nobody more.
fn tick(one: ReaderRow, sheet: RwSignal<Vec<ReaderRow>>) -> AnyView {
    let id = one.person;
    let words = t!(desk_library.reader.on_sheet, name = one.name);
    let on = move || sheet.with(|all| all.iter().any(|other| other.person == id));
    let full = move || !on() && sheet.with(|all| all.len() >= PRINTED);
    let toggle = move |ev| {
        let ticked = event_target_checked(&ev);
        sheet.update(|all| {
            all.retain(|other| other.person != id);
            if ticked {
                all.push(one.clone());
            }
        });
    };
    view! {
        <label class="tick">
            <input type="checkbox" data-testid="on-sheet" prop:checked=on disabled=full on:change=toggle />
            <span>{words}</span>
        </label>
    }
    .into_any()
}

/// Who is on the sheet of cards, over all that was looked for, and the way to print it.
#[component]
fn CardSheet(sheet: RwSignal<Vec<ReaderRow>>) -> AnyView {
    let shown = move || {
        let all = sheet.get();
        let ids: Vec<String> = all.iter().map(|one| one.person.to_string()).collect();
        let names: Vec<String> = all.into_iter().map(|one| one.name).collect();
        let href = format!("/desk/library/cards?people={}", ids.join(","));
        let full = ids.len() >= PRINTED;
        (!ids.is_empty()).then(|| view! {
            <section class="card stack" data-testid="card-sheet">
                <h2>{t!(desk_library.reader.sheet, count = ids.len())}</h2>
                <p class="quiet">{names.join(t!(library.titles.and))}</p>
                {full.then(|| view! { <p>{t!(desk_library.reader.sheet_full, count = PRINTED)}</p> })}
                <LinkButton label=t!(desk_library.cards.title) href name="to-cards" />
                <Button label=t!(desk_library.reader.sheet_clear) name="sheet-clear" kind=Kind::Text on_press=move |()| sheet.set(Vec::new()) />
            </section>
        })
    };
    shown.into_any()
}

#[component]
pub fn Reader(id: PersonId) -> AnyView {
    let reader = Remote::new(move || api::get::<GetReader>((id,), None_ {}));
    let changed = Callback::new(move |()| reader.again());
    view! {
        <Page title=t!(desk_library.reader.title) back="/desk/library/readers" wide=true>
            <Load from=reader let:one>{body(&one, changed)}</Load>
        </Page>
    }
    .into_any()
}

fn body(one: &ReaderView, changed: Callback<()>) -> AnyView {
    let loan_changed = Callback::new(move |_: LoanView| changed.run(()));
    let hold_changed = Callback::new(move |_: HoldView| changed.run(()));
    let loans: Vec<AnyView> = one
        .loans
        .iter()
        .map(|loan| {
            view! { <li><LoanCard loan=loan.clone() changed=loan_changed /></li> }.into_any()
        })
        .collect();
    let holds: Vec<AnyView> = one
        .holds
        .iter()
        .map(|hold| {
            view! { <li><HoldCard hold=hold.clone() changed=hold_changed /></li> }.into_any()
        })
        .collect();
    let history = Session::get().may(Act::ReadHistory);
    let id = one.person;
    view! {
        <div class="stack" data-testid="reader" data-id=id.to_string()>
            {standing(one)}
            <LinkButton label=t!(desk_library.lend.title) href=format!("/desk/library/lend?reader={id}") name="to-lend" />
            <LinkButton label=t!(desk_library.cards.title) href=format!("/desk/library/cards?people={id}") name="to-card" kind=Kind::Plain />
            <div class="desk-columns desk-halves">
                <section class="stack-s">
                    <h2 class="cells-title">{t!(library.hub.loans)}</h2>
                    {loans.is_empty().then(|| view! { <p class="card quiet">{t!(library.hub.loans_none)}</p> })}
                    <ul class="rows rows-cards">{loans}</ul>
                </section>
                <section class="stack-s">
                    <h2 class="cells-title">{t!(library.hub.holds)}</h2>
                    {holds.is_empty().then(|| view! { <p class="card quiet">{t!(desk_library.reader.no_holds)}</p> })}
                    <ul class="rows rows-cards">{holds}</ul>
                </section>
            </div>
            {history.then(|| view! { <History id /> })}
        </div>
    }
    .into_any()
}

/// Who it is, how many more they may borrow, and why they may not.
pub fn standing(one: &ReaderView) -> AnyView {
    let guardian = one
        .guardian_name
        .as_ref()
        .map(|name| t!(desk_library.reader.guardian, name = name));
    let blocks: Vec<AnyView> = one
        .blocks
        .iter()
        .map(|block| {
            let words = named(texts::desk_library::block::ALL, block.as_str());
            view! { <div class="note" data-testid="block">{Icon::Warn.draw()}<span>{words}</span></div> }.into_any()
        })
        .collect();
    view! {
        <section class="card stack-s">
            <h2 class="service-name">{one.name.clone()}</h2>
            {guardian.map(|words| view! { <p class="quiet">{words}</p> })}
            <p data-testid="left">{t!(desk_library.reader.left, count = one.left, out = one.loans.len())}</p>
        </section>
        {blocks}
    }
    .into_any()
}

/// What they borrowed before; only with a reason, which they can read.
#[component]
fn History(id: PersonId) -> AnyView {
    let (reason, problem) = (RwSignal::new(String::new()), RwSignal::new(None::<Problem>));
    let asked = RwSignal::new(None::<String>);
    let look = Callback::new(move |()| {
        let said = reason.get_untracked().trim().to_owned();
        if said.is_empty() {
            let flaw = Problem::new(Code::EmptyText).at("/reason");
            return problem.set(Some(flaw));
        }
        problem.set(None);
        asked.set(Some(said));
    });
    let list = move || asked.get().map(|reason| view! { <Past id reason /> });
    view! {
        <section class="card stack">
            <h2>{t!(library.past.title)}</h2>
            <p class="quiet">{t!(desk_library.reader.history_words)}</p>
            <Field label=t!(desk_library.reader.reason) value=reason name="reason" pointer="/reason" problem max=domain::limits::LINE_CHARS />
            <TroubleNote problem />
            <Button label=t!(desk_library.reader.look) name="history" kind=Kind::Plain on_press=look />
            {list}
        </section>
    }
    .into_any()
}

/// Page by page; each is a look with the same reason.
#[component]
fn Past(id: PersonId, reason: String) -> AnyView {
    let list = Paged::new(move |cursor| {
        let query = HistoryQuery {
            reason: reason.clone(),
            cursor,
            limit: Some(100),
        };
        api::get::<GetHistory>((id,), query)
    });
    view! { <Rows from=list empty=t!(library.past.empty) name="past-loans" let:loan>{past(&loan)}</Rows> }
        .into_any()
}

fn past(loan: &LoanView) -> AnyView {
    let back = loan.returned_at.map(when::moment).unwrap_or_default();
    view! {
        <div class="card stack-s" data-testid="past-loan">
            <span class="booking-name">{loan.title_name.clone()}</span>
            <span class="quiet">{format!("{} – {back}", when::moment(loan.lent_at))}</span>
        </div>
    }
    .into_any()
}
