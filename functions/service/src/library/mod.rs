//! The library. Read [`scan`] (what was meant), [`lend`] and [`give_back`], then [`holds`]; [`moves`] is
//! what they have in common.

mod audits;
mod cards;
pub mod catalogue;
mod faces;
mod give_back;
mod history;
mod holds;
pub(crate) mod import;
mod intake;
mod labels;
mod ledger;
mod lend;
mod loans;
mod marks;
mod moves;
mod readers;
mod renew;
mod replay;
mod rules;
mod scan;
mod search;
pub mod sweep;
mod tasks;
mod titles;

use axum::Router;
use wire::library::catalogue::{
    CreateCopies, CreateTitle, GetCopy, GetTitle, ListLabels, ListTitles, MarkCopy, UpdateTitle,
};
use wire::library::desk::{
    FindReaders, GetHistory, GetReader, GetReaderByCard, ListLent, ListLibraryTasks, ListPickUps,
    ListReaderCards, ReturnMany, SettleLibraryTask,
};
use wire::library::import::{
    CancelLibraryImport, GetLibraryImport, ImportTitles, ListLibraryImportRows, ListLibraryImports,
};
use wire::library::loans::{
    CancelHold, CreateHold, CreateLoan, GetLoan, GetReaderCard, ListHolds, ListLoans, RenewLoan,
    RenewReaderCard, ReplayLibrary, ReturnCopy,
};
use wire::library::settings::{GetLibrary, PutLibrary};
use wire::library::shelf::{
    ConfirmAudit, CreateAudit, GetAudit, GetLibraryLedger, GetLibraryLedgerFile, ListAudits,
};

use crate::ctx::Ctx;
use crate::http::mount;

pub use holds::{let_go_all, refuse_open_loans};

pub fn routes(router: Router<Ctx>) -> Router<Ctx> {
    let router = of_imports(of_desk(of_shelves(router)));
    let router = mount::<ListTitles, _, _>(router, titles::list);
    let router = mount::<GetTitle, _, _>(router, titles::get);
    let router = mount::<GetCopy, _, _>(router, scan::get);
    let router = mount::<CreateLoan, _, _>(router, lend::run);
    let router = mount::<ReturnCopy, _, _>(router, give_back::run);
    let router = mount::<RenewLoan, _, _>(router, renew::run);
    let router = mount::<ListLoans, _, _>(router, loans::list);
    let router = mount::<GetLoan, _, _>(router, loans::get);
    let router = mount::<CreateHold, _, _>(router, holds::create);
    let router = mount::<CancelHold, _, _>(router, holds::cancel);
    let router = mount::<ListHolds, _, _>(router, holds::list);
    let router = mount::<GetReaderCard, _, _>(router, cards::get);
    let router = mount::<RenewReaderCard, _, _>(router, cards::renew);
    let router = mount::<ReplayLibrary, _, _>(router, replay::run);
    mount::<GetLibrary, _, _>(router, rules::get)
}

fn of_desk(router: Router<Ctx>) -> Router<Ctx> {
    let router = mount::<GetReaderByCard, _, _>(router, readers::by_card);
    let router = mount::<FindReaders, _, _>(router, readers::find);
    let router = mount::<GetReader, _, _>(router, readers::get);
    let router = mount::<GetHistory, _, _>(router, history::list);
    let router = mount::<ReturnMany, _, _>(router, give_back::many);
    let router = mount::<ListLent, _, _>(router, loans::lent);
    let router = mount::<ListPickUps, _, _>(router, holds::pick_ups);
    let router = mount::<ListLibraryTasks, _, _>(router, tasks::list);
    let router = mount::<SettleLibraryTask, _, _>(router, tasks::settle);
    mount::<ListReaderCards, _, _>(router, cards::list)
}

fn of_imports(router: Router<Ctx>) -> Router<Ctx> {
    let router = mount::<ImportTitles, _, _>(router, import::start);
    let router = mount::<ListLibraryImports, _, _>(router, import::list);
    let router = mount::<GetLibraryImport, _, _>(router, import::get);
    let router = mount::<ListLibraryImportRows, _, _>(router, import::rows);
    mount::<CancelLibraryImport, _, _>(router, import::cancel)
}

fn of_shelves(router: Router<Ctx>) -> Router<Ctx> {
    let router = mount::<CreateTitle, _, _>(router, titles::create);
    let router = mount::<UpdateTitle, _, _>(router, titles::update);
    let router = mount::<CreateCopies, _, _>(router, intake::run);
    let router = mount::<MarkCopy, _, _>(router, marks::run);
    let router = mount::<ListLabels, _, _>(router, labels::list);
    let router = mount::<CreateAudit, _, _>(router, audits::create);
    let router = mount::<ListAudits, _, _>(router, audits::list);
    let router = mount::<GetAudit, _, _>(router, audits::get);
    let router = mount::<ConfirmAudit, _, _>(router, audits::confirm);
    let router = mount::<GetLibraryLedger, _, _>(router, ledger::get);
    let router = mount::<GetLibraryLedgerFile, _, _>(router, ledger::file);
    mount::<PutLibrary, _, _>(router, rules::put)
}
