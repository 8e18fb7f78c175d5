//! What the library goes by. `GetLibrary`: everybody signed in. `PutLibrary`: librarians and
//! administrators, on the version that was read; safe to repeat with the same id.

use domain::availability::local_day;
use domain::library::Rules;
use domain::{Refusal, limits};
use store::market::Beside;
use wire::library::settings::{GetLibrary, LibraryView, PutLibrary, PutLibraryBody};
use wire::{Code, Endpoint, Problem};

use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::once::Once;
use crate::parse;

pub async fn get(call: Call<GetLibrary>) -> Outcome<GetLibrary> {
    Ok(Answer::new(current(&call).await?))
}

pub async fn put(call: Call<PutLibrary>) -> Outcome<PutLibrary> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = change(&call, &once).await;
    let again = current(&call);
    once.end(&call.ctx, done, again).await
}

async fn current<E: Endpoint>(call: &Call<E>) -> Result<LibraryView, Error> {
    let rules = call.ctx.store.library_rules(call.who.community.id).await?;
    let today = local_day(call.now, &call.who.zone);
    Ok(LibraryView {
        open_today: rules.is_open(today),
        ver: rules.ver,
        rules: rules.rules,
        hours: rules.hours,
        closed: rules.closed,
        pick_up_days: rules.pick_up_days,
    })
}

async fn change(call: &Call<PutLibrary>, once: &Once) -> Result<LibraryView, Error> {
    let (store, com) = (&call.ctx.store, call.who.community.id);
    let before = store.library_rules(com).await?;
    let after = checked(&call.body, before.ver + 1)?;
    if call.body.ver != before.ver {
        return Err(Refusal::Stale.into());
    }
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    store.put_library_rules(com, &after, &beside).await?;
    current(call).await
}

fn within(value: u32, least: u32, most: u32, pointer: String) -> Result<(), Error> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    let problem = Problem::new(Code::BadValue).at(pointer);
    Err(problem.with("max", most).into())
}

fn few(count: usize, max: usize, pointer: &str) -> Result<(), Error> {
    if count <= max {
        return Ok(());
    }
    let problem = Problem::new(Code::TooMany).at(pointer);
    Err(problem.with("max", max).into())
}

fn checked(body: &PutLibraryBody, ver: u32) -> Result<Rules, Error> {
    few(body.rules.len(), limits::LOAN_RULES, "/rules")?;
    few(body.hours.len(), limits::WEEKLY_SPANS, "/hours")?;
    few(body.closed.len(), limits::CLOSED_DAYS, "/closed")?;
    let loans = u32::try_from(limits::READER_LOANS).unwrap_or(u32::MAX);
    for (i, rule) in body.rules.iter().enumerate() {
        within(rule.days, 0, limits::LOAN_DAYS, format!("/rules/{i}/days"))?;
        within(rule.loans, 0, loans, format!("/rules/{i}/loans"))?;
        within(rule.renewals, 0, loans, format!("/rules/{i}/renewals"))?;
        let same = |other: &&domain::library::LoanRule| {
            (other.reader, other.item) == (rule.reader, rule.item)
        };
        if body.rules[..i].iter().any(|other| same(&other)) {
            return Err(Error::invalid(Code::BadValue, format!("/rules/{i}")));
        }
    }
    for (i, span) in body.hours.iter().enumerate() {
        if span.from >= span.to {
            let pointer = format!("/hours/{i}/to");
            return Err(Error::invalid(Code::SpanBackwards, pointer));
        }
    }
    let mut closed = body.closed.clone();
    for (i, day) in closed.iter_mut().enumerate() {
        let place = format!("/closed/{i}/reason");
        day.reason = parse::note(Some(&day.reason), limits::LINE_CHARS, &place)?;
    }
    closed.sort_by_key(|day| day.day);
    let most = limits::PICK_UP_DAYS;
    within(body.pick_up_days, 1, most, "/pick_up_days".into())?;
    Ok(Rules {
        rules: body.rules.clone(),
        hours: body.hours.clone(),
        closed,
        pick_up_days: body.pick_up_days,
        ver,
    })
}
