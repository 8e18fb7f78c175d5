use domain::{HoldId, PersonId, TitleId};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::library::catalogue::{GetTitle, TitleQuery, TitleView};
use wire::library::loans::{CreateHold, CreateHoldBody, HoldView};

use super::holds::hold_words;
use super::titles::free_words;
use crate::ids::Again;
use crate::model::when;
use crate::pages::market::service::{in_path, nothing};
use crate::pages::points::whose::{Whose, about, whose};
use crate::ui::{
    Button, Fact, Facts, Kind, LinkButton, Load, Note, Page, Remote, Send, Tag, TroubleNote, say,
};
use crate::{api, t};

/// One title: what it is, whether one is there, and reserving it where none is.
#[component]
pub fn Title() -> AnyView {
    let person = whose();
    let id = in_path();
    let title = Remote::new(move || {
        let query = TitleQuery {
            person: person.get(),
        };
        id.map_or_else(nothing, |id: TitleId| api::get::<GetTitle>((id,), query))
    });
    view! {
        <Page title=t!(library.title.title) back="/library/titles">
            <Whose person />
            <Load from=title let:now>{body(title, &now, person.get_untracked())}</Load>
        </Page>
    }
    .into_any()
}

/// What a title says of itself, for readers and at the desk.
pub fn facts(title: &TitleView) -> AnyView {
    let rows = [
        (
            t!(library.title.authors),
            title.authors.join(t!(library.titles.and)),
            "authors",
        ),
        (
            t!(library.title.publisher),
            title.publisher.clone(),
            "publisher",
        ),
        (
            t!(library.title.published),
            title.published.clone(),
            "published",
        ),
        ("ISBN", title.isbn.clone().unwrap_or_default(), "isbn"),
        (t!(library.title.class), title.class.clone(), "class"),
    ];
    let rows: Vec<AnyView> = rows
        .into_iter()
        .filter(|(_, value, _)| !value.is_empty())
        .map(|(label, value, name)| view! { <Fact label value name /> }.into_any())
        .collect();
    let (words, tone) = free_words(
        title.free,
        u32::try_from(title.copies.len()).unwrap_or(u32::MAX),
        title.waiting,
    );
    view! {
        <div class="booking-top"><h2 class="service-name">{title.name.clone()}</h2><Tag words tone /></div>
        {(!title.other_name.is_empty()).then(|| view! { <p class="quiet">{title.other_name.clone()}</p> })}
        {(!title.about.is_empty()).then(|| view! { <p class="prose">{title.about.clone()}</p> })}
        {(!rows.is_empty()).then(|| view! { <Facts>{rows}</Facts> })}
    }
    .into_any()
}

fn body(remote: Remote<TitleView>, title: &TitleView, person: Option<PersonId>) -> AnyView {
    let back = title
        .back_on
        .filter(|_| title.free == 0)
        .map(|day| t!(library.title.back_on, day = when::day(day, None)));
    let what_now = if title.hold.is_some() {
        let href = about("/library", person);
        view! {
            <Note words=t!(library.title.held) name="held" />
            <LinkButton label=t!(library.title.to_holds) href name="to-holds" kind=Kind::Plain />
        }
        .into_any()
    } else if !title.lent {
        view! { <Note words=t!(library.title.not_lent) name="not-lent" /> }.into_any()
    } else if title.free > 0 {
        let href = about("/library/borrow", person);
        view! {
            <p class="quiet">{t!(library.title.come)}</p>
            <LinkButton label=t!(library.hub.borrow) href name="to-borrow" />
        }
        .into_any()
    } else {
        view! { <Reserve remote title=title.id person /> }.into_any()
    };
    view! {
        <div class="stack">
            {facts(title)}
            {back.map(|words| view! { <p>{words}</p> })}
            {what_now}
        </div>
    }
    .into_any()
}

#[component]
fn Reserve(remote: Remote<TitleView>, title: TitleId, person: Option<PersonId>) -> AnyView {
    let (send, again) = (Send::default(), Again::default());
    let go = Callback::new(move |()| {
        let body = CreateHoldBody {
            id: HoldId::from_bits(again.bits(&format!("{title}{person:?}"))),
            title,
            reader: person,
        };
        send.run(
            api::call::<CreateHold>((), None_ {}, body),
            move |made: HoldView| {
                say(hold_words(&made));
                remote.again();
            },
        );
    });
    view! {
        <p class="quiet">{t!(library.title.reserve_words)}</p>
        <TroubleNote problem=send.problem />
        <Button label=t!(library.title.reserve) name="reserve" busy=send.busy on_press=go />
    }
    .into_any()
}
