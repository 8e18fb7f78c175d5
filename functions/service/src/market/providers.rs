//! Providers: they apply and keep a calendar; the vetting staff looks at papers and decides.

use domain::access::{Act, Role};
use domain::availability::{Calendar, Flaw, Wrong, local_day};
use domain::notice::{Data, Topic};
use domain::person::Person;
use domain::provider::{Credential, Decision, Provider, Standing};
use domain::text::folded;
use domain::{PersonId, ProviderId, Refusal, limits};
use jiff::SignedDuration;
use jiff::civil::Date;
use store::market::Beside;
use store::notify::Outgoing;
use store::schema;
use store::table::read;
use wire::market::{
    ApplyAsProvider, CalendarView, DecideProvider, DeleteCredential, GetCalendar, GetMyProvider,
    GetProvider, ListProviders, ProviderView, PutCalendar, PutCredential,
};
use wire::{Code, Endpoint, Page, Problem};

use super::{affected, view};
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::people::person_item;
use crate::notify::tell::tell;
use crate::once::Once;
use crate::{page, parse};

/// `ApplyAsProvider`, everybody for themselves, vetting staff for anybody; safe to repeat.
pub async fn apply(call: Call<ApplyAsProvider>) -> Outcome<ApplyAsProvider> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = apply_once(&call, &once).await;
    let again = shown(&call, call.body.id);
    once.end(&call.ctx, done, again).await
}

async fn apply_once(call: &Call<ApplyAsProvider>, once: &Once) -> Result<ProviderView, Error> {
    let person = match call.body.person {
        Some(id) if id != call.who.person.id => {
            let person = person(call, id).await?;
            if call.who.may(Act::Vet) {
                person
            } else {
                return Err(Refusal::Missing.into());
            }
        }
        _ => call.who.person.clone(),
    };
    let provider = Provider {
        id: call.body.id,
        community: call.who.community.id,
        person: person.id,
        name: parse::line(&call.body.name, limits::NAME_CHARS, "/name")?,
        intro: parse::note(Some(&call.body.intro), limits::NOTE_CHARS, "/intro")?,
        standing: Standing::Applied,
        reason: String::new(),
        credentials: Vec::new(),
        calendar: Calendar::default(),
        created_at: call.now,
        expiry_told: None,
        ver: 1,
    };
    let mut roles = person.roles.clone();
    roles.push(Role::Provider);
    roles.sort_unstable();
    roles.dedup();
    let person = Person {
        roles,
        ver: person.ver + 1,
        ..person
    };
    let view = view::provider(&provider, person.phone.as_deref(), &[], &call.who, call.now);
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    call.ctx
        .store
        .create_provider(
            &provider,
            &call.who.zone,
            person_item(&person)?,
            person.ver,
            &beside,
        )
        .await?;
    Ok(view)
}

/// `ListProviders`, vetting staff.
pub async fn list(call: Call<ListProviders>) -> Outcome<ListProviders> {
    let community = call.who.community.id;
    let words = folded(&parse::note(
        call.query.q.as_deref(),
        limits::QUERY_CHARS,
        "?q",
    )?);
    let wanted = |p: &Provider| {
        call.query.standing.is_none_or(|s| p.standing == s)
            && folded(&format!("{}{}", p.name, p.intro)).contains(&words)
    };
    let limit = parse::limit(call.query.limit)?;
    let (found, cursor) = page::sifted(
        &call.ctx.store,
        &schema::providers(community),
        limit,
        call.query.cursor.as_deref(),
        |provider: Provider| wanted(&provider).then_some(provider),
    )
    .await?;
    let services = call.ctx.store.services(community).await?;
    let keys: Vec<_> = found
        .iter()
        .map(|p| schema::person(community, p.person))
        .collect();
    let people = call.ctx.store.get_many(&keys).await?;
    let mut items = Vec::with_capacity(found.len());
    for (provider, person) in found.iter().zip(people) {
        let person: Option<Person> = person.map(read).transpose()?;
        let phone = person.and_then(|p| p.phone);
        items.push(view::provider(
            provider,
            phone.as_deref(),
            &services,
            &call.who,
            call.now,
        ));
    }
    Ok(Answer::new(Page { items, cursor }))
}

/// `GetMyProvider`, everybody; missing for those who never applied.
pub async fn get_mine(call: Call<GetMyProvider>) -> Outcome<GetMyProvider> {
    let id = call
        .ctx
        .store
        .provider_of(call.who.community.id, call.who.person.id)
        .await?
        .ok_or(Refusal::Missing)?;
    let provider = call
        .ctx
        .store
        .provider(call.who.community.id, id)
        .await?
        .ok_or(Refusal::Missing)?;
    Ok(Answer::new(file(&call, &provider).await?))
}

