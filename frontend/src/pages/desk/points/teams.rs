//! Teams: their names, who leads them, who belongs to them.

use domain::{CommandId, PersonId, TeamId, limits};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::identity::ResidentRow;
use wire::points::activities::{
    CreateTeam, CreateTeamBody, ListTeams, TeamMember, TeamView, UpdateTeam, UpdateTeamBody,
};
use wire::{Code, Page as Listed, Problem};

use super::super::ask::Attempt;
use super::super::people::pick::PersonPick;
use super::refresh::on_stale;
use crate::ui::{
    Button, Cell, Cells, Empty, Fetch, Field, Kind, LinkButton, Load, Note, Page, Remote, Send,
    TroubleNote, say, say_next,
};
use crate::{api, t};

#[component]
pub fn Teams() -> AnyView {
    let teams = Remote::new(|| api::get::<ListTeams>((), None_ {}));
    let draw = |page: Listed<TeamView>| {
        if page.items.is_empty() {
            return view! { <Empty words=t!(desk_volunteering.team.none) /> }.into_any();
        }
        let row = |team: TeamView| {
            let href = format!("/desk/volunteering/teams/{}", team.id);
            let count = t!(desk_volunteering.team.count, count = team.members.len());
            let lead = match team.lead_name.is_empty() {
                true => t!(desk_volunteering.team.no_lead).to_owned(),
                false => t!(desk_volunteering.team.led_by, name = team.lead_name),
            };
            view! { <Cell label=team.name note=lead value=count href=href name="team" /> }
                .into_any()
        };
        let rows: Vec<AnyView> = page.items.into_iter().map(row).collect();
        view! { <Cells>{rows}</Cells> }.into_any()
    };
    view! {
        <Page title=t!(desk_volunteering.team.title) back="/desk/volunteering">
            <LinkButton label=t!(desk_volunteering.team.add) href="/desk/volunteering/teams/new" name="team-new" small=true />
            <Load from=teams children=draw />
        </Page>
    }
    .into_any()
}

/// A team while it is put together.
#[derive(Clone, Copy)]
struct Form {
    name: RwSignal<String>,
    members: RwSignal<Vec<TeamMember>>,
    lead: RwSignal<Option<PersonId>>,
}

impl Form {
    fn of(team: Option<&TeamView>) -> Self {
        Self {
            name: RwSignal::new(team.map(|team| team.name.clone()).unwrap_or_default()),
            members: RwSignal::new(team.map(|team| team.members.clone()).unwrap_or_default()),
            lead: RwSignal::new(team.and_then(|team| team.lead)),
        }
    }

    /// The name, who leads, and who belongs to it; or what is missing.
    fn read(self, send: Send) -> Option<(String, PersonId, Vec<PersonId>)> {
        let name = self.name.get_untracked().trim().to_owned();
        let members: Vec<PersonId> = self
            .members
            .with_untracked(|all| all.iter().map(|one| one.person).collect());
        let lead = self
            .lead
            .get_untracked()
            .filter(|lead| members.contains(lead));
        let flaw = match (name.is_empty(), lead) {
            (false, Some(lead)) => return Some((name, lead, members)),
            (true, _) => Problem::new(Code::EmptyText).at("/name"),
            (false, None) => Problem::new(Code::MissingField).at("/lead"),
        };
        send.problem.set(Some(flaw));
        None
    }
}

#[component]
pub fn New() -> AnyView {
    let form = Form::of(None);
    let (send, attempt) = (Send::default(), Attempt::<TeamId>::new());
    let navigate = use_navigate();
    let save = move |()| {
        let Some((name, lead, members)) = form.read(send) else {
            return;
        };
        let body = CreateTeamBody {
            id: attempt.id(&format!("{name} {lead} {members:?}")),
            name,
            lead,
            members,
        };
        let navigate = navigate.clone();
        send.run(api::call::<CreateTeam>((), None_ {}, body), move |_| {
            say_next(t!(desk_volunteering.team.saved));
            navigate("/desk/volunteering/teams", Default::default());
        });
    };
    view! {
        <Page title=t!(desk_volunteering.team.new) back="/desk/volunteering/teams">
            <Fields form send />
            <TroubleNote problem=send.problem />
            <Button label=t!(desk.act.save) name="submit" busy=send.busy on_press=save />
        </Page>
    }
    .into_any()
}

/// One team, out of all.
fn one_of(id: TeamId) -> Fetch<TeamView> {
    Box::pin(async move {
        let page = api::get::<ListTeams>((), None_ {}).await?;
        let found = page.items.into_iter().find(|team| team.id == id);
        found.ok_or_else(|| Problem::new(Code::NotFound))
    })
}

