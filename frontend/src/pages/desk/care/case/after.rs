//! A case that is over: what it came to, what it taught, and that it was not over after all.

use domain::access::Act;
use domain::care::{CaseReason, Stage};
use domain::{CommandId, limits};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wire::Problem;
use wire::care::{
    CaseView, ClosingView, LeftView, MergeCase, MergeCaseBody, ReflectCase, ReflectCaseBody,
    ReflectionView, ReopenCase, ReopenCaseBody,
};
use wire::endpoint::None_;

use super::super::super::ask::{Ask, Attempt, close_then};
use super::super::words;
use super::fold::{Fold, opened};
use super::{Work, told};
use crate::model::care_case::{open_beside, rules_ver, said};
use crate::model::when;
use crate::pages::care::draft::Draft;
use crate::session::Session;
use crate::ui::{Button, Field, Kind, LinkButton, Send, TextArea, TroubleNote, say, say_next};
use crate::{api, t};

#[component]
pub(super) fn After(work: Work) -> AnyView {
    let ends = work.part(|case| (case.closing.clone(), case.closed_before.clone()));
    let ends = move || {
        let (last, before) = ends.get()?;
        let before: Vec<AnyView> = before
            .iter()
            .rev()
            .map(|one| closing(one, "closed-before"))
            .collect();
        Some(view! { {last.map(|one| closing(&one, "closing"))}{before} })
    };
    let lessons = work.part(|case| case.reflections.clone());
    let lessons = move || {
        let lessons = lessons.get()?;
        let lines: Vec<AnyView> = lessons.iter().map(lesson).collect();
        (!lines.is_empty()).then(
            || view! { <h3>{t!(desk_case.after.lessons)}</h3><ul class="stack-s">{lines}</ul> },
        )
    };
    // What is part of another case goes on there, and whoever left comes back by themselves.
    let again = work.is(|case| {
        let closing = case.closing.as_ref();
        closing.is_some_and(|one| !matches!(one.reason, CaseReason::Merged | CaseReason::Left))
    });
    let again = move || again.get().then(|| view! { <Reopen work /><Merge work /> });
    view! {
        <section class="card stack" data-testid="case-after">
            <h2>{t!(desk_case.after.title)}</h2>
            {ends}
            {lessons}
            <Reflect work />
            {again}
        </section>
    }
    .into_any()
}

fn closing(one: &ClosingView, name: &'static str) -> AnyView {
    let (at, who) = (when::moment(one.at), &one.by_name);
    let by = match who.is_empty() {
        true => t!(desk_case.after.by_itself, at = at),
        false => t!(desk_case.after.by, at = at, who = who),
    };
    let comment =
        (!one.comment.is_empty()).then(|| view! { <p class="prose">{one.comment.clone()}</p> });
    view! {
        <div class="stack-s" data-testid=name data-reason=one.reason.as_str()>
            <p><strong>{words::reason(one.reason)}</strong>" "<span class="quiet">{by}</span></p>
            {comment}
            {left(&one.left)}
        </div>
    }
    .into_any()
}

/// Who knows of the person after that.
fn left(left: &LeftView) -> Option<AnyView> {
    if let Some(id) = left.case {
        let href = format!("/desk/care/cases/{id}");
        return Some(view! { <LinkButton label=t!(desk_case.after.into) href name="to-whole" kind=Kind::Plain small=true /> }.into_any());
    }
    let words = if let Some(at) = left.seen_at {
        t!(desk_case.after.seen, at = when::moment(at))
    } else if let Some(until) = left.away_until {
        t!(desk_case.after.away, until = when::moment(until))
    } else {
        let until = left.watched_until?;
        t!(desk_case.after.watched, until = when::moment(until))
    };
    Some(view! { <p data-testid="left">{words}</p> }.into_any())
}

fn lesson(one: &ReflectionView) -> AnyView {
    let (at, who) = (when::moment(one.at), &one.by_name);
    let by = t!(desk_case.after.by, at = at, who = who);
    let rules = one
        .rules_ver
        .map(|ver| view! { <p class="quiet">{t!(desk_case.after.rules_are, ver = ver)}</p> });
    view! { <li data-testid="lesson"><p class="prose">{one.lesson.clone()}</p>{rules}<p class="quiet">{by}</p></li> }
        .into_any()
}

