//! The team while it is written: for each part its name, its roles, and what of a person it sees. A role stands in one
//! part; a part sees no more than its roles may at most, so nothing else is offered.

use domain::access::Role;
use domain::care::{Field as Part, Node, NodeKind};
use domain::{CommandId, limits};
use leptos::prelude::*;
use wire::care::{CareNodesView, GetCareNodes, PutCareNodes, PutCareNodesBody};
use wire::endpoint::None_;
use wire::{Code, Problem};

use super::super::ask::Attempt;
use super::super::points::refresh::on_stale;
use super::super::words::role;
use super::words;
use crate::model::care_nodes::{keep, kept, most, toggled, twice};
use crate::ui::{
    Button, Draft, Field, Icon, Kind, Remote, Select, Send, Trouble, TroubleNote, say,
};
use crate::{api, t};

/// Where the server refuses the name of each.
const NAME_AT: [&str; limits::CARE_NODES] = [
    "/nodes/0/name",
    "/nodes/1/name",
    "/nodes/2/name",
    "/nodes/3/name",
    "/nodes/4/name",
    "/nodes/5/name",
    "/nodes/6/name",
    "/nodes/7/name",
    "/nodes/8/name",
    "/nodes/9/name",
    "/nodes/10/name",
    "/nodes/11/name",
    "/nodes/12/name",
    "/nodes/13/name",
    "/nodes/14/name",
    "/nodes/15/name",
    "/nodes/16/name",
    "/nodes/17/name",
    "/nodes/18/name",
    "/nodes/19/name",
];

#[derive(Clone, Copy)]
struct Row {
    kind: RwSignal<String>,
    name: RwSignal<String>,
    roles: RwSignal<Vec<Role>>,
    fields: RwSignal<Vec<Part>>,
}

impl Row {
    fn new() -> Self {
        Self {
            kind: RwSignal::new(String::new()),
            name: RwSignal::new(String::new()),
            roles: RwSignal::new(Vec::new()),
            fields: RwSignal::new(Vec::new()),
        }
    }

    fn put(self, node: &Node) {
        self.kind.set(node.kind.to_string());
        self.name.set(node.name.clone());
        self.roles.set(node.roles.clone());
        self.fields.set(node.fields.clone());
    }

    fn now(self) -> Node {
        let kind = self.kind.with(|raw| raw.parse::<NodeKind>());
        Node {
            kind: kind.unwrap_or(NodeKind::Residents),
            name: self.name.with(|name| name.trim().to_owned()),
            roles: self.roles.get(),
            fields: self.fields.get(),
        }
    }
}

/// As many parts as there may be; those in `used` are shown, in this order.
#[derive(Clone, Copy)]
struct Rows {
    rows: StoredValue<Vec<Row>>,
    used: RwSignal<Vec<usize>>,
}

impl Rows {
    fn of(nodes: &[Node]) -> Self {
        let rows: Vec<Row> = (0..limits::CARE_NODES).map(|_| Row::new()).collect();
        for (row, node) in rows.iter().zip(nodes) {
            row.put(node);
        }
        let count = nodes.len().min(limits::CARE_NODES);
        Self {
            rows: StoredValue::new(rows),
            used: RwSignal::new((0..count).collect()),
        }
    }

    fn row(self, slot: usize) -> Option<Row> {
        self.rows.with_value(|rows| rows.get(slot).copied())
    }

    fn all(self) -> Vec<Node> {
        let used = self.used.get().into_iter();
        used.filter_map(|slot| self.row(slot))
            .map(Row::now)
            .collect()
    }

    fn add(self) {
        let used = self.used.get_untracked();
        let mut free = (0..limits::CARE_NODES).filter(|slot| !used.contains(slot));
        let Some(slot) = free.next() else { return };
        if let Some(row) = self.row(slot) {
            row.put(&Node {
                kind: NodeKind::SocialOrganisations,
                name: String::new(),
                roles: Vec::new(),
                fields: Vec::new(),
            });
        }
        self.used.set(toggled(&used, slot, true));
    }

    fn remove(self, slot: usize) {
        self.used.update(|used| *used = toggled(used, slot, false));
    }
}

