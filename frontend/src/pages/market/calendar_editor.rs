//! A provider's calendar, edited: by the provider on the phone, by staff at the desk.
//!
//! What was changed is kept on this device until it is saved. When somebody else has saved in
//! between, nothing is lost: the edits stay, and the person chooses whose calendar holds.

use domain::ProviderId;
use domain::availability::Calendar;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use wire::Code;
use wire::endpoint::None_;
use wire::market::{CalendarView, GetCalendar, PutCalendar, PutCalendarBody};

use super::calendar_fields::{BlockedFields, Edit, SpecialFields, WeekFields};
use crate::i18n::{named, texts};
use crate::model::desk_calendar::{Draft, Flaw, Section, Wrong, differing};
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

/// Somebody else's calendar that was saved while ours was edited.
#[derive(Clone, Debug, PartialEq)]
struct Meeting {
    theirs: Draft,
    sections: Vec<Section>,
}

#[component]
fn Editor(provider: ProviderId, view: CalendarView) -> AnyView {
    let zone = StoredValue::new(TimeZone::fixed(clock::offset(&Session::get().zone())));
    let read = move |calendar: &Calendar| zone.with_value(|zone| Draft::of(calendar, zone));
    let kept = ui::Draft::of(&format!("calendar-{provider}"));
    let text = kept.field("all", "");
    let saved = RwSignal::new(read(&view.calendar));
    let ver = RwSignal::new(view.ver);
    let edit = Edit::new(
        text.with_untracked(|raw| serde_json::from_str(raw).ok())
            .unwrap_or_else(|| saved.get_untracked()),
    );
    let changed = Memo::new(move |_| edit.draft.with(|draft| saved.with(|saved| draft != saved)));
    Effect::new(move |_| {
        let now = if changed.get() {
            edit.draft
                .with(|draft| serde_json::to_string(draft).unwrap_or_default())
        } else {
            String::new()
        };
        text.set(now);
    });
    let (send, flaw, meeting) = (
        Send::default(),
        RwSignal::new(None::<Flaw>),
        RwSignal::new(None::<Meeting>),
    );
    let meet = move || {
        send.run(
            api::call::<GetCalendar>((provider,), None_ {}, None_ {}),
            move |view| {
                let theirs = read(&view.calendar);
                ver.set(view.ver);
                saved.set(theirs.clone());
                let sections = edit.draft.with_untracked(|mine| differing(mine, &theirs));
                meeting.set(Some(Meeting { theirs, sections }));
            },
        );
    };
    Effect::new(move |_| {
        if send
            .problem
            .with(|p| p.as_ref().is_some_and(|p| p.code == Code::Stale))
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
            {met}
            <WeekFields edit />
            <SpecialFields edit />
            <BlockedFields edit />
            <div class="calendar-foot button-stack">
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

/// Two people's edits have met: what differs, and whose holds.
#[component]
fn Met(
    meeting: Meeting,
    #[prop(into)] mine: Callback<()>,
    #[prop(into)] theirs: Callback<()>,
) -> AnyView {
    let glue = t!(desk.act.comma);
    let sections = meeting
        .sections
        .iter()
        .map(|s| section_name(*s))
        .collect::<Vec<_>>()
        .join(glue);
    let words = if sections.is_empty() {
        t!(desk_calendar.stale.same).to_owned()
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
