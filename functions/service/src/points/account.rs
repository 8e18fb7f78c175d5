//! `GetPointAccount` and `ListPointEntries`: anybody, for themselves or a child they decide for;
//! those who redeem for others, for anybody, who find the look in their log of views.

use std::collections::BTreeMap;

use domain::PersonId;
use domain::access::Act;
use domain::availability::local_day;
use domain::ledger::{About, Rule, Served, Transfer};
use domain::person::Person;
use store::schema;
use wire::Endpoint;
use wire::points::ledger::{
    AboutOf, AboutView, AccountView, GetPointAccount, ListPointEntries, LotView, TransferView,
};

use super::rule;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::identity::views;
use crate::identity::voice::{self, Voice};
use crate::{page, parse};

/// Whose points a call is about, and in whose voice; a look of staff is written down first.
/// Refuses: `Missing`.
pub(super) async fn looked_at<E: Endpoint>(
    call: &Call<E>,
    person: Option<PersonId>,
) -> Result<(Person, Voice), Error> {
    let id = person.unwrap_or(call.who.person.id);
    let (person, voice) = voice::of(call, id, Act::RedeemForOthers).await?;
    if voice == Voice::Staff {
        views::log(&call.ctx, &call.who, id, E::NAME, "", call.now).await?;
    }
    Ok((person, voice))
}

pub async fn get(call: Call<GetPointAccount>) -> Outcome<GetPointAccount> {
    let (person, _) = looked_at(&call, call.query.person).await?;
    let (store, com) = (&call.ctx.store, call.who.community.id);
    let account = store.point_account(com, person.id).await?;
    let current = store.point_rule(com).await?;
    let today = local_day(call.now, &call.who.zone);
    let good = account.lots.iter().filter(|lot| !lot.is_over(today));
    let expiring = good.filter_map(|lot| {
        Some(LotView {
            expires_on: lot.expires_on?,
            points: lot.points,
        })
    });
    Ok(Answer::new(AccountView {
        person: person.id,
        person_name: person.name,
        available: account.usable(today),
        reserved: account.reserved,
        owed: account.owed,
        expiring: expiring.collect(),
        rule: rule::view(&call.who, &current),
    }))
}

pub async fn entries(call: Call<ListPointEntries>) -> Outcome<ListPointEntries> {
    let limit = parse::limit(call.query.limit)?;
    let (person, _) = looked_at(&call, call.query.person).await?;
    let (store, who) = (&call.ctx.store, &call.who);
    let com = who.community.id;
    let statement = schema::transfers(com, person.id);
    let cursor = call.query.cursor.as_deref();
    let (rows, next) = page::page::<Transfer>(store, &statement, limit, cursor).await?;
    let mut vers: Vec<u32> = rows.iter().filter_map(|row| row.rule).collect();
    vers.sort_unstable();
    vers.dedup();
    let rules = store.point_rules_among(com, &vers).await?;
    let rules: BTreeMap<u32, Rule> = rules.into_iter().map(|rule| (rule.ver, rule)).collect();
    let row = |transfer| line(who, &rules, transfer);
    Ok(Answer::new(page::wire((rows, next), row)))
}

fn line(who: &Who, rules: &BTreeMap<u32, Rule>, transfer: Transfer) -> TransferView {
    let by = transfer.rule.and_then(|ver| rules.get(&ver));
    TransferView {
        id: transfer.id,
        at: who.moment(transfer.at),
        kind: transfer.kind,
        change: transfer.change(),
        points: transfer.points,
        rule: by.map(|by| rule::view(who, by)),
        rule_why: transfer.rule_why(),
        expires_on: transfer.expires_on,
        owes: transfer.owes,
        about: about(transfer.about),
    }
}

fn about(about: About) -> AboutView {
    let nothing = |of, what| AboutView {
        of,
        what,
        entry: None,
        activity: None,
        minutes: None,
        manual: None,
        day: None,
        redemption: None,
        reward: None,
        quantity: None,
    };
    let hours = |of, served: Served| AboutView {
        entry: Some(served.entry),
        activity: served.activity,
        minutes: Some(served.minutes),
        manual: Some(served.manual),
        day: Some(served.day),
        ..nothing(of, served.what)
    };
    match about {
        About::Hours(served) => hours(AboutOf::Hours, served),
        About::Correction(served) => hours(AboutOf::Correction, served),
        About::Redemption {
            redemption,
            reward,
            what,
            quantity,
        } => AboutView {
            redemption: Some(redemption),
            reward: Some(reward),
            quantity: Some(quantity),
            ..nothing(AboutOf::Redemption, what)
        },
        About::Expiry { last_day } => AboutView {
            day: Some(last_day),
            ..nothing(AboutOf::Expiry, String::new())
        },
        About::Owed => nothing(AboutOf::Owed, String::new()),
    }
}
