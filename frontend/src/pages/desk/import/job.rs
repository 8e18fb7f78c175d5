//! One import under way. It belongs to the app, not to the page: one can leave while it runs and
//! come back to its result.

use std::cell::Cell;

use leptos::prelude::*;
use wire::market::{ImportMode, ImportProviders, ImportQuery, ImportReport, ImportServices};

use crate::api;
use crate::clock;
use crate::model::desk_import::{Subject, Unfit, content_type};
use crate::model::when;
use crate::session::Session;
use crate::ui::Send;

/// What came of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub mode: ImportMode,
    pub file: String,
    pub time: String,
    pub report: ImportReport,
}

#[derive(Clone, Copy)]
pub struct Job {
    pub subject: RwSignal<Subject>,
    pub file: RwSignal<Option<web_sys::File>, LocalStorage>,
    pub unfit: RwSignal<Option<Unfit>>,
    pub outcome: RwSignal<Option<Outcome>>,
    pub send: Send,
}

thread_local!(static JOB: Cell<Option<Job>> = const { Cell::new(None) });

impl Job {
    /// Made once, outside of any page. Call where the app's root owns what is made.
    pub fn provide() {
        let job = Self {
            subject: RwSignal::new(Subject::Providers),
            file: RwSignal::new_local(None),
            unfit: RwSignal::new(None),
            outcome: RwSignal::new(None),
            send: Send::default(),
        };
        JOB.set(Some(job));
    }

    #[must_use]
    pub fn get() -> Option<Self> {
        JOB.get()
    }

    /// Takes the file a person chose, if it can be one.
    pub fn choose(self, file: Option<web_sys::File>) {
        self.outcome.set(None);
        self.send.problem.set(None);
        let unfit = file
            .as_ref()
            .and_then(|file| content_type(&file.name(), file.size()).err());
        self.unfit.set(unfit);
        self.file.set(file.filter(|_| unfit.is_none()));
    }

    /// Another subject: what was found out about the last one does not hold.
    pub fn turn_to(self, subject: Subject) {
        self.subject.set(subject);
        self.outcome.set(None);
        self.send.problem.set(None);
    }

    pub fn start(self, mode: ImportMode) {
        let Some(file) = self.file.get_untracked() else {
            return;
        };
        let Ok(kind) = content_type(&file.name(), file.size()) else {
            return;
        };
        let (subject, name, zone) = (
            self.subject.get_untracked(),
            file.name(),
            Session::get().zone(),
        );
        let query = ImportQuery { mode: Some(mode) };
        let call = async move {
            match subject {
                Subject::Providers => api::upload::<ImportProviders>((), query, file, kind).await,
                Subject::Services => api::upload::<ImportServices>((), query, file, kind).await,
            }
        };
        self.send.run(call, move |report| {
            let time = when::clock(clock::local(&zone));
            self.outcome.set(Some(Outcome {
                mode,
                file: name,
                time,
                report,
            }));
        });
    }
}
