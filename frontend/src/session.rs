//! Who is using the app, and what they may do. Asked once when the app starts and after sign-in;
//! cleared when the server says that nobody is signed in.

use std::cell::Cell;
use std::sync::Arc;

use domain::access::Act;
use domain::person::{Language, TextSize};
use domain::sign_in::SecondFactor;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::endpoint::None_;
use wire::identity::{GetMe, Me, UpdateMe, UpdateMeBody};
use wire::{Code, Problem};

use crate::api;
use crate::browser::{forget, keep, kept, on_window};
use crate::clock::millis;
use crate::prefs::Prefs;

/// Language or text size were chosen while nobody was signed in.
const UNSAVED: &str = "linli.unsaved";
/// How long whoever was here last is taken to be here still, where nobody can be asked.
const REMEMBERED_MILLIS: u64 = 12 * 3_600_000;
/// Who was here last; until they sign out, or the server no longer knows their session.
const LAST: &str = "linli.last";

/// Who is here.
#[derive(Clone, Debug, PartialEq)]
pub enum Who {
    /// Not known yet.
    Asking,
    Nobody,
    /// Signed in; `Me::second_factor` may still be owed.
    Here(Arc<Me>),
    /// It could not be found out.
    Unknown(Problem),
}

#[derive(Clone, Copy)]
pub struct Session {
    pub who: RwSignal<Who>,
    prefs: Prefs,
    /// Whoever is here is so by what this device remembers.
    remembered: StoredValue<bool>,
}

thread_local! {
    static CURRENT: Cell<Option<Session>> = const { Cell::new(None) };
}

impl Session {
    /// Begins, asks the server who is here, and hands itself to everything below.
    #[must_use]
    pub fn provide(prefs: Prefs) -> Self {
        let session = Self {
            who: RwSignal::new(Who::Asking),
            prefs,
            remembered: StoredValue::new(false),
        };
        CURRENT.set(Some(session));
        provide_context(session);
        Effect::new(move |_| {
            if session.who.with(|who| *who == Who::Nobody) {
                forget(LAST);
            }
        });
        on_window("online", move || {
            if session.remembered.get_value() {
                session.ask();
            }
        });
        session.ask();
        session
    }

    #[must_use]
    pub fn get() -> Self {
        CURRENT.get().unwrap_or_else(|| expect_context())
    }

    /// The signed-in person, tracked. `None` also while a second factor is owed.
    #[must_use]
    pub fn me(self) -> Option<Arc<Me>> {
        match self.who.get() {
            Who::Here(me) if me.second_factor.is_settled() => Some(me),
            Who::Asking | Who::Nobody | Who::Here(_) | Who::Unknown(_) => None,
        }
    }

    /// As [`Session::me`], not tracked.
    #[must_use]
    pub fn me_now(self) -> Option<Arc<Me>> {
        untrack(move || self.me())
    }

    /// May this person do that? For hiding what would be refused; the server decides.
    #[must_use]
    pub fn may(self, act: Act) -> bool {
        self.me().is_some_and(|me| me.acts.contains(&act))
    }

    /// The community's time zone.
    #[must_use]
    pub fn zone(self) -> String {
        self.me_now().map_or_else(
            || "Asia/Shanghai".to_owned(),
            |me| me.community.zone.clone(),
        )
    }

    /// Asks again who is here.
    pub fn ask(self) {
        spawn_local(async move {
            self.refresh().await;
        });
    }

    /// Asks, and waits for the answer.
    pub async fn refresh(self) {
        match api::call::<GetMe>((), None_ {}, None_ {}).await {
            Ok(me) => self.arrived(me),
            Err(problem) if problem.code == Code::SignedOut => self.who.set(Who::Nobody),
            Err(_) if matches!(self.who.get_untracked(), Who::Here(_)) => {}
            Err(problem) => self.who.set(match last() {
                Some(me) if api::is_offline(&problem) => {
                    self.remembered.set_value(true);
                    Who::Here(Arc::new(me))
                }
                _ => Who::Unknown(problem),
            }),
        }
    }

    /// Takes over what the server knows about a person.
    pub fn arrived(self, me: Me) {
        let settled = me.second_factor.is_settled();
        let (language, size) = (me.language, me.text_size);
        self.remembered.set_value(false);
        if settled {
            remember(&me);
        }
        self.who.set(Who::Here(Arc::new(me)));
        if settled && kept(UNSAVED).is_some() {
            // Chosen here before signing in: that is what the person wants now.
            forget(UNSAVED);
            let prefs = self.prefs;
            self.save(UpdateMeBody {
                language: Some(prefs.language.get_untracked()),
                text_size: Some(prefs.size.get_untracked()),
            });
        } else if settled {
            self.prefs.set_size(size);
            self.prefs.set_language(language);
        }
    }

    /// Changes the language here and for the next phone.
    pub fn set_language(self, language: Language) {
        self.prefs.set_language(language);
        self.save(UpdateMeBody {
            language: Some(language),
            text_size: None,
        });
    }

    /// Changes the text size here and for the next phone.
    pub fn set_size(self, size: TextSize) {
        self.prefs.set_size(size);
        self.save(UpdateMeBody {
            language: None,
            text_size: Some(size),
        });
    }

    fn save(self, body: UpdateMeBody) {
        if self.me_now().is_none() {
            keep(UNSAVED, "1");
            return;
        }
        spawn_local(async move {
            if let Ok(me) = api::call::<UpdateMe>((), None_ {}, body).await {
                self.who.set(Who::Here(Arc::new(me)));
            }
        });
    }

    /// One notice less to read.
    pub fn read_one(self) {
        self.who.update(|who| {
            if let Who::Here(me) = who {
                let unread = me.unread.saturating_sub(1);
                *me = Arc::new(Me {
                    unread,
                    ..Me::clone(me)
                });
            }
        });
    }
}

/// Keeps who is here, for when the app is opened without a network: no name, no number, nothing unread.
fn remember(me: &Me) {
    let less = Me {
        name: String::new(),
        phone: None,
        roles: Vec::new(),
        unread: 0,
        ..me.clone()
    };
    if let Ok(text) = serde_json::to_string(&(millis(), less)) {
        keep(LAST, &text);
    }
}

/// Not for longer than a day's work: whoever has the device then may be somebody else.
fn last() -> Option<Me> {
    let (at, me): (u64, Me) = serde_json::from_str(&kept(LAST)?).ok()?;
    let passed = millis().checked_sub(at)?;
    (passed < REMEMBERED_MILLIS).then_some(me)
}

/// The server does not know this session: the shell shows the sign-in page and keeps the way back.
pub fn lost() {
    if let Some(session) = CURRENT.get() {
        session.who.set(Who::Nobody);
    }
}

/// A second factor is owed after all: the shell shows that step.
pub fn owes_second_factor() {
    if let Some(session) = CURRENT.get() {
        session.who.update(|who| {
            if let Who::Here(me) = who
                && me.second_factor.is_settled()
            {
                *me = Arc::new(Me {
                    second_factor: SecondFactor::Verify,
                    ..Me::clone(me)
                });
            }
        });
    }
}
