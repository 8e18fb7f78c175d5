use domain::PersonId;
use domain::hours::{EntryStateName, Source};
use domain::network::RecordState;
use leptos::prelude::*;
use wire::points::hours::{EntryView, HoursQuery, ListHours};

use super::hub::{in_words, year_so_far};
use super::whose::{Whose, about, whose};
use crate::i18n::{named, texts};
use crate::model::volunteer::served;
use crate::model::when;
use crate::ui::{Icon, Kind, LinkButton, Load, Page, Paged, Rows, Tag, Tone};
use crate::{api, t};

/// One's service time, entry by entry, and the way to write some down by hand.
#[component]
pub fn Hours() -> AnyView {
    let person = whose();
    let year = year_so_far(person);
    let list = Paged::new(move |cursor| {
        let query = HoursQuery {
            from: None,
            until: None,
            person: person.get(),
            cursor,
            limit: None,
        };
        api::get::<ListHours>((), query)
    });
    let new = move || view! { <LinkButton label=t!(hours.list.new) href=about("/hours/new", person.get()) name="to-new" kind=Kind::Plain /> };
    view! {
        <Page title=t!(hours.list.title) back=about("/volunteer", person.get_untracked())>
            <Whose person />
            <Load from=year let:minutes>{view! { <p class="card" data-testid="year">{in_words(minutes)}</p> }.into_any()}</Load>
            {new}
            <Rows from=list empty=t!(hours.list.empty) name="hours" let:entry>{card(&entry, person)}</Rows>
        </Page>
    }
    .into_any()
}

/// How an entry stands, and whether it was written down by hand.
#[must_use]
pub fn tags(entry: &EntryView) -> AnyView {
    let tone = match entry.state {
        EntryStateName::Pending => Tone::Wait,
        EntryStateName::Approved => Tone::Good,
        EntryStateName::Refused => Tone::Bad,
        EntryStateName::Superseded => Tone::Calm,
    };
    let words = named(texts::hours::state::ALL, entry.state.as_str());
    let manual = (entry.source == Source::Manual).then(|| view! { <span data-testid="manual"><Tag words=t!(hours.source.manual) tone=Tone::Info /></span> });
    view! { <span class="tags"><span data-testid="entry-state" data-state=entry.state.as_str()><Tag words tone /></span>{manual}</span> }.into_any()
}

/// How far an entry got on its way into the national network; nothing where it does not go there.
#[must_use]
pub fn passed_on(entry: &EntryView) -> Option<String> {
    let now = entry.network.as_ref()?;
    let words = match (now.state, now.needs_number, &now.external) {
        (RecordState::Waiting, true, _) => t!(hours.network.needs_number),
        (RecordState::Waiting, false, _) => t!(hours.network.waiting),
        (RecordState::Sent, _, _) => t!(hours.network.sent),
        (RecordState::Accepted, _, None) => t!(hours.network.accepted),
        (RecordState::Accepted, _, Some(number)) => {
            return Some(t!(hours.network.accepted_as, number = number));
        }
        (RecordState::Rejected, _, _) => {
            let reason = now.reason.clone().unwrap_or_default();
            return Some(t!(hours.network.rejected, reason = reason));
        }
        (RecordState::Superseded, _, _) => t!(hours.network.superseded),
    };
    Some(words.to_owned())
}

fn card(entry: &EntryView, person: Memo<Option<PersonId>>) -> AnyView {
    let href = about(&format!("/hours/{}", entry.id), person.get_untracked());
    view! {
        <a class="card booking-card" href=href data-testid="entry" data-id=entry.id.to_string()>
            <span class="booking-top"><span class="booking-name">{entry.what.clone()}</span>{tags(entry)}</span>
            <span class="booking-line">{Icon::Clock.draw()}<span>{when::visit(entry.starts, entry.ends)}</span></span>
            <span class="quiet">{t!(hours.list.counts, time = served(entry.minutes))}</span>
        </a>
    }
    .into_any()
}
