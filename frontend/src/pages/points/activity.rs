use domain::activity::{ActivityState, SignUpState};
use domain::hours::PresenceName;
use domain::{ActivityId, PersonId, SignUpId};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::points::activities::{
    ActivityView, GetActivity, SignUp, SignUpBody, SignUpView, WhoBody, WhoseQuery, Withdraw,
};

use super::activities::{places, skill_name};
use super::check::Check;
use super::left::Left;
use super::sign_ups::StateTag;
use super::whose::{Whose, about, whose};
use crate::i18n::language;
use crate::ids::Again;
use crate::model::path::escaped;
use crate::model::volunteer::{Can, can};
use crate::model::when;
use crate::pages::market::service::{in_path, nothing};
use crate::ui::{
    Button, Fact, Facts, Kind, LinkButton, Load, Note, Page, Place, Remote, Send, Sheet,
    TroubleNote, asked_now, say,
};
use crate::{api, clock, t};
use domain::person::Language;

/// One activity: what, when and where, one's own part in it, and everything one can do now. With
/// `?code=`, as a phone's camera opens it from the door, the check-in comes first.
#[component]
pub fn Activity() -> AnyView {
    let person = whose();
    let id = in_path();
    let activity = Remote::new(move || {
        let query = WhoseQuery {
            person: person.get(),
        };
        id.map_or_else(nothing, |id: ActivityId| {
            api::get::<GetActivity>((id,), query)
        })
    });
    view! {
        <Page title=t!(volunteer.page.title) back=about("/activities", person.get_untracked())>
            <Whose person />
            <Load from=activity let:now>{body(activity, now, person.get_untracked())}</Load>
        </Page>
    }
    .into_any()
}

fn body(remote: Remote<ActivityView>, activity: ActivityView, person: Option<PersonId>) -> AnyView {
    let code = asked_now("code").unwrap_or_default();
    let offered = can(&activity, clock::now());
    let at_door = offered
        .iter()
        .copied()
        .find(|can| matches!(can, Can::CheckIn | Can::CheckOut));
    let check = at_door.map(
        |what| view! { <Check activity=activity.clone() what person code=code.clone() remote /> },
    );
    let forgot = activity
        .sign_up
        .clone()
        .filter(|_| offered.contains(&Can::SayLeft));
    let forgot = forgot.map(|part| view! { <Left part person remote /> });
    let late = (at_door.is_none() && !code.is_empty())
        .then(|| view! { <Note words=t!(volunteer.check.no_part) name="no-part" /> });
    let run = activity.runs.then(|| view! { <LinkButton label=t!(volunteer.page.run) href=format!("/activities/{}/run", activity.id) name="to-run" kind=Kind::Plain /> });
    view! {
        <div class="stack">
            <div class="booking-top">
                <h2 class="service-name" data-testid="activity-title">{activity.title.clone()}</h2>
                {activity.sign_up.as_ref().map(|part| view! { <StateTag sign_up=part.clone() /> })}
            </div>
            {off(&activity)}
            {check}
            {late}
            {forgot}
            {part(activity.sign_up.as_ref())}
            {facts(&activity)}
            <Moves remote activity=activity.clone() person />
            {run}
        </div>
    }
    .into_any()
}

fn off(activity: &ActivityView) -> Option<AnyView> {
    (activity.state == ActivityState::Cancelled).then(|| {
        let words = t!(volunteer.page.cancelled, reason = activity.reason);
        view! { <Note words name="cancelled" /> }.into_any()
    })
}

/// What one should know about one's own part.
fn part(part: Option<&SignUpView>) -> Option<AnyView> {
    let part = part?;
    let clock = |at: Option<wire::Moment>| at.map(|at| when::clock(at.local())).unwrap_or_default();
    let (came, left) = (clock(part.came), clock(part.left));
    let words = match (part.state, part.presence) {
        (SignUpState::Going, PresenceName::Out) => {
            t!(volunteer.page.was_there, came = came, left = left)
        }
        (SignUpState::Going, PresenceName::In) => t!(volunteer.page.is_there, came = came),
        (SignUpState::Going, PresenceName::Settled) => t!(volunteer.page.confirmed, came = came),
        (SignUpState::Going, PresenceName::NoShow) => t!(volunteer.page.missed).to_owned(),
        (SignUpState::Going, PresenceName::Expected) if part.moved_up => {
            t!(volunteer.page.moved_up).to_owned()
        }
        (SignUpState::Waiting, _) => match part.queue {
            Some(place) => t!(volunteer.page.waiting_at, place = place),
            None => t!(volunteer.page.waiting).to_owned(),
        },
        (SignUpState::Removed, _) => t!(volunteer.page.removed).to_owned(),
        (SignUpState::Going, PresenceName::Expected | PresenceName::Review)
        | (SignUpState::Withdrawn, _) => return None,
    };
    Some(view! { <Note words name="my-part" /> }.into_any())
}

