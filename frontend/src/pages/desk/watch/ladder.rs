//! Who is told of an alert, and after how many minutes who else: said in words, and its waits typed anew.

use domain::limits;
use domain::watch::Step;
use leptos::prelude::*;
use wire::Problem;

use crate::i18n::{named, texts};
use crate::model::desk_activity::number;
use crate::t;
use crate::ui::{Field, Trouble};

/// Where a wait is refused.
const AT: &str = "/ladder";
/// Of the fields, from the second step on: the first waits for nothing.
const NAMES: [&str; limits::LADDER_STEPS - 1] = ["wait-1", "wait-2", "wait-3", "wait-4", "wait-5"];

/// Everybody whom a step tells.
#[must_use]
pub fn told(step: &Step) -> String {
    let names = step.tell.iter();
    let names = names.map(|reach| named(texts::desk_watch::reach::ALL, reach.as_str()));
    names.collect::<Vec<_>>().join(t!(desk.act.comma))
}

/// The waits as they stand, to be typed over.
#[must_use]
pub fn waits(steps: &[Step]) -> Vec<RwSignal<String>> {
    let later = steps.iter().skip(1);
    later
        .map(|step| RwSignal::new(step.wait_minutes.to_string()))
        .collect()
}

/// The steps with the waits that were typed.
pub fn typed(steps: &[Step], waits: &[RwSignal<String>]) -> Result<Vec<Step>, Problem> {
    let mut steps = steps.to_vec();
    for (step, wait) in steps.iter_mut().skip(1).zip(waits) {
        let most = limits::LADDER_WAIT_MINUTES;
        step.wait_minutes = number(&wait.get_untracked(), 1, most, AT)?;
    }
    Ok(steps)
}

/// One field for each step but the first.
#[must_use]
pub fn fields(steps: &[Step], waits: &[RwSignal<String>], problem: Trouble) -> Vec<AnyView> {
    let later = steps.iter().skip(1).zip(waits).zip(NAMES);
    let field = |((step, wait), name): ((&Step, &RwSignal<String>), &'static str)| {
        let (label, value) = (t!(desk_watch.rules.wait, who = told(step)), *wait);
        view! { <Field label hint=t!(desk_watch.rules.wait_hint) value name inputmode="numeric" max=3 pointer=AT problem /> }
            .into_any()
    };
    later.map(field).collect()
}

/// All steps in one line.
#[must_use]
pub fn line(steps: &[Step]) -> String {
    let one = |step: &Step| match step.wait_minutes {
        0 => t!(desk_watch.rules.at_once, who = told(step)),
        minutes => t!(desk_watch.rules.after, minutes = minutes, who = told(step)),
    };
    steps.iter().map(one).collect::<Vec<_>>().join(" → ")
}
