//! Who is on the list of an activity: how it stands with each, their minutes, and taking them off;
//! and signing somebody up.

use std::collections::BTreeMap;

use domain::activity::SignUpState;
use domain::{ActivityId, CommandId, PersonId, SignUpId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::ResidentRow;
use wire::points::activities::{
    ActivityView, RemoveBody, RemoveSignUp, SignUp, SignUpBody, SignUpRow,
};
use wire::points::hours::{
    AttendanceView, MarkMissed, MissedBody, SettleBody, SettleHours, SettleRow, Settlement,
};
use wire::{Code, Page as Listed, Problem};

use super::super::ask::{Ask, Attempt, close_then};
use super::super::people::pick::PersonPick;
use crate::model::desk_activity::{Open, number, open, proposed, settles};
use crate::model::problem::words;
use crate::model::when;
use crate::pages::points::run::{said_left, standing};
use crate::ui::{Button, Field, Kind, Load, Remote, Send, Tag, TextArea, TroubleNote, say};
use crate::{api, clock, t};

/// Minutes as they are typed, and whose were not taken and why, by person.
#[derive(Clone, Copy)]
struct Minutes {
    typed: RwSignal<BTreeMap<PersonId, String>>,
    refused: RwSignal<BTreeMap<PersonId, Problem>>,
}

/// What the rows of one activity need.
#[derive(Clone, Copy)]
struct Rows {
    id: ActivityId,
    activity: Remote<ActivityView>,
    list: Remote<Listed<SignUpRow>>,
    minutes: Minutes,
    send: Send,
    missed: Attempt<CommandId>,
}

impl Rows {
    fn again(self) {
        self.list.again();
        self.activity.again();
    }

    fn can(self) -> Open {
        let known = self.activity.value.get_untracked();
        known.map_or_else(Open::default, |one| open(&one, clock::now()))
    }

    fn is_over(self) -> bool {
        let known = self.activity.value.get_untracked();
        known.is_some_and(|one| clock::now() >= one.ends.at)
    }
}

#[component]
pub fn People(
    id: ActivityId,
    activity: Remote<ActivityView>,
    list: Remote<Listed<SignUpRow>>,
) -> AnyView {
    let minutes = Minutes {
        typed: RwSignal::new(BTreeMap::new()),
        refused: RwSignal::new(BTreeMap::new()),
    };
    let all = Rows {
        id,
        activity,
        list,
        minutes,
        send: Send::default(),
        missed: Attempt::new(),
    };
    let none: fn(&Listed<SignUpRow>) -> bool = |page| page.items.is_empty();
    view! {
        <section class="stack" data-testid="list">
            <h2 class="cells-title">{t!(organise.page.list)}</h2>
            <Load from=list none empty=t!(organise.page.empty) let:page>{drawn(all, page.items)}</Load>
            <TroubleNote problem=all.send.problem />
            <Settle all />
        </section>
    }
    .into_any()
}

fn drawn(all: Rows, rows: Vec<SignUpRow>) -> AnyView {
    let rows: Vec<AnyView> = rows.into_iter().map(|row| one(all, row)).collect();
    view! { <ul class="rows rows-cards">{rows}</ul> }.into_any()
}

fn one(all: Rows, row: SignUpRow) -> AnyView {
    let (state, tone, key) = standing(&row);
    let clock = |at: wire::Moment| when::clock(at.local());
    let times = match (row.came, row.left) {
        (Some(came), Some(left)) => format!("{}–\u{2060}{}", clock(came), clock(left)),
        (Some(came), None) => t!(organise.page.since, at = clock(came)),
        (None, _) => String::new(),
    };
    let settled = row.minutes.filter(|_| row.settled);
    let settled = settled.map(|minutes| view! { <p class="quiet" data-testid="settled-minutes">{when::minutes(minutes)}</p> });
    let (can, person) = (all.can(), row.person);
    let going = row.state == SignUpState::Going;
    let absent = row.came.is_none() && !row.settled;
    let doubtful = absent || row.forgotten || row.minutes == Some(0);
    let misses = can.misses && going && doubtful && !row.missed && !row.settled;
    let misses = misses.then(|| {
        let name = row.name.clone();
        view! { <Button label=t!(organise.page.missed) name="missed" kind=Kind::Text on_press=move |()| missed(all, person, &name) /> }
    });
    let listed = matches!(row.state, SignUpState::Going | SignUpState::Waiting);
    let removes = (can.plans && listed && absent)
        .then(|| view! { <Remove all person name=row.name.clone() /> });
    let typed = settles(&row, all.is_over()).then(|| typed(all, &row));
    let wrong = move || {
        all.minutes.refused.with(|all| {
            let words = all.get(&person).map(words)?;
            Some(
                view! { <p class="field-error" role="alert" data-testid="row-refused">{words}</p> },
            )
        })
    };
    view! {
        <li><div class="card stack-close" data-testid="person-row" data-person=person.to_string() data-state=key>
            <div class="desk-head"><h3>{row.name.clone()}</h3><Tag words=state tone /></div>
            {(!times.is_empty()).then(|| view! { <p class="quiet">{times}</p> })}
            {said_left(&row)}
            {settled}
            {typed}
            {wrong}
            <div class="row">{misses}{removes}</div>
        </div></li>
    }
    .into_any()
}

/// The minutes of one row; what was typed stays when the list is asked for again.
fn typed(all: Rows, row: &SignUpRow) -> AnyView {
    let (person, typed) = (row.person, all.minutes.typed);
    let kept = typed.with_untracked(|typed| typed.get(&person).cloned());
    let attended = proposed(row).map(|minutes| minutes.to_string());
    let value = RwSignal::new(kept.or(attended).unwrap_or_default());
    Effect::new(move |_| {
        let now = value.get();
        typed.update(|typed| {
            typed.insert(person, now);
        });
    });
    view! { <Field label=t!(organise.settle.minutes, name = row.name.clone()) value name="minutes" inputmode="numeric" max=3 /> }.into_any()
}

fn missed(all: Rows, person: PersonId, name: &str) {
    let body = MissedBody {
        id: all.missed.id(&person.to_string()),
        person,
    };
    let words = t!(organise.page.missed_done, name = name);
    let call = api::call::<MarkMissed>((all.id,), None_ {}, body);
    all.send.run(call, move |_: AttendanceView| {
        all.missed.taken();
        say(words);
        all.again();
    });
}

/// Confirms the minutes row by row; whose were refused keeps them, with the reason beside it.
#[component]
fn Settle(all: Rows) -> AnyView {
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    let Minutes { typed, refused } = all.minutes;
    let waits = move |page: &Listed<SignUpRow>| -> Vec<(PersonId, bool)> {
        let over = all.is_over();
        let open = page.items.iter().filter(|row| settles(row, over));
        open.map(|row| (row.person, row.missed))
            .take(limits::SETTLE_ROWS)
            .collect()
    };
    let open = Memo::new(move |_| {
        all.activity.value.track();
        all.list
            .value
            .with(|page| page.as_ref().map(waits).unwrap_or_default())
    });
    let go = Callback::new(move |()| {
        let mut wrong = BTreeMap::new();
        let mut rows = Vec::new();
        typed.with_untracked(|typed| {
            for (person, missed) in open.get_untracked() {
                let raw = typed.get(&person).map(String::as_str).unwrap_or_default();
                // Whoever is recorded as missing stays so, unless somebody says how long they were there.
                if missed && raw.trim().is_empty() {
                    continue;
                }
                match number(raw, 1, limits::ENTRY_MINUTES, "/minutes") {
                    Ok(minutes) => rows.push(SettleRow { person, minutes }),
                    Err(problem) => {
                        wrong.insert(person, problem);
                    }
                }
            }
        });
        refused.set(wrong.clone());
        if rows.is_empty() {
            return;
        }
        let body = SettleBody {
            id: attempt.id(&format!("{rows:?}")),
            rows,
        };
        let call = api::call::<SettleHours>((all.id,), None_ {}, body);
        send.run(call, move |done: Settlement| {
            attempt.taken();
            let count = done.rows.len();
            let not = done.rows.into_iter();
            let not: BTreeMap<_, _> = not
                .filter_map(|row| Some((row.person, row.refused?)))
                .collect();
            say(t!(organise.settle.done, count = count - not.len()));
            wrong.extend(not);
            refused.set(wrong);
            all.again();
        });
    });
    let shown = move || {
        let some = !open.with(Vec::is_empty);
        some.then(|| {
            view! {
                <p class="quiet">{t!(organise.settle.words)}</p>
                <TroubleNote problem=send.problem />
                <Button label=t!(organise.settle.go) name="settle" busy=send.busy on_press=go />
            }
        })
    };
    shown.into_any()
}

/// Takes somebody off the list, with a reason they are told.
#[component]
fn Remove(all: Rows, person: PersonId, name: String) -> AnyView {
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
        let body = RemoveBody {
            id: attempt.id(&said),
            reason: said,
        };
        let call = api::call::<RemoveSignUp>((all.id, person), None_ {}, body);
        send.run(call, move |_| {
            say(t!(desk_activities.remove.done));
            close_then(asking, move || all.again());
        });
    };
    let label = t!(desk_activities.remove.button);
    view! {
        <Button label kind=Kind::Text name="remove" on_press=move |()| asking.set(true) />
        <Ask open=asking title=t!(desk_activities.remove.title, name = name) words=t!(desk_activities.remove.words) yes=label kind=Kind::Danger send on_yes=yes>
            <TextArea label=t!(desk_activities.remove.reason) value=reason name="reason" max=limits::LINE_CHARS pointer="/reason" problem=send.problem />
        </Ask>
    }
    .into_any()
}

