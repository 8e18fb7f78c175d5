//! A limit on everything, in one file, unit last. Server and forms read the same numbers.

/// Body of a JSON request. The fullest calendar fits.
pub const BODY_BYTES: usize = 64 * 1024;
/// Body of an imported file.
pub const IMPORT_BYTES: usize = 2 * 1024 * 1024;
/// All parts of an imported workbook together, unpacked. The fullest honest sheet has a tenth of it.
pub const IMPORT_UNPACKED_BYTES: u64 = 32 * 1024 * 1024;
/// Rows of an imported file.
pub const IMPORT_ROWS: usize = 2_000;
/// Rows on one page of a list.
pub const PAGE_ROWS: usize = 100;
/// Rows on one page when the caller names no number.
pub const PAGE_ROWS_USUAL: usize = 30;

pub const NAME_CHARS: usize = 60;
pub const TITLE_CHARS: usize = 60;
pub const LINE_CHARS: usize = 120;
pub const NOTE_CHARS: usize = 500;
pub const STORY_CHARS: usize = 2_000;
pub const QUERY_CHARS: usize = 60;

/// One bookable cell. Every zone's offset is a whole number of these.
pub const CELL_MINUTES: u16 = 15;
pub const SERVICE_MINUTES: u16 = 8 * 60;
pub const BUFFER_MINUTES: u16 = 2 * 60;
/// Cells one booking may claim, buffers included; each is a guard row in its transaction.
pub const BOOKING_CELLS: usize = 48;
/// Rows a booking's transaction holds beside its cells: command, booking, quota, vetting check, message.
pub const BOOKING_ROWS: usize = 5;
pub const LEAD_MINUTES: u32 = 30 * 24 * 60;
pub const CUTOFF_MINUTES: u32 = 7 * 24 * 60;
pub const HORIZON_DAYS: u16 = 90;
pub const SLOT_DAYS: u8 = 14;
pub const PRICE_FEN: i64 = 10_000_000;
pub const SERVICE_PROVIDERS: usize = 20;

/// How long a chosen time is kept while the form is filled in.
pub const HOLD_MINUTES: i64 = 10;
/// How long a provider may take to answer a request; never past its start.
pub const REQUEST_HOURS: i64 = 24;
/// How long one review waits for the other before both show.
pub const REVIEW_DAYS: i64 = 7;
/// How long after the end of a visit it may still be finished, marked missed, or reviewed.
pub const AFTER_DAYS: i64 = 60;
/// A visit may be marked missed this long after its start.
pub const NO_SHOW_MINUTES: i64 = 15;
/// Open bookings one resident may have at once.
pub const OPEN_BOOKINGS: u32 = 20;

pub const WEEKLY_SPANS: usize = 42;
pub const EXCEPTION_DAYS: usize = 60;
/// Spans of hours on one exceptional day.
pub const EXCEPTION_SPANS: usize = 4;
pub const BLOCKED_SPANS: usize = 40;
pub const CREDENTIALS: usize = 20;
/// From this age on a person decides for themselves.
pub const ADULT_YEARS: i16 = 18;
pub const HOUSEHOLD_PEOPLE: usize = 20;

pub const CODE_DIGITS: u32 = 6;
pub const CODE_TRIES: u32 = 5;
pub const CODE_SECONDS: i64 = 5 * 60;
pub const CODE_RESEND_SECONDS: i64 = 60;
pub const CODES_PER_HOUR_NUMBER: u32 = 5;
pub const CODES_PER_DAY_NUMBER: u32 = 10;
pub const CODES_PER_HOUR_ADDRESS: u32 = 10;
/// Wrong second factors before the sign-in starts over.
pub const SECOND_FACTOR_TRIES: u32 = 5;

pub const RESIDENT_IDLE_MINUTES: i64 = 30 * 24 * 60;
pub const RESIDENT_SESSION_MINUTES: i64 = 90 * 24 * 60;
pub const STAFF_IDLE_MINUTES: i64 = 30;
pub const STAFF_SESSION_MINUTES: i64 = 12 * 60;
/// A session's last use is written at most this often.
pub const SESSION_TOUCH_MINUTES: i64 = 5;

