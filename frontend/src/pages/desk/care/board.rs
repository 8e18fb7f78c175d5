//! The first page of the care desk: the cases that are open, what is past its time, who is to be visited. Asked again
//! every few seconds as long as somebody sees it; that they look is not taken for a use of their session.

use std::time::Duration;

use domain::access::Act;
use domain::limits;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::care::{
    CareBoardView, CaseRow, CasesQuery, GetCareBoard, ListCases, OwnerCount, StageCount, VisitDue,
};
use wire::endpoint::None_;
use wire::watch::{GetWatchHealth, WatchHealthView};
use wire::{Page as Listed, Problem};

use super::super::table::{Head, Plain};
use super::super::watch::poll;
use super::case::kept::KeptNotes;
use super::words;
use crate::browser::in_sight;
use crate::model::care::{Which, shown};
use crate::model::watch::minutes_since;
use crate::model::when;
use crate::session::Session;
use crate::ui::{
    Button, Cell, Cells, Chips, Empty, Face, Failed, Fetch, Icon, Kind, LinkButton, Load, Page,
    Paged, Remote, Skeleton, Tag,
};
use crate::{api, clock, t};

/// How often cases are asked for.
const LOOK_MILLIS: u64 = 10_000;
/// Whether the sweeper passes is asked for in each so manieth turn.
const HEALTH_EVERY: u32 = 6;

fn query(cursor: Option<String>) -> CasesQuery {
    CasesQuery {
        all: None,
        person: None,
        cursor,
        limit: Some(limits::PAGE_ROWS),
    }
}

fn asked(cursor: Option<String>) -> Fetch<Listed<CaseRow>> {
    api::get::<ListCases>((), query(cursor))
}

/// As many as are on the page, however many pages that takes.
async fn as_many(rows: usize) -> Result<Listed<CaseRow>, Problem> {
    let mut all = poll::quietly::<ListCases>((), query(None)).await?;
    while all.items.len() < rows {
        let Some(cursor) = all.cursor.take() else {
            break;
        };
        let more = poll::quietly::<ListCases>((), query(Some(cursor))).await?;
        all.items.extend(more.items);
        all.cursor = more.cursor;
    }
    Ok(all)
}

/// Draws anew only what is other than before, so that nobody loses their place. Answers whether anything is.
fn take(list: Paged<CaseRow>, page: Listed<CaseRow>) -> bool {
    let other = list.rows.try_with_untracked(|rows| *rows != page.items) == Some(true);
    if other {
        list.rows.try_set(page.items);
    }
    if list.cursor.try_get_untracked() != Some(page.cursor.clone()) {
        list.cursor.try_set(page.cursor);
    }
    if list.face.try_with_untracked(|face| *face == Face::Ready) == Some(false) {
        list.face.try_set(Face::Ready);
    }
    other
}

fn time() -> String {
    when::clock(clock::local(&Session::get().zone()))
}

#[component]
pub fn Board() -> AnyView {
    let list = Paged::new(asked);
    // Whoever is to be visited finds this look in their log: asked for only where cases are other.
    let board = Remote::new(|| poll::quietly::<GetCareBoard>((), None_ {}));
    let health = Remote::new(|| poll::quietly::<GetWatchHealth>((), None_ {}));
    let (turn, late) = (RwSignal::new(0_u32), RwSignal::new(None::<String>));
    let fresh = StoredValue::new(time());
    let look = move || {
        if !in_sight() || list.busy.get_untracked() {
            return;
        }
        turn.update(|turn| *turn = turn.wrapping_add(1));
        if turn.get_untracked().is_multiple_of(HEALTH_EVERY) {
            health.again();
        }
        let rows = list.rows.with_untracked(Vec::len);
        spawn_local(async move {
            let answer = as_many(rows).await;
            // Somebody asked for more meanwhile, or went to another page.
            if list.busy.try_get_untracked() != Some(false) {
                return;
            }
            match answer {
                Ok(page) => {
                    if take(list, page) {
                        board.again();
                    }
                    fresh.try_set_value(time());
                    if late.try_get_untracked() != Some(None) {
                        late.try_set(None);
                    }
                }
                Err(_) => {
                    late.try_set(fresh.try_get_value());
                }
            }
        });
    };
    poll::listen(look);
    if let Ok(timer) = set_interval_with_handle(look, Duration::from_millis(LOOK_MILLIS)) {
        on_cleanup(move || timer.clear());
    }
    let behind = move || {
        late.get().map(|at| view! { <div class="problem" role="alert" data-testid="care-late">{Icon::Warn.draw()}<span>{t!(desk_care.board.late, at = at)}</span></div> })
    };
    let may = Memo::new(move |_| Session::get().may(Act::KeepFiles));
    let kept = move || may.get().then(|| view! { <KeptNotes /> });
    view! {
        <Page title=t!(desk_care.board.title) wide=true>
            {behind}
            {kept}
            {stands_still(board, health)}
            <div class="desk-columns">
                <section class="stack-s">
                    <h2 class="cells-title">{t!(desk_care.board.open)}</h2>
                    {many(board)}
                    {cases(list, turn)}
                </section>
                <div class="stack">
                    <Load from=board let:now>{beside(&now)}</Load>
                    {places()}
                </div>
            </div>
        </Page>
    }
    .into_any()
}

