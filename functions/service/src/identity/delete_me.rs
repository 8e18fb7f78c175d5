//! Delete a person. `DeleteMe`, anybody without open bookings who is no child's guardian; `DeletePerson`, a
//! child's guardian, and staff who were told, for somebody who is not staff. First, in one transaction, nobody can be this
//! person any more; then what is left of them goes, item by item, and once more a minute later, for what
//! was under way meanwhile. Should the first time stop half-way, [`resume`] makes up for it. What is
//! left is decided kind by kind: a new kind does not compile until it is decided here.
//! (Personal Information Protection Law, art. 47.)

use std::collections::BTreeSet;

use domain::access::{Act, Role};
use domain::activity::SignUp;
use domain::availability::{Calendar, local_day};
use domain::booking::Booking;
use domain::hours::Entry;
use domain::ledger::Transfer;
use domain::library::Loan;
use domain::network::Record;
use domain::person::{Household, Person};
use domain::provider::{Provider, Standing};
use domain::reward::Redemption;
use domain::watch::Alert;
use domain::{CommunityId, PersonId, Refusal, limits};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use store::Store;
use store::identity::{
    Erasure, Feedback, Leaver, View, erased_person_item, household_item, person_item, view_item,
};
use store::market::{Beside, BookedFor, provider_item};
use store::points::ledger::transfer_item;
use store::points::rewards::redemption_item;
use store::schema::{self, Item, Kind, Pattern};
use store::table::{key_of, kind_of, read};
use wire::identity::{DeleteMe, DeletePerson};
use wire::{Code, Endpoint};

use super::voice::{self, Voice};
use super::{session, set_roles, views};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::market::affected;
use crate::parse;
use crate::{library, points};

/// Sessions that end in the first transaction; any more lead to nobody, and go with the rest.
const SESSIONS: usize = 80;

pub async fn delete_me(call: Call<DeleteMe>) -> Outcome<DeleteMe> {
    let phone = parse::phone(&call.body.phone, "/phone")?;
    if call.who.person.phone.as_ref() != Some(&phone) {
        return Err(Error::invalid(Code::BadValue, "/phone"));
    }
    delete(&call, call.who.person.id, None).await?;
    Ok(Answer::new(()).cookie(session::no_cookie()))
}

/// The name is said again, so that nobody deletes by a slip. Why, and how they were told, stays with the
/// log of views.
pub async fn delete_person(call: Call<DeletePerson>) -> Outcome<DeletePerson> {
    let (ctx, who, (id,), body) = (&call.ctx, &call.who, call.path, &call.body);
    let (person, voice) = voice::of(&call, id, Act::AddPeople).await?;
    if voice == Voice::Own || person.is_staff() {
        return Err(Refusal::NotAllowed.into());
    }
    let (how, reason) = voice.said(body.how, &body.reason)?;
    if body.name.trim() != person.name {
        return Err(Error::invalid(Code::BadValue, "/name"));
    }
    let mut view = views::entry(ctx, who, DeletePerson::NAME, &reason, call.now);
    view.how = Some(how);
    delete(&call, id, Some(view)).await?;
    Ok(Answer::new(()))
}

async fn delete<E: Endpoint>(
    call: &Call<E>,
    id: PersonId,
    view: Option<View>,
) -> Result<(), Error> {
    for _ in 0..limits::COMMIT_TRIES {
        match leave(call, id, view.as_ref()).await {
            Err(Error::Refused(Refusal::Stale)) => {}
            Err(error) => return Err(error),
            Ok(gone) => return erase(&call.ctx.store, &gone).await,
        }
    }
    Err(Refusal::Stale.into())
}

/// Takes away what deletions of a minute ago or longer left, and closes them: whatever was under way
/// for these people then has ended. Answers how many.
pub async fn resume(ctx: &Ctx, com: CommunityId, at: Timestamp) -> Result<usize, Error> {
    let before = at - SignedDuration::from_mins(1);
    let unfinished = ctx.store.unfinished_erasures(com, before).await?;
    for gone in &unfinished {
        erase(&ctx.store, gone).await?;
        ctx.store.put_all(vec![person_item(&gone.person)?]).await?;
    }
    Ok(unfinished.len())
}

