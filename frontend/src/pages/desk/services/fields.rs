//! The fields of a service, each tied to the text it holds and to what is wrong with it.

use domain::provider::{Mode, Standing, Terms};
use domain::{ProviderId, limits};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::endpoint::None_;
use wire::market::{ListCategories, ListProviders, ProviderBrief, ProviderView, ProvidersQuery};
use wire::{Code, Problem};

use crate::browser::{focus, rest};
use crate::i18n::{either, named, texts};
use crate::model::desk_service::Draft;
use crate::ui::{self, Chips, Empty, Field, Load, Remote, Select, TextArea, Trouble};
use crate::{api, t};

const NAMES: [&str; 16] = [
    "category",
    "name",
    "name_en",
    "about",
    "about_en",
    "price_from",
    "price_to",
    "minutes",
    "buffer_before",
    "buffer_after",
    "step",
    "lead_hours",
    "horizon_days",
    "cutoff_hours",
    "mode",
    "providers",
];

/// The text of every field, kept on this device. Providers are ids with spaces between.
#[derive(Clone, Copy)]
pub struct Form {
    texts: [RwSignal<String>; 16],
}

impl Form {
    #[must_use]
    pub fn new(kept: &ui::Draft, first: &Draft) -> Self {
        let mode = if first.instant {
            Mode::Instant
        } else {
            Mode::OnRequest
        };
        let providers = first
            .providers
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" ");
        let firsts: [&str; 16] = [
            &first.category,
            &first.name,
            &first.name_en,
            &first.about,
            &first.about_en,
            &first.price_from,
            &first.price_to,
            &first.minutes,
            &first.buffer_before,
            &first.buffer_after,
            &first.step,
            &first.lead_hours,
            &first.horizon_days,
            &first.cutoff_hours,
            mode.as_str(),
            &providers,
        ];
        Self {
            texts: std::array::from_fn(|i| kept.field(NAMES[i], firsts[i])),
        }
    }

    fn text(self, name: &str) -> RwSignal<String> {
        let place = NAMES
            .iter()
            .position(|known| *known == name)
            .unwrap_or_default();
        self.texts[place]
    }

    fn said(self, name: &str) -> String {
        self.text(name).get_untracked()
    }

    fn draft(self) -> Draft {
        Draft {
            id: None,
            category: self.said("category"),
            name: self.said("name"),
            name_en: self.said("name_en"),
            about: self.said("about"),
            about_en: self.said("about_en"),
            price_from: self.said("price_from"),
            price_to: self.said("price_to"),
            minutes: self.said("minutes"),
            buffer_before: self.said("buffer_before"),
            buffer_after: self.said("buffer_after"),
            step: self.said("step"),
            lead_hours: self.said("lead_hours"),
            horizon_days: self.said("horizon_days"),
            cutoff_hours: self.said("cutoff_hours"),
            instant: self.said("mode") == Mode::Instant.as_str(),
            providers: ids(&self.said("providers")),
            hidden: false,
        }
    }

    /// What is typed and the terms it makes. A flaw is put where the server would put it, and the
    /// focus goes there.
    pub fn read(self, problem: Trouble) -> Option<(Draft, Terms)> {
        let draft = self.draft();
        let Some(flaw) = draft.flaw() else {
            return draft.terms().ok().map(|terms| (draft, terms));
        };
        let pointer = if NAMES[..5].contains(&flaw) || flaw == "providers" {
            format!("/{flaw}")
        } else {
            format!("/terms/{flaw}")
        };
        let code = if self
            .text(flaw)
            .with_untracked(|text| text.trim().is_empty())
        {
            Code::MissingField
        } else {
            Code::BadValue
        };
        problem.set(Some(Problem::new(code).at(pointer)));
        spawn_local(async {
            rest(0).await;
            focus("[data-wrong=true] .field-input");
        });
        None
    }
}

fn ids(raw: &str) -> Vec<ProviderId> {
    raw.split(' ').filter_map(|id| id.parse().ok()).collect()
}

