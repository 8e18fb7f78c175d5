//! The day to scale: a table with a row per provider and a column per quarter of an hour.

use jiff::civil::Date;
use leptos::prelude::*;
use wire::market::BookingView;

use super::super::words;
use crate::model::desk_lanes::{Lane, Piece, Schedule, Visit, schedule};
use crate::model::when;
use crate::t;
use crate::ui::{Button, Empty, Face, Failed, Kind, Paged, Skeleton};

#[component]
pub fn Lanes(from: Paged<BookingView>, day: Memo<Date>) -> AnyView {
    let shown = move || match from.face.get() {
        Face::Waiting => view! { <Skeleton /> }.into_any(),
        Face::Failed(problem) => {
            view! { <Failed problem again=move |()| from.again() /> }.into_any()
        }
        Face::Ready => from.rows.with(|rows| draw(rows, day.get())),
    };
    let more = move || {
        from.cursor.get().is_some().then(|| {
            view! {
                <div class="rows-more stack">
                    <p class="quiet">{t!(desk_bookings.list.partial)}</p>
                    <Button label=t!(ui.load.more) name="more" kind=Kind::Plain busy=from.busy on_press=move |()| from.more() />
                </div>
            }
        })
    };
    view! { {shown}{more} }.into_any()
}

fn draw(bookings: &[BookingView], day: Date) -> AnyView {
    if bookings.is_empty() {
        return view! { <div class="card"><Empty words=t!(desk_bookings.list.none)><p class="quiet">{t!(desk_bookings.list.none_hint)}</p></Empty></div> }.into_any();
    }
    let visits: Vec<Visit> = bookings
        .iter()
        .enumerate()
        .map(|(index, booking)| visit(index, booking))
        .collect();
    let Schedule {
        first_hour,
        end_hour,
        lanes,
    } = schedule(&visits);
    let caption = t!(desk_bookings.list.caption, day = when::day(day, None));
    let label = caption.clone();
    let hours = (first_hour..end_hour)
        .map(|hour| {
            view! { <th scope="col" colspan="4" class="lanes-hour">{format!("{hour:02}:00")}</th> }
                .into_any()
        })
        .collect::<Vec<_>>();
    let cells = ((end_hour - first_hour) * 4).to_string();
    let lines = lanes
        .iter()
        .flat_map(|lane| lines(lane, bookings))
        .collect::<Vec<_>>();
    view! {
        <div class="lanes" role="region" tabindex="0" aria-label=label data-testid="lanes">
            <table class="lanes-table">
                <caption class="sr">{caption}</caption>
                <colgroup><col class="lanes-name" /></colgroup>
                <colgroup span=cells class="lanes-cell"></colgroup>
                <thead><tr><th scope="col" class="lanes-corner">{t!(desk_bookings.list.provider)}</th>{hours}</tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn visit(index: usize, booking: &BookingView) -> Visit {
    let (start, end) = (booking.start.local(), booking.end.local());
    let minute = |at: jiff::civil::DateTime| {
        u16::try_from(i32::from(at.hour()) * 60 + i32::from(at.minute())).unwrap_or(0)
    };
    let to = if end.date() > start.date() {
        24 * 60
    } else {
        minute(end)
    };
    Visit {
        index,
        provider: booking.provider,
        provider_name: booking.provider_name.clone(),
        from: minute(start),
        to,
    }
}

fn lines(lane: &Lane, bookings: &[BookingView]) -> Vec<AnyView> {
    let line = |(i, row): (usize, &Vec<Piece>)| {
        let head = (i == 0).then(|| view! { <th scope="row" rowspan=lane.rows.len().to_string() class="lanes-provider">{lane.name.clone()}</th> });
        let cells = row
            .iter()
            .map(|piece| cell(*piece, bookings))
            .collect::<Vec<_>>();
        view! { <tr data-testid="lane">{head}{cells}</tr> }.into_any()
    };
    lane.rows.iter().enumerate().map(line).collect()
}

fn cell(piece: Piece, bookings: &[BookingView]) -> AnyView {
    let (cells, booking) = match piece {
        Piece::Free { cells } => (cells, None),
        Piece::Visit { cells, index } => (cells, bookings.get(index)),
    };
    let Some(booking) = booking else {
        return view! { <td class="lanes-free" colspan=cells.to_string()></td> }.into_any();
    };
    let (state, tone) = words::state(booking.state);
    let hours = words::hours(booking.start, booking.end);
    // Half an hour has room for its beginning only; all of it is in the title.
    let time = if cells < 4 {
        when::clock(booking.start.local())
    } else {
        hours.clone()
    };
    let whole = [
        hours,
        words::service(booking),
        booking.resident_name.clone(),
        state.clone(),
    ]
    .join(" ");
    view! {
        <td class="lanes-taken" colspan=cells.to_string()>
            <a class="lanes-visit" href=format!("/desk/bookings/{}", booking.id) title=whole data-tone=tone.as_str() data-testid="booking" data-id=booking.id.to_string()>
                <strong>{time}</strong>
                <span>{words::service(booking)}</span>
                <span>{booking.resident_name.clone()}</span>
                <span class="lanes-state">{state}</span>
            </a>
        </td>
    }
    .into_any()
}
