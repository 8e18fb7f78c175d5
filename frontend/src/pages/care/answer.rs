use domain::limits;
use jiff::Timestamp;
use leptos::prelude::*;
use wire::Page;
use wire::care::{AnswerTask, AnswerTaskBody, TaskView};
use wire::endpoint::None_;

use super::draft::Draft;
use super::tasks_list::Listed;
use crate::i18n::{named, texts};
use crate::ids::Again;
use crate::model::care_task::minutes_left;
use crate::model::when;
use crate::ui::{Button, Chips, Field, Kind, Send, TroubleNote, say};
use crate::{api, t};

/// Reasons to touch instead of typing.
const WHY: [&str; 3] = ["away", "busy", "unwell"];

/// Yes or no, and until when one has to say so.
#[component]
pub fn Answer(task: TaskView, list: Listed, now: RwSignal<Timestamp>) -> AnyView {
    let (send, again) = (Send::default(), Again::default());
    let (case, id) = (task.case, task.task);
    let draft = Draft::of(&format!("task-no/{id}"));
    let reason = draft.field("reason", "");
    let declining = RwSignal::new(!reason.with_untracked(String::is_empty));
    let until = task.answer_until;
    let left = Memo::new(move |_| until.and_then(|until| minutes_left(until.at, now.get())));
    let time = move || match left.get() {
        Some(minutes) => t!(care.answer.left, span = when::minutes(minutes)),
        None => t!(care.answer.late).to_owned(),
    };
    let reach = task.grade.map(|grade| {
        let span = when::minutes(grade.reach_minutes());
        view! { <p class="quiet">{t!(care.answer.reach, span = span)}</p> }
    });
    let unsaid = draft.clone();
    let yes = Callback::new(move |()| {
        let draft = unsaid.clone();
        let body = AnswerTaskBody {
            id: again.id("yes"),
            accept: true,
            reason: String::new(),
        };
        send.run(
            api::call::<AnswerTask>((case, id), None_ {}, body),
            move |left: Page<TaskView>| {
                draft.clear();
                say(t!(care.answer.accepted));
                list.put(left);
            },
        );
    });
    let no = Callback::new(move |()| {
        let reason = reason.get_untracked();
        let body = AnswerTaskBody {
            id: again.id(&format!("no {reason}")),
            accept: false,
            reason,
        };
        let draft = draft.clone();
        send.run(
            api::call::<AnswerTask>((case, id), None_ {}, body),
            move |left: Page<TaskView>| {
                draft.clear();
                say(t!(care.answer.declined));
                list.put(left);
            },
        );
    });
    let form = move || {
        declining
            .get()
            .then(|| view! { <Declining reason send no /> }.into_any())
    };
    let buttons = move || {
        (!declining.get()).then(|| {
            view! {
                <div class="button-stack">
                    <Button label=t!(care.answer.yes) name="accept" busy=send.busy on_press=yes />
                    <Button label=t!(care.answer.no) name="decline" kind=Kind::Plain on_press=move |()| declining.set(true) />
                </div>
            }
        })
    };
    let back = move || {
        declining.get().then(|| view! { <Button label=t!(care.answer.back) name="decline-back" kind=Kind::Text on_press=move |()| declining.set(false) /> })
    };
    let trouble =
        move || (!declining.get()).then(|| view! { <TroubleNote problem=send.problem /> });
    view! {
        <div class="stack">
            <p data-testid="time-left">{time}</p>
            {reach}
            {trouble}
            {buttons}
            {form}
            {back}
        </div>
    }
    .into_any()
}

fn why(key: &str) -> String {
    named(texts::care::why::ALL, key)
}

/// Why not: whoever asked has to know it.
#[component]
fn Declining(reason: RwSignal<String>, send: Send, no: Callback<()>) -> AnyView {
    let options = WHY.map(|key| (key.to_owned(), why(key))).to_vec();
    let value = Signal::derive(move || {
        let said = reason.get();
        let found = WHY.into_iter().find(|key| why(key) == said);
        found.unwrap_or_default().to_owned()
    });
    let pick = Callback::new(move |key: String| reason.set(why(&key)));
    view! {
        <div class="stack" data-testid="declining">
            <Chips label=t!(care.answer.why) labelled=true options value set=pick name="why" />
            <Field label=t!(care.answer.reason) value=reason name="reason" pointer="/reason" problem=send.problem max=limits::LINE_CHARS />
            <TroubleNote problem=send.problem />
            <Button label=t!(care.answer.send_no) name="decline-send" busy=send.busy on_press=no />
        </div>
    }
    .into_any()
}
