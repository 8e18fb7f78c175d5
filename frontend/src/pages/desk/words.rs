//! Names of things in the language of the moment, as staff read them.

use domain::access::Role;
use domain::booking::StateName;
use domain::provider::{CredentialKind, Standing, Terms};
use jiff::civil::Date;
use wire::Moment;
use wire::market::BookingView;

use crate::i18n::{either, named, texts};
use crate::model::desk_vetting::{Expiry, expiry};
use crate::model::{money, when};
use crate::session::Session;
use crate::ui::Tone;
use crate::{clock, t};

/// The community's local day.
#[must_use]
pub fn today() -> Date {
    clock::today(&Session::get().zone())
}

#[must_use]
pub fn role(role: Role) -> String {
    named(texts::identity::role::ALL, role.as_str())
}

/// The roles that say more than "resident", or that one.
#[must_use]
pub fn roles(all: &[Role]) -> String {
    let more: Vec<String> = all
        .iter()
        .filter(|r| **r != Role::Resident)
        .map(|r| role(*r))
        .collect();
    if more.is_empty() {
        role(Role::Resident)
    } else {
        more.join(t!(desk.act.comma))
    }
}

#[must_use]
pub fn standing(standing: Standing) -> (String, Tone) {
    let tone = match standing {
        Standing::Applied => Tone::Wait,
        Standing::Approved => Tone::Good,
        Standing::Rejected | Standing::Suspended => Tone::Bad,
    };
    (named(texts::market::standing::ALL, standing.as_str()), tone)
}

#[must_use]
pub fn state(state: StateName) -> (String, Tone) {
    let tone = match state {
        StateName::Held => Tone::Info,
        StateName::Requested | StateName::Quoted => Tone::Wait,
        StateName::Accepted | StateName::Done => Tone::Good,
        StateName::Declined | StateName::Expired | StateName::Closed | StateName::Cancelled => {
            Tone::Calm
        }
        StateName::NoShow => Tone::Bad,
    };
    (
        named(texts::desk_bookings::state::ALL, state.as_str()),
        tone,
    )
}

#[must_use]
pub fn credential(kind: CredentialKind) -> String {
    named(texts::market::credential::ALL, kind.as_str())
}

/// How long a credential still holds.
#[must_use]
pub fn expires(last: Date, today: Date) -> (String, Tone) {
    match expiry(last, today) {
        Expiry::Expired { days_ago } => (t!(desk.expiry.expired, days = days_ago), Tone::Bad),
        Expiry::Today => (t!(desk.expiry.today).to_owned(), Tone::Wait),
        Expiry::Soon { days } => (t!(desk.expiry.soon, days = days), Tone::Wait),
        Expiry::Holds => (t!(desk.expiry.holds).to_owned(), Tone::Good),
    }
}

#[must_use]
pub fn price(terms: &Terms) -> String {
    money::range(terms).unwrap_or_else(|| t!(market.price.free).to_owned())
}

#[must_use]
pub fn service(booking: &BookingView) -> String {
    either(&booking.service_name, booking.service_name_en.as_deref())
}

/// `09:00–10:00`.
#[must_use]
pub fn hours(start: Moment, end: Moment) -> String {
    format!(
        "{}–{}",
        when::clock(start.local()),
        when::clock(end.local())
    )
}

/// A door in words: building, then room.
#[must_use]
pub fn door(building: Option<&str>, room: Option<&str>) -> Option<String> {
    let parts: Vec<&str> = building.into_iter().chain(room).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}
