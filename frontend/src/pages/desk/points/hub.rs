//! Where everything of volunteering is reached from; each sees what is theirs to do.

use domain::access::Act;
use leptos::prelude::*;

use crate::session::Session;
use crate::t;
use crate::ui::{Cell, Cells, Page};

#[component]
pub fn Hub() -> AnyView {
    let session = Session::get();
    let row = move |act: Act, (label, note): (&'static str, &'static str), name: &'static str| {
        let href = format!("/desk/volunteering/{name}");
        let shown = session.may(act);
        shown.then(|| view! { <Cell label note href name /> }.into_any())
    };
    let group = |title: &'static str, rows: Vec<Option<AnyView>>| {
        let rows: Vec<AnyView> = rows.into_iter().flatten().collect();
        (!rows.is_empty()).then(|| view! { <Cells title>{rows}</Cells> })
    };
    let organise = vec![
        row(
            Act::PublishActivities,
            (
                t!(desk_volunteering.hub.activities),
                t!(desk_volunteering.hub.activities_note),
            ),
            "activities",
        ),
        row(
            Act::PublishActivities,
            (
                t!(desk_volunteering.hub.teams),
                t!(desk_volunteering.hub.teams_note),
            ),
            "teams",
        ),
    ];
    let counter = vec![
        row(
            Act::Counter,
            (
                t!(desk_volunteering.hub.counter),
                t!(desk_volunteering.hub.counter_note),
            ),
            "counter",
        ),
        row(
            Act::RedeemForOthers,
            (
                t!(desk_volunteering.hub.redeem),
                t!(desk_volunteering.hub.redeem_note),
            ),
            "redeem",
        ),
        row(
            Act::RunRewards,
            (
                t!(desk_volunteering.hub.rewards),
                t!(desk_volunteering.hub.rewards_note),
            ),
            "rewards",
        ),
        row(
            Act::Counter,
            (
                t!(desk_volunteering.hub.rule),
                t!(desk_volunteering.hub.rule_note),
            ),
            "rule",
        ),
    ];
    let hours = vec![
        row(
            Act::ApproveHours,
            (
                t!(desk_volunteering.hub.hours),
                t!(desk_volunteering.hub.hours_note),
            ),
            "hours",
        ),
        row(
            Act::RedeemForOthers,
            (
                t!(desk_volunteering.hub.people),
                t!(desk_volunteering.hub.people_note),
            ),
            "people",
        ),
        row(
            Act::IssueCertificates,
            (
                t!(desk_volunteering.hub.certificates),
                t!(desk_volunteering.hub.certificates_note),
            ),
            "certificates",
        ),
        row(
            Act::PassOn,
            (
                t!(desk_volunteering.hub.network),
                t!(desk_volunteering.hub.network_note),
            ),
            "network",
        ),
    ];
    view! {
        <Page title=t!(desk_volunteering.hub.title) wide=true>
            <div class="desk-columns desk-halves">
                <div class="stack">
                    {group(t!(desk_volunteering.hub.organise), organise)}
                    {group(t!(desk_volunteering.hub.time), hours)}
                </div>
                <div class="stack">{group(t!(desk_volunteering.hub.points), counter)}</div>
            </div>
        </Page>
    }
    .into_any()
}
