use domain::PersonId;
use domain::booking::StateName;
use domain::consent::Purpose;
use domain::limits;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::identity::{Consent, GetHousehold, ListConsents, SetConsent, SetConsentBody};
use wire::market::{ConfirmBody, ServiceView};
use wire::{Code, Moment, Problem};

use super::held::Held;
use super::service::{cutoff_words, in_path, remote_service};
use super::services::price;
use crate::i18n::either;
use crate::ids::{Again, fresh};
use crate::model::when;
use crate::session::Session;
use crate::ui::{
    Button, Cells, Chips, Draft, Fact, Facts, Kind, LinkButton, Load, Page, ProblemNote, Remote,
    Send, Skeleton, Switch, TextArea, Trouble, TroubleNote, asked_now, say_next,
};
use crate::{api, t};

/// The last step: keeps the chosen time, asks what is still needed, books.
#[component]
pub fn Confirm() -> AnyView {
    let service = in_path();
    let start: Option<Moment> =
        asked_now("start").and_then(|raw| serde_json::from_value(raw.into()).ok());
    let provider = asked_now("provider").and_then(|raw| raw.parse().ok());
    let (Some(service), Some(start)) = (service, start) else {
        return view! { <Page title=t!(confirm.page.title) back="/services"><ProblemNote problem=Problem::new(Code::NotFound) /></Page> }.into_any();
    };
    let held = Held {
        service,
        provider,
        start,
        booking: RwSignal::new(None),
    };
    if let Some(earlier) = asked_now("hold").and_then(|raw| raw.parse().ok()) {
        held.take_up(earlier);
    }
    let refused: Trouble = RwSignal::new(None);
    hold(held, refused, None);
    on_cleanup(move || held.let_go());
    let back = format!(
        "/services/{service}/time?day={}&provider={}",
        start.local().date(),
        provider.map(|id| id.to_string()).unwrap_or_default()
    );
    let other = StoredValue::new(format!("{back}&stale=1"));
    let known = remote_service(Some(service));
    view! {
        <Page title=t!(confirm.page.title) back=back>
            <Load from=known let:service>{summary(held, &service)}</Load>
            {move || refused.get().map(|problem| view! {
                <div class="stack"><ProblemNote problem /><LinkButton label=t!(confirm.page.other) href=other.get_value() name="other-time" kind=Kind::Plain /></div>
            })}
            {move || refused.get().is_none().then(|| view! { <Form held refused /> })}
        </Page>
    }
    .into_any()
}

fn hold(held: Held, refused: Trouble, resident: Option<PersonId>) {
    spawn_local(async move {
        match held.keep_for(resident).await {
            Ok(_) => refused.try_set(None),
            Err(problem) => refused.try_set(Some(problem)),
        };
    });
}

fn summary(held: Held, service: &ServiceView) -> AnyView {
    let name = either(&service.name, service.name_en.as_deref());
    let minutes = u32::from(service.terms.minutes);
    let when = format!("{} ({})", when::moment(held.start), when::minutes(minutes));
    let price = price(service);
    let cutoff = cutoff_words(service.terms.cutoff_minutes);
    let who = move || {
        held.booking.get().map(
            |booking| view! { <Fact label=t!(confirm.page.who) value=booking.provider_name /> },
        )
    };
    view! {
        <div data-testid="summary">
            <Facts>
                <Fact label=t!(confirm.page.what) value=name />
                <Fact label=t!(confirm.page.when) value=when name="start" />
                {who}
                <Fact label=t!(confirm.page.price) value=price name="price" />
                <Fact label=t!(service.page.cutoff) value=cutoff name="cutoff" />
            </Facts>
        </div>
    }
    .into_any()
}

