use domain::notice::Topic;
use domain::{BookingId, PersonId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::endpoint::None_;
use wire::identity::PageQuery;
use wire::notify::{InboxMessage, ListInbox, ReadMessage};

use crate::model::path::escaped;
use crate::model::{notice, when};
use crate::pages::points::whose::about;
use crate::session::Session;
use crate::ui::{Page, Paged, Rows, Tag, Tone};
use crate::{api, t};

/// Everything the community has told this person, newest first. What is in sight counts as read.
#[component]
pub fn Inbox() -> AnyView {
    let list = Paged::new(|cursor| {
        api::get::<ListInbox>(
            (),
            PageQuery {
                cursor,
                limit: None,
            },
        )
    });
    let told = StoredValue::new(Vec::<domain::MessageId>::new());
    Effect::new(move |_| {
        let seen: Vec<_> = list
            .rows
            .with(|rows| rows.iter().filter(|m| !m.read).map(|m| m.id).collect());
        for id in seen {
            if told.with_value(|told| told.contains(&id)) {
                continue;
            }
            told.update_value(|told| told.push(id));
            spawn_local(async move {
                if api::call::<ReadMessage>((id,), None_ {}, None_ {})
                    .await
                    .is_ok()
                {
                    Session::get().read_one();
                }
            });
        }
    });
    view! { <Page title=t!(notice.page.title)><Rows from=list empty=t!(notice.page.empty) name="inbox" let:message>{row(message)}</Rows></Page> }.into_any()
}

/// Where one answers what was asked about the doors, of oneself or of a relative.
fn watch_place(message: &InboxMessage) -> Option<String> {
    let person = message.data.get("person");
    let person = person.and_then(|raw| raw.parse::<PersonId>().ok());
    let me = Session::get().me_now().map(|me| me.id);
    match message.topic {
        Topic::WatchAsk => Some("/watch".to_owned()),
        Topic::WatchAskRelative if message.data.contains_key("key") => {
            let key = message.data.get("key")?;
            Some(format!("/watch/well?key={}", escaped(key)))
        }
        Topic::AbsenceEnds | Topic::AbsenceOver | Topic::WatchAskRelative => {
            Some(about("/watch/away", person.filter(|id| Some(*id) != me)))
        }
        Topic::CareStation | Topic::CareReferral => {
            Some(format!("/desk/care/cases/{}", message.data.get("case")?))
        }
        _ => None,
    }
}

fn row(message: InboxMessage) -> AnyView {
    let booking = message
        .data
        .get("booking")
        .and_then(|raw| raw.parse::<BookingId>().ok());
    let serving = message.topic.as_str().starts_with("provider")
        || message.topic.as_str().starts_with("credential");
    let at = |name: &str, place: &str| Some(format!("/{place}/{}", message.data.get(name)?));
    let href = booking
        .map(|id| format!("/bookings/{id}"))
        .or_else(|| at("redemption", "vouchers"))
        .or_else(|| at("entry", "hours"))
        .or_else(|| at("number", "certificates"))
        .or_else(|| at("activity", "activities"))
        .or_else(|| {
            message
                .topic
                .as_str()
                .starts_with("points")
                .then(|| "/points".to_owned())
        })
        .or_else(|| at("over", "desk/watch/alerts"))
        .or_else(|| watch_place(&message))
        .or_else(|| (message.topic == Topic::CareTask).then(|| "/care/tasks".to_owned()))
        .or_else(|| serving.then(|| "/serve".to_owned()));
    let inner = view! {
        <span class="booking-top">
            <span class="booking-name">{notice::title(message.topic)}</span>
            {(!message.read).then(|| view! { <Tag words=t!(notice.page.unread) tone=Tone::Info /> })}
        </span>
        <span class="prose">{notice::words(message.topic, &message.data)}</span>
        <span class="quiet">{when::moment(message.at)}</span>
    };
    let (topic, read) = (message.topic.as_str(), message.read.to_string());
    // The desk is another app.
    let outside = href
        .as_deref()
        .is_some_and(|href| href.starts_with("/desk"));
    let outside = outside.then_some("external");
    match href {
        Some(href) => view! { <a class="card booking-card" href=href rel=outside data-testid="message" data-topic=topic data-read=read>{inner}</a> }.into_any(),
        None => view! { <div class="card booking-card" data-testid="message" data-topic=topic data-read=read>{inner}</div> }.into_any(),
    }
}
