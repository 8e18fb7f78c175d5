//! The way of a case on one screen: who it is about, what was done, and what is to be done next. Whoever works on it
//! may stand in the street: what is typed stays on this device until it was taken, and what somebody else does
//! meanwhile is seen within seconds.
//!
//! [`head`] says why, [`owner`] whose it is, [`about`] whom; [`calls`], [`visits`], [`links`] and [`follow_ups`] are what
//! was done and is done next; [`closing`] and [`after`] the end; [`notes`] are written beside, without a network too
//! ([`kept`]), and so are pictures and documents added ([`files`], [`picture`]); [`between`] is what went from one part of the
//! team to another. [`people`], [`fold`], [`turns`] and [`moment`] are what they are made of.

mod about;
mod after;
mod between;
mod calls;
mod closing;
mod emergency;
mod files;
mod fold;
mod follow_ups;
mod hand_over;
mod head;
pub mod kept;
mod links;
mod moment;
mod notes;
mod owner;
mod people;
mod picture;
mod service;
mod turns;
mod visits;
mod written;

use std::time::Duration;

use domain::CaseId;
use domain::access::Act;
use domain::care::Field as Seen;
use domain::limits;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::care::{CaseRow, CaseView, CasesQuery, GetCase, ListCases};
use wire::endpoint::None_;
use wire::{Code, Problem};

use super::super::watch::poll;
use crate::browser::in_sight;
use crate::model::care_case::{Hold, hold, is_other};
use crate::model::when;
use crate::session::Session;
use crate::ui::{Face, Failed, Fetch, Icon, Page, ProblemNote, Remote, Send, Skeleton};
use crate::{api, clock, t};

/// How often it is looked whether the case is other. Only the list of the person's cases is asked for, which is no
/// look at the person.
const LOOK_MILLIS: u64 = 5_000;

/// The case a page is about. Outlives what is drawn of it.
#[derive(Clone, Copy)]
pub struct Work {
    id: CaseId,
    case: Remote<CaseView>,
    /// A colleague was faster with it.
    lost: RwSignal<bool>,
}

impl Work {
    /// A part of the case, told anew only when it is other.
    fn part<T>(
        self,
        of: impl Fn(&CaseView) -> T + std::marker::Send + Sync + 'static,
    ) -> Memo<Option<T>>
    where
        T: PartialEq + std::marker::Send + Sync + 'static,
    {
        Memo::new(move |_| self.case.value.with(|case| case.as_ref().map(&of)))
    }

    /// Whether it is as `of` says; not before it is known.
    fn is(self, of: impl Fn(&CaseView) -> bool + std::marker::Send + Sync + 'static) -> Memo<bool> {
        Memo::new(move |_| self.case.value.with(|case| case.as_ref().is_some_and(&of)))
    }

    /// The reader may do something about it now: it is open, and nobody else has it.
    fn can(self) -> Memo<bool> {
        self.is(|case| {
            let me = Session::get().me().map(|me| me.id);
            case.closing.is_none() && hold(case.row.owner, me) != Hold::Another
        })
    }

    /// The reader sees this part of what is known of the person.
    fn sees(self, part: Seen) -> Memo<bool> {
        self.is(move |case| case.sees.contains(&part))
    }

    /// Sends a step, and shows the case as it is after that. Where somebody was faster, what is known is asked for
    /// again; what was typed stays.
    fn send(self, send: Send, call: Fetch<CaseView>, done: impl FnOnce() + 'static) {
        send.run(told(self, call), move |now: CaseView| {
            done();
            self.lost.set(false);
            self.case.put(now);
        });
    }
}

async fn told<T>(work: Work, call: Fetch<T>) -> Result<T, Problem> {
    let answer = call.await;
    if let Err(problem) = &answer
        && is_other(problem)
    {
        work.lost.try_set(problem.code == Code::TaskTaken);
        work.case.again();
    }
    answer
}

