//! The team (1+5+N): who belongs to which part, and what each part sees of a person. Those in charge say so anew, and
//! look up whom somebody looked at.

use domain::access::Act;
use domain::care::Node;
use leptos::prelude::*;
use wire::care::{CareNodesView, GetCareNodes};
use wire::endpoint::None_;
use wire::identity::ResidentRow;

use super::super::people::pick::PersonPick;
use super::super::words::role;
use super::nodes_form::Form;
use super::relay::Relay;
use super::words;
use crate::model::care_nodes::sees;
use crate::model::when;
use crate::session::Session;
use crate::ui::{Button, Fact, Facts, Kind, LinkButton, Load, Page, Remote};
use crate::{api, t};

#[component]
pub fn Nodes() -> AnyView {
    let team = Remote::new(|| api::get::<GetCareNodes>((), None_ {}));
    let editing = RwSignal::new(false);
    let keeps = Session::get().may(Act::KeepNodes);
    let draw = move |now: CareNodesView| {
        let view = StoredValue::new(now.clone());
        let edit = Callback::new(move |()| editing.set(true));
        let body = move || match editing.get() {
            true => {
                let now = view.get_value();
                view! { <Form now from=team editing /> }.into_any()
            }
            false => {
                let parts = view.with_value(|now| parts(&now.nodes));
                let change = keeps.then(|| view! { <div class="button-stack"><Button label=t!(desk_care.nodes.change) name="nodes-change" on_press=edit /></div> });
                let now = view.get_value();
                let relay = keeps.then(|| view! { <Relay now from=team /> });
                view! { {parts}{change}{relay} }.into_any()
            }
        };
        view! { {version(&now)}{body} }.into_any()
    };
    view! {
        <Page title=t!(desk_care.nodes.title) back="/desk/care" wide=true>
            <p class="quiet">{t!(desk_care.nodes.words)}</p>
            <Load from=team children=draw />
            {keeps.then(|| view! { <WhoseLooks /> })}
        </Page>
    }
    .into_any()
}

fn version(now: &CareNodesView) -> AnyView {
    let ver = match now.ver {
        0 => t!(desk_care.nodes.first).to_owned(),
        ver => ver.to_string(),
    };
    let rows = [
        (t!(desk_care.nodes.ver), ver, "nodes-ver"),
        (
            t!(desk_care.nodes.at),
            now.at.map(when::moment).unwrap_or_default(),
            "nodes-at",
        ),
        (t!(desk_care.nodes.by), now.by_name.clone(), "nodes-by"),
        (
            t!(desk_care.nodes.relay),
            now.relay.clone().unwrap_or_default(),
            "nodes-relay",
        ),
    ];
    let rows = rows.into_iter().filter(|(_, value, _)| !value.is_empty());
    let rows: Vec<AnyView> = rows
        .map(|(label, value, name)| view! { <Fact label value name /> }.into_any())
        .collect();
    view! { <Facts>{rows}</Facts> }.into_any()
}

fn parts(nodes: &[Node]) -> Vec<AnyView> {
    let or_nobody = |words: Vec<String>| match words.is_empty() {
        true => t!(desk_care.nodes.nobody).to_owned(),
        false => words::joined(words),
    };
    let part = |node: &Node| {
        let roles = node.roles.iter().map(|one| role(*one));
        let roles = or_nobody(roles.collect());
        let seen = match sees(node) {
            none if none.is_empty() => t!(desk_care.nodes.nothing).to_owned(),
            some => words::fields(&some),
        };
        view! {
            <section class="card stack-s" data-testid="node" data-kind=node.kind.as_str()>
                <h2>{node.name.clone()}</h2>
                <p class="quiet">{words::node_kind(node.kind)}</p>
                <dl class="facts">
                    <Fact label=t!(desk_care.nodes.roles) value=roles name="node-roles" />
                    <Fact label=t!(desk_care.nodes.fields) value=seen name="node-fields" />
                </dl>
            </section>
        }
        .into_any()
    };
    nodes.iter().map(part).collect()
}

/// Whose looks one wants to see.
#[component]
fn WhoseLooks() -> AnyView {
    let chosen = RwSignal::new(None::<ResidentRow>);
    let to = move || {
        chosen.get().map(|one| {
            let by = format!("/desk/care/people/{}/looks", one.id);
            let at = format!("/desk/care/people/{}/looked-at", one.id);
            view! {
                <div class="button-stack">
                    <LinkButton label=t!(desk_care.looks.of) href=by name="to-looks" kind=Kind::Plain />
                    <LinkButton label=t!(desk_care.looks.to_at) href=at name="to-looks-at" kind=Kind::Plain />
                </div>
            }
        })
    };
    view! {
        <section class="card stack" data-testid="whose-looks">
            <h2>{t!(desk_care.looks.title)}</h2>
            <p class="quiet">{t!(desk_care.nodes.looks_words)}</p>
            <PersonPick chosen />
            {to}
        </section>
    }
    .into_any()
}