/// `GetProvider`, its owner and the vetting staff; to others it is missing.
pub async fn get(call: Call<GetProvider>) -> Outcome<GetProvider> {
    Ok(Answer::new(shown(&call, call.path.0).await?))
}

async fn shown<E: Endpoint>(call: &Call<E>, id: ProviderId) -> Result<ProviderView, Error> {
    let provider = own_or_vetted(call, id).await?;
    file(call, &provider).await
}

async fn file<E: Endpoint>(call: &Call<E>, provider: &Provider) -> Result<ProviderView, Error> {
    let person = person(call, provider.person).await?;
    let services = call.ctx.store.services(provider.community).await?;
    Ok(view::provider(
        provider,
        person.phone.as_deref(),
        &services,
        &call.who,
        call.now,
    ))
}

async fn person<E: Endpoint>(call: &Call<E>, id: PersonId) -> Result<Person, Error> {
    let person: Option<Person> = call
        .ctx
        .store
        .get(&schema::person(call.who.community.id, id))
        .await?;
    person
        .filter(|p| p.deleted_at.is_none())
        .ok_or_else(|| Refusal::Missing.into())
}

async fn own_or_vetted<E: Endpoint>(call: &Call<E>, id: ProviderId) -> Result<Provider, Error> {
    let provider = call
        .ctx
        .store
        .provider(call.who.community.id, id)
        .await?
        .ok_or(Refusal::Missing)?;
    let seen = provider.person == call.who.person.id || call.who.may(Act::Vet);
    if seen {
        Ok(provider)
    } else {
        Err(Refusal::Missing.into())
    }
}

