//! Comings and goings, the latest first. Each page is a look with the same reason.

use domain::{DeviceId, PersonId};
use leptos::prelude::*;
use wire::endpoint::{None_, Page as Listed};
use wire::watch::{DeviceView, ListDevices, ListSigns, SignView, SignsQuery};

use super::super::table::{Head, Table};
use crate::i18n::{named, texts};
use crate::model::when;
use crate::ui::{Paged, Remote};
use crate::{api, t};

#[component]
pub fn Signs(id: PersonId, reason: String) -> AnyView {
    let doors = Remote::new(|| api::get::<ListDevices>((), None_ {}));
    let list = Paged::new(move |cursor| {
        let query = SignsQuery {
            reason: reason.clone(),
            cursor,
            limit: None,
        };
        api::get::<ListSigns>((id,), query)
    });
    let heads = vec![
        Head::always(t!(desk_watch.signs.at)),
        Head::always(t!(desk_watch.signs.what)),
        Head::wide(t!(desk_watch.signs.door)),
    ];
    let row = move |sign: SignView| line(&sign, doors);
    view! { <Table from=list caption=t!(desk_watch.person.signs) heads empty=t!(desk_watch.signs.none) name="signs-list" row /> }.into_any()
}

fn line(sign: &SignView, doors: Remote<Listed<DeviceView>>) -> Vec<AnyView> {
    let at = when::moment(sign.at);
    let at = if sign.approximate {
        t!(desk_watch.signs.about, at = at)
    } else {
        at
    };
    // No door has this number: it was said.
    let said = sign.device == DeviceId::from_bits(0);
    let device = sign.device;
    let name = move || {
        let name = doors.value.with(|page| {
            let door = page.as_ref()?.items.iter().find(|door| door.id == device)?;
            Some(door.name.clone())
        });
        name.unwrap_or_default()
    };
    let (what, door) = if said {
        (t!(desk_watch.signs.said).to_owned(), ().into_any())
    } else {
        let what = named(texts::desk_watch::passage::ALL, sign.passage.as_str());
        (what, name.into_any())
    };
    vec![at.into_any(), what.into_any(), door]
}
