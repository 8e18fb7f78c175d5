use domain::{PersonId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::{AddChild, AddChildBody, GetHousehold, HouseholdView, Member};
use wire::{Code, Problem};

use super::ward::Ward;
use crate::ids::fresh;
use crate::ui::{
    Button, Cell, Cells, Draft, Field, Kind, Load, Remote, Send, Sheet, Tag, TroubleNote, say,
};
use crate::{api, t};

/// Who lives behind one's door. Children are added by their guardian.
#[component]
pub fn Home() -> AnyView {
    let household = Remote::new(|| {
        Box::pin(async {
            match api::call::<GetHousehold>((), None_ {}, None_ {}).await {
                Ok(household) => Ok(Some(household)),
                Err(problem) if problem.code == Code::NotFound => Ok(None),
                Err(problem) => Err(problem),
            }
        })
    });
    let open = RwSignal::new(false);
    let (acting, ward) = (RwSignal::new(false), RwSignal::new(None::<Member>));
    let act = Callback::new(move |child: Member| {
        ward.set(Some(child));
        acting.set(true);
    });
    let gone = move |()| {
        acting.set(false);
        household.again();
    };
    let whose = Signal::derive(move || {
        let name = ward.with(|ward| ward.as_ref().map(|ward| ward.name.clone()));
        t!(me.ward.title, name = name.unwrap_or_default())
    });
    view! {
        <section class="stack-s">
            <h2 class="cells-title">{t!(me.page.household)}</h2>
            <Load from=household let:found>{
                match found {
                    None => view! { <p class="card quiet">{t!(me.page.household_none)}</p> }.into_any(),
                    Some(found) => people(found, open, act),
                }
            }</Load>
            <Sheet open title=t!(me.page.add_child) name="child-sheet"><Child open household /></Sheet>
            <Sheet open=acting title=whose name="ward-sheet">{ward.get_untracked().map(|child| view! { <Ward child gone /> })}</Sheet>
        </section>
    }
    .into_any()
}

fn people(household: HouseholdView, open: RwSignal<bool>, act: Callback<Member>) -> AnyView {
    let rows: Vec<AnyView> = household
        .people
        .into_iter()
        .map(|person| {
            let child = person.child.then(|| view! { <Tag words=t!(me.page.child) /> });
            let label = person.name.clone();
            let ward = person.ward.then(|| view! { <Button label=t!(me.ward.open) kind=Kind::Text small=true name="ward" on_press=move |()| act.run(person.clone()) /> });
            view! { <Cell label name="member">{child}{ward}</Cell> }.into_any()
        })
        .collect();
    let room = t!(
        me.page.room,
        building = household.building,
        room = household.room
    );
    view! {
        <Cells><Cell label=room name="room" />{rows}</Cells>
        <Button label=t!(me.page.add_child) name="add-child" kind=Kind::Text on_press=move |()| open.set(true) />
    }
    .into_any()
}

#[component]
fn Child(open: RwSignal<bool>, household: Remote<Option<HouseholdView>>) -> AnyView {
    let draft = Draft::of("child");
    let (name, born) = (draft.field("name", ""), draft.field("born", ""));
    let send = Send::default();
    let made = StoredValue::new((String::new(), fresh::<PersonId>()));
    let submit = Callback::new(move |()| {
        let said = (name.get_untracked(), born.get_untracked());
        let Ok(born) = said.1.parse() else {
            send.problem
                .set(Some(Problem::new(Code::MissingField).at("/born")));
            return;
        };
        let key = format!("{said:?}");
        if made.with_value(|(before, _)| *before != key) {
            made.set_value((key, fresh()));
        }
        let body = AddChildBody {
            id: made.get_value().1,
            name: said.0,
            born,
        };
        let draft = draft.clone();
        send.run(api::call::<AddChild>((), None_ {}, body), move |now| {
            draft.clear();
            open.set(false);
            say(t!(me.page.child_added));
            household.put(Some(now));
        });
    });
    view! {
        <p class="quiet">{t!(me.page.child_hint)}</p>
        <Field label=t!(me.page.child_name) value=name name="child-name" pointer="/name" problem=send.problem max=limits::NAME_CHARS />
        <Field label=t!(me.page.child_born) value=born name="child-born" kind="date" pointer="/born" problem=send.problem />
        <TroubleNote problem=send.problem />
        <Button label=t!(ui.act.add) name="child-add" busy=send.busy on_press=submit />
    }
    .into_any()
}
