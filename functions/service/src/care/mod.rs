//! The care desk. Read [`change`] (what is written with a case, and who is told), [`cases`] (how one comes to be and
//! what it shows), [`steps`] (what is done about it), [`close`]; [`tasks`] is what those see who go there. [`sweep`]
//! is what becomes of cases by themselves. Alerts open and join cases in their own transaction, in the store.

mod attachments;
mod board;
mod cases;
mod change;
mod close;
mod faces;
mod files;
mod looks;
mod nodes;
mod notes;
mod report;
mod steps;
pub mod sweep;
mod tasks;

use axum::Router;
use wire::care::{
    AddAddendum, AnswerTask, ArriveTask, AssessTask, AttachFile, BreakGlass, CloseCase, CreateCase,
    CreateNote, EndTask, GetCareBoard, GetCareFile, GetCareNodes, GetCareReport, GetCareReportFile,
    GetCase, GetCaseFile, HandOver, LinkResource, ListCases, ListLooks, ListLooksAt, ListTasks,
    MergeCase, OrderVisit, PlanFollowUp, PutCareFile, PutCareNodes, PutCareRelay, RecordCall,
    ReflectCase, ReopenCase, TakeCase, UpdateNote,
};

use crate::ctx::Ctx;
use crate::http::mount;

pub use faces::sees;

pub fn routes(router: Router<Ctx>) -> Router<Ctx> {
    let router = mount::<ListCases, _, _>(router, cases::list);
    let router = mount::<CreateCase, _, _>(router, cases::create);
    let router = mount::<GetCase, _, _>(router, cases::get);
    let router = mount::<TakeCase, _, _>(router, steps::take);
    let router = mount::<RecordCall, _, _>(router, steps::call);
    let router = mount::<OrderVisit, _, _>(router, steps::visit);
    let router = mount::<LinkResource, _, _>(router, steps::link);
    let router = mount::<PlanFollowUp, _, _>(router, steps::follow_up);
    let router = mount::<HandOver, _, _>(router, steps::hand_over);
    let router = mount::<CloseCase, _, _>(router, close::close);
    let router = mount::<ReopenCase, _, _>(router, close::reopen);
    let router = mount::<MergeCase, _, _>(router, close::merge);
    let router = mount::<ReflectCase, _, _>(router, close::reflect);
    let router = mount::<CreateNote, _, _>(router, notes::create);
    let router = mount::<AttachFile, _, _>(router, attachments::attach);
    let router = mount::<GetCaseFile, _, _>(router, attachments::get);
    let router = mount::<UpdateNote, _, _>(router, notes::update);
    let router = mount::<AddAddendum, _, _>(router, notes::add);
    let router = mount::<ListTasks, _, _>(router, tasks::list);
    let router = mount::<AnswerTask, _, _>(router, tasks::answer);
    let router = mount::<ArriveTask, _, _>(router, tasks::arrive);
    let router = mount::<AssessTask, _, _>(router, tasks::assess);
    let router = mount::<EndTask, _, _>(router, tasks::end);
    let router = mount::<GetCareBoard, _, _>(router, board::get);
    let router = mount::<GetCareReport, _, _>(router, report::get);
    let router = mount::<GetCareReportFile, _, _>(router, report::file);
    let router = mount::<GetCareFile, _, _>(router, files::get);
    let router = mount::<PutCareFile, _, _>(router, files::put);
    let router = mount::<BreakGlass, _, _>(router, files::glass);
    let router = mount::<ListLooks, _, _>(router, looks::list);
    let router = mount::<ListLooksAt, _, _>(router, looks::list_at);
    let router = mount::<GetCareNodes, _, _>(router, nodes::get);
    let router = mount::<PutCareNodes, _, _>(router, nodes::put);
    mount::<PutCareRelay, _, _>(router, nodes::put_relay)
}
