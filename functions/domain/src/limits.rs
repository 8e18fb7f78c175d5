//! A limit on everything, in one file, unit last. Server and forms read the same numbers.

/// Body of a JSON request.
pub const BODY_BYTES: usize = 64 * 1024;
/// Body of an imported file.
pub const IMPORT_BYTES: usize = 2 * 1024 * 1024;
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
pub const EXCEPTION_DAYS: usize = 100;
pub const BLOCKED_SPANS: usize = 100;
pub const CREDENTIALS: usize = 20;
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
/// Attempts at one message before it waits for a person.
pub const MESSAGE_ATTEMPTS: u32 = 8;
/// Tries at one transaction before the caller is asked to come back.
pub const COMMIT_TRIES: u32 = 8;

const _: () = assert!(
    BOOKING_CELLS * 2 + BOOKING_ROWS <= 101,
    "a move claims and releases; DynamoDB takes 100 items per transaction"
);
const _: () = assert!(
    (SERVICE_MINUTES + 2 * BUFFER_MINUTES) as usize / (CELL_MINUTES as usize) <= BOOKING_CELLS,
    "the longest booking fits its cells"
);
const _: () = assert!(
    STAFF_IDLE_MINUTES > SESSION_TOUCH_MINUTES,
    "an active session must not lapse between two touches"
);
const _: () = assert!(
    CODE_RESEND_SECONDS < CODE_SECONDS,
    "a code lives longer than the wait for the next"
);
