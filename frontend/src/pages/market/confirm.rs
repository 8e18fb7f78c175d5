use domain::PersonId;
use domain::access::Act;
use domain::booking::StateName;
use domain::consent::{How, Purpose};
use domain::limits;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::identity::{
    Consent, FindResidents, GetHousehold, ListConsents, ListConsentsOf, ResidentsQuery, SetConsent,
    SetConsentBody, SetConsentOf, SetConsentOfBody,
};
use wire::market::{ConfirmBody, ServiceView};
use wire::{Code, Moment, Problem};

use super::held::Held;
use super::service::{cutoff_words, in_path, remote_service};
use super::services::price;
use crate::browser::leave_for;
use crate::i18n::either;
use crate::ids::{Again, fresh};
use crate::model::{money, when};
use crate::session::Session;
use crate::ui::{
    Button, Cells, Chips, Draft, Fact, Facts, Kind, LinkButton, Load, Page, ProblemNote, Remote,
    SearchBar, Send, Skeleton, Switch, TextArea, Trouble, TroubleNote, asked_now, say_next,
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
    let held = Held::new(service, provider, start);
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
    let when = format!("{} · {}", when::moment(held.start), when::minutes(minutes));
    // What is held is what is agreed to, whatever the service says by now.
    let said = price(service);
    let price = move || {
        let held = held.booking.get();
        let words = held.and_then(|held| money::range(&held.terms));
        let words = words.unwrap_or_else(|| said.clone());
        view! { <Fact label=t!(confirm.page.price) value=words name="price" /> }
    };
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
                {price}
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
    let (speaks, how) = (RwSignal::new(None::<Speaks>), RwSignal::new(String::new()));
    let send = Send::default();
    let again = Again::default();
    let navigate = StoredValue::new_local(use_navigate());
    let pick = Callback::new(move |person: String| {
        whose.set(person);
        agree.set(false);
        given.set(None);
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
        let asked = how.get_untracked().parse::<How>().ok();
        let work = async move {
            if let Some(consent) = consent {
                agree_for(resident, consent, asked).await?;
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
            let page = format!("/bookings/{}", booked.id);
            let options = NavigateOptions {
                replace: true,
                ..NavigateOptions::default()
            };
            if navigate.try_with_value(|go| go(&page, options)).is_none() {
                leave_for(&page);
            }
        });
    });
    view! {
        <div class="stack">
            <p class="quiet" aria-live="polite" data-testid="holding">
                {move || if held.booking.with(Option::is_some) { t!(confirm.page.kept) } else { t!(confirm.page.keeping) }}
            </p>
            <Whose whose pick speaks />
            <Somebody whose pick speaks />
            <TextArea label=t!(confirm.form.note) value=note name="note" hint=t!(confirm.form.note_hint) pointer="/note" problem=send.problem max=limits::NOTE_CHARS />
            <Sharing whose speaks given agree how />
            <TroubleNote problem=send.problem />
            <Button label=t!(confirm.page.submit) name="submit" busy=send.busy on_press=submit />
        </div>
    }
    .into_any()
}

/// Oneself or somebody of one's household. Not asked of those who live alone.
#[component]
fn Whose(
    whose: RwSignal<String>,
    pick: Callback<String>,
    speaks: RwSignal<Option<Speaks>>,
) -> AnyView {
    let household = Remote::new(|| api::get::<GetHousehold>((), None_ {}));
    let me = Session::get().me_now().map(|me| me.id);
    let shown = move || {
        let others: Vec<_> = household
            .value
            .get()?
            .people
            .into_iter()
            .filter(|member| Some(member.id) != me)
            .map(|m| (m.id.to_string(), m.name, m.ward))
            .collect();
        if others.is_empty() {
            return None;
        }
        let wards: Vec<_> = others.iter().filter(|m| m.2).map(|m| m.0.clone()).collect();
        let options = std::iter::once((String::new(), t!(confirm.form.myself).to_owned()))
            .chain(others.into_iter().map(|(id, name, _)| (id, name)))
            .collect();
        let set = Callback::new(move |person: String| {
            speaks.set(match person.as_str() {
                "" => None,
                id if wards.iter().any(|ward| ward == id) => Some(Speaks::Guardian),
                _ => Some(Speaks::of_helper()),
            });
            pick.run(person);
        });
        Some(
            view! { <Chips label=t!(confirm.form.whose) labelled=true options value=whose set name="for" /> },
        )
    };
    shown.into_any()
}

/// In whose name somebody else's consent may be given here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speaks {
    Guardian,
    /// Whoever books for others, once the person told them.
    Helper,
    /// Nobody but the person.
    Nobody,
}

