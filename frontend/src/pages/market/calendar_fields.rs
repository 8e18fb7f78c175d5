//! The inputs of the calendar editor: the week with its breaks, special days, blocked times.
//!
//! Inputs are drawn from the draft only when rows come or go, so that a half-typed time is never
//! taken away from under the person's fingers.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::calendar_editor::weekday;
use crate::browser::{focus, rest};
use crate::model::desk_calendar::{BlockedRow, Draft, ExceptionRow, HoursRow};
use crate::t;
use crate::ui::{Button, Icon, Kind};

/// A draft under edit. `shape` counts the times rows came or went.
#[derive(Clone, Copy)]
pub struct Edit {
    pub draft: RwSignal<Draft>,
    shape: RwSignal<u32>,
}

impl Edit {
    #[must_use]
    pub fn new(draft: Draft) -> Self {
        Self {
            draft: RwSignal::new(draft),
            shape: RwSignal::new(0),
        }
    }

    /// Puts another draft in its place.
    pub fn replace(self, draft: Draft) {
        self.draft.set(draft);
        self.shape.update(|n| *n += 1);
    }

    /// Adds or removes rows, then moves the focus to the element of that id.
    fn reshape(self, change: impl FnOnce(&mut Draft), then: String) {
        self.draft.update(change);
        self.shape.update(|n| *n += 1);
        spawn_local(async move {
            rest(0).await;
            focus(&format!("#{then}"));
        });
    }

    fn now<T>(self, read: impl FnOnce(&Draft) -> T) -> T {
        self.shape.track();
        self.draft.with_untracked(read)
    }
}

type Change = Box<dyn Fn(&mut Draft, String)>;

/// One input of the draft.
fn input(
    edit: Edit,
    kind: &'static str,
    id: String,
    label: String,
    first: String,
    change: Change,
) -> AnyView {
    view! {
        <input class="field-input calendar-input" type=kind id=id aria-label=label prop:value=first
            on:change=move |ev| { let raw = event_target_value(&ev); edit.draft.update(|draft| change(draft, raw)); } />
    }
    .into_any()
}

fn remove(label: String, name: &'static str, on_press: impl Fn() + 'static) -> AnyView {
    view! { <button type="button" class="calendar-remove" aria-label=label data-testid=name on:click=move |_| on_press()>{Icon::Close.draw()}</button> }.into_any()
}

fn days(draft: &mut Draft, breaks: bool) -> &mut [Vec<HoursRow>; 7] {
    if breaks {
        &mut draft.breaks
    } else {
        &mut draft.weekly
    }
}

fn set_hours(rows: &mut [HoursRow], i: usize, end: bool, raw: String) {
    if let Some(row) = rows.get_mut(i) {
        *(if end { &mut row.to } else { &mut row.from }) = raw;
    }
}

#[component]
pub fn WeekFields(edit: Edit) -> AnyView {
    let all = move || (0..7).map(|day| one_day(edit, day)).collect::<Vec<_>>();
    view! {
        <section class="card stack" data-testid="weekly">
            <h2>{t!(desk_calendar.week.title)}</h2>
            <p class="quiet">{t!(desk_calendar.week.midnight)}</p>
            {all}
        </section>
    }
    .into_any()
}

fn one_day(edit: Edit, day: usize) -> AnyView {
    let name = weekday(day);
    let (hours, breaks) = edit.now(|draft| (draft.weekly[day].clone(), draft.breaks[day].clone()));
    let open = !hours.is_empty();
    let spans = |rows: Vec<HoursRow>, of: bool| {
        rows.into_iter()
            .enumerate()
            .map(|(i, row)| span(edit, day, of, i, row))
            .collect::<Vec<_>>()
    };
    let add = move |of: bool| {
        let (from, to) = if of {
            ("12:00", "13:00")
        } else {
            ("09:00", "17:00")
        };
        let at = edit.draft.with_untracked(|draft| {
            if of {
                draft.breaks[day].len()
            } else {
                draft.weekly[day].len()
            }
        });
        edit.reshape(
            |draft| {
                days(draft, of)[day].push(HoursRow {
                    from: from.into(),
                    to: to.into(),
                })
            },
            format!("h-{day}-{of}-{at}-from"),
        );
    };
    let copy = move |()| {
        edit.reshape(
            |draft| draft.copy_to_working_days(day),
            format!("copy-{day}"),
        )
    };
    view! {
        <fieldset class="calendar-day">
            <legend>{name.clone()}</legend>
            <div class="calendar-spans">
                {(!open).then(|| view! { <p class="quiet">{t!(desk_calendar.week.closed)}</p> })}
                {spans(hours, false)}
                {spans(breaks, true)}
            </div>
            <div class="calendar-tools">
                <button type="button" class="button-text" id=format!("add-{day}-false") aria-label=t!(desk_calendar.week.add_label, day = name) data-testid="add-weekly" on:click=move |_| add(false)>{t!(desk_calendar.week.add)}</button>
                {open.then(|| view! { <button type="button" class="button-text" id=format!("add-{day}-true") aria-label=t!(desk_calendar.week.add_break_label, day = name) data-testid="add-breaks" on:click=move |_| add(true)>{t!(desk_calendar.week.add_break)}</button> })}
                {(open && day < 5).then(|| view! { <button type="button" class="button-text" id=format!("copy-{day}") aria-label=t!(desk_calendar.week.copy_label, day = name) data-testid="copy-day" on:click=move |_| copy(())>{t!(desk_calendar.week.copy)}</button> })}
            </div>
        </fieldset>
    }
    .into_any()
}