#[component]
pub fn Change(id: TeamId) -> AnyView {
    let team = Remote::new(move || one_of(id));
    view! {
        <Page title=t!(desk_volunteering.team.change) back="/desk/volunteering/teams">
            <Load from=team let:one>{view! { <Changed team=one /> }.into_any()}</Load>
        </Page>
    }
    .into_any()
}

#[component]
fn Changed(team: TeamView) -> AnyView {
    let id = team.id;
    let form = Form::of(Some(&team));
    let ver = RwSignal::new(team.ver);
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    let stale = on_stale(
        send,
        move || one_of(id),
        move |now: TeamView| ver.set(now.ver),
    );
    let save = move |()| {
        let Some((name, lead, members)) = form.read(send) else {
            return;
        };
        let ver_now = ver.get_untracked();
        let body = UpdateTeamBody {
            id: attempt.id(&format!("{name} {lead} {members:?} {ver_now}")),
            name,
            lead,
            members,
            ver: ver_now,
        };
        send.run(api::call::<UpdateTeam>((id,), None_ {}, body), move |now| {
            attempt.taken();
            stale.set(false);
            ver.set(now.ver);
            say(t!(desk_volunteering.team.saved));
        });
    };
    view! {
        <Fields form send />
        {move || stale.get().then(|| view! { <Note words=t!(desk_volunteering.act.stale) name="stale" /> })}
        <TroubleNote problem=send.problem />
        <Button label=t!(desk.act.save) name="submit" busy=send.busy on_press=save />
    }
    .into_any()
}

#[component]
fn Fields(form: Form, send: Send) -> AnyView {
    let chosen = RwSignal::new(None::<ResidentRow>);
    // Whoever is picked belongs to it at once; the first one leads until somebody else is said to.
    Effect::new(move |_| {
        let Some(person) = chosen.get() else { return };
        form.members.update(|all| {
            if all.iter().all(|one| one.person != person.id) {
                all.push(TeamMember {
                    person: person.id,
                    name: person.name.clone(),
                });
            }
        });
        if form.lead.get_untracked().is_none() {
            form.lead.set(Some(person.id));
        }
        chosen.set(None);
    });
    let full = move || form.members.with(|all| all.len() >= limits::TEAM_PEOPLE);
    let pick = move || {
        match full() {
        true => view! { <p class="quiet">{t!(desk_volunteering.team.full, max = limits::TEAM_PEOPLE)}</p> }.into_any(),
        false => view! { <PersonPick chosen /> }.into_any(),
    }
    };
    let no_lead = move || {
        let wrong = send.problem.with(|problem| {
            problem
                .as_ref()
                .is_some_and(|one| one.pointer.as_deref() == Some("/lead"))
        });
        wrong.then(|| view! { <p class="field-error" role="alert">{t!(desk_volunteering.team.lead_needed)}</p> })
    };
    view! {
        <section class="card stack">
            <Field label=t!(desk_volunteering.team.name) value=form.name name="name" max=limits::NAME_CHARS pointer="/name" problem=send.problem />
        </section>
        <section class="card stack">
            <h2>{t!(desk_volunteering.team.members)}</h2>
            {move || members(form)}
            {no_lead}
            <h3>{t!(desk_volunteering.team.add_member)}</h3>
            {pick}
        </section>
    }
    .into_any()
}

fn members(form: Form) -> AnyView {
    let all = form.members.get();
    if all.is_empty() {
        return view! { <p class="quiet">{t!(desk_volunteering.team.nobody)}</p> }.into_any();
    }
    let row = move |one: TeamMember| {
        let person = one.person;
        let leads = move || form.lead.get() == Some(person);
        let out = move |()| {
            form.members
                .update(|all| all.retain(|one| one.person != person));
            if leads() {
                form.lead.set(None);
            }
        };
        view! {
            <li class="desk-head" data-testid="member">
                <label class="tick">
                    <input type="radio" name="lead" data-testid="lead" prop:checked=leads on:change=move |_| form.lead.set(Some(person)) />
                    <span>{one.name.clone()}" "{move || leads().then(|| view! { <span class="quiet">{t!(desk_volunteering.team.leads)}</span> })}</span>
                </label>
                <Button label=t!(desk_volunteering.team.take_out) kind=Kind::Text name="member-out" on_press=out />
            </li>
        }
        .into_any()
    };
    let rows: Vec<AnyView> = all.into_iter().map(row).collect();
    view! {
        <fieldset>
            <legend class="quiet">{t!(desk_volunteering.team.lead_hint)}</legend>
            <ul data-testid="members">{rows}</ul>
        </fieldset>
    }
    .into_any()
}
