//! What is lent, what is late, and what stands on the pick-up shelf.

use leptos::prelude::*;
use wire::endpoint::None_;
use wire::library::desk::{LentQuery, ListLent, ListPickUps};
use wire::library::loans::{HoldView, LoanView};

use super::super::table::{Head, Table};
use crate::model::when;
use crate::pages::library::holds::HoldCard;
use crate::ui::{Chips, Page, Paged, Rows, Tag, Tone};
use crate::{api, t};

#[component]
pub fn Lent() -> AnyView {
    let which = RwSignal::new("all".to_owned());
    let list = Paged::new(move |cursor| {
        let query = LentQuery {
            late: which.with(|which| which == "late").then_some(true),
            cursor,
            limit: None,
        };
        api::get::<ListLent>((), query)
    });
    let options = vec![
        ("all".to_owned(), t!(desk_library.lent.all).to_owned()),
        ("late".to_owned(), t!(desk_library.lent.late).to_owned()),
    ];
    let heads = vec![
        Head::always(t!(desk_library.lent.book)),
        Head::always(t!(desk_library.lent.reader)),
        Head::always(t!(desk_library.lent.due)),
        Head::wide(t!(desk_library.lent.since)),
    ];
    let set = Callback::new(move |chosen: String| which.set(chosen));
    view! {
        <Page title=t!(desk_library.hub.lent) back="/desk/library" wide=true>
            <Chips label=t!(desk_library.lent.which) options value=which set name="which" />
            <Table from=list caption=t!(desk_library.hub.lent) heads empty=t!(desk_library.lent.none) name="lent" row=row />
        </Page>
    }
    .into_any()
}

fn row(loan: LoanView) -> Vec<AnyView> {
    let due = when::day(loan.due, None);
    let reader = loan.reader.map(|id| id.to_string()).unwrap_or_default();
    let href = format!("/desk/library/readers/{reader}");
    vec![
        view! { <span>{loan.title_name}</span>" "<span class="quiet">{loan.barcode}</span> }
            .into_any(),
        view! { <a class="grid-link" href=href>{loan.reader_name}</a> }.into_any(),
        if loan.late {
            view! { <Tag words=due tone=Tone::Bad /> }.into_any()
        } else {
            due.into_any()
        },
        when::moment(loan.lent_at).into_any(),
    ]
}

#[component]
pub fn PickUps() -> AnyView {
    let list = Paged::new(|_| api::get::<ListPickUps>((), None_ {}));
    let changed = Callback::new(move |_: HoldView| list.again());
    view! {
        <Page title=t!(desk_library.hub.pick_ups) back="/desk/library">
            <Rows from=list empty=t!(desk_library.lent.no_pick_ups) name="pick-ups" let:hold>
                {view! { <HoldCard hold changed named=true /> }.into_any()}
            </Rows>
        </Page>
    }
    .into_any()
}
