//! Where everything of the library is reached from; each sees what is theirs to do.

use domain::access::Act;
use leptos::prelude::*;

use crate::session::Session;
use crate::t;
use crate::ui::{Cell, Cells, LinkButton, Page};

#[component]
pub fn Hub() -> AnyView {
    let session = Session::get();
    let row = move |act: Act, (label, note): (&'static str, &'static str), name: &'static str| {
        let href = format!("/desk/library/{name}");
        let shown = session.may(act);
        shown.then(|| view! { <Cell label note href name /> }.into_any())
    };
    let group = |title: &'static str, rows: Vec<Option<AnyView>>| {
        let rows: Vec<AnyView> = rows.into_iter().flatten().collect();
        (!rows.is_empty()).then(|| view! { <Cells title>{rows}</Cells> })
    };
    let desk = vec![
        row(
            Act::LendBooks,
            (
                t!(desk_library.hub.readers),
                t!(desk_library.hub.readers_note),
            ),
            "readers",
        ),
        row(
            Act::LendBooks,
            (t!(desk_library.hub.lent), t!(desk_library.hub.lent_note)),
            "lent",
        ),
        row(
            Act::LendBooks,
            (
                t!(desk_library.hub.pick_ups),
                t!(desk_library.hub.pick_ups_note),
            ),
            "pick-ups",
        ),
        row(
            Act::LendBooks,
            (t!(desk_library.hub.tasks), t!(desk_library.hub.tasks_note)),
            "tasks",
        ),
    ];
    let books = vec![
        row(
            Act::LendBooks,
            (
                t!(desk_library.hub.titles),
                t!(desk_library.hub.titles_note),
            ),
            "titles",
        ),
        row(
            Act::KeepBooks,
            (
                t!(desk_library.hub.intake),
                t!(desk_library.hub.intake_note),
            ),
            "intake",
        ),
        row(
            Act::KeepBooks,
            (
                t!(desk_library.hub.imports),
                t!(desk_library.hub.imports_note),
            ),
            "imports",
        ),
        row(
            Act::KeepBooks,
            (
                t!(desk_library.hub.labels),
                t!(desk_library.hub.labels_note),
            ),
            "labels",
        ),
        row(
            Act::KeepBooks,
            (
                t!(desk_library.hub.audits),
                t!(desk_library.hub.audits_note),
            ),
            "audits",
        ),
        row(
            Act::KeepBooks,
            (
                t!(desk_library.hub.ledger),
                t!(desk_library.hub.ledger_note),
            ),
            "ledger",
        ),
        row(
            Act::KeepBooks,
            (t!(desk_library.hub.rules), t!(desk_library.hub.rules_note)),
            "rules",
        ),
    ];
    view! {
        <Page title=t!(desk_library.hub.title) wide=true>
            <div class="button-stack">
                <LinkButton label=t!(desk_library.lend.title) href="/desk/library/lend" name="to-lend" />
                <LinkButton label=t!(desk_library.back.title) href="/desk/library/back" name="to-back" kind=crate::ui::Kind::Plain />
            </div>
            <div class="desk-columns desk-halves">
                <div class="stack">{group(t!(desk_library.hub.desk), desk)}</div>
                <div class="stack">{group(t!(desk_library.hub.books), books)}</div>
            </div>
        </Page>
    }
    .into_any()
}
