//! One record of service time at the desk: agreeing to it, refusing it, correcting it.

use domain::hours::EntryStateName;
use domain::{CommandId, EntryId, limits};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::points::hours::{
    ApproveHours, ApproveHoursBody, CorrectHours, CorrectHoursBody, EntryView, GetHours,
    RefuseHours, RefuseHoursBody,
};
use wire::{Code, Problem};

use super::super::ask::{Ask, Attempt, close_then};
use crate::model::desk_activity::number;
use crate::model::volunteer::served;
use crate::model::when;
use crate::pages::points::hours::{passed_on, tags};
use crate::ui::{
    Button, Cell, Cells, Fact, Facts, Field, Kind, Load, Page, Remote, Send, TextArea, TroubleNote,
    say, say_next,
};
use crate::{api, t};

#[component]
pub fn Entry(id: EntryId) -> AnyView {
    let entry = Remote::new(move || api::get::<GetHours>((id,), None_ {}));
    view! {
        <Page title=t!(hours.page.title) back="/desk/volunteering/hours" wide=true>
            <Load from=entry let:one>{draw(&one, entry)}</Load>
        </Page>
    }
    .into_any()
}

/// Who has agreed to it, and how many are missing.
#[must_use]
pub fn approvals(entry: &EntryView) -> String {
    let one = |approval: &wire::points::hours::EntryApproval| {
        let at = when::moment(approval.at);
        t!(hours.page.approval, name = approval.by_name, at = at)
    };
    let mut parts: Vec<String> = entry.approvals.iter().map(one).collect();
    if entry.state == EntryStateName::Pending {
        parts.push(t!(hours.page.approvals_left, count = entry.approvals_left));
    }
    parts.join(" · ")
}

fn draw(entry: &EntryView, from: Remote<EntryView>) -> AnyView {
    let may = |name: &str| entry.moves.iter().any(|one| one == name);
    let done = Callback::new(move |now: EntryView| from.put(now));
    let written = t!(
        hours.page.approval,
        name = entry.submitted_by_name,
        at = when::moment(entry.submitted_at)
    );
    let points = entry
        .rule
        .map(|_| t!(hours.page.points_words, points = entry.points));
    let rows = [
        (
            t!(hours.page.when),
            Some(when::visit(entry.starts, entry.ends)),
            "when",
        ),
        (
            t!(hours.page.minutes),
            Some(served(entry.minutes)),
            "minutes",
        ),
        (
            t!(hours.page.before),
            entry.minutes_before.map(served),
            "before",
        ),
        (
            t!(hours.page.reason),
            Some(entry.reason.clone()),
            "reason-said",
        ),
        (
            t!(hours.page.evidence),
            Some(entry.evidence.clone()),
            "evidence",
        ),
        (t!(hours.page.written), Some(written), "written"),
        (
            t!(hours.page.approvals),
            Some(approvals(entry)),
            "approvals",
        ),
        (
            t!(hours.page.refused_by),
            entry.refused_by_name.clone(),
            "refused-by",
        ),
        (
            t!(hours.page.refused),
            entry.refused_reason.clone(),
            "refused",
        ),
        (t!(hours.page.points), points, "points"),
        (t!(hours.page.network), passed_on(entry), "network"),
    ];
    let rows: Vec<AnyView> = rows
        .into_iter()
        .filter_map(|(label, value, name)| {
            Some((label, value.filter(|value| !value.is_empty())?, name))
        })
        .map(|(label, value, name)| view! { <Fact label value name /> }.into_any())
        .collect();
    let way = |id: Option<EntryId>, label: &'static str, name: &'static str| {
        let href = format!("/desk/volunteering/hours/{}", id?);
        Some(view! { <Cell label href=href name /> })
    };
    let activity = entry.activity.map(|id| {
        let href = format!("/desk/volunteering/activities/{id}");
        view! { <Cell label=t!(desk_hours.entry.to_activity) href=href name="to-activity" /> }
    });
    let (person, name) = (
        format!("/desk/volunteering/people/{}", entry.person),
        entry.person_name.clone(),
    );
    let (newer, older) = (
        way(entry.superseded_by, t!(hours.page.newer), "newer"),
        way(entry.supersedes, t!(hours.page.older), "older"),
    );
    let own = entry.state == EntryStateName::Pending && entry.moves.is_empty();
    let some = !entry.moves.iter().all(|one| one == "DisputeHours");
    let moves = some.then(|| view! {
        <section class="card stack">
            <h2>{t!(desk_hours.entry.moves)}</h2>
            <div class="button-stack">
                {may("ApproveHours").then(|| view! { <Approve id=entry.id ver=entry.ver done /> })}
                {may("RefuseHours").then(|| view! { <Refuse id=entry.id done /> })}
                {may("CorrectHours").then(|| view! { <Correct entry=entry.clone() /> })}
            </div>
        </section>
    });
    view! {
        <div class="desk-columns">
            <div class="stack">
                <div class="card desk-head"><h2>{entry.what.clone()}</h2>{tags(entry)}</div>
                <Facts>{rows}</Facts>
            </div>
            <div class="stack">
                {own.then(|| view! { <p class="quiet" data-testid="own">{t!(desk_hours.pending.own)}</p> })}
                {moves}
                <Cells>
                    <Cell label=name note=t!(desk_hours.entry.to_person) href=person name="to-person" />
                    {activity}
                    {newer}
                    {older}
                </Cells>
            </div>
        </div>
    }
    .into_any()
}

