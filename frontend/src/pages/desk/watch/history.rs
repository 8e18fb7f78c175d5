//! What doors said before, from a file: chosen, taken line by line, and what was refused and why.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wire::Problem;
use wire::endpoint::None_;
use wire::watch::{ImportDoorEvents, ImportDoorEventsView, ImportedLine};

use super::super::table::{Head, Plain};
use crate::model::problem::words;
use crate::ui::{Chips, Empty, Page, Send, TroubleNote, uid};
use crate::{api, t};

#[component]
pub fn History() -> AnyView {
    let (send, id) = (Send::default(), uid());
    let report = RwSignal::new(None::<ImportDoorEventsView>);
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
        report.set(None);
        send.run(
            api::upload::<ImportDoorEvents>((), None_ {}, file, "application/octet-stream"),
            move |view: ImportDoorEventsView| report.set(Some(view)),
        );
    };
    let shown = move || report.get().map(|view| view! { <Report view /> });
    view! {
        <Page title=t!(desk_watch.history.title) back="/desk/watch/devices" wide=true>
            <section class="card stack">
                <p>{t!(desk_watch.history.words)}</p>
                <p class="quiet">{t!(desk_watch.history.columns)}</p>
                <div class="field">
                    <label class="field-label" for=id.clone()>{t!(desk_watch.history.file)}</label>
                    <input class="field-input" id=id type="file" accept=".csv,.jsonl,.txt" data-testid="history-file" on:change=pick />
                </div>
                <TroubleNote problem=send.problem />
                <div role="status">{move || send.busy.get().then(|| view! { <p data-testid="reading">{t!(desk_watch.history.reading)}</p> })}</div>
            </section>
            {shown}
        </Page>
    }
    .into_any()
}

#[component]
fn Report(view: ImportDoorEventsView) -> AnyView {
    let counts = t!(
        desk_watch.history.counts,
        applied = view.applied,
        ignored = view.ignored,
        refused = view.refused
    );
    let which = RwSignal::new("refused".to_owned());
    let options = vec![
        (
            "refused".to_owned(),
            t!(desk_watch.history.refused).to_owned(),
        ),
        ("all".to_owned(), t!(desk_watch.people.all).to_owned()),
    ];
    let set = Callback::new(move |chosen: String| which.set(chosen));
    let lines = StoredValue::new(view.lines);
    let rows = move || {
        let all = which.with(|which| which == "all");
        let rows: Vec<Vec<AnyView>> = lines.with_value(|lines| {
            let shown = lines.iter();
            let shown = shown.filter(|line| all || line.outcome.refused.is_some());
            shown.map(row).collect()
        });
        if rows.is_empty() {
            return view! { <Empty words=t!(desk_watch.history.none) /> }.into_any();
        }
        let heads = vec![
            Head::always(t!(desk_watch.history.line)),
            Head::always(t!(desk_watch.history.outcome)),
            Head::always(t!(desk_watch.history.column)),
        ];
        view! { <Plain caption=t!(desk_watch.history.lines) heads rows name="history-lines" /> }
            .into_any()
    };
    view! {
        <section class="stack" data-testid="history-report" data-refused=view.refused.to_string()>
            <p role="status" data-testid="counts">{counts}</p>
            <Chips label=t!(desk_watch.history.lines) options value=which set name="which" />
            {rows}
        </section>
    }
    .into_any()
}

fn row(line: &ImportedLine) -> Vec<AnyView> {
    let outcome = match line.outcome.refused {
        Some(code) => words(&Problem::new(code)),
        None if line.outcome.applied => t!(desk_watch.history.applied).to_owned(),
        None => t!(desk_watch.history.ignored).to_owned(),
    };
    vec![
        line.line.into_any(),
        view! { <span data-testid="line-outcome">{outcome}</span> }.into_any(),
        line.column.clone().into_any(),
    ]
}
