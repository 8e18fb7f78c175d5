use domain::booking::{Part, StateName};
use domain::limits;
use domain::provider::Standing;
use leptos::prelude::*;
use wire::Code;
use wire::endpoint::None_;
use wire::market::{
    ApplyAsProvider, ApplyBody, BookingView, BookingsQuery, GetMyProvider, ListBookings,
    ProviderView,
};

use super::booking_card::BookingCard;
use crate::i18n::{either, named, texts};
use crate::ids::fresh;
use crate::model::when;
use crate::ui::{
    Button, Cell, Cells, Draft, Empty, Fact, Facts, Field, Load, Page, Paged, Remote, Rows, Send,
    TextArea, TroubleNote, say,
};
use crate::{api, t};

/// For providers: what waits for an answer, where to go next, when one can be booked. For everybody
/// else: how to become one.
#[component]
pub fn Serve() -> AnyView {
    let mine = Remote::new(|| {
        Box::pin(async {
            match api::call::<GetMyProvider>((), None_ {}, None_ {}).await {
                Ok(provider) => Ok(Some(provider)),
                Err(problem) if problem.code == Code::NotFound => Ok(None),
                Err(problem) => Err(problem),
            }
        })
    });
    view! {
        <Page title=t!(serve.page.title) back="/me">
            <Load from=mine let:provider>
                {match provider {
                    None => view! { <Apply mine /> }.into_any(),
                    Some(provider) => view! { <Serving provider /> }.into_any(),
                }}
            </Load>
        </Page>
    }
    .into_any()
}

#[component]
fn Apply(mine: Remote<Option<ProviderView>>) -> AnyView {
    let draft = Draft::of("apply");
    let (name, intro) = (draft.field("name", ""), draft.field("intro", ""));
    let send = Send::default();
    let id = StoredValue::new((String::new(), fresh()));
    let submit = Callback::new(move |()| {
        let said = (name.get_untracked(), intro.get_untracked());
        let key = format!("{said:?}");
        if id.with_value(|(before, _)| *before != key) {
            id.set_value((key, fresh()));
        }
        let body = ApplyBody {
            id: id.get_value().1,
            name: said.0,
            intro: said.1,
            person: None,
        };
        let draft = draft.clone();
        send.run(
            api::call::<ApplyAsProvider>((), None_ {}, body),
            move |provider| {
                draft.clear();
                say(t!(serve.apply.sent));
                mine.put(Some(provider));
            },
        );
    });
    view! {
        <div class="stack">
            <h2>{t!(serve.apply.title)}</h2>
            <p class="quiet">{t!(serve.apply.words)}</p>
            <Field label=t!(serve.apply.name) hint=t!(serve.apply.name_hint) value=name name="name" pointer="/name" problem=send.problem max=limits::NAME_CHARS />
            <TextArea label=t!(serve.apply.intro) hint=t!(serve.apply.intro_hint) value=intro name="intro" pointer="/intro" problem=send.problem max=limits::NOTE_CHARS />
            <TroubleNote problem=send.problem />
            <Button label=t!(serve.apply.send) name="apply" busy=send.busy on_press=submit />
        </div>
    }
    .into_any()
}

#[component]
fn Serving(provider: ProviderView) -> AnyView {
    let approved = provider.standing == Standing::Approved;
    let services: Vec<String> = provider
        .services
        .iter()
        .map(|s| either(&s.name, s.name_en.as_deref()))
        .collect();
    let fact = |label: &'static str, value: Option<String>| {
        value
            .filter(|v| !v.is_empty())
            .map(|value| view! { <Fact label=label value=value /> })
    };
    view! {
        <div class="stack">
            <h2 class="service-name">{provider.name.clone()}</h2>
            <Facts>
                <Fact label=t!(serve.page.standing) value=named(texts::market::standing::ALL, provider.standing.as_str()) name="standing" />
                {fact(t!(serve.page.reason), Some(provider.reason.clone()))}
                {fact(t!(serve.page.until), provider.bookable_until.map(when::full_day))}
                {fact(t!(serve.page.services), Some(services.join("、")))}
            </Facts>
            <Cells><Cell label=t!(serve.page.calendar) note=t!(serve.page.calendar_note) href=format!("/serve/calendar?provider={}", provider.id) name="calendar" /></Cells>
            {approved.then(|| view! { <Waiting /> })}
        </div>
    }
    .into_any()
}

fn asked(open: bool, cursor: Option<String>) -> BookingsQuery {
    BookingsQuery {
        part: Some(Part::Provider),
        day: None,
        open: Some(open),
        cursor,
        limit: open.then_some(limits::PAGE_ROWS),
    }
}

#[component]
fn Waiting() -> AnyView {
    let open = Remote::new(|| api::get::<ListBookings>((), asked(true, None)));
    let past = Paged::new(|cursor| api::get::<ListBookings>((), asked(false, cursor)));
    view! {
        <Load from=open let:page>{
            let (requests, visits): (Vec<_>, Vec<_>) = page.items.into_iter().filter(|b| b.state != StateName::Held).partition(|b| b.state == StateName::Requested);
            if requests.is_empty() && visits.is_empty() {
                view! { <Empty words=t!(serve.page.none) /> }.into_any()
            } else {
                view! { <div class="stack">{group(t!(serve.page.requests), "request", requests)}{group(t!(serve.page.visits), "visit", visits)}</div> }.into_any()
            }
        }</Load>
        <section class="stack-s">
            <h2 class="cells-title">{t!(serve.page.past)}</h2>
            <Rows from=past empty=t!(booking.list.empty_past) name="past" let:booking>{view! { <BookingCard booking /> }.into_any()}</Rows>
        </section>
    }
    .into_any()
}

fn group(title: &'static str, name: &'static str, bookings: Vec<BookingView>) -> AnyView {
    if bookings.is_empty() {
        return ().into_any();
    }
    let row = |booking: BookingView| {
        view! { <li data-testid=name><BookingCard booking /></li> }.into_any()
    };
    view! { <section class="stack-s"><h2 class="cells-title">{title}</h2><ul class="rows rows-cards">{bookings.into_iter().map(row).collect::<Vec<_>>()}</ul></section> }.into_any()
}
