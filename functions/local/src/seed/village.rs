//! The small second community: one of each, so that what belongs to it can be asked for from outside.

use domain::ProviderId;
use domain::access::Role;
use domain::consent::Purpose;
use domain::provider::{Credential, CredentialKind, Provider, Standing};

use super::offers::{OFFERS, put};
use super::town::{Face, Town};
use super::visits::Visits;
use super::{ids, traders};
use crate::stop::Stop;

const STAFF: [(&str, &str, Role); 3] = [
    ("测试·邻村社工", "13800009201", Role::SocialWorker),
    ("测试·邻村管理员", "13800009211", Role::Admin),
    ("测试·邻村值班", "13800009221", Role::Station),
];

pub fn settle(town: &mut Town) -> Result<(), Stop> {
    let family = town.household(
        "东街",
        "1",
        vec![
            Face::new("测试·邻村白女士", "13800009001", &[]),
            Face::new("测试·邻村锁匠", "13800009101", &[Role::Provider]),
        ],
    )?;
    for (name, phone, role) in STAFF {
        let person = town.person(Face::new(name, phone, &[role]), None)?;
        town.enrol(&person)?;
    }
    let [resident, locksmith] = family.as_slice() else {
        return Err(Stop::because("the second community is not complete"));
    };
    town.agree(resident.id, Purpose::ShareContact)?;
    traders::category(town, "locks", "开锁", "Locksmith", 0)?;
    let provider = Provider {
        id: ProviderId::new(ids::MILLIS, town.chance("provider", &locksmith.name)),
        community: town.id(),
        person: locksmith.id,
        name: locksmith.name.clone(),
        intro: "邻村唯一的锁匠。".into(),
        standing: Standing::Approved,
        reason: String::new(),
        credentials: vec![Credential {
            id: domain::CredentialId::new(ids::MILLIS, town.chance("credential", "1")),
            kind: CredentialKind::LocksmithPermit,
            number_tail: "9001".into(),
            expires: traders::later(town.today, 365),
        }],
        calendar: traders::plain_week(),
        created_at: town.days_ago(50),
        expiry_told: None,
        ver: 1,
    };
    traders::enter(town, &provider)?;
    let service = put(town, &OFFERS[0], ids::MILLIS, vec![provider.id])?;
    let mut visits = Visits::of(town);
    visits.coming("village", resident.id, &provider, &service, 2)?;
    visits.done()
}