/// Agrees to it. `done` takes the entry as it is then.
#[component]
pub fn Approve(id: EntryId, ver: u64, done: Callback<EntryView>) -> AnyView {
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    let go = move |()| {
        let body = ApproveHoursBody {
            id: attempt.id(&ver.to_string()),
        };
        send.run(
            api::call::<ApproveHours>((id,), None_ {}, body),
            move |now: EntryView| {
                say(match now.state {
                    EntryStateName::Pending => t!(desk_hours.entry.approved_first),
                    EntryStateName::Approved
                    | EntryStateName::Refused
                    | EntryStateName::Superseded => t!(desk_hours.entry.approved),
                });
                done.run(now);
            },
        );
    };
    view! {
        <Button label=t!(desk_hours.entry.approve) name="approve" small=true busy=send.busy on_press=go />
        <TroubleNote problem=send.problem />
    }
    .into_any()
}

/// Refuses it, with the reason the person reads.
#[component]
pub fn Refuse(id: EntryId, done: Callback<EntryView>) -> AnyView {
    let (asking, send, reason) = (
        RwSignal::new(false),
        Send::default(),
        RwSignal::new(String::new()),
    );
    let attempt: Attempt<CommandId> = Attempt::new();
    let yes = move |()| {
        let said = reason.get_untracked().trim().to_owned();
        if said.is_empty() {
            let flaw = Problem::new(Code::EmptyText).at("/reason");
            return send.problem.set(Some(flaw));
        }
        let body = RefuseHoursBody {
            id: attempt.id(&said),
            reason: said,
        };
        send.run(
            api::call::<RefuseHours>((id,), None_ {}, body),
            move |now| {
                say(t!(desk_hours.entry.refused));
                close_then(asking, move || done.run(now));
            },
        );
    };
    view! {
        <Button label=t!(desk_hours.entry.refuse) kind=Kind::Danger name="refuse" small=true on_press=move |()| asking.set(true) />
        <Ask open=asking title=t!(desk_hours.entry.refuse_title) words=t!(desk_hours.entry.refuse_words) yes=t!(desk_hours.entry.refuse) kind=Kind::Danger send on_yes=yes>
            <TextArea label=t!(desk_hours.entry.reason) value=reason name="reason" max=limits::LINE_CHARS pointer="/reason" problem=send.problem />
        </Ask>
    }
    .into_any()
}

/// Other minutes, with the reason; a colleague has to agree to them as well.
#[component]
fn Correct(entry: EntryView) -> AnyView {
    let (id, max) = (entry.id, entry.minutes_max);
    let (asking, send) = (RwSignal::new(false), Send::default());
    let minutes = RwSignal::new(entry.minutes.to_string());
    let reason = RwSignal::new(String::new());
    let attempt: Attempt<EntryId> = Attempt::new();
    let navigate = StoredValue::new_local(use_navigate());
    let yes = move |()| {
        let minutes = match minutes.with_untracked(|raw| number(raw, 0, max, "/minutes")) {
            Ok(minutes) => minutes,
            Err(flaw) => return send.problem.set(Some(flaw)),
        };
        let said = reason.get_untracked().trim().to_owned();
        if said.is_empty() {
            let flaw = Problem::new(Code::EmptyText).at("/reason");
            return send.problem.set(Some(flaw));
        }
        let body = CorrectHoursBody {
            id: attempt.id(&format!("{minutes} {said}")),
            minutes,
            reason: said,
        };
        send.run(
            api::call::<CorrectHours>((id,), None_ {}, body),
            move |new| {
                say_next(t!(desk_hours.entry.corrected));
                close_then(asking, move || {
                    let to = format!("/desk/volunteering/hours/{}", new.id);
                    navigate.with_value(|go| go(&to, Default::default()));
                });
            },
        );
    };
    view! {
        <Button label=t!(desk_hours.entry.correct) kind=Kind::Plain name="correct" on_press=move |()| asking.set(true) />
        <Ask open=asking title=t!(desk_hours.entry.correct_title) words=t!(desk_hours.entry.correct_words) yes=t!(desk_hours.entry.correct_go) send on_yes=yes>
            <Field label=t!(hours.dispute.minutes) hint=t!(hours.dispute.minutes_hint, max = max) value=minutes name="correct-minutes" inputmode="numeric" max=4 pointer="/minutes" problem=send.problem />
            <TextArea label=t!(desk_hours.entry.reason) value=reason name="reason" max=limits::LINE_CHARS pointer="/reason" problem=send.problem />
        </Ask>
    }
    .into_any()
}