/// Said where the sweeper stands still: nobody is told of anything then.
fn stands_still(board: Remote<CareBoardView>, health: Remote<WatchHealthView>) -> AnyView {
    let late = Memo::new(move |_| {
        let first = board
            .value
            .with(|board| board.as_ref().map(|board| board.swept_late));
        let latest = health
            .value
            .with(|health| health.as_ref().map(|health| health.late));
        latest.or(first).unwrap_or_default()
    });
    let shown = move || {
        late.get().then(|| view! { <div class="problem" role="alert" data-testid="sweeper-late">{Icon::Warn.draw()}<span>{t!(desk_care.board.still)}</span></div> })
    };
    shown.into_any()
}

fn many(board: Remote<CareBoardView>) -> AnyView {
    let words = move || {
        board.value.with(|board| {
            let board = board.as_ref()?;
            let (open, overdue) = (board.open, board.overdue);
            Some(t!(desk_care.board.many, open = open, overdue = overdue))
        })
    };
    view! { <p class="quiet" role="status" data-testid="care-count">{words}</p> }.into_any()
}

fn cases(list: Paged<CaseRow>, turn: RwSignal<u32>) -> AnyView {
    let which = RwSignal::new("all".to_owned());
    let options = [
        ("all", t!(desk_care.board.all)),
        ("mine", t!(desk_care.board.mine)),
        ("overdue", t!(desk_care.board.late_ones)),
    ];
    let options = options.map(|(key, words)| (key.to_owned(), words.to_owned()));
    let set = Callback::new(move |to: String| which.set(to));
    let rows = move || match list.face.get() {
        Face::Waiting => view! { <Skeleton /> }.into_any(),
        Face::Failed(problem) => {
            view! { <Failed problem again=move |()| list.again() /> }.into_any()
        }
        Face::Ready => {
            let me = Session::get().me_now().map(|me| me.id);
            let which = which.with(|raw| Which::of(raw));
            let rows = list.rows.with(|rows| shown(rows, which, me));
            if rows.is_empty() {
                return view! { <Empty words=t!(desk_care.board.none) /> }.into_any();
            }
            let rows = rows.iter();
            let rows = rows.map(|case| view! { <li>{row(case, turn)}</li> }.into_any());
            let rows: Vec<AnyView> = rows.collect();
            view! { <ul class="rows rows-cards" data-testid="case-list">{rows}</ul> }.into_any()
        }
    };
    let more = Callback::new(move |()| list.more());
    let foot = move || {
        list.cursor.get().is_some().then(|| view! { <div class="rows-more"><Button label=t!(ui.load.more) name="more" kind=Kind::Plain busy=list.busy on_press=more /></div> })
    };
    view! {
        <div class="desk-tools">
            <Chips label=t!(desk_care.board.which) options=options.to_vec() value=which set name="which" />
            <LinkButton label=t!(desk_care.refer.title) href="/desk/care/cases/new" name="case-new" small=true />
        </div>
        {rows}
        {foot}
    }
    .into_any()
}

