//! How alerts, people and doors are said, the same on every page.

use domain::PersonId;
use domain::care::CauseSeen;
use domain::watch::{AlertState, Whereabouts};
use leptos::prelude::*;
use wire::identity::{GetPerson, PersonFile, ReasonQuery};
use wire::watch::AlertView;

use crate::i18n::{named, texts};
use crate::model::phone::said;
use crate::model::when;
use crate::ui::{Button, Icon, Kind, LinkButton, Send, Tone, TroubleNote};
use crate::{api, t};

#[must_use]
pub fn state(state: AlertState) -> (String, Tone) {
    let tone = match state {
        AlertState::Open => Tone::Bad,
        AlertState::Acknowledged => Tone::Wait,
        AlertState::Closed | AlertState::Withdrawn => Tone::Calm,
    };
    (
        named(texts::desk_watch::alert_state::ALL, state.as_str()),
        tone,
    )
}

/// What it is about, in a sentence. No illness is named.
#[must_use]
pub fn cause(alert: &AlertView) -> String {
    let due = when::moment(alert.due);
    let what = match alert.metric {
        Some(metric) => named(texts::desk_watch::metric::ALL, metric.as_str()),
        None => t!(desk_watch.alert.some).to_owned(),
    };
    match alert.cause {
        CauseSeen::NoExit => t!(desk_watch.alert.no_exit, at = due),
        CauseSeen::NoReturn => t!(desk_watch.alert.no_return, at = due),
        CauseSeen::Sos => t!(desk_watch.alert.sos, at = due),
        CauseSeen::VitalHigh => t!(desk_watch.alert.vital_high, what = what, at = due),
        CauseSeen::VitalLow => t!(desk_watch.alert.vital_low, what = what, at = due),
        CauseSeen::NoReading => t!(desk_watch.alert.no_reading, at = due),
        CauseSeen::General => t!(desk_watch.alert.general, at = due),
    }
}

/// How surely it is known where somebody is; of a body there is no such thing.
#[must_use]
pub fn surely(alert: &AlertView) -> Option<String> {
    alert.cause.silence()?;
    let words = texts::desk_watch::confidence::ALL;
    Some(named(words, alert.confidence.as_str()))
}

/// How long it is since something was to come, or since something came.
#[must_use]
pub fn age(cause: CauseSeen, span: String) -> String {
    match cause {
        CauseSeen::NoExit | CauseSeen::NoReturn | CauseSeen::NoReading => {
            t!(desk_watch.board.overdue, span = span)
        }
        CauseSeen::Sos | CauseSeen::VitalHigh | CauseSeen::VitalLow | CauseSeen::General => {
            t!(desk_watch.board.since, span = span)
        }
    }
}

/// Who has it, and until when.
#[must_use]
pub fn owner(alert: &AlertView) -> String {
    match alert.lease_until {
        Some(until) if alert.owner.is_some() => {
            let (name, until) = (&alert.owner_name, when::moment(until));
            t!(desk_watch.alert.owner, name = name, until = until)
        }
        _ => t!(desk_watch.alert.nobody).to_owned(),
    }
}

/// Where somebody is, as a picture beside words.
#[must_use]
pub fn whereabouts(state: Whereabouts) -> AnyView {
    let (icon, words) = match state {
        Whereabouts::In => (Icon::Home, t!(desk_watch.whereabouts.inside)),
        Whereabouts::Out => (Icon::Out, t!(desk_watch.whereabouts.outside)),
        Whereabouts::Unknown => (Icon::Unknown, t!(desk_watch.whereabouts.unclear)),
    };
    view! { <span class="expiry" data-testid="whereabouts" data-state=state.as_str()>{icon.draw()}<span>{words}</span></span> }.into_any()
}

/// Their number, once it is asked for: the look is written down, with what it was for.
#[component]
pub fn Phone(person: PersonId) -> AnyView {
    let (send, number) = (Send::default(), RwSignal::new(None::<Option<String>>));
    let ask = Callback::new(move |()| {
        let query = ReasonQuery {
            reason: Some(t!(desk_watch.phone.reason).to_owned()),
        };
        send.run(
            api::get::<GetPerson>((person,), query),
            move |file: PersonFile| number.set(Some(file.phone)),
        );
    });
    let shown = move || {
        match number.get() {
        None => view! { <Button label=t!(desk_watch.phone.show) name="show-phone" kind=Kind::Plain busy=send.busy on_press=ask /> }.into_any(),
        Some(None) => view! { <p class="quiet" data-testid="no-phone">{t!(desk_watch.phone.none)}</p> }.into_any(),
        Some(Some(number)) => {
            let label = t!(desk_watch.phone.call, number = said(&number));
            view! { <LinkButton label href=format!("tel:{number}") name="call" /> }.into_any()
        }
    }
    };
    view! { <div class="stack-s" aria-live="polite"><TroubleNote problem=send.problem />{shown}</div> }
        .into_any()
}
