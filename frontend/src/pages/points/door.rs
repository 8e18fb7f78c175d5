use domain::ActivityId;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::endpoint::None_;
use wire::points::activities::{GetActivity, WhoseQuery};
use wire::points::hours::{Door as DoorView, GetDoor};

use crate::browser::{origin, rest};
use crate::model::volunteer::door_wait;
use crate::model::when;
use crate::pages::market::service::{in_path, nothing};
use crate::ui::{Load, Page, Qr, Remote};
use crate::{api, clock, t};

/// How long after a failure the code is asked for again, in milliseconds.
const RETRY: i32 = 3_000;

/// The code at the door over the whole screen, new every half minute by itself. A code that could not
/// be renewed is not shown.
#[component]
pub fn Door(
    /// What stands before and behind the activity's id where it is run.
    #[prop(default = ("/activities", "/run"))]
    from: (&'static str, &'static str),
) -> AnyView {
    let id: Option<ActivityId> = in_path();
    let activity = Remote::new(move || {
        let query = WhoseQuery { person: None };
        id.map_or_else(nothing, |id| api::get::<GetActivity>((id,), query))
    });
    let door =
        Remote::new(move || id.map_or_else(nothing, |id| api::get::<GetDoor>((id,), None_ {})));
    spawn_local(async move {
        loop {
            let Some(known) = door.value.try_get_untracked() else {
                return;
            };
            let failed = door
                .face
                .try_with_untracked(|face| matches!(face, crate::ui::Face::Failed(_)));
            let wait = match known {
                Some(door) if failed == Some(false) => door_wait(door.valid_until.at, clock::now()),
                _ => RETRY,
            };
            rest(wait).await;
            if door.value.try_get_untracked().is_none() {
                return;
            }
            door.again();
        }
    });
    let (before, behind) = from;
    let back = id.map_or_else(|| before.to_owned(), |id| format!("{before}/{id}{behind}"));
    let name = move || {
        let now = activity.value.get()?;
        Some(
            view! { <h2 class="door-name">{now.title}</h2><p>{when::visit(now.starts, now.ends)}</p> },
        )
    };
    view! {
        <Page title=t!(organise.door.title) back=back>
            <section class="door" data-testid="door">
                {name}
                <Load from=door let:now>{shown(id, &now)}</Load>
                <p>{t!(organise.door.words)}</p>
            </section>
        </Page>
    }
    .into_any()
}

fn shown(id: Option<ActivityId>, door: &DoorView) -> AnyView {
    let id = id.map(|id| id.to_string()).unwrap_or_default();
    let address = format!("{}/checkin/{id}?code={}", origin(), door.code);
    view! {
        <Qr text=address label=t!(organise.door.qr) name="door-qr" />
        <p class="ticket-code" data-testid="door-code">{door.code.clone()}</p>
    }
    .into_any()
}
