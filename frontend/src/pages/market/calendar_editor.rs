//! A provider's calendar, edited: by the provider on the phone, by staff at the desk.
//!
//! What was changed is kept on this device until it is saved. When somebody else has saved in
//! between, nothing is lost: the edits stay, and the person chooses whose calendar holds.

use domain::ProviderId;
use domain::availability::Calendar;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wire::endpoint::None_;
use wire::market::{CalendarView, GetCalendar, PutCalendar, PutCalendarBody};
use wire::{Code, Problem};

use super::calendar_fields::{BlockedFields, Edit, SpecialFields, WeekFields};
use crate::i18n::{named, texts};
use crate::model::desk_calendar::{Draft, Flaw, Section, Wrong, merged};
use crate::session::Session;
use crate::ui::{self, Button, Icon, Kind, Load, Remote, Send, TroubleNote, say};
use crate::{api, clock, t};

/// Loads a calendar, lets it be edited, saves it.
#[component]
pub fn CalendarEditor(provider: ProviderId) -> AnyView {
    let calendar =
        Remote::new(move || Box::pin(api::call::<GetCalendar>((provider,), None_ {}, None_ {})));
    // Drawn once for what came first; what comes later goes through `Meeting`.
    view! { <Load from=calendar children=move |view: CalendarView| view! { <Editor provider view /> }.into_any() /> }.into_any()
}

/// Somebody else saved while this calendar was edited: the sections both have changed.
#[derive(Clone, Debug, PartialEq)]
struct Meeting {
    both: Vec<Section>,
}

/// What is kept on this device until it is saved: the edits, and what they were made on.
#[derive(Serialize, Deserialize)]
struct Kept {
    ver: u64,
    base: Draft,
    draft: Draft,
}

#[component]
fn Editor(provider: ProviderId, view: CalendarView) -> AnyView {
    let zone = StoredValue::new(TimeZone::fixed(clock::offset(&Session::get().zone())));
    let read = move |calendar: &Calendar| zone.with_value(|zone| Draft::of(calendar, zone));
    let text = ui::Draft::of(&format!("calendar-{provider}")).field("all", "");
    let kept: Option<Kept> = text.with_untracked(|raw| serde_json::from_str(raw).ok());
    let now = read(&view.calendar);
    let (draft, both) = match &kept {
        Some(kept) if kept.ver != view.ver => merged(&kept.base, &kept.draft, &now),
        Some(kept) => (kept.draft.clone(), Vec::new()),
        None => (now.clone(), Vec::new()),
    };
    let (saved, ver) = (RwSignal::new(now), RwSignal::new(view.ver));
    let edit = Edit::new(draft);
    let changed = Memo::new(move |_| edit.draft.with(|draft| saved.with(|saved| draft != saved)));
    Effect::new(move |_| {
        let (ver, base, draft) = (ver.get(), saved.get(), edit.draft.get());
        let kept = (base != draft).then_some(Kept { ver, base, draft });
        text.set(
            kept.and_then(|kept| serde_json::to_string(&kept).ok())
                .unwrap_or_default(),
        );
    });
    let (send, flaw) = (Send::default(), RwSignal::new(None::<Flaw>));
    let meeting = RwSignal::new(
        kept.filter(|kept| kept.ver != view.ver)
            .map(|_| Meeting { both }),
    );
    let meet = move || {
        let ask = api::call::<GetCalendar>((provider,), None_ {}, None_ {});
        send.run(ask, move |view| {
            let theirs = read(&view.calendar);
            let mine = edit.draft.get_untracked();
            let (draft, both) = saved.with_untracked(|base| merged(base, &mine, &theirs));
            ver.set(view.ver);
            saved.set(theirs);
            edit.replace(draft);
            meeting.set(Some(Meeting { both }));
        });
    };
    Effect::new(move |_| {
        let stale = |problem: &Problem| problem.code == Code::Stale;
        if send
            .problem
            .with(|problem| problem.as_ref().is_some_and(stale))
        {
            meet();
        }
    });
    let save = move || {
        let calendar = edit
            .draft
            .with_untracked(|draft| zone.with_value(|zone| draft.read(zone)));
        flaw.set(calendar.as_ref().err().copied());
        let Ok(calendar) = calendar else { return };
        send.run(
            api::call::<PutCalendar>(
                (provider,),
                None_ {},
                PutCalendarBody {
                    calendar,
                    ver: ver.get_untracked(),
                },
            ),
            move |view| {
                ver.set(view.ver);
                meeting.set(None);
                saved.set(read(&view.calendar));
                edit.replace(read(&view.calendar));
                say(t!(desk_calendar.page.saved));
            },
        );
    };
    let undo = move |()| {
        flaw.set(None);
        meeting.set(None);
        edit.replace(saved.get_untracked());
    };
    let met = move || {
        meeting
            .get()
            .map(|meeting| view! { <Met meeting mine=move |()| save() theirs=undo /> })
    };
    let wrong = move || {
        flaw.get().map(|flaw| view! { <div class="problem" role="alert" data-testid="calendar-flaw">{Icon::Warn.draw()}<span>{flaw_words(flaw)}</span></div> })
    };
    view! {
        <div class="stack calendar">
            <p class="quiet">{t!(desk_calendar.page.kept)}</p>
            <WeekFields edit />
            <SpecialFields edit />
            <BlockedFields edit />
            <div class="calendar-foot button-stack">
                {met}
                {wrong}
                <TroubleNote problem=send.problem />
                <p class="quiet" role="status">{move || changed.get().then(|| t!(desk_calendar.page.unsaved))}</p>
                <Button label=t!(desk_calendar.page.submit) name="calendar-save" busy=send.busy on_press=move |()| save() />
                {move || changed.get().then(|| view! { <Button label=t!(desk_calendar.page.undo) kind=Kind::Plain name="calendar-undo" on_press=undo /> })}
            </div>
        </div>
    }
    .into_any()
}