#[component]
fn Reflect(work: Work) -> AnyView {
    let open = opened(work, &[Stage::Reflect]);
    let draft = Draft::of(&format!("case-{}-reflect", work.id));
    let (lesson, ver) = (draft.field("lesson", ""), draft.field("ver", ""));
    let draft = StoredValue::new(draft);
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    let read = move || -> Result<ReflectCaseBody, Problem> {
        let lesson = lesson.with_untracked(|raw| said(raw, "/lesson"))?;
        let rules_ver = ver.with_untracked(|raw| rules_ver(raw))?;
        Ok(ReflectCaseBody {
            id: attempt.id(&format!("{lesson}{rules_ver:?}")),
            lesson,
            rules_ver,
        })
    };
    let go = Callback::new(move |()| match read() {
        Ok(body) => {
            let call = api::call::<ReflectCase>((work.id,), None_ {}, body);
            work.send(send, call, move || {
                attempt.taken();
                lesson.set(String::new());
                ver.set(String::new());
                draft.with_value(Draft::clear);
                open.set(false);
                say(t!(desk_case.after.learned));
            });
        }
        Err(flaw) => send.problem.set(Some(flaw)),
    });
    let problem = send.problem;
    let workshop = move || {
        let sets = Session::get().may(Act::SetWatchRules);
        sets.then(|| view! { <LinkButton label=t!(desk_case.after.workshop) href="/desk/care/workshop" name="to-workshop" kind=Kind::Plain /> })
    };
    view! {
        <Fold title=t!(desk_case.after.reflect) open name="reflect-form">
            <TextArea label=t!(desk_case.after.lesson) value=lesson name="lesson-text" max=limits::NOTE_CHARS pointer="/lesson" problem />
            <Field label=t!(desk_case.after.rules) hint=t!(desk_case.after.rules_hint) value=ver name="rules-ver" inputmode="numeric" max=9 pointer="/rules_ver" problem />
            <TroubleNote problem=send.problem />
            <Button label=t!(desk_case.after.keep) name="reflect-go" busy=send.busy on_press=go />
            {workshop}
        </Fold>
    }
    .into_any()
}

#[component]
fn Reopen(work: Work) -> AnyView {
    let open = RwSignal::new(false);
    let draft = Draft::of(&format!("case-{}-reopen", work.id));
    let words = draft.field("said", "");
    let draft = StoredValue::new(draft);
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    let read = move || -> Result<ReopenCaseBody, Problem> {
        let said = words.with_untracked(|raw| said(raw, "/said"))?;
        Ok(ReopenCaseBody {
            id: attempt.id(&said),
            said,
        })
    };
    let go = Callback::new(move |()| match read() {
        Ok(body) => {
            let call = api::call::<ReopenCase>((work.id,), None_ {}, body);
            work.send(send, call, move || {
                attempt.taken();
                draft.with_value(Draft::clear);
                say(t!(desk_case.after.reopened));
            });
        }
        Err(flaw) => send.problem.set(Some(flaw)),
    });
    view! {
        <Fold title=t!(desk_case.after.reopen) open name="reopen-form">
            <TextArea label=t!(desk_case.after.why) value=words name="reopen-said" max=limits::NOTE_CHARS pointer="/said" problem=send.problem rows=2 />
            <TroubleNote problem=send.problem />
            <Button label=t!(desk_case.after.reopen_go) name="reopen-go" kind=Kind::Plain busy=send.busy on_press=go />
        </Fold>
    }
    .into_any()
}

/// Where another case about the person is open, this one can become part of it.
#[component]
fn Merge(work: Work) -> AnyView {
    let (asking, send, attempt) = (
        RwSignal::new(false),
        Send::default(),
        Attempt::<CommandId>::new(),
    );
    let into = work.part(|case| open_beside(&case.person.cases));
    let navigate = StoredValue::new_local(use_navigate());
    let go = Callback::new(move |()| {
        let Some(into) = into.get_untracked().flatten() else {
            return;
        };
        let body = MergeCaseBody {
            id: attempt.id(&into.to_string()),
            into,
        };
        let call = api::call::<MergeCase>((work.id,), None_ {}, body);
        send.run(told(work, call), move |whole: CaseView| {
            attempt.taken();
            say_next(t!(desk_case.after.merged));
            let href = format!("/desk/care/cases/{}", whole.row.id);
            close_then(asking, move || {
                navigate.with_value(|navigate| navigate(&href, NavigateOptions::default()));
            });
        });
    });
    let press = Callback::new(move |()| asking.set(true));
    let shown = move || {
        into.get().flatten().map(|_| {
            view! {
                <p class="quiet">{t!(desk_case.after.merge_words)}</p>
                <Button label=t!(desk_case.after.merge) name="merge" kind=Kind::Plain on_press=press />
            }
        })
    };
    view! {
        {shown}
        <Ask open=asking title=t!(desk_case.after.merge) words=t!(desk_case.after.merge_ask) yes=t!(desk_case.after.merge_yes) send on_yes=go />
    }
    .into_any()
}
