//! The table of answers, and who may know what.
//!
//! What is answered where the act is allowed: to one's own thing, as the provider to serve, to a
//! thing of the community one may not and one may know about, to one elsewhere, and to none.
//! `-`: there is no such case. After a `/`, another answer to some.

use domain::access::{Act, Role, allows};
use wire::{EndpointInfo, endpoints};

use super::things::Things;
use super::{WHOSE, Whose, care, identity, library, market, notify, points, watch};

/// Each context has its own rows.
fn table() -> impl Iterator<Item = &'static str> {
    let contexts = [
        care::EXPECTED,
        identity::EXPECTED,
        library::EXPECTED,
        market::EXPECTED,
        notify::EXPECTED,
        points::EXPECTED,
        watch::EXPECTED,
    ];
    let rows = contexts.into_iter().flat_map(str::lines);
    rows.map(str::trim).filter(|row| !row.is_empty())
}

/// A column of the table.
const COLUMNS: usize = 6;

/// Is a thing of a neighbour's this role's to know about?
fn knows(endpoint: &EndpointInfo, role: Role) -> bool {
    let family = endpoint.path.split('/').nth(2).unwrap_or_default();
    match (endpoint.name, family) {
        ("ListConsentsOf" | "SetConsentOf", _) => allows(Act::BookForOthers, role),
        ("GetDataOf" | "DeletePerson", _) => allows(Act::AddPeople, role),
        (_, "bookings") => allows(Act::OverseeBookings, role),
        (_, "providers") => allows(Act::Vet, role),
        (_, "inbox") => false,
        (_, "redemptions") => allows(Act::Counter, role),
        ("GetActivity" | "SignUp" | "Withdraw", _) => true,
        ("CheckIn" | "CheckOut" | "SayLeft", _) => true,
        (_, "activities") => allows(Act::PublishActivities, role),
        ("DisputeHours", _) => false,
        ("GetHours", _) => allows(Act::ApproveHours, role),
        ("GetCertificate", _) => allows(Act::IssueCertificates, role),
        (_, "hours" | "certificates" | "teams") => true,
        (_, "network") => allows(Act::PassOn, role),
        ("RenewLoan" | "GetLoan" | "CancelHold", _) => allows(Act::LendBooks, role),
        (_, "library") => true,
        (_, "absences") => allows(Act::Watch, role),
        (_, "devices" | "watched" | "alerts") => true,
        (_, "cases") => allows(Act::Care, role),
        (_, "care" | "notes") => true,
        (_, "services" | "people" | "stuck" | "feedback" | "rewards" | "counter") => true,
        (name, _) => panic!("say who may know of a neighbour's thing that {name} names"),
    }
}

pub fn column(endpoint: &EndpointInfo, role: Role, whose: Whose) -> Option<usize> {
    let is_thing = !["{slug}", "{purpose}"].contains(&endpoint.path.rsplit('/').next()?);
    let names = endpoint.path.contains('{') && (is_thing || endpoint.path.contains("{id}"));
    match whose {
        Whose::Own => Some(0),
        Whose::Served => endpoint.path.starts_with("/v1/bookings/{id}").then_some(1),
        Whose::SameCommunity if names => Some(2 + usize::from(knows(endpoint, role))),
        Whose::OtherCommunity if names => Some(4),
        Whose::Missing if names => Some(5),
        Whose::SameCommunity | Whose::OtherCommunity | Whose::Missing => None,
    }
}

/// What this role is answered, of `403 wrong_part / overseer 200`.
pub fn for_role(cell: &'static str, role: Role) -> &'static str {
    let mut choices = cell.split(" / ");
    let first = choices.next().unwrap_or_default();
    let theirs = choices.find_map(|choice| {
        let (group, answer) = choice.split_once(' ').expect("who, and what");
        let among = match group {
            "overseer" => allows(Act::OverseeBookings, role),
            "admin" => role == Role::Admin,
            other => panic!("who is {other}?"),
        };
        among.then_some(answer)
    });
    theirs.unwrap_or(first)
}

/// The row of an endpoint; panics where it has none.
pub fn expected(name: &str) -> Vec<&'static str> {
    let cells = |row: &'static str| row.split('|').map(str::trim).collect::<Vec<_>>();
    let mut found: Vec<_> = table()
        .map(cells)
        .filter(|cells| cells[0] == name)
        .collect();
    assert_eq!(
        found.len(),
        1,
        "{name} has no row of its own in EXPECTED of its context"
    );
    let row = found.remove(0);
    assert_eq!(row.len(), 1 + COLUMNS, "{name}");
    row
}

