use domain::activity::Skill;
use domain::{PersonId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::points::activities::{
    Card as CardView, GetCard, GetVolunteer, PutVolunteer, PutVolunteerBody, RenewCard,
    VolunteerView, WhoBody, WhoseQuery,
};

use super::activities::skill_name;
use super::whose::{Whose, about, whose};
use crate::browser::print;
use crate::ids::Again;
use crate::model::volunteer::card_in_groups;
use crate::session::Session;
use crate::ui::{
    Button, Cells, Field, Kind, Load, Page, Place, Qr, Remote, Send, Sheet, Switch, TroubleNote,
    say,
};
use crate::{api, t};

/// One's card, to be printed and shown where one has no telephone; and what one offers.
#[component]
pub fn Card() -> AnyView {
    let person = whose();
    let back = about("/volunteer", person.get_untracked());
    view! {
        <Page title=t!(volunteer.card.title) back=back>
            <Whose person />
            {sheet(person, t!(volunteer.card.about))}
        </Page>
    }
    .into_any()
}

/// Somebody's card, and what they offer, under a heading of its own.
pub fn sheet(person: Memo<Option<PersonId>>, heading: &'static str) -> AnyView {
    let card = Remote::new(move || {
        let person = person.get();
        api::get::<GetCard>((), WhoseQuery { person })
    });
    let file = Remote::new(move || {
        let person = person.get();
        api::get::<GetVolunteer>((), WhoseQuery { person })
    });
    view! {
        <Load from=card let:now>{printed(card, now, person.get_untracked())}</Load>
        <section class="stack-s screen-only">
            <h2 class="cells-title">{heading}</h2>
            <Load from=file let:now>{view! { <File remote=file file=now person=person.get_untracked() /> }.into_any()}</Load>
        </section>
    }
    .into_any()
}

fn printed(remote: Remote<CardView>, card: CardView, person: Option<PersonId>) -> AnyView {
    let place = Session::get().me_now().map(|me| me.community.name.clone());
    view! {
        <section class="card ticket paper" data-testid="card">
            <p class="quiet">{place}</p>
            <h2 class="ticket-code">{card.name}</h2>
            <Qr text=card.card.clone() label=t!(volunteer.card.qr) name="card-qr" />
            <p class="ticket-code" data-testid="card-code">{card_in_groups(&card.card)}</p>
            <p class="quiet">{t!(volunteer.card.words)}</p>
        </section>
        <div class="button-stack screen-only">
            <Button label=t!(volunteer.card.print) name="print" on_press=move |()| print() />
            <Renew remote person />
        </div>
    }
    .into_any()
}

#[component]
fn Renew(remote: Remote<CardView>, person: Option<PersonId>) -> AnyView {
    let (open, send, again) = (RwSignal::new(false), Send::default(), Again::default());
    let round = StoredValue::new(0_u32);
    let go = Callback::new(move |()| {
        let body = WhoBody {
            id: again.id(&round.get_value().to_string()),
            person,
        };
        send.run(api::call::<RenewCard>((), None_ {}, body), move |new| {
            round.update_value(|round| *round += 1);
            open.set(false);
            say(t!(volunteer.card.renewed));
            remote.put(new);
        });
    });
    view! {
        <Button label=t!(volunteer.card.renew) name="renew" kind=Kind::Plain on_press=move |()| open.set(true) />
        <Sheet open title=t!(volunteer.card.renew_title) name="renew-sheet" place=Place::Middle>
            <p>{t!(volunteer.card.renew_words)}</p>
            <TroubleNote problem=send.problem />
            <div class="button-stack">
                <Button label=t!(volunteer.card.renew_do) name="ask-yes" busy=send.busy on_press=go />
                <Button label=t!(volunteer.card.renew_no) name="ask-no" kind=Kind::Plain on_press=move |()| open.set(false) />
            </div>
        </Sheet>
    }
    .into_any()
}

/// What one offers, and one's number in the national network.
#[component]
fn File(remote: Remote<VolunteerView>, file: VolunteerView, person: Option<PersonId>) -> AnyView {
    let skills = RwSignal::new(file.skills);
    let number = RwSignal::new(file.unified_number.unwrap_or_default());
    let (send, again) = (Send::default(), Again::default());
    let switch = move |skill: Skill| {
        let on = Signal::derive(move || skills.with(|all| all.contains(&skill)));
        let set = Callback::new(move |wanted: bool| {
            skills.update(|all| {
                all.retain(|one| *one != skill);
                if wanted {
                    all.push(skill);
                }
            });
        });
        view! { <Switch label=skill_name(skill) on set name=skill.as_str() /> }.into_any()
    };
    let save = Callback::new(move |()| {
        let number = number.get_untracked().trim().to_owned();
        let skills = skills.get_untracked();
        let body = PutVolunteerBody {
            id: again.id(&format!("{person:?} {skills:?} {number} {}", file.ver)),
            person,
            skills,
            unified_number: Some(number).filter(|number| !number.is_empty()),
            ver: file.ver,
        };
        send.run(api::call::<PutVolunteer>((), None_ {}, body), move |now| {
            say(t!(volunteer.card.saved));
            remote.put(now);
        });
    });
    view! {
        <p class="quiet">{t!(volunteer.card.skills_note)}</p>
        <Cells>{Skill::ALL.iter().map(|skill| switch(*skill)).collect::<Vec<_>>()}</Cells>
        <Field label=t!(volunteer.card.number) hint=t!(volunteer.card.number_hint) value=number name="unified-number" pointer="/unified_number" problem=send.problem max=limits::UNIFIED_NUMBER_CHARS />
        <TroubleNote problem=send.problem />
        <Button label=t!(volunteer.card.save) name="file-save" kind=Kind::Plain busy=send.busy on_press=save />
    }
    .into_any()
}
