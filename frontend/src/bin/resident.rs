//! The residents' app: its route table.

use std::future::Future;

use frontend::app::chunk::{Chunk, Fetched, wasm_split};
use frontend::app::resident::nowhere;
use frontend::pages::care::{ask as care_ask, tasks as care_tasks};
use frontend::pages::home::Home;
use frontend::pages::identity::me::Me;
use frontend::pages::identity::my_data::MyData;
use frontend::pages::identity::sign_in::SignInPage;
use frontend::pages::library::kept::KeptNote;
use frontend::pages::library::{
    borrow, card as reader_card, give_back, hub as library_hub, loans, title, titles,
};
use frontend::pages::market::booking::Booking;
use frontend::pages::market::bookings::Bookings;
use frontend::pages::market::calendar::CalendarPage;
use frontend::pages::market::confirm::Confirm;
use frontend::pages::market::serve::Serve;
use frontend::pages::market::service::Service;
use frontend::pages::market::services::Services;
use frontend::pages::market::time::Time;
use frontend::pages::notify::feedback::Feedback;
use frontend::pages::notify::inbox::Inbox;
use frontend::pages::points::{
    account, activities, activity, card, certificate, certificates, door, entry, hours, hours_form,
    hub, reward, rewards, run, sign_ups, verify, voucher, vouchers,
};
use frontend::pages::watch::{away, entry as watch_entry, hub as watch_hub, vitals, well};
use leptos::prelude::*;

fn main() {
    frontend::app::resident::start(page_at, &LATER, &KEPT);
}

/// What is not on the way to the first screen is fetched.
fn page_at(path: &[&str]) -> AnyView {
    match path {
        [] => view! { <Home watch=WATCH.beside() /> }.into_any(),
        ["services"] => view! { <Services /> }.into_any(),
        ["services", ..] | ["bookings", ..] => BOOK.page(path),
        ["serve", ..] => SERVE.page(path),
        ["inbox" | "me" | "feedback", ..] => MINE.page(path),
        ["volunteer" | "signups" | "checkin" | "card", ..] => VOLUNTEER.page(path),
        ["activities", _, "run" | "door"] => ORGANISE.page(path),
        ["activities", ..] => VOLUNTEER.page(path),
        ["points" | "rewards" | "vouchers", ..] => POINTS.page(path),
        ["hours" | "certificates" | "verify", ..] => HOURS.page(path),
        ["library", ..] => LIBRARY.page(path),
        ["care", ..] => CARE.page(path),
        ["watch", "vitals"] => VITALS.page(path),
        ["watch", "well"] => WELL.page(path),
        ["watch", ..] => WATCH.page(path),
        ["sign-in"] => SIGN_IN.page(path),
        _ => nowhere(),
    }
}

static LATER: [&Chunk; 9] = [
    &BOOK, &MINE, &WATCH, &LIBRARY, &VOLUNTEER, &HOURS, &POINTS, &SERVE, &VITALS,
];
static BOOK: Chunk = Chunk::new(|| Box::pin(book()));
static SERVE: Chunk = Chunk::new(|| Box::pin(serve()));
static MINE: Chunk = Chunk::new(|| Box::pin(mine()));
static VOLUNTEER: Chunk = Chunk::new(|| Box::pin(volunteer_pages()));
static ORGANISE: Chunk = Chunk::new(|| Box::pin(organise_pages()));
static HOURS: Chunk = Chunk::new(|| Box::pin(hours_pages()));
static POINTS: Chunk = Chunk::new(|| Box::pin(points_pages()));
static LIBRARY: Chunk = Chunk::new(|| Box::pin(with_kept(library_pages())));
static WATCH: Chunk = Chunk::new(|| Box::pin(watch_pages()));
static VITALS: Chunk = Chunk::new(|| Box::pin(vitals_pages()));
static CARE: Chunk = Chunk::new(|| Box::pin(care_pages()));
static WELL: Chunk = Chunk::new(|| Box::pin(well_page()));
static KEPT: Chunk = Chunk::new(|| Box::pin(kept_note()));
static SIGN_IN: Chunk = Chunk::new(|| Box::pin(sign_in()));

/// Steps that are kept have somewhere to be seen before the first one can be.
async fn with_kept(pages: impl Future<Output = Fetched>) -> Fetched {
    KEPT.fetched().await?;
    pages.await
}

#[wasm_split(resident_kept, fallible, wasm_split_path = leptos::wasm_split)]
fn kept_note() -> Fetched {
    Ok(|_| view! { <KeptNote /> }.into_any())
}

#[wasm_split(resident_book, fallible, wasm_split_path = leptos::wasm_split)]
fn book() -> Fetched {
    Ok(|path| match path {
        ["services", _] => view! { <Service /> }.into_any(),
        ["services", _, "time"] => view! { <Time /> }.into_any(),
        ["services", _, "confirm"] => view! { <Confirm /> }.into_any(),
        ["bookings"] => view! { <Bookings /> }.into_any(),
        ["bookings", _] => view! { <Booking /> }.into_any(),
        _ => nowhere(),
    })
}

#[wasm_split(resident_serve, fallible, wasm_split_path = leptos::wasm_split)]
fn serve() -> Fetched {
    Ok(|path| match path {
        ["serve"] => view! { <Serve /> }.into_any(),
        ["serve", "calendar"] => view! { <CalendarPage /> }.into_any(),
        _ => nowhere(),
    })
}

