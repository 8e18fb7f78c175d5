use leptos::prelude::*;

use crate::model::qr::squares;

/// A text for a camera. Dark on light in every theme; `label` says what it is to who cannot see it.
#[component]
pub fn Qr(
    #[prop(into)] text: String,
    #[prop(into)] label: String,
    #[prop(default = "qr")] name: &'static str,
) -> AnyView {
    squares(&text)
        .map(|(size, path)| {
            let all = format!("0 0 {size} {size}");
            view! {
                <svg class="qr-code" role="img" aria-label=label data-testid=name data-text=text viewBox=all shape-rendering="crispEdges">
                    <rect width="100%" height="100%" fill="#fff" />
                    <path d=path fill="#000" />
                </svg>
            }
        })
        .into_any()
}
