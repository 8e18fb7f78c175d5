//! Having somebody go there: who is asked, what they answer, and what they find.

use domain::care::{Stage, VisitGrade};
use domain::{TaskId, limits};
use leptos::prelude::*;
use wire::Problem;
use wire::care::{OrderVisit, OrderVisitBody, VisitView};
use wire::endpoint::None_;

use super::super::super::ask::Attempt;
use super::super::words;
use super::fold::{Fold, opened};
use super::people::{GOERS, People, Picked};
use super::{Work, turns};
use crate::i18n::{named, texts};
use crate::model::care_case::said;
use crate::model::when;
use crate::pages::care::draft::Draft;
use crate::session::Session;
use crate::ui::{Button, Chips, Kind, LinkButton, Send, Tag, TextArea, Tone, TroubleNote, say};
use crate::{api, t};

#[component]
pub(super) fn Visits(work: Work) -> AnyView {
    let visits = work.part(|case| case.visits.clone());
    let list = move || {
        let visits = visits.get()?;
        let cards: Vec<AnyView> = visits.iter().map(card).collect();
        (!cards.is_empty()).then(|| view! { <ul class="stack" data-testid="visits">{cards}</ul> })
    };
    let (can, form) = (work.can(), Form::of(work));
    let write = move || {
        can.get().then(|| view! { <Fold title=t!(desk_case.visit.order) open=form.open name="visit-form"><Fields form /></Fold> })
    };
    view! {
        <section class="card stack" data-testid="case-visits">
            <h2>{t!(desk_case.visit.title)}</h2>
            {list}
            {write}
        </section>
    }
    .into_any()
}

fn card(visit: &VisitView) -> AnyView {
    let task = &visit.task;
    let me = Session::get().me_now().map(|me| me.id);
    let open = task.ended_at.is_none();
    // What one is asked oneself is answered where all of that stands.
    let own = open && me.is_some() && (task.asked == me || task.owner == me);
    let own = own.then(|| view! { <LinkButton label=t!(desk_case.visit.own) href="/desk/care/tasks" name="to-tasks" kind=Kind::Plain small=true /> });
    let missed = visit
        .follow_up
        .map(|_| view! { <p class="quiet">{t!(desk_case.visit.missed)}</p> });
    let arrived = visit.arrived_at.map(|at| {
        let words = t!(desk_case.visit.arrived, at = when::moment(at));
        view! { <p data-testid="visit-arrived">{words}</p> }
    });
    let id = task.id.to_string();
    let (asks, grade) = (visit.asks.clone(), words::grade(visit.grade));
    let ordered = t!(desk_case.visit.ordered, at = when::moment(visit.ordered_at));
    view! {
        <li class="stack-s" data-testid="visit" data-id=id data-open=open.to_string()>
            <p><Tag words=grade tone=Tone::Info />" "<span class="quiet">{ordered}</span></p>
            <p class="prose">{asks}</p>
            {missed}
            <p data-testid="visit-now">{turns::now(task)}</p>
            {arrived}
            {found(visit)}
            {turns::turns(task)}
            {own}
        </li>
    }
    .into_any()
}

fn found(visit: &VisitView) -> Option<AnyView> {
    let found = visit.found?;
    let at = visit.found_at.map(when::moment);
    let called = visit.emergency.map(|who| {
        let who = named(texts::desk_case::called::ALL, &format!("c{}", who.as_str()));
        view! { <p data-testid="visit-called">{who}</p> }
    });
    let facts = visit.facts.clone();
    Some(
        view! {
            <p data-testid="visit-found" data-found=found.as_str()><strong>{words::found(found)}</strong>" "<span class="quiet">{at}</span></p>
            <p class="prose" data-testid="visit-facts">{facts}</p>
            {called}
        }
        .into_any(),
    )
}

/// What is typed about one visit. Outlives what is drawn of it.
#[derive(Clone, Copy)]
struct Form {
    work: Work,
    open: RwSignal<bool>,
    draft: StoredValue<Draft>,
    grade: RwSignal<String>,
    asks: RwSignal<String>,
    to: RwSignal<Vec<Picked>>,
    send: Send,
    attempt: Attempt<TaskId>,
}

impl Form {
    fn of(work: Work) -> Self {
        let draft = Draft::of(&format!("case-{}-visit", work.id));
        Self {
            work,
            open: opened(work, &[Stage::Visit]),
            grade: draft.field("grade", VisitGrade::Soon.as_str()),
            asks: draft.field("asks", ""),
            to: draft.picked("to"),
            draft: StoredValue::new(draft),
            send: Send::default(),
            attempt: Attempt::new(),
        }
    }

    fn read(self) -> Result<OrderVisitBody, Problem> {
        let grade = self.grade.with_untracked(|raw| raw.parse::<VisitGrade>());
        let grade = grade.unwrap_or(VisitGrade::Soon);
        let asks = self.asks.with_untracked(|raw| said(raw, "/asks"))?;
        let to = self
            .to
            .with_untracked(|all| all.iter().map(|one| one.id).collect::<Vec<_>>());
        Ok(OrderVisitBody {
            id: self.attempt.id(&format!("{grade}{asks}{to:?}")),
            grade,
            asks,
            to,
        })
    }

    fn taken(self) {
        self.attempt.taken();
        self.grade.set(VisitGrade::Soon.to_string());
        self.asks.set(String::new());
        self.to.set(Vec::new());
        self.draft.with_value(Draft::clear);
        self.open.set(false);
        say(t!(desk_case.visit.saved));
    }
}

#[component]
fn Fields(form: Form) -> AnyView {
    let grades = VisitGrade::ALL
        .iter()
        .map(|grade| (grade.to_string(), words::grade(*grade)))
        .collect::<Vec<_>>();
    let (work, send) = (form.work, form.send);
    let go = Callback::new(move |()| match form.read() {
        Ok(body) => {
            let call = api::call::<OrderVisit>((work.id,), None_ {}, body);
            work.send(send, call, move || form.taken());
        }
        Err(flaw) => send.problem.set(Some(flaw)),
    });
    let set = Callback::new(move |to: String| form.grade.set(to));
    view! {
        <Chips label=t!(desk_case.visit.grade) options=grades value=form.grade set name="grade" labelled=true />
        <TextArea label=t!(desk_case.visit.asks) hint=t!(desk_case.visit.asks_hint) value=form.asks name="asks" max=limits::NOTE_CHARS pointer="/asks" problem=send.problem />
        <h3>{t!(desk_case.visit.to)}</h3>
        <p class="quiet">{t!(desk_case.visit.to_words)}</p>
        <People label=t!(desk_case.visit.to) chosen=form.to most=limits::VISIT_ASKED roles=GOERS name="goer" />
        <TroubleNote problem=send.problem />
        <Button label=t!(desk_case.visit.go) name="visit-go" busy=send.busy on_press=go />
    }
    .into_any()
}
