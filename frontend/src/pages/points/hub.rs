use domain::PersonId;
use domain::hours::EntryStateName;
use jiff::civil::Date;
use leptos::prelude::*;
use wire::Problem;
use wire::points::activities::{ListMySignUps, SignUpView, SignUpsQuery};
use wire::points::hours::{HoursQuery, ListHours};
use wire::points::ledger::{AccountQuery, GetPointAccount};

use super::sign_ups::SignUpCard;
use super::whose::{Whose, about, whose};
use crate::model::volunteer::{next_of, served};
use crate::session::Session;
use crate::ui::{Cell, Cells, Fetch, Load, Page, Remote};
use crate::{api, clock, t};

/// Volunteering at a glance: what comes next, the year's hours, the points, and the way to everything.
#[component]
pub fn Hub() -> AnyView {
    let person = whose();
    let links = move || {
        let to = move |path: &str| about(path, person.get());
        let own = person.get().is_none();
        view! {
            <Cells title=t!(volunteer.hub.take_part)>
                <Cell label=t!(volunteer.hub.activities) note=t!(volunteer.hub.activities_note) href=to("/activities") name="to-activities" />
                <Cell label=t!(volunteer.hub.sign_ups) href=to("/signups") name="to-sign-ups" />
                {own.then(|| view! { <Cell label=t!(care.entry.tasks) note=t!(care.entry.tasks_note) href="/care/tasks" name="to-care-tasks" /> })}
                <Cell label=t!(volunteer.hub.card) note=t!(volunteer.hub.card_note) href=to("/card") name="to-card" />
            </Cells>
            <Cells title=t!(volunteer.hub.redeem)>
                <Cell label=t!(volunteer.hub.rewards) href=to("/rewards") name="to-rewards" />
                <Cell label=t!(volunteer.hub.vouchers) note=t!(volunteer.hub.vouchers_note) href=to("/vouchers") name="to-vouchers" />
            </Cells>
            <Cells title=t!(volunteer.hub.prove)>
                <Cell label=t!(volunteer.hub.certificates) note=t!(volunteer.hub.certificates_note) href=to("/certificates") name="to-certificates" />
                <Cell label=t!(volunteer.hub.verify) href="/verify" name="to-verify" />
            </Cells>
        }
    };
    view! {
        <Page title=t!(volunteer.hub.title) back="/">
            <Whose person />
            <Next person />
            <Standing person />
            {links}
        </Page>
    }
    .into_any()
}

#[component]
fn Next(person: Memo<Option<PersonId>>) -> AnyView {
    let sign_ups = Remote::new(move || {
        let query = SignUpsQuery {
            person: person.get(),
            cursor: None,
            limit: Some(100),
        };
        api::get::<ListMySignUps>((), query)
    });
    let shown = |next: Option<SignUpView>| match next {
        Some(sign_up) => view! { <SignUpCard sign_up /> }.into_any(),
        None => view! { <p class="card quiet">{t!(volunteer.hub.next_none)}</p> }.into_any(),
    };
    view! {
        <section class="stack-s" data-testid="next-activity">
            <h2 class="cells-title">{t!(volunteer.hub.next)}</h2>
            <Load from=sign_ups let:page>{shown(next_of(page.items, clock::now()))}</Load>
        </section>
    }
    .into_any()
}

/// The hours of the year and the points, each the way to where they come from.
#[component]
fn Standing(person: Memo<Option<PersonId>>) -> AnyView {
    let year = year_so_far(person);
    let account = Remote::new(move || {
        let person = person.get();
        api::get::<GetPointAccount>((), AccountQuery { person })
    });
    view! {
        <section class="stack-s">
            <h2 class="cells-title">{t!(volunteer.hub.standing)}</h2>
            <Load from=year let:minutes>{
                let href = about("/hours", person.get());
                view! { <Cells><Cell label=in_words(minutes) note=t!(volunteer.hub.hours_note) href name="to-hours" /></Cells> }.into_any()
            }</Load>
            <Load from=account let:now>{
                let (label, href) = (t!(volunteer.hub.points, points = now.available), about("/points", person.get()));
                view! { <Cells><Cell label note=t!(volunteer.hub.points_note) href name="to-points" /></Cells> }.into_any()
            }</Load>
        </section>
    }
    .into_any()
}

/// The year's service time in a sentence.
#[must_use]
pub fn in_words(minutes: u32) -> String {
    if minutes == 0 {
        t!(volunteer.hub.hours_none).to_owned()
    } else {
        t!(volunteer.hub.hours, time = served(minutes))
    }
}

/// Confirmed minutes since the first of January.
#[must_use]
pub fn year_so_far(person: Memo<Option<PersonId>>) -> Remote<u32> {
    Remote::new(move || confirmed(person.get(), clock::today(&Session::get().zone())))
}

fn confirmed(person: Option<PersonId>, today: Date) -> Fetch<u32> {
    let from = today.first_of_year();
    Box::pin(async move {
        let (mut sum, mut cursor) = (0, None);
        loop {
            let query = HoursQuery {
                from: Some(from),
                until: Some(today),
                person,
                cursor,
                limit: Some(100),
            };
            let page = api::get::<ListHours>((), query).await?;
            let counted = page
                .items
                .iter()
                .filter(|entry| entry.state == EntryStateName::Approved);
            sum += counted.map(|entry| entry.minutes).sum::<u32>();
            cursor = page.cursor;
            if cursor.is_none() {
                return Ok::<u32, Problem>(sum);
            }
        }
    })
}
