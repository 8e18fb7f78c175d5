//! Somebody's card at the desk, to be printed for who has no telephone; and what they offer. Looks
//! and changes find themselves in their log.

use domain::PersonId;
use leptos::prelude::*;

use crate::pages::points::card::sheet;
use crate::t;
use crate::ui::Page;

#[component]
pub fn Card(id: PersonId) -> AnyView {
    let person = Memo::new(move |_| Some(id));
    let back = format!("/desk/volunteering/people/{id}");
    view! { <Page title=t!(volunteer.card.title) back=back>{sheet(person, t!(desk_volunteering.person.offers))}</Page> }.into_any()
}
