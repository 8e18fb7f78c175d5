use domain::{FeedbackId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::{SendFeedback, SendFeedbackBody};

use crate::ids::fresh;
use crate::model::phone::said;
use crate::session::Session;
use crate::ui::{Button, Draft, Page, Send, TextArea, TroubleNote, asked_now, say};
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
        </Page>
    }
    .into_any()
}