/// The transaction after which this person is nobody. Refuses: `OpenBookings`, `HasWards`, `OpenLoans`,
/// `LastAdmin`, `Stale` where something changed meanwhile.
async fn leave<E: Endpoint>(
    call: &Call<E>,
    me: PersonId,
    view: Option<&View>,
) -> Result<Erasure, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let com = who.community.id;
    let person = ctx.store.living(com, me).await?;
    let provider = match ctx.store.provider_of(com, me).await? {
        Some(id) => ctx.store.provider(com, id).await?,
        None => None,
    };
    let home = match person.household {
        Some(id) => ctx.store.household(com, id).await?,
        None => None,
    };
    refuse_open_bookings(&ctx.store, &person, provider.as_ref()).await?;
    let today = local_day(call.now, &who.zone);
    refuse_wards(&ctx.store, &person, home.as_ref(), today).await?;
    library::refuse_open_loans(&ctx.store, com, me).await?;
    let digest = person.phone.as_deref().map(|p| ctx.secret.phone_digest(p));
    let account = match &digest {
        Some(digest) => ctx.store.account(digest).await?,
        None => None,
    };

    let mut tx = ctx.store.tx();
    if let Some(view) = view {
        tx = tx.put_new(view_item(com, me, view)?, Refusal::Stale)?;
    }
    if person.roles.contains(&Role::Admin) {
        let others = set_roles::other_admins(ctx, com, me).await?;
        tx = tx.check_admin(com, *others.first().ok_or(Refusal::LastAdmin)?)?;
    }
    if let Some(home) = home {
        let home = home.without(me);
        tx = tx.put_next(household_item(&home)?, home.ver)?;
    }
    // Whatever was booked since they were counted keeps them; the index may not have it yet.
    tx = tx.check_nothing_open(com, me)?;
    // Places go back first, and to whoever waits for them; nothing may be signed up for since.
    let file = points::leave_all(call, me).await?;
    tx = tx.check_volunteer(com, me, file)?;
    // Points kept for vouchers go back first; whatever was redeemed since keeps them.
    let released = points::release(ctx, com, me, call.now).await?;
    tx = tx.check_points(&released)?;
    // What they reserved goes to the next; whoever has books gives them back first.
    let within = points::Within::of(who);
    let reader = library::let_go_all(ctx, &within, me, call.now).await?;
    tx = tx.check_reader(com, me, Some(reader.ver).filter(|ver| *ver > 0))?;
    if let Some(provider) = provider {
        let provider = closed(provider);
        // Nobody can be booked with them from here on; whoever got in before is told.
        let late = affected::row(ctx, &provider, call.now);
        tx = tx.put_new(late.item()?, Refusal::Stale)?;
        tx = tx.put_next(provider_item(&provider, &who.zone)?, provider.ver)?;
    }
    let gone = person.tombstone(call.now);
    // The number may lead to somebody of another community.
    let own = digest.filter(|_| account.is_none_or(|account| account.person == me));
    let item = erased_person_item(&gone, own.as_deref(), call.now)?;
    tx = tx.put_next(item, gone.ver)?;
    if let Some(digest) = &own {
        tx = tx.delete_account(digest, me)?;
    }
    let sessions = ctx.store.keys_of(com, me, "SESSION#").await?;
    for key in sessions.iter().take(SESSIONS) {
        tx = tx.delete(key, None, vec![], Refusal::Stale)?;
    }
    tx.commit().await?;
    Ok(Erasure {
        person: gone,
        phone_digest: own,
    })
}

async fn refuse_open_bookings(
    store: &Store,
    person: &Person,
    provider: Option<&Provider>,
) -> Result<(), Error> {
    let com = person.community;
    let mut open = 0;
    for pattern in sides(com, person, provider.map(|provider| provider.id)) {
        for item in store.all(&pattern.0).await? {
            open += u32::from(read::<Booking>(item)?.state.is_open());
        }
    }
    match open {
        0 => Ok(()),
        count => Err(Refusal::OpenBookings { count }.into()),
    }
}

