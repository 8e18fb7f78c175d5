//! The station's app: its route table. Served under `/desk`.

use domain::access::Act;
use std::future::Future;

use frontend::app::chunk::{Chunk, Fetched, wasm_split};
use frontend::app::desk::{nowhere, of, open};
use frontend::pages::desk::{
    bookings, care, feedback, import, library, me, more, people, points, providers, services,
    stuck, today, watch,
};
use frontend::pages::identity::sign_in::SignInPage;
use frontend::pages::library::kept::KeptNote;
use frontend::pages::points::door::Door;
use leptos::prelude::*;

fn main() {
    frontend::app::desk::start(page_at, &LATER, &KEPT);
}

/// What is not on the way to the first screen is fetched.
fn page_at(path: &[&str]) -> AnyView {
    let ["desk", path @ ..] = path else {
        return nowhere();
    };
    match path {
        [] => open(Act::Desk, || view! { <today::Today /> }.into_any()),
        ["bookings", ..] => BOOKINGS.page(path),
        ["providers", ..] => PROVIDERS.page(path),
        ["services" | "import", ..] => OFFERS.page(path),
        ["people", ..] => PEOPLE.page(path),
        ["volunteering", "activities" | "teams", ..] => ACTIVITIES.page(path),
        ["volunteering", ..] => POINTS.page(path),
        [
            "library",
            "lend" | "back" | "pile" | "readers" | "cards" | "lent" | "pick-ups" | "tasks",
            ..,
        ]
        | ["library"] => LENDING.page(path),
        ["library", ..] => SHELVES.page(path),
        ["watch", ..] => WATCH.page(path),
        ["care", ..] => CARE.page(path),
        ["feedback" | "stuck" | "me" | "more", ..] => MORE.page(path),
        ["sign-in"] => SIGN_IN.page(path),
        _ => nowhere(),
    }
}

static LATER: [&Chunk; 11] = [
    &BOOKINGS,
    &WATCH,
    &CARE,
    &LENDING,
    &SHELVES,
    &PEOPLE,
    &PROVIDERS,
    &OFFERS,
    &MORE,
    &POINTS,
    &ACTIVITIES,
];
static BOOKINGS: Chunk = Chunk::new(|| Box::pin(booking_pages()));
static PROVIDERS: Chunk = Chunk::new(|| Box::pin(provider_pages()));
static OFFERS: Chunk = Chunk::new(|| Box::pin(offer_pages()));
static PEOPLE: Chunk = Chunk::new(|| Box::pin(people_pages()));
static ACTIVITIES: Chunk = Chunk::new(|| Box::pin(activity_pages()));
static POINTS: Chunk = Chunk::new(|| Box::pin(points_pages()));
static LENDING: Chunk = Chunk::new(|| Box::pin(with_kept(lending_pages())));
static SHELVES: Chunk = Chunk::new(|| Box::pin(shelf_pages()));
static WATCH: Chunk = Chunk::new(|| Box::pin(watch_pages()));
static CARE: Chunk = Chunk::new(|| Box::pin(care_pages()));
static MORE: Chunk = Chunk::new(|| Box::pin(more_pages()));
static KEPT: Chunk = Chunk::new(|| Box::pin(kept_note()));
static SIGN_IN: Chunk = Chunk::new(|| Box::pin(sign_in()));

/// Steps that are kept have somewhere to be seen before the first one can be.
async fn with_kept(pages: impl Future<Output = Fetched>) -> Fetched {
    KEPT.fetched().await?;
    pages.await
}

#[wasm_split(desk_kept, fallible, wasm_split_path = leptos::wasm_split)]
fn kept_note() -> Fetched {
    Ok(|_| view! { <KeptNote /> }.into_any())
}

#[wasm_split(desk_bookings, fallible, wasm_split_path = leptos::wasm_split)]
fn booking_pages() -> Fetched {
    Ok(|path| match path {
        ["bookings"] => open(Act::OverseeBookings, || {
            view! { <bookings::day::Day /> }.into_any()
        }),
        ["bookings", "new"] => open(Act::BookForOthers, || {
            view! { <bookings::book::Book /> }.into_any()
        }),
        ["bookings", id] => of(id, Act::Desk, |id| {
            view! { <bookings::detail::Detail id /> }.into_any()
        }),
        _ => nowhere(),
    })
}

