//! A limit on everything, in one file, unit last. Server and forms read the same numbers.

/// How long before a call is ended from outside it is answered at the latest.
pub const ANSWER_SECONDS: u64 = 2;
/// Body of a JSON request. The fullest calendar fits.
pub const BODY_BYTES: usize = 64 * 1024;
/// A body that is too large is read to its end, and thrown away, up to this size: so its sender hears why.
pub const BODY_PASSED_OVER: usize = 8 * 1024 * 1024;
/// Body of an imported file.
pub const IMPORT_BYTES: usize = 2 * 1024 * 1024;
/// All parts of an imported workbook together, unpacked. The fullest honest sheet has a tenth of it.
pub const IMPORT_UNPACKED_BYTES: u64 = 32 * 1024 * 1024;
/// Rows of an imported file.
pub const IMPORT_ROWS: usize = 2_000;
/// People whom a search for somebody to book for shows at most.
pub const RESIDENTS_FOUND: usize = 20;
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
pub const BUFFER_MINUTES: u16 = 90;
/// Cells one booking may claim, buffers included.
pub const BOOKING_CELLS: usize = 44;
/// How long the claims of a past day are kept: its bookings are closed long before.
pub const CLAIMS_KEPT_DAYS: i64 = 60;
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
/// How long after the end of a visit it may still be finished or marked missed; then it is closed.
pub const CLOSE_DAYS: i64 = 7;
/// How much longer an amount above the range waits for its answer.
pub const QUOTE_DAYS: i64 = 7;
/// How long after the end of a visit both sides still have each other's number, and the door.
pub const REACH_HOURS: i64 = 48;
/// How long after the end of a visit its first review may be written.
pub const AFTER_DAYS: i64 = 60;
/// A visit may be marked missed this long after its start.
pub const NO_SHOW_MINUTES: i64 = 15;
/// Kinds of services of one community; they are listed at once.
pub const CATEGORIES: usize = 100;
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

// service time
/// How long one code hangs at a door.
pub const DOOR_SECONDS: i64 = 30;
/// How long after it is gone it is still taken.
pub const DOOR_GRACE_SECONDS: i64 = 5;
pub const DOOR_CODE_CHARS: usize = 8;
/// Check-in opens so long before the start, and ends with the activity.
pub const CHECK_IN_BEFORE_MINUTES: i64 = 30;
/// Check-out ends so long after the end; then it counts as forgotten.
pub const CHECK_OUT_HOURS: i64 = 2;
/// Characters of what a card says, and of what it is written with: none that looks like another.
pub const CARD_CHARS: usize = 12;
pub const CARD_LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// A card that is seen again so soon is not meant as leaving.
pub const CARD_AGAIN_SECONDS: i64 = 60;
/// When both sides are asked about a forgotten check-out: minutes of the next local day.
pub const ASK_MINUTE: u16 = 9 * 60;
/// One record of service time.
pub const ENTRY_MINUTES: u32 = 12 * 60;
/// Time older than that is no longer recorded.
pub const ENTRY_AGE_DAYS: i64 = 90;
/// Records of one person that wait for an answer.
pub const ENTRIES_PENDING: u16 = 30;
/// Others who approve what was written down by hand.
pub const MANUAL_APPROVALS: usize = 2;
/// So long an account may be in the hand that gave it its number or a role, or took its second factor away.
pub const KEEPER_DAYS: i64 = 30;
/// People whose time is settled in one call.
pub const SETTLE_ROWS: usize = 100;
/// Valid certificates of one person.
pub const CERTIFICATES: usize = 20;
/// Local days of one certificate.
pub const CERTIFICATE_DAYS: i64 = 366;
/// Records of service time in one certificate.
pub const CERTIFICATE_ENTRIES: usize = 500;

