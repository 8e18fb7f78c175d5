use domain::PersonId;
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::points::activities::{ActivityView, SignUpView};
use wire::points::hours::{AttendanceView, LeftBody, SayLeft};
use wire::{Code, Moment, Problem};

use crate::ids::Again;
use crate::model::volunteer::left_at;
use crate::model::when;
use crate::session::Session;
use crate::ui::{Button, Field, Kind, Note, Remote, Send, TroubleNote, say};
use crate::{api, clock, t};

/// When somebody left who forgot to check out, by their own word.
#[component]
pub fn Left(part: SignUpView, person: Option<PersonId>, remote: Remote<ActivityView>) -> AnyView {
    let (send, again) = (Send::default(), Again::default());
    let (id, ver, came) = (part.activity, part.ver, part.came);
    let time = |at: Moment| when::clock(at.local());
    let said = part.said_left.map(time);
    let typed = RwSignal::new(said.clone().unwrap_or_default());
    let tell = Callback::new(move |left: Option<Moment>| {
        let body = LeftBody {
            id: again.id(&format!("{ver} {left:?}")),
            left,
            person,
            ver,
        };
        let call = api::call::<SayLeft>((id,), None_ {}, body);
        send.run(call, move |_: AttendanceView| {
            say(t!(volunteer.left.done));
            remote.again();
        });
    });
    let go = move |()| {
        let left = typed.with_untracked(|typed| left_at(came?.local(), typed));
        match left.and_then(|left| clock::moment(left, &Session::get().zone())) {
            Some(left) => tell.run(Some(left)),
            None => send
                .problem
                .set(Some(Problem::new(Code::MissingField).at("/left"))),
        }
    };
    let came = came.map(time).unwrap_or_default();
    let ends = time(part.ends);
    let said = said.map(|left| {
        view! { <Note words=t!(volunteer.left.said, left = left) name="said-left" /> }
    });
    view! {
        <section class="card stack" data-testid="left">
            <h3>{t!(volunteer.left.title)}</h3>
            <p>{t!(volunteer.left.words, came = came)}</p>
            {said}
            <Field label=t!(volunteer.left.at) hint=t!(volunteer.left.hint, came = came, ends = ends) value=typed name="left-at" kind="time" pointer="/left" problem=send.problem />
            <TroubleNote problem=send.problem />
            <div class="button-stack">
                <Button label=t!(volunteer.left.send) name="say-left" busy=send.busy on_press=go />
                <Button label=t!(volunteer.left.planned, ends = ends) name="as-planned" kind=Kind::Plain busy=send.busy on_press=move |()| tell.run(None) />
            </div>
        </section>
    }
    .into_any()
}
