//! Passing service time on to the national network: what waits, making a file, and the files there
//! are. `batch` is one file and its answers, `records` the single records, `differ` the
//! network's list of a month held against ours.

use domain::NetworkBatchId;
use domain::network::Month;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::points::network::{
    CreateNetworkBatch, CreateNetworkBatchBody, GetNetwork, ListNetworkBatches, NetworkBatchView,
    NetworkBatchesQuery, NetworkQuery, NetworkSummary,
};
use wire::{Code, Problem};

use super::super::ask::Attempt;
use crate::model::when;
use crate::ui::{
    Button, Cell, Cells, Fact, Facts, Field, Load, Page, Paged, Remote, Rows, Send, Tag, Tone,
    TroubleNote, say_next,
};
use crate::{api, t};

pub mod batch;
pub mod differ;
mod pick;
pub mod records;

pub const HOME: &str = "/desk/volunteering/network";

#[component]
pub fn Network() -> AnyView {
    let summary = Remote::new(|| api::get::<GetNetwork>((), NetworkQuery { month: None }));
    let list = Paged::new(|cursor| {
        let query = NetworkBatchesQuery {
            cursor,
            limit: None,
        };
        api::get::<ListNetworkBatches>((), query)
    });
    view! {
        <Page title=t!(desk_network.page.title) back="/desk/volunteering" wide=true>
            <p class="quiet">{t!(desk_network.page.words)}</p>
            <div class="desk-columns desk-halves">
                <div class="stack">
                    <Load from=summary let:now>{counts(now)}</Load>
                    <Make />
                </div>
                <div class="stack">
                    <section class="stack-s">
                        <h2 class="cells-title">{t!(desk_network.page.batches)}</h2>
                        <Rows from=list empty=t!(desk_network.page.no_batches) name="batches" cells=true let:one>{row(&one)}</Rows>
                    </section>
                    <Cells>
                        <Cell label=t!(desk_network.page.records) note=t!(desk_network.page.records_note) href=format!("{HOME}/records") name="to-records" />
                        <Cell label=t!(desk_network.page.differ) note=t!(desk_network.page.differ_note) href=format!("{HOME}/differ") name="to-differ" />
                    </Cells>
                </div>
            </div>
        </Page>
    }
    .into_any()
}

fn counts(now: NetworkSummary) -> AnyView {
    let count = |count: u32| t!(desk_network.page.count, count = count);
    let without = match now.people_without_number {
        0 => String::new(),
        people => t!(desk_network.page.without_note, people = people),
    };
    let more = now
        .more
        .then(|| view! { <p class="quiet">{t!(desk_network.page.more)}</p> });
    view! {
        <Facts>
            <Fact label=t!(desk_network.page.ready) value=count(now.ready) name="ready" />
            <Fact label=t!(desk_network.page.without) value=count(now.without_number) note=without name="without-number" />
            <Fact label=t!(desk_network.page.sent) value=count(now.sent) name="sent" />
            <Fact label=t!(desk_network.page.rejected) value=count(now.rejected) name="rejected" />
        </Facts>
        {more}
    }
    .into_any()
}

/// A month as it was typed; nothing where nothing was.
pub(super) fn typed_month(raw: &str) -> Result<Option<Month>, Problem> {
    match raw.trim() {
        "" => Ok(None),
        raw => {
            let bad = |_| Problem::new(Code::BadValue).at("/month");
            raw.parse().map(Some).map_err(bad)
        }
    }
}

#[component]
fn Make() -> AnyView {
    let month = RwSignal::new(String::new());
    let (send, attempt) = (Send::default(), Attempt::<NetworkBatchId>::new());
    let navigate = use_navigate();
    let go = move |()| {
        let month = match month.with_untracked(|raw| typed_month(raw)) {
            Ok(month) => month,
            Err(flaw) => return send.problem.set(Some(flaw)),
        };
        let body = CreateNetworkBatchBody {
            id: attempt.id(&format!("{month:?}")),
            month,
        };
        let navigate = navigate.clone();
        let call = api::call::<CreateNetworkBatch>((), None_ {}, body);
        send.run(call, move |made| {
            say_next(t!(desk_network.make.done));
            navigate(&format!("{HOME}/{}", made.id), Default::default());
        });
    };
    view! {
        <section class="card stack" data-testid="make">
            <h2>{t!(desk_network.make.title)}</h2>
            <p class="quiet">{t!(desk_network.make.words)}</p>
            <Field label=t!(desk_network.make.month) hint=t!(desk_network.make.month_hint) value=month name="month" kind="month" placeholder="2026-01" pointer="/month" problem=send.problem max=7 />
            <TroubleNote problem=send.problem />
            <Button label=t!(desk_network.make.button) name="make-file" busy=send.busy on_press=go />
        </section>
    }
    .into_any()
}

/// What a file is called: when it was made, and of which month.
pub(super) fn called(batch: &NetworkBatchView) -> String {
    let made = when::moment(batch.made_at);
    match batch.month {
        Some(month) => format!("{made} · {month}"),
        None => made,
    }
}

fn row(batch: &NetworkBatchView) -> AnyView {
    let href = format!("{HOME}/{}", batch.id);
    let count = t!(desk_network.page.count, count = batch.records);
    let note = format!("{count} · {}", batch.made_by_name);
    let open = (!batch.closed)
        .then(|| view! { <Tag words=t!(desk_network.page.unfinished) tone=Tone::Wait /> });
    view! { <Cell label=called(batch) note=note href=href name="batch">{open}</Cell> }.into_any()
}
