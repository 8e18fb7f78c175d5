//! One silence: what is known of it, who looks after it, and what it came to. And those that are over.

use domain::access::Act;
use domain::watch::{AlertReason, AlertState};
use domain::{AlertId, CommandId, PersonId, limits};
use jiff::Timestamp;
use leptos::prelude::*;
use wire::care::{CasesQuery, ListCases};
use wire::endpoint::None_;
use wire::watch::{
    AcknowledgeAlert, AcknowledgeBody, AlertView, AlertsQuery, CloseAlert, CloseAlertBody,
    GetAlert, ListAlerts, ToldView, TriedView,
};
use wire::{Code, Problem};

use super::super::ask::Attempt;
use super::super::table::{Head, Table};
use super::faces::{self, Phone};
use crate::i18n::{named, texts};
use crate::model::care::case_of;
use crate::model::volunteer::typed;
use crate::model::when;
use crate::session::Session;
use crate::ui::{
    Button, Chips, Fetch, Field, Kind, LinkButton, Load, Page, Paged, Remote, Send, Tag, TextArea,
    TroubleNote, say,
};
use crate::{api, clock, t};

/// What is typed and sent about one alert. Outlives what is drawn of it.
#[derive(Clone, Copy)]
struct Work {
    id: AlertId,
    alert: Remote<AlertView>,
    take: Send,
    close: Send,
    taken: Attempt<CommandId>,
    closed: Attempt<CommandId>,
    reason: RwSignal<String>,
    comment: RwSignal<String>,
    /// `now` or `earlier`.
    seen: RwSignal<String>,
    day: RwSignal<String>,
    time: RwSignal<String>,
}

#[component]
pub fn Alert(id: AlertId) -> AnyView {
    let today = clock::today(&Session::get().zone());
    let work = Work {
        id,
        alert: Remote::new(move || api::get::<GetAlert>((id,), None_ {})),
        take: Send::default(),
        close: Send::default(),
        taken: Attempt::new(),
        closed: Attempt::new(),
        reason: RwSignal::new(String::new()),
        comment: RwSignal::new(String::new()),
        seen: RwSignal::new("now".to_owned()),
        day: RwSignal::new(today.to_string()),
        time: RwSignal::new(String::new()),
    };
    view! {
        <Page title=t!(desk_watch.alert.title) back="/desk/watch" wide=true>
            <TroubleNote problem=work.take.problem />
            <TroubleNote problem=work.close.problem />
            <Load from=work.alert let:one>{body(&one, work)}</Load>
        </Page>
    }
    .into_any()
}

/// Where somebody else was faster, who it is stands in what is asked for again.
async fn told(call: Fetch<AlertView>, alert: Remote<AlertView>) -> Result<AlertView, Problem> {
    let answer = call.await;
    if let Err(problem) = &answer
        && matches!(problem.code, Code::AlertTaken | Code::AlertIs)
    {
        alert.again();
    }
    answer
}

fn body(alert: &AlertView, work: Work) -> AnyView {
    let me = Session::get().me_now().map(|me| me.id);
    let mine = alert.owner.is_some() && alert.owner == me;
    let others = alert.owner.is_some() && !mine;
    let over = matches!(alert.state, AlertState::Closed | AlertState::Withdrawn);
    let person = alert.person;
    let take = (!over && !others).then(|| take_on(work, mine));
    let close = (!over && !others).then(|| closing(work));
    let again = (!over).then(|| view! { <Button label=t!(desk_watch.alert.again) name="look-again" kind=Kind::Text on_press=move |()| work.alert.again() /> });
    let to_person = format!("/desk/watch/people/{person}");
    let to_absence = format!("/desk/watch/absences?person={person}");
    view! {
        <div class="desk-columns" data-testid="alert-page" data-id=alert.id.to_string()>
            <div class="stack">
                {known(alert)}
                {log(alert)}
                {close}
            </div>
            <div class="stack">
                <section class="card stack">
                    <h2>{t!(desk_watch.alert.moves)}</h2>
                    <p data-testid="owner">{(!over).then(|| faces::owner(alert))}</p>
                    {take}
                    <Phone person />
                    <ToCase person id=alert.id />
                    <LinkButton label=t!(desk_watch.alert.to_person) href=to_person name="to-person" kind=Kind::Plain />
                    <LinkButton label=t!(desk_watch.alert.to_absence) href=to_absence name="to-absence" kind=Kind::Plain />
                    {again}
                </section>
            </div>
        </div>
    }
    .into_any()
}

/// The case it opened or joined, to whoever works on cases.
#[component]
fn ToCase(person: PersonId, id: AlertId) -> AnyView {
    if !Session::get().may(Act::Care) {
        return ().into_any();
    }
    let cases = Remote::new(move || {
        let query = CasesQuery {
            all: None,
            person: Some(person),
            cursor: None,
            limit: None,
        };
        api::get::<ListCases>((), query)
    });
    let link = move || {
        let case = cases
            .value
            .with(|page| case_of(&page.as_ref()?.items, id))?;
        let href = format!("/desk/care/cases/{case}");
        Some(
            view! { <LinkButton label=t!(desk_watch.alert.to_case) href name="to-case" kind=Kind::Plain /> },
        )
    };
    link.into_any()
}

