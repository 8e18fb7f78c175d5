//! Certificates of service time. `IssueCertificate`, `ListCertificates`, `GetCertificate`: anybody, for
//! themselves or a child they decide for; those who issue them, for anybody, who find the look in
//! their log of views. `RevokeCertificate`: those who issue them. `VerifyCertificate`: everybody.
//! Commands are safe to repeat with the same id.

use domain::access::Act;
use domain::availability::{instant, local_day};
use domain::certificate::{Certificate, CertificateNumber, Standing, Wanted};
use domain::hours::{Entry, Source};
use domain::notice::{Data, Topic};
use domain::person::{Community, Person};
use domain::units::Minute;
use domain::{PersonId, Refusal, limits};
use jiff::Timestamp;
use jiff::civil::Date;
use store::market::Beside;
use store::notify::Outgoing;
use store::schema;
use wire::points::hours::{
    CertificatePage, CertificateRow, CertificateView, GetCertificate, IssueCertificate,
    ListCertificates, RevokeCertificate, Verified, VerifyCertificate,
};
use wire::{Code, Endpoint, Problem};

use super::faces::{Within, notices};
use super::sign_ups::{TRIES, again_while_stale, busy, pause};
use super::volunteers::fresh;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::identity::views;
use crate::identity::voice::{self, Voice};
use crate::once::Once;
use crate::{page, parse};

/// Whose certificates a call is about; a look of staff is written down first. Refuses: `Missing`.
async fn looked_at<E: Endpoint>(call: &Call<E>, id: PersonId) -> Result<(Person, Voice), Error> {
    let (person, voice) = voice::of(call, id, Act::IssueCertificates).await?;
    if voice == Voice::Staff {
        views::log(&call.ctx, &call.who, id, E::NAME, "", call.now).await?;
    }
    Ok((person, voice))
}

pub async fn issue(call: Call<IssueCertificate>) -> Outcome<IssueCertificate> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let person = call.body.person.unwrap_or(call.who.person.id);
    let (person, voice) = looked_at(&call, person).await?;
    let done = again_while_stale!(&call.ctx, make(&call, &once, person.id, voice));
    let again = as_stored(&call, number_of(&call));
    once.end(&call.ctx, done, again).await
}

/// The number goes by the command, so that a repeat finds what it made; nobody without the secret can
/// tell it beforehand.
fn number_of(call: &Call<IssueCertificate>) -> CertificateNumber {
    let (who, id) = (&call.who, call.body.id);
    let said = format!("certificate {} {} {id}", who.community.id, who.person.id);
    let digest = call.ctx.secret.command_digest(&said);
    let bits = digest
        .get(..16)
        .and_then(|hex| u64::from_str_radix(hex, 16).ok());
    CertificateNumber::from_bits(bits.unwrap_or_default())
}

async fn as_stored<E: Endpoint>(
    call: &Call<E>,
    number: CertificateNumber,
) -> Result<CertificateView, Error> {
    let found = call.ctx.store.certificate(number).await?;
    let here = found.filter(|one| one.community == call.who.community.id);
    Ok(view(&call.who, &here.ok_or(Refusal::Missing)?))
}

/// The days asked for. Refuses what runs backwards, is too long, or lies ahead.
fn period(call: &Call<IssueCertificate>) -> Result<(Timestamp, Timestamp), Error> {
    let (from, until) = (call.body.from, call.body.until);
    if until < from {
        return Err(Error::invalid(Code::SpanBackwards, "/until"));
    }
    if until > local_day(call.now, &call.who.zone) {
        return Err(Error::invalid(Code::BadValue, "/until"));
    }
    let bad = || {
        let problem = Problem::new(Code::BadValue).at("/from");
        Error::from(problem.with("max", limits::CERTIFICATE_DAYS))
    };
    let days = i64::from(from.until(until).map_err(|_| bad())?.get_days()) + 1;
    if days > limits::CERTIFICATE_DAYS {
        return Err(bad());
    }
    let midnight = |day: Date| instant(day, Minute::new(0)?, &call.who.zone);
    let after = until.tomorrow().ok().and_then(midnight);
    let begins = midnight(from).ok_or_else(bad)?;
    Ok((begins, after.ok_or_else(bad)?))
}

async fn make(
    call: &Call<IssueCertificate>,
    once: &Once,
    person: PersonId,
    voice: Voice,
) -> Result<CertificateView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let (store, com) = (&ctx.store, who.community.id);
    let (begins, ends) = period(call)?;
    // Read first: what changes after it makes the whole stale.
    let volunteer = store.volunteer(com, person).await?;
    let volunteer = volunteer.unwrap_or_else(|| fresh(ctx, person)).touched();
    let entries = store.entries_between(com, person, begins, ends).await?;
    let starts = |entry: &&Entry| begins <= entry.span.from && entry.span.from < ends;
    let entries: Vec<Entry> = entries.iter().filter(starts).cloned().collect();
    let before = store.certificates(com, person).await?;
    let wanted = Wanted {
        number: number_of(call),
        community: com,
        person,
        from: call.body.from,
        until: call.body.until,
        by: who.person.id,
    };
    let certificate = Certificate::issue(wanted, &entries, &before, at)?;
    let told = match voice {
        Voice::Own | Voice::Guardian => Vec::new(),
        Voice::Staff => tell(call, &certificate, Topic::CertificateIssued).await?,
    };
    let beside = Beside {
        command: once.record(),
        notices: told,
    };
    store
        .issue_certificate(&certificate, &volunteer, &beside)
        .await?;
    ctx.relay_bell.notify_one();
    Ok(view(who, &certificate))
}

