//! Titles and copies from a file: chosen, read, taken in the background; what was refused and why.

use std::time::Duration;

use domain::library::ImportState;
use domain::{CommandId, LibraryImportId};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;
use wire::endpoint::None_;
use wire::library::import::{
    CancelImportBody, CancelLibraryImport, GetLibraryImport, ImportTitles, ImportTitlesQuery,
    LibraryImportRow, LibraryImportRowsQuery, LibraryImportView, LibraryImportsQuery,
    ListLibraryImportRows, ListLibraryImports,
};
use wire::{Code, Problem};

use super::super::ask::Attempt;
use super::super::table::{Head, Table};
use crate::i18n::{named, texts};
use crate::ids::fresh;
use crate::model::problem::words;
use crate::model::when;
use crate::ui::{
    Button, Chips, Kind, Load, Page, Paged, Remote, Rows, Send, Tag, Tone, TroubleNote, say, uid,
};
use crate::{api, t};

#[component]
pub fn Imports() -> AnyView {
    let list = Paged::new(|cursor| {
        let query = LibraryImportsQuery {
            cursor,
            limit: None,
        };
        api::get::<ListLibraryImports>((), query)
    });
    view! {
        <Page title=t!(desk_library.hub.imports) back="/desk/library" wide=true>
            <Choose />
            <h2 class="cells-title">{t!(desk_library.import.before)}</h2>
            <Rows from=list empty=t!(desk_library.import.none) name="imports" let:one>{row(&one)}</Rows>
        </Page>
    }
    .into_any()
}

/// Sends the file as it is; the server finds out what it is.
#[component]
fn Choose() -> AnyView {
    let send = Send::default();
    let id = uid();
    let navigate = StoredValue::new_local(use_navigate());
    let pick = move |ev: leptos::ev::Event| {
        let input = ev
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(input) = input else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else {
            return;
        };
        // The same file, corrected, may be chosen again.
        input.set_value("");
        let query = ImportTitlesQuery {
            id: Some(fresh::<LibraryImportId>()),
        };
        send.run(
            api::upload::<ImportTitles>((), query, file, "application/octet-stream"),
            move |made: LibraryImportView| {
                let to = format!("/desk/library/imports/{}", made.id);
                navigate.with_value(|navigate| navigate(&to, NavigateOptions::default()));
            },
        );
    };
    view! {
        <section class="card stack">
            <p>{t!(desk_library.import.words)}</p>
            <div class="field">
                <label class="field-label" for=id.clone()>{t!(desk_library.import.file)}</label>
                <input class="field-input" id=id type="file" accept=".csv,.xlsx,.mrc,.iso,.dat,.txt" data-testid="library-file" on:change=pick />
            </div>
            <TroubleNote problem=send.problem />
            {move || send.busy.get().then(|| view! { <p role="status" data-testid="reading">{t!(desk_library.import.reading)}</p> })}
        </section>
    }
    .into_any()
}

fn state(state: ImportState) -> (String, Tone) {
    let tone = match state {
        ImportState::Running => Tone::Wait,
        ImportState::Done => Tone::Good,
        ImportState::Cancelled => Tone::Calm,
    };
    let words = named(texts::desk_library::import_state::ALL, state.as_str());
    (words, tone)
}

fn counts(one: &LibraryImportView) -> String {
    t!(
        desk_library.import.counts,
        taken = one.taken,
        known = one.known,
        refused = one.refused
    )
}

fn row(one: &LibraryImportView) -> AnyView {
    let (words, tone) = state(one.state);
    view! {
        <a class="card service-card" href=format!("/desk/library/imports/{}", one.id) data-testid="import-row">
            <span class="booking-top"><span class="booking-name">{when::moment(one.made_at)}</span><Tag words tone /></span>
            <span>{counts(one)}</span>
            <span class="quiet">{one.by_name.clone()}</span>
        </a>
    }
    .into_any()
}

/// How often it is asked how far it is.
const LOOK_MILLIS: u64 = 1_000;