#[wasm_split(resident_mine, fallible, wasm_split_path = leptos::wasm_split)]
fn mine() -> Fetched {
    Ok(|path| match path {
        ["inbox"] => view! { <Inbox /> }.into_any(),
        ["me"] => view! { <Me /> }.into_any(),
        ["me", "data"] => view! { <MyData /> }.into_any(),
        ["feedback"] => view! { <Feedback /> }.into_any(),
        _ => nowhere(),
    })
}

#[wasm_split(resident_volunteer, fallible, wasm_split_path = leptos::wasm_split)]
fn volunteer_pages() -> Fetched {
    Ok(|path| match path {
        ["volunteer"] => view! { <hub::Hub /> }.into_any(),
        ["activities"] => view! { <activities::Activities /> }.into_any(),
        ["activities" | "checkin", _] => view! { <activity::Activity /> }.into_any(),
        ["signups"] => view! { <sign_ups::SignUps /> }.into_any(),
        ["card"] => view! { <card::Card /> }.into_any(),
        _ => nowhere(),
    })
}

#[wasm_split(resident_organise, fallible, wasm_split_path = leptos::wasm_split)]
fn organise_pages() -> Fetched {
    Ok(|path| match path {
        ["activities", _, "run"] => view! { <run::Run /> }.into_any(),
        ["activities", _, "door"] => view! { <door::Door /> }.into_any(),
        _ => nowhere(),
    })
}

#[wasm_split(resident_hours, fallible, wasm_split_path = leptos::wasm_split)]
fn hours_pages() -> Fetched {
    Ok(|path| match path {
        ["hours"] => view! { <hours::Hours /> }.into_any(),
        ["hours", "new"] => view! { <hours_form::HoursForm /> }.into_any(),
        ["hours", _] => view! { <entry::Entry /> }.into_any(),
        ["certificates"] => view! { <certificates::Certificates /> }.into_any(),
        ["certificates", _] => view! { <certificate::Certificate /> }.into_any(),
        ["verify"] | ["verify", _] => view! { <verify::Verify /> }.into_any(),
        _ => nowhere(),
    })
}

#[wasm_split(resident_points, fallible, wasm_split_path = leptos::wasm_split)]
fn points_pages() -> Fetched {
    Ok(|path| match path {
        ["points"] => view! { <account::Account /> }.into_any(),
        ["rewards"] => view! { <rewards::Rewards /> }.into_any(),
        ["rewards", _] => view! { <reward::Reward /> }.into_any(),
        ["vouchers"] => view! { <vouchers::Vouchers /> }.into_any(),
        ["vouchers", _] => view! { <voucher::Voucher /> }.into_any(),
        _ => nowhere(),
    })
}

#[wasm_split(resident_library, fallible, wasm_split_path = leptos::wasm_split)]
fn library_pages() -> Fetched {
    Ok(|path| match path {
        ["library"] => view! { <library_hub::Hub /> }.into_any(),
        ["library", "titles"] => view! { <titles::Titles /> }.into_any(),
        ["library", "titles", _] => view! { <title::Title /> }.into_any(),
        ["library", "borrow"] => view! { <borrow::Borrow /> }.into_any(),
        ["library", "return"] => view! { <give_back::GiveBack /> }.into_any(),
        ["library", "past"] => view! { <loans::Past /> }.into_any(),
        ["library", "card"] => view! { <reader_card::Card /> }.into_any(),
        _ => nowhere(),
    })
}

/// Without a path: what the first screen has of it.
#[wasm_split(resident_watch, fallible, wasm_split_path = leptos::wasm_split)]
fn watch_pages() -> Fetched {
    Ok(|path| match path {
        [] => view! { <watch_entry::Entry /> }.into_any(),
        ["watch"] => view! { <watch_hub::Hub vitals=VITALS.beside() /> }.into_any(),
        ["watch", "away"] => view! { <away::Away /> }.into_any(),
        _ => nowhere(),
    })
}

#[wasm_split(resident_vitals, fallible, wasm_split_path = leptos::wasm_split)]
fn vitals_pages() -> Fetched {
    Ok(|path| match path {
        [] => view! { <vitals::Entry /> }.into_any(),
        ["watch", "vitals"] => view! { <vitals::Vitals /> }.into_any(),
        _ => nowhere(),
    })
}

#[wasm_split(resident_care, fallible, wasm_split_path = leptos::wasm_split)]
fn care_pages() -> Fetched {
    Ok(|path| match path {
        ["care", "tasks"] => view! { <care_tasks::Tasks /> }.into_any(),
        ["care", "ask"] => view! { <care_ask::Ask /> }.into_any(),
        _ => nowhere(),
    })
}

#[wasm_split(resident_well, fallible, wasm_split_path = leptos::wasm_split)]
fn well_page() -> Fetched {
    Ok(|_| view! { <well::Well /> }.into_any())
}

#[wasm_split(resident_sign_in, fallible, wasm_split_path = leptos::wasm_split)]
fn sign_in() -> Fetched {
    Ok(|_| view! { <SignInPage home="/" /> }.into_any())
}
