//! Adding a household: a building and a room.

use domain::{HouseholdId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::{CreateHousehold, CreateHouseholdBody};
use wire::{Code, Problem};

use super::super::ask::Attempt;
use super::pick::door;
use crate::ui::{Button, Draft, Field, Page, Send, TroubleNote, say};
use crate::{api, t};

#[component]
pub fn Household() -> AnyView {
    let draft = Draft::of("desk-household");
    let (building, room) = (draft.field("building", ""), draft.field("room", ""));
    let (send, attempt) = (Send::default(), Attempt::<HouseholdId>::new());
    let submit = move |()| {
        let (house, door_no) = (
            building.get_untracked().trim().to_owned(),
            room.get_untracked().trim().to_owned(),
        );
        if house.is_empty() || door_no.is_empty() {
            let pointer = if house.is_empty() {
                "/building"
            } else {
                "/room"
            };
            return send
                .problem
                .set(Some(Problem::new(Code::EmptyText).at(pointer)));
        }
        let body = CreateHouseholdBody {
            id: attempt.id(&format!("{house} {door_no}")),
            building: house,
            room: door_no,
        };
        let draft = draft.clone();
        send.run(
            api::call::<CreateHousehold>((), None_ {}, body),
            move |home| {
                attempt.taken();
                say(t!(desk_people.home.done, home = door(&home)));
                // The building stays: households are added door by door.
                room.set(String::new());
                draft.clear();
            },
        );
    };
    view! {
        <Page title=t!(desk_people.home.title) back="/desk/people">
            <section class="card">
                <Field label=t!(desk_people.home.building) hint=t!(desk_people.home.building_hint) value=building name="building" max=limits::NAME_CHARS pointer="/building" problem=send.problem />
                <Field label=t!(desk_people.home.room) hint=t!(desk_people.home.room_hint) value=room name="room" max=limits::NAME_CHARS pointer="/room" problem=send.problem />
            </section>
            <TroubleNote problem=send.problem />
            <Button label=t!(desk_people.home.submit) name="submit" busy=send.busy on_press=submit />
        </Page>
    }
    .into_any()
}