#[component]
pub fn Case(id: CaseId) -> AnyView {
    let case = Remote::new(move || api::get::<GetCase>((id,), None_ {}));
    let lost = RwSignal::new(false);
    let work = Work { id, case, lost };
    let late = watched(work);
    let ready = work.is(|_| true);
    let again = Callback::new(move |()| case.again());
    let waits = move || match case.face.get() {
        Face::Failed(problem) => view! { <Failed problem again /> }.into_any(),
        Face::Waiting | Face::Ready => view! { <Skeleton /> }.into_any(),
    };
    let shown = move || match ready.get() {
        true => way(work),
        false => waits.into_any(),
    };
    let behind = move || {
        let failed = match case.face.get() {
            Face::Failed(problem) if ready.get() => Some(problem),
            Face::Failed(_) | Face::Waiting | Face::Ready => None,
        };
        let note = |at: String| view! { <div class="problem" role="alert" data-testid="case-late">{Icon::Warn.draw()}<span>{t!(desk_case.page.late, at = at)}</span></div> };
        match (late.get(), failed) {
            (Some(at), _) => note(at).into_any(),
            (None, Some(problem)) => view! { <ProblemNote problem /> }.into_any(),
            (None, None) => ().into_any(),
        }
    };
    let may = Memo::new(move |_| Session::get().may(Act::KeepFiles));
    let writes = move || {
        may.get()
            .then(|| view! { <kept::Kept work /><notes::Write work /> })
    };
    view! {
        <Page title=t!(desk_case.page.title) back="/desk/care" wide=true>
            <emergency::Emergency work />
            {behind}
            {shown}
            {writes}
        </Page>
    }
    .into_any()
}

fn way(work: Work) -> AnyView {
    let open = work.is(|case| case.closing.is_none());
    let hands = move || open.get().then(|| view! { <hand_over::HandOver work /> });
    let end = move || match open.get() {
        true => view! { <closing::Closing work /> }.into_any(),
        false => view! { <after::After work /> }.into_any(),
    };
    let id = work.id.to_string();
    let ver = move || {
        let ver = work
            .case
            .value
            .with(|case| case.as_ref().map(|case| case.row.ver));
        ver.unwrap_or_default().to_string()
    };
    view! {
        <div class="desk-columns" data-testid="case-page" data-id=id data-ver=ver>
            <div class="stack">
                <head::Head work />
                <owner::Owner work />
                <calls::Calls work />
                <visits::Visits work />
                <links::Links work />
                <follow_ups::FollowUps work />
                {end}
            </div>
            <div class="stack">
                <about::About work />
                {hands}
                <between::Between work />
                <written::Written work />
                <files::Files work />
            </div>
        </div>
    }
    .into_any()
}

fn query(before: &CaseRow) -> CasesQuery {
    CasesQuery {
        all: None,
        person: Some(before.person),
        cursor: None,
        limit: Some(limits::PAGE_ROWS),
    }
}

/// Brings the case where it is another one than what is shown.
async fn fresh(work: Work, before: CaseRow) -> Result<(), Problem> {
    let rows = poll::quietly::<ListCases>((), query(&before)).await?;
    let row = rows.items.into_iter().find(|row| row.id == work.id);
    let shown = |other: &dyn Fn(&CaseRow) -> bool| {
        let known = work.case.value.try_with_untracked(|case| {
            let case = case.as_ref();
            case.is_some_and(|case| other(&case.row))
        });
        known == Some(true)
    };
    let other = row.is_some_and(|row| shown(&|now| *now != row && now.ver <= row.ver));
    if !other {
        return Ok(());
    }
    let now = poll::quietly::<GetCase>((work.id,), None_ {}).await?;
    // What the reader did meanwhile is newer.
    if shown(&|shown| shown.ver <= now.row.ver) {
        work.case.put(now);
    }
    Ok(())
}

/// Looks every few seconds as long as somebody sees the page. Since when that fails, by the clock on the wall.
fn watched(work: Work) -> RwSignal<Option<String>> {
    let time = || when::clock(clock::local(&Session::get().zone()));
    let (late, last) = (RwSignal::new(None::<String>), StoredValue::new(time()));
    let look = move || {
        let Some(before) = work.case.now().map(|case| case.row) else {
            return;
        };
        if !in_sight() {
            return;
        }
        spawn_local(async move {
            match fresh(work, before).await {
                Ok(()) => {
                    last.try_set_value(time());
                    if late.try_get_untracked() != Some(None) {
                        late.try_set(None);
                    }
                }
                Err(_) => {
                    late.try_set(last.try_get_value());
                }
            }
        });
    };
    if let Ok(timer) = set_interval_with_handle(look, Duration::from_millis(LOOK_MILLIS)) {
        on_cleanup(move || timer.clear());
    }
    late
}
