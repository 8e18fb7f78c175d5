//! The route tables of the two apps, and how an app starts.

use leptos::prelude::*;

use crate::browser::document;

pub mod desk;
mod gate;
pub mod resident;

pub use gate::Gate;

/// Takes the waiting text away and draws the app.
fn mount(root: fn() -> AnyView) {
    if let Some(boot) = document().and_then(|d| d.get_element_by_id("boot")) {
        boot.remove();
    }
    leptos::mount::mount_to_body(root);
}
