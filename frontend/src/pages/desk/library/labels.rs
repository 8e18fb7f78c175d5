//! Labels to stick into books, as a page that is printed: bars for any scanner, a QR code for
//! telephones, and the number below for hands.

use leptos::prelude::*;
use wire::library::catalogue::{LabelView, LabelsQuery, ListLabels};

use crate::browser::print;
use crate::ui::{Bars, Button, Field, Kind, Page, Paged, Qr, Rows, asked_now};
use crate::{api, t};

/// Labels in one print that names them, as the server takes them.
pub const PRINTED: usize = 100;

/// Characters of so many labels of this library, with commas between.
const MOST_CHARS: usize = 11 * PRINTED;

/// The print of these, at most [`PRINTED`].
#[must_use]
pub fn sheet(labels: &[String]) -> String {
    format!("/desk/library/labels?barcodes={}", labels.join(","))
}

#[component]
pub fn Labels() -> AnyView {
    let typed = RwSignal::new(asked_now("barcodes").unwrap_or_default());
    let wanted = RwSignal::new(typed.get_untracked());
    let list = Paged::new(move |cursor| {
        let query = LabelsQuery {
            barcodes: Some(wanted.get()).filter(|raw| !raw.trim().is_empty()),
            cursor,
            limit: Some(100),
        };
        api::get::<ListLabels>((), query)
    });
    let show = move |()| wanted.set(typed.get_untracked().replace('，', ","));
    view! {
        <Page title=t!(desk_library.hub.labels) back="/desk/library" wide=true>
            <div class="card stack screen-only">
                <Field label=t!(desk_library.labels.which) hint=t!(desk_library.labels.hint) value=typed name="barcodes" max=MOST_CHARS />
                <div class="row">
                    <Button label=t!(desk_library.labels.show) name="labels-show" kind=Kind::Plain small=true on_press=show />
                    <Button label=t!(volunteer.card.print) name="print" small=true on_press=move |()| print() />
                </div>
            </div>
            <div class="label-sheet paper"><Rows from=list empty=t!(desk_library.labels.none) name="labels" let:label>{one(&label)}</Rows></div>
        </Page>
    }
    .into_any()
}

fn one(label: &LabelView) -> AnyView {
    view! {
        <div class="book-label" data-testid="label" data-barcode=label.barcode.clone()>
            <div class="book-label-words">
                <p class="book-label-name">{label.name.clone()}</p>
                <p class="quiet">{label.class.clone()}</p>
                <Bars text=label.barcode.clone() label=t!(desk_library.labels.bars) />
                <p class="book-label-number">{label.barcode.clone()}</p>
            </div>
            <Qr text=label.barcode.clone() label=t!(desk_library.labels.qr) name="label-qr" />
        </div>
    }
    .into_any()
}
