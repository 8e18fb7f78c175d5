//! Notes that were written without a network: kept on this device by person, each under the id it was given then, and
//! handed in by themselves once there is a network again. Handing in twice writes nothing twice. What could not be
//! handed in for three days goes, as what is only typed does, and whoever wrote it is told.

use std::cell::OnceCell;

use domain::{CaseId, PersonId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::Problem;
use wire::care::{CreateNote, CreateNoteBody, NoteView};
use wire::endpoint::None_;

use super::Work;
use crate::browser::{Again, on_window};
use crate::clock::millis;
use crate::model::care_note::{End, KeptNote, after, end, in_time, is_ahead, without};
use crate::model::kept::{added, read, written};
use crate::pages::care::let_go::{self, PLACE};
use crate::session::Session;
use crate::ui::{Button, Kind, ProblemNote, say};
use crate::{api, disk, t};

thread_local!(static WAITING: OnceCell<Waiting> = const { OnceCell::new() });

/// What waits on this device. It is the app's own: on whatever page one is, it is handed in.
#[derive(Clone)]
pub struct Waiting {
    notes: ArcRwSignal<Vec<KeptNote>>,
    /// Counts what was handed in.
    taken: ArcRwSignal<u32>,
    /// Counts how often the reader may have to be told that some went.
    gone: ArcRwSignal<u32>,
    busy: ArcRwSignal<bool>,
    again: Again,
}

fn place() -> Option<(PersonId, String)> {
    let me = Session::get().me_now()?.id;
    Some((me, let_go::place(me)))
}

/// Hands one in. Where this device's clock is ahead, the note happened when it comes in.
async fn hand(note: &KeptNote) -> Result<NoteView, Problem> {
    let send = |body: CreateNoteBody| api::call::<CreateNote>((note.case,), None_ {}, body);
    match send(note.body.clone()).await {
        Err(problem) if is_ahead(&problem) => {
            let body = CreateNoteBody {
                on: None,
                ..note.body.clone()
            };
            send(body).await
        }
        answer => answer,
    }
}

impl Waiting {
    fn new() -> Self {
        Self {
            notes: ArcRwSignal::new(Vec::new()),
            taken: ArcRwSignal::new(0),
            gone: ArcRwSignal::new(0),
            busy: ArcRwSignal::new(false),
            again: Again::default(),
        }
    }

    /// The same wherever it is asked for; a network that comes back is heard of from then on.
    #[must_use]
    pub fn get() -> Self {
        WAITING.with(|kept| {
            if let Some(waiting) = kept.get() {
                return waiting.clone();
            }
            let waiting = kept.get_or_init(Self::new).clone();
            let heard = waiting.clone();
            on_window("online", move || {
                heard.again.anew();
                heard.hand_in();
            });
            waiting
        })
    }

    /// One more, or the same anew. Not where there are too many, or the device keeps nothing.
    pub(super) async fn add(&self, case: CaseId, body: CreateNoteBody) -> bool {
        let Some((_, key)) = place() else {
            return false;
        };
        let note = KeptNote {
            case,
            body,
            kept_at: Some(millis()),
            refused: None,
        };
        let mut now = Vec::new();
        let more = |raw: Option<String>| {
            let notes: Vec<KeptNote> = read(&raw.unwrap_or_default());
            now = added(without(notes, &note), note.clone())?;
            Some(written(&now))
        };
        if !disk::change(&key, more).await {
            return false;
        }
        self.notes.set(now);
        self.again.anew();
        self.try_later();
        true
    }

    /// Lets go of one that was not taken.
    fn forget(&self, note: KeptNote) {
        let Some((_, key)) = place() else { return };
        let waiting = self.clone();
        spawn_local(async move {
            let left = |notes| without(notes, &note);
            waiting.change(&key, left).await;
        });
    }

    async fn change(&self, key: &str, change: impl FnOnce(Vec<KeptNote>) -> Vec<KeptNote>) {
        let mut now = Vec::new();
        let less = |raw: Option<String>| {
            now = change(read(&raw.unwrap_or_default()));
            Some(written(&now))
        };
        if disk::change(key, less).await && place().is_some_and(|(_, mine)| mine == key) {
            self.notes.set(now);
        }
    }

    /// Hands in what waits, one after the other.
    pub fn hand_in(&self) {
        let Some((_, key)) = place().filter(|_| !self.busy.get_untracked()) else {
            return;
        };
        self.busy.set(true);
        let waiting = self.clone();
        spawn_local(async move {
            waiting.hand_in_all(&key).await;
            waiting.end_all().await;
            waiting.busy.set(false);
            let waits = |notes: &Vec<KeptNote>| notes.iter().any(|note| note.refused.is_none());
            if waiting.notes.with_untracked(waits) {
                waiting.try_later();
            }
        });
    }

    async fn hand_in_all(&self, key: &str) {
        let notes: Vec<KeptNote> = read(&disk::read(key).await.unwrap_or_default());
        // Somebody else may sign in meanwhile; what waits is found again under its owner's key.
        let theirs = || place().is_some_and(|(_, mine)| mine == key);
        if !theirs() {
            return;
        }
        self.notes.set(notes.clone());
        for note in notes.iter().filter(|note| note.refused.is_none()) {
            if !theirs() {
                return;
            }
            let ended = end(&hand(note).await);
            if ended == End::Later {
                return;
            }
            self.change(key, |notes| after(notes, note, &ended)).await;
            if ended == End::Taken {
                self.taken.update(|taken| *taken = taken.wrapping_add(1));
                say(t!(desk_case.kept.handed_in));
            }
        }
    }

    /// What is kept here for too long goes, whoever wrote it.
    async fn end_all(&self) {
        for key in disk::keys().await {
            let Some(whose) = key.strip_prefix(PLACE) else {
                continue;
            };
            let (mut left, mut gone) = (Vec::new(), 0);
            let less = |raw: Option<String>| {
                (left, gone) = in_time(read(&raw.unwrap_or_default()), millis());
                (gone > 0).then(|| written(&left))
            };
            if !disk::change(&key, less).await {
                continue;
            }
            let_go::went(whose);
            if place().is_some_and(|(_, mine)| mine == key) {
                self.notes.set(left);
                self.gone.update(|gone| *gone = gone.wrapping_add(1));
            }
        }
    }

    fn try_later(&self) {
        let waiting = self.clone();
        self.again.later(move || waiting.hand_in());
    }
}

/// What waits, and what was not taken; on the page of a case it is looked at again once something was handed in.
#[component]
pub(super) fn Kept(work: Work) -> AnyView {
    let taken = Waiting::get().taken;
    Effect::new(move |before: Option<u32>| {
        let now = taken.get();
        if before.is_some_and(|before| before != now) {
            work.case.again();
        }
        now
    });
    view! { <KeptNotes /> }.into_any()
}

/// The same for any other page.
#[component]
pub fn KeptNotes() -> AnyView {
    let waiting = StoredValue::new(Waiting::get());
    let me = Memo::new(move |_| Session::get().me().map(|me| me.id));
    Effect::new(move |before: Option<Option<PersonId>>| {
        let me = me.get();
        if before != Some(me) {
            waiting.with_value(|waiting| {
                if before.is_some() {
                    waiting.notes.set(Vec::new());
                }
                waiting.hand_in();
            });
        }
        me
    });
    let press = Callback::new(move |()| waiting.with_value(Waiting::hand_in));
    let gone = waiting.with_value(|waiting| waiting.gone.clone());
    let told = {
        let gone = gone.clone();
        Callback::new(move |()| {
            if let Some(me) = me.get_untracked() {
                let_go::told(me);
            }
            gone.update(|gone| *gone = gone.wrapping_add(1));
        })
    };
    let went = move || {
        gone.track();
        let some = me.get().is_some_and(let_go::is_gone);
        some.then(|| view! {
            <section class="card stack-s" data-testid="notes-gone">
                <p>{t!(desk_case.kept.gone)}</p>
                <Button label=t!(desk_case.kept.understood) name="notes-gone-told" kind=Kind::Plain small=true on_press=told />
            </section>
        })
    };
    let notes = waiting.with_value(|waiting| waiting.notes.clone());
    let all = Memo::new(move |_| notes.get());
    let busy = waiting.with_value(|waiting| waiting.busy.clone());
    let busy = Signal::derive(move || busy.get());
    let still = move || {
        let count = all.with(|notes| notes.iter().filter(|note| note.refused.is_none()).count());
        (count > 0).then(|| view! {
            <section class="card stack-s" data-testid="kept-notes" data-count=count.to_string()>
                <p>{t!(desk_case.kept.waiting, count = count)}</p>
                <Button label=t!(desk_case.kept.now) name="kept-notes-now" kind=Kind::Plain small=true busy on_press=press />
            </section>
        })
    };
    let refused = move || {
        let notes = all.get().into_iter();
        notes
            .filter_map(|note| turned_away(note, waiting))
            .collect::<Vec<_>>()
    };
    view! { <div aria-live="polite" class="stack screen-only">{went}{still}{refused}</div> }
        .into_any()
}

/// One that will never be taken as it is: it stands here until whoever wrote it has read it.
fn turned_away(note: KeptNote, waiting: StoredValue<Waiting>) -> Option<AnyView> {
    let problem = note.refused.clone()?;
    let words = note.body.words.clone();
    let text = [words.facts, words.inference, words.plan].join("\n");
    let leave = Callback::new(move |()| waiting.with_value(|waiting| waiting.forget(note.clone())));
    Some(
        view! {
            <section class="card stack-s" data-testid="note-refused">
                <p>{t!(desk_case.kept.refused)}</p>
                <ProblemNote problem />
                <p class="prose">{text}</p>
                <Button label=t!(desk_case.kept.leave) name="note-leave" kind=Kind::Plain small=true on_press=leave />
            </section>
        }
        .into_any(),
    )
}
