//! What stands before a move: a question that says what will happen, and the id that makes a
//! retry safe.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::StepBack;
use crate::ids::{Fresh, fresh};
use crate::t;
use crate::ui::{Button, Kind, Place, Send, Sheet, TroubleNote};

/// Gives a command the same id as long as it says the same, so that a retry is recognised, and a
/// new one when it says something else or was taken.
pub struct Attempt<I: Copy + std::marker::Send + Sync + 'static>(StoredValue<Option<(String, I)>>);

impl<I: Copy + std::marker::Send + Sync + 'static> Clone for Attempt<I> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<I: Copy + std::marker::Send + Sync + 'static> Copy for Attempt<I> {}

impl<I: Fresh + Copy + std::marker::Send + Sync + 'static> Attempt<I> {
    #[must_use]
    pub fn new() -> Self {
        Self(StoredValue::new(None))
    }

    /// The id for a command that says this.
    #[must_use]
    pub fn id(self, says: &str) -> I {
        let known = self.0.with_value(|last| {
            last.as_ref()
                .filter(|(said, _)| said == says)
                .map(|(_, id)| *id)
        });
        known.unwrap_or_else(|| {
            let id = fresh();
            self.0.set_value(Some((says.to_owned(), id)));
            id
        })
    }

    /// It was taken; the next one is another.
    pub fn taken(self) {
        self.0.try_set_value(None);
    }
}

impl<I: Fresh + Copy + std::marker::Send + Sync + 'static> Default for Attempt<I> {
    fn default() -> Self {
        Self::new()
    }
}

/// A question in a dialog. `words` say what will happen; `children` may ask for more.
#[component]
pub fn Ask(
    open: RwSignal<bool>,
    #[prop(into)] title: String,
    #[prop(into)] words: String,
    #[prop(into)] yes: String,
    #[prop(optional)] kind: Kind,
    send: Send,
    #[prop(into)] on_yes: Callback<()>,
    #[prop(optional)] children: Option<ChildrenFn>,
) -> AnyView {
    let inner: ChildrenFn = std::sync::Arc::new(move || {
        let (words, yes) = (words.clone(), yes.clone());
        let asked = children.as_ref().map(|children| children());
        view! {
            {(!words.is_empty()).then(|| view! { <p>{words}</p> })}
            {asked}
            <TroubleNote problem=send.problem />
            <div class="button-stack">
                <Button label=yes kind name="ask-yes" busy=send.busy on_press=on_yes />
                <Button label=t!(desk.act.keep) kind=Kind::Plain name="ask-no" on_press=move |()| open.set(false) />
            </div>
        }
        .into_any()
    });
    view! { <Sheet open title name="ask" place=Place::Middle children=inner /> }.into_any()
}

/// Closes a dialog, and goes on once it is closed: what comes next may draw the page anew, and a
/// dialog taken away while open would leave its step in the history.
pub fn close_then(open: RwSignal<bool>, then: impl FnOnce() + 'static) {
    let stepped = StepBack::watch();
    open.set(false);
    spawn_local(async move {
        stepped.taken().await;
        then();
    });
}
