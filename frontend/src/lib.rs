//! The two apps of Linli: `resident` for phones, `desk` for the station. Both are drawn from the
//! contract in `wire` and preview the rules in `domain`.
//!
//! Read [`api`] (the only fetch), [`session`] (who is here), [`ui`] (the components), then the
//! route tables in `bin/`. What can be said without a browser is in [`model`], and tested there.

pub mod api;
pub mod app;
pub mod browser;
pub mod clock;
pub mod disk;
pub mod i18n;
pub mod ids;
pub mod model;
pub mod pages;
pub mod prefs;
pub mod session;
pub mod ui;
