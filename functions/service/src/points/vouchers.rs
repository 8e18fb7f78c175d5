//! Redemptions as their readers see them. `ListRedemptions`: one's own, a child's; those who redeem
//! for others, anybody's. `GetRedemption`: the same, and those at the counter. `GetVoucher`: the
//! counter, by the code. Every look of staff at somebody's is written down first.

use std::collections::BTreeMap;
use std::iter;

use domain::access::Act;
use domain::availability::local_day;
use domain::notice::{Data, Topic};
use domain::person::Person;
use domain::reward::{Event, Redemption, RedemptionState};
use domain::{PersonId, RedemptionId, Refusal};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::notify::Outgoing;
use store::schema;
use wire::points::rewards::{
    CancelRedemption, GetRedemption, GetVoucher, ListRedemptions, RedemptionView, SettleRedemption,
};
use wire::{Endpoint, Moment};

use super::account::looked_at;
use super::entries::hand;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::identity::views;
use crate::identity::voice::Voice;
use crate::notify::tell::tell;
use crate::{page, parse};

pub async fn list(call: Call<ListRedemptions>) -> Outcome<ListRedemptions> {
    let limit = parse::limit(call.query.limit)?;
    let (person, voice) = looked_at(&call, call.query.person).await?;
    let (ctx, who) = (&call.ctx, &call.who);
    let made = schema::redemptions_of(who.community.id, person.id);
    let cursor = call.query.cursor.as_deref();
    let (rows, next) = page::page::<Redemption>(&ctx.store, &made, limit, cursor).await?;
    let names = names(ctx, who, &rows).await?;
    let row = |redemption: Redemption| view(who, &redemption, &names, (voice, false), call.now);
    Ok(Answer::new(page::wire((rows, next), row)))
}

pub async fn get(call: Call<GetRedemption>) -> Outcome<GetRedemption> {
    Ok(Answer::new(own(&call, call.path.0).await?))
}

/// A code that cannot be one is refused as mistyped; one of nobody's is missing.
pub async fn by_code(call: Call<GetVoucher>) -> Outcome<GetVoucher> {
    let (store, com) = (&call.ctx.store, call.who.community.id);
    let code = call
        .path
        .0
        .as_str()
        .parse()
        .map_err(|_| Refusal::VoucherWrong)?;
    let found = store.redemption_by_code(com, code).await?;
    let found = found.ok_or(Refusal::Missing)?;
    Ok(Answer::new(shown(&call, &found).await?))
}

/// A redemption as it is stored, for whoever may see it. Refuses: `Missing`.
pub(super) async fn own<E: Endpoint>(
    call: &Call<E>,
    id: RedemptionId,
) -> Result<RedemptionView, Error> {
    let found = call.ctx.store.redemption(call.who.community.id, id).await?;
    shown(call, &found.ok_or(Refusal::Missing)?).await
}

/// In whose voice the caller may speak about it. Refuses: `Missing`.
pub(super) async fn voice_in<E: Endpoint>(
    call: &Call<E>,
    redemption: &Redemption,
) -> Result<Voice, Error> {
    let who = &call.who;
    if redemption.person == who.person.id {
        return Ok(Voice::Own);
    }
    let person = call
        .ctx
        .store
        .person(redemption.community, redemption.person)
        .await?;
    let today = local_day(call.now, &who.zone);
    let guardian = person.and_then(|person| person.guardian_on(today));
    if guardian == Some(who.person.id) {
        Ok(Voice::Guardian)
    } else if who.may(Act::Counter) {
        Ok(Voice::Staff)
    } else {
        Err(Refusal::Missing.into())
    }
}

/// One redemption for whoever may see it; a look of staff is written down first. Refuses: `Missing`.
pub(super) async fn shown<E: Endpoint>(
    call: &Call<E>,
    redemption: &Redemption,
) -> Result<RedemptionView, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let voice = voice_in(call, redemption).await?;
    if voice == Voice::Staff {
        views::log(ctx, who, redemption.person, E::NAME, "", call.now).await?;
    }
    let names = names(ctx, who, std::slice::from_ref(redemption)).await?;
    let given = [GetVoucher::NAME, SettleRedemption::NAME].contains(&E::NAME);
    let mut view = view(who, redemption, &names, (voice, given), call.now);
    // What they may not hand over is not offered.
    let offered = view.moves.iter().any(|name| name == SettleRedemption::NAME);
    if offered {
        let hand = hand(call, redemption.person, iter::once(redemption.by)).await?;
        let event = Event::Settle {
            by: hand.person,
            speaks: hand.speaks,
            shared: hand.shared,
        };
        if redemption.clone().apply(event, call.now).is_err() {
            view.moves.retain(|name| name != SettleRedemption::NAME);
        }
    }
    Ok(view)
}

