//! What happened to a task, line by line.

use leptos::prelude::*;
use wire::care::TaskLine;

use crate::model::care_turn::line;
use crate::model::when;
use crate::t;

/// Whose it is, and who is asked.
pub(super) fn now(task: &TaskLine) -> String {
    if let (false, Some(until)) = (task.asked_name.is_empty(), task.answer_until) {
        let (name, until) = (&task.asked_name, when::moment(until));
        return t!(desk_case.task.asked, name = name, until = until);
    }
    match (task.ended_at, task.lease_until, task.owner) {
        (Some(at), ..) => t!(desk_case.task.over, at = when::moment(at)),
        (None, _, None) => t!(desk_case.task.station).to_owned(),
        (None, Some(until), Some(_)) => {
            let (name, until) = (&task.owner_name, when::moment(until));
            t!(desk_case.task.owner_until, name = name, until = until)
        }
        (None, None, Some(_)) => t!(desk_case.task.owner, name = task.owner_name),
    }
}

/// All that happened, the first before the others.
pub(super) fn turns(task: &TaskLine) -> AnyView {
    let lines = task.turns.iter();
    let lines: Vec<AnyView> = lines
        .map(|turn| {
            view! { <li data-testid="turn" data-what=turn.what.as_str()>{line(turn)}</li> }
                .into_any()
        })
        .collect();
    let any = !lines.is_empty();
    any.then(|| view! { <ol class="quiet turns" aria-label=t!(desk_case.task.turns)>{lines}</ol> })
        .into_any()
}
