//! 120 people behind 51 doors of three buildings, and the staff of the station.

use domain::PersonId;
use domain::access::Role;
use domain::consent::Purpose;
use domain::person::Person;
use jiff::civil::Date;
use store::identity::{View, view_item};

use super::accounts::{FIRST_RESIDENT, FIRST_RESIDENT_PHONE};
use super::ids;
use super::town::{Face, Town};
use super::traders::TRADERS;
use crate::stop::Stop;

const BUILDINGS: [&str; 3] = ["1号楼", "2号楼", "3号楼"];
const DOORS_PER_BUILDING: usize = 17;
const ELDERS: usize = 12;
const CHILDREN: usize = 15;
const VOLUNTEERS: usize = 30;
/// Without the first, who has a name of her own.
const RESIDENTS: usize = 36;
/// Doors behind which a family lives; elders live alone behind the others.
const FAMILIES: usize = BUILDINGS.len() * DOORS_PER_BUILDING - ELDERS;

const SURNAMES: [&str; 36] = [
    "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何",
    "郭", "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹", "袁",
    "邓", "许", "傅", "沈",
];
const CHILD_NAMES: [&str; CHILDREN] = [
    "小宝",
    "小朵",
    "小米",
    "小鱼",
    "小石头",
    "小葵",
    "小满",
    "小北",
    "小果",
    "小夏",
    "小禾",
    "小竹",
    "小雨",
    "小星",
    "小舟",
];

/// The social worker who organises what the demo's volunteers do.
pub const FIRST_WORKER: &str = STAFF[0].0;
/// Another one, who has taken on what an alert asked for.
pub const SECOND_WORKER: &str = STAFF[1].0;
/// Staff of the station: name, telephone, role, and whether the second factor is set up already.
const STAFF: [(&str, &str, Role, bool); 8] = [
    ("测试·社工小林", "13800000201", Role::SocialWorker, true),
    ("测试·社工小周", "13800000202", Role::SocialWorker, true),
    ("测试·社工小许", "13800000203", Role::SocialWorker, true),
    ("测试·管理员老郑", "13800000211", Role::Admin, true),
    ("测试·管理员小曾", "13800000212", Role::Admin, false),
    ("测试·工作站值班", "13800000221", Role::Station, true),
    ("测试·前台小何", "13800000231", Role::DeskHelper, true),
    ("测试·馆员小叶", "13800000241", Role::Librarian, true),
];
/// Neighbours with an office.
const HELPERS: [(&str, &str, Role); 4] = [
    ("测试·网格员小吴", "13800000251", Role::GridWorker),
    ("测试·楼长老孙", "13800000261", Role::BuildingHead),
    ("测试·楼长老钱", "13800000262", Role::BuildingHead),
    ("测试·楼长老冯", "13800000263", Role::BuildingHead),
];

/// Those whom the rest of the seed speaks of.
pub struct Residents {
    pub first: Person,
    /// Plain residents, in the order of their numbers.
    pub others: Vec<Person>,
    pub volunteers: Vec<Person>,
    pub children: Vec<Person>,
    pub elders: Vec<Person>,
    pub traders: Vec<Person>,
    pub grid_worker: PersonId,
}

pub fn settle(town: &mut Town) -> Result<Residents, Stop> {
    let (mut families, adults) = families(town);
    let mut settled = Vec::new();
    for (door, faces) in families.drain(..).enumerate() {
        let (building, room) = address(door);
        settled.extend(town.household(building, &room, faces)?);
    }
    let mut elders = Vec::new();
    for (i, face) in elder_faces().enumerate() {
        let (building, room) = address(FAMILIES + i);
        elders.extend(town.household(building, &room, vec![face])?);
    }
    let staff = staff(town)?;
    consents(town, settled.iter().chain(&elders))?;

    let find = |name: &str| {
        let found = settled.iter().find(|person| person.name == name).cloned();
        found.ok_or_else(|| Stop::because(format!("nobody is called {name}")))
    };
    let others = adults.iter().skip(1).take(RESIDENTS);
    let volunteers = adults.iter().skip(1 + RESIDENTS).take(VOLUNTEERS);
    let residents = Residents {
        first: find(FIRST_RESIDENT)?,
        others: others.map(|name| find(name)).collect::<Result<_, _>>()?,
        volunteers: volunteers
            .map(|name| find(name))
            .collect::<Result<_, _>>()?,
        children: settled
            .iter()
            .filter(|person| person.guardian.is_some())
            .cloned()
            .collect(),
        elders,
        traders: TRADERS
            .iter()
            .map(|trader| find(trader.name))
            .collect::<Result<_, _>>()?,
        grid_worker: town.person_id(HELPERS[0].0),
    };
    looked_at(town, residents.first.id, &staff[0])?;
    Ok(residents)
}