// points
/// What an hour of service may be worth.
pub const POINTS_PER_HOUR: u32 = 1_000;
/// What a day's service, or one activity, may be worth.
pub const POINTS_PER_DAY: u32 = 10_000;
/// How long points may be good at most, if they are not for good.
pub const POINTS_EXPIRE_MONTHS: u32 = 36;
/// How long ahead somebody is told that points end.
pub const POINTS_WARNED_DAYS: i64 = 30;
/// The most one account holds, kept points among them.
pub const ACCOUNT_POINTS: u32 = 1_000_000_000;
/// Different last days of the points in one account.
pub const ACCOUNT_LOTS: usize = 48;
/// What one reward may cost.
pub const REWARD_POINTS: u32 = 1_000_000;
/// Of one reward: a person's limits, and what is redeemed or put in stock at once.
pub const REWARD_COUNT: u32 = 10_000;
/// Of one reward, in stock.
pub const STOCK_COUNT: u32 = 1_000_000;
/// Rewards of one community; they are listed at once.
pub const REWARDS: usize = 200;
/// Prices of a reward that are remembered, the newest.
pub const REWARD_PRICES: usize = 50;
/// Parts a reward's stock is kept in, so that two who redeem it seldom want the same.
pub const STOCK_SHARDS: u8 = 8;
/// How long a voucher is good.
pub const VOUCHER_DAYS: i64 = 14;
/// How long before its end somebody is told.
pub const VOUCHER_WARNED_DAYS: i64 = 3;
/// Tries at one change of points that somebody else was faster with.
pub const POINT_TRIES: u32 = 40;

pub const CODE_DIGITS: u32 = 6;
pub const CODE_TRIES: u32 = 5;
pub const CODE_SECONDS: i64 = 5 * 60;
pub const CODE_RESEND_SECONDS: i64 = 60;
pub const CODES_PER_HOUR_NUMBER: u32 = 5;
pub const CODES_PER_DAY_NUMBER: u32 = 10;
pub const CODES_PER_HOUR_ADDRESS: u32 = 10;
/// Codes that leave the house for one community.
pub const CODES_PER_DAY_COMMUNITY: u32 = 200;
/// Tries at signing in, right or wrong, with whatever numbers.
pub const SIGN_INS_PER_HOUR_ADDRESS: u32 = 60;
/// Wrong second factors before the sign-in starts over.
pub const SECOND_FACTOR_TRIES: u32 = 5;

/// Changes by one person, as one process counts them; nobody presses so often.
pub const WRITES_PER_MINUTE_PERSON: u32 = 240;
pub const WRITES_PER_DAY_PERSON: u32 = 5_000;
/// Looks for free times or for people, by one person, as one process counts them.
pub const SEARCHES_PER_MINUTE_PERSON: u32 = 240;
pub const SEARCHES_PER_DAY_PERSON: u32 = 10_000;
/// Copies of all that is held about somebody, by one person, as one process counts them.
pub const COPIES_PER_HOUR_PERSON: u32 = 20;
/// Numbers that one person writes into files one by one; each tells whether it is somebody's here.
pub const NUMBERS_PER_HOUR_PERSON: u32 = 120;
/// Numbers in files that one person imports, checks counted like the real thing.
pub const IMPORTED_NUMBERS_PER_DAY_PERSON: u32 = 20_000;

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
/// Notices lie in an inbox so long.
pub const INBOX_DAYS: i64 = 180;
/// What became of a text is kept so long.
pub const ATTEMPT_DAYS: i64 = 90;
/// Rows of the outbox that one row for many is taken apart into at a time.
pub const FAN_OUT_ROWS: usize = 90;
/// Attempts at one message before it waits for a person.
pub const MESSAGE_ATTEMPTS: u32 = 8;
/// How long a message is left to the worker that took it.
pub const MESSAGE_LEASE_SECONDS: i64 = 60;
/// The wait after the first attempt at a message; it doubles with each.
pub const MESSAGE_RETRY_SECONDS: i64 = 30;
/// The longest such wait.
pub const MESSAGE_RETRY_LONGEST_SECONDS: i64 = 60 * 60;
/// Messages of one community that one pass of the relay takes on, and as many codes.
pub const RELAY_ROWS: usize = 200;
/// How long a channel may take over one text.
pub const SEND_SECONDS: u64 = 5;
/// How long one pass of the relay goes on through all communities. The function on AWS has 55, of which what is left is
/// for the text that is under way, and for what the table is told before and after it, however slow that is.
pub const RELAY_SECONDS: u64 = 30;
/// Texts that leave the house, all communities together: the most a day may cost.
pub const TEXTS_PER_DAY: u32 = 10_000;
/// Those of them that are notices; the rest is kept for sign-in codes.
pub const NOTICE_TEXTS_PER_DAY: u32 = 8_000;
/// Texts of alarms of one community, besides those: nobody's bookings use them up. What is beyond counts as any
/// other notice. Several times what all watched of a large community would cost at once.
pub const ALARM_TEXTS_PER_DAY: u32 = 1_000;
/// Tries at one transaction before the caller is asked to come back.
pub const COMMIT_TRIES: u32 = 8;
/// Tries that may follow first ones while the store is overloaded, until nothing is left: so many in reserve.
pub const RETRY_RESERVE: i64 = 50;
/// What the SDK may spend on tries of its own, until those that came through give it back: one costs 5, after a time-out 10.
pub const SDK_RETRY_TOKENS: usize = 100;
/// What each first try adds to the reserve, in tenths of a try.
pub const RETRY_TENTHS: i64 = 3;

