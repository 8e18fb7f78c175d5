use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::model::path::in_query;

/// What the address asks for under a name, now and whenever it changes. The router's own map
/// decodes twice, and what somebody typed may have a percent sign in it.
#[must_use]
pub fn asked(name: &'static str) -> Memo<Option<String>> {
    let search = use_location().search;
    Memo::new(move |_| search.with(|search| in_query(search, name)))
}

/// As [`asked`], once.
#[must_use]
pub fn asked_now(name: &str) -> Option<String> {
    use_location()
        .search
        .with_untracked(|search| in_query(search, name))
}
