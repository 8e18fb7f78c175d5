use domain::{PersonId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::points::activities::ActivityView;
use wire::points::hours::{AttendanceView, CheckBody, CheckIn, CheckOut};

use crate::ids::Again;
use crate::model::volunteer::Can;
use crate::ui::{Button, Fetch, Field, Remote, Send, TroubleNote, say};
use crate::{api, t};

/// Checking in or out by the code at the door: typed, or brought along by the phone's camera. What
/// the camera brought checks in at once; going home is asked first, as the door is passed twice.
#[component]
pub fn Check(
    activity: ActivityView,
    /// `CheckIn` or `CheckOut`.
    what: Can,
    person: Option<PersonId>,
    code: String,
    remote: Remote<ActivityView>,
) -> AnyView {
    let (send, again, id) = (Send::default(), Again::default(), activity.id);
    let brought = !code.is_empty();
    let code = RwSignal::new(code);
    let out = what == Can::CheckOut;
    let go = Callback::new(move |()| {
        let code = code.get_untracked().trim().to_owned();
        let body = CheckBody {
            id: again.id(&format!("{out}{code}")),
            code,
            person,
        };
        let work: Fetch<AttendanceView> = if out {
            api::call::<CheckOut>((id,), None_ {}, body)
        } else {
            api::call::<CheckIn>((id,), None_ {}, body)
        };
        send.run(work, move |now| {
            say(if out {
                t!(volunteer.check.out_done, name = now.name)
            } else {
                t!(volunteer.check.in_done, name = now.name)
            });
            remote.again();
        });
    });
    if brought && !out {
        go.run(());
    }
    let (title, label, hint) = if out {
        (
            t!(volunteer.check.out_title),
            t!(volunteer.check.out),
            t!(volunteer.check.out_hint),
        )
    } else {
        (
            t!(volunteer.check.in_title),
            t!(volunteer.check.come),
            t!(volunteer.check.in_hint),
        )
    };
    let empty = Signal::derive(move || code.with(|code| code.trim().is_empty()));
    let name = if out { "check-out" } else { "check-in" };
    view! {
        <section class="card stack">
            <h3>{title}</h3>
            <Field label=t!(volunteer.check.code) hint value=code name="door-code" pointer="/code" problem=send.problem max=2 * limits::DOOR_CODE_CHARS />
            <TroubleNote problem=send.problem />
            <Button label name busy=send.busy disabled=empty on_press=go />
        </section>
    }
    .into_any()
}