/// Who lives behind each family's door, and all adults by name in order.
fn families(town: &Town) -> (Vec<Vec<Face>>, Vec<String>) {
    let adults: Vec<Face> = [first()]
        .into_iter()
        .chain(resident_faces())
        .chain(volunteer_faces())
        .chain(TRADERS.iter().map(|t| Face {
            born: born(1980),
            ..Face::new(t.name, t.phone, &[Role::Provider])
        }))
        .chain(HELPERS.iter().map(|(name, phone, role)| Face {
            born: born(1968),
            ..Face::new(*name, *phone, &[*role])
        }))
        .collect();
    let names = adults.iter().map(|face| face.name.clone()).collect();
    let mut doors: Vec<Vec<Face>> = vec![Vec::new(); FAMILIES];
    for (i, face) in adults.into_iter().enumerate() {
        doors[i % FAMILIES].push(face);
    }
    for (i, name) in CHILD_NAMES.iter().enumerate() {
        let door = &mut doors[i * 2 % FAMILIES];
        let guardian = door.first().map(|face| town.person_id(&face.name));
        let child = Face {
            name: format!("测试·{name}"),
            born: born(2013 + i16::try_from(i % 8).unwrap_or(0)),
            guardian,
            ..Face::default()
        };
        door.push(child);
    }
    (doors, names)
}

fn first() -> Face {
    Face {
        born: born(1966),
        ..Face::new(FIRST_RESIDENT, FIRST_RESIDENT_PHONE, &[])
    }
}

fn resident_faces() -> impl Iterator<Item = Face> {
    SURNAMES
        .iter()
        .take(RESIDENTS)
        .enumerate()
        .map(|(i, surname)| {
            let title = if i % 2 == 0 { "女士" } else { "先生" };
            Face {
                born: born(1970 + i16::try_from(i).unwrap_or(0)),
                english: i == 1,
                ..Face::new(
                    format!("测试·{surname}{title}"),
                    format!("138000000{:02}", i + 2),
                    &[],
                )
            }
        })
}

fn volunteer_faces() -> impl Iterator<Item = Face> {
    SURNAMES
        .iter()
        .take(VOLUNTEERS)
        .enumerate()
        .map(|(i, surname)| Face {
            born: born(1975 + i16::try_from(i).unwrap_or(0)),
            ..Face::new(
                format!("测试·志愿者小{surname}"),
                format!("138000003{:02}", i + 1),
                &[Role::Volunteer],
            )
        })
}

/// Every third elder has no telephone and is served through a helper.
fn elder_faces() -> impl Iterator<Item = Face> {
    SURNAMES
        .iter()
        .rev()
        .take(ELDERS)
        .enumerate()
        .map(|(i, surname)| {
            let title = if i % 2 == 0 { "奶奶" } else { "爷爷" };
            let phone = (i % 3 != 2).then(|| format!("138000004{:02}", i + 1));
            Face {
                name: format!("测试·{surname}{title}"),
                phone,
                born: born(1938 + i16::try_from(i).unwrap_or(0)),
                large_text: true,
                ..Face::default()
            }
        })
}

fn born(year: i16) -> Option<Date> {
    Date::new(year, 3, 15).ok()
}

fn address(door: usize) -> (&'static str, String) {
    let (building, place) = (door % BUILDINGS.len(), door / BUILDINGS.len());
    let (floor, side) = (place / 3 + 1, place % 3 + 1);
    (BUILDINGS[building], format!("{floor}{side:02}"))
}

fn staff(town: &mut Town) -> Result<Vec<Person>, Stop> {
    STAFF
        .iter()
        .map(|(name, phone, role, enrolled)| {
            let person = town.person(Face::new(*name, *phone, &[*role]), None)?;
            if *enrolled {
                town.enrol(&person)?;
            }
            Ok(person)
        })
        .collect()
}

/// Most have agreed to show a booked provider where they live, some to short messages.
fn consents<'p>(town: &mut Town, people: impl Iterator<Item = &'p Person>) -> Result<(), Stop> {
    for (i, person) in people
        .filter(|person| person.guardian.is_none())
        .enumerate()
    {
        if i % 10 != 9 {
            town.agree(person.id, Purpose::ShareContact)?;
        }
        if person.phone.is_some() && i % 4 != 3 {
            town.agree(person.id, Purpose::SmsNotices)?;
        }
    }
    Ok(())
}

/// A file opened by a social worker, as its owner sees it in the log.
fn looked_at(town: &mut Town, whose: PersonId, viewer: &Person) -> Result<(), Stop> {
    let at = town.days_ago(5);
    let view = View {
        id: domain::ViewId::new(
            u64::try_from(at.as_millisecond()).unwrap_or(ids::MILLIS),
            town.chance("view", &viewer.name),
        ),
        at,
        viewer: viewer.id,
        viewer_role: Role::SocialWorker,
        what: "GetPerson".into(),
        reason: "电话回访".into(),
        how: None,
    };
    let item = view_item(town.id(), whose, &view);
    town.add(item)
}
