//! Seeing all of somebody's file whatever one's part of the team sees, for when it cannot wait. Those in charge are told at
//! once, and whoever it is about reads why.

use domain::access::Act;
use domain::{CommandId, limits};
use leptos::prelude::*;
use wire::care::{BreakGlass, BreakGlassBody, CareFileView};
use wire::endpoint::None_;
use wire::{Code, Problem};

use super::super::ask::{Ask, Attempt, close_then};
use super::words;
use crate::model::care::unseen;
use crate::session::Session;
use crate::ui::{Button, Kind, Remote, Send, TextArea};
use crate::{api, t};

/// Offered where something of the file is not seen, to whoever may. `broken` takes the reason once it was done.
#[component]
pub fn Glass(
    file: CareFileView,
    from: Remote<CareFileView>,
    broken: RwSignal<Option<String>>,
) -> AnyView {
    let unseen = unseen(&file.sees);
    if unseen.is_empty() {
        return ().into_any();
    }
    let hidden = t!(desk_care.glass.hidden, fields = words::fields(&unseen));
    let may = Session::get().may(Act::BreakGlass);
    let person = file.person;
    let (open, reason) = (RwSignal::new(false), RwSignal::new(String::new()));
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    let yes = Callback::new(move |()| {
        let said = reason.get_untracked().trim().to_owned();
        if said.chars().count() < limits::REASON_CHARS_LEAST {
            let flaw = Problem::new(Code::MissingField).at("/reason");
            return send.problem.set(Some(flaw));
        }
        let body = BreakGlassBody {
            id: attempt.id(&said),
            reason: said.clone(),
        };
        send.run(
            api::call::<BreakGlass>((person,), None_ {}, body),
            move |now: CareFileView| {
                attempt.taken();
                reason.set(String::new());
                close_then(open, move || {
                    broken.set(Some(said));
                    from.put(now);
                });
            },
        );
    });
    let ask = Callback::new(move |()| {
        send.problem.set(None);
        open.set(true);
    });
    let offered = may.then(|| {
        let problem = send.problem;
        view! {
            <p>{t!(desk_care.glass.words)}</p>
            <Button label=t!(desk_care.glass.open) name="glass" kind=Kind::Danger on_press=ask />
            <Ask open title=t!(desk_care.glass.title) words=t!(desk_care.glass.ask) yes=t!(desk_care.glass.go) kind=Kind::Danger send on_yes=yes>
                <TextArea label=t!(desk_care.file.reason) hint=t!(desk_care.glass.hint) value=reason name="glass-reason" max=limits::LINE_CHARS pointer="/reason" problem />
            </Ask>
        }
    });
    view! {
        <section class="card stack" data-testid="unseen">
            <h2>{t!(desk_care.glass.unseen)}</h2>
            <p data-testid="unseen-fields">{hidden}</p>
            {offered}
        </section>
    }
    .into_any()
}