fn span(edit: Edit, day: usize, of: bool, i: usize, row: HoursRow) -> AnyView {
    let name = weekday(day);
    let kind = if of {
        t!(desk_calendar.week.break_)
    } else {
        t!(desk_calendar.week.hours)
    };
    let about = format!("{kind} {name}");
    let from = input(
        edit,
        "time",
        format!("h-{day}-{of}-{i}-from"),
        t!(desk_calendar.week.from_label, day = about),
        row.from,
        Box::new(move |draft, raw| set_hours(&mut days(draft, of)[day], i, false, raw)),
    );
    let to = input(
        edit,
        "time",
        format!("h-{day}-{of}-{i}-to"),
        t!(desk_calendar.week.to_label, day = about),
        row.to,
        Box::new(move |draft, raw| set_hours(&mut days(draft, of)[day], i, true, raw)),
    );
    let gone = move || {
        edit.reshape(
            |draft| drop(days(draft, of)[day].remove(i)),
            format!("add-{day}-{of}"),
        )
    };
    view! {
        <div class="calendar-span" data-break=of.to_string()>
            <span class="calendar-kind">{kind}</span>
            {from}<span aria-hidden="true">"–"</span>{to}
            {remove(t!(desk_calendar.week.remove_label, day = about), if of { "remove-breaks" } else { "remove-weekly" }, gone)}
        </div>
    }
    .into_any()
}

#[component]
pub fn SpecialFields(edit: Edit) -> AnyView {
    let rows = move || {
        let rows = edit.now(|draft| draft.exceptions.clone());
        let none = rows
            .is_empty()
            .then(|| view! { <p class="quiet">{t!(desk_calendar.special.none)}</p> });
        view! { {none}{rows.into_iter().enumerate().map(|(i, row)| special(edit, i, row)).collect::<Vec<_>>()} }.into_any()
    };
    let add = move |()| {
        let at = edit.draft.with_untracked(|draft| draft.exceptions.len());
        edit.reshape(
            |draft| {
                draft.exceptions.push(ExceptionRow {
                    date: String::new(),
                    hours: Vec::new(),
                })
            },
            format!("x-{at}-date"),
        );
    };
    view! {
        <section class="card stack" data-testid="exceptions" id="exceptions" tabindex="-1">
            <h2>{t!(desk_calendar.special.title)}</h2>
            <p class="quiet">{t!(desk_calendar.special.hint)}</p>
            {rows}
            <Button label=t!(desk_calendar.special.add) kind=Kind::Plain small=true name="add-exceptions" on_press=add />
        </section>
    }
    .into_any()
}