/// `DecideProvider`, vetting staff, never about oneself; safe to repeat with the same command id.
/// A suspension tells everybody who has a visit ahead.
pub async fn decide(call: Call<DecideProvider>) -> Outcome<DecideProvider> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let mut done = decide_once(&call, &once).await;
    for _ in 1..STALE_TRIES {
        if !matches!(done, Err(Error::Refused(Refusal::Stale))) {
            break;
        }
        done = decide_once(&call, &once).await;
    }
    let again = shown(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

/// How often a decision is made again because the file changed under it.
const STALE_TRIES: u32 = 5;

async fn decide_once(call: &Call<DecideProvider>, once: &Once) -> Result<ProviderView, Error> {
    let before = call
        .ctx
        .store
        .provider(call.who.community.id, call.path.0)
        .await?
        .ok_or(Refusal::Missing)?;
    if before.person == call.who.person.id {
        return Err(Refusal::NotAllowed.into());
    }
    let reason = parse::note(Some(&call.body.reason), limits::NOTE_CHARS, "/reason")?;
    let must_say = matches!(call.body.decision, Decision::Reject | Decision::Suspend);
    if must_say && reason.is_empty() {
        return Err(Error::invalid(Code::EmptyText, "/reason"));
    }
    let today = local_day(call.now, &call.who.zone);
    let after = before.decide(call.body.decision, reason.clone(), today)?;
    let topic = match call.body.decision {
        Decision::Approve => Topic::ProviderApproved,
        Decision::Reject => Topic::ProviderRejected,
        Decision::Suspend => Topic::ProviderSuspended,
        Decision::Reinstate => Topic::ProviderReinstated,
    };
    let data = Data::from([
        ("provider".to_owned(), after.name.clone()),
        ("reason".to_owned(), reason),
    ]);
    let mut notices: Vec<Outgoing> = tell(
        &call.ctx,
        after.community,
        &[after.person],
        topic,
        data,
        call.now,
    )
    .into_iter()
    .collect();
    if call.body.decision == Decision::Suspend {
        notices.push(affected::row(&call.ctx, &after, call.now));
    }
    let view = file(call, &after).await?;
    change(
        call,
        &after,
        Beside {
            command: once.record(),
            notices,
        },
    )
    .await?;
    Ok(view)
}

/// `PutCredential`, vetting staff, never one's own; on the version that was read. Saying what stands
/// there already changes nothing.
pub async fn put_credential(call: Call<PutCredential>) -> Outcome<PutCredential> {
    let (id, credential) = call.path;
    let tail = parse::note(Some(&call.body.number_tail), 6, "/number_tail")?;
    let put = Credential {
        id: credential,
        kind: call.body.kind,
        number_tail: tail,
        expires: call.body.expires,
    };
    let after = change_credentials(&call, id, call.body.ver, |credentials| {
        match credentials.iter_mut().find(|c| c.id == credential) {
            Some(there) => *there = put,
            None => credentials.push(put),
        }
    })
    .await?;
    Ok(Answer::new(file(&call, &after).await?))
}

/// `DeleteCredential`, vetting staff, never one's own; on the version that was read. Missing if it
/// is gone.
pub async fn delete_credential(call: Call<DeleteCredential>) -> Outcome<DeleteCredential> {
    let (id, credential) = call.path;
    let after = change_credentials(&call, id, call.query.ver, |credentials| {
        credentials.retain(|c| c.id != credential)
    })
    .await?;
    Ok(Answer::new(file(&call, &after).await?))
}

async fn change_credentials<E: Endpoint>(
    call: &Call<E>,
    id: ProviderId,
    ver: u64,
    edit: impl FnOnce(&mut Vec<Credential>),
) -> Result<Provider, Error> {
    let before = call
        .ctx
        .store
        .provider(call.who.community.id, id)
        .await?
        .ok_or(Refusal::Missing)?;
    if before.person == call.who.person.id {
        return Err(Refusal::NotAllowed.into());
    }
    let mut credentials = before.credentials.clone();
    edit(&mut credentials);
    if credentials == before.credentials {
        return if E::METHOD == wire::Method::Delete {
            Err(Refusal::Missing.into())
        } else {
            Ok(before)
        };
    }
    if before.ver != ver {
        return Err(Refusal::Stale.into());
    }
    if credentials.len() > limits::CREDENTIALS {
        let problem = Problem::new(Code::TooMany);
        return Err(problem.with("max", limits::CREDENTIALS).into());
    }
    let was = before.bookable_until();
    let after = Provider {
        credentials,
        expiry_told: None,
        ver: before.ver + 1,
        ..before
    };
    let beside = Beside {
        command: None,
        notices: cut_short(call, was, &after),
    };
    change(call, &after, beside).await?;
    Ok(after)
}

/// What is told when the last day that can be booked comes forward: to the people booked after it
/// that their visit is in doubt, and to a provider without any credential why nobody finds them.
fn cut_short<E: Endpoint>(call: &Call<E>, was: Option<Date>, after: &Provider) -> Vec<Outgoing> {
    let last = after.bookable_until();
    if was.is_none_or(|was| last.is_some_and(|last| was <= last)) {
        return Vec::new();
    }
    let (ctx, zone) = (&call.ctx, &call.who.zone);
    let midnight = last
        .and_then(|last| last.tomorrow().ok())
        .and_then(|day| day.to_zoned(zone.clone()).ok());
    let start = midnight.map_or(call.now, |midnight| midnight.timestamp());
    // A visit that begins at that very midnight is meant as well.
    let before = start.max(call.now) - SignedDuration::from_millis(1);
    let mut notices = vec![affected::row_after(ctx, after, before, call.now)];
    if last.is_none() && after.standing == Standing::Approved {
        let data = Data::from([("provider".to_owned(), after.name.clone())]);
        let (com, to, topic) = (after.community, [after.person], Topic::CredentialExpired);
        notices.extend(tell(ctx, com, &to, topic, data, call.now));
    }
    notices
}

/// `GetCalendar`, its owner and the vetting staff.
pub async fn calendar(call: Call<GetCalendar>) -> Outcome<GetCalendar> {
    let provider = own_or_vetted(&call, call.path.0).await?;
    Ok(Answer::new(CalendarView {
        calendar: provider.calendar,
        ver: provider.ver,
    }))
}

/// `PutCalendar`, its owner and the vetting staff; on the version that was read.
pub async fn put_calendar(call: Call<PutCalendar>) -> Outcome<PutCalendar> {
    let before = own_or_vetted(&call, call.path.0).await?;
    if before.calendar == call.body.calendar {
        return Ok(Answer::new(CalendarView {
            calendar: before.calendar,
            ver: before.ver,
        }));
    }
    if before.ver != call.body.ver {
        return Err(Refusal::Stale.into());
    }
    if let Some(flaw) = call.body.calendar.flaw() {
        return Err(not_in_order(&flaw).into());
    }
    let after = Provider {
        calendar: call.body.calendar.clone(),
        ver: before.ver + 1,
        ..before
    };
    change(&call, &after, Beside::default()).await?;
    Ok(Answer::new(CalendarView {
        calendar: after.calendar,
        ver: after.ver,
    }))
}

fn not_in_order(flaw: &Flaw) -> Problem {
    let problem = match flaw.what {
        Wrong::TooMany { max } => Problem::new(Code::TooMany).with("max", max),
        Wrong::TooLong { max } => Problem::new(Code::TooLong).with("max", max),
        Wrong::Backwards => Problem::new(Code::SpanBackwards),
        Wrong::Twice => Problem::new(Code::BadValue),
    };
    problem.at(format!("/calendar{}", flaw.at))
}

async fn change<E: Endpoint>(
    call: &Call<E>,
    provider: &Provider,
    beside: Beside,
) -> Result<(), Error> {
    call.ctx
        .store
        .change_provider(provider, &call.who.zone, &beside)
        .await?;
    call.ctx.relay_bell.notify_one();
    Ok(())
}
