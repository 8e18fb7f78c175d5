//! Single records by how far they got. Whoever is named here finds it in their log of views.

use domain::CommandId;
use domain::network::RecordState;
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::points::network::{
    ListNetworkRecords, NetworkRecordView, NetworkRecordsQuery, RequeueBody, RequeueNetworkRecord,
};

use super::super::super::ask::Attempt;
use super::HOME;
use crate::i18n::{named, texts};
use crate::model::volunteer::served;
use crate::model::when;
use crate::ui::{Button, Chips, Kind, Page, Paged, Rows, Send, Tag, Tone, TroubleNote, say};
use crate::{api, t};

/// How a state is called.
#[must_use]
pub fn state(state: RecordState) -> String {
    named(texts::desk_network::state::ALL, state.as_str())
}

fn tone(state: RecordState) -> Tone {
    match state {
        RecordState::Waiting => Tone::Wait,
        RecordState::Sent => Tone::Info,
        RecordState::Accepted => Tone::Good,
        RecordState::Rejected => Tone::Bad,
        RecordState::Superseded => Tone::Calm,
    }
}

#[component]
pub fn Records() -> AnyView {
    let chosen = RwSignal::new(RecordState::Waiting.as_str().to_owned());
    let list = Paged::new(move |cursor| {
        let query = NetworkRecordsQuery {
            state: chosen.get().parse().ok(),
            month: None,
            cursor,
            limit: None,
        };
        api::get::<ListNetworkRecords>((), query)
    });
    let options: Vec<(String, String)> = RecordState::ALL
        .iter()
        .map(|one| (one.as_str().to_owned(), state(*one)))
        .collect();
    view! {
        <Page title=t!(desk_network.page.records) back=HOME wide=true>
            <p class="quiet">{t!(desk_network.records.words)}</p>
            <Chips label=t!(desk_network.records.which) options value=chosen set=move |to| chosen.set(to) name="state" />
            <Rows from=list empty=t!(desk_network.records.none) name="records" let:one>{card(&one, list)}</Rows>
        </Page>
    }
    .into_any()
}

fn card(one: &NetworkRecordView, list: Paged<NetworkRecordView>) -> AnyView {
    let href = format!("/desk/volunteering/hours/{}", one.entry);
    let person = format!("/desk/volunteering/people/{}", one.person);
    let time = format!("{} · {}", when::moment(one.starts), served(one.minutes));
    let lacking = one.needs_number.then(|| view! { <p data-testid="needs-number">{t!(desk_network.records.needs_number)}" "<a href=person>{t!(desk_network.records.to_person)}</a></p> });
    let external = one.external.clone().map(|number| view! { <p class="quiet">{t!(desk_network.records.external, number = number)}</p> });
    let reason = one.reason.clone().map(|reason| view! { <p class="prose" data-testid="reason">{t!(desk_network.records.reason, reason = reason)}</p> });
    let again =
        (one.state == RecordState::Rejected).then(|| view! { <Again entry=one.entry list /> });
    view! {
        <article class="card stack-close" data-testid="record" data-id=one.entry.to_string()>
            <div class="desk-head">
                <h2><a class="grid-link" href=href>{one.person_name.clone()}</a></h2>
                <Tag words=state(one.state) tone=tone(one.state) />
            </div>
            <p>{time}</p>
            {lacking}
            {external}
            {reason}
            {again}
        </article>
    }
    .into_any()
}

/// What was wrong is put right: it goes into the next file.
#[component]
fn Again(entry: domain::EntryId, list: Paged<NetworkRecordView>) -> AnyView {
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    let go = move |()| {
        let body = RequeueBody {
            id: attempt.id("again"),
        };
        let call = api::call::<RequeueNetworkRecord>((entry,), None_ {}, body);
        send.run(call, move |_| {
            attempt.taken();
            say(t!(desk_network.records.queued));
            list.again();
        });
    };
    view! {
        <div class="row"><Button label=t!(desk_network.records.again) name="again" kind=Kind::Plain small=true busy=send.busy on_press=go /></div>
        <TroubleNote problem=send.problem />
    }
    .into_any()
}
