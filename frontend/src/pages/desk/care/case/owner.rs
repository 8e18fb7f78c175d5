//! Whose a case is, and taking it on.

use domain::CommandId;
use leptos::prelude::*;
use wire::care::{TakeCase, TakeCaseBody};
use wire::endpoint::None_;

use super::super::super::ask::Attempt;
use super::fold::Fold;
use super::people::{DESK, People, Picked};
use super::{Work, turns};
use crate::model::care_case::{Hold, hold};
use crate::pages::care::draft::Draft;
use crate::session::Session;
use crate::ui::{Button, Kind, Send, TroubleNote, say};
use crate::{api, t};

#[component]
pub(super) fn Owner(work: Work) -> AnyView {
    let open = work.is(|case| case.closing.is_none());
    let task = work.part(|case| case.work.clone());
    let line = move || {
        let task = task.get()?;
        let backup = (!task.backup_name.is_empty()).then(|| {
            let words = t!(desk_case.owner.backup_is, name = task.backup_name);
            view! { <p class="quiet" data-testid="backup">{words}</p> }
        });
        let owner = turns::now(&task);
        let now = open
            .get()
            .then(|| view! { <p role="status" data-testid="owner">{owner}</p>{backup} });
        Some(view! { {now}{turns::turns(&task)} })
    };
    let lost = move || {
        let name = work.case.value.with(|case| {
            let case = case.as_ref()?;
            let me = Session::get().me().map(|me| me.id);
            let another = hold(case.row.owner, me) == Hold::Another;
            another.then(|| case.row.owner_name.clone())
        });
        let name = name.filter(|_| work.lost.get())?;
        Some(view! { <p data-testid="lost-to">{t!(desk_case.owner.lost, name = name)}</p> })
    };
    let can = work.can();
    let take = move || can.get().then(|| view! { <Take work /> });
    view! {
        <section class="card stack" data-testid="case-owner">
            <h2>{t!(desk_case.owner.title)}</h2>
            <div role="status">{lost}</div>
            {line}
            {take}
        </section>
    }
    .into_any()
}

#[component]
fn Take(work: Work) -> AnyView {
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    let draft = Draft::of(&format!("case-{}-take", work.id));
    let (choosing, backup) = (RwSignal::new(false), draft.picked::<Vec<Picked>>("backup"));
    let draft = StoredValue::new(draft);
    let mine = work.is(|case| {
        let me = Session::get().me().map(|me| me.id);
        hold(case.row.owner, me) == Hold::Mine
    });
    let go = Callback::new(move |()| {
        let ver = work.case.now().map(|case| case.row.ver);
        let backup_id = backup.with_untracked(|all| all.first().map(|one| one.id));
        let body = TakeCaseBody {
            id: attempt.id(&format!("{ver:?}{backup_id:?}")),
            backup: backup_id,
        };
        let call = api::call::<TakeCase>((work.id,), None_ {}, body);
        work.send(send, call, move || {
            attempt.taken();
            choosing.set(false);
            backup.set(Vec::new());
            draft.with_value(Draft::clear);
            say(t!(desk_case.owner.took));
        });
    });
    let button = move || {
        let (label, kind) = match mine.get() {
            true => (t!(desk_case.owner.go_on), Kind::Plain),
            false => (t!(desk_case.owner.take), Kind::Primary),
        };
        view! { <Button label kind name="take" busy=send.busy on_press=go /> }
    };
    view! {
        <Fold title=t!(desk_case.owner.backup) open=choosing name="backup-form">
            <p class="quiet">{t!(desk_case.owner.backup_words)}</p>
            <People label=t!(desk_case.owner.backup) chosen=backup most=1 roles=DESK name="backup" />
        </Fold>
        <TroubleNote problem=send.problem />
        {button}
        <p class="quiet">{t!(desk_case.owner.take_words)}</p>
    }
    .into_any()
}
