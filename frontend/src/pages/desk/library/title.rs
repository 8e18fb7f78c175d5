//! One title at the desk: what it says, and each of its copies with what may be done to it.

use domain::access::Act;
use domain::library::{CopyState, Mark};
use domain::{CommandId, TitleId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::library::Typed;
use wire::library::catalogue::{
    CopyView, CreateCopies, CreateCopiesBody, GetTitle, IntakeView, MarkCopy, MarkCopyBody,
    MarkedView, PickUpView, TitleFields, TitleQuery, TitleView, UpdateTitle, UpdateTitleBody,
};

use super::super::ask::{Ask, Attempt, close_then};
use super::intake::{Form, Typing, done, to_pick_up};
use super::labels::{PRINTED, sheet};
use crate::i18n::{named, texts};
use crate::model::desk_activity::number;
use crate::model::library::marks;
use crate::model::when;
use crate::pages::library::title::facts;
use crate::session::Session;
use crate::ui::{
    Button, Field, Kind, LinkButton, Load, Page, Remote, Send, Tag, Tone, TroubleNote, asked_now,
    say,
};
use crate::{api, t};

/// What stays while the title is drawn anew.
#[derive(Clone, Copy)]
struct Kept {
    title: Remote<TitleView>,
    /// The copies that were added just now.
    came: RwSignal<Option<IntakeView>>,
    /// What goes to the pick-up shelf since the last mark.
    pick_up: RwSignal<Option<PickUpView>>,
    /// The copy that led here: in somebody's hand.
    scanned: StoredValue<Option<String>>,
}

#[component]
pub fn Title(id: TitleId) -> AnyView {
    let title = Remote::new(move || api::get::<GetTitle>((id,), TitleQuery { person: None }));
    let kept = Kept {
        title,
        came: RwSignal::new(None),
        pick_up: RwSignal::new(None),
        scanned: StoredValue::new(asked_now("copy")),
    };
    let pick_up = move || kept.pick_up.get().map(|one| to_pick_up(&one));
    view! {
        <Page title=t!(library.title.title) back="/desk/library/titles" wide=true>
            <div aria-live="polite" data-testid="marked-next">{pick_up}</div>
            <Load from=title let:now>{body(kept, &now)}</Load>
        </Page>
    }
    .into_any()
}

fn body(kept: Kept, title: &TitleView) -> AnyView {
    let keeps = Session::get().may(Act::KeepBooks);
    let mut copies = title.copies.clone();
    kept.scanned.with_value(|label| {
        copies.sort_by_key(|copy| label.as_deref() != Some(copy.barcode.as_str()));
    });
    let copies: Vec<AnyView> = copies
        .into_iter()
        .map(|copy| view! { <li><Copy kept copy keeps /></li> }.into_any())
        .collect();
    let all: Vec<String> = title
        .copies
        .iter()
        .map(|copy| copy.barcode.clone())
        .collect();
    let prints: Vec<AnyView> = all
        .chunks(PRINTED)
        .map(|some| {
            view! { <LinkButton label=t!(desk_library.title.labels) href=sheet(some) name="to-labels" kind=Kind::Plain /> }
                .into_any()
        })
        .collect();
    view! {
        <div class="stack">
            {facts(title)}
            <h2 class="cells-title">{t!(desk_library.title.copies, count = title.copies.len())}</h2>
            <ul class="rows rows-cards" data-testid="copies">{copies}</ul>
            {keeps.then(|| view! {
                {prints}
                <AddCopies kept id=title.id />
                <Correct remote=kept.title title=title.clone() />
            })}
        </div>
    }
    .into_any()
}

/// The state in a word, and its colour.
#[must_use]
pub fn state(state: CopyState) -> (String, Tone) {
    let tone = match state {
        CopyState::Available => Tone::Good,
        CopyState::OnLoan | CopyState::OnHold => Tone::Info,
        CopyState::InRepair => Tone::Wait,
        CopyState::Missing | CopyState::Lost => Tone::Bad,
        CopyState::Withdrawn => Tone::Calm,
    };
    (named(texts::desk_library::state::ALL, state.as_str()), tone)
}

#[component]
fn Copy(kept: Kept, copy: CopyView, keeps: bool) -> AnyView {
    let (words, tone) = state(copy.state);
    let this = kept
        .scanned
        .with_value(|label| label.as_deref() == Some(copy.barcode.as_str()));
    let due = copy
        .due
        .map(|day| t!(library.loan.due, day = when::day(day, None)));
    let may: Vec<AnyView> = marks(copy.state)
        .iter()
        .filter(|_| keeps)
        .map(|mark| view! { <MarkIt kept barcode=copy.barcode.clone() mark=*mark /> }.into_any())
        .collect();
    view! {
        <article class="card stack-s" data-testid="copy" data-barcode=copy.barcode.clone() data-state=copy.state.as_str()>
            <p class="booking-top"><span class="booking-name">{copy.barcode.clone()}</span><Tag words tone /></p>
            {this.then(|| view! { <p data-testid="this-copy"><Tag words=t!(desk_library.title.this) tone=Tone::Info /></p> })}
            {due.map(|words| view! { <p>{words}</p> })}
            <p class="quiet">{t!(desk_library.title.since, at = when::moment(copy.changed_at))}</p>
            {(!may.is_empty()).then(|| view! { <div class="row">{may}</div> })}
        </article>
    }
    .into_any()
}

#[component]
fn MarkIt(kept: Kept, barcode: String, mark: Mark) -> AnyView {
    let (asking, send) = (RwSignal::new(false), Send::default());
    let attempt: Attempt<CommandId> = Attempt::new();
    let label = named(texts::desk_library::mark::ALL, mark.as_str());
    let (title, yes_label) = (label.clone(), label.clone());
    let yes = move |()| {
        let body = MarkCopyBody {
            id: attempt.id(mark.as_str()),
            mark,
        };
        let Ok(code) = barcode.parse::<Typed>();
        send.run(
            api::call::<MarkCopy>((code,), None_ {}, body),
            move |now: MarkedView| {
                attempt.taken();
                say(t!(desk_library.title.marked));
                kept.pick_up.set(now.pick_up);
                close_then(asking, move || kept.title.again());
            },
        );
    };
    view! {
        <Button label kind=Kind::Plain small=true name=mark.as_str() on_press=move |()| asking.set(true) />
        <Ask open=asking title words=t!(desk_library.title.mark_words) yes=yes_label send on_yes=yes />
    }
    .into_any()
}

/// More copies of this title, and the way to their labels.
#[component]
fn AddCopies(kept: Kept, id: TitleId) -> AnyView {
    let (open, send) = (RwSignal::new(false), Send::default());
    let attempt: Attempt<CommandId> = Attempt::new();
    let count = RwSignal::new("1".to_owned());
    let go = Callback::new(move |()| {
        let many = match count.with_untracked(|raw| number(raw, 1, limits::INTAKE_COPIES, "/count"))
        {
            Ok(many) => many,
            Err(flaw) => return send.problem.set(Some(flaw)),
        };
        let body = CreateCopiesBody {
            id: attempt.id(&many.to_string()),
            isbn: None,
            title: Some(id),
            fields: None,
            count: many,
        };
        send.run(
            api::call::<CreateCopies>((), None_ {}, body),
            move |now: IntakeView| {
                attempt.taken();
                say(t!(desk_library.title.added));
                kept.came.set(Some(now.clone()));
                kept.title.put(now.title);
            },
        );
    });
    let asked = move || {
        open.get().then(|| {
            view! {
                <section class="card stack">
                    <Field label=t!(desk_library.intake.count) value=count name="add-count" inputmode="numeric" max=2 pointer="/count" problem=send.problem />
                    <TroubleNote problem=send.problem />
                    <Button label=t!(desk_library.intake.go) name="add-go" busy=send.busy on_press=go />
                </section>
            }
        })
    };
    view! {
        <Button label=t!(desk_library.title.add) name="add-copies" kind=Kind::Plain on_press=move |()| open.update(|open| *open = !*open) />
        {asked}
        <div class="stack">{move || kept.came.get().map(|now| done(&now, "to-new-labels"))}</div>
    }
    .into_any()
}

/// Corrects what the title says.
#[component]
fn Correct(remote: Remote<TitleView>, title: TitleView) -> AnyView {
    let send = Send::default();
    let attempt: Attempt<CommandId> = Attempt::new();
    let form = Typing::of(&fields(&title));
    let (id, ver, kept) = (title.id, title.ver, fields(&title));
    let save = Callback::new(move |()| {
        let flaw = form.flaw();
        if flaw.is_some() {
            return send.problem.set(flaw);
        }
        let fields = form.fields(kept.clone());
        let body = UpdateTitleBody {
            id: attempt.id(&format!("{fields:?}{ver}")),
            fields,
            ver,
        };
        send.run(
            api::call::<UpdateTitle>((id,), None_ {}, body),
            move |now| {
                say(t!(desk_library.title.saved));
                remote.put(now);
            },
        );
    });
    view! {
        <details class="card stack">
            <summary>{t!(desk_library.title.correct)}</summary>
            <Form form send at="/fields" isbn=true open=true />
            <TroubleNote problem=send.problem />
            <Button label=t!(desk_library.title.save) name="title-save" kind=Kind::Plain busy=send.busy on_press=save />
        </details>
    }
    .into_any()
}

fn fields(title: &TitleView) -> TitleFields {
    TitleFields {
        name: title.name.clone(),
        other_name: title.other_name.clone(),
        authors: title.authors.clone(),
        publisher: title.publisher.clone(),
        published: title.published.clone(),
        isbn: title.isbn.clone(),
        class: title.class.clone(),
        subjects: title.subjects.clone(),
        about: title.about.clone(),
        kind: title.kind,
    }
}
