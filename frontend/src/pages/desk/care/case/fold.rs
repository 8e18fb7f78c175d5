//! A step that is not the next one: a button that opens what it takes.

use domain::care::Stage;
use leptos::prelude::*;

use super::Work;
use crate::browser::focus;
use crate::ui::{Icon, uid};

/// Opened once the case is at `stage`; what the reader has open is never closed by itself.
pub(super) fn opened(work: Work, stage: &'static [Stage]) -> RwSignal<bool> {
    let open = RwSignal::new(false);
    let now = work.is(move |case| stage.contains(&case.row.stage));
    Effect::new(move |_| {
        if now.get() {
            open.set(true);
        }
    });
    open
}

/// Under its own heading. `name`: its `data-testid`; the button is `<name>-open`.
#[component]
pub(super) fn Fold(
    #[prop(into)] title: String,
    open: RwSignal<bool>,
    name: &'static str,
    children: ChildrenFn,
) -> AnyView {
    let id = uid();
    let (inside, opener) = (id.clone(), format!("{id}-open"));
    // What had the focus is gone with the form.
    let back = format!("#{opener}");
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            focus(&back);
        }
        now
    });
    let shown = move || {
        let id = inside.clone();
        open.get()
            .then(|| view! { <div class="stack" id=id data-testid=name>{children()}</div> })
    };
    view! {
        <div class="stack">
            <h3>
                <button type="button" class="button button-text" id=opener aria-expanded=move || open.get().to_string() aria-controls=id data-testid=format!("{name}-open") on:click=move |_| open.update(|open| *open = !*open)>
                    <span>{title}</span><span class="fold-sign" data-open=move || open.get().to_string() aria-hidden="true">{Icon::Next.draw()}</span>
                </button>
            </h3>
            {shown}
        </div>
    }
    .into_any()
}