fn row(case: &CaseRow, turn: RwSignal<u32>) -> AnyView {
    let (stage, opened) = (case.stage, case.opened_at.at);
    let age = move || {
        turn.track();
        let span = when::minutes(minutes_since(opened, clock::now()));
        t!(desk_care.board.age, span = span)
    };
    let unsettled = (case.unsettled > 0).then(|| {
        let words = t!(desk_care.board.unsettled, count = case.unsettled);
        view! { <span class="quiet">{words}</span> }
    });
    let room = (!case.room.is_empty()).then(|| view! { <span>{case.room.clone()}</span> });
    view! {
        <a class="card service-card" href=format!("/desk/care/cases/{}", case.id) data-testid="case" data-id=case.id.to_string()
            data-person=case.person.to_string() data-stage=stage.as_str() data-overdue=case.overdue.to_string()>
            <span class="booking-top"><span class="booking-name">{case.person_name.clone()}</span><Tag words=words::stage(stage) tone=words::stage_tone(stage) /></span>
            {case.overdue.then(words::overdue)}
            {room}
            <span>{words::about(case)}</span>
            <span class="quiet" data-testid="age">{age}</span>
            {unsettled}
            <span class="quiet" data-testid="owner">{words::owner(case)}</span>
        </a>
    }
    .into_any()
}

/// Who is to be visited, and how the open cases are spread.
fn beside(board: &CareBoardView) -> AnyView {
    let visits: Vec<AnyView> = board.visits.iter().map(visit).collect();
    let visits = match visits.is_empty() {
        true => view! { <p class="card quiet" data-testid="no-visits">{t!(desk_care.board.visits_none)}</p> }.into_any(),
        false => view! { <div class="weui-cells cells" data-testid="visits-due">{visits}</div> }.into_any(),
    };
    let stage = |one: &StageCount| vec![words::stage(one.stage).into_any(), one.cases.into_any()];
    let owner = |one: &OwnerCount| {
        let name = match one.owner {
            Some(_) => one.owner_name.clone(),
            None => t!(desk_care.board.station).to_owned(),
        };
        vec![name.into_any(), one.cases.into_any()]
    };
    let stages: Vec<_> = board.stages.iter().map(stage).collect();
    let owners: Vec<_> = board.owners.iter().map(owner).collect();
    let cases = Head::always(t!(desk_care.board.cases));
    let by_stage = (!stages.is_empty()).then(|| {
        let heads = vec![Head::always(t!(desk_care.board.stage)), cases];
        view! { <section><h2 class="cells-title">{t!(desk_care.board.by_stage)}</h2><Plain caption=t!(desk_care.board.by_stage) heads rows=stages name="by-stage" /></section> }
    });
    let by_owner = (!owners.is_empty()).then(|| {
        let heads = vec![Head::always(t!(desk_care.board.whose)), cases];
        view! { <section><h2 class="cells-title">{t!(desk_care.board.by_owner)}</h2><Plain caption=t!(desk_care.board.by_owner) heads rows=owners name="by-owner" /></section> }
    });
    view! {
        <section>
            <h2 class="cells-title">{t!(desk_care.board.visits)}</h2>
            {visits}
        </section>
        {by_stage}
        {by_owner}
    }
    .into_any()
}

fn visit(one: &VisitDue) -> AnyView {
    let label = [one.person_name.as_str(), one.room.as_str()].join(" ");
    let (often, due) = (words::tier(one.tier), when::moment(one.due));
    let note = t!(desk_care.board.visit, often = often, due = due);
    let href = format!("/desk/care/people/{}", one.person);
    view! { <Cell label=label.trim().to_owned() note href name="visit-due" /> }.into_any()
}

fn places() -> AnyView {
    let rows = [
        (
            Act::Care,
            t!(desk_care.tasks.title),
            t!(desk_care.board.tasks_note),
            "tasks",
        ),
        (
            Act::Care,
            t!(desk_care.list.title),
            t!(desk_care.board.past_note),
            "cases",
        ),
        (
            Act::Care,
            t!(desk_care.report.title),
            t!(desk_care.board.report_note),
            "report",
        ),
        (
            Act::Watch,
            t!(desk_care.workshop.title),
            t!(desk_care.board.workshop_note),
            "workshop",
        ),
        (
            Act::Care,
            t!(desk_care.nodes.title),
            t!(desk_care.board.nodes_note),
            "nodes",
        ),
    ];
    let session = Session::get();
    let rows = rows.into_iter().filter(|(act, ..)| session.may(*act));
    let rows: Vec<AnyView> = rows
        .map(|(_, label, note, name)| {
            let href = format!("/desk/care/{name}");
            view! { <Cell label note href name=name /> }.into_any()
        })
        .collect();
    view! { <Cells title=t!(desk_care.board.more)>{rows}</Cells> }.into_any()
}
