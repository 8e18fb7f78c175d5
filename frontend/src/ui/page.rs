use std::cell::RefCell;

use leptos::html::H1;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::icon::Icon;
use crate::browser::document;
use crate::model::path::escaped;
use crate::session::Session;
use crate::t;

thread_local! {
    /// The address of the page drawn last.
    static DRAWN: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Is this another page than the one before, and not the first?
fn turned() -> bool {
    let path = web_sys::window().and_then(|window| window.location().pathname().ok());
    let before = DRAWN.replace(path.clone());
    before.is_some() && before != path
}

/// One page: title bar with the way back, the only `h1`, and the main landmark. When one page
/// follows another, the focus goes to the title, so that a screen reader says where one is.
#[component]
pub fn Page(
    #[prop(into)] title: Signal<String>,
    /// Where the way back leads; none on the pages of the tab bar.
    #[prop(optional, into)]
    back: String,
    /// Leave out the title bar's look; the page draws its own head. The title is still said.
    #[prop(optional)]
    bare: bool,
    /// Uses the desk's full width.
    #[prop(optional)]
    wide: bool,
    children: Children,
) -> AnyView {
    let heading = NodeRef::<H1>::new();
    Effect::new(move |_| {
        if let Some(document) = document() {
            document.set_title(&format!("{} · {}", title.get(), t!(ui.app.name)));
        }
    });
    Effect::new(move |_| {
        if let Some(heading) = heading.get()
            && turned()
        {
            let _ = heading.focus();
            if let Some(window) = web_sys::window() {
                window.scroll_to_with_x_and_y(0.0, 0.0);
            }
        }
    });
    let way = (!back.is_empty()).then(|| view! { <a class="page-back" href=back data-testid="back">{Icon::Back.draw()}<span class="sr">{t!(ui.page.back)}</span></a> });
    view! {
        <div class="page" data-wide=wide.to_string()>
            <header class=if bare { "page-head sr" } else { "page-head" }>
                {way}
                <h1 tabindex="-1" node_ref=heading data-testid="title">{move || title.get()}</h1>
            </header>
            <main class="page-main stack" id="main" tabindex="-1">{children()}</main>
            <Foot />
        </div>
    }
    .into_any()
}

/// The way to complaints and ideas, from wherever one is. They are written in the residents' app.
#[component]
fn Foot() -> AnyView {
    let session = Session::get();
    let path = use_location().pathname;
    let link = move || {
        let path = path.get();
        let shown = session.me().is_some() && path != "/feedback";
        shown.then(|| {
            let href = format!("/feedback?page={}", escaped(&path));
            let outside = path.starts_with("/desk").then_some("external");
            view! { <footer class="page-foot"><a href=href rel=outside data-testid="page-feedback">{t!(page.foot.feedback)}</a></footer> }
        })
    };
    link.into_any()
}