impl Speaks {
    fn of_helper() -> Self {
        if Session::get().may(Act::BookForOthers) {
            Self::Helper
        } else {
            Self::Nobody
        }
    }
}

async fn agree_for(
    resident: Option<PersonId>,
    consent: Consent,
    asked: Option<How>,
) -> Result<(), Problem> {
    let version = consent.current_version;
    match resident {
        None => {
            let (id, given) = (fresh(), true);
            let body = SetConsentBody { id, given, version };
            api::call::<SetConsent>((consent.purpose,), None_ {}, body).await?;
        }
        Some(person) => {
            let body = SetConsentOfBody {
                id: fresh(),
                given: true,
                version,
                how: asked,
                reason: t!(confirm.form.asked_reason).to_owned(),
            };
            api::call::<SetConsentOf>((person, consent.purpose), None_ {}, body).await?;
        }
    }
    Ok(())
}

/// Any resident, for those who book for others: found by name or door.
#[component]
fn Somebody(
    whose: RwSignal<String>,
    pick: Callback<String>,
    speaks: RwSignal<Option<Speaks>>,
) -> AnyView {
    if !Session::get().may(Act::BookForOthers) {
        return ().into_any();
    }
    let (typed, found, send) = (
        RwSignal::new(String::new()),
        RwSignal::new(None::<Vec<(String, String)>>),
        Send::default(),
    );
    let find = move |()| {
        let q = typed.get_untracked().trim().to_owned();
        let work = api::call::<FindResidents>((), ResidentsQuery { q }, None_ {});
        send.run(work, move |page| {
            let rows = page.items.into_iter().map(|one| {
                let door = [Some(one.name), one.building, one.room];
                let words: Vec<String> = door.into_iter().flatten().collect();
                (one.id.to_string(), words.join(" "))
            });
            found.set(Some(rows.collect()));
        });
    };
    let set = Callback::new(move |person: String| {
        speaks.set(Some(Speaks::Helper));
        pick.run(person);
    });
    let rows = move || {
        let options = found.get()?;
        Some(match options.is_empty() {
            true => view! { <p class="quiet">{t!(confirm.form.found_none)}</p> }.into_any(),
            false => view! { <Chips label=t!(confirm.form.search) options value=whose set name="found" /> }.into_any(),
        })
    };
    view! {
        <SearchBar label=t!(confirm.form.search) value=typed find=Callback::new(find) />
        <TroubleNote problem=send.problem />
        {rows}
    }
    .into_any()
}

/// What the provider will see of the person it is for, and the consent it needs, asked here if it
/// was not given.
#[component]
fn Sharing(
    whose: RwSignal<String>,
    speaks: RwSignal<Option<Speaks>>,
    given: RwSignal<Option<Consent>>,
    agree: RwSignal<bool>,
    how: RwSignal<String>,
) -> AnyView {
    let consents = Remote::new(move || match whose.get().parse::<PersonId>() {
        Ok(person) => api::get::<ListConsentsOf>((person,), None_ {}),
        Err(_) => api::get::<ListConsents>((), None_ {}),
    });
    Effect::new(move |_| {
        if let Some(page) = consents.value.get() {
            given.set(
                page.items
                    .into_iter()
                    .find(|c| c.purpose == Purpose::ShareContact),
            );
        }
    });
    let ways = || {
        vec![
            (
                How::InPerson.to_string(),
                t!(confirm.form.in_person).to_owned(),
            ),
            (
                How::ByPhone.to_string(),
                t!(confirm.form.by_phone).to_owned(),
            ),
        ]
    };
    let asked = move || {
        (agree.get() && speaks.get() == Some(Speaks::Helper)).then(|| view! { <Chips label=t!(confirm.form.asked) labelled=true options=ways() value=how set=Callback::new(move |way| how.set(way)) name="asked" /> })
    };
    let shown = move || {
        let Some(consent) = given.get() else {
            return view! { <Skeleton /> }.into_any();
        };
        if consent.given && consent.version == Some(consent.current_version) {
            return view! { <div class="note"><span><strong>{t!(confirm.form.sees)}</strong>{t!(confirm.form.sees_all)}</span></div> }.into_any();
        }
        let ask = match speaks.get() {
            Some(Speaks::Nobody) => view! { <p class="quiet">{t!(confirm.form.theirs)}</p> }.into_any(),
            _ => view! { <Cells><Switch label=t!(confirm.form.consent) note=t!(confirm.form.consent_note) on=agree set=Callback::new(move |on| agree.set(on)) name="consent" /></Cells>{asked} }.into_any(),
        };
        view! {
            <p class="note"><span><strong>{t!(confirm.form.sees)}</strong>{t!(confirm.form.sees_name)}</span></p>
            {ask}
        }
        .into_any()
    };
    shown.into_any()
}