async fn tell<E: Endpoint>(
    call: &Call<E>,
    certificate: &Certificate,
    topic: Topic,
) -> Result<Vec<Outgoing>, Error> {
    let mut data = Data::from([("number".to_owned(), certificate.number.to_string())]);
    if let Standing::Revoked { reason, .. } = &certificate.standing {
        data.insert("reason".into(), reason.clone());
    }
    let within = Within::of(&call.who);
    notices(
        &call.ctx,
        &within,
        &[certificate.person],
        (topic, data),
        call.now,
    )
    .await
}

fn view(who: &Who, certificate: &Certificate) -> CertificateView {
    CertificateView {
        number: certificate.number,
        person: certificate.person,
        from: certificate.from,
        until: certificate.until,
        minutes: certificate.minutes,
        manual_minutes: certificate.manual_minutes,
        issued_at: who.moment(certificate.issued_at),
        state: certificate.standing.name(),
        reason: match &certificate.standing {
            Standing::Revoked { reason, .. } => Some(reason.clone()),
            Standing::Valid | Standing::Outdated => None,
        },
    }
}

pub async fn list(call: Call<ListCertificates>) -> Outcome<ListCertificates> {
    let limit = parse::limit(call.query.limit)?;
    let person = call.query.person.unwrap_or(call.who.person.id);
    let (person, _) = looked_at(&call, person).await?;
    let pattern = schema::of_person(call.who.community.id, person.id, "CERT#");
    let cursor = call.query.cursor.as_deref();
    let rows = page::page::<Certificate>(&call.ctx.store, &pattern, limit, cursor).await?;
    Ok(Answer::new(page::wire(rows, |one| view(&call.who, &one))))
}

pub async fn get(call: Call<GetCertificate>) -> Outcome<GetCertificate> {
    let (store, who) = (&call.ctx.store, &call.who);
    let com = who.community.id;
    let found = store.certificate(call.path.0).await?;
    let certificate = found.filter(|one| one.community == com);
    let certificate = certificate.ok_or(Refusal::Missing)?;
    let (person, _) = looked_at(&call, certificate.person).await?;
    let issuer = match certificate.issued_by == person.id {
        true => None,
        false => store.person(com, certificate.issued_by).await?,
    };
    let volunteer = store.volunteer(com, person.id).await?;
    let revocable = !matches!(certificate.standing, Standing::Revoked { .. });
    let may = who.may(Act::IssueCertificates) && revocable;
    Ok(Answer::new(CertificatePage {
        rows: rows(&call, &certificate).await?,
        certificate: view(who, &certificate),
        name: person.name,
        unified_number: volunteer.and_then(|volunteer| volunteer.unified_number),
        issuer: who.community.name.clone(),
        issuer_en: who.community.name_en.clone(),
        issuer_phone: who.community.phone.clone(),
        issued_by_name: issuer.map(|issuer| issuer.name),
        moves: may
            .then(|| "RevokeCertificate".to_owned())
            .into_iter()
            .collect(),
    }))
}

/// The entries of a certificate, the earliest first; words written by hand are not printed.
async fn rows<E: Endpoint>(
    call: &Call<E>,
    certificate: &Certificate,
) -> Result<Vec<CertificateRow>, Error> {
    let (com, person) = (certificate.community, certificate.person);
    let midnight = |day: Date| instant(day, Minute::new(0)?, &call.who.zone);
    let begins = midnight(certificate.from).unwrap_or(Timestamp::MIN);
    let after = certificate.until.tomorrow().ok().and_then(midnight);
    let ends = after.unwrap_or(Timestamp::MAX);
    let store = &call.ctx.store;
    let mut entries = store.entries_between(com, person, begins, ends).await?;
    entries.retain(|entry| certificate.entries.contains(&entry.id));
    entries.sort_by_key(|entry| (entry.span.from, entry.id));
    let row = |entry: Entry| CertificateRow {
        starts: call.who.moment(entry.span.from),
        what: (entry.source == Source::Attendance).then_some(entry.what),
        minutes: entry.minutes,
        source: entry.source,
    };
    Ok(entries.into_iter().map(row).collect())
}

pub async fn verify(call: Call<VerifyCertificate, ()>) -> Outcome<VerifyCertificate> {
    let store = &call.ctx.store;
    let certificate = store.certificate(call.path.0).await?;
    let certificate = certificate.ok_or(Refusal::Missing)?;
    let issuer: Option<Community> = store.get(&schema::community(certificate.community)).await?;
    let issuer = issuer.ok_or(Refusal::Missing)?;
    Ok(Answer::new(Verified {
        number: certificate.number,
        minutes: certificate.minutes,
        issuer: issuer.name,
        issuer_en: issuer.name_en,
        state: certificate.standing.name(),
    }))
}

pub async fn revoke(call: Call<RevokeCertificate>) -> Outcome<RevokeCertificate> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = again_while_stale!(&call.ctx, take_back(&call, &once));
    let again = as_stored(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

async fn take_back(call: &Call<RevokeCertificate>, once: &Once) -> Result<CertificateView, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let reason = parse::line(&call.body.reason, limits::LINE_CHARS, "/reason")?;
    let found = ctx.store.certificate(call.path.0).await?;
    let before = found.filter(|one| one.community == who.community.id);
    let before = before.ok_or(Refusal::Missing)?;
    views::log(
        ctx,
        who,
        before.person,
        RevokeCertificate::NAME,
        &reason,
        call.now,
    )
    .await?;
    let after = before.revoke(who.person.id, reason, call.now)?;
    let beside = Beside {
        command: once.record(),
        notices: tell(call, &after, Topic::CertificateRevoked).await?,
    };
    ctx.store.change_certificate(&after, &beside).await?;
    ctx.relay_bell.notify_one();
    Ok(view(who, &after))
}
