//! Correcting a file: name, number, household.

use domain::person::phone as mobile;
use domain::{CommandId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::{PersonFile, UpdatePerson, UpdatePersonBody};
use wire::{Code, Problem};

use super::super::ask::{Attempt, close_then};
use super::pick::HouseholdPick;
use crate::ui::{Button, Field, Kind, Remote, Send, Sheet, TroubleNote, say};
use crate::{api, t};

/// `reason`: the one the file was opened for.
#[component]
pub fn Fix(person: PersonFile, reason: String, from: Remote<PersonFile>) -> AnyView {
    let (id, ver) = (person.id, person.ver);
    let open = RwSignal::new(false);
    let name = RwSignal::new(person.name);
    let phone = RwSignal::new(person.phone.unwrap_or_default());
    let home = RwSignal::new(person.household);
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    let save = Callback::new(move |()| {
        let (said, number) = (name.get_untracked(), phone.get_untracked());
        let number = match (number.trim().is_empty(), mobile(number.trim())) {
            (true, _) => None,
            (false, Some(number)) => Some(number),
            (false, None) => {
                send.problem
                    .set(Some(Problem::new(Code::BadValue).at("/phone")));
                return;
            }
        };
        let household = home.get_untracked().map(|home| home.id);
        let body = UpdatePersonBody {
            id: attempt.id(&format!("{said} {number:?} {household:?} {ver}")),
            name: said,
            phone: number,
            household,
            reason: reason.clone(),
            ver,
        };
        send.run(
            api::call::<UpdatePerson>((id,), None_ {}, body),
            move |_| {
                attempt.taken();
                say(t!(desk_people.fix.saved));
                close_then(open, move || from.again());
            },
        );
    });
    view! {
        <Button label=t!(desk_people.fix.open) kind=Kind::Plain name="fix" on_press=move |()| open.set(true) />
        <Sheet open title=t!(desk_people.fix.title) name="fix-sheet">
            <Field label=t!(desk_people.file.name) value=name name="fix-name" max=limits::NAME_CHARS pointer="/name" problem=send.problem />
            <Field label=t!(desk_people.file.phone) hint=t!(desk_people.fix.hint) value=phone name="fix-phone" kind="tel" inputmode="tel" max=18 pointer="/phone" problem=send.problem />
            <HouseholdPick chosen=home />
            <TroubleNote problem=send.problem />
            <Button label=t!(desk_people.fix.save) name="fix-save" busy=send.busy on_press=save />
        </Sheet>
    }
    .into_any()
}
