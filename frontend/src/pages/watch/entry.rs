use leptos::prelude::*;
use wire::Code;
use wire::endpoint::None_;
use wire::watch::{GetMyWatch, WatchedView};

use crate::ui::{Cell, Cells, Fetch, Remote};
use crate::{api, t};

/// How it stands with oneself; `None`: nobody watches over the reader.
pub fn mine() -> Fetch<Option<WatchedView>> {
    Box::pin(async move {
        match api::get::<GetMyWatch>((), None_ {}).await {
            Ok(now) => Ok(Some(now)),
            Err(problem) if problem.code == Code::NotWatched => Ok(None),
            Err(problem) => Err(problem),
        }
    })
}

/// The way there, for whoever is watched; nothing for anybody else. It stands on the first screen, and comes
/// after it.
#[component]
pub fn Entry() -> AnyView {
    let watch = Remote::new(mine);
    let watched = Memo::new(move |_| watch.value.with(|now| matches!(now, Some(Some(_)))));
    let shown = move || {
        watched.get().then(|| view! { <Cells><Cell label=t!(watch.entry.label) note=t!(watch.entry.note) href="/watch" name="to-watch" /></Cells> })
    };
    shown.into_any()
}