const _: () = assert!(
    BOOKING_CELLS * 6 <= 300,
    "a move within a day looks at each cell it claims with four operators and at each it releases with two; DynamoDB takes 300 in an expression"
);
const _: () = assert!(
    CLAIMS_KEPT_DAYS > CLOSE_DAYS + QUOTE_DAYS,
    "an open booking never outlives its claims"
);
const _: () = assert!(
    FAN_OUT_ROWS < 100,
    "with the row they come from; DynamoDB takes 100 items per transaction"
);
const _: () = assert!(
    TOGETHER_ITEMS < 100,
    "with the count of alerts that changed; DynamoDB takes 100 items per transaction"
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

const _: () = assert!(
    SIGN_INS_PER_HOUR_ADDRESS >= CODES_PER_HOUR_ADDRESS * CODE_TRIES,
    "whoever may ask for codes may try each of them"
);
const _: () = assert!(
    IMPORTED_NUMBERS_PER_DAY_PERSON as usize >= 2 * IMPORT_ROWS,
    "the fullest file may be checked and taken on the same day"
);
/// The longest an activity lasts.
pub const ACTIVITY_HOURS: i64 = 12;
/// How long ahead an activity may be published; a series reaches further.
pub const ACTIVITY_AHEAD_DAYS: i64 = 370;
/// Places of one activity.
pub const ACTIVITY_PEOPLE: u16 = 300;
/// People who wait for a place of one activity.
pub const ACTIVITY_WAITING: u16 = 300;
/// Dates of one series: published in one transaction.
pub const SERIES_OCCURRENCES: u8 = 48;
/// Days whose activities are listed at once.
pub const ACTIVITY_DAYS: u8 = 31;
/// Activities somebody may have signed up for that are still to come.
pub const OPEN_SIGN_UPS: usize = 30;
/// People of one team.
pub const TEAM_PEOPLE: usize = 100;
/// Teams of one community; they are listed at once.
pub const TEAMS: usize = 200;
/// What a volunteer offers, or an activity asks for.
pub const SKILLS: usize = 10;
/// Characters of a number of the national network.
pub const UNIFIED_NUMBER_CHARS: usize = 24;
/// Records of service time that leave for the national network in one file.
pub const NETWORK_BATCH_RECORDS: usize = 500;
/// Those of them that are written together.
pub const NETWORK_PART_RECORDS: usize = 90;
/// Characters of each text in such a record; what is longer is cut.
pub const NETWORK_TEXT_CHARS: usize = 200;
/// What a record goes by in the network.
pub const NETWORK_EXTERNAL_CHARS: usize = 64;
/// Records of each state that are looked at to count them.
pub const NETWORK_COUNTED: usize = 2_000;
/// Differences to the network's list that are shown at once.
pub const NETWORK_DIFFERENCES: usize = 500;

const _: () = assert!(
    NETWORK_PART_RECORDS + 2 <= 100,
    "with their part and their batch; DynamoDB takes 100 items per transaction"
);
const _: () = assert!(
    NETWORK_BATCH_RECORDS < IMPORT_ROWS,
    "a file that left fits in when it comes back"
);
const _: () = assert!(
    NOTICE_TEXTS_PER_DAY + CODES_PER_DAY_COMMUNITY <= TEXTS_PER_DAY,
    "notices leave room for codes"
);
const _: () = assert!(
    POINTS_EXPIRE_MONTHS as usize + 2 < ACCOUNT_LOTS,
    "a month's points each have a place, those without an end too"
);
const _: () = assert!(
    VOUCHER_WARNED_DAYS < VOUCHER_DAYS,
    "a warning comes after the voucher"
);
const _: () = assert!(
    DOOR_SECONDS + DOOR_GRACE_SECONDS < 60,
    "a code of a minute ago is gone"
);
const _: () = assert!(
    MESSAGE_RETRY_SECONDS * 7 < CODE_SECONDS,
    "a code that did not go out is tried three times more while it lives"
);
const _: () = assert!(
    MESSAGE_LEASE_SECONDS > 2 * SEND_SECONDS as i64 && MESSAGE_LEASE_SECONDS < CODE_SECONDS,
    "a worker has the time to send, and whoever comes after a crash finds a code still good"
);
const _: () = assert!(
    MESSAGE_LEASE_SECONDS > (RELAY_SECONDS + 2 * SEND_SECONDS) as i64,
    "what a pass has begun is nobody else's before the pass is over"
);

// the library
/// Copies of one title, those that were lost or withdrawn among them.
pub const TITLE_COPIES: usize = 60;
/// Readers that wait for one title.
pub const HOLD_QUEUE: usize = 50;
/// Books one reader may have at once, whatever the rules say.
pub const READER_LOANS: usize = 50;
/// Titles one reader may wait for at once.
pub const READER_HOLDS: usize = 10;
/// How far ahead an open day is looked for.
pub const LIBRARY_SHUT_DAYS: i64 = 60;
/// Loan rules, and days on which the library is closed.
pub const LOAN_RULES: usize = 30;
pub const CLOSED_DAYS: usize = 100;
/// The longest loan, and the longest a copy is kept, in days.
pub const LOAN_DAYS: u32 = 365;
pub const PICK_UP_DAYS: u32 = 30;
/// The most renewals a rule may allow.
pub const LOAN_RENEWALS: u32 = 20;
/// Characters of a title, of one author; authors and subjects of a title.
pub const BOOK_CHARS: usize = 120;
pub const AUTHOR_CHARS: usize = 60;
pub const TITLE_AUTHORS: usize = 10;
/// Characters of a label on a book, whoever printed it.
pub const LABEL_CHARS_LEAST: usize = 3;
pub const LABEL_CHARS: usize = 24;
/// Body of a file with titles, and its rows. A function on AWS gets no larger one.
pub const IMPORT_LARGE_BYTES: usize = 4 * 1024 * 1024;
pub const IMPORT_LARGE_ROWS: usize = 12_000;
/// Copies taken in at once.
pub const INTAKE_COPIES: u32 = 20;
/// Returns of one call, and steps a telephone kept.
pub const RETURNED_AT_ONCE: usize = 50;
/// A step that was kept without a line counts as done no longer ago than this.
pub const KEPT_HOURS: i64 = 7 * 24;
pub const KEPT_STEPS: usize = 50;
/// Labels of one count of the shelves.
pub const AUDIT_LABELS: usize = 4_000;
/// Of what was scanned and is no label of ours, as many are written down.
pub const AUDIT_UNKNOWN: usize = 500;
/// The longest walk along the shelves that a count looks back over.
pub const AUDIT_HOURS: i64 = 12;

// messages to browsers
/// Browsers of one person that are told; one more takes the place of the one that asked the longest ago.
pub const PUSH_BROWSERS: usize = 5;
/// How long a browser is told that does not ask again.
pub const PUSH_DAYS: i64 = 60;
/// Where a browser is reached, in bytes.
pub const PUSH_ENDPOINT_BYTES: usize = 1_024;
/// Characters of somebody's number in WeChat (`openid`).
pub const WECHAT_ID_CHARS_LEAST: usize = 8;
pub const WECHAT_ID_CHARS: usize = 64;
/// How long a browser's server keeps a message for a browser that is off, in seconds.
pub const PUSH_KEPT_SECONDS: i64 = 12 * 3_600;
/// How long our word holds for a browser's server, in seconds; a day at most (RFC 8292, section 2).
pub const PUSH_TOKEN_SECONDS: i64 = 12 * 3_600;

// doors and silence
/// A door that missed this many heartbeats in a row is dead.
pub const HEARTBEATS_MISSED: i32 = 2;
/// How far ahead of ours a device's clock may be before its word is not taken.
pub const CLOCK_AHEAD_MINUTES: i64 = 5;
/// How far ahead of ours a moment may stay.
pub const CLOCK_CLAMP_MINUTES: i64 = 2;
/// How old an event may be when it comes in.
pub const EVENT_AGE_DAYS: i64 = 7;
/// The longest absence that is said at once, in days, and how many may stand before somebody.
pub const ABSENCE_DAYS: i64 = 183;
pub const ABSENCES: usize = 10;
/// How long after its beginning a sign at home does not end an absence, in hours: somebody comes back for what they
/// forgot. The number is ours.
pub const ABSENCE_LEAVING_HOURS: i64 = 2;
/// The shortest and the longest window, in minutes.
pub const WATCH_MINUTES_LEAST: u32 = 6 * 60;
pub const WATCH_MINUTES: u32 = 14 * 24 * 60;
/// Doors and cards of one person who is watched.
pub const WATCH_DOORS: usize = 8;
pub const WATCH_CREDENTIALS: usize = 10;
/// The longest a door may be silent in order, in minutes.
pub const HEARTBEAT_MINUTES: u32 = 24 * 60;
/// How long before the deadline somebody may be asked at the earliest, and how long an acknowledgement
/// may hold, in minutes.
pub const ASK_MINUTES: u32 = 6 * 60;
pub const LEASE_MINUTES: u32 = 24 * 60;
/// Steps of a ladder, and the longest wait before one of them, in minutes.
pub const LADDER_STEPS: usize = 6;
pub const LADDER_WAIT_MINUTES: u32 = 12 * 60;
/// How often the last step is told again while nobody takes the alert on, in minutes.
pub const LADDER_REPEAT_MINUTES: u32 = 30;
/// Notices of one alert that are shown with it, the latest; of each reader's inbox so many of the time it was open are
/// looked at for it, and so many tries to send each.
pub const ALERT_TOLD: usize = 50;
pub const ALERT_TOLD_LOOKED: usize = 500;
pub const ALERT_TRIES: usize = 100;
/// A sweeper that has not passed for longer is late, in minutes.
pub const SWEEP_LATE_MINUTES: i64 = 5;
/// The most alerts of one sweep that are shown one by one.
pub const AREA_LEAST: u32 = 1_000;
/// How far a device's clock may be from ours to be set right by what it says, in seconds.
pub const SKEW_SECONDS: i64 = 2 * 24 * 3_600;
/// The latest heartbeats that tell how a device's clock goes; odd, so that one is in the middle.
pub const SKEW_HEARTBEATS: usize = 9;
/// Where heartbeats say no time: how many live events tell how a device's clock goes, and how far apart they are at
/// least, in minutes.
pub const SKEW_EVENTS: usize = 3;
pub const SKEW_EVENT_MINUTES: i64 = 10;
/// A clock that is further off than that, and by the same for so long, is known to be wrong, in minutes.
pub const ASTRAY_MINUTES: i64 = 60;
/// So long after somebody was identified at a door its opening is theirs, in seconds, and how many of them are
/// remembered. A card releases a lock for five seconds as it comes, and for longer for whoever walks slowly.
pub const OPENED_AFTER_SECONDS: i64 = 30;
pub const IDENTIFIED: usize = 8;
/// Readers, and doors, of one terminal of which it is said which way they lead.
pub const WAYS: usize = 32;
/// Lines of a log of what doors said before, taken in one file.
pub const HISTORY_ROWS: usize = 1_000;
/// A reason to look at somebody's comings and goings has at least so many characters.
pub const REASON_CHARS_LEAST: usize = 2;
/// Index partitions of one community's deadlines.
pub const WATCH_SHARDS: u32 = 4;
/// Of many people whose signs came in together, or whose alerts are opened together: items of one transaction.
pub const TOGETHER_ITEMS: usize = 90;
/// Raw events are kept for so many days, then counts of days.
pub const EVENT_DAYS: i64 = 90;
/// How many of these are shown to whom they are about; all of them are in the copy of their data.
pub const SIGNS_OF_ONESELF: usize = 20;
/// How far the clock of a signed call may be from ours.
pub const SIGNED_MINUTES: i64 = 5;
/// Somebody who is watched and was never seen for so long is a matter of their doors, and told as often; so is a
/// device that never spoke.
pub const NEVER_HEARD_HOURS: i64 = 24;
/// How often somebody behind a dead door is looked at again.
pub const BLIND_MINUTES: i64 = 5;
/// How long a door's outages are remembered, in days, and how many: longer than the longest window.
pub const OUTAGE_DAYS: i64 = 100;
pub const OUTAGES: usize = 100;
/// How many of these, the latest, are shown with the door.
pub const OUTAGES_SHOWN: usize = 5;
/// How often it is told at most that the same door is dead, in hours: one that comes and goes wakes nobody each time.
pub const DOOR_TOLD_HOURS: i64 = 6;
/// How often it is told again that somebody behind a dead door is to be called, in hours.
pub const UNSEEN_TOLD_HOURS: i64 = 4;
/// Doors that were not heard from for so long count as not heard from lately, in minutes; so many of them should have
/// been, and fewer than so many of a hundred were: then what doors say does not come in. How long an alert is held
/// for that, in minutes.
pub const LAG_MINUTES: i64 = 10;
pub const LAG_WORDS_LEAST: i64 = 5;
pub const LAG_PER_CENT: i64 = 20;
pub const LAG_HELD_MINUTES: i64 = 2 * 60;
/// Of those that one notice is about, as many are named in it.
pub const NAMED_IN_NOTICE: usize = 50;
/// How long after the deadline the link of a question how somebody is may be answered, in hours.
pub const WELL_HOURS: i64 = 24;
/// Characters of the key of such a link.
pub const WELL_KEY_CHARS: usize = 128;
/// How long before its end somebody is told of an absence, in hours; of one that is shorter than twice that, in the
/// middle.
pub const ABSENCE_TOLD_HOURS: i64 = 24;
/// Nobody is told of the end of an absence that is shorter, in hours.
pub const ABSENCE_TOLD_LEAST_HOURS: i64 = 4;
/// Deadlines of one partition of the index that one pass of the sweeper looks at.
pub const WATCH_SWEPT: usize = 5_000;
/// Deadlines that are reckoned anew within the call that changed the rules; the sweeper does the others.
pub const RECKONED_AT_ONCE: usize = 500;
/// Of what is due so many are read, and what is found among them is done, before more are read.
pub const SWEPT_TOGETHER: usize = 100;
/// How long one pass of the sweeper goes on through all communities, in seconds: of what is watched, and of everything.
/// The function on AWS has 55, of which what is left is for what was read and is not done yet.
pub const SWEEP_WATCH_SECONDS: u64 = 30;
pub const SWEEP_SECONDS: u64 = 40;
/// Events that a device may send in one body.
pub const DOOR_EVENTS: usize = 100;
/// Parts of one body, pictures that are thrown away among them.
pub const DOOR_PARTS: usize = 200;
/// Characters of one field that is read: of a card, of a number in a device's own list, of a time.
pub const DOOR_FIELD_CHARS: usize = 64;
/// How deep the elements of an event may lie in each other.
pub const DOOR_DEPTH: usize = 16;

// readings of the body
/// What is looked at of one measure, in thousandths of its unit: outside of `least..=most` the sensor is
/// off; at `low` and `high` somebody looks where nothing else is agreed; it is over only behind `margin`.
#[derive(Clone, Copy, Debug)]
pub struct Usual {
    pub least: i32,
    pub most: i32,
    pub low: Option<i32>,
    pub high: Option<i32>,
    pub margin: i32,
}
const fn usual(least: i32, most: i32, low: Option<i32>, high: Option<i32>, margin: i32) -> Usual {
    Usual {
        least,
        most,
        low,
        high,
        margin,
    }
}
// Bounds: those that score three by themselves in NEWS2 (Royal College of Physicians, 2017), which leaves
// the diastolic pressure out and gives warmth two points at 39.1. Sugar: 3.9 mmol/L is where it is low
// (ADA, Standards of Care); for high there is no such number, and 16.7 stands in.
pub const HEART_RATE: Usual = usual(20_000, 250_000, Some(40_000), Some(131_000), 5_000);
pub const SYSTOLIC: Usual = usual(40_000, 300_000, Some(90_000), Some(220_000), 10_000);
pub const DIASTOLIC: Usual = usual(20_000, 200_000, None, Some(120_000), 5_000);
pub const SPO2: Usual = usual(50_000, 100_000, Some(91_000), None, 2_000);
pub const TEMPERATURE: Usual = usual(25_000, 45_000, Some(35_000), Some(39_100), 500);
pub const GLUCOSE: Usual = usual(600, 40_000, Some(3_900), Some(16_700), 500);
pub const RESPIRATION: Usual = usual(3_000, 80_000, Some(8_000), Some(25_000), 2_000);
/// The shortest and the longest window without a reading, in minutes.
pub const NO_READING_MINUTES_LEAST: u32 = 30;
pub const NO_READING_MINUTES: u32 = 14 * 24 * 60;
/// So far below a device's largest number one that never came is still taken: more than two bodies of the
/// most events. A multiple of 64.
pub const SEEN_NUMBERS: u64 = 256;
/// How often one person may listen for changes of alerts at once.
pub const STREAMS: usize = 4;
/// Wearables and gateways of one person.
pub const VITAL_DEVICES: usize = 8;
/// Observations that a device may send in one body.
pub const OBSERVATIONS: usize = 100;
/// How long a device may tell of a press of the button once more, in minutes: one whose answer was lost tries again
/// within seconds, and one whose clock stands still says the same moment of the next press. How many are compared.
pub const PRESS_REPEAT_MINUTES: i64 = 10;
pub const PRESSES: usize = 16;
/// The latest readings that are shown of somebody at once.
pub const READINGS_SHOWN: usize = 50;

// the care desk
/// How long one may do nothing about a case one has, and how long one is asked to take it over, in minutes.
pub const TASK_LEASE_MINUTES: u32 = 60;
pub const HAND_OVER_MINUTES: u32 = 30;
/// How often the station is told of what nobody has, in minutes.
pub const STATION_MINUTES: u32 = 60;
/// Minutes to answer whether one goes there, and then to be there, by how soon it has to be.
pub const VISIT_ROUTINE_ANSWER_MINUTES: u32 = 240;
pub const VISIT_ROUTINE_MINUTES: u32 = 24 * 60;
pub const VISIT_SOON_ANSWER_MINUTES: u32 = 30;
pub const VISIT_SOON_MINUTES: u32 = 120;
pub const VISIT_URGENT_ANSWER_MINUTES: u32 = 5;
pub const VISIT_URGENT_MINUTES: u32 = 20;
/// How long a visit stays with whoever's time for it ran out, so that they still say what they found.
pub const VISIT_LATE_HOURS: u32 = 24;
/// How many are asked, one after the other, whether they go there.
pub const VISIT_ASKED: usize = 6;
/// Days between two visits, by tier.
pub const VISIT_DAYS_RED: i64 = 7;
pub const VISIT_DAYS_ORANGE: i64 = 14;
pub const VISIT_DAYS_YELLOW: i64 = 30;
pub const VISIT_DAYS_GREEN: i64 = 90;
/// How much a reason says for going there, by the tier it asks for.
pub const FACTOR_WEIGHT_RED: u32 = 4;
pub const FACTOR_WEIGHT_ORANGE: u32 = 2;
pub const FACTOR_WEIGHT_YELLOW: u32 = 1;
/// How long after its moment a follow-up is missed, and how far ahead it may lie.
pub const FOLLOW_UP_GRACE_HOURS: i64 = 24;
/// How long after its moment a follow-up that nothing came of passes to whoever is behind its owner, or to the station.
pub const FOLLOW_UP_LATE_HOURS: i64 = 6;
const _: () = assert!(
    FOLLOW_UP_LATE_HOURS < FOLLOW_UP_GRACE_HOURS,
    "somebody else has it before it is missed"
);
pub const FOLLOW_UP_DAYS: i64 = 366;
/// Of one case.
pub const CASE_ALERTS: usize = 50;
pub const CASE_CALLS: usize = 100;
pub const CASE_VISITS: usize = 30;
pub const CASE_LINKS: usize = 30;
pub const CASE_FOLLOW_UPS: usize = 30;
pub const CASE_REFLECTIONS: usize = 10;
pub const CASE_REOPENINGS: usize = 10;
pub const CASE_SAID_CHARS: usize = 2_000;
/// What happened to one task is kept so far back.
pub const TASK_TURNS: usize = 60;
/// What happened to somebody is shown so far back.
pub const TIMELINE_EVENTS: usize = 100;
/// How long a note may be rewritten.
pub const NOTE_OPEN_HOURS: i64 = 72;
pub const NOTE_ADDENDA: usize = 20;
pub const NOTE_PHRASES: usize = 20;
pub const CARE_CONTACTS: usize = 10;
pub const CARE_NODES: usize = 20;
/// Pictures and documents of one case, and bytes of one: as text it still fits into one item.
pub const CASE_FILES: usize = 10;
pub const ATTACHMENT_BYTES: usize = 256 * 1024;
/// Digits of the number that puts the team through.
pub const RELAY_DIGITS_LEAST: usize = 5;
pub const RELAY_DIGITS: usize = 16;
/// Lines of the log of views that are linked at once, and how often it is tried while others of the same person come
/// in between.
pub const VIEWS_LINKED: usize = 97;
pub const VIEW_TRIES: u32 = 60;
/// Cases of one pass of the sweeper.
pub const CASES_SWEPT: usize = 2_000;

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::{Timestamp, ToSpan};

    use super::*;
    use crate::availability::{Blocked, Calendar, Day, Exception, Hours, Weekly, Wrong};
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
        let flaw = |calendar: &Calendar| calendar.flaw().map(|flaw| (flaw.at, flaw.what));
        let long = Wrong::TooLong { max: LINE_CHARS };
        assert_eq!(flaw(&wordy), Some(("/blocked/3/reason".into(), long)));
        let mut crowded = calendar.clone();
        crowded.exceptions[3].hours.push(Hours { from, to });
        let many = Wrong::TooMany {
            max: EXCEPTION_SPANS,
        };
        assert_eq!(flaw(&crowded), Some(("/exceptions/3/hours".into(), many)));
        let mut twice = calendar;
        twice.exceptions[3].date = twice.exceptions[4].date;
        assert_eq!(flaw(&twice), Some(("/exceptions".into(), Wrong::Twice)));
    }
}
