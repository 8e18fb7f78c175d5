//! What was done at the shelf or at the desk without a network: kept on this device by person, each step
//! with the id it was given then, and handed in by itself once there is a network again, on whatever page
//! one is. Handing in twice does nothing twice.

use domain::PersonId;
use domain::access::Act;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::Moment;
use wire::endpoint::None_;
use wire::library::loans::{
    CreateLoanBody, ReplayBody, ReplayEntry, ReplayLibrary, ReplayOutcome, ReturnCopyBody,
};

use crate::browser::{Again, on_window};
use crate::model::kept::{added, read, rest, written};
use crate::model::problem::words;
use crate::session::Session;
use crate::ui::{Button, Kind, Note, Trouble, say};
use crate::{api, clock, disk, t};

/// Where steps are kept; the person's id follows.
pub const PLACE: &str = "linli.library.";

/// What waits on this device, and how what was handed in has ended.
#[derive(Clone, Copy)]
pub struct Kept {
    me: Memo<Option<PersonId>>,
    waiting: RwSignal<usize>,
    /// Steps of others who used this device.
    others: RwSignal<usize>,
    ended: RwSignal<Vec<String>>,
    busy: RwSignal<bool>,
    again: StoredValue<Again>,
    /// A network that comes back is heard of.
    heard: StoredValue<bool>,
}

impl Kept {
    /// Signals alone: what hands in is fetched after the first screen.
    pub fn provide() {
        let session = Session::get();
        let kept = Self {
            me: Memo::new(move |_| session.me().map(|me| me.id)),
            waiting: RwSignal::new(0),
            others: RwSignal::new(0),
            ended: RwSignal::new(Vec::new()),
            busy: RwSignal::new(false),
            again: StoredValue::new(Again::default()),
            heard: StoredValue::new(false),
        };
        provide_context(kept);
    }

    /// Hands in what waits once its owner is known, and whenever the network comes back.
    fn begin(self) {
        Effect::new(move |before: Option<Option<PersonId>>| {
            let me = self.me.get();
            if before.is_some_and(|before| before != me) {
                self.ended.set(Vec::new());
                self.waiting.set(0);
            }
            self.hand_in();
            self.count_others();
            me
        });
        if !self.heard.get_value() {
            self.heard.set_value(true);
            on_window("online", move || {
                self.again.with_value(Again::anew);
                self.hand_in();
            });
        }
    }

    fn place(self) -> Option<String> {
        let me = self.me.get_untracked()?;
        Some(format!("{PLACE}{me}"))
    }

    /// One more; not where there are too many, or the device keeps nothing.
    async fn add(self, entry: ReplayEntry) -> bool {
        let Some(key) = self.place() else {
            return false;
        };
        let mut count = 0;
        let more = |raw: Option<String>| {
            let more = added(read(&raw.unwrap_or_default()), entry)?;
            count = more.len();
            Some(written(&more))
        };
        if !disk::change(&key, more).await {
            return false;
        }
        self.waiting.set(count);
        self.again.with_value(Again::anew);
        self.try_later();
        true
    }

    /// Only how many: what they did is theirs to hand in.
    fn count_others(self) {
        let mine = self.place();
        spawn_local(async move {
            let mut count = 0;
            for key in disk::keys().await {
                if key.starts_with(PLACE) && mine.as_ref() != Some(&key) {
                    let raw = disk::read(&key).await.unwrap_or_default();
                    count += read::<ReplayEntry>(&raw).len();
                }
            }
            self.others.try_set(count);
        });
    }

    fn hand_in(self) {
        let Some(key) = self.place().filter(|_| !self.busy.get_untracked()) else {
            return;
        };
        self.busy.set(true);
        spawn_local(async move {
            self.hand_in_all(&key).await;
            self.busy.set(false);
            if self.waiting.get_untracked() > 0 {
                self.try_later();
            }
        });
    }

    async fn hand_in_all(self, key: &str) {
        let entries: Vec<ReplayEntry> = read(&disk::read(key).await.unwrap_or_default());
        // Somebody else may sign in meanwhile; what waits is found again under its owner's key.
        let theirs = || self.place().as_deref() == Some(key);
        if entries.is_empty() || !theirs() {
            return;
        }
        self.waiting.set(entries.len());
        let body = ReplayBody {
            entries: entries.clone(),
            sent_at: Some(moment()),
        };
        let Ok(answer) = api::call::<ReplayLibrary>((), None_ {}, body).await else {
            return;
        };
        let mut count = 0;
        let less = |raw: Option<String>| {
            let less = rest(read(&raw.unwrap_or_default()), &entries, &answer.outcomes);
            count = less.len();
            Some(written(&less))
        };
        if disk::change(key, less).await && theirs() {
            self.waiting.set(count);
            let said = entries.iter().zip(&answer.outcomes);
            let said = said.map(|(entry, end)| outcome(entry, end));
            self.ended.update(|ended| ended.extend(said));
        }
    }