/// Ids that may not stand in an answer to this role, whatever it asks for.
pub fn foreign(role: Role, neighbours: &Things, elsewhere: &Things) -> Vec<String> {
    let mut ids = vec![neighbours.message.clone(), neighbours.reason.clone()];
    let hidden = [
        (Act::OverseeBookings, &neighbours.booking),
        (Act::SeePeople, &neighbours.household),
        (Act::HandleMessages, &neighbours.stuck),
        (Act::ReadFeedback, &neighbours.feedback),
        (Act::Vet, &neighbours.provider),
        (Act::LendBooks, &neighbours.loan),
        (Act::LendBooks, &neighbours.hold),
        (Act::LendBooks, &neighbours.card),
        (Act::LendBooks, &neighbours.task),
        (Act::KeepBooks, &neighbours.audit),
        (Act::Watch, &neighbours.device),
        (Act::Watch, &neighbours.absence),
        (Act::Watch, &neighbours.alert),
        (Act::Care, &neighbours.case),
        (Act::Care, &neighbours.care_task),
        (Act::KeepFiles, &neighbours.note),
        (Act::Counter, &neighbours.redemption),
        (Act::Counter, &neighbours.voucher),
        (Act::ApproveHours, &neighbours.entry),
        (Act::IssueCertificates, &neighbours.certificate),
        (Act::ApproveHours, &neighbours.record),
        (Act::PassOn, &neighbours.batch),
    ];
    let hidden = hidden.iter().filter(|(act, _)| !allows(*act, role));
    ids.extend(hidden.map(|(_, id)| (*id).clone()));
    // Whoever books for others finds people, and whoever lends has them before them.
    if !allows(Act::BookForOthers, role) && !allows(Act::LendBooks, role) {
        ids.push(neighbours.person.clone());
    }
    ids.extend(all_of(elsewhere));
    ids
}

pub fn all_of(things: &Things) -> Vec<String> {
    let Things {
        booking,
        provider,
        service,
        person,
        message,
        stuck,
        feedback,
        household,
        reward: _,
        redemption,
        voucher,
        activity,
        entry,
        certificate,
        team,
        record,
        batch,
        title,
        copy,
        loan,
        hold,
        card,
        audit,
        task,
        import,
        device,
        absence,
        alert,
        case,
        care_task,
        note,
        reason: _,
    } = things;
    let all = [
        booking,
        provider,
        service,
        person,
        message,
        stuck,
        feedback,
        household,
        redemption,
        voucher,
        activity,
        entry,
        certificate,
        team,
        record,
        batch,
        title,
        copy,
        loan,
        hold,
        card,
        audit,
        task,
        import,
        device,
        absence,
        alert,
        case,
        care_task,
        note,
    ];
    all.into_iter().cloned().collect()
}

/// What stands in the answer if it is one's own list.
pub fn own_list<'a>(name: &str, own: &'a Things) -> Vec<&'a str> {
    match name {
        "ListBookings" => vec![&own.booking],
        "ListInbox" => vec![&own.message],
        "GetHousehold" => vec![&own.household, &own.person],
        "GetMyData" => vec![
            &own.booking,
            &own.message,
            &own.household,
            &own.provider,
            &own.redemption,
            &own.loan,
            &own.hold,
        ],
        "ListLoans" => vec![&own.loan],
        "ListHolds" => vec![&own.hold],
        "GetReaderCard" => vec![&own.card],
        "ListAbsences" => vec![&own.absence],
        "GetMyWatch" => vec![&own.person, &own.device],
        "ListRedemptions" => vec![&own.redemption],
        "ListHours" => vec![&own.entry],
        "ListCertificates" => vec![&own.certificate],
        "ListTeams" => vec![&own.team],
        "ListMyViews" => vec![&own.reason],
        "ListMyFeedback" => vec![&own.feedback],
        "GetMyProvider" => vec![&own.provider],
        "GetMe" => vec![&own.person],
        _ => vec![],
    }
}

#[test]
fn every_row_of_the_table_is_an_endpoint_and_every_endpoint_has_one() {
    for endpoint in endpoints().filter(|e| e.act != Act::Public) {
        let row = expected(endpoint.name);
        for whose in WHOSE {
            for role in Role::ALL.iter().filter(|role| allows(endpoint.act, **role)) {
                if let Some(column) = column(endpoint, *role, whose) {
                    assert_ne!(row[1 + column], "-", "{} column {column}", endpoint.name);
                }
            }
        }
        for (column, cell) in row[1..].iter().enumerate() {
            let hidden = matches!(column, 2 | 4 | 5) && *cell != "-";
            assert!(
                !hidden || *cell == "404 not_found",
                "{} says {cell} of what is not to be known",
                endpoint.name
            );
        }
    }
    assert_eq!(
        table().count(),
        endpoints().filter(|e| e.act != Act::Public).count()
    );
}
