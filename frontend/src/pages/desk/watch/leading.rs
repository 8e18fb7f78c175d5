//! Which reader of a terminal leads in and which out, where the terminal does not say so itself.

use domain::watch::{Way, WayOf, Ways};
use domain::{CommandId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::watch::{DeviceView, PutDeviceWays, PutDeviceWaysBody};
use wire::{Code, Problem};

use super::super::ask::Attempt;
use crate::model::desk_activity::number;
use crate::ui::{Button, Field, Select, Send, TroubleNote, say};
use crate::{api, t};

/// Those that lead that way, as they are written beside each other.
fn written(readers: &[WayOf], way: Way) -> String {
    let numbers = readers.iter().filter(|one| one.way == way);
    let numbers: Vec<String> = numbers.map(|one| one.number.to_string()).collect();
    numbers.join(", ")
}

/// The other way round. Refuses what is no number.
fn read(raw: &str, way: Way, pointer: &str) -> Result<Vec<WayOf>, Problem> {
    let numbers = raw.split([',', '，', '、', ' ']);
    let of = |one: &str| {
        let number = number(one, 0, u32::MAX, pointer)?;
        Ok(WayOf { number, way })
    };
    numbers.filter(|one| !one.is_empty()).map(of).collect()
}

/// What is filled in.
#[derive(Clone, Copy)]
pub struct Leading {
    inwards: RwSignal<String>,
    outwards: RwSignal<String>,
    usual: RwSignal<String>,
    /// As it was agreed: what is not filled in here stays.
    before: StoredValue<Ways>,
}

impl Leading {
    pub fn of(ways: &Ways) -> Self {
        Self {
            inwards: RwSignal::new(written(&ways.readers, Way::In)),
            outwards: RwSignal::new(written(&ways.readers, Way::Out)),
            usual: RwSignal::new(ways.usual.to_string()),
            before: StoredValue::new(ways.clone()),
        }
    }

    pub fn read(self) -> Result<Ways, Problem> {
        let before = self.before.get_value();
        let mut readers = read(&self.inwards.get_untracked(), Way::In, "/ways/in")?;
        let outwards = self.outwards.get_untracked();
        readers.extend(read(&outwards, Way::Out, "/ways/out")?);
        let both = |one: &WayOf| {
            let mut named = readers.iter();
            one.way == Way::Either && !named.any(|other| other.number == one.number)
        };
        let both: Vec<WayOf> = before.readers.into_iter().filter(both).collect();
        readers.extend(both);
        let usual = self.usual.with_untracked(|way| way.parse::<Way>());
        let ways = Ways {
            readers,
            doors: before.doors,
            usual: usual.unwrap_or_default(),
        };
        match ways.is_sound() {
            true => Ok(ways),
            false => Err(Problem::new(Code::BadValue).at("/ways/out")),
        }
    }

    pub fn fields(self, send: Send) -> AnyView {
        let all = Way::ALL.iter().map(|way| {
            let words = match way {
                Way::In => t!(desk_watch.way.inwards),
                Way::Out => t!(desk_watch.way.outwards),
                Way::Either => t!(desk_watch.way.both),
            };
            (way.to_string(), words.to_owned())
        });
        let options: Vec<(String, String)> = all.collect();
        view! {
            <Field label=t!(desk_watch.devices.readers_in) hint=t!(desk_watch.devices.readers_hint) value=self.inwards name="readers-in" max=limits::LINE_CHARS pointer="/ways/in" problem=send.problem />
            <Field label=t!(desk_watch.devices.readers_out) hint=t!(desk_watch.devices.readers_hint) value=self.outwards name="readers-out" max=limits::LINE_CHARS pointer="/ways/out" problem=send.problem />
            <Select label=t!(desk_watch.devices.usual_way) value=self.usual options name="usual-way" />
        }
        .into_any()
    }
}

/// Of a door that is there already.
#[component]
pub fn Leads(door: DeviceView) -> AnyView {
    let (leading, send) = (Leading::of(&door.ways), Send::default());
    let attempt: Attempt<CommandId> = Attempt::new();
    let id = door.id;
    let go = Callback::new(move |()| {
        let ways = match leading.read() {
            Ok(ways) => ways,
            Err(flaw) => return send.problem.set(Some(flaw)),
        };
        let body = PutDeviceWaysBody {
            id: attempt.id(&format!("{id}{ways:?}")),
            ways,
        };
        send.run(
            api::call::<PutDeviceWays>((id,), None_ {}, body),
            move |_: DeviceView| {
                attempt.taken();
                say(t!(desk_watch.devices.ways_saved));
            },
        );
    });
    view! {
        <section class="card stack" data-testid="door-ways">
            <h2>{t!(desk_watch.devices.ways)}</h2>
            {leading.fields(send)}
            <TroubleNote problem=send.problem />
            <Button label=t!(desk_watch.devices.ways_save) name="ways-save" busy=send.busy on_press=go />
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        let of = |number| WayOf {
            number,
            way: Way::Out,
        };
        let read = |raw: &str| read(raw, Way::Out, "/ways/out");
        assert_eq!(read("2, 4").ok(), Some(vec![of(2), of(4)]));
        assert_eq!(read("2，4、5").ok(), Some(vec![of(2), of(4), of(5)]));
        assert_eq!(read(" ").ok(), Some(Vec::new()));
        assert!(read("2 x").is_err());
        assert_eq!(written(&[of(2), of(4)], Way::Out), "2, 4");
        assert_eq!(written(&[of(2)], Way::In), "");
    }
}