#[component]
fn Form(held: Held, refused: Trouble) -> AnyView {
    let draft = Draft::of(&format!("book.{}", held.service));
    let note = draft.field("note", "");
    let whose = RwSignal::new(String::new());
    let resident = move || whose.with_untracked(|raw| raw.parse::<PersonId>().ok());
    let agree = RwSignal::new(false);
    let given = RwSignal::new(None::<Consent>);
    let send = Send::default();
    let again = Again::default();
    let navigate = StoredValue::new_local(use_navigate());
    let pick = Callback::new(move |person: String| {
        whose.set(person);
        hold(held, refused, resident());
    });
    let submit = Callback::new(move |()| {
        let said = note.get_untracked();
        let consent = given
            .get_untracked()
            .filter(|c| !c.given && agree.get_untracked());
        let draft = draft.clone();
        let id = again.id(&format!("{said}{}", whose.get_untracked()));
        let body = ConfirmBody {
            id: Some(id),
            note: (!said.trim().is_empty()).then_some(said),
        };
        let resident = resident();
        let work = async move {
            if let Some(consent) = consent {
                let body = SetConsentBody {
                    id: fresh(),
                    given: true,
                    version: consent.current_version,
                };
                api::call::<SetConsent>((consent.purpose,), None_ {}, body).await?;
            }
            held.confirm(resident, body).await
        };
        send.run(work, move |booked| {
            draft.clear();
            say_next(if booked.state == StateName::Requested {
                t!(confirm.page.requested)
            } else {
                t!(confirm.page.booked)
            });
            navigate.with_value(|go| {
                go(
                    &format!("/bookings/{}", booked.id),
                    NavigateOptions {
                        replace: true,
                        ..NavigateOptions::default()
                    },
                )
            });
        });
    });
    view! {
        <div class="stack">
            <p class="quiet" aria-live="polite" data-testid="holding">
                {move || if held.booking.with(Option::is_some) { t!(confirm.page.kept) } else { t!(confirm.page.keeping) }}
            </p>
            <Whose whose pick />
            <TextArea label=t!(confirm.form.note) value=note name="note" hint=t!(confirm.form.note_hint) pointer="/note" problem=send.problem max=limits::NOTE_CHARS />
            <Sharing given agree />
            <TroubleNote problem=send.problem />
            <Button label=t!(confirm.page.submit) name="submit" busy=send.busy on_press=submit />
        </div>
    }
    .into_any()
}

/// Oneself or somebody of one's household. Not asked of those who live alone.
#[component]
fn Whose(whose: RwSignal<String>, pick: Callback<String>) -> AnyView {
    let household = Remote::new(|| api::get::<GetHousehold>((), None_ {}));
    let me = Session::get().me_now().map(|me| me.id);
    let shown = move || {
        let others: Vec<_> = household
            .value
            .get()?
            .people
            .into_iter()
            .filter(|member| Some(member.id) != me)
            .map(|m| (m.id.to_string(), m.name))
            .collect();
        if others.is_empty() {
            return None;
        }
        let options = std::iter::once((String::new(), t!(confirm.form.myself).to_owned()))
            .chain(others)
            .collect();
        Some(
            view! { <Chips label=t!(confirm.form.whose) labelled=true options value=whose set=pick name="for" /> },
        )
    };
    shown.into_any()
}

/// What the provider will see, and the consent it needs, asked here if it was not given.
#[component]
fn Sharing(given: RwSignal<Option<Consent>>, agree: RwSignal<bool>) -> AnyView {
    let consents = Remote::new(|| api::get::<ListConsents>((), None_ {}));
    Effect::new(move |_| {
        if let Some(page) = consents.value.get() {
            given.set(
                page.items
                    .into_iter()
                    .find(|c| c.purpose == Purpose::ShareContact),
            );
        }
    });
    let shown = move || {
        let Some(consent) = given.get() else {
            return view! { <Skeleton /> }.into_any();
        };
        if consent.given && consent.version == Some(consent.current_version) {
            return view! { <div class="note"><span><strong>{t!(confirm.form.sees)}</strong>{t!(confirm.form.sees_all)}</span></div> }.into_any();
        }
        view! {
            <p class="note"><span><strong>{t!(confirm.form.sees)}</strong>{t!(confirm.form.sees_name)}</span></p>
            <Cells><Switch label=t!(confirm.form.consent) note=t!(confirm.form.consent_note) on=agree set=Callback::new(move |on| agree.set(on)) name="consent" /></Cells>
        }
        .into_any()
    };
    shown.into_any()
}
