//! A list as a table: a caption for screen readers, headings with a scope, the first cell of a row
//! as its heading. On a narrow screen only the columns marked for it are shown.

use leptos::prelude::*;

use crate::t;
use crate::ui::{Button, Empty, Face, Failed, Kind, Paged, Skeleton};

/// A column. `wide`: only where there is room.
#[derive(Clone, Copy)]
pub struct Head {
    pub label: &'static str,
    pub wide: bool,
}

impl Head {
    #[must_use]
    pub fn always(label: &'static str) -> Self {
        Self { label, wide: false }
    }

    #[must_use]
    pub fn wide(label: &'static str) -> Self {
        Self { label, wide: true }
    }

    fn class(self) -> &'static str {
        if self.wide { "grid-wide" } else { "" }
    }
}

/// Draws a list page by page. `row` gives the cells of one row, in the order of `heads`.
#[component]
pub fn Table<T, F>(
    from: Paged<T>,
    #[prop(into)] caption: String,
    heads: Vec<Head>,
    #[prop(into)] empty: String,
    #[prop(optional, into)] hint: String,
    name: &'static str,
    row: F,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
    F: Fn(T) -> Vec<AnyView> + Send + Sync + 'static,
{
    let rows = move || {
        from.rows
            .with(|rows| rows.iter().map(|one| row(one.clone())).collect::<Vec<_>>())
    };
    let again = Callback::new(move |()| from.again());
    let more = Callback::new(move |()| from.more());
    let foot = (move || from.cursor.get().is_some().then(|| view! { <div class="rows-more"><Button label=t!(ui.load.more) name="more" kind=Kind::Plain busy=from.busy on_press=more /></div> })).into_any();
    faced(
        from.face,
        again,
        Box::new(rows),
        (caption, heads, empty, hint, name),
        foot,
    )
}

type Looks = (String, Vec<Head>, String, String, &'static str);

fn faced(
    face: RwSignal<Face>,
    again: Callback<()>,
    rows: Box<dyn Fn() -> Vec<Vec<AnyView>> + Send>,
    (caption, heads, empty, hint, name): Looks,
    foot: AnyView,
) -> AnyView {
    let shown = move || match face.get() {
        Face::Waiting => view! { <Skeleton /> }.into_any(),
        Face::Failed(problem) => view! { <Failed problem again /> }.into_any(),
        Face::Ready => {
            let rows = rows();
            if rows.is_empty() {
                let hint = hint.clone();
                return view! { <Empty words=empty.clone()>{(!hint.is_empty()).then(|| view! { <p class="quiet">{hint}</p> })}</Empty> }.into_any();
            }
            view! { <Plain caption=caption.clone() heads=heads.clone() rows name /> }.into_any()
        }
    };
    view! { {shown}{foot} }.into_any()
}

/// A table whose rows are there already.
#[component]
pub fn Plain(
    #[prop(into)] caption: String,
    heads: Vec<Head>,
    rows: Vec<Vec<AnyView>>,
    name: &'static str,
) -> AnyView {
    let titles = heads
        .iter()
        .map(|head| view! { <th scope="col" class=head.class()>{head.label}</th> }.into_any())
        .collect::<Vec<_>>();
    let line = |cells: Vec<AnyView>| {
        let cells = cells
            .into_iter()
            .zip(&heads)
            .enumerate()
            .map(|(i, (cell, head))| match i {
                0 => view! { <th scope="row">{cell}</th> }.into_any(),
                _ => view! { <td class=head.class()>{cell}</td> }.into_any(),
            });
        view! { <tr>{cells.collect::<Vec<_>>()}</tr> }.into_any()
    };
    let lines = rows.into_iter().map(line).collect::<Vec<_>>();
    view! {
        <div class="grid-frame">
            <table class="grid" data-testid=name>
                <caption class="sr">{caption}</caption>
                <thead><tr>{titles}</tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
    .into_any()
}
