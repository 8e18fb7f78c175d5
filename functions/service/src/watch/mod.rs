//! Doors and silence. Read [`door_events`] (what a door says, and whether it is that door), [`arrive`] (what
//! becomes of it), [`sweep`] (when silence is too long), then [`watched`] and [`alerts`]. [`log`] and
//! [`vendor`] read what others write. What bodies say goes the same way: [`observations`] and [`fhir`],
//! [`health`], [`corrected`], [`health_due`], [`vitals`].

mod absences;
pub(crate) mod alerts;
pub mod arrive;
mod backtest;
mod corrected;
mod days;
mod devices;
mod door_events;
pub(crate) mod faces;
mod fhir;
mod health;
mod health_due;
mod history;
pub mod log;
mod observations;
mod people;
mod question;
pub mod queue;
mod rules;
pub mod signature;
mod signs;
pub mod sweep;
mod sweeper;
mod tag;
pub mod together;
pub mod vendor;
mod vendor_door;
mod vitals;
mod watched;
mod well;

use axum::Router;
use wire::watch::{
    AcknowledgeAlert, AnswerWell, BacktestRules, CloseAlert, CreateAbsence, CreateDevice,
    CreateWatched, EndAbsence, GetAlert, GetMyVitals, GetMyWatch, GetVitals, GetWatchHealth,
    GetWatchRules, GetWatched, ImportDoorEvents, ListAbsences, ListAlerts, ListDevices,
    ListDoorDays, ListMySigns, ListMyWatchPeople, ListSigns, ListWatchRules, ListWatched,
    PutDeviceWays, PutVitals, PutWatchRules, RecordDahua, RecordDoorEvents, RecordHikvision,
    RecordObservations, RecordZkteco, RotateDeviceKey, SayWell, UpdateWatched,
};

use crate::ctx::Ctx;
use crate::http::{mount, mount_open};

pub fn routes(router: Router<Ctx>) -> Router<Ctx> {
    let router = mount_open::<RecordDoorEvents, _, _>(router, door_events::run);
    let router = mount_open::<RecordHikvision, _, _>(router, vendor_door::hikvision);
    let router = mount_open::<RecordDahua, _, _>(router, vendor_door::dahua);
    let router = mount_open::<RecordZkteco, _, _>(router, vendor_door::zkteco);
    let router = mount::<ImportDoorEvents, _, _>(router, history::run);
    let router = mount_open::<RecordObservations, _, _>(router, observations::run);
    let router = mount::<GetVitals, _, _>(router, vitals::get);
    let router = mount::<PutVitals, _, _>(router, vitals::put);
    let router = mount::<GetMyVitals, _, _>(router, vitals::mine);
    let router = mount::<ListDevices, _, _>(router, devices::list);
    let router = mount::<CreateDevice, _, _>(router, devices::create);
    let router = mount::<RotateDeviceKey, _, _>(router, devices::rotate);
    let router = mount::<PutDeviceWays, _, _>(router, devices::lead);
    let router = mount::<ListDoorDays, _, _>(router, days::list);
    let router = mount::<ListWatched, _, _>(router, watched::list);
    let router = mount::<CreateWatched, _, _>(router, watched::create);
    let router = mount::<GetWatched, _, _>(router, watched::get);
    let router = mount::<UpdateWatched, _, _>(router, watched::update);
    let router = mount::<ListSigns, _, _>(router, signs::list);
    let router = mount::<GetMyWatch, _, _>(router, watched::mine);
    let router = mount::<ListMySigns, _, _>(router, signs::mine);
    let router = mount::<ListMyWatchPeople, _, _>(router, people::list);
    let router = mount::<SayWell, _, _>(router, well::run);
    let router = mount_open::<AnswerWell, _, _>(router, well::answer);
    let router = mount::<CreateAbsence, _, _>(router, absences::create);
    let router = mount::<ListAbsences, _, _>(router, absences::list);
    let router = mount::<EndAbsence, _, _>(router, absences::end);
    let router = mount::<ListAlerts, _, _>(router, alerts::list);
    let router = mount::<GetAlert, _, _>(router, alerts::get);
    let router = mount::<AcknowledgeAlert, _, _>(router, alerts::acknowledge);
    let router = mount::<CloseAlert, _, _>(router, alerts::close);
    let router = mount::<GetWatchHealth, _, _>(router, sweeper::run);
    let router = mount::<GetWatchRules, _, _>(router, rules::get);
    let router = mount::<ListWatchRules, _, _>(router, rules::versions);
    let router = mount::<PutWatchRules, _, _>(router, rules::put);
    mount::<BacktestRules, _, _>(router, backtest::run)
}
