use domain::watch::{Measure, Metric};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::watch::{GetMyVitals, ReadingView, VitalsView};

use super::hub::Station;
use crate::i18n::{named, texts};
use crate::model::vitals::value;
use crate::model::when;
use crate::ui::{Cell, Cells, Empty, Fact, Facts, Kind, LinkButton, Load, Page, Remote};
use crate::{api, t};

/// The way there, for whoever agreed to it with the station; nothing for anybody else.
#[component]
pub fn Entry() -> AnyView {
    let vitals = Remote::new(|| api::get::<GetMyVitals>((), None_ {}));
    let agreed = Memo::new(move |_| vitals.value.with(|one| one.as_ref().is_some_and(some)));
    let shown = move || {
        agreed.get().then(|| view! { <LinkButton label=t!(watch.vitals.title) href="/watch/vitals" name="to-vitals" kind=Kind::Plain /> })
    };
    shown.into_any()
}

fn some(one: &VitalsView) -> bool {
    one.ver > 0
}

/// What is looked at of one's own body, and the latest readings.
#[component]
pub fn Vitals() -> AnyView {
    let vitals = Remote::new(|| api::get::<GetMyVitals>((), None_ {}));
    view! {
        <Page title=t!(watch.vitals.title) back="/watch">
            <Load from=vitals let:one>{draw(&one)}</Load>
            <Station />
        </Page>
    }
    .into_any()
}

fn draw(one: &VitalsView) -> AnyView {
    if !some(one) {
        return view! { <p class="card" data-testid="no-vitals">{t!(watch.vitals.nothing)}</p> }
            .into_any();
    }
    let looked = (!one.alerts.is_empty()).then(
        || view! { <p class="card" data-testid="vitals-looked">{t!(watch.vitals.looked)}</p> },
    );
    view! {
        {looked}
        <section class="stack-s">
            <h2 class="cells-title">{t!(watch.vitals.latest)}</h2>
            {readings(&one.readings)}
        </section>
        <section class="stack-s">
            <h2 class="cells-title">{t!(watch.vitals.agreed)}</h2>
            {measures(&one.measures)}
        </section>
        <Cells><Cell label=t!(watch.kept.stop) note=t!(watch.vitals.stop_note) href="/me/data" name="to-consents" /></Cells>
    }
    .into_any()
}

/// What was measured, in words that tell both pressures apart.
#[must_use]
pub fn name(metric: Metric) -> String {
    named(texts::watch::measure::ALL, metric.as_str())
}

/// The latest readings and presses of the button, as they came.
#[must_use]
pub fn readings(all: &[ReadingView]) -> AnyView {
    if all.is_empty() {
        return view! { <Empty words=t!(watch.vitals.none) /> }.into_any();
    }
    let rows: Vec<AnyView> = all.iter().map(reading).collect();
    view! { <Cells>{rows}</Cells> }.into_any()
}

fn reading(one: &ReadingView) -> AnyView {
    let at = when::moment(one.at);
    let note = match one.approximate {
        true => t!(watch.vitals.about, at = at),
        false => at,
    };
    let (label, value) = match (one.metric, one.value) {
        (Some(metric), Some(amount)) => (name(metric), value(metric, amount)),
        _ => (t!(watch.vitals.button).to_owned(), String::new()),
    };
    view! { <Cell label value note name="reading" /> }.into_any()
}

/// What is agreed, measure by measure.
#[must_use]
pub fn measures(all: &[Measure]) -> AnyView {
    let rows: Vec<AnyView> = all.iter().map(measure).collect();
    view! { <Facts>{rows}</Facts> }.into_any()
}

fn measure(one: &Measure) -> AnyView {
    let said = |bound| value(one.metric, bound);
    let words = match (one.low.map(said), one.high.map(said)) {
        (Some(low), Some(high)) => t!(watch.vitals.both, low = low, high = high),
        (Some(low), None) => t!(watch.vitals.low, low = low),
        (None, Some(high)) => t!(watch.vitals.high, high = high),
        (None, None) => t!(watch.vitals.noted).to_owned(),
    };
    let window = one.window_minutes.map(when::minutes);
    let note = window.map(|span| t!(watch.vitals.window, span = span));
    view! { <Fact label=name(one.metric) value=words note=note.unwrap_or_default() name="measure" /> }
        .into_any()
}
