use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use wire::Problem;

use crate::browser::here;
use crate::model::path::{escaped, is_within};
use crate::session::{Session, Who};
use crate::t;
use crate::ui::{Failed, Page, Skeleton};

#[derive(Clone, PartialEq)]
enum Shown {
    Waiting,
    Failed(Problem),
    Pages,
}

/// What everybody may open, signed in or not: whether a certificate holds, and the answer to how somebody is.
const OPEN: [&str; 2] = ["/verify", "/watch/well"];

/// Lets nobody past the sign-in page who is not signed in, and remembers where they wanted to go.
#[component]
pub fn Gate(home: &'static str, children: ChildrenFn) -> AnyView {
    let session = Session::get();
    let path = use_location().pathname;
    let navigate = use_navigate();
    let sign_in = if home == "/" {
        "/sign-in".to_owned()
    } else {
        format!("{home}/sign-in")
    };
    let door = sign_in.clone();
    let at_door = Memo::new(move |_| {
        let path = path.get();
        path.trim_end_matches('/') == door || OPEN.iter().any(|open| is_within(&path, open))
    });
    let shown = Memo::new(move |_| match session.who.get() {
        Who::Asking => Shown::Waiting,
        Who::Unknown(problem) => Shown::Failed(problem),
        Who::Here(me) if me.second_factor.is_settled() => Shown::Pages,
        Who::Nobody | Who::Here(_) if at_door.get() => Shown::Pages,
        Who::Nobody | Who::Here(_) => Shown::Waiting,
    });
    let out = Memo::new(move |_| match session.who.get() {
        Who::Nobody => true,
        Who::Here(me) => !me.second_factor.is_settled(),
        Who::Asking | Who::Unknown(_) => false,
    });
    Effect::new(move |_| {
        if out.get() && !at_door.get() {
            let to = format!("{sign_in}?next={}", escaped(&here()));
            navigate(
                &to,
                NavigateOptions {
                    replace: true,
                    ..NavigateOptions::default()
                },
            );
        }
    });
    let again = Callback::new(move |()| {
        session.who.set(Who::Asking);
        session.ask();
    });
    (move || match shown.get() {
        Shown::Waiting => {
            view! { <Page title=t!(ui.app.name) bare=true><Skeleton /></Page> }.into_any()
        }
        Shown::Failed(problem) => {
            view! { <Page title=t!(ui.app.name)><Failed problem again /></Page> }.into_any()
        }
        Shown::Pages => children().into_any(),
    })
    .into_any()
}