/// Two people's edits have met: what both changed, and whose holds.
#[component]
fn Met(
    meeting: Meeting,
    #[prop(into)] mine: Callback<()>,
    #[prop(into)] theirs: Callback<()>,
) -> AnyView {
    let glue = t!(desk.act.comma);
    let names = meeting.both.iter().map(|s| section_name(*s));
    let sections = names.collect::<Vec<_>>().join(glue);
    let words = if sections.is_empty() {
        t!(desk_calendar.stale.joined).to_owned()
    } else {
        t!(desk_calendar.stale.body, sections = sections)
    };
    view! {
        <section class="card stack" role="alert" data-testid="calendar-met">
            <h2>{t!(desk_calendar.stale.title)}</h2>
            <p>{words}</p>
            <div class="row">
                <Button label=t!(desk_calendar.stale.mine) small=true name="calendar-mine" on_press=mine />
                <Button label=t!(desk_calendar.stale.theirs) small=true kind=Kind::Plain name="calendar-theirs" on_press=theirs />
            </div>
        </section>
    }
    .into_any()
}

fn section_name(section: Section) -> &'static str {
    match section {
        Section::Weekly => t!(desk_calendar.week.title),
        Section::Breaks => t!(desk_calendar.week.break_),
        Section::Exceptions => t!(desk_calendar.special.title),
        Section::Blocked => t!(desk_calendar.blocked.title),
    }
}

fn flaw_words(flaw: Flaw) -> String {
    let wrong = match flaw.wrong {
        Wrong::Unreadable => t!(desk_calendar.wrong.unreadable),
        Wrong::Backwards => t!(desk_calendar.wrong.backwards),
        Wrong::TooMany => t!(desk_calendar.wrong.too_many),
        Wrong::Twice => t!(desk_calendar.wrong.twice),
        Wrong::ReasonTooLong => t!(desk_calendar.wrong.long),
    };
    let row = flaw.row + 1;
    match flaw.section {
        Section::Weekly => t!(
            desk_calendar.wrong.weekly,
            day = weekday(flaw.row),
            wrong = wrong
        ),
        Section::Breaks => t!(
            desk_calendar.wrong.breaks,
            day = weekday(flaw.row),
            wrong = wrong
        ),
        Section::Exceptions => t!(desk_calendar.wrong.exceptions, row = row, wrong = wrong),
        Section::Blocked => t!(desk_calendar.wrong.blocked, row = row, wrong = wrong),
    }
}

/// The name of a weekday, Monday first.
pub(super) fn weekday(day: usize) -> String {
    let name = domain::availability::Day::ALL
        .get(day)
        .map_or("", |day| day.as_str());
    named(texts::time::weekday::ALL, name)
}