#[wasm_split(desk_providers, fallible, wasm_split_path = leptos::wasm_split)]
fn provider_pages() -> Fetched {
    Ok(|path| match path {
        ["providers"] => open(Act::Vet, || view! { <providers::list::List /> }.into_any()),
        ["providers", "new"] => open(Act::Vet, || {
            view! { <providers::register::Register /> }.into_any()
        }),
        ["providers", id] => of(id, Act::Vet, |id| {
            view! { <providers::file::File id /> }.into_any()
        }),
        ["providers", id, "calendar"] => of(id, Act::Vet, |id| {
            view! { <providers::calendar::Calendar id /> }.into_any()
        }),
        _ => nowhere(),
    })
}

#[wasm_split(desk_offers, fallible, wasm_split_path = leptos::wasm_split)]
fn offer_pages() -> Fetched {
    Ok(|path| match path {
        ["services"] => open(Act::Desk, || view! { <services::list::List /> }.into_any()),
        ["services", "new"] => open(Act::Vet, || view! { <services::form::New /> }.into_any()),
        ["services", "categories"] => open(Act::Vet, || {
            view! { <services::categories::Categories /> }.into_any()
        }),
        ["services", id] => of(id, Act::Vet, |id| {
            view! { <services::form::Edit id /> }.into_any()
        }),
        ["import"] => open(Act::Vet, || view! { <import::page::Import /> }.into_any()),
        _ => nowhere(),
    })
}

#[wasm_split(desk_people, fallible, wasm_split_path = leptos::wasm_split)]
fn people_pages() -> Fetched {
    Ok(|path| match path {
        ["people"] => open(Act::SeePeople, || {
            view! { <people::list::List /> }.into_any()
        }),
        ["people", "new"] => open(Act::AddPeople, || view! { <people::add::Add /> }.into_any()),
        ["people", "household"] => open(Act::AddPeople, || {
            view! { <people::household::Household /> }.into_any()
        }),
        ["people", id] => of(id, Act::SeePeople, |id| {
            view! { <people::file::File id /> }.into_any()
        }),
        _ => nowhere(),
    })
}

#[wasm_split(desk_activities, fallible, wasm_split_path = leptos::wasm_split)]
fn activity_pages() -> Fetched {
    Ok(|path| match path {
        ["volunteering", "activities"] => open(Act::PublishActivities, || {
            view! { <points::activities::Activities /> }.into_any()
        }),
        ["volunteering", "activities", "new"] => open(Act::PublishActivities, || {
            view! { <points::activity_form::New /> }.into_any()
        }),
        ["volunteering", "activities", id] => of(id, Act::PublishActivities, |id| {
            view! { <points::activity::Activity id /> }.into_any()
        }),
        ["volunteering", "activities", id, "change"] => of(id, Act::PublishActivities, |id| {
            view! { <points::activity_form::Change id /> }.into_any()
        }),
        ["volunteering", "activities", _, "door"] => open(Act::PublishActivities, || {
            view! { <Door from=("/desk/volunteering/activities", "") /> }.into_any()
        }),
        ["volunteering", "teams"] => open(Act::PublishActivities, || {
            view! { <points::teams::Teams /> }.into_any()
        }),
        ["volunteering", "teams", "new"] => open(Act::PublishActivities, || {
            view! { <points::teams::New /> }.into_any()
        }),
        ["volunteering", "teams", id] => of(id, Act::PublishActivities, |id| {
            view! { <points::teams::Change id /> }.into_any()
        }),
        _ => nowhere(),
    })
}

