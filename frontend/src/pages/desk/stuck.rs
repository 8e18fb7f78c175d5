//! Messages that could not be delivered: tell them by telephone, try again, or let it go.

use domain::CommandId;
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::PageQuery;
use wire::notify::{DismissStuck, HandleStuckBody, ListStuck, RetryStuck, StuckMessage};

use super::ask::{Ask, Attempt, close_then};
use crate::model::{notice, when};
use crate::ui::{Button, Kind, Page, Paged, Rows, Send, TroubleNote, say};
use crate::{api, t};

#[component]
pub fn Stuck() -> AnyView {
    let list = Paged::new(|cursor| {
        let query = PageQuery {
            cursor,
            limit: None,
        };
        Box::pin(api::call::<ListStuck>((), query, None_ {}))
    });
    let one = move |one: StuckMessage| view! { <One one list /> }.into_any();
    view! {
        <Page title=t!(desk.stuck.title)>
            <p class="quiet">{t!(desk.stuck.hint)}</p>
            <Rows from=list empty=t!(desk.stuck.none) name="stuck-list" children=one />
        </Page>
    }
    .into_any()
}

#[component]
fn One(one: StuckMessage, list: Paged<StuckMessage>) -> AnyView {
    let (open, again, leave) = (RwSignal::new(false), Send::default(), Send::default());
    let (retried, let_go): (Attempt<CommandId>, Attempt<CommandId>) =
        (Attempt::new(), Attempt::new());
    let id = one.id;
    let retry = move |()| {
        let body = HandleStuckBody { id: retried.id("") };
        again.run(api::call::<RetryStuck>((id,), None_ {}, body), move |()| {
            say(t!(desk.stuck.retried));
            list.again();
        });
    };
    let dismiss = move |()| {
        let body = HandleStuckBody { id: let_go.id("") };
        leave.run(
            api::call::<DismissStuck>((id,), None_ {}, body),
            move |()| {
                say(t!(desk.stuck.dismissed));
                close_then(open, move || list.again());
            },
        );
    };
    let title = one
        .topic
        .map_or_else(|| t!(desk.stuck.unreadable).to_owned(), notice::title);
    let words = one.topic.map(|topic| notice::words(topic, &one.data));
    let to =
        (!one.to.is_empty()).then(|| t!(desk.stuck.to, names = one.to.join(t!(desk.act.comma))));
    let tried = one.tried_at.map(|at| {
        let at = when::moment(at);
        t!(desk.stuck.tried, count = one.attempts, at = at)
    });
    let why = (!one.reason.is_empty()).then(|| t!(desk.stuck.reason, reason = one.reason));
    view! {
        <article class="card stack-close" data-testid="stuck" data-id=id.to_string()>
            <div class="desk-head"><h2>{title}</h2><span class="quiet">{one.at.map(when::moment)}</span></div>
            {to.map(|to| view! { <p data-testid="stuck-to">{to}</p> })}
            {words.map(|words| view! { <p class="prose">{words}</p> })}
            {tried.map(|tried| view! { <p class="quiet">{tried}</p> })}
            {why.map(|why| view! { <p class="quiet" data-testid="stuck-reason">{why}</p> })}
            <TroubleNote problem=again.problem />
            <div class="button-stack">
                <Button label=t!(desk.stuck.retry) name="stuck-retry" busy=again.busy on_press=retry />
                <Button label=t!(desk.stuck.dismiss) kind=Kind::Plain name="stuck-dismiss" on_press=move |()| open.set(true) />
            </div>
        </article>
        <Ask open title=t!(desk.stuck.dismiss_title) words=t!(desk.stuck.dismiss_body) yes=t!(desk.stuck.dismiss) kind=Kind::Danger send=leave on_yes=dismiss />
    }
    .into_any()
}
