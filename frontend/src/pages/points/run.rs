use std::collections::BTreeMap;

use domain::activity::SignUpState;
use domain::{ActivityId, PersonId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::points::activities::{ActivityView, GetActivity, ListSignUps, SignUpRow, WhoseQuery};
use wire::points::hours::{
    AttendanceView, MarkMissed, MissedBody, ScanBody, ScanCard, SettleBody, SettleHours, SettleRow,
    Settlement,
};
use wire::{Page as Listed, Problem};

use crate::ids::Again;
use crate::model::desk_activity::{number, proposed};
use crate::model::problem::words;
use crate::model::scan::{self, Wanted};
use crate::model::when;
use crate::pages::market::service::{in_path, nothing};
use crate::ui::{
    Button, Field, Kind, LinkButton, Load, Page, Remote, Scanner, Send, Tag, Tone, TroubleNote, say,
};
use crate::{api, t};

/// Runs one activity, for whoever leads it: the door, who is there, cards, who missed it, and the
/// minutes at the end.
#[component]
pub fn Run() -> AnyView {
    let id: Option<ActivityId> = in_path();
    let activity = Remote::new(move || {
        let query = WhoseQuery { person: None };
        id.map_or_else(nothing, |id| api::get::<GetActivity>((id,), query))
    });
    let list =
        Remote::new(move || id.map_or_else(nothing, |id| api::get::<ListSignUps>((id,), None_ {})));
    let back = id.map_or_else(
        || "/activities".to_owned(),
        |id| format!("/activities/{id}"),
    );
    let refused: Refused = RwSignal::new(BTreeMap::new());
    let none: fn(&Listed<SignUpRow>) -> bool = |page| page.items.is_empty();
    view! {
        <Page title=t!(organise.page.title) back=back>
            <Load from=activity let:now>{head(&now)}</Load>
            {id.map(|id| view! { <Scan id list /> })}
            <section class="stack-s">
                <h2 class="cells-title">{t!(organise.page.list)}</h2>
                <Load from=list none empty=t!(organise.page.empty) let:page>
                    {match id {
                        Some(id) => view! { <People id list refused rows=page.items /> }.into_any(),
                        None => ().into_any(),
                    }}
                </Load>
            </section>
        </Page>
    }
    .into_any()
}

fn head(activity: &ActivityView) -> AnyView {
    view! {
        <div class="stack">
            <h2 class="service-name">{activity.title.clone()}</h2>
            <p>{when::visit(activity.starts, activity.ends)}</p>
            <p class="quiet">{t!(organise.page.count, going = activity.going, capacity = activity.capacity, waiting = activity.waiting)}</p>
            <LinkButton label=t!(organise.page.door) href=format!("/activities/{}/door", activity.id) name="to-door" />
        </div>
    }
    .into_any()
}

/// A card: what the camera or a scanner reads, or somebody reads off.
#[component]
pub fn Scan(id: ActivityId, list: Remote<Listed<SignUpRow>>) -> AnyView {
    let card = RwSignal::new(String::new());
    let (send, again, round) = (Send::default(), Again::default(), StoredValue::new(0_u32));
    let go = Callback::new(move |()| {
        let typed = card.with_untracked(|typed| scan::plain(typed).to_owned());
        let body = ScanBody {
            id: again.id(&format!("{}{typed}", round.get_value())),
            card: typed,
        };
        send.run(
            api::call::<ScanCard>((id,), None_ {}, body),
            move |now: AttendanceView| {
                // The same card once more is another step: in, then out.
                round.update_value(|round| *round += 1);
                card.set(String::new());
                say(match now.left_at {
                    Some(_) => t!(organise.scan.out, name = now.name),
                    None => t!(organise.scan.came, name = now.name),
                });
                list.again();
            },
        );
    });
    let submit = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        go.run(());
    };
    let seen = move |code: String| {
        card.set(code);
        go.run(());
    };
    let empty = Signal::derive(move || card.with(|card| card.trim().is_empty()));
    let fits = |_: Wanted, raw: &str| domain::activity::card(raw);
    view! {
        <form class="card stack" on:submit=submit>
            <Scanner wanted=Wanted::Card fits on_code=seen hold=send.busy typing="card-typed" />
            <Field label=t!(organise.scan.card) hint=t!(organise.scan.hint) value=card name="card-typed" pointer="/card" problem=send.problem />
            <TroubleNote problem=send.problem />
            <Button label=t!(organise.scan.go) name="scan" kind=Kind::Plain busy=send.busy disabled=empty on_press=go />
        </form>
    }
    .into_any()
}

/// Minutes as they are typed, by person.
type Typed = RwSignal<BTreeMap<PersonId, RwSignal<String>>>;
/// Whose minutes were not taken, and why.
type Refused = RwSignal<BTreeMap<PersonId, Problem>>;

