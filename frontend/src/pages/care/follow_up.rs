use domain::limits;
use leptos::prelude::*;
use wire::Page;
use wire::care::{EndTask, EndTaskBody, TaskView};
use wire::endpoint::None_;

use super::draft::Draft;
use super::tasks_list::Listed;
use crate::ids::Again;
use crate::ui::{Button, Send, TextArea, TroubleNote, say};
use crate::{api, t};

/// Something that was agreed to be done later: what came of it.
#[component]
pub fn FollowUp(task: TaskView, list: Listed) -> AnyView {
    let (send, again) = (Send::default(), Again::default());
    let (case, id) = (task.case, task.task);
    let draft = Draft::of(&format!("task-done/{id}"));
    let came = draft.field("came", "");
    let submit = Callback::new(move |()| {
        let said = came.get_untracked();
        let body = EndTaskBody {
            id: again.id(&said),
            came: said,
        };
        let draft = draft.clone();
        send.run(
            api::call::<EndTask>((case, id), None_ {}, body),
            move |left: Page<TaskView>| {
                draft.clear();
                say(t!(care.follow_up.sent));
                list.put(left);
            },
        );
    });
    view! {
        <div class="stack">
            <TextArea label=t!(care.follow_up.came) value=came name="came" pointer="/came" problem=send.problem max=limits::NOTE_CHARS />
            <TroubleNote problem=send.problem />
            <Button label=t!(care.follow_up.done) name="done" busy=send.busy on_press=submit />
        </div>
    }
    .into_any()
}
