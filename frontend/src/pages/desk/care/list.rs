//! All cases, the latest first.

use leptos::prelude::*;
use wire::care::{CaseRow, CasesQuery, ListCases};

use super::super::table::{Head, Table};
use super::words;
use crate::model::when;
use crate::ui::{Page, Paged, Tag};
use crate::{api, t};

#[component]
pub fn Past() -> AnyView {
    let list = Paged::new(|cursor| {
        let query = CasesQuery {
            all: Some(true),
            person: None,
            cursor,
            limit: None,
        };
        api::get::<ListCases>((), query)
    });
    let heads = vec![
        Head::always(t!(desk_care.list.name)),
        Head::always(t!(desk_care.list.stage)),
        Head::wide(t!(desk_care.list.about)),
        Head::wide(t!(desk_care.list.opened)),
        Head::wide(t!(desk_care.list.whose)),
        Head::wide(t!(desk_care.list.reason)),
    ];
    view! {
        <Page title=t!(desk_care.list.title) back="/desk/care" wide=true>
            <Table from=list caption=t!(desk_care.list.title) heads empty=t!(desk_care.list.none) name="past-cases" row=line />
        </Page>
    }
    .into_any()
}

fn line(case: CaseRow) -> Vec<AnyView> {
    let href = format!("/desk/care/cases/{}", case.id);
    let open = case.closed_at.is_none();
    let whose = if open {
        words::owner(&case)
    } else {
        String::new()
    };
    let about = words::about(&case);
    let late = case.overdue.then(words::overdue);
    vec![
        view! { <a class="grid-link" href=href data-testid="past-case" data-id=case.id.to_string()>{case.person_name}</a> }.into_any(),
        view! { <Tag words=words::stage(case.stage) tone=words::stage_tone(case.stage) />{late} }.into_any(),
        about.into_any(),
        when::moment(case.opened_at).into_any(),
        whose.into_any(),
        case.reason.map(words::reason).unwrap_or_default().into_any(),
    ]
}
