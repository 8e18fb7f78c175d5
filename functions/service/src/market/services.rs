//! Categories and services: read by everybody, written by the vetting staff.

use domain::access::Act;
use domain::provider::{Provider, Service, Terms};
use domain::text::folded;
use domain::{ProviderId, Refusal, ServiceId, limits};
use store::market::{Beside, Category};
use store::schema;
use wire::market::{
    CreateService, GetService, ListCategories, ListServices, PutCategory, ServiceView,
    UpdateService,
};
use wire::{Code, Endpoint, Page, Problem};

use super::view;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::once::Once;
use crate::{page, parse};

/// `ListCategories`, everybody signed in; all there are, which are few.
pub async fn categories(call: Call<ListCategories>) -> Outcome<ListCategories> {
    let mut found = call.ctx.store.categories(call.who.community.id).await?;
    found.sort_by(|a, b| (a.place, &a.slug).cmp(&(b.place, &b.slug)));
    found.truncate(limits::CATEGORIES);
    Ok(Answer::new(Page::whole(
        found.into_iter().map(category).collect(),
    )))
}

fn category(category: Category) -> wire::market::Category {
    wire::market::Category {
        slug: category.slug,
        name: category.name,
        name_en: category.name_en,
        place: category.place,
        ver: category.ver,
    }
}

/// `PutCategory`, vetting staff; on the version that was read, 0 for a new one. Saying what stands
/// there already changes nothing.
pub async fn put_category(call: Call<PutCategory>) -> Outcome<PutCategory> {
    let slug = call.path.0;
    let plain = !slug.is_empty()
        && slug.len() <= 30
        && slug
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !plain {
        return Err(Refusal::Missing.into());
    }
    let (store, com) = (&call.ctx.store, call.who.community.id);
    let before = store.category(com, &slug).await?;
    let ver = before.as_ref().map_or(0, |before| before.ver);
    let found = Category {
        slug,
        name: parse::line(&call.body.name, limits::TITLE_CHARS, "/name")?,
        name_en: parse::other_name(
            call.body.name_en.as_deref(),
            limits::TITLE_CHARS,
            "/name_en",
        )?,
        place: call.body.place,
        ver: ver + 1,
    };
    if before.is_none() && store.categories(com).await?.len() >= limits::CATEGORIES {
        let problem = Problem::new(Code::TooMany);
        return Err(problem.with("max", limits::CATEGORIES).into());
    }
    if let Some(before) = before.filter(|before| before.says(&found)) {
        return Ok(Answer::new(category(before)));
    }
    if call.body.ver != ver {
        return Err(Refusal::Stale.into());
    }
    store.put_category(com, &found).await?;
    Ok(Answer::new(category(found)))
}

/// `ListServices`, everybody signed in; hidden ones for the vetting staff.
pub async fn list(call: Call<ListServices>) -> Outcome<ListServices> {
    let hidden = call.query.hidden == Some(true) && call.who.may(Act::Vet);
    let words = folded(&parse::note(
        call.query.q.as_deref(),
        limits::QUERY_CHARS,
        "?q",
    )?);
    let category = call
        .query
        .category
        .as_deref()
        .filter(|slug| !slug.is_empty());
    let wanted = |service: &Service| {
        let text = || {
            folded(&format!(
                "{}{}{}",
                service.name,
                service.name_en.as_deref().unwrap_or_default(),
                service.about
            ))
        };
        (hidden || !service.hidden)
            && category.is_none_or(|slug| service.category == slug)
            && (words.is_empty() || text().contains(&words))
    };
    let limit = parse::limit(call.query.limit)?;
    let pattern = schema::services(call.who.community.id);
    let (items, cursor) = page::sifted(
        &call.ctx.store,
        &pattern,
        limit,
        call.query.cursor.as_deref(),
        |service: Service| wanted(&service).then_some(service),
    )
    .await?;
    let mut ids: Vec<ProviderId> = items
        .iter()
        .flat_map(|s| s.providers.iter().copied())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let providers = call
        .ctx
        .store
        .providers_among(call.who.community.id, &ids)
        .await?;
    let items = items
        .iter()
        .map(|service| view::service(service, &providers, &call.who, call.now))
        .collect();
    Ok(Answer::new(Page { items, cursor }))
}

/// `GetService`, everybody signed in; a hidden one is missing but for the vetting staff.
pub async fn get(call: Call<GetService>) -> Outcome<GetService> {
    Ok(Answer::new(shown(&call, call.path.0).await?))
}

