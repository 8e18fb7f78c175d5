//! The ledger of a month: what came and went, without anybody's name.

use domain::network::Month;
use leptos::prelude::*;
use wire::endpoint::Endpoint;
use wire::library::shelf::{
    GetLibraryLedger, GetLibraryLedgerFile, LedgerQuery, LedgerRow, LedgerView,
};

use crate::browser::print;
use crate::i18n::{named, texts};
use crate::model::when;
use crate::session::Session;
use crate::ui::{Button, Field, Kind, Load, Page, Remote};
use crate::{api, clock, t};

#[component]
pub fn Ledger() -> AnyView {
    let today = clock::today(&Session::get().zone());
    let month = RwSignal::new(format!("{:04}-{:02}", today.year(), today.month()));
    let asked = move || month.with(|raw| raw.parse::<Month>().ok());
    let ledger = Remote::new(move || match asked() {
        Some(month) => api::get::<GetLibraryLedger>((), LedgerQuery { month }),
        None => Box::pin(async { Err(wire::Problem::new(wire::Code::BadValue).at("/month")) }),
    });
    let file = move || {
        let href = GetLibraryLedgerFile::url(&(), &LedgerQuery { month: asked()? });
        Some(
            view! { <a class="weui-btn weui-btn_default button button-small" href=href rel="external" download="" data-testid="ledger-file">{t!(desk_library.ledger.file)}</a> },
        )
    };
    view! {
        <Page title=t!(desk_library.hub.ledger) back="/desk/library" wide=true>
            <div class="card stack screen-only">
                <Field label=t!(desk_library.ledger.month) value=month name="month" kind="month" />
                <div class="row">
                    {file}
                    <Button label=t!(volunteer.card.print) name="print" small=true kind=Kind::Plain on_press=move |()| print() />
                </div>
            </div>
            <Load from=ledger let:now>{sheet(&now)}</Load>
        </Page>
    }
    .into_any()
}

fn sheet(ledger: &LedgerView) -> AnyView {
    let sums = [
        (t!(desk_library.ledger.lent), ledger.lent.into(), "lent"),
        (
            t!(desk_library.ledger.returned),
            ledger.returned.into(),
            "returned",
        ),
        (
            t!(desk_library.ledger.renewed),
            ledger.renewed.into(),
            "renewed",
        ),
        (
            t!(desk_library.ledger.taken_in),
            ledger.taken_in.into(),
            "taken-in",
        ),
        (
            t!(desk_library.ledger.missing),
            ledger.missing.into(),
            "missing",
        ),
        (t!(desk_library.ledger.lost), ledger.lost.into(), "lost"),
        (t!(desk_library.ledger.found), ledger.found.into(), "found"),
        (
            t!(desk_library.ledger.withdrawn),
            ledger.withdrawn.into(),
            "withdrawn",
        ),
        (
            t!(desk_library.ledger.restored),
            ledger.restored.into(),
            "restored",
        ),
        (t!(desk_library.ledger.copies), ledger.copies, "copies"),
        (t!(desk_library.ledger.out), ledger.out, "out"),
    ];
    let sum = |(label, count, name): (&'static str, i64, &'static str)| {
        view! { <tr><th scope="row">{label}</th><td data-testid=name>{count}</td></tr> }.into_any()
    };
    let row = |row: &LedgerRow| {
        let event = named(texts::desk_library::event::ALL, row.event.as_str());
        view! { <tr><td>{when::moment(row.at)}</td><td>{event}</td><td>{row.title_name.clone()}</td><td>{row.barcode.clone()}</td></tr> }.into_any()
    };
    view! {
        <section class="card paper stack" data-testid="ledger">
            <h2 class="paper-title">{t!(desk_library.ledger.title, month = ledger.month.to_string())}</h2>
            <table class="paper-rows"><tbody>{sums.into_iter().map(sum).collect::<Vec<_>>()}</tbody></table>
            <div class="paper-scroll" tabindex="0" role="region" aria-label=t!(desk_library.ledger.rows)>
                <table class="paper-rows" data-testid="ledger-rows">
                    <thead><tr><th scope="col">{t!(desk_library.ledger.at)}</th><th scope="col">{t!(desk_library.ledger.event)}</th><th scope="col">{t!(desk_library.lent.book)}</th><th scope="col">{t!(desk_library.ledger.label)}</th></tr></thead>
                    <tbody>{ledger.rows.iter().map(row).collect::<Vec<_>>()}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
