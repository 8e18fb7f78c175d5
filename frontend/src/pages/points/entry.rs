use domain::hours::EntryStateName;
use domain::{EntryId, PersonId, limits};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::points::hours::{CorrectHoursBody, DisputeHours, EntryView, GetHours};
use wire::{Code, Problem};

use super::hours::{passed_on, tags};
use super::whose::{about, whose};
use crate::ids::Again;
use crate::model::volunteer::served;
use crate::model::when;
use crate::pages::market::service::{in_path, nothing};
use crate::session::Session;
use crate::ui::{
    Button, Draft, Fact, Facts, Field, Kind, Load, Page, Remote, Send, Sheet, TextArea,
    TroubleNote, say_next,
};
use crate::{api, t};

/// One record of service time: where it comes from, who agreed, what it gave; and the way to ask for
/// other minutes.
#[component]
pub fn Entry() -> AnyView {
    let (id, person) = (in_path(), whose().get_untracked());
    let entry = Remote::new(move || {
        id.map_or_else(nothing, |id: EntryId| api::get::<GetHours>((id,), None_ {}))
    });
    view! { <Page title=t!(hours.page.title) back=about("/hours", person)><Load from=entry let:now>{body(now, person)}</Load></Page> }.into_any()
}

fn body(entry: EntryView, person: Option<PersonId>) -> AnyView {
    let own = Session::get()
        .me_now()
        .is_some_and(|me| me.id == entry.person);
    let approvals: Vec<String> = entry
        .approvals
        .iter()
        .map(|one| {
            t!(
                hours.page.approval,
                name = one.by_name,
                at = when::moment(one.at)
            )
        })
        .collect();
    let pending = entry.state == EntryStateName::Pending;
    let left = pending.then(|| t!(hours.page.approvals_left, count = entry.approvals_left));
    let written = entry.submitted_by != entry.person;
    let before = entry.minutes_before.map(served);
    let points = (entry.rule.is_some()).then(|| t!(hours.page.points_words, points = entry.points));
    let rows = [
        (
            t!(hours.page.who),
            (!own).then(|| entry.person_name.clone()),
            "who",
        ),
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
        (t!(hours.page.before), before, "before"),
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
        (
            t!(hours.page.written),
            written.then(|| entry.submitted_by_name.clone()),
            "written",
        ),
        (
            t!(hours.page.approvals),
            Some(approvals.join("\n")),
            "approvals",
        ),
        (t!(hours.page.waits), left, "waits"),
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
        (t!(hours.page.network), passed_on(&entry), "network"),
    ];
    let rows: Vec<AnyView> = rows
        .into_iter()
        .filter_map(|(label, value, name)| {
            Some((label, value.filter(|value| !value.is_empty())?, name))
        })
        .map(|(label, value, name)| view! { <Fact label value name /> }.into_any())
        .collect();
    let other = |id: Option<EntryId>, words: &'static str, name: &'static str| {
        id.map(|id| view! { <p><a href=about(&format!("/hours/{id}"), person) data-testid=name>{words}</a></p> })
    };
    let activity = entry.activity.map(|id| {
        let href = about(&format!("/activities/{id}"), person);
        view! { <p><a href=href data-testid="to-activity">{t!(hours.page.to_activity)}</a></p> }
    });
    view! {
        <div class="stack">
            <div class="booking-top"><h2 class="service-name">{entry.what.clone()}</h2>{tags(&entry)}</div>
            {(entry.source == domain::hours::Source::Manual).then(|| view! { <p class="quiet">{t!(hours.page.manual_note)}</p> })}
            <Facts>{rows}</Facts>
            {activity}
            {other(entry.superseded_by, t!(hours.page.newer), "newer")}
            {other(entry.supersedes, t!(hours.page.older), "older")}
            {entry.moves.iter().any(|one| one == "DisputeHours").then(|| view! { <Dispute entry=entry.clone() person /> })}
        </div>
    }
    .into_any()
}

/// Asks for other minutes, with the reason.
#[component]
fn Dispute(entry: EntryView, person: Option<PersonId>) -> AnyView {
    let (open, send, again) = (RwSignal::new(false), Send::default(), Again::default());
    let (id, max) = (entry.id, entry.minutes_max);
    let draft = StoredValue::new(Draft::of(&format!("dispute.{id}")));
    let field = |name: &str, first: &str| draft.with_value(|draft| draft.field(name, first));
    let (minutes, reason) = (
        field("minutes", &entry.minutes.to_string()),
        field("reason", ""),
    );
    let navigate = StoredValue::new_local(use_navigate());
    let ask = Callback::new(move |()| {
        let said = (
            minutes.get_untracked().trim().parse().ok(),
            reason.get_untracked().trim().to_owned(),
        );
        let (Some(minutes), reason) = said else {
            send.problem
                .set(Some(Problem::new(Code::BadValue).at("/minutes")));
            return;
        };
        let body = CorrectHoursBody {
            id: EntryId::from_bits(again.bits(&format!("{minutes} {reason}"))),
            minutes,
            reason,
        };
        send.run(
            api::call::<DisputeHours>((id,), None_ {}, body),
            move |new| {
                draft.with_value(Draft::clear);
                say_next(t!(hours.dispute.sent));
                // The sheet's step back must not undo the way forward.
                let to = about(&format!("/hours/{}", new.id), person);
                navigate.with_value(|navigate| {
                    navigate(
                        &to,
                        leptos_router::NavigateOptions {
                            replace: true,
                            ..Default::default()
                        },
                    )
                });
            },
        );
    });
    view! {
        <Button label=t!(hours.dispute.ask) name="dispute" kind=Kind::Plain on_press=move |()| open.set(true) />
        <Sheet open title=t!(hours.dispute.title) name="dispute-sheet">
            <p class="quiet">{t!(hours.dispute.words)}</p>
            <Field label=t!(hours.dispute.minutes) hint=t!(hours.dispute.minutes_hint, max = max) value=minutes name="minutes" inputmode="numeric" pointer="/minutes" problem=send.problem max=4 />
            <TextArea label=t!(hours.dispute.reason) value=reason name="reason" pointer="/reason" problem=send.problem max=limits::LINE_CHARS />
            <TroubleNote problem=send.problem />
            <Button label=t!(hours.dispute.send) name="dispute-send" busy=send.busy on_press=ask />
        </Sheet>
    }
    .into_any()
}
