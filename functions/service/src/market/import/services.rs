//! Import services. `ImportServices`, vetting staff; safe to repeat: what was taken is known then.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::provider::Service;
use domain::text::folded;
use domain::{CommunityId, ProviderId, Refusal};
use store::market::{Beside, Category};
use wire::Code;
use wire::market::{ImportMode, ImportServices};

use super::columns::{Columns, Flaw};
use super::ids;
use super::report::{Judged, Opened, Verdict, checked, report, taken};
use super::seen::look;
use super::service_row::{CATEGORY, COLUMNS, NAME, PROVIDERS, Wanted, parse};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::rates;

pub async fn run(call: Call<ImportServices>) -> Outcome<ImportServices> {
    let file = Opened::of(call.file.clone(), COLUMNS).await?;
    let rows = judge(&call, &file).await?;
    let rows = match call.query.mode.unwrap_or(ImportMode::Check) {
        ImportMode::Check => checked(rows),
        ImportMode::Take => {
            let take = |service| take(call.ctx.clone(), Arc::clone(&file.columns), service);
            taken(rows, take).await?
        }
    };
    Ok(Answer::new(report(file.read_as, rows)))
}

/// What rows refer to and are compared with.
#[derive(Default)]
struct Around {
    categories: Vec<Category>,
    /// Providers of this community by number.
    providers: BTreeMap<String, ProviderId>,
    services: Vec<Service>,
}

async fn judge(call: &Call<ImportServices>, file: &Opened) -> Result<Vec<Judged<Service>>, Error> {
    let community = call.who.community.id;
    let parsed: Vec<_> = file
        .rows
        .iter()
        .map(|row| parse(&file.columns, row))
        .collect();
    let phones = parsed
        .iter()
        .flatten()
        .flat_map(|wanted| wanted.phones.clone());
    let phones: BTreeSet<String> = phones.collect();
    let phones: Vec<String> = phones.into_iter().collect();
    rates::ask_about_file(call, phones.len()).await?;
    let seen = look(&call.ctx, community, &phones).await?;
    let providers = seen
        .into_iter()
        .filter_map(|(phone, seen)| Some((phone, seen.file?.id)));
    let around = Around {
        categories: call.ctx.store.categories(community).await?,
        providers: providers.collect(),
        services: call.ctx.store.services(community).await?,
    };
    let mut earlier = BTreeSet::new();
    let rows = file.rows.iter().zip(parsed).map(|(row, parsed)| {
        let verdict = match parsed {
            Err(flaw) => Verdict::Refused(flaw),
            Ok(wanted) if earlier.contains(&folded(&wanted.name)) => {
                Verdict::Refused(file.columns.flaw(&NAME, Code::RowTwice))
            }
            Ok(wanted) => {
                let name = folded(&wanted.name);
                let verdict = decide(&file.columns, community, wanted, &around);
                if !matches!(verdict, Verdict::Refused(_)) {
                    earlier.insert(name);
                }
                verdict
            }
        };
        file.named(row, &NAME, verdict)
    });
    Ok(rows.collect())
}

fn decide(
    columns: &Columns,
    community: CommunityId,
    wanted: Wanted,
    around: &Around,
) -> Verdict<Service> {
    let service = match service(columns, community, wanted, around) {
        Ok(service) => service,
        Err(flaw) => return Verdict::Refused(flaw),
    };
    let name = folded(&service.name);
    let mut services = around.services.iter();
    match services.find(|s| s.id == service.id || folded(&s.name) == name) {
        None => Verdict::Take(service),
        Some(there) => compared(columns, &service, there),
    }
}

fn service(
    columns: &Columns,
    community: CommunityId,
    wanted: Wanted,
    around: &Around,
) -> Result<Service, Flaw> {
    let said = folded(&wanted.category);
    let called = |category: &&Category| {
        let names = [
            Some(&category.slug),
            Some(&category.name),
            category.name_en.as_ref(),
        ];
        names.into_iter().flatten().any(|name| folded(name) == said)
    };
    let category = around.categories.iter().find(called);
    let category = category.ok_or_else(|| columns.flaw(&CATEGORY, Code::BadValue))?;
    let providers = wanted
        .phones
        .iter()
        .map(|phone| around.providers.get(phone).copied());
    let providers: Option<Vec<ProviderId>> = providers.collect();
    Ok(Service {
        id: ids::service(community, &wanted.name),
        community,
        category: category.slug.clone(),
        name: wanted.name,
        name_en: wanted.name_en,
        about: wanted.about,
        about_en: None,
        terms: wanted.terms,
        providers: providers.ok_or_else(|| columns.flaw(&PROVIDERS, Code::BadValue))?,
        hidden: false,
        ver: 1,
    })
}

/// Known if all that a row can say is as it says; the order of providers means nothing.
fn compared(columns: &Columns, wanted: &Service, there: &Service) -> Verdict<Service> {
    let providers = |service: &Service| service.providers.iter().copied().collect::<BTreeSet<_>>();
    let same = Service {
        id: there.id,
        about_en: there.about_en.clone(),
        hidden: there.hidden,
        ver: there.ver,
        providers: there.providers.clone(),
        ..wanted.clone()
    };
    if same == *there && providers(wanted) == providers(there) {
        Verdict::Known
    } else {
        Verdict::Refused(columns.flaw(&NAME, Code::Differs))
    }
}

/// One row, one transaction. Where another wrote it meanwhile, it is compared to that.
async fn take(ctx: Ctx, columns: Arc<Columns>, service: Service) -> Result<Verdict<()>, Error> {
    match ctx.store.create_service(&service, &Beside::default()).await {
        Ok(()) => Ok(Verdict::Take(())),
        Err(store::Error::Refused(Refusal::IdReused)) => {
            let there = ctx.store.service(service.community, service.id).await?;
            let known = there.filter(|there| compared(&columns, &service, there) == Verdict::Known);
            Ok(match known {
                Some(_) => Verdict::Known,
                None => Verdict::Refused(columns.flaw(&NAME, Code::Differs)),
            })
        }
        Err(error) => Err(error.into()),
    }
}