fn special(edit: Edit, i: usize, row: ExceptionRow) -> AnyView {
    let date = input(
        edit,
        "date",
        format!("x-{i}-date"),
        t!(desk_calendar.special.date).to_owned(),
        row.date.clone(),
        Box::new(move |draft, raw| {
            if let Some(row) = draft.exceptions.get_mut(i) {
                row.date = raw;
            }
        }),
    );
    let closed = row
        .hours
        .is_empty()
        .then(|| view! { <span class="quiet">{t!(desk_calendar.special.closed)}</span> });
    let hours = row
        .hours
        .into_iter()
        .enumerate()
        .map(|(j, hours)| special_hours(edit, i, j, hours))
        .collect::<Vec<_>>();
    let count = hours.len();
    let add = move |_| {
        let row = HoursRow {
            from: "09:00".into(),
            to: "17:00".into(),
        };
        edit.reshape(
            |draft| draft.exceptions[i].hours.push(row),
            format!("x-{i}-{count}-from"),
        );
    };
    let gone = move || {
        edit.reshape(
            |draft| drop(draft.exceptions.remove(i)),
            "exceptions".to_owned(),
        )
    };
    view! {
        <div class="calendar-row">
            <div class="calendar-span">{date}{closed}{remove(t!(desk_calendar.special.remove).to_owned(), "remove-exceptions", gone)}</div>
            {hours}
            <button type="button" class="button-text" data-testid="add-exception-hours" on:click=add>{t!(desk_calendar.special.add_hours)}</button>
        </div>
    }
    .into_any()
}

fn special_hours(edit: Edit, i: usize, j: usize, hours: HoursRow) -> AnyView {
    let set = move |end: bool| -> Change {
        Box::new(move |draft, raw| {
            if let Some(row) = draft.exceptions.get_mut(i) {
                set_hours(&mut row.hours, j, end, raw)
            }
        })
    };
    let about = edit.draft.with_untracked(|draft| {
        draft
            .exceptions
            .get(i)
            .map(|row| row.date.clone())
            .unwrap_or_default()
    });
    let gone = move || {
        edit.reshape(
            |draft| drop(draft.exceptions[i].hours.remove(j)),
            format!("x-{i}-date"),
        )
    };
    view! {
        <div class="calendar-span">
            {input(edit, "time", format!("x-{i}-{j}-from"), t!(desk_calendar.week.from_label, day = about), hours.from, set(false))}
            <span aria-hidden="true">"–"</span>
            {input(edit, "time", format!("x-{i}-{j}-to"), t!(desk_calendar.week.to_label, day = about), hours.to, set(true))}
            {remove(t!(desk_calendar.week.remove_label, day = about), "remove-exception-hours", gone)}
        </div>
    }
    .into_any()
}

#[component]
pub fn BlockedFields(edit: Edit) -> AnyView {
    let rows = move || {
        let rows = edit.now(|draft| draft.blocked.clone());
        let none = rows
            .is_empty()
            .then(|| view! { <p class="quiet">{t!(desk_calendar.blocked.none)}</p> });
        view! { {none}{rows.into_iter().enumerate().map(|(i, row)| blocked(edit, i, row)).collect::<Vec<_>>()} }.into_any()
    };
    let add = move |()| {
        let at = edit.draft.with_untracked(|draft| draft.blocked.len());
        edit.reshape(
            |draft| draft.blocked.push(BlockedRow::default()),
            format!("b-{at}-from"),
        );
    };
    view! {
        <section class="card stack" data-testid="blocked" id="blocked" tabindex="-1">
            <h2>{t!(desk_calendar.blocked.title)}</h2>
            <p class="quiet">{t!(desk_calendar.blocked.hint)}</p>
            {rows}
            <Button label=t!(desk_calendar.blocked.add) kind=Kind::Plain small=true name="add-blocked" on_press=add />
        </section>
    }
    .into_any()
}

fn blocked(edit: Edit, i: usize, row: BlockedRow) -> AnyView {
    let field = move |kind: &'static str,
                      part: &'static str,
                      label: &'static str,
                      first: String,
                      set: fn(&mut BlockedRow, String)| {
        let id = format!("b-{i}-{part}");
        let control = input(
            edit,
            kind,
            id,
            label.to_owned(),
            first,
            Box::new(move |draft, raw| {
                if let Some(row) = draft.blocked.get_mut(i) {
                    set(row, raw)
                }
            }),
        );
        view! { <div class="calendar-field"><span class="quiet" aria-hidden="true">{label}</span>{control}</div> }.into_any()
    };
    let gone = move || edit.reshape(|draft| drop(draft.blocked.remove(i)), "blocked".to_owned());
    view! {
        <div class="calendar-row calendar-blocked">
            {field("datetime-local", "from", t!(desk_calendar.blocked.from_), row.from, |row, raw| row.from = raw)}
            {field("datetime-local", "until", t!(desk_calendar.blocked.until), row.until, |row, raw| row.until = raw)}
            {field("text", "reason", t!(desk_calendar.blocked.reason), row.reason, |row, raw| row.reason = raw)}
            {remove(t!(desk_calendar.blocked.remove).to_owned(), "remove-blocked", gone)}
        </div>
    }
    .into_any()
}