#[wasm_split(desk_points, fallible, wasm_split_path = leptos::wasm_split)]
fn points_pages() -> Fetched {
    Ok(|path| match path {
        ["volunteering"] => open(Act::Counter, || view! { <points::hub::Hub /> }.into_any()),
        ["volunteering", "hours"] => open(Act::ApproveHours, || {
            view! { <points::pending::Pending /> }.into_any()
        }),
        ["volunteering", "hours", "new"] => open(Act::ApproveHours, || {
            view! { <points::write_down::WriteDown /> }.into_any()
        }),
        ["volunteering", "hours", id] => of(id, Act::ApproveHours, |id| {
            view! { <points::entry::Entry id /> }.into_any()
        }),
        ["volunteering", "people"] => open(Act::RedeemForOthers, || {
            view! { <points::person::Find /> }.into_any()
        }),
        ["volunteering", "people", id] => of(id, Act::RedeemForOthers, |id| {
            view! { <points::person::Person id /> }.into_any()
        }),
        ["volunteering", "people", id, "card"] => of(id, Act::BookForOthers, |id| {
            view! { <points::card::Card id /> }.into_any()
        }),
        ["volunteering", "certificates"] => open(Act::IssueCertificates, || {
            view! { <points::certificates::Certificates /> }.into_any()
        }),
        ["volunteering", "certificates", number] => of(number, Act::IssueCertificates, |number| {
            view! { <points::certificates::Certificate number /> }.into_any()
        }),
        ["volunteering", "counter"] => open(Act::Counter, || {
            view! { <points::counter::Counter /> }.into_any()
        }),
        ["volunteering", "redeem"] => open(Act::RedeemForOthers, || {
            view! { <points::redeem::Redeem /> }.into_any()
        }),
        ["volunteering", "vouchers", id] => of(id, Act::Counter, |id| {
            view! { <points::counter::Voucher id /> }.into_any()
        }),
        ["volunteering", "rewards"] => open(Act::RunRewards, || {
            view! { <points::rewards::Rewards /> }.into_any()
        }),
        ["volunteering", "rewards", "new"] => open(Act::RunRewards, || {
            view! { <points::reward_form::New /> }.into_any()
        }),
        ["volunteering", "rewards", id] => of(id, Act::RunRewards, |id| {
            view! { <points::reward_form::Change id /> }.into_any()
        }),
        ["volunteering", "network"] => open(Act::PassOn, || {
            view! { <points::network::Network /> }.into_any()
        }),
        ["volunteering", "network", "records"] => open(Act::PassOn, || {
            view! { <points::network::records::Records /> }.into_any()
        }),
        ["volunteering", "network", "differ"] => open(Act::PassOn, || {
            view! { <points::network::differ::Differ /> }.into_any()
        }),
        ["volunteering", "network", id] => of(id, Act::PassOn, |id| {
            view! { <points::network::batch::Batch id /> }.into_any()
        }),
        ["volunteering", "rule"] => {
            open(Act::Counter, || view! { <points::rule::Rule /> }.into_any())
        }
        _ => nowhere(),
    })
}

#[wasm_split(desk_lending, fallible, wasm_split_path = leptos::wasm_split)]
fn lending_pages() -> Fetched {
    Ok(|path| match path {
        ["library"] => open(Act::LendBooks, || {
            view! { <library::hub::Hub /> }.into_any()
        }),
        ["library", "lend"] => open(Act::LendBooks, || {
            view! { <library::lend::Lend /> }.into_any()
        }),
        ["library", "back"] => open(Act::LendBooks, || {
            view! { <library::take_back::TakeBack /> }.into_any()
        }),
        ["library", "pile"] => open(Act::LendBooks, || {
            view! { <library::take_back::Pile /> }.into_any()
        }),
        ["library", "readers"] => open(Act::LendBooks, || {
            view! { <library::reader::Find /> }.into_any()
        }),
        ["library", "readers", id] => of(id, Act::LendBooks, |id| {
            view! { <library::reader::Reader id /> }.into_any()
        }),
        ["library", "cards"] => open(Act::LendBooks, || {
            view! { <library::cards::Cards /> }.into_any()
        }),
        ["library", "lent"] => open(Act::LendBooks, || {
            view! { <library::lent::Lent /> }.into_any()
        }),
        ["library", "pick-ups"] => open(Act::LendBooks, || {
            view! { <library::lent::PickUps /> }.into_any()
        }),
        ["library", "tasks"] => open(Act::LendBooks, || {
            view! { <library::tasks::Tasks /> }.into_any()
        }),
        _ => nowhere(),
    })
}

