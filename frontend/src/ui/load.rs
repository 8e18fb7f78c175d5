//! Remote data with its four faces: waiting, empty, failed with a retry, ready.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::{Page, Problem};

use super::button::{Button, Kind};
use super::empty::{Empty, ProblemNote};
use crate::t;

/// A call on its way. Boxed, so that what waits for it is compiled once.
pub type Fetch<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

/// What a piece of remote data shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Face {
    Waiting,
    Ready,
    Failed(Problem),
}

type Again = Rc<dyn Fn()>;

/// Data that comes from the server. Copy it freely; [`Remote::again`] asks once more.
pub struct Remote<T: Send + Sync + 'static> {
    pub value: RwSignal<Option<T>>,
    pub face: RwSignal<Face>,
    again: StoredValue<Again, LocalStorage>,
}

impl<T: Send + Sync> Clone for Remote<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Send + Sync> Copy for Remote<T> {}

impl<T: Clone + Send + Sync + 'static> Remote<T> {
    /// Asks now, and again whenever a signal read while making the call changes. What is there
    /// already stays in sight until the new answer has come.
    pub fn new(fetch: impl Fn() -> Fetch<T> + 'static) -> Self {
        let value = RwSignal::new(None);
        let face = RwSignal::new(Face::Waiting);
        let round = StoredValue::new(0_u32);
        let fetch: Rc<dyn Fn() -> Fetch<T>> = Rc::new(fetch);
        let start = {
            let fetch = Rc::clone(&fetch);
            move || {
                let mine = round.try_update_value(|n| {
                    *n += 1;
                    *n
                });
                let call = fetch();
                if matches!(face.get_untracked(), Face::Failed(_)) {
                    face.set(Face::Waiting);
                }
                spawn_local(async move {
                    let answer = call.await;
                    if round.try_get_value() != mine || mine.is_none() {
                        return;
                    }
                    match answer {
                        Ok(new) => {
                            value.try_set(Some(new));
                            face.try_set(Face::Ready);
                        }
                        Err(problem) => {
                            face.try_set(Face::Failed(problem));
                        }
                    }
                });
            }
        };
        let again: Again = Rc::new(start.clone());
        Effect::new(move |_| start());
        Self {
            value,
            face,
            again: StoredValue::new_local(again),
        }
    }

    /// Asks once more.
    pub fn again(self) {
        if let Some(again) = self.again.try_get_value() {
            untrack(|| again());
        }
    }

    /// Puts in what a move has just answered.
    pub fn put(self, new: T) {
        self.value.try_set(Some(new));
        self.face.try_set(Face::Ready);
    }

    #[must_use]
    pub fn now(self) -> Option<T> {
        self.value.get_untracked()
    }
}

/// The grey lines that stand where something will be.
#[component]
pub fn Skeleton() -> AnyView {
    view! {
        <div class="skeleton" role="status" data-testid="waiting">
            <span class="sr">{t!(ui.load.waiting)}</span>
            <span class="skeleton-line"></span><span class="skeleton-line"></span><span class="skeleton-line"></span>
        </div>
    }
    .into_any()
}

/// A failure, what it means, and the button that tries again where that can help.
#[component]
pub fn Failed(problem: Problem, #[prop(into)] again: Callback<()>) -> AnyView {
    let retryable = problem.retryable;
    view! {
        <div class="failed" data-testid="failed">
            <ProblemNote problem=problem />
            {retryable.then(|| view! { <Button label=t!(ui.load.retry) name="retry" kind=Kind::Plain on_press=again /> })}
        </div>
    }
    .into_any()
}

/// Shows remote data in its four faces. `none`: when it is there but empty; `empty`: what to say then.
#[component]
pub fn Load<T, F>(
    from: Remote<T>,
    #[prop(optional)] none: Option<fn(&T) -> bool>,
    #[prop(optional, into)] empty: String,
    children: F,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
    F: Fn(T) -> AnyView + Send + 'static,
{
    let ready = move || {
        let value = from.value.get()?;
        Some(if none.is_some_and(|none| none(&value)) {
            view! { <Empty words=empty.clone() /> }.into_any()
        } else {
            children(value)
        })
    };
    faces(
        from.face,
        Callback::new(move |()| from.again()),
        Box::new(ready),
    )
}

fn faces(
    face: RwSignal<Face>,
    again: Callback<()>,
    ready: Box<dyn Fn() -> Option<AnyView> + Send>,
) -> AnyView {
    let shown = move || match face.get() {
        Face::Failed(problem) => view! { <Failed problem again /> }.into_any(),
        Face::Waiting | Face::Ready => ready().unwrap_or_else(|| view! { <Skeleton /> }.into_any()),
    };
    shown.into_any()
}

/// Asks for the page at a cursor, or the first.
type Ask = Rc<dyn Fn(Option<String>)>;

/// A list that comes page by page.
pub struct Paged<T: Send + Sync + 'static> {
    pub rows: RwSignal<Vec<T>>,
    pub face: RwSignal<Face>,
    pub cursor: RwSignal<Option<String>>,
    pub busy: RwSignal<bool>,
    ask: StoredValue<Ask, LocalStorage>,
}

