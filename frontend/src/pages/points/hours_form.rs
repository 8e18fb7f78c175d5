use domain::{ActivityId, EntryId, limits};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::points::hours::{CreateHours, CreateHoursBody};
use wire::{Code, Moment, Problem};

use super::whose::{Whose, about, whose};
use crate::ids::Again;
use crate::model::volunteer::typed;
use crate::session::Session;
use crate::ui::{
    Button, Draft, Fact, Facts, Field, Page, Send, TextArea, TroubleNote, asked_now, say_next,
};
use crate::{api, clock, t};

/// Writes down service time by hand. From an activity's page, its title and time are there already.
#[component]
pub fn HoursForm() -> AnyView {
    let person = whose();
    let activity = asked_now("activity").and_then(|raw| raw.parse::<ActivityId>().ok());
    let draft = StoredValue::new(Draft::of(&match activity {
        Some(id) => format!("hours.{id}"),
        None => "hours".to_owned(),
    }));
    let first = |name: &str| asked_now(name).unwrap_or_default();
    let field = |name: &str, first: &str| draft.with_value(|draft| draft.field(name, first));
    let today = clock::today(&Session::get().zone()).to_string();
    let day = Some(first("day")).filter(|day| !day.is_empty());
    let (what, evidence) = (field("what", ""), field("evidence", ""));
    let day = field("day", &day.unwrap_or(today));
    let (from, until) = (
        field("from", &first("from")),
        field("until", &first("until")),
    );
    let (send, again) = (Send::default(), Again::default());
    let navigate = StoredValue::new_local(use_navigate());
    let on_clock = move |time: RwSignal<String>| -> Option<Moment> {
        let local = typed(&day.get_untracked(), &time.get_untracked())?.local();
        clock::moment(local, &Session::get().zone())
    };
    let submit = Callback::new(move |()| {
        let missing = |pointer| {
            send.problem
                .set(Some(Problem::new(Code::MissingField).at(pointer)))
        };
        let Some(starts) = on_clock(from) else {
            return missing("/starts");
        };
        let Some(ends) = on_clock(until) else {
            return missing("/ends");
        };
        let person = person.get_untracked();
        let what = if activity.is_some() {
            String::new()
        } else {
            what.get_untracked()
        };
        let evidence = evidence.get_untracked();
        let key = format!("{person:?}{starts}{ends}{what}\n{evidence}");
        let body = CreateHoursBody {
            id: EntryId::from_bits(again.bits(&key)),
            person,
            activity,
            what,
            starts,
            ends,
            evidence,
        };
        send.run(api::call::<CreateHours>((), None_ {}, body), move |new| {
            draft.with_value(Draft::clear);
            say_next(t!(hours.form.sent));
            let to = about(&format!("/hours/{}", new.id), person);
            let instead = NavigateOptions {
                replace: true,
                ..NavigateOptions::default()
            };
            navigate.with_value(|navigate| navigate(&to, instead));
        });
    });
    let what = match activity {
        Some(_) => view! { <Facts><Fact label=t!(hours.form.what) value=first("what") /></Facts> }.into_any(),
        None => view! { <Field label=t!(hours.form.what) hint=t!(hours.form.what_hint) value=what name="what" pointer="/what" problem=send.problem /> }.into_any(),
    };
    view! {
        <Page title=t!(hours.form.title) back=about("/hours", person.get_untracked())>
            <p class="quiet">{t!(hours.form.words)}</p>
            {activity.is_none().then(|| view! { <Whose person /> })}
            {what}
            <Field label=t!(hours.form.day) value=day name="day" kind="date" />
            <Field label=t!(hours.form.from) value=from name="from" kind="time" pointer="/starts" problem=send.problem />
            <Field label=t!(hours.form.until) value=until name="until" kind="time" pointer="/ends" problem=send.problem />
            <TextArea label=t!(hours.form.evidence) hint=t!(hours.form.evidence_hint) value=evidence name="evidence" pointer="/evidence" problem=send.problem max=limits::NOTE_CHARS />
            <TroubleNote problem=send.problem />
            <Button label=t!(hours.form.send) name="hours-send" busy=send.busy on_press=submit />
        </Page>
    }
    .into_any()
}
