//! How an app starts, and how a path becomes a page. The route tables stand in `bin/`.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route};
use leptos_router::hooks::use_location;
use leptos_router::path;

use crate::browser::document;

pub mod chunk;
pub mod desk;
mod gate;
pub mod resident;

use chunk::{Chunk, Draw};
pub use gate::Gate;

/// Takes the waiting text away and draws the app, then fetches what the first screen did without.
fn start(root: impl FnOnce() -> AnyView + 'static, later: &'static [&'static Chunk]) {
    if let Some(boot) = document().and_then(|d| d.get_element_by_id("boot")) {
        boot.remove();
    }
    leptos::mount::mount_to_body(root);
    chunk::ahead(later);
}

/// One route that matches everything, and a match below it: a table of routes as types would be a
/// fifth of what a phone has to download.
fn table(pages: Draw, nowhere: fn() -> AnyView) -> AnyView {
    let page = move || {
        let path = use_location().pathname;
        let shown = move || {
            path.with(|path| {
                let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
                pages(&parts)
            })
        };
        shown.into_any()
    };
    view! {
        <FlatRoutes fallback=nowhere>
            <Route path=path!("/*any") view=page />
        </FlatRoutes>
    }
    .into_any()
}
