use std::cell::Cell as Counter;

use leptos::prelude::*;
use wire::Problem;

use crate::model::problem::words;
use crate::t;

/// An id for an element of this page.
pub fn uid() -> String {
    thread_local!(static NEXT: Counter<u32> = const { Counter::new(0) });
    NEXT.set(NEXT.get() + 1);
    format!("u{}", NEXT.get())
}

/// What the last call refused, if anything.
pub type Trouble = RwSignal<Option<Problem>>;

/// What is wrong with the field that `pointer` names, in words.
fn trouble(problem: Option<Trouble>, pointer: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || {
        let problem = problem?.get()?;
        (!pointer.is_empty() && problem.pointer.as_deref() == Some(pointer))
            .then(|| words(&problem))
    })
}

/// Label above, the control, hint and error below, all tied together for a screen reader.
fn framed(
    label: String,
    hint: String,
    id: &str,
    wrong: Signal<Option<String>>,
    control: AnyView,
) -> AnyView {
    view! {
        <div class="field" data-wrong=move || wrong.get().is_some().to_string()>
            <label class="field-label" for=id.to_owned()>{label}</label>
            {control}
            {(!hint.is_empty()).then(|| view! { <p class="field-hint" id=format!("{id}-hint")>{hint}</p> })}
            <p class="field-error" id=format!("{id}-error") hidden=move || wrong.get().is_none()>{move || wrong.get()}</p>
        </div>
    }
    .into_any()
}

/// One line of text. `pointer` names the JSON field whose problem is shown here.
#[component]
pub fn Field(
    #[prop(into)] label: String,
    value: RwSignal<String>,
    name: &'static str,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] pointer: &'static str,
    #[prop(optional)] problem: Option<Trouble>,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(default = "text")] inputmode: &'static str,
    /// Characters, as [`domain::limits`] has them.
    #[prop(default = 120)]
    max: usize,
    #[prop(optional, into)] placeholder: String,
) -> AnyView {
    let id = uid();
    let wrong = trouble(problem, pointer);
    let control = view! {
        <input class="field-input" id=id.clone() name=name data-testid=name type=kind inputmode=inputmode autocomplete=autocomplete maxlength=max.to_string()
            placeholder=placeholder aria-describedby=format!("{id}-hint {id}-error") aria-invalid=move || wrong.get().is_some().to_string()
            prop:value=move || value.get() on:input=move |ev| value.set(event_target_value(&ev)) />
    };
    framed(label, hint, &id, wrong, control.into_any())
}

/// Several lines of text, with what is left shown near the limit.
#[component]
pub fn TextArea(
    #[prop(into)] label: String,
    value: RwSignal<String>,
    name: &'static str,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] pointer: &'static str,
    #[prop(optional)] problem: Option<Trouble>,
    #[prop(default = 500)] max: usize,
    #[prop(default = 3)] rows: u8,
) -> AnyView {
    let id = uid();
    let wrong = trouble(problem, pointer);
    let left = move || max.saturating_sub(value.with(|text| text.chars().count()));
    let control = view! {
        <textarea class="field-input field-area" id=id.clone() name=name data-testid=name rows=rows.to_string() maxlength=max.to_string()
            aria-describedby=format!("{id}-hint {id}-error") aria-invalid=move || wrong.get().is_some().to_string()
            prop:value=move || value.get() on:input=move |ev| value.set(event_target_value(&ev))></textarea>
        <p class="field-hint" hidden=move || { left() > 50 }>{move || t!(ui.field.left, count = left())}</p>
    };
    framed(label, hint, &id, wrong, control.into_any())
}

/// One of several, as the phone's own list. Options: value, words.
#[component]
pub fn Select(
    #[prop(into)] label: String,
    value: RwSignal<String>,
    options: Vec<(String, String)>,
    name: &'static str,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] pointer: &'static str,
    #[prop(optional)] problem: Option<Trouble>,
) -> AnyView {
    let id = uid();
    let wrong = trouble(problem, pointer);
    let option = move |(key, words): (String, String)| {
        let chosen = key.clone();
        view! { <option value=key selected=move || value.with(|v| *v == chosen)>{words}</option> }
            .into_any()
    };
    let control = view! {
        <select class="field-input field-select" id=id.clone() name=name data-testid=name aria-describedby=format!("{id}-hint {id}-error")
            on:change=move |ev| value.set(event_target_value(&ev))>
            {options.into_iter().map(option).collect_view()}
        </select>
    };
    framed(label, hint, &id, wrong, control.into_any())
}

/// On or off, at once.
#[component]
pub fn Switch(
    #[prop(into)] label: String,
    #[prop(into)] on: Signal<bool>,
    #[prop(into)] set: Callback<bool>,
    name: &'static str,
    #[prop(optional, into)] note: String,
) -> AnyView {
    view! {
        <label class="weui-cell cell switch-cell">
            <span class="weui-cell__bd cell-body">
                <span class="cell-label">{label}</span>
                {(!note.is_empty()).then(|| view! { <span class="cell-note prose">{note}</span> })}
            </span>
            <input class="weui-switch" type="checkbox" role="switch" data-testid=name prop:checked=move || on.get() on:change=move |ev| set.run(event_target_checked(&ev)) />
        </label>
    }
    .into_any()
}

/// One of a few, all in sight. Options: value, words.
#[component]
pub fn Chips(
    /// What is chosen, for a screen reader.
    #[prop(into)]
    label: String,
    options: Vec<(String, String)>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] set: Callback<String>,
    name: &'static str,
    /// Show the label above.
    #[prop(optional)]
    labelled: bool,
) -> AnyView {
    let group = uid();
    let chip = move |(key, words): (String, String)| {
        let (mine, sent, test) = (key.clone(), key.clone(), format!("{name}-{key}"));
        view! {
            <label class="chip" data-testid=test>
                <input class="chip-input" type="radio" name=group.clone() value=key prop:checked=move || value.with(|v| *v == mine) on:change=move |_| set.run(sent.clone()) />
                <span class="chip-words">{words}</span>
            </label>
        }
        .into_any()
    };
    view! {
        <fieldset class="chips" data-testid=name>
            <legend class=if labelled { "field-label" } else { "sr" }>{label}</legend>
            <div class="chips-row">{options.into_iter().map(chip).collect_view()}</div>
        </fieldset>
    }
    .into_any()
}

/// Words to look for. `find` runs when asked (Enter or the button).
#[component]
pub fn SearchBar(
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(into)] find: Callback<()>,
) -> AnyView {
    let submit = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        find.run(());
    };
    let about = label.clone();
    view! {
        <form class="search" role="search" aria-label=about on:submit=submit>
            <input class="field-input search-input" type="search" enterkeyhint="search" data-testid="search" aria-label=label.clone() placeholder=label
                prop:value=move || value.get() on:input=move |ev| value.set(event_target_value(&ev)) />
            <button class="button button-text" type="submit" data-testid="search-go">{t!(ui.search.go)}</button>
        </form>
    }
    .into_any()
}
