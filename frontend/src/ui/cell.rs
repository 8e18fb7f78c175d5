use leptos::prelude::*;

use super::icon::Icon;

/// A titled group of cells.
#[component]
pub fn Cells(#[prop(optional, into)] title: String, children: Children) -> AnyView {
    view! {
        <section class="cells-group">
            {(!title.is_empty()).then(|| view! { <h2 class="cells-title">{title}</h2> })}
            <div class="weui-cells cells">{children()}</div>
        </section>
    }
    .into_any()
}

/// One line of a group: a label, its value, a note below. With `href` the whole line is a link.
#[component]
pub fn Cell(
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] note: String,
    #[prop(optional, into)] href: String,
    #[prop(default = "cell")] name: &'static str,
    #[prop(optional)] children: Option<Children>,
) -> AnyView {
    let inner = view! {
        <div class="weui-cell__bd cell-body">
            <span class="cell-label">{label}</span>
            {(!note.is_empty()).then(|| view! { <span class="cell-note">{note}</span> })}
        </div>
        <div class="cell-value">{value}{children.map(|children| children())}</div>
    };
    if href.is_empty() {
        view! { <div class="weui-cell cell" data-testid=name>{inner}</div> }.into_any()
    } else {
        view! { <a class="weui-cell cell cell-link" href=href data-testid=name>{inner}{Icon::Next.draw()}</a> }.into_any()
    }
}

/// A fact: what, and its value below. For pages that tell rather than ask.
#[component]
pub fn Fact(
    #[prop(into)] label: String,
    #[prop(into)] value: String,
    #[prop(default = "fact")] name: &'static str,
    /// What the value means, in smaller words.
    #[prop(optional, into)]
    note: String,
) -> AnyView {
    view! {
        <div class="fact">
            <dt class="fact-label">{label}</dt>
            <dd class="fact-value" data-testid=name>{value}</dd>
            {(!note.is_empty()).then(|| view! { <dd class="quiet">{note}</dd> })}
        </div>
    }
    .into_any()
}

/// Facts, under each other on a card.
#[component]
pub fn Facts(children: Children) -> AnyView {
    view! { <dl class="card facts">{children()}</dl> }.into_any()
}
