//! The network's list of a month held against ours. Nothing is changed by it.

use domain::network::Month;
use domain::network::compare::Difference;
use leptos::prelude::*;
use wire::Code;
use wire::Problem;
use wire::points::network::{DifferenceView, ReconcileNetwork, ReconcileQuery, Reconciliation};

use super::super::super::table::{Head, Plain};
use super::super::super::words::today;
use super::batch::row_by_row;
use super::pick::{FilePick, Picked};
use super::{HOME, records, typed_month};
use crate::model::volunteer::served;
use crate::model::when;
use crate::ui::{Button, Field, Page, Send, TroubleNote};
use crate::{api, t};

#[component]
pub fn Differ() -> AnyView {
    let last = today().first_of_month().yesterday();
    let last = last.map_or_else(|_| String::new(), |day| Month::of(day).to_string());
    let month = RwSignal::new(last);
    let (picked, send) = (Picked::none(), Send::default());
    let found = RwSignal::new(None::<Reconciliation>);
    let go = move |()| {
        let Some((file, kind)) = picked.now() else {
            return;
        };
        let bad = || Problem::new(Code::BadValue).at("/month");
        let Ok(Some(month)) = month.with_untracked(|raw| typed_month(raw)) else {
            return send.problem.set(Some(bad()));
        };
        let query = ReconcileQuery { month };
        let call = api::upload::<ReconcileNetwork>((), query, file, kind);
        send.run(call, move |now| found.set(Some(now)));
    };
    let on_pick = Callback::new(move |()| {
        found.set(None);
        send.problem.set(None);
    });
    let none = Signal::derive(move || picked.file.with(Option::is_none));
    let told = move || found.get().map(|now| draw(&now));
    view! {
        <Page title=t!(desk_network.page.differ) back=HOME wide=true>
            <section class="card stack">
                <p class="quiet">{t!(desk_network.differ.words)}</p>
                <Field label=t!(desk_network.differ.month) value=month name="month" kind="month" placeholder="2026-01" pointer="/month" problem=send.problem max=7 />
                <FilePick picked on_pick />
                <TroubleNote problem=send.problem />
                <div class="row"><Button label=t!(desk_network.differ.button) name="differ" small=true busy=send.busy disabled=none on_press=go /></div>
            </section>
            {told}
        </Page>
    }
    .into_any()
}

fn draw(now: &Reconciliation) -> AnyView {
    let sums = t!(
        desk_network.differ.sums,
        month = now.month,
        ours = now.ours,
        theirs = now.theirs
    );
    let verdict = match now.found {
        0 => t!(desk_network.differ.same).to_owned(),
        found => t!(desk_network.differ.found, found = found),
    };
    let heads = vec![
        Head::always(t!(desk_network.differ.what)),
        Head::wide(t!(desk_network.differ.row)),
        Head::always(t!(desk_network.differ.ours)),
        Head::always(t!(desk_network.differ.theirs)),
    ];
    let rows: Vec<Vec<AnyView>> = now.differences.iter().map(line).collect();
    let table = (!rows.is_empty()).then(
        || view! { <Plain caption=t!(desk_network.page.differ) heads rows name="differences" /> },
    );
    let unread = (!now.unread.is_empty()).then(|| {
        view! {
            <h2>{t!(desk_network.differ.unread)}</h2>
            {row_by_row(&now.unread)}
        }
    });
    view! {
        <section class="card stack" data-testid="reconciliation">
            <h2 role="status" data-testid="verdict">{verdict}</h2>
            <p class="quiet">{sums}</p>
            {table}
            {unread}
        </section>
    }
    .into_any()
}

fn line(one: &DifferenceView) -> Vec<AnyView> {
    let what = match one.what {
        Difference::OnlyOurs => t!(desk_network.differ.only_ours),
        Difference::OnlyTheirs => t!(desk_network.differ.only_theirs),
        Difference::Minutes => t!(desk_network.differ.minutes),
        Difference::External => t!(desk_network.differ.external),
    };
    let ours = one.entry.map(|id| {
        let href = format!("/desk/volunteering/hours/{id}");
        let starts = one.starts.map(when::moment).unwrap_or_default();
        let rest = [
            one.minutes.map(served),
            one.state.map(records::state),
            one.external.clone(),
        ];
        let rest: Vec<String> = rest.into_iter().flatten().collect();
        view! { <a class="grid-link" href=href>{starts}</a><span class="cell-note">{rest.join(" · ")}</span> }
    });
    let hours = one.their_hours_tenths.map(|tenths| {
        t!(
            desk_network.differ.hours,
            hours = format!("{}.{}", tenths / 10, tenths % 10)
        )
    });
    let theirs = [
        one.their_minutes.map(served).or(hours),
        one.their_external.clone(),
    ];
    let theirs: Vec<String> = theirs.into_iter().flatten().collect();
    vec![
        what.into_any(),
        one.row
            .map(|row| row.to_string())
            .unwrap_or_default()
            .into_any(),
        view! { {ours} }.into_any(),
        theirs.join(" · ").into_any(),
    ]
}
