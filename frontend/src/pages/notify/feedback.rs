use domain::{FeedbackId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::{FeedbackView, ListMyFeedback, PageQuery, SendFeedback, SendFeedbackBody};

use crate::ids::fresh;
use crate::model::phone::said;
use crate::model::when;
use crate::session::Session;
use crate::ui::{
    Button, Cell, Draft, Page, Paged, Rows, Send, TextArea, TroubleNote, asked_now, say,
};
use crate::{api, t};

/// Complaints and ideas.
#[component]
pub fn Feedback() -> AnyView {
    let draft = Draft::of("feedback");
    let text = draft.field("text", "");
    let send = Send::default();
    let page = asked_now("page").unwrap_or_default();
    let named = StoredValue::new((String::new(), fresh::<FeedbackId>()));
    let phone = Session::get()
        .me_now()
        .map(|me| me.community.phone.clone())
        .unwrap_or_default();
    let own = Paged::new(|cursor| {
        let query = PageQuery {
            cursor,
            limit: None,
        };
        api::get::<ListMyFeedback>((), query)
    });
    let submit = Callback::new(move |()| {
        let said = text.get_untracked();
        if named.with_value(|(before, _)| *before != said) {
            named.set_value((said.clone(), fresh()));
        }
        let body = SendFeedbackBody {
            id: named.get_value().1,
            text: said,
            page: page.clone(),
        };
        let draft = draft.clone();
        send.run(api::call::<SendFeedback>((), None_ {}, body), move |_| {
            text.set(String::new());
            draft.clear();
            own.again();
            say(t!(feedback.page.sent));
        });
    });
    view! {
        <Page title=t!(feedback.page.title) back="/">
            <p>{t!(feedback.page.words)}</p>
            <TextArea label=t!(feedback.page.text) value=text name="text" pointer="/text" problem=send.problem max=limits::STORY_CHARS rows=6 />
            <TroubleNote problem=send.problem />
            <Button label=t!(feedback.page.send) name="feedback-send" busy=send.busy on_press=submit />
            <p><a href=format!("tel:{phone}")>{t!(feedback.page.call, phone = said(&phone))}</a></p>
            <section class="stack-s">
                <h2 class="cells-title">{t!(feedback.page.mine)}</h2>
                <Rows from=own empty=t!(feedback.page.mine_none) name="my-feedback" cells=true children=mine />
            </section>
        </Page>
    }
    .into_any()
}

/// Something one wrote, and what became of it.
fn mine(one: FeedbackView) -> AnyView {
    let state = match &one.handled {
        None => t!(feedback.page.waiting).to_owned(),
        Some(handled) => t!(feedback.page.handled, at = when::moment(handled.at)),
    };
    let answer = one
        .handled
        .map(|handled| handled.answer)
        .filter(|answer| !answer.is_empty())
        .map(|answer| t!(feedback.page.answer, answer = answer));
    let note = [Some(state), answer].into_iter().flatten();
    let note = note.collect::<Vec<_>>().join("\n");
    view! { <Cell label=one.text note=note name="my-feedback-row" /> }.into_any()
}
