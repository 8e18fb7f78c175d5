//! One file: fetching it, and handing in what the network answered.

use domain::NetworkBatchId;
use leptos::prelude::*;
use wire::Problem;
use wire::endpoint::{Endpoint, None_};
use wire::market::{ImportMode, ImportOutcome, ImportQuery, ImportReport, ImportRow};
use wire::points::network::{
    AnswerNetworkBatch, CreateNetworkBatch, CreateNetworkBatchBody, GetNetworkBatch,
    GetNetworkFile, NetworkBatchView, NetworkFileQuery, SheetForm,
};

use super::super::super::table::{Head, Plain};
use super::pick::{FilePick, Picked};
use super::{HOME, called};
use crate::model::desk_import::by_need;
use crate::model::problem;
use crate::ui::{Button, Fact, Facts, Kind, Load, Page, Remote, Send, Tag, Tone, TroubleNote, say};
use crate::{api, t};

#[component]
pub fn Batch(id: NetworkBatchId) -> AnyView {
    let batch = Remote::new(move || api::get::<GetNetworkBatch>((id,), None_ {}));
    view! {
        <Page title=t!(desk_network.batch.title) back=HOME wide=true>
            <Load from=batch let:now>{draw(now, batch)}</Load>
            <Answers id batch />
        </Page>
    }
    .into_any()
}

fn draw(batch: NetworkBatchView, from: Remote<NetworkBatchView>) -> AnyView {
    let count = |count: u32| t!(desk_network.page.count, count = count);
    let standing = batch.standing.clone().map(|now| {
        view! {
            <Fact label=t!(desk_network.state.sent) value=count(now.unanswered) name="unanswered" />
            <Fact label=t!(desk_network.state.accepted) value=count(now.accepted) name="accepted" />
            <Fact label=t!(desk_network.state.rejected) value=count(now.rejected) name="rejected" />
        }
    });
    let fetched = match batch.closed {
        true => links(batch.id),
        false => view! { <Finish id=batch.id month=batch.month from /> }.into_any(),
    };
    view! {
        <div class="stack">
            <div class="card desk-head"><h2>{called(&batch)}</h2></div>
            <Facts>
                <Fact label=t!(desk_network.batch.records) value=count(batch.records) name="records" />
                <Fact label=t!(desk_network.batch.made_by) value=batch.made_by_name.clone() name="made-by" />
                {standing}
            </Facts>
            <section class="card stack">{fetched}</section>
        </div>
    }
    .into_any()
}

/// The browser fetches the file by itself; every fetch is written down.
fn links(id: NetworkBatchId) -> AnyView {
    let link = |form: SheetForm, label: &'static str, name: &'static str| {
        let query = NetworkFileQuery { format: Some(form) };
        let href = GetNetworkFile::url(&(id,), &query);
        view! { <a class="weui-btn weui-btn_default button button-small" href=href rel="external" download="" data-testid=name>{label}</a> }
    };
    view! {
        <p class="quiet">{t!(desk_network.batch.fetch_words)}</p>
        <div class="row">
            {link(SheetForm::Xlsx, t!(desk_network.batch.xlsx), "fetch-xlsx")}
            {link(SheetForm::Csv, t!(desk_network.batch.csv), "fetch-csv")}
        </div>
    }
    .into_any()
}

/// Goes on with a file that was interrupted.
#[component]
fn Finish(
    id: NetworkBatchId,
    month: Option<domain::network::Month>,
    from: Remote<NetworkBatchView>,
) -> AnyView {
    let send = Send::default();
    let go = move |()| {
        let body = CreateNetworkBatchBody { id, month };
        let call = api::call::<CreateNetworkBatch>((), None_ {}, body);
        send.run(call, move |made| {
            say(t!(desk_network.make.done));
            from.put(made);
        });
    };
    view! {
        <p>{t!(desk_network.batch.unfinished_words)}</p>
        <TroubleNote problem=send.problem />
        <Button label=t!(desk_network.batch.finish) name="finish" small=true busy=send.busy on_press=go />
    }
    .into_any()
}

/// What came of a file of answers.
type Outcome = (ImportMode, ImportReport);