#[component]
fn People(
    id: ActivityId,
    list: Remote<Listed<SignUpRow>>,
    refused: Refused,
    rows: Vec<SignUpRow>,
) -> AnyView {
    let typed: Typed = RwSignal::new(BTreeMap::new());
    let (send, again) = (Send::default(), Again::default());
    let open = rows.iter().filter(|row| row.came.is_some() && !row.settled);
    typed.update(|typed| {
        typed.extend(open.map(|row| {
            (
                row.person,
                RwSignal::new(
                    proposed(row)
                        .map(|minutes| minutes.to_string())
                        .unwrap_or_default(),
                ),
            )
        }));
    });
    let some = typed.with_untracked(|typed| !typed.is_empty());
    let missed = Callback::new(move |person: PersonId| {
        let body = MissedBody {
            id: again.id(&format!("missed{person}")),
            person,
        };
        send.run(
            api::call::<MarkMissed>((id,), None_ {}, body),
            move |now: AttendanceView| {
                say(t!(organise.page.missed_done, name = now.name));
                list.again();
            },
        );
    });
    let settle = Callback::new(move |()| {
        let (mut rows, mut wrong) = (Vec::new(), BTreeMap::new());
        typed.with_untracked(|typed| {
            // Whose minutes are left empty waits.
            let filled = typed
                .iter()
                .filter(|(_, text)| text.with_untracked(|raw| !raw.trim().is_empty()));
            for (person, text) in filled.take(limits::SETTLE_ROWS) {
                match text.with_untracked(|raw| number(raw, 1, limits::ENTRY_MINUTES, "/minutes")) {
                    Ok(minutes) => rows.push(SettleRow {
                        person: *person,
                        minutes,
                    }),
                    Err(problem) => {
                        wrong.insert(*person, problem);
                    }
                }
            }
        });
        refused.set(wrong.clone());
        if rows.is_empty() {
            return;
        }
        let key: Vec<String> = rows
            .iter()
            .map(|row| format!("{}{}", row.person, row.minutes))
            .collect();
        let body = SettleBody {
            id: again.id(&key.join(" ")),
            rows,
        };
        send.run(
            api::call::<SettleHours>((id,), None_ {}, body),
            move |done: Settlement| {
                let all = done.rows.len();
                let mut not: BTreeMap<_, _> = done
                    .rows
                    .into_iter()
                    .filter_map(|row| Some((row.person, row.refused?)))
                    .collect();
                say(t!(organise.settle.done, count = all - not.len()));
                not.append(&mut wrong);
                refused.set(not);
                list.again();
            },
        );
    });
    let rows: Vec<AnyView> = rows
        .into_iter()
        .map(|row| {
            let minutes = typed.with_untracked(|typed| typed.get(&row.person).copied());
            one(row, minutes, refused, missed)
        })
        .collect();
    view! {
        <ul class="rows rows-cards" data-testid="people">{rows}</ul>
        <TroubleNote problem=send.problem />
        {some.then(|| view! {
            <p class="quiet">{t!(organise.settle.words)}</p>
            <Button label=t!(organise.settle.go) name="settle" busy=send.busy on_press=settle />
        })}
    }
    .into_any()
}

/// How it stands with somebody on the list: in a word, with its tone and its name.
#[must_use]
pub fn standing(row: &SignUpRow) -> (&'static str, Tone, &'static str) {
    if row.settled {
        (t!(organise.state.settled), Tone::Good, "settled")
    } else if row.missed {
        (t!(organise.state.missed), Tone::Calm, "missed")
    } else if row.forgotten {
        (t!(organise.state.forgotten), Tone::Wait, "forgotten")
    } else if row.left.is_some() {
        (t!(organise.state.left), Tone::Good, "left")
    } else if row.came.is_some() {
        (t!(organise.state.here), Tone::Good, "here")
    } else {
        match row.state {
            SignUpState::Going => (t!(organise.state.going), Tone::Info, "going"),
            SignUpState::Waiting => (t!(organise.state.waiting), Tone::Wait, "waiting"),
            SignUpState::Withdrawn => (t!(organise.state.withdrawn), Tone::Calm, "withdrawn"),
            SignUpState::Removed => (t!(organise.state.removed), Tone::Calm, "removed"),
        }
    }
}

/// When they left by their own word, for whoever settles it.
#[must_use]
pub fn said_left(row: &SignUpRow) -> Option<AnyView> {
    let at = row.said_left.filter(|_| !row.settled)?;
    let words = t!(organise.page.said, at = when::clock(at.local()));
    Some(view! { <p data-testid="said-left">{words}</p> }.into_any())
}

fn one(
    row: SignUpRow,
    minutes: Option<RwSignal<String>>,
    refused: Refused,
    missed: Callback<PersonId>,
) -> AnyView {
    let (state, tone, key) = standing(&row);
    let clock = |at: wire::Moment| when::clock(at.local());
    let times = match (row.came, row.left) {
        (Some(came), Some(left)) => format!("{}–\u{2060}{}", clock(came), clock(left)),
        (Some(came), None) => t!(organise.page.since, at = clock(came)),
        (None, _) => String::new(),
    };
    let person = row.person;
    let doubtful = row.came.is_none() || row.forgotten || row.minutes == Some(0);
    let can_miss = row.state == SignUpState::Going && doubtful && !row.missed && !row.settled;
    let wrong = move || {
        refused.with(|all| {
            all.get(&person)
                .map(|problem| view! { <p class="field-error" role="alert">{words(problem)}</p> })
        })
    };
    view! {
        <li><div class="card stack" data-testid="person-row" data-person=person.to_string() data-state=key>
            <div class="booking-top"><span class="booking-name">{row.name.clone()}</span><Tag words=state tone /></div>
            {(!times.is_empty()).then(|| view! { <p class="quiet">{times}</p> })}
            {said_left(&row)}
            {minutes.map(|value| view! { <Field label=t!(organise.settle.minutes, name = row.name) value name="minutes" inputmode="numeric" max=3 /> })}
            {wrong}
            {can_miss.then(|| view! { <Button label=t!(organise.page.missed) name="missed" kind=Kind::Text small=true on_press=move |()| missed.run(person) /> })}
        </div></li>
    }
    .into_any()
}