    fn try_later(self) {
        self.again
            .with_value(|again| again.later(move || self.hand_in()));
    }
}

/// Hands in what waits on this device, and says on every page what still does, and how each step ended.
#[component]
pub fn KeptNote() -> AnyView {
    let kept = expect_context::<Kept>();
    kept.begin();
    let still = move || {
        let count = kept.waiting.get();
        (count > 0).then(|| view! {
            <section class="card stack-s" data-testid="kept">
                <p>{t!(library.kept.waiting, count = count)}</p>
                <Button label=t!(library.kept.now) name="kept-now" kind=Kind::Plain small=true busy=kept.busy on_press=move |()| kept.hand_in() />
            </section>
        })
    };
    let others = move || {
        let count = kept.others.get();
        let words = move || match kept.me.get() {
            Some(_) => t!(library.kept.others, count = count),
            None => t!(library.kept.somebodys, count = count),
        };
        (count > 0).then(|| view! { <Note words=words() name="kept-others" /> })
    };
    let outcomes = move || {
        let ended = kept.ended.get();
        (!ended.is_empty()).then(|| view! {
            <section class="card stack-s" data-testid="kept-outcomes">
                {ended.into_iter().map(|words| view! { <Note words name="kept-outcome" /> }).collect::<Vec<_>>()}
                <Button label=t!(library.kept.seen) name="kept-seen" kind=Kind::Plain small=true on_press=move |()| kept.ended.set(Vec::new()) />
            </section>
        })
    };
    view! { <div aria-live="polite" class="kept screen-only">{still}{others}{outcomes}</div> }
        .into_any()
}

/// Offers to keep a step where the network could not be reached. `step` says which, as it was sent, so that
/// one whose answer alone was lost counts once; `then` comes after it was kept.
#[component]
pub fn Keep(
    problem: Trouble,
    step: Callback<(), Option<ReplayEntry>>,
    then: Callback<()>,
) -> AnyView {
    let kept = expect_context::<Kept>();
    let note = move |()| {
        let Some(entry) = step.run(()) else { return };
        spawn_local(async move {
            if kept.add(entry).await {
                problem.set(None);
                then.run(());
                say(t!(library.kept.noted));
            } else {
                say(t!(library.kept.full));
            }
        });
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

#[must_use]
pub fn lending(body: CreateLoanBody) -> ReplayEntry {
    ReplayEntry {
        lend: Some(body),
        ..nothing()
    }
}

#[must_use]
pub fn giving_back(body: ReturnCopyBody) -> ReplayEntry {
    ReplayEntry {
        give_back: Some(body),
        ..nothing()
    }
}

fn nothing() -> ReplayEntry {
    ReplayEntry {
        at: moment(),
        lend: None,
        give_back: None,
        renew: None,
    }
}

/// Now, by this device's clock.
fn moment() -> Moment {
    let offset = untrack(|| clock::offset(&Session::get().zone()));
    Moment {
        at: clock::now(),
        offset,
    }
}

/// How one step ended, in a sentence that names the book as it was read.
fn outcome(entry: &ReplayEntry, end: &ReplayOutcome) -> String {
    let lent = entry.lend.as_ref().map(|body| body.copy.as_str());
    let back = entry.give_back.as_ref().map(|body| body.copy.as_str());
    let copy = lent.or(back).unwrap_or_default();
    if let (Some(_), Some(problem)) = (end.task, &end.problem) {
        let why = words(problem);
        return if untrack(|| Session::get().may(Act::LendBooks)) {
            t!(library.kept.task, copy = copy, why = why)
        } else {
            t!(library.kept.conflict, copy = copy, why = why)
        };
    }
    match (&end.loan, &end.returned, &end.problem) {
        (Some(loan), ..) => t!(
            library.kept.lent,
            name = loan.title_name,
            reader = loan.reader_name
        ),
        (_, Some(back), _) => t!(library.back.done, name = back.title_name),
        (.., Some(problem)) => t!(library.kept.no, copy = copy, why = words(problem)),
        (None, None, None) => t!(library.kept.done).to_owned(),
    }
}
