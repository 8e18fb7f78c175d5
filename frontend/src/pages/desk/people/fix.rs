//! Correcting a file: name, number, birthday, household, guardian.

use domain::{CommandId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::{Member, PersonFile, ResidentRow, UpdatePerson, UpdatePersonBody};

use super::super::ask::{Attempt, close_then};
use super::pick::{HouseholdPick, PersonPick};
use crate::model::desk_person;
use crate::ui::{Button, Field, Kind, Remote, Send, Sheet, TroubleNote, say};
use crate::{api, t};

/// `reason`: the one the file was opened for.
#[component]
pub fn Fix(person: PersonFile, reason: String, from: Remote<PersonFile>) -> AnyView {
    let (id, ver) = (person.id, person.ver);
    let open = RwSignal::new(false);
    let name = RwSignal::new(person.name);
    let phone = RwSignal::new(person.phone.unwrap_or_default());
    let born = RwSignal::new(person.born.map(|day| day.to_string()).unwrap_or_default());
    let home = RwSignal::new(person.household);
    let guardian = RwSignal::new(person.guardian.map(known));
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    let save = Callback::new(move |()| {
        let said = name.get_untracked();
        let typed = desk_person::phone(&phone.get_untracked())
            .and_then(|number| Ok((number, desk_person::born(&born.get_untracked())?)));
        let (number, day) = match typed {
            Ok(typed) => typed,
            Err(problem) => return send.problem.set(Some(problem)),
        };
        let household = home.get_untracked().map(|home| home.id);
        let guardian = guardian.get_untracked().map(|guardian| guardian.id);
        let body = UpdatePersonBody {
            id: attempt.id(&format!(
                "{said} {number:?} {day:?} {household:?} {guardian:?} {ver}"
            )),
            name: said,
            phone: number,
            born: day,
            household,
            guardian,
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
            <Field label=t!(desk_people.file.born) value=born name="fix-born" kind="date" pointer="/born" problem=send.problem />
            <section class="stack-s"><h3>{t!(desk_people.file.home)}</h3><HouseholdPick chosen=home /></section>
            <section class="stack-s" data-testid="fix-guardian"><h3>{t!(desk_people.file.guardian)}</h3><p class="quiet">{t!(desk_people.add.guardian_hint)}</p><PersonPick chosen=guardian /></section>
            <TroubleNote problem=send.problem />
            <Button label=t!(desk_people.fix.save) name="fix-save" busy=send.busy on_press=save />
        </Sheet>
    }
    .into_any()
}

/// The guardian of now, of whom the file tells no more than the name.
fn known(guardian: Member) -> ResidentRow {
    ResidentRow {
        id: guardian.id,
        name: guardian.name,
        building: None,
        room: None,
        child: guardian.child,
    }
}
