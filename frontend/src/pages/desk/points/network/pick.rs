//! Choosing a spreadsheet to hand in.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::model::desk_import::{Unfit, content_type};
use crate::t;
use crate::ui::uid;

/// The file somebody chose, if it can be one.
#[derive(Clone, Copy)]
pub struct Picked {
    pub file: RwSignal<Option<web_sys::File>, LocalStorage>,
    unfit: RwSignal<Option<Unfit>>,
}

impl Picked {
    #[must_use]
    pub fn none() -> Self {
        Self {
            file: RwSignal::new_local(None),
            unfit: RwSignal::new(None),
        }
    }

    fn choose(self, file: Option<web_sys::File>) {
        let unfit = file
            .as_ref()
            .and_then(|file| content_type(&file.name(), file.size()).err());
        self.unfit.set(unfit);
        self.file.set(file.filter(|_| unfit.is_none()));
    }

    /// The file, and its content type.
    #[must_use]
    pub fn now(self) -> Option<(web_sys::File, &'static str)> {
        let file = self.file.get_untracked()?;
        let kind = content_type(&file.name(), file.size()).ok()?;
        Some((file, kind))
    }
}

#[component]
pub fn FilePick(picked: Picked, on_pick: Callback<()>) -> AnyView {
    let id = uid();
    let pick = move |ev: leptos::ev::Event| {
        let input = ev
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(input) = input else { return };
        picked.choose(input.files().and_then(|files| files.get(0)));
        // The same file, corrected, may be chosen again.
        input.set_value("");
        on_pick.run(());
    };
    let chosen = move || {
        let name = picked.file.get().map(|file| file.name());
        name.map(|name| view! { <p data-testid="file-name">{t!(desk_import.page.chosen, name = name)}</p> })
    };
    let unfit = move || {
        let words = match picked.unfit.get()? {
            Unfit::NotATable => t!(desk_import.unfit.not_table),
            Unfit::Empty => t!(desk_import.unfit.empty),
            Unfit::TooLarge => t!(desk_import.unfit.large),
        };
        Some(view! { <p class="field-error" role="alert" data-testid="unfit">{words}</p> })
    };
    view! {
        <div class="file-pick">
            <input class="file-input" id=id.clone() type="file" accept=".csv,.xlsx,text/csv" data-testid="file" on:change=pick />
            <label class="weui-btn weui-btn_default button button-small" for=id>{t!(desk_import.page.file)}</label>
            <span class="quiet">{t!(desk_import.page.file_hint)}</span>
        </div>
        <div role="status">{chosen}</div>
        {unfit}
    }
    .into_any()
}
