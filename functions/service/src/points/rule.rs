//! How points are earned. `GetPointRule`: everybody signed in. `PutPointRule`: social workers and
//! administrators, on the version that was read; safe to repeat with the same id.

use domain::Refusal;
use domain::ledger::{Rule, RuleFlaw};
use store::market::Beside;
use wire::points::ledger::{GetPointRule, PutPointRule, RuleView};
use wire::{Code, Problem};

use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::once::Once;

pub async fn get(call: Call<GetPointRule>) -> Outcome<GetPointRule> {
    let rule = call.ctx.store.point_rule(call.who.community.id).await?;
    Ok(Answer::new(view(&call.who, &rule)))
}

pub async fn put(call: Call<PutPointRule>) -> Outcome<PutPointRule> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = change(&call, &once).await;
    let again = current(&call);
    once.end(&call.ctx, done, again).await
}

async fn current(call: &Call<PutPointRule>) -> Result<RuleView, Error> {
    let rule = call.ctx.store.point_rule(call.who.community.id).await?;
    Ok(view(&call.who, &rule))
}

async fn change(call: &Call<PutPointRule>, once: &Once) -> Result<RuleView, Error> {
    let (store, com, body) = (&call.ctx.store, call.who.community.id, &call.body);
    let before = store.point_rule(com).await?;
    let rule = Rule {
        ver: before.ver + 1,
        points_per_hour: body.points_per_hour,
        cap_per_activity: body.cap_per_activity,
        cap_per_day: body.cap_per_day,
        expire_months: body.expire_months,
        since: call.now,
        by: Some(call.who.person.id),
    };
    if let Some(RuleFlaw { field, max }) = rule.flaw() {
        let problem = Problem::new(Code::BadValue).at(format!("/{field}"));
        return Err(problem.with("max", max).into());
    }
    if body.ver != before.ver {
        return Err(Refusal::Stale.into());
    }
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    store.put_point_rule(com, &rule, &beside).await?;
    Ok(view(&call.who, &rule))
}

#[must_use]
pub fn view(who: &Who, rule: &Rule) -> RuleView {
    RuleView {
        ver: rule.ver,
        points_per_hour: rule.points_per_hour,
        cap_per_activity: rule.cap_per_activity,
        cap_per_day: rule.cap_per_day,
        expire_months: rule.expire_months,
        since: (rule.ver > 0).then(|| who.moment(rule.since)),
    }
}
