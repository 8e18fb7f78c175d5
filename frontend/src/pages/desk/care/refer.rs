//! Somebody should be looked after: said at the desk, and written down. Where a case about them is open it joins that.

use domain::{CaseId, CommandId, limits};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wire::care::{CaseMade, CreateCase, CreateCaseBody};
use wire::endpoint::None_;
use wire::identity::ResidentRow;
use wire::{Code, Problem};

use super::super::ask::Attempt;
use super::super::people::pick::{Handed, PersonPick};
use crate::pages::care::draft::Draft;
use crate::ui::{Button, Page, Send, TextArea, TroubleNote, say_next};
use crate::{api, t};

#[component]
pub fn New() -> AnyView {
    let kept = Draft::of("desk-referral");
    let chosen = kept.picked::<Option<ResidentRow>>("person");
    if let Some(handed) = Handed::take() {
        chosen.set(Some(handed));
    }
    let said = kept.field("said", "");
    let kept = StoredValue::new(kept);
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    let navigate = StoredValue::new_local(use_navigate());
    let problem = send.problem;
    let go = Callback::new(move |()| {
        let Some(person) = chosen.with_untracked(|one| one.as_ref().map(|one| one.id)) else {
            let flaw = Problem::new(Code::MissingField).at("/person");
            return problem.set(Some(flaw));
        };
        let words = said.get_untracked().trim().to_owned();
        if words.is_empty() {
            return problem.set(Some(Problem::new(Code::EmptyText).at("/said")));
        }
        let body = CreateCaseBody {
            id: CaseId::from_bits(attempt.id(&format!("{person} {words}")).bits()),
            person: Some(person),
            said: words,
        };
        send.run(
            api::call::<CreateCase>((), None_ {}, body),
            move |made: CaseMade| {
                attempt.taken();
                kept.with_value(Draft::clear);
                say_next(match made.joined {
                    true => t!(desk_care.refer.joined),
                    false => t!(desk_care.refer.done),
                });
                let to = format!("/desk/care/cases/{}", made.id);
                navigate.with_value(|navigate| navigate(&to, Default::default()));
            },
        );
    });
    let nobody = move || {
        let wrong = problem.with(|problem| {
            let problem = problem.as_ref();
            problem.is_some_and(|problem| problem.pointer.as_deref() == Some("/person"))
        });
        wrong.then(|| view! { <p class="field-error" role="alert">{t!(desk_volunteering.act.pick_person)}</p> })
    };
    view! {
        <Page title=t!(desk_care.refer.title) back="/desk/care">
            <p class="quiet">{t!(desk_care.refer.words)}</p>
            <section class="card stack" data-testid="step-who">
                <h2>{t!(desk_care.refer.who)}</h2>
                <PersonPick chosen />
                {nobody}
            </section>
            <section class="card stack">
                <TextArea label=t!(desk_care.refer.said) hint=t!(desk_care.refer.said_hint) value=said name="said" max=limits::NOTE_CHARS pointer="/said" problem />
            </section>
            <TroubleNote problem />
            <Button label=t!(desk_care.refer.go) name="refer-go" busy=send.busy on_press=go />
        </Page>
    }
    .into_any()
}