impl<T: Send + Sync> Clone for Paged<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Send + Sync> Copy for Paged<T> {}

impl<T: Clone + Send + Sync + 'static> Paged<T> {
    /// `fetch` takes the cursor; it is asked again from the top whenever a signal it reads changes.
    pub fn new(fetch: impl Fn(Option<String>) -> Fetch<Page<T>> + 'static) -> Self {
        let rows = RwSignal::new(Vec::new());
        let face = RwSignal::new(Face::Waiting);
        let cursor = RwSignal::new(None::<String>);
        let busy = RwSignal::new(false);
        let round = StoredValue::new(0_u32);
        let ask: Ask = Rc::new(move |from: Option<String>| {
            let mine = round.try_update_value(|n| {
                *n += 1;
                *n
            });
            let first = from.is_none();
            let call = fetch(from);
            busy.set(true);
            if first && !matches!(face.get_untracked(), Face::Ready) {
                face.set(Face::Waiting);
            }
            spawn_local(async move {
                let answer = call.await;
                if round.try_get_value() != mine || mine.is_none() {
                    return;
                }
                busy.try_set(false);
                match answer {
                    Ok(page) => {
                        if first {
                            rows.try_set(page.items);
                        } else {
                            rows.try_update(|rows| rows.extend(page.items));
                        }
                        cursor.try_set(page.cursor);
                        face.try_set(Face::Ready);
                    }
                    Err(problem) => {
                        face.try_set(Face::Failed(problem));
                    }
                }
            });
        });
        let start = Rc::clone(&ask);
        Effect::new(move |_| start(None));
        Self {
            rows,
            face,
            cursor,
            busy,
            ask: StoredValue::new_local(ask),
        }
    }

    fn ask(self, cursor: Option<String>) {
        if let Some(ask) = self.ask.try_get_value() {
            untrack(|| ask(cursor));
        }
    }

    /// Asks again from the top.
    pub fn again(self) {
        self.ask(None);
    }

    /// Asks for the page after the last.
    pub fn more(self) {
        self.ask(self.cursor.get_untracked());
    }
}

/// Shows a list page by page, with a button for more.
#[component]
pub fn Rows<T, F>(
    from: Paged<T>,
    #[prop(into)] empty: String,
    name: &'static str,
    /// Stands in a group of cells.
    #[prop(optional)]
    cells: bool,
    /// What stands above a row, once for all that share it.
    #[prop(optional)]
    heading: Option<fn(&T) -> String>,
    children: F,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
    F: Fn(T) -> AnyView + Send + Sync + 'static,
{
    let draw = move || {
        from.rows.with(|rows| {
            let mut above = String::new();
            let mut drawn = Vec::with_capacity(rows.len());
            for row in rows {
                let words = heading.map_or_else(String::new, |heading| heading(row));
                let new = words != above;
                let title = new.then(|| view! { <h2 class="rows-title">{words.clone()}</h2> });
                above = words;
                drawn.push(view! { <li>{title}{children(row.clone())}</li> }.into_any());
            }
            drawn
        })
    };
    let more = Callback::new(move |()| from.more());
    rows_view(
        from.face,
        Callback::new(move |()| from.again()),
        Box::new(draw),
        (more, from.cursor, from.busy),
        (empty, name, cells),
    )
}

type More = (Callback<()>, RwSignal<Option<String>>, RwSignal<bool>);

fn rows_view(
    face: RwSignal<Face>,
    again: Callback<()>,
    draw: Box<dyn Fn() -> Vec<AnyView> + Send>,
    (more, cursor, busy): More,
    (empty, name, cells): (String, &'static str, bool),
) -> AnyView {
    let shown = move || match face.get() {
        Face::Waiting => view! { <Skeleton /> }.into_any(),
        Face::Failed(problem) => view! { <Failed problem again /> }.into_any(),
        Face::Ready => {
            let rows = draw();
            if rows.is_empty() {
                return view! { <Empty words=empty.clone() /> }.into_any();
            }
            let class = if cells {
                "weui-cells cells rows"
            } else {
                "rows rows-cards"
            };
            view! {
                <ul class=class data-testid=name>{rows}</ul>
                {move || cursor.get().is_some().then(|| view! { <div class="rows-more"><Button label=t!(ui.load.more) name="more" kind=Kind::Plain busy=busy on_press=more /></div> })}
            }
            .into_any()
        }
    };
    shown.into_any()
}
