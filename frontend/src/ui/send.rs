use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::Problem;

use super::field::Trouble;

/// A form's way to the server: busy while a call is under way, and the problem it ended with.
#[derive(Clone, Copy)]
pub struct Send {
    pub busy: RwSignal<bool>,
    pub problem: Trouble,
}

impl Default for Send {
    fn default() -> Self {
        Self {
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
        }
    }
}

impl Send {
    /// Makes the call unless one is under way; `done` takes the reply. A problem stays in
    /// [`Send::problem`], and what was typed stays where it is.
    pub fn run<T: 'static>(
        self,
        call: impl Future<Output = Result<T, Problem>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.start(Box::pin(async move { call.await.map(done) }));
    }

    fn start(self, work: Pin<Box<dyn Future<Output = Result<(), Problem>>>>) {
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let answer = work.await;
            self.busy.try_set(false);
            if let Err(problem) = answer {
                self.problem.try_set(Some(problem));
            }
        });
    }
}