#[component]
pub fn Import(id: LibraryImportId) -> AnyView {
    let import = Remote::new(move || api::get::<GetLibraryImport>((id,), None_ {}));
    let look = move || {
        let running = import
            .now()
            .is_none_or(|one| one.state == ImportState::Running);
        if running {
            import.again();
        }
    };
    if let Ok(timer) = set_interval_with_handle(look, Duration::from_millis(LOOK_MILLIS)) {
        on_cleanup(move || timer.clear());
    }
    let which = RwSignal::new("refused".to_owned());
    // The rows are read again when it has ended.
    let ended = Memo::new(move |_| {
        import
            .value
            .with(|one| one.as_ref().and_then(|one| one.ended_at))
    });
    let rows = Paged::new(move |cursor| {
        ended.get();
        let query = LibraryImportRowsQuery {
            all: which.with(|which| which == "all").then_some(true),
            cursor,
            limit: None,
        };
        api::get::<ListLibraryImportRows>((id,), query)
    });
    let options = vec![
        (
            "refused".to_owned(),
            t!(desk_library.import.refused).to_owned(),
        ),
        ("all".to_owned(), t!(desk_library.lent.all).to_owned()),
    ];
    let heads = vec![
        Head::always(t!(desk_library.import.row)),
        Head::always(t!(desk_library.import.name)),
        Head::always(t!(desk_library.import.outcome)),
        Head::wide(t!(desk_library.import.column)),
    ];
    let set = Callback::new(move |chosen: String| which.set(chosen));
    view! {
        <Page title=t!(desk_library.hub.imports) back="/desk/library/imports" wide=true>
            <Load from=import let:one>{body(import, &one)}</Load>
            <Chips label=t!(desk_library.lent.which) options value=which set name="which" />
            <Table from=rows caption=t!(desk_library.import.rows) heads empty=t!(desk_library.import.no_rows) name="import-rows" row=line />
        </Page>
    }
    .into_any()
}

fn body(remote: Remote<LibraryImportView>, one: &LibraryImportView) -> AnyView {
    let (words, tone) = state(one.state);
    let running = one.state == ImportState::Running;
    let far = t!(
        desk_library.import.progress,
        done = one.done,
        rows = one.rows
    );
    view! {
        <section class="card stack" data-testid="import" data-state=one.state.as_str()>
            <p class="booking-top"><span>{far.clone()}</span><Tag words tone /></p>
            <progress max=one.rows.to_string() value=one.done.to_string() aria-label=far></progress>
            <p data-testid="counts">{counts(one)}</p>
            <p class="quiet">{t!(desk_library.import.copies, count = one.copies)}</p>
            {running.then(|| view! { <Cancel remote id=one.id /> })}
        </section>
    }
    .into_any()
}

#[component]
fn Cancel(remote: Remote<LibraryImportView>, id: LibraryImportId) -> AnyView {
    let send = Send::default();
    let attempt: Attempt<CommandId> = Attempt::new();
    let go = Callback::new(move |()| {
        let body = CancelImportBody {
            id: attempt.id("cancel"),
        };
        send.run(
            api::call::<CancelLibraryImport>((id,), None_ {}, body),
            move |now| {
                say(t!(desk_library.import.cancelled));
                remote.put(now);
            },
        );
    });
    view! {
        <p class="quiet">{t!(desk_library.import.leave)}</p>
        <TroubleNote problem=send.problem />
        <Button label=t!(desk_library.import.cancel) name="import-cancel" kind=Kind::Plain busy=send.busy on_press=go />
    }
    .into_any()
}

fn line(row: LibraryImportRow) -> Vec<AnyView> {
    let outcome = match (row.code, row.outcome) {
        (Some(code), _) => words(&about(code)),
        (None, Some(outcome)) => named(texts::desk_library::row::ALL, outcome.as_str()),
        (None, None) => t!(desk_library.import.waits).to_owned(),
    };
    vec![
        row.row.into_any(),
        row.name.into_any(),
        view! { <span data-testid="row-outcome">{outcome}</span> }.into_any(),
        row.column.unwrap_or_default().into_any(),
    ]
}

fn about(code: Code) -> Problem {
    Problem::new(code)
}