#[wasm_split(desk_shelves, fallible, wasm_split_path = leptos::wasm_split)]
fn shelf_pages() -> Fetched {
    Ok(|path| match path {
        ["library", "titles"] => open(Act::LendBooks, || {
            view! { <library::titles::Titles /> }.into_any()
        }),
        ["library", "titles", id] => of(id, Act::LendBooks, |id| {
            view! { <library::title::Title id /> }.into_any()
        }),
        ["library", "intake"] => open(Act::KeepBooks, || {
            view! { <library::intake::Intake /> }.into_any()
        }),
        ["library", "labels"] => open(Act::KeepBooks, || {
            view! { <library::labels::Labels /> }.into_any()
        }),
        ["library", "ledger"] => open(Act::KeepBooks, || {
            view! { <library::ledger::Ledger /> }.into_any()
        }),
        ["library", "imports"] => open(Act::KeepBooks, || {
            view! { <library::imports::Imports /> }.into_any()
        }),
        ["library", "imports", id] => of(id, Act::KeepBooks, |id| {
            view! { <library::imports::Import id /> }.into_any()
        }),
        ["library", "rules"] => open(Act::KeepBooks, || {
            view! { <library::rules::Rules /> }.into_any()
        }),
        ["library", "audits"] => open(Act::KeepBooks, || {
            view! { <library::audit::Audits /> }.into_any()
        }),
        ["library", "audits", "new"] => open(Act::KeepBooks, || {
            view! { <library::audit::New /> }.into_any()
        }),
        ["library", "audits", id] => of(id, Act::KeepBooks, |id| {
            view! { <library::audit::Audit id /> }.into_any()
        }),
        _ => nowhere(),
    })
}

#[wasm_split(desk_watch, fallible, wasm_split_path = leptos::wasm_split)]
fn watch_pages() -> Fetched {
    Ok(|path| match path {
        ["watch"] => open(Act::Watch, || view! { <watch::board::Board /> }.into_any()),
        ["watch", "alerts"] => open(Act::Watch, || view! { <watch::alert::Past /> }.into_any()),
        ["watch", "alerts", id] => of(id, Act::Watch, |id| {
            view! { <watch::alert::Alert id /> }.into_any()
        }),
        ["watch", "people"] => open(Act::Watch, || view! { <watch::people::List /> }.into_any()),
        ["watch", "people", "new"] => {
            open(Act::Watch, || view! { <watch::people::New /> }.into_any())
        }
        ["watch", "people", id] => of(id, Act::Watch, |id| {
            view! { <watch::person::Person id /> }.into_any()
        }),
        ["watch", "people", id, "vitals"] => of(id, Act::Watch, |id| {
            view! { <watch::vitals::Vitals id /> }.into_any()
        }),
        ["watch", "devices"] => open(Act::Watch, || {
            view! { <watch::devices::Devices /> }.into_any()
        }),
        ["watch", "devices", "new"] => open(Act::KeepDoors, || {
            view! { <watch::devices::New /> }.into_any()
        }),
        ["watch", "devices", "history"] => open(Act::KeepDoors, || {
            view! { <watch::history::History /> }.into_any()
        }),
        ["watch", "devices", id] => of(id, Act::Watch, |id| {
            view! { <watch::days::Days id /> }.into_any()
        }),
        ["watch", "absences"] => open(Act::ReportAbsence, || {
            view! { <watch::absences::Absences /> }.into_any()
        }),
        ["watch", "rules"] => open(Act::Watch, || view! { <watch::rules::Rules /> }.into_any()),
        _ => nowhere(),
    })
}

#[wasm_split(desk_care, fallible, wasm_split_path = leptos::wasm_split)]
fn care_pages() -> Fetched {
    Ok(care::page_at)
}

#[wasm_split(desk_more, fallible, wasm_split_path = leptos::wasm_split)]
fn more_pages() -> Fetched {
    Ok(|path| match path {
        ["feedback"] => open(Act::ReadFeedback, || {
            view! { <feedback::Feedback /> }.into_any()
        }),
        ["stuck"] => open(Act::HandleMessages, || {
            view! { <stuck::Stuck /> }.into_any()
        }),
        ["me"] => open(Act::Desk, || view! { <me::Me /> }.into_any()),
        ["more"] => open(Act::Desk, || view! { <more::More /> }.into_any()),
        _ => nowhere(),
    })
}

#[wasm_split(desk_sign_in, fallible, wasm_split_path = leptos::wasm_split)]
fn sign_in() -> Fetched {
    Ok(|_| view! { <SignInPage home="/desk" /> }.into_any())
}
