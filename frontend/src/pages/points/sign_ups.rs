use domain::activity::{ActivityState, SignUpState};
use domain::hours::PresenceName;
use leptos::prelude::*;
use wire::points::activities::{ListMySignUps, SignUpView, SignUpsQuery};

use super::whose::{Whose, about, whose};
use crate::i18n::{named, texts};
use crate::model::when;
use crate::session::Session;
use crate::ui::{Icon, Kind, LinkButton, Page, Paged, Rows, Tag, Tone};
use crate::{api, t};

/// What one signed up for, the latest first.
#[component]
pub fn SignUps() -> AnyView {
    let person = whose();
    let list = Paged::new(move |cursor| {
        let query = SignUpsQuery {
            person: person.get(),
            cursor,
            limit: None,
        };
        api::get::<ListMySignUps>((), query)
    });
    let find = move || view! { <LinkButton label=t!(volunteer.mine.find) href=about("/activities", person.get()) name="to-activities" kind=Kind::Plain /> };
    view! {
        <Page title=t!(volunteer.mine.title) back=about("/volunteer", person.get_untracked())>
            <Whose person />
            <Rows from=list empty=t!(volunteer.mine.empty) name="sign-ups" let:sign_up>{view! { <SignUpCard sign_up /> }.into_any()}</Rows>
            {find}
        </Page>
    }
    .into_any()
}

/// How it stands with a sign-up, in a word.
#[component]
pub fn StateTag(sign_up: SignUpView) -> AnyView {
    let (key, tone) = match (sign_up.activity_state, sign_up.state) {
        (ActivityState::Cancelled, _) => ("cancelled", Tone::Bad),
        (ActivityState::Open, SignUpState::Going) => match sign_up.presence {
            PresenceName::Expected => ("going", Tone::Good),
            PresenceName::In => ("here", Tone::Good),
            PresenceName::Out | PresenceName::Settled => ("been", Tone::Good),
            PresenceName::Review => ("forgotten", Tone::Wait),
            PresenceName::NoShow => ("missed", Tone::Calm),
        },
        (ActivityState::Open, SignUpState::Waiting) => ("waiting", Tone::Wait),
        (ActivityState::Open, SignUpState::Withdrawn) => ("withdrawn", Tone::Calm),
        (ActivityState::Open, SignUpState::Removed) => ("removed", Tone::Bad),
    };
    let words = named(texts::volunteer::state::ALL, key);
    view! { <span data-testid="sign-up-state" data-state=key><Tag words tone /></span> }.into_any()
}

/// One sign-up in a list; leads to the activity, for the person it is of.
#[component]
pub fn SignUpCard(sign_up: SignUpView) -> AnyView {
    let own = Session::get()
        .me_now()
        .is_some_and(|me| me.id == sign_up.person);
    let path = format!("/activities/{}", sign_up.activity);
    let href = about(&path, Some(sign_up.person).filter(|_| !own));
    view! {
        <a class="card booking-card" href=href data-testid="sign-up-card" data-id=sign_up.activity.to_string()>
            <span class="booking-top"><span class="booking-name">{sign_up.title.clone()}</span><StateTag sign_up=sign_up.clone() /></span>
            <span class="booking-line">{Icon::Clock.draw()}<span>{when::visit(sign_up.starts, sign_up.ends)}</span></span>
            <span class="booking-line quiet">{Icon::Place.draw()}<span>{sign_up.place}</span></span>
        </a>
    }
    .into_any()
}