#[component]
pub fn Fields(
    form: Form,
    problem: Trouble,
    #[prop(optional)] assigned: Vec<ProviderBrief>,
) -> AnyView {
    let number = move |label: &'static str,
                       hint: &'static str,
                       name: &'static str,
                       pointer: &'static str| {
        view! { <Field label hint value=form.text(name) name inputmode="decimal" max=8 pointer problem /> }.into_any()
    };
    let steps = [15, 30, 60]
        .map(|step| {
            (
                step.to_string(),
                t!(desk_services.form.step_of, count = step),
            )
        })
        .to_vec();
    let modes = Mode::ALL
        .iter()
        .map(|mode| {
            (
                mode.as_str().to_owned(),
                named(texts::market::mode::ALL, mode.as_str()),
            )
        })
        .collect::<Vec<_>>();
    let mode = form.text("mode");
    view! {
        <section class="card stack">
            <h2>{t!(desk_services.form.words)}</h2>
            <CategoryField form problem />
            <Field label=t!(desk_services.form.name) value=form.text("name") name="name" max=limits::TITLE_CHARS pointer="/name" problem />
            <Field label=t!(desk_services.form.name_en) hint=t!(desk.act.optional) value=form.text("name_en") name="name_en" max=limits::TITLE_CHARS pointer="/name_en" problem />
            <TextArea label=t!(desk_services.form.about) value=form.text("about") name="about" max=limits::STORY_CHARS pointer="/about" problem />
            <TextArea label=t!(desk_services.form.about_en) hint=t!(desk.act.optional) value=form.text("about_en") name="about_en" max=limits::STORY_CHARS pointer="/about_en" problem />
        </section>
        <section class="card stack">
            <h2>{t!(desk_services.form.prices)}</h2>
            <div class="desk-pair">
                {number(t!(desk_services.form.price_from), "", "price_from", "/terms/price_from")}
                {number(t!(desk_services.form.price_to), t!(desk_services.form.price_to_hint), "price_to", "/terms/price_to")}
            </div>
        </section>
        <section class="card stack">
            <h2>{t!(desk_services.form.time)}</h2>
            <div class="desk-pair">
                {number(t!(desk_services.form.minutes), t!(desk_services.form.minutes_hint), "minutes", "/terms/minutes")}
                <Select label=t!(desk_services.form.step) value=form.text("step") options=steps name="step" pointer="/terms/step_minutes" problem />
                {number(t!(desk_services.form.buffer_before), t!(desk_services.form.buffer_hint), "buffer_before", "/terms/buffer_before_minutes")}
                {number(t!(desk_services.form.buffer_after), t!(desk_services.form.buffer_hint), "buffer_after", "/terms/buffer_after_minutes")}
            </div>
        </section>
        <section class="card stack">
            <h2>{t!(desk_services.form.rules)}</h2>
            <Chips label=t!(desk_services.form.mode) options=modes value=mode set=move |to| mode.set(to) name="mode" labelled=true />
            <div class="desk-pair">
                {number(t!(desk_services.form.lead), t!(desk_services.form.lead_hint), "lead_hours", "/terms/lead_minutes")}
                {number(t!(desk_services.form.horizon), t!(desk_services.form.horizon_hint), "horizon_days", "/terms/horizon_days")}
                {number(t!(desk_services.form.cutoff), t!(desk_services.form.cutoff_hint), "cutoff_hours", "/terms/cutoff_minutes")}
            </div>
        </section>
        <section class="card stack"><h2>{t!(desk_services.form.who)}</h2><Providers chosen=form.text("providers") assigned /></section>
    }
    .into_any()
}

#[component]
fn CategoryField(form: Form, problem: Trouble) -> AnyView {
    let categories = Remote::new(|| Box::pin(api::call::<ListCategories>((), None_ {}, None_ {})));
    let draw = move |page: wire::Page<wire::market::Category>| {
        let options = std::iter::once((String::new(), t!(desk_services.form.pick).to_owned()))
            .chain(
                page.items
                    .iter()
                    .map(|c| (c.slug.clone(), either(&c.name, c.name_en.as_deref()))),
            )
            .collect::<Vec<_>>();
        view! { <Select label=t!(desk_services.form.category) value=form.text("category") options name="category" pointer="/category" problem /> }.into_any()
    };
    view! { <Load from=categories children=draw /> }.into_any()
}

/// Who gives the service: those approved, and those assigned already.
#[component]
fn Providers(chosen: RwSignal<String>, assigned: Vec<ProviderBrief>) -> AnyView {
    let query = || ProvidersQuery {
        standing: Some(Standing::Approved),
        q: None,
        cursor: None,
        limit: Some(limits::PAGE_ROWS),
    };
    let providers =
        Remote::new(move || Box::pin(api::call::<ListProviders>((), query(), None_ {})));
    let draw = move |page: wire::Page<ProviderView>| {
        let mut all: Vec<(ProviderId, String)> =
            page.items.iter().map(|p| (p.id, p.name.clone())).collect();
        all.extend(
            assigned
                .iter()
                .filter(|p| page.items.iter().all(|known| known.id != p.id))
                .map(|p| (p.id, p.name.clone())),
        );
        if all.is_empty() {
            return view! { <Empty words=t!(desk_services.form.who_none) /> }.into_any();
        }
        let boxes = all
            .into_iter()
            .map(|(id, name)| tick(id, name, chosen))
            .collect::<Vec<_>>();
        view! { <fieldset class="ticks" data-testid="service-providers"><legend class="quiet">{t!(desk_services.form.who_hint)}</legend>{boxes}</fieldset> }.into_any()
    };
    view! { <Load from=providers children=draw /> }.into_any()
}

fn tick(id: ProviderId, name: String, chosen: RwSignal<String>) -> AnyView {
    let toggle = move |ev| {
        let on = event_target_checked(&ev);
        chosen.update(|raw| {
            let mut now = ids(raw);
            now.retain(|known| *known != id);
            if on {
                now.push(id);
            }
            *raw = now
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" ");
        });
    };
    view! {
        <label class="tick">
            <input type="checkbox" prop:checked=move || chosen.with(|raw| ids(raw).contains(&id)) on:change=toggle />
            <span>{name}</span>
        </label>
    }
    .into_any()
}