/// A child is not left without a guardian. Whoever lives behind the same door is read from the table,
/// as a child added there just now is not in the index yet. Refuses: `HasWards`.
async fn refuse_wards(
    store: &Store,
    person: &Person,
    home: Option<&Household>,
    today: Date,
) -> Result<(), Error> {
    let com = person.community;
    let behind_the_door = home.map_or(&[][..], |home| &home.people);
    let mut people = store.people(com).await?;
    people.extend(store.people_among(com, behind_the_door).await?);
    let wards = people
        .iter()
        .filter(|other| other.guardian_on(today) == Some(person.id))
        .map(|ward| ward.id)
        .collect::<BTreeSet<_>>();
    match u32::try_from(wards.len()).unwrap_or(u32::MAX) {
        0 => Ok(()),
        count => Err(Refusal::HasWards { count }.into()),
    }
}

fn sides(
    com: CommunityId,
    person: &Person,
    provider: Option<domain::ProviderId>,
) -> Vec<(Pattern, Leaver)> {
    let made = (
        schema::bookings_of_resident(com, person.id),
        Leaver::Resident,
    );
    let served = provider.map(|id| (schema::bookings_of_provider(com, id), Leaver::Provider));
    [Some(made), served].into_iter().flatten().collect()
}

/// A provider's file without its provider: it keeps its id, and nobody can book it.
fn closed(provider: Provider) -> Provider {
    Provider {
        name: String::new(),
        intro: String::new(),
        reason: String::new(),
        standing: Standing::Suspended,
        credentials: Vec::new(),
        calendar: Calendar::default(),
        ver: provider.ver + 1,
        ..provider
    }
}

