use leptos::prelude::*;

use crate::model::bars::bars;

/// A text as Code 128 bars. Dark on light in every theme; `label` says what it is to who cannot see it.
#[component]
pub fn Bars(#[prop(into)] text: String, #[prop(into)] label: String) -> AnyView {
    bars(&text)
        .map(|(width, path)| {
            let all = format!("0 0 {width} 40");
            view! {
                <svg class="bar-code" role="img" aria-label=label data-text=text viewBox=all preserveAspectRatio="none" shape-rendering="crispEdges">
                    <rect width="100%" height="100%" fill="#fff" />
                    <path d=path fill="#000" />
                </svg>
            }
        })
        .into_any()
}
