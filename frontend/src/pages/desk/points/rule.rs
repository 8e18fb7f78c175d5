//! How points are earned, and saying so anew. What was earned before stands.

use domain::access::Act;
use domain::{CommandId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::points::ledger::{GetPointRule, PutPointRule, PutPointRuleBody, RuleView};

use super::super::ask::{Ask, Attempt, close_then};
use super::refresh::on_stale;
use crate::model::desk_reward::RuleDraft;
use crate::model::{volunteer, when};
use crate::session::Session;
use crate::ui::{
    Button, Cells, Fact, Facts, Field, Load, Note, Page, Remote, Send, Switch, TroubleNote, say,
};
use crate::{api, t};

#[component]
pub fn Rule() -> AnyView {
    let rule = Remote::new(|| api::get::<GetPointRule>((), None_ {}));
    let may = Session::get().may(Act::SetPointRule);
    let draw = move |now: RuleView| {
        let since = now.since.map_or_else(
            || t!(desk_volunteering.rule.first).to_owned(),
            |at| {
                t!(
                    desk_volunteering.rule.since,
                    at = when::moment(at),
                    ver = now.ver
                )
            },
        );
        let change = may.then(|| view! { <Change now=now.clone() rule /> });
        view! {
            <Facts><Fact label=t!(desk_volunteering.rule.now) value=volunteer::rule(&now) note=since name="rule-now" /></Facts>
            {change}
        }
        .into_any()
    };
    view! {
        <Page title=t!(desk_volunteering.rule.title) back="/desk/volunteering">
            <Load from=rule children=draw />
        </Page>
    }
    .into_any()
}

#[component]
fn Change(now: RuleView, rule: Remote<RuleView>) -> AnyView {
    let first = RuleDraft::of(&now);
    let ver = RwSignal::new(now.ver);
    let (per_hour, per_activity, per_day, months) = (
        RwSignal::new(first.per_hour),
        RwSignal::new(first.per_activity),
        RwSignal::new(first.per_day),
        RwSignal::new(first.months),
    );
    let ends = RwSignal::new(first.ends);
    let (asking, send, attempt) = (
        RwSignal::new(false),
        Send::default(),
        Attempt::<CommandId>::new(),
    );
    let stale = on_stale(
        send,
        || api::get::<GetPointRule>((), None_ {}),
        move |now: RuleView| {
            asking.set(false);
            ver.set(now.ver);
        },
    );
    let read = move || {
        let draft = RuleDraft {
            per_hour: per_hour.get_untracked(),
            per_activity: per_activity.get_untracked(),
            per_day: per_day.get_untracked(),
            ends: ends.get_untracked(),
            months: months.get_untracked(),
        };
        draft
            .read()
            .map_err(|flaw| send.problem.set(Some(flaw)))
            .ok()
    };
    let ask = move |()| {
        send.problem.set(None);
        if read().is_some() {
            asking.set(true);
        }
    };
    let yes = move |()| {
        let Some(said) = read() else {
            return asking.set(false);
        };
        let (points_per_hour, cap_per_activity, cap_per_day, expire_months) = said;
        let body = PutPointRuleBody {
            id: attempt.id(&format!("{said:?} {}", ver.get_untracked())),
            points_per_hour,
            cap_per_activity,
            cap_per_day,
            expire_months,
            ver: ver.get_untracked(),
        };
        send.run(api::call::<PutPointRule>((), None_ {}, body), move |now| {
            say(t!(desk_volunteering.rule.done));
            close_then(asking, move || rule.put(now));
        });
    };
    let last = move || {
        ends.get().then(|| view! { <Field label=t!(desk_volunteering.rule.months) hint=t!(desk_volunteering.rule.months_hint, max = limits::POINTS_EXPIRE_MONTHS) value=months name="months" inputmode="numeric" max=2 pointer="/expire_months" problem=send.problem /> })
    };
    view! {
        <section class="card stack">
            <h2>{t!(desk_volunteering.rule.change)}</h2>
            <p class="quiet">{t!(desk_volunteering.rule.change_words)}</p>
            <Field label=t!(desk_volunteering.rule.per_hour) value=per_hour name="per-hour" inputmode="numeric" max=4 pointer="/points_per_hour" problem=send.problem />
            <Field label=t!(desk_volunteering.rule.per_activity) value=per_activity name="per-activity" inputmode="numeric" max=5 pointer="/cap_per_activity" problem=send.problem />
            <Field label=t!(desk_volunteering.rule.per_day) value=per_day name="per-day" inputmode="numeric" max=5 pointer="/cap_per_day" problem=send.problem />
            <Cells><Switch label=t!(desk_volunteering.rule.ends) note=t!(desk_volunteering.rule.ends_note) on=ends set=move |to| ends.set(to) name="ends" /></Cells>
            {last}
            {move || stale.get().then(|| view! { <Note words=t!(desk_volunteering.act.stale) name="stale" /> })}
            <TroubleNote problem=send.problem />
            <Button label=t!(desk.act.save) name="submit" busy=send.busy on_press=ask />
        </section>
        <Ask open=asking title=t!(desk_volunteering.rule.ask) words=t!(desk_volunteering.rule.ask_words) yes=t!(desk.act.save) send on_yes=yes />
    }
    .into_any()
}
