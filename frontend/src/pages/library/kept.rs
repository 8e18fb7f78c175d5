//! What was done at the shelf without a network: kept on this telephone by person, each step with
//! the id it was given then, and handed in once there is a network again. Handing in twice does
//! nothing twice.

use domain::{LoanId, PersonId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::Moment;
use wire::endpoint::None_;
use wire::library::loans::{
    CreateLoanBody, ReplayBody, ReplayEntry, ReplayLibrary, ReplayOutcome, ReturnCopyBody,
};

use crate::browser::{keep, kept};
use crate::ids::fresh;
use crate::model::kept::{added, read, rest, written};
use crate::model::problem::words;
use crate::session::Session;
use crate::ui::{Button, Kind, Note, Trouble, say};
use crate::{api, clock, t};

/// What was about to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    Lend,
    GiveBack,
}

fn place() -> Option<String> {
    let me = Session::get().me_now()?;
    Some(format!("linli.library.{}", me.id))
}

fn all() -> Vec<ReplayEntry> {
    place()
        .and_then(|key| kept(&key))
        .map_or_else(Vec::new, |raw| read(&raw))
}

/// Offers to keep what was typed where the network could not be reached.
#[component]
pub fn Keep(
    typed: RwSignal<String>,
    problem: Trouble,
    doing: Doing,
    person: Memo<Option<PersonId>>,
) -> AnyView {
    let note = move |()| {
        let copy = typed.get_untracked().trim().to_owned();
        let Some(key) = place().filter(|_| !copy.is_empty()) else {
            return;
        };
        let entry = entry(doing, copy, person.get_untracked());
        match added(all(), entry) {
            Some(more) => {
                keep(&key, &written(&more));
                typed.set(String::new());
                problem.set(None);
                say(t!(library.kept.noted));
            }
            None => say(t!(library.kept.full)),
        }
    };
    let shown = move || {
        let offline = problem.with(|problem| problem.as_ref().is_some_and(api::is_offline));
        offline.then(|| {
            view! {
                <section class="card stack" data-testid="keep">
                    <p>{t!(library.kept.offer)}</p>
                    <Button label=t!(library.kept.note) name="keep-it" on_press=note />
                </section>
            }
        })
    };
    shown.into_any()
}

fn entry(doing: Doing, copy: String, reader: Option<PersonId>) -> ReplayEntry {
    let now = clock::now();
    let offset = clock::offset(&Session::get().zone());
    let empty = ReplayEntry {
        at: Moment { at: now, offset },
        lend: None,
        give_back: None,
        renew: None,
    };
    match doing {
        Doing::Lend => ReplayEntry {
            lend: Some(CreateLoanBody {
                id: fresh::<LoanId>(),
                copy,
                reader,
                card: None,
                r#override: None,
            }),
            ..empty
        },
        Doing::GiveBack => ReplayEntry {
            give_back: Some(ReturnCopyBody { id: fresh(), copy }),
            ..empty
        },
    }
}

/// What waits on this telephone is handed in when this is drawn, and whenever the network comes
/// back; says how each step ended.
#[component]
pub fn KeptNote() -> AnyView {
    let waiting = RwSignal::new(all().len());
    let ended = RwSignal::new(Vec::<String>::new());
    let busy = RwSignal::new(false);
    let hand_in = move || {
        let entries = all();
        if entries.is_empty() || busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let body = ReplayBody {
                entries: entries.clone(),
            };
            let answer = api::call::<ReplayLibrary>((), None_ {}, body).await;
            busy.try_set(false);
            let Ok(answer) = answer else { return };
            if let Some(key) = place() {
                keep(&key, &written(&rest(all(), &entries, &answer.outcomes)));
            }
            waiting.try_set(all().len());
            ended.try_set(answer.outcomes.iter().map(outcome).collect());
        });
    };
    hand_in();
    let back = window_event_listener(leptos::ev::online, move |_| hand_in());
    on_cleanup(move || back.remove());
    let still = move || {
        let count = waiting.get();
        (count > 0).then(|| view! {
            <section class="card stack" data-testid="kept">
                <p>{t!(library.kept.waiting, count = count)}</p>
                <Button label=t!(library.kept.now) name="kept-now" kind=Kind::Plain busy on_press=move |()| hand_in() />
            </section>
        })
    };
    let outcomes = move || {
        ended.with(|ended| {
            ended
                .iter()
                .map(|words| view! { <Note words=words.clone() name="kept-outcome" /> })
                .collect::<Vec<_>>()
        })
    };
    view! { <div aria-live="polite" class="stack-s">{still}{outcomes}</div> }.into_any()
}

/// How one step ended, in a sentence.
fn outcome(end: &ReplayOutcome) -> String {
    if end.task.is_some() {
        return t!(library.kept.conflict).to_owned();
    }
    match (&end.loan, &end.returned, &end.problem) {
        (Some(loan), ..) => t!(library.borrow.done, name = loan.title_name),
        (_, Some(back), _) => t!(library.back.done, name = back.title_name),
        (.., Some(problem)) => words(problem),
        (None, None, None) => t!(library.kept.done).to_owned(),
    }
}
