//! The components both apps are drawn with. WeUI's classes lie underneath; colour and space come
//! from `style/tokens.css`; each component's own look stands beside it (`x.rs`, `x.css`).
//!
//! | for | use |
//! |---|---|
//! | pressing | [`Button`], [`LinkButton`] with a [`Kind`] |
//! | telling | [`Cells`], [`Cell`], [`Facts`], [`Fact`], [`Tag`], [`Badge`], [`Note`], [`Empty`] |
//! | asking | [`Field`], [`TextArea`], [`Select`], [`Switch`], [`Chips`], [`SearchBar`] |
//! | keeping what is typed | [`Draft`]; [`Passing`] where it is about somebody's health |
//! | for a camera | [`Qr`] and [`Bars`] to be read, [`Scanner`] to read |
//! | sending | [`Send`], with [`TroubleNote`] for its problem |
//! | what the address asks for | [`asked`], [`asked_now`] |
//! | remote data | [`Remote`] + [`Load`], [`Paged`] + [`Rows`] |
//! | over the page | [`Sheet`], [`say`] |
//! | around the page | [`Shell`], [`Page`] |
//!
//! # What tests hold on to (`data-testid`)
//! Everywhere: `title`, `back`, `tab-<place>`, `toast`, `offline`, `waiting`, `empty`, `failed`, `retry`, `more`,
//! `problem` (with `data-code`), `sheet-close`, `search`, `search-go`; each field and button under its own `name`;
//! chips as `<name>-<value>`.
//! Home: `category`, `next-booking`, `elder-switch`, `language-switch`, `unread`, `feedback-link`.
//! Services: `service`, `category-<slug>`, `price`, `cutoff`, `provider`, `book`.
//! Time: `day` (with `data-day`, `data-free`), `slot` (with `data-start`), `next-free`, `provider-<id>`.
//! Confirm: `summary`, `note`, `for-<person>`, `consent`, `submit`, `other-time`.
//! Bookings: `booking` (with `data-id`), `booking-state` (with `data-state`), `timeline`, `move-<move>`, `reason`, `amount`,
//! `star-<1..5>`, `text`, `move-submit`, `tab-open`, `tab-past`.
//! Serving: `request`, `visit`, `weekly`, `breaks`, `exceptions`, `blocked`, `add-<list>`, `remove-<list>`, `calendar-save`, `apply`.
//! Sign-in: `phone`, `send-code`, `code`, `sign-in`, `resend`, `demo-<role>`, `demo-outbox`, `code-now`, `factor-code`, `factor-secret`, `factor-submit`.
//! Me: `me-name`, `size-<size>`, `theme-<theme>`, `language-<zh|en>`, `sign-out`, `sign-out-everywhere`, `to-desk`,
//! `child-name`, `child-born`, `child-add`, `consent-<purpose>`, `export`, `delete-phone`, `delete-me`, `view-row`.
//! Scanner: `scan-open`, `scan-camera` (with `data-state`), `scan-words`, `scan-again`, `scan-which`, `scan-torch`, `scan-photo`.
//! Watching: `alert` (with `data-id`, `data-person`, `data-state`), `age`, `owner`, `acknowledge`, `close-alert`, `blind-person`, `show-phone`, `call`,
//! `whereabouts` (with `data-state`), `device-key`, `absence`, `backtest-result`.
//! Care desk: `case` (with `data-id`, `data-person`, `data-stage`, `data-overdue`), `care-count`, `visit-due`, `refer-go`, `care-file` (with `data-id`,
//! `data-ver`), `open-file`, `file-change`, `contact`, `factor`, `glass`, `glass-broken`, `nodes-change`, `node-edit`, `report-file`, `backtest-result`, `adopt-go`.
//! Watch: `to-watch`, `well`, `well-done`, `seen`, `place`, `looking`, `unwatched`, `to-away`, `kind-<kind>`, `from`, `until`, `away-send`, `absence`
//! (with `data-id`, `data-over`), `back-early`, `to-vitals`, `reading`, `measure`, `measure-row` (with `data-metric`).
//! Case: `case-page` (with `data-id`, `data-ver`), `case-stage` (with `data-stage`), `owner`, `lost-to`, `take`, `call-110`, `call-120`, `copy-address`;
//! what is open or opened as `<form>` and `<form>-open` (`call-form`, `visit-form`, `link-form`, `follow-up-form`, `close-form`, `hand-form`,
//! `reflect-form`, `reopen-form`); what was done as `call-line`, `visit`, `turn` (with `data-what`), `link-line`, `follow-up`, `closing`, `lesson`,
//! `note-of`, `between`; `note-write`, `kept-notes` (with `data-count`); `case-file` (with `data-id`, `data-form`), `file-show`, `file-picture`,
//! `file-fetch`, `attach-form`, `attach-camera`, `attach-file`, `attach-chosen`, `attach-go`.
//! Care: `task` (with `data-id`, `data-kind`, `data-asked`), `asked`, `own`, `asks`, `room`, `time-left`, `accept`, `decline`, `why-<key>`, `reason`,
//! `decline-send`, `arrive`, `assessment`, `found-<found>`, `facts`, `called-<110|120>`, `assess`, `call-110`, `call-120`, `address`, `came`, `done`,
//! `ring`, `ring-relay`, `whom-<person>`, `said`, `ask-send`, `ask-sent`.
//! Inbox: `message` (with `data-topic`, `data-read`).

mod asked;
mod bars;
mod button;
mod cell;
mod draft;
mod empty;
mod field;
mod icon;
mod load;
mod page;
mod passing;
mod qr;
mod scanner;
mod send;
mod sheet;
mod shell;
mod tag;
mod toast;

pub use asked::{asked, asked_now};
pub use bars::Bars;
pub use button::{Button, Kind, LinkButton};
pub use cell::{Cell, Cells, Fact, Facts};
pub use draft::Draft;
pub use empty::{Empty, Note, ProblemNote, TroubleNote};
pub use field::{Chips, Field, SearchBar, Select, Switch, TextArea, Trouble, uid};
pub use icon::Icon;
pub use load::{Face, Failed, Fetch, Load, Paged, Remote, Rows, Skeleton};
pub use page::Page;
pub use passing::{Passing, forget_passing};
pub use qr::Qr;
pub use scanner::Scanner;
pub use send::Send;
pub use sheet::{Place, Sheet};
pub use shell::{OfflineBar, Shell, Tab};
pub use tag::{Badge, Tag, Tone};
pub use toast::{Toast, say, say_next};