#[component]
fn Answers(id: NetworkBatchId, batch: Remote<NetworkBatchView>) -> AnyView {
    let (picked, send) = (Picked::none(), Send::default());
    let outcome = RwSignal::new(None::<Outcome>);
    let hand_in = move |mode: ImportMode| {
        let Some((file, kind)) = picked.now() else {
            return;
        };
        let query = ImportQuery { mode: Some(mode) };
        let call = api::upload::<AnswerNetworkBatch>((id,), query, file, kind);
        send.run(call, move |report| {
            outcome.set(Some((mode, report)));
            if mode == ImportMode::Take {
                batch.again();
            }
        });
    };
    let on_pick = Callback::new(move |()| {
        outcome.set(None);
        send.problem.set(None);
    });
    let none = Signal::derive(move || picked.file.with(Option::is_none));
    let told = move || {
        let (mode, report) = outcome.get()?;
        let take = (mode == ImportMode::Check && report.taken > 0).then(|| view! { <Button label=t!(desk_network.answers.take) small=true name="take" busy=send.busy on_press=move |()| hand_in(ImportMode::Take) /> });
        Some(view! {
            <section class="card stack" data-testid="report" data-mode=if mode == ImportMode::Check { "check" } else { "take" }>
                {sums(mode, &report)}
                {take}
                {row_by_row(&report.rows)}
            </section>
        })
    };
    view! {
        <section class="card stack" data-testid="answers">
            <h2>{t!(desk_network.answers.title)}</h2>
            <p class="quiet">{t!(desk_network.answers.words)}</p>
            <FilePick picked on_pick />
            <TroubleNote problem=send.problem />
            <div class="row"><Button label=t!(desk_import.page.check) small=true name="check" kind=Kind::Plain busy=send.busy disabled=none on_press=move |()| hand_in(ImportMode::Check) /></div>
        </section>
        {told}
    }
    .into_any()
}

fn sums(mode: ImportMode, report: &ImportReport) -> AnyView {
    let (title, taken) = match mode {
        ImportMode::Check => (
            t!(desk_network.answers.checked),
            t!(desk_network.answers.would),
        ),
        ImportMode::Take => (
            t!(desk_network.answers.done),
            t!(desk_network.answers.taken),
        ),
    };
    let sum = |label: &'static str, count: u32, name: &'static str| view! { <div class="sum"><dt class="quiet">{label}</dt><dd class="count-number" data-testid=name>{count}</dd></div> };
    view! {
        <h2 role="status">{title}</h2>
        <dl class="sums">
            {sum(taken, report.taken, "sum-taken")}
            {sum(t!(desk_network.answers.known), report.known, "sum-known")}
            {sum(t!(desk_network.answers.refused), report.refused, "sum-refused")}
        </dl>
    }
    .into_any()
}

/// Row by row, those that need a hand first.
pub(super) fn row_by_row(rows: &[ImportRow]) -> AnyView {
    let heads = vec![
        Head::always(t!(desk_network.answers.row)),
        Head::wide(t!(desk_network.answers.name)),
        Head::always(t!(desk_network.answers.outcome)),
    ];
    let rows = by_need(rows).iter().map(line).collect();
    view! { <Plain caption=t!(desk_network.answers.rows) heads rows name="answer-rows" /> }
        .into_any()
}

fn line(row: &ImportRow) -> Vec<AnyView> {
    let (words, tone) = match row.outcome {
        ImportOutcome::Taken => (t!(desk_network.answers.taken), Tone::Good),
        ImportOutcome::Known => (t!(desk_network.answers.known), Tone::Calm),
        ImportOutcome::Refused => (t!(desk_network.answers.refused), Tone::Bad),
    };
    let why = row.code.map(|code| problem::words(&Problem::new(code)));
    let why = why.map(|why| {
        let column = row.column.clone().unwrap_or_default();
        view! { <span class="cell-note">{format!("{column} {why}")}</span> }
    });
    vec![
        row.row.to_string().into_any(),
        row.name.clone().into_any(),
        view! { <Tag words tone />{why} }.into_any(),
    ]
}