/// Signs somebody up who asked at the desk or by telephone.
#[component]
pub fn SignUpFor(
    id: ActivityId,
    activity: Remote<ActivityView>,
    list: Remote<Listed<SignUpRow>>,
) -> AnyView {
    let chosen = RwSignal::new(None::<ResidentRow>);
    let (send, attempt) = (Send::default(), Attempt::<SignUpId>::new());
    let go = move |()| {
        let Some(person) = chosen.get_untracked() else {
            return;
        };
        let body = SignUpBody {
            id: attempt.id(&person.id.to_string()),
            person: Some(person.id),
        };
        send.run(api::call::<SignUp>((id,), None_ {}, body), move |made| {
            attempt.taken();
            chosen.set(None);
            say(match made.state {
                SignUpState::Waiting => t!(desk_activities.sign_up.waits, name = person.name),
                SignUpState::Going | SignUpState::Withdrawn | SignUpState::Removed => {
                    t!(desk_activities.sign_up.goes, name = person.name)
                }
            });
            list.again();
            activity.again();
        });
    };
    let none = Signal::derive(move || chosen.with(Option::is_none));
    view! {
        <section class="card stack" data-testid="sign-up-for">
            <h2>{t!(desk_activities.sign_up.title)}</h2>
            <p class="quiet">{t!(desk_activities.sign_up.words)}</p>
            <PersonPick chosen />
            <TroubleNote problem=send.problem />
            <Button label=t!(desk_activities.sign_up.go) name="sign-up" kind=Kind::Plain busy=send.busy disabled=none on_press=go />
        </section>
    }
    .into_any()
}