fn facts(activity: &ActivityView) -> AnyView {
    let glue = if language() == Language::En {
        ", "
    } else {
        "、"
    };
    let skills: Vec<String> = activity
        .skills
        .iter()
        .map(|skill| skill_name(*skill))
        .collect();
    let open = activity.state == ActivityState::Open;
    let rows = [
        (
            t!(volunteer.page.when),
            when::visit(activity.starts, activity.ends),
            "when",
        ),
        (t!(volunteer.page.place), activity.place.clone(), "place"),
        (t!(volunteer.page.grid), activity.grid.clone(), "grid"),
        (t!(volunteer.page.about), activity.about.clone(), "about"),
        (t!(volunteer.page.skills), skills.join(glue), "skills"),
        (
            t!(volunteer.page.team),
            activity.team_name.clone().unwrap_or_default(),
            "team",
        ),
        (
            t!(volunteer.page.organiser),
            activity.organiser_name.clone(),
            "organiser",
        ),
        (
            t!(volunteer.page.places),
            match open {
                true => places(activity),
                false => String::new(),
            },
            "places",
        ),
    ];
    let rows: Vec<AnyView> = rows
        .into_iter()
        .filter(|(_, value, _)| !value.is_empty())
        .map(|(label, value, name)| view! { <Fact label value name /> }.into_any())
        .collect();
    view! { <Facts>{rows}</Facts> }.into_any()
}

/// Signing up, queueing, leaving, and writing down by hand what nobody saw.
#[component]
fn Moves(
    remote: Remote<ActivityView>,
    activity: ActivityView,
    person: Option<PersonId>,
) -> AnyView {
    let (send, again, asking) = (Send::default(), Again::default(), RwSignal::new(false));
    let id = activity.id;
    let done = move |part: SignUpView| {
        asking.set(false);
        say(match part.state {
            SignUpState::Going => t!(volunteer.said.going),
            SignUpState::Waiting => t!(volunteer.said.waiting),
            SignUpState::Withdrawn | SignUpState::Removed => t!(volunteer.said.withdrawn),
        });
        remote.again();
    };
    // Who left and comes again is another sign-up.
    let key = format!(
        "{:?}{person:?}",
        activity.sign_up.as_ref().map(|part| part.state)
    );
    let join = Callback::new(move |()| {
        let body = SignUpBody {
            id: SignUpId::from_bits(again.bits(&key)),
            person,
        };
        send.run(api::call::<SignUp>((id,), None_ {}, body), done);
    });
    let leave = Callback::new(move |()| {
        let body = WhoBody {
            id: again.id("leave"),
            person,
        };
        send.run(api::call::<Withdraw>((id,), None_ {}, body), done);
    });
    let button = |what: Can| {
        match what {
        Can::SignUp => view! { <Button label=t!(volunteer.page.sign_up) name="sign-up" busy=send.busy on_press=join /> }.into_any(),
        Can::Queue => view! {
            <p class="quiet">{t!(volunteer.page.queue_note)}</p>
            <Button label=t!(volunteer.page.queue) name="sign-up" busy=send.busy on_press=join />
        }
        .into_any(),
        Can::Withdraw => view! { <Button label=t!(volunteer.page.withdraw) name="withdraw" kind=Kind::Danger on_press=move |()| { send.problem.set(None); asking.set(true); } /> }.into_any(),
        Can::WriteDown => {
            let (from, until) = (activity.starts.local(), activity.ends.local());
            let href = format!(
                "/hours/new?activity={id}&what={}&day={}&from={}&until={}{}",
                escaped(&activity.title),
                from.date(),
                when::clock(from),
                when::clock(until),
                person.map(|person| format!("&person={person}")).unwrap_or_default(),
            );
            let part = activity.sign_up.as_ref();
            let taken = part.is_some_and(|part| part.presence == PresenceName::NoShow);
            let note = match taken {
                true => t!(volunteer.page.taken_note),
                false => t!(volunteer.page.missed_note),
            };
            view! {
                <p class="quiet">{note}</p>
                <LinkButton label=t!(volunteer.page.write_down) href name="write-down" kind=Kind::Plain />
            }
            .into_any()
        }
        Can::CheckIn | Can::CheckOut | Can::SayLeft => ().into_any(),
    }
    };
    let buttons: Vec<AnyView> = can(&activity, clock::now())
        .into_iter()
        .map(button)
        .collect();
    view! {
        {move || (!asking.get()).then(|| view! { <TroubleNote problem=send.problem /> })}
        <div class="button-stack">{buttons}</div>
        <Sheet open=asking title=t!(volunteer.page.withdraw_title) name="withdraw-sheet" place=Place::Middle>
            <p>{t!(volunteer.page.withdraw_words)}</p>
            <TroubleNote problem=send.problem />
            <div class="button-stack">
                <Button label=t!(volunteer.page.withdraw_do) name="ask-yes" kind=Kind::Danger busy=send.busy on_press=leave />
                <Button label=t!(volunteer.page.withdraw_no) name="ask-no" kind=Kind::Plain on_press=move |()| asking.set(false) />
            </div>
        </Sheet>
    }
    .into_any()
}