type Names = BTreeMap<PersonId, String>;

/// Who is named in these; the caller is known already.
async fn names(ctx: &Ctx, who: &Who, rows: &[Redemption]) -> Result<Names, Error> {
    let mut names = Names::from([(who.person.id, who.person.name.clone())]);
    let named = rows
        .iter()
        .flat_map(|row| [Some(row.person), Some(row.by), row.moved_by]);
    let others = named.flatten().filter(|id| !names.contains_key(id));
    let mut ids: Vec<PersonId> = others.collect();
    ids.sort_unstable();
    ids.dedup();
    if !ids.is_empty() {
        let people: Vec<Person> = ctx.store.people_among(who.community.id, &ids).await?;
        names.extend(people.into_iter().map(|one| (one.id, one.name)));
    }
    Ok(names)
}

/// `given`: the caller was given its code.
fn view(
    who: &Who,
    redemption: &Redemption,
    names: &Names,
    (voice, given): (Voice, bool),
    at: Timestamp,
) -> RedemptionView {
    let name = |id: PersonId| names.get(&id).cloned().unwrap_or_default();
    let state = redemption.state_at(at);
    let knows = given || voice != Voice::Staff || redemption.by == who.person.id;
    let apart = voice == Voice::Staff && redemption.by != who.person.id;
    let may_settle = apart && given && who.may(Act::Counter);
    let mut moves = Vec::new();
    if state == RedemptionState::Reserved {
        moves.extend(may_settle.then(|| SettleRedemption::NAME.to_owned()));
        moves.push(CancelRedemption::NAME.to_owned());
    }
    RedemptionView {
        id: redemption.id,
        person: redemption.person,
        person_name: name(redemption.person),
        by_name: (redemption.by != redemption.person).then(|| name(redemption.by)),
        consent: redemption.consent,
        reward: redemption.reward,
        name: redemption.name.clone(),
        quantity: redemption.quantity,
        points: redemption.hold.points,
        code: match knows {
            true => redemption.code.to_string(),
            false => String::new(),
        },
        state,
        until: who.moment(redemption.until),
        moved_by_name: redemption
            .moved_by
            .filter(|_| voice == Voice::Staff)
            .map(name),
        reason: redemption.reason.clone(),
        created_at: who.moment(redemption.created_at),
        changed_at: who.moment(redemption.changed_at),
        moves,
        ver: redemption.ver,
    }
}

/// What the words of its notices are filled with.
fn data(redemption: &Redemption, zone: &TimeZone) -> Data {
    Data::from([
        ("redemption".to_owned(), redemption.id.to_string()),
        ("reward".into(), redemption.name.clone()),
        ("quantity".into(), redemption.quantity.to_string()),
        ("points".into(), redemption.hold.points.to_string()),
        (
            "until".into(),
            Moment::new(redemption.until, zone).to_string(),
        ),
    ])
}

/// A notice about it for the person, unless they are the one who moved it.
pub(super) async fn notice(
    ctx: &Ctx,
    who: &Who,
    redemption: &Redemption,
    topic: Topic,
    at: Timestamp,
) -> Result<Option<Outgoing>, Error> {
    let mut told = side(ctx, redemption, local_day(at, &who.zone)).await?;
    told.retain(|reader| *reader != who.person.id);
    let data = data(redemption, &who.zone);
    Ok(tell(ctx, redemption.community, &told, topic, data, at))
}

/// The same where nobody moved it but time.
pub(super) async fn notice_of_time(
    ctx: &Ctx,
    zone: &TimeZone,
    redemption: &Redemption,
    topic: Topic,
    at: Timestamp,
) -> Result<Option<Outgoing>, Error> {
    let told = side(ctx, redemption, local_day(at, zone)).await?;
    let data = data(redemption, zone);
    Ok(tell(ctx, redemption.community, &told, topic, data, at))
}

/// Who hears of it: the person; and where they have no telephone, whoever decides for them, or else
/// who redeemed it for them.
async fn side(
    ctx: &Ctx,
    redemption: &Redemption,
    today: jiff::civil::Date,
) -> Result<Vec<PersonId>, Error> {
    let person = ctx
        .store
        .person(redemption.community, redemption.person)
        .await?;
    let mut side = vec![redemption.person];
    if let Some(person) = person.filter(|person| person.phone.is_none()) {
        side.push(person.guardian_on(today).unwrap_or(redemption.by));
    }
    Ok(side)
}