async fn shown<E: Endpoint>(call: &Call<E>, id: ServiceId) -> Result<ServiceView, Error> {
    let (store, com) = (&call.ctx.store, call.who.community.id);
    let service = store.service(com, id).await?.ok_or(Refusal::Missing)?;
    if service.hidden && !call.who.may(Act::Vet) {
        return Err(Refusal::Missing.into());
    }
    let providers = store.providers_among(com, &service.providers).await?;
    Ok(view::service(&service, &providers, &call.who, call.now))
}

/// `CreateService`, vetting staff; safe to repeat with the same id.
pub async fn create(call: Call<CreateService>) -> Outcome<CreateService> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = create_once(&call, &once).await;
    let again = shown(&call, call.body.id);
    once.end(&call.ctx, done, again).await
}

async fn create_once(call: &Call<CreateService>, once: &Once) -> Result<ServiceView, Error> {
    let body = &call.body;
    let providers = check(call, &body.category, &body.terms, &body.providers).await?;
    let service = Service {
        id: body.id,
        community: call.who.community.id,
        category: body.category.clone(),
        name: parse::line(&body.name, limits::TITLE_CHARS, "/name")?,
        name_en: parse::other_name(body.name_en.as_deref(), limits::TITLE_CHARS, "/name_en")?,
        about: parse::note(Some(&body.about), limits::STORY_CHARS, "/about")?,
        about_en: parse::other_name(body.about_en.as_deref(), limits::STORY_CHARS, "/about_en")?,
        terms: body.terms.clone(),
        providers: body.providers.clone(),
        hidden: false,
        ver: 1,
    };
    let view = view::service(&service, &providers, &call.who, call.now);
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    call.ctx.store.create_service(&service, &beside).await?;
    Ok(view)
}

/// `UpdateService`, vetting staff; safe to repeat with the same command id.
pub async fn update(call: Call<UpdateService>) -> Outcome<UpdateService> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = update_once(&call, &once).await;
    let again = shown(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

async fn update_once(call: &Call<UpdateService>, once: &Once) -> Result<ServiceView, Error> {
    let body = &call.body;
    let before = call
        .ctx
        .store
        .service(call.who.community.id, call.path.0)
        .await?
        .ok_or(Refusal::Missing)?;
    if before.ver != body.ver {
        return Err(Refusal::Stale.into());
    }
    let providers = check(call, &body.category, &body.terms, &body.providers).await?;
    let service = Service {
        category: body.category.clone(),
        name: parse::line(&body.name, limits::TITLE_CHARS, "/name")?,
        name_en: parse::other_name(body.name_en.as_deref(), limits::TITLE_CHARS, "/name_en")?,
        about: parse::note(Some(&body.about), limits::STORY_CHARS, "/about")?,
        about_en: parse::other_name(body.about_en.as_deref(), limits::STORY_CHARS, "/about_en")?,
        terms: body.terms.clone(),
        providers: body.providers.clone(),
        hidden: body.hidden,
        ver: before.ver + 1,
        ..before
    };
    let view = view::service(&service, &providers, &call.who, call.now);
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    call.ctx.store.change_service(&service, &beside).await?;
    Ok(view)
}

/// The parts of a service that stand elsewhere: a known category, sound terms, known providers.
async fn check<E: Endpoint>(
    call: &Call<E, Who>,
    category: &str,
    terms: &Terms,
    providers: &[ProviderId],
) -> Result<Vec<Provider>, Error> {
    let known = call.ctx.store.categories(call.who.community.id).await?;
    if !known.iter().any(|c| c.slug == category) {
        return Err(Error::invalid(Code::BadValue, "/category"));
    }
    if let Some(field) = terms.flaw() {
        return Err(Error::invalid(Code::BadValue, format!("/terms/{field}")));
    }
    if providers.len() > limits::SERVICE_PROVIDERS {
        return Err(Problem::new(Code::TooMany)
            .at("/providers")
            .with("max", limits::SERVICE_PROVIDERS)
            .into());
    }
    let found = call
        .ctx
        .store
        .providers_among(call.who.community.id, providers)
        .await?;
    match providers
        .iter()
        .position(|id| !found.iter().any(|p| p.id == *id))
    {
        Some(i) => Err(Error::invalid(Code::BadValue, format!("/providers/{i}"))),
        None => Ok(found),
    }
}