#[component]
pub fn Form(now: CareNodesView, from: Remote<CareNodesView>, editing: RwSignal<bool>) -> AnyView {
    let store = Draft::of("care-nodes");
    let text = store.field("all", "");
    let store = StoredValue::new(store);
    let left = text.with_untracked(|raw| kept(raw, now.ver));
    let rows = Rows::of(left.as_ref().unwrap_or(&now.nodes));
    let (before, ver) = (StoredValue::new(now.nodes), RwSignal::new(now.ver));
    Effect::new(move |_| {
        let nodes = rows.all();
        text.set(before.with_value(|before| keep(ver.get(), before, &nodes)));
    });
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    let stale = on_stale(
        send,
        || api::get::<GetCareNodes>((), None_ {}),
        move |now: CareNodesView| ver.set(now.ver),
    );
    let problem = send.problem;
    let save = Callback::new(move |()| {
        let nodes = untrack(|| rows.all());
        if !twice(&nodes).is_empty() || nodes.is_empty() {
            return problem.set(Some(Problem::new(Code::BadValue).at("/nodes")));
        }
        let ver = ver.get_untracked();
        let body = PutCareNodesBody {
            id: attempt.id(&format!("{ver}{nodes:?}")),
            ver,
            nodes,
        };
        send.run(
            api::call::<PutCareNodes>((), None_ {}, body),
            move |now: CareNodesView| {
                attempt.taken();
                store.with_value(Draft::clear);
                say(t!(desk_care.nodes.saved));
                editing.set(false);
                from.put(now);
            },
        );
    });
    let leave = Callback::new(move |()| {
        store.with_value(Draft::clear);
        editing.set(false);
    });
    let both = move || {
        let both = twice(&rows.all());
        (!both.is_empty()).then(|| {
            let names = both.into_iter().map(role).collect();
            let words = t!(desk_care.nodes.twice, roles = words::joined(names));
            view! { <p class="field-error" data-testid="nodes-twice">{words}</p> }
        })
    };
    let met = move || {
        stale.get().then(|| view! { <div class="note note-warn" role="alert" data-testid="nodes-met">{Icon::Warn.draw()}<span>{t!(desk_care.nodes.met)}</span></div> })
    };
    let add = move || {
        let room = rows.used.with(Vec::len) < limits::CARE_NODES;
        room.then(|| view! { <Button label=t!(desk_care.nodes.add) name="node-add" kind=Kind::Plain on_press=move |()| rows.add() /> })
    };
    let parts = move || {
        let used = rows.used.get().into_iter().enumerate();
        let drawn = used.filter_map(|(place, slot)| {
            let row = rows.row(slot)?;
            let remove = Callback::new(move |()| rows.remove(slot));
            Some(part(row, place, remove, problem))
        });
        drawn.collect::<Vec<_>>()
    };
    view! {
        <div class="stack" data-testid="nodes-edit">
            {parts}
            {add}
            <div role="status">{both}</div>
            {met}
            <TroubleNote problem />
            <div class="button-stack">
                <Button label=t!(desk.act.save) name="nodes-save" busy=send.busy on_press=save />
                <Button label=t!(desk.act.keep) name="nodes-keep" kind=Kind::Plain on_press=leave />
            </div>
        </div>
    }
    .into_any()
}

fn part(row: Row, place: usize, remove: Callback<()>, problem: Trouble) -> AnyView {
    let kinds = NodeKind::ALL.iter();
    let kinds = kinds.map(|kind| (kind.to_string(), words::node_kind(*kind)));
    let kinds: Vec<_> = kinds.collect();
    let name_at = NAME_AT.get(place).copied().unwrap_or("");
    let label = t!(desk_care.nodes.part, number = place + 1);
    let roles = Role::ALL.iter().map(|one| {
        let (one, name) = (*one, role(*one));
        let on = Signal::derive(move || row.roles.with(|all| all.contains(&one)));
        let set = Callback::new(move |on: bool| {
            row.roles.update(|all| *all = toggled(all, one, on));
        });
        tick(name, on, set, ("role", one.as_str()))
    });
    let roles: Vec<AnyView> = roles.collect();
    let fields = move || {
        let most = row.roles.with(|roles| most(roles));
        if most.is_empty() {
            return view! { <p class="quiet">{t!(desk_care.nodes.nothing)}</p> }.into_any();
        }
        let ticks = most.into_iter().map(|one| {
            let on = Signal::derive(move || row.fields.with(|all| all.contains(&one)));
            let set = Callback::new(move |on: bool| {
                row.fields.update(|all| *all = toggled(all, one, on));
            });
            tick(words::field(one), on, set, ("field", one.as_str()))
        });
        let ticks: Vec<AnyView> = ticks.collect();
        view! { <div class="ticks">{ticks}</div> }.into_any()
    };
    view! {
        <div class="card stack" role="group" aria-label=label data-testid="node-edit">
            <div class="desk-pair">
                <Field label=t!(desk_care.nodes.name) value=row.name name="node-name" max=limits::NAME_CHARS pointer=name_at problem />
                <Select label=t!(desk_care.nodes.kind) value=row.kind options=kinds name="node-kind" />
            </div>
            <fieldset class="ticks"><legend class="field-label">{t!(desk_care.nodes.roles)}</legend>{roles}</fieldset>
            <fieldset><legend class="field-label">{t!(desk_care.nodes.fields)}</legend>{fields}</fieldset>
            <Button label=t!(desk_care.nodes.remove) name="node-remove" kind=Kind::Text on_press=remove />
        </div>
    }
    .into_any()
}

/// One to tick. `name`: which kind of thing, and which.
fn tick(
    label: String,
    on: Signal<bool>,
    set: Callback<bool>,
    name: (&'static str, &'static str),
) -> AnyView {
    let toggle = move |ev| set.run(event_target_checked(&ev));
    let test = format!("{}-{}", name.0, name.1);
    view! {
        <label class="tick" data-testid=test>
            <input type="checkbox" prop:checked=move || on.get() on:change=toggle />
            <span>{label}</span>
        </label>
    }
    .into_any()
}