fn known(alert: &AlertView) -> AnyView {
    let (words, tone) = faces::state(alert.state);
    let mut told = vec![faces::cause(alert)];
    told.extend(faces::surely(alert));
    if alert.unconfirmed {
        told.push(t!(desk_watch.alert.unconfirmed).to_owned());
    }
    told.push(t!(
        desk_watch.alert.opened,
        at = when::moment(alert.opened_at)
    ));
    if let Some(at) = alert.next_step_at {
        told.push(t!(desk_watch.alert.next, at = when::moment(at)));
    }
    if let (Some(at), Some(how)) = (alert.seen_at, alert.seen_how) {
        let how = named(texts::desk_watch::seen_how::ALL, how.as_str());
        let at = when::moment(at);
        told.push(t!(desk_watch.alert.seen_sign, at = at, how = how));
    }
    if let Some(at) = alert.closed_at {
        let at = when::moment(at);
        told.push(if alert.state == AlertState::Withdrawn {
            match alert.cause.silence() {
                Some(_) => t!(desk_watch.alert.withdrawn, at = at),
                None => t!(desk_watch.alert.returned, at = at),
            }
        } else {
            let name = &alert.closed_by_name;
            t!(desk_watch.alert.closed_by, name = name, at = at)
        });
    }
    let reason = alert.reason.map(|reason| {
        let reason = named(texts::desk_watch::reason::ALL, reason.as_str());
        t!(desk_watch.alert.because, reason = reason)
    });
    let comment = (!alert.comment.is_empty()).then(|| alert.comment.clone());
    let told: Vec<AnyView> = told
        .into_iter()
        .map(|words| view! { <p>{words}</p> }.into_any())
        .collect();
    view! {
        <section class="card stack-s">
            <div class="desk-head">
                <h2 data-testid="alert-person">{alert.person_name.clone()}</h2>
                <span data-testid="alert-state" data-state=alert.state.as_str()><Tag words tone /></span>
            </div>
            {told}
            {reason.map(|words| view! { <p data-testid="alert-reason">{words}</p> })}
            {comment.map(|words| view! { <p class="prose" data-testid="alert-comment">{words}</p> })}
        </section>
    }
    .into_any()
}

/// Who was told of it, when and in which way, and what came of it.
fn log(alert: &AlertView) -> AnyView {
    let rows: Vec<AnyView> = alert.told.iter().map(told_one).collect();
    let list = if rows.is_empty() {
        let words = match alert.told_steps {
            0 => t!(desk_watch.told.none),
            _ => t!(desk_watch.told.unknown),
        };
        view! { <p class="quiet" data-testid="told-none">{words}</p> }.into_any()
    } else {
        view! { <ul class="stack-s" data-testid="told">{rows}</ul> }.into_any()
    };
    let latest = (alert.told.len() >= limits::ALERT_TOLD)
        .then(|| t!(desk_watch.told.latest, count = limits::ALERT_TOLD));
    view! {
        <section class="card stack-s" data-testid="told-log">
            <h2>{t!(desk_watch.told.title)}</h2>
            {latest.map(|words| view! { <p class="quiet">{words}</p> })}
            {list}
        </section>
    }
    .into_any()
}

fn told_one(told: &ToldView) -> AnyView {
    let (name, at) = (&told.name, when::moment(told.at));
    let words = if told.over {
        t!(desk_watch.told.over, name = name, at = at)
    } else {
        t!(desk_watch.told.called, name = name, at = at)
    };
    let inbox = if told.read {
        t!(desk_watch.told.read)
    } else {
        t!(desk_watch.told.unread)
    };
    let tries: Vec<AnyView> = told
        .tries
        .iter()
        .map(|one| view! { <p class="quiet">{tried(one)}</p> }.into_any())
        .collect();
    view! {
        <li data-testid="told-one">
            <p>{words}</p>
            {tries}
            <p class="quiet">{inbox}</p>
        </li>
    }
    .into_any()
}

fn tried(one: &TriedView) -> String {
    let way = named(texts::desk_watch::told_way::ALL, one.way.as_str());
    let (at, reason) = (when::moment(one.at), &one.reason);
    if one.sent {
        t!(desk_watch.told.sent, at = at, way = way)
    } else {
        t!(desk_watch.told.failed, at = at, way = way, reason = reason)
    }
}

/// `mine`: it is the reader's already, and goes on being theirs.
fn take_on(work: Work, mine: bool) -> AnyView {
    let go = Callback::new(move |()| {
        let ver = work.alert.now().map(|alert| alert.ver);
        let body = AcknowledgeBody {
            id: work.taken.id(&format!("{ver:?}")),
        };
        let call = api::call::<AcknowledgeAlert>((work.id,), None_ {}, body);
        work.take
            .run(told(call, work.alert), move |now: AlertView| {
                work.taken.taken();
                say(t!(desk_watch.alert.took));
                work.alert.put(now);
            });
    });
    let (label, kind) = if mine {
        (t!(desk_watch.alert.go_on), Kind::Plain)
    } else {
        (t!(desk_watch.alert.take), Kind::Primary)
    };
    view! {
        <Button label kind name="acknowledge" busy=work.take.busy on_press=go />
        <p class="quiet">{t!(desk_watch.alert.take_note)}</p>
    }
    .into_any()
}