/// Everything about a deleted person that is not to stay. Safe to repeat.
async fn erase(store: &Store, erasure: &Erasure) -> Result<(), Error> {
    let (gone, digest) = (&erasure.person, erasure.phone_digest.as_deref());
    let (com, person) = (gone.community, gone.id);
    let partition = store.all(&schema::of_person(com, person, "")).await?;
    let provider = store.provider_of(com, person).await?;
    let mut garbage = Vec::new();
    for kind in Kind::ALL {
        match kind {
            // Says nothing about a person.
            Kind::Community | Kind::Rate | Kind::Category | Kind::Service | Kind::Claims => {}
            // Leads to an item, or says who ran it by an id that is nobody's any more.
            Kind::Activity | Kind::EntryOf | Kind::CertificateOf | Kind::NetworkRef => {}
            // Goes with the records it has rows of.
            Kind::NetworkPart => {}
            Kind::Title | Kind::Shelf | Kind::CopyOf | Kind::TitleOf | Kind::LedgerLine => {}
            Kind::LibraryRules | Kind::ShelfAudit => {}
            Kind::LibraryImport | Kind::LibraryPart => {}
            Kind::Device | Kind::WatchRules | Kind::WatchedCount => {}
            Kind::SweepMark | Kind::DeviceOf | Kind::DoorDay => {}
            Kind::AlertMark | Kind::CareNodes => {}
            Kind::Case => {
                let left = gone.deleted_at.unwrap_or(gone.created_at);
                store.forget_cases(com, person, left).await?;
                store.forget_worker(com, person, left).await?;
            }
            // Goes with the cases.
            Kind::Note => {}
            // Goes with their cards, their comings and goings, and what was said of their absences.
            Kind::Watched => {
                store.forget_watched(com, person).await?;
                store.forget_relative(com, person).await?;
            }
            // Goes with its readings.
            Kind::Vitals => store.forget_health(com, person).await?,
            Kind::CredentialOf | Kind::AbsenceOf => {}
            Kind::Alert => {
                for item in store.all(&schema::alerts_of(com, person)).await? {
                    let alert: Alert = read(item)?;
                    store.anonymise_alert(com, alert.id).await?;
                }
            }
            Kind::Loan => {
                for item in store.all(&schema::loans_of(com, person)).await? {
                    let loan: Loan = read(item)?;
                    store.anonymise_loan(com, loan.id, person).await?;
                }
            }
            // What they waited for was given up before.
            Kind::Hold => {
                let reserved = store.all(&schema::holds_of(com, person)).await?;
                garbage.extend(reserved.iter().map(key_of));
            }
            Kind::LibraryTask => store.silence_library_tasks(com, person).await?,
            Kind::NetworkBatch => store.silence_batches(com, person).await?,
            Kind::NetworkRecord => {
                for item in of_kind(&partition, Kind::NetworkRecord) {
                    let record: Record = read(item.clone())?;
                    let left = gone.deleted_at.unwrap_or(record.changed_at);
                    store.silence_record(com, &record, left).await?;
                }
            }
            Kind::Team => {
                for team in store.teams(com).await? {
                    if let Some(without) = team.without(person) {
                        match store.put_team(&without, None, &Beside::default()).await {
                            // Somebody else changed it: the next time, a minute later.
                            Ok(()) | Err(store::Error::Refused(Refusal::Stale)) => {}
                            Err(error) => return Err(error.into()),
                        }
                    }
                }
            }
            Kind::SignUp => {
                for item in store.all(&schema::sign_ups_of(com, person)).await? {
                    let sign_up: SignUp = read(item)?;
                    store
                        .anonymise_sign_up(com, sign_up.activity, person)
                        .await?;
                }
            }
            Kind::Entry => {
                for item in of_kind(&partition, Kind::Entry) {
                    let entry: Entry = read(item.clone())?;
                    let left = gone.deleted_at.unwrap_or(entry.changed_at);
                    store.anonymise_entry(com, entry.id, left).await?;
                }
            }
            Kind::PointRule | Kind::Reward | Kind::Stock | Kind::StockMove | Kind::Voucher => {}
            // Went in the transaction that made this person nobody.
            Kind::Account | Kind::Code | Kind::Household | Kind::Provider | Kind::Person => {}
            // Kept, with the reason the schema gives.
            Kind::ViewLink | Kind::ViewHead => {}
            Kind::View | Kind::Certificate | Kind::PointAccount | Kind::Earned | Kind::Taken => {}
            Kind::Transfer => {
                let mut silent = Vec::new();
                for item in of_kind(&partition, Kind::Transfer) {
                    let transfer: Transfer = read(item.clone())?;
                    let left = transfer.without_words();
                    silent.extend(left.map(|left| transfer_item(com, person, &left)));
                }
                let silent = silent.into_iter().collect::<Result<_, _>>()?;
                store.put_all(silent).await?;
            }
            Kind::Redemption => {
                let mut silent = Vec::new();
                for item in store.all(&schema::redemptions_of(com, person)).await? {
                    let redemption: Redemption = read(item)?;
                    // One still open is its transaction's to end; it has no words yet.
                    if !redemption.reason.is_empty() {
                        silent.push(redemption_item(&redemption.without_words())?);
                    }
                }
                store.put_all(silent).await?;
            }
            Kind::Session
            | Kind::SecondFactor
            | Kind::Consent
            | Kind::Message
            | Kind::Attempt
            | Kind::Push
            | Kind::Quota
            | Kind::Command
            | Kind::ProviderOf
            | Kind::Volunteer
            | Kind::Reader
            | Kind::SignRow
            | Kind::AbsenceRow
            | Kind::ReadingRow
            | Kind::CareFile
            | Kind::Attachment
            | Kind::BookedFor => {
                garbage.extend(of_kind(&partition, *kind).map(key_of));
            }
            Kind::Booking => {
                for (pattern, leaver) in sides(com, gone, provider) {
                    for item in store.all(&pattern).await? {
                        let booking: Booking = read(item)?;
                        store.anonymise_booking(com, booking.id, leaver).await?;
                    }
                }
                for item in of_kind(&partition, Kind::BookedFor) {
                    let row: BookedFor = read(item.clone())?;
                    let booking = store.booking(com, row.booking).await?;
                    // A visit still to come is the resident's, and so are the words about it.
                    if booking.is_some_and(|booking| !booking.state.is_open()) {
                        let leaver = Leaver::Booker;
                        store.anonymise_booking(com, row.booking, leaver).await?;
                    }
                }
            }
            Kind::Feedback => {
                for item in store.all(&schema::feedback_of(com, person)).await? {
                    let written: Feedback = read(item)?;
                    store.anonymise_feedback(com, written.id).await?;
                }
            }
            Kind::Outbox | Kind::Stuck => store.forget_outgoing(com, person, digest).await?,
        }
    }
    // What leads to the rest goes last.
    Ok(store.delete_all(&garbage).await?)
}

fn of_kind(items: &[Item], kind: Kind) -> impl Iterator<Item = &Item> {
    items.iter().filter(move |item| kind_of(item) == Some(kind))
}
