//! Why somebody looks after a person, and what the doors know of them.

use domain::AlertId;
use domain::access::Act;
use leptos::prelude::*;
use wire::care::{CaseAlertView, CaseView};
use wire::endpoint::None_;
use wire::watch::{AlertView, GetAlert};

use super::super::super::watch::poll;
use super::super::words;
use super::Work;
use crate::i18n::{named, texts};
use crate::model::when;
use crate::session::Session;
use crate::t;
use crate::ui::{Remote, Tag, Tone};

#[component]
pub(super) fn Head(work: Work) -> AnyView {
    let who = work.part(|case| (case.row.clone(), case.said.clone()));
    let top = move || {
        let (row, said) = who.get()?;
        let opened = t!(
            desk_case.head.opened,
            at = when::moment(row.opened_at),
            source = words::source(row.source)
        );
        let late = row
            .overdue
            .then(|| view! { <span data-testid="overdue"><Tag words=t!(desk_case.head.overdue) tone=Tone::Wait /></span> });
        let room = (!row.room.is_empty())
            .then(|| view! { <p data-testid="case-room">{row.room.clone()}</p> });
        let said = (!said.is_empty())
            .then(|| view! { <p class="prose" data-testid="case-said">{said}</p> });
        Some(view! {
            <div class="desk-head">
                <h2 data-testid="case-person">{row.person_name.clone()}</h2>
                <span role="status" data-testid="case-stage" data-stage=row.stage.as_str()><Tag words=words::stage(row.stage) tone=words::stage_tone(row.stage) /></span>
                {late}
            </div>
            {room}
            <p class="quiet">{opened}</p>
            {said}
        })
    };
    let alerts = work.part(|case| case.alerts.clone());
    let alerts = move || {
        let alerts = alerts.get()?;
        let lines = alerts.iter().map(alert).collect::<Vec<_>>();
        (!lines.is_empty()).then(|| view! { <ul class="stack-s">{lines}</ul> })
    };
    let parts = work.part(|case| case.merged.clone());
    let parts = move || {
        let parts = parts.get()?;
        let link = |id: &domain::CaseId| {
            let href = format!("/desk/care/cases/{id}");
            view! { <li><a class="grid-link" href=href data-testid="merged">{t!(desk_case.head.merged)}</a></li> }
                .into_any()
        };
        let links = parts.iter().map(link).collect::<Vec<_>>();
        (!links.is_empty()).then(|| view! { <ul>{links}</ul> })
    };
    view! {
        <section class="card stack-s" data-testid="case-head">
            {top}
            {alerts}
            {parts}
            <Sensors work />
        </section>
    }
    .into_any()
}

fn alert(one: &CaseAlertView) -> AnyView {
    let at = when::moment(one.opened_at);
    let opened = match one.rules_ver {
        0 => t!(desk_case.head.alert_first, at = at),
        ver => t!(desk_case.head.alert, at = at, ver = ver),
    };
    let (state, tone) = match one.over_at {
        Some(at) => (t!(desk_case.head.over, at = when::moment(at)), Tone::Calm),
        None => (t!(desk_case.head.stands).to_owned(), Tone::Bad),
    };
    let href = format!("/desk/watch/alerts/{}", one.id);
    let over = one.over_at.is_some();
    view! {
        <li data-testid="case-alert" data-cause=one.cause.as_str() data-over=over.to_string()>
            <p><a href=href>{words::cause(one.cause)}</a>" "<Tag words=state tone /></p>
            <p class="quiet">{opened}</p>
        </li>
    }
    .into_any()
}

/// The alert that stands and was opened last.
fn standing(case: &CaseView) -> Option<AlertId> {
    let mut alerts = case.alerts.iter().rev();
    alerts
        .find(|alert| alert.over_at.is_none())
        .map(|alert| alert.id)
}

/// What the doors know, and how surely. Who is not watched has nothing of the kind.
#[component]
fn Sensors(work: Work) -> AnyView {
    let known = work.part(|case| (case.person.seen_at, case.person.away_until));
    let lines = move || {
        let (seen, away) = known.get()?;
        let seen = seen.map(|at| view! { <p data-testid="seen-at">{t!(desk_case.head.seen, at = when::moment(at))}</p> });
        let away = away.map(|until| view! { <p data-testid="away-until">{t!(desk_case.head.away, until = when::moment(until))}</p> });
        Some(view! { {seen}{away} })
    };
    let alert = Memo::new(move |_| {
        let watches = Session::get().may(Act::Watch);
        let alert = work
            .case
            .value
            .with(|case| case.as_ref().and_then(standing));
        alert.filter(|_| watches)
    });
    let surely = move || alert.get().map(|id| view! { <Surely id /> });
    view! { {lines}{surely} }.into_any()
}

#[component]
fn Surely(id: AlertId) -> AnyView {
    let alert = Remote::new(move || poll::quietly::<GetAlert>((id,), None_ {}));
    let told = move || {
        let alert: AlertView = alert.value.get()?;
        let surely = alert.cause.silence().map(|_| {
            let words = texts::desk_watch::confidence::ALL;
            named(words, alert.confidence.as_str())
        });
        let unsure = alert
            .unconfirmed
            .then(|| view! { <p>{t!(desk_watch.alert.unconfirmed)}</p> });
        Some(
            view! { {surely.map(|words| view! { <p class="quiet" data-testid="surely">{words}</p> })}{unsure} },
        )
    };
    told.into_any()
}
