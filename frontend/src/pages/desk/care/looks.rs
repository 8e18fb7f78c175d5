//! Whom somebody looked at, who looked at somebody, and why: for those in charge of the team.

use domain::PersonId;
use leptos::prelude::*;
use wire::Moment;
use wire::care::{BreakGlass, ListLooks, ListLooksAt, LookAtView, LookView};
use wire::endpoint::Endpoint;
use wire::identity::PageQuery;

use super::super::table::{Head, Table};
use super::super::words::role;
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

#[component]
pub fn LooksAt(id: PersonId) -> AnyView {
    let list = Paged::new(move |cursor| {
        let query = PageQuery {
            cursor,
            limit: None,
        };
        api::get::<ListLooksAt>((id,), query)
    });
    let heads = vec![
        Head::always(t!(desk_care.looks.who)),
        Head::wide(t!(desk_care.looks.role)),
        Head::always(t!(desk_care.looks.what)),
        Head::always(t!(desk_care.file.reason)),
    ];
    let back = format!("/desk/care/people/{id}");
    view! {
        <Page title=t!(desk_care.looks.at_title) back wide=true>
            <p class="quiet">{t!(desk_care.looks.at_words)}</p>
            <Table from=list caption=t!(desk_care.looks.at_title) heads empty=t!(desk_care.looks.at_none) name="looks-at" row=line_at />
        </Page>
    }
    .into_any()
}

fn line_at(one: LookAtView) -> Vec<AnyView> {
    let name = match one.viewer_name.is_empty() {
        true => view! { <span data-testid="look-at" data-what=one.what.clone()>{t!(desk_care.looks.gone)}</span> }.into_any(),
        false => {
            let href = format!("/desk/care/people/{}/looks", one.viewer);
            view! { <a class="grid-link" href=href data-testid="look-at" data-what=one.what.clone()>{one.viewer_name}</a> }.into_any()
        }
    };
    vec![
        name,
        role(one.viewer_role).into_any(),
        what(&one.what, one.at),
        one.reason.into_any(),
    ]
}

/// With its moment. Looks beyond what one usually sees stand out in words.
fn what(name: &str, at: Moment) -> AnyView {
    let what = match name == BreakGlass::NAME {
        true => view! { <span data-testid="glass-look"><Tag words=words::look(name) tone=Tone::Bad /></span> }.into_any(),
        false => words::look(name).into_any(),
    };
    view! { {what}<div class="quiet">{when::moment(at)}</div> }.into_any()
}

fn line(one: LookView) -> Vec<AnyView> {
    let what = what(&one.what, one.at);
    let name = match one.whose_name.is_empty() {
        true => t!(desk_care.looks.gone).to_owned(),
        false => one.whose_name,
    };
    vec![
        view! { <span data-testid="look" data-what=one.what>{name}</span> }.into_any(),
        what,
        one.reason.into_any(),
    ]
}