/// A command's first answer is kept at least this long.
pub const COMMAND_DAYS: i64 = 30;
/// The log of views is kept three years (Personal Information Protection Law, art. 56), and a month.
pub const VIEW_DAYS: i64 = 3 * 366 + 30;
/// Rows of the outbox that one row for many is taken apart into at a time.
pub const FAN_OUT_ROWS: usize = 90;
/// Attempts at one message before it waits for a person.
pub const MESSAGE_ATTEMPTS: u32 = 8;
/// Tries at one transaction before the caller is asked to come back.
pub const COMMIT_TRIES: u32 = 8;

const _: () = assert!(
    BOOKING_CELLS * 2 + BOOKING_ROWS <= 101,
    "a move claims and releases; DynamoDB takes 100 items per transaction"
);
const _: () = assert!(
    FAN_OUT_ROWS < 100,
    "with the row they come from; DynamoDB takes 100 items per transaction"
);
const _: () = assert!(
    (SERVICE_MINUTES + 2 * BUFFER_MINUTES) as usize / (CELL_MINUTES as usize) <= BOOKING_CELLS,
    "the longest booking fits its cells"
);
const _: () = assert!(
    PAGE_ROWS_USUAL <= PAGE_ROWS,
    "the usual page is no longer than the longest"
);
const _: () = assert!(
    STAFF_IDLE_MINUTES > SESSION_TOUCH_MINUTES,
    "an active session must not lapse between two touches"
);
const _: () = assert!(
    CODE_RESEND_SECONDS < CODE_SECONDS,
    "a code lives longer than the wait for the next"
);

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::{Timestamp, ToSpan};

    use super::*;
    use crate::availability::{Blocked, Calendar, Day, Exception, Hours, Weekly};
    use crate::units::Minute;

    /// Text fields of the forms and what they count down to.
    const FORMS: [(&str, usize); 7] = [
        ("a person's or provider's name", NAME_CHARS),
        ("a service's name", TITLE_CHARS),
        ("a search", QUERY_CHARS),
        ("a reason", LINE_CHARS),
        ("a note or review", NOTE_CHARS),
        ("an introduction or description", STORY_CHARS),
        ("a sign-in code", CODE_DIGITS as usize),
    ];

    #[test]
    fn every_form_has_room_for_its_text_and_a_request_for_the_longest() {
        for (field, chars) in FORMS {
            assert!(chars > 0, "{field}");
            assert!(
                chars * "𠮷".len() * 4 < BODY_BYTES,
                "{field}, in two languages and escaped"
            );
        }
    }

    #[test]
    fn the_fullest_calendar_is_within_the_limits_and_fits_a_request() {
        let minute = |minutes| Minute::new(minutes).expect("a minute of a day");
        let (from, to) = (minute(0), minute(24 * 60));
        let day = |n: usize| date(2026, 1, 1) + i64::try_from(n).expect("few days").days();
        let calendar = Calendar {
            weekly: vec![
                Weekly {
                    day: Day::Monday,
                    from,
                    to
                };
                WEEKLY_SPANS
            ],
            breaks: vec![
                Weekly {
                    day: Day::Monday,
                    from,
                    to
                };
                WEEKLY_SPANS
            ],
            exceptions: (0..EXCEPTION_DAYS)
                .map(|n| Exception {
                    date: day(n),
                    hours: vec![Hours { from, to }; EXCEPTION_SPANS],
                })
                .collect(),
            blocked: vec![
                Blocked {
                    from: Timestamp::UNIX_EPOCH,
                    until: Timestamp::UNIX_EPOCH + 1.hour(),
                    reason: "𠮷".repeat(LINE_CHARS),
                };
                BLOCKED_SPANS
            ],
        };
        assert_eq!(calendar.flaw(), None);
        let json = serde_json::to_vec(&calendar).expect("plain data");
        assert!(json.len() < BODY_BYTES, "{} bytes", json.len());

        let mut wordy = calendar.clone();
        wordy.blocked[3].reason.push('。');
        assert_eq!(wordy.flaw().as_deref(), Some("/blocked/3/reason"));
        let mut crowded = calendar.clone();
        crowded.exceptions[3].hours.push(Hours { from, to });
        assert_eq!(crowded.flaw().as_deref(), Some("/exceptions/3/hours"));
        let mut twice = calendar;
        twice.exceptions[3].date = twice.exceptions[4].date;
        assert_eq!(twice.flaw().as_deref(), Some("/exceptions"));
    }
}
