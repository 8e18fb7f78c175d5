//! Whom a case is about: only what the reader's part of the team sees. What they do not see is not there; what they see
//! and nobody wrote down is said to be unknown.

use domain::care::file::weight;
use domain::care::{Contact, Factor, Field as Seen};
use leptos::prelude::*;
use wire::care::{CasePersonView, CaseView, PastCase, PastService};

use super::super::words;
use super::Work;
use crate::model::phone::said;
use crate::model::when;
use crate::t;
use crate::ui::{Kind, LinkButton, Tag};

#[component]
pub(super) fn About(work: Work) -> AnyView {
    let shown = work.part(|case| {
        let person = case.person.clone();
        // Notes stand by themselves.
        let person = CasePersonView {
            notes: Vec::new(),
            ..person
        };
        (case.sees.clone(), person, case.row.person)
    });
    let body = move || {
        let (sees, person, id) = shown.get()?;
        let sees = |part: Seen| sees.contains(&part);
        let parts = [
            sees(Seen::Household).then(|| born(&person)).flatten(),
            sees(Seen::Phone).then(|| number(&person)),
            sees(Seen::Contacts).then(|| contacts(&person.contacts)),
            sees(Seen::Tier).then(|| tier(&person)).flatten(),
            sees(Seen::Health).then(|| health(&person)).flatten(),
            sees(Seen::History).then(|| history(&person.cases)),
            sees(Seen::History)
                .then(|| services(&person.services))
                .flatten(),
        ];
        let parts: Vec<AnyView> = parts.into_iter().flatten().collect();
        let file = format!("/desk/care/people/{id}");
        Some(view! {
            {parts}
            <LinkButton label=t!(desk_case.about.file) href=file name="to-file" kind=Kind::Plain />
        })
    };
    view! {
        <section class="card stack" data-testid="case-about">
            <h2>{t!(desk_case.about.title)}</h2>
            {body}
        </section>
    }
    .into_any()
}

fn born(person: &CasePersonView) -> Option<AnyView> {
    let year = person.born_year?;
    Some(view! { <p data-testid="born">{t!(desk_case.about.born, year = year)}</p> }.into_any())
}

fn number(person: &CasePersonView) -> AnyView {
    match &person.phone {
        Some(number) => tel(
            number,
            &t!(desk_case.about.call, number = said(number)),
            "call",
        ),
        None => {
            view! { <p class="quiet" data-testid="no-phone">{t!(desk_case.about.no_phone)}</p> }
                .into_any()
        }
    }
}

fn tel(number: &str, label: &str, name: &'static str) -> AnyView {
    let (href, label) = (format!("tel:{number}"), label.to_owned());
    view! { <LinkButton label href name /> }.into_any()
}

/// Whom to ring, and what they may be told.
fn contacts(all: &[Contact]) -> AnyView {
    let line = |one: &Contact| {
        let may = match one.may_be_told {
            true => t!(desk_case.about.may_be_told),
            false => t!(desk_case.about.only_asked),
        };
        let key = one
            .has_key
            .then(|| view! { <Tag words=t!(desk_case.about.has_key) /> });
        let who = format!("{} · {}", one.name, one.relation);
        let (href, number) = (format!("tel:{}", one.phone), said(&one.phone));
        let told = one.may_be_told.to_string();
        view! {
            <li class="stack-s" data-testid="contact" data-told=told>
                <p>{who}" "{key}</p>
                <p class="quiet">{may}</p>
                <a class="call" href=href data-testid="contact-call">{number}</a>
            </li>
        }
        .into_any()
    };
    let lines: Vec<AnyView> = all.iter().map(line).collect();
    let none = lines
        .is_empty()
        .then(|| view! { <p class="quiet">{t!(desk_case.about.no_contacts)}</p> });
    view! { <h3>{t!(desk_case.about.contacts)}</h3>{none}<ul class="stack">{lines}</ul> }.into_any()
}

/// How often somebody goes there, which says nothing else.
fn tier(person: &CasePersonView) -> Option<AnyView> {
    let tier = person.tier?;
    Some(
        view! {
            <h3>{t!(desk_case.about.tier)}</h3>
            <p data-testid="tier" data-tier=tier.as_str()>{words::tier(tier)}</p>
        }
        .into_any(),
    )
}

fn health(person: &CasePersonView) -> Option<AnyView> {
    let line = |factor: &Factor| {
        let (why, number) = (words::factor(*factor), factor.weight());
        view! { <li data-weight=number.to_string()>{t!(desk_case.about.factor, why = why, number = number)}</li> }
            .into_any()
    };
    let lines: Vec<AnyView> = person.factors.iter().map(line).collect();
    let all = weight(&person.factors);
    let factors = (!lines.is_empty()).then(|| {
        view! {
            <h3>{t!(desk_case.about.factors)}</h3>
            <ul data-testid="factors">{lines}</ul>
            <p class="quiet" data-testid="weight" data-weight=all.to_string()>{t!(desk_case.about.weight, number = all)}</p>
        }
    });
    let conditions = person.conditions.clone();
    let conditions = (!conditions.is_empty()).then(|| {
        view! { <h3>{t!(desk_case.about.conditions)}</h3><p class="prose" data-testid="conditions">{conditions}</p> }
    });
    (factors.is_some() || conditions.is_some()).then(|| view! { {factors}{conditions} }.into_any())
}

fn history(cases: &[PastCase]) -> AnyView {
    let line = |one: &PastCase| {
        let href = format!("/desk/care/cases/{}", one.id);
        let opened = when::full_day(one.opened_at.local().date());
        let came = match one.reason {
            Some(reason) => view! { <span>{words::reason(reason)}</span> }.into_any(),
            None => view! { <span>{words::stage(one.stage)}</span> }.into_any(),
        };
        view! { <li><a class="grid-link" href=href data-testid="past-case">{opened}</a>" "{came}</li> }
            .into_any()
    };
    let lines: Vec<AnyView> = cases.iter().map(line).collect();
    let none = lines
        .is_empty()
        .then(|| view! { <p class="quiet">{t!(desk_case.about.no_cases)}</p> });
    view! { <h3>{t!(desk_case.about.cases)}</h3>{none}<ul>{lines}</ul> }.into_any()
}

fn services(all: &[PastService]) -> Option<AnyView> {
    let line = |one: &PastService| {
        let href = format!("/desk/bookings/{}", one.booking);
        let (name, at) = (one.service_name.clone(), when::moment(one.start));
        view! { <li><a class="grid-link" href=href>{name}</a>" "<span class="quiet">{at}</span></li> }
            .into_any()
    };
    let lines: Vec<AnyView> = all.iter().map(line).collect();
    (!lines.is_empty()).then(|| {
        view! { <h3>{t!(desk_case.about.services)}</h3><ul data-testid="past-services">{lines}</ul> }
            .into_any()
    })
}

/// All numbers that one may ring, beside what the call comes to.
pub(super) fn numbers(case: &CaseView) -> Vec<(String, String)> {
    let own = case.person.phone.iter();
    let own = own.map(|number| (case.row.person_name.clone(), number.clone()));
    let contacts = case.person.contacts.iter();
    let contacts =
        contacts.map(|one| (format!("{} {}", one.relation, one.name), one.phone.clone()));
    own.chain(contacts).collect()
}
