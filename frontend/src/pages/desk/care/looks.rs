//! Whom somebody looked at, and why: for those in charge of the team.

use domain::PersonId;
use leptos::prelude::*;
use wire::care::{BreakGlass, ListLooks, LookView};
use wire::endpoint::Endpoint;
use wire::identity::PageQuery;

use super::super::table::{Head, Table};
use super::words;
use crate::model::when;
use crate::ui::{Page, Paged, Tag, Tone};
use crate::{api, t};

#[component]
pub fn Looks(id: PersonId) -> AnyView {
    let list = Paged::new(move |cursor| {
        let query = PageQuery {
            cursor,
            limit: None,
        };
        api::get::<ListLooks>((id,), query)
    });
    let heads = vec![
        Head::always(t!(desk_care.looks.whose)),
        Head::always(t!(desk_care.looks.what)),
        Head::wide(t!(desk_care.looks.at)),
        Head::always(t!(desk_care.file.reason)),
    ];
    view! {
        <Page title=t!(desk_care.looks.title) back="/desk/care/nodes" wide=true>
            <p class="quiet">{t!(desk_care.looks.words)}</p>
            <Table from=list caption=t!(desk_care.looks.title) heads empty=t!(desk_care.looks.none) name="looks" row=line />
        </Page>
    }
    .into_any()
}

/// Looks beyond what one usually sees stand out in words.
fn line(one: LookView) -> Vec<AnyView> {
    let glass = one.what == BreakGlass::NAME;
    let what = match glass {
        true => view! { <span data-testid="glass-look"><Tag words=words::look(&one.what) tone=Tone::Bad /></span> }.into_any(),
        false => words::look(&one.what).into_any(),
    };
    let name = match one.whose_name.is_empty() {
        true => t!(desk_care.looks.gone).to_owned(),
        false => one.whose_name,
    };
    vec![
        view! { <span data-testid="look" data-what=one.what>{name}</span> }.into_any(),
        what,
        when::moment(one.at).into_any(),
        one.reason.into_any(),
    ]
}
