//! Pages that are fetched when somebody first goes there, so that the first screen comes early.

use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;

use leptos::prelude::*;
use leptos::task::spawn_local;
pub use leptos::wasm_split::{SplitLoaderError, wasm_split};

use crate::api;
use crate::browser::{bring, here, leave_for, online, rest};
use crate::t;
use crate::ui::{Face, Failed, Page, Remote, Skeleton};

/// Draws the page at a path.
pub type Draw = fn(&[&str]) -> AnyView;
/// What a function marked [`wasm_split`] gives: the way into its part of the app.
pub type Fetched = Result<Draw, SplitLoaderError>;
type Fetching = Pin<Box<dyn Future<Output = Fetched>>>;

/// How long the first screen has the network for itself, in milliseconds.
const QUIET: i32 = 1500;

/// How long after a part did not come it is asked for again, in milliseconds.
const AGAIN: i32 = 30_000;

/// A part of the app that is a file of its own.
pub struct Chunk {
    fetch: fn() -> Fetching,
    draw: OnceLock<Draw>,
    /// The same for what is drawn beside a page, and waits for it.
    beside: OnceLock<ArcRwSignal<Option<Draw>>>,
}

impl Chunk {
    #[must_use]
    pub const fn new(fetch: fn() -> Fetching) -> Self {
        Self {
            fetch,
            draw: OnceLock::new(),
            beside: OnceLock::new(),
        }
    }

    /// The page at `path`: at once when this part is here, else as soon as it has come.
    pub fn page(&'static self, path: &[&str]) -> AnyView {
        match self.draw.get() {
            Some(draw) => draw(path),
            None => self.awaited(path.iter().map(|part| (*part).to_owned()).collect()),
        }
    }

    fn awaited(&'static self, path: Vec<String>) -> AnyView {
        let replaced = StoredValue::new(false);
        let part = Remote::new(move || {
            Box::pin(async move {
                self.fetched().await.map_err(|_| {
                    replaced.try_update_value(|replaced| *replaced = online());
                    api::offline()
                })
            })
        });
        // What is not there although there is a network belongs to an app that has been replaced.
        let again = Callback::new(move |()| {
            if replaced.get_value() {
                leave_for(&here());
            } else {
                part.again();
            }
        });
        let shown = move || match (part.face.get(), part.value.get()) {
            (Face::Ready, Some(draw)) => {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                draw(&path)
            }
            (Face::Failed(problem), _) => {
                view! { <Page title=t!(ui.app.name)><Failed problem again /></Page> }.into_any()
            }
            _ => view! { <Page title=t!(ui.app.name) bare=true><Skeleton /></Page> }.into_any(),
        };
        shown.into_any()
    }

    /// What this part draws beside a page: nothing until it has come, which is after the first screen.
    pub fn beside(&'static self) -> AnyView {
        let fresh = || ArcRwSignal::new(self.draw.get().copied());
        let draw = self.beside.get_or_init(fresh).clone();
        if draw.get_untracked().is_none() {
            spawn_local(async move {
                rest(QUIET).await;
                while self.fetched().await.is_err() {
                    rest(AGAIN).await;
                }
            });
        }
        (move || draw.get().map(|draw| draw(&[]))).into_any()
    }

    /// Brings this part, and says so to what waits for it.
    pub async fn fetched(&self) -> Fetched {
        let draw = (self.fetch)().await?;
        let draw = *self.draw.get_or_init(|| draw);
        if let Some(beside) = self
            .beside
            .get()
            .filter(|one| one.get_untracked().is_none())
        {
            beside.set(Some(draw));
        }
        Ok(draw)
    }
}

/// Fetches the other parts once the first screen stands, so that they are there when the network
/// is not, and then has the app kept for a reload without one (`frontend/shell`). What fails is
/// fetched when it is needed.
pub(super) fn ahead(chunks: &'static [&'static Chunk]) {
    spawn_local(async move {
        rest(QUIET).await;
        for chunk in chunks {
            let _ = chunk.fetched().await;
        }
        bring("shell", "register.js", || ());
    });
}