/// When the person was seen; absent: now.
fn seen_at(work: Work) -> Result<Option<Timestamp>, Problem> {
    if work.seen.with_untracked(|seen| seen != "earlier") {
        return Ok(None);
    }
    let missing = || Problem::new(Code::MissingField).at("/seen_at");
    let local = typed(&work.day.get_untracked(), &work.time.get_untracked()).ok_or_else(missing)?;
    let at = clock::moment(local.local(), &Session::get().zone());
    at.map(|moment| Some(moment.at)).ok_or_else(missing)
}

fn read(work: Work) -> Result<CloseAlertBody, Problem> {
    let reason = work
        .reason
        .with_untracked(|reason| reason.parse::<AlertReason>())
        .map_err(|()| Problem::new(Code::MissingField).at("/reason"))?;
    let comment = work.comment.get_untracked().trim().to_owned();
    let seen_at = seen_at(work)?;
    Ok(CloseAlertBody {
        id: work.closed.id(&format!("{reason}{comment}{seen_at:?}")),
        reason,
        comment,
        seen_at,
    })
}

fn closing(work: Work) -> AnyView {
    let options = AlertReason::ALL
        .iter()
        .map(|reason| {
            let words = named(texts::desk_watch::reason::ALL, reason.as_str());
            (reason.to_string(), words)
        })
        .collect::<Vec<_>>();
    let moments = vec![
        ("now".to_owned(), t!(desk_watch.close.now).to_owned()),
        (
            "earlier".to_owned(),
            t!(desk_watch.close.earlier).to_owned(),
        ),
    ];
    let problem = work.close.problem;
    let go = Callback::new(move |()| match read(work) {
        Ok(body) => {
            let call = api::call::<CloseAlert>((work.id,), None_ {}, body);
            work.close
                .run(told(call, work.alert), move |now: AlertView| {
                    work.closed.taken();
                    say(t!(desk_watch.close.done));
                    work.alert.put(now);
                });
        }
        Err(flaw) => problem.set(Some(flaw)),
    });
    let earlier = move || {
        let earlier = work.seen.with(|seen| seen == "earlier");
        earlier.then(|| view! {
            <div class="desk-pair">
                <Field label=t!(desk_watch.close.day) value=work.day name="seen-day" kind="date" />
                <Field label=t!(desk_watch.close.time) value=work.time name="seen-time" kind="time" pointer="/seen_at" problem />
            </div>
        })
    };
    let set_reason = Callback::new(move |to: String| work.reason.set(to));
    let set_seen = Callback::new(move |to: String| work.seen.set(to));
    view! {
        <section class="card stack" data-testid="closing">
            <h2>{t!(desk_watch.close.title)}</h2>
            <p class="quiet">{t!(desk_watch.close.words)}</p>
            <Chips label=t!(desk_watch.close.reason) options value=work.reason set=set_reason name="reason" labelled=true />
            <Chips label=t!(desk_watch.close.seen) options=moments value=work.seen set=set_seen name="seen" labelled=true />
            {earlier}
            <TextArea label=t!(desk_watch.close.comment) hint=t!(desk.act.optional) value=work.comment name="comment" max=limits::NOTE_CHARS pointer="/comment" problem />
            <Button label=t!(desk_watch.close.go) name="close-alert" busy=work.close.busy on_press=go />
        </section>
    }
    .into_any()
}

/// All of them, the latest first.
#[component]
pub fn Past() -> AnyView {
    let list = Paged::new(|cursor| {
        let query = AlertsQuery {
            all: Some(true),
            cursor,
            limit: None,
        };
        api::get::<ListAlerts>((), query)
    });
    let heads = vec![
        Head::always(t!(desk_watch.people.name)),
        Head::always(t!(desk_watch.past.state)),
        Head::wide(t!(desk_watch.past.opened)),
        Head::wide(t!(desk_watch.past.reason)),
    ];
    view! {
        <Page title=t!(desk_watch.past.title) back="/desk/watch" wide=true>
            <Table from=list caption=t!(desk_watch.past.title) heads empty=t!(desk_watch.past.none) name="past-alerts" row=line />
        </Page>
    }
    .into_any()
}

fn line(alert: AlertView) -> Vec<AnyView> {
    let (words, tone) = faces::state(alert.state);
    let href = format!("/desk/watch/alerts/{}", alert.id);
    let reason = alert
        .reason
        .map(|reason| named(texts::desk_watch::reason::ALL, reason.as_str()));
    vec![
        view! { <a class="grid-link" href=href data-testid="past-alert">{alert.person_name}</a> }
            .into_any(),
        view! { <Tag words tone /> }.into_any(),
        when::moment(alert.opened_at).into_any(),
        reason.unwrap_or_default().into_any(),
    ]
}
