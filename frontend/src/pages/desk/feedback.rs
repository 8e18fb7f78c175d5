//! Complaints and suggestions, newest first.

use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::{FeedbackView, ListFeedback, PageQuery};

use crate::model::when;
use crate::ui::{Page, Paged, Rows};
use crate::{api, t};

#[component]
pub fn Feedback() -> AnyView {
    let list = Paged::new(|cursor| {
        Box::pin(api::call::<ListFeedback>(
            (),
            PageQuery {
                cursor,
                limit: None,
            },
            None_ {},
        ))
    });
    view! { <Page title=t!(desk.feedback.title)><Rows from=list empty=t!(desk.feedback.none) name="feedback-list" children=card /></Page> }.into_any()
}

fn card(one: FeedbackView) -> AnyView {
    let page = (!one.page.is_empty())
        .then(|| view! { <p class="quiet">{t!(desk.feedback.from_page, page = one.page)}</p> });
    view! {
        <article class="card stack-close" data-testid="feedback">
            <div class="desk-head"><h2>{one.from}</h2><span class="quiet">{when::moment(one.at)}</span></div>
            <p class="prose">{one.text}</p>
            {page}
        </article>
    }
    .into_any()
}
