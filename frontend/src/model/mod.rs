//! What the pages show, worked out without a browser and tested as it is.

pub mod bars;
pub mod desk_activity;
pub mod desk_calendar;
pub mod desk_import;
pub mod desk_lanes;
pub mod desk_person;
pub mod desk_reward;
pub mod desk_service;
pub mod desk_vetting;
pub mod draft;
pub mod kept;
pub mod library;
pub mod library_rules;
pub mod money;
pub mod notice;
pub mod path;
pub mod phone;
pub mod problem;
pub mod qr;
pub mod scan;
pub mod slots;
pub mod timeline;
pub mod vitals;
pub mod volunteer;
pub mod watch;
pub mod when;
