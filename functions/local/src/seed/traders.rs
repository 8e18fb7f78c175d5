//! Twelve providers the residents can book, and two who wait to be vetted.

use domain::availability::{Blocked, Calendar, Day, Exception, Hours, Weekly, instant};
use domain::provider::{Credential, CredentialKind, Provider, Standing};
use domain::units::Minute;
use domain::{CredentialId, ProviderId};
use jiff::ToSpan;
use jiff::civil::Date;
use store::market::{Category, category_item, provider_item, provider_of_item};

use super::ids;
use super::people::Residents;
use super::town::Town;
use crate::stop::Stop;

/// Slug, Chinese and English name.
const CATEGORIES: [(&str, &str, &str); 6] = [
    ("locks", "开锁", "Locksmith"),
    ("mending", "缝补", "Mending"),
    ("repair", "维修", "Repairs"),
    ("cleaning", "保洁", "Cleaning"),
    ("beauty", "美甲理发", "Hair and nails"),
    ("devices", "电脑手机", "Computers and phones"),
];

pub struct Trader {
    pub name: &'static str,
    pub phone: &'static str,
    intro: &'static str,
    week: Week,
    /// Kinds of credentials, and in how many days each ends.
    credentials: &'static [(CredentialKind, i64)],
    applied: bool,
}

/// Three ways to fill a week; all with a pause at noon.
#[derive(Clone, Copy)]
enum Week {
    /// Every day, 8:30 to 17:30.
    Every,
    /// Monday to Friday, 9 to 18; Saturday morning.
    Work,
    /// Tuesday to Sunday, 10 to 19.
    Late,
}

use CredentialKind::{
    ElectricianPermit, HealthCertificate, Identity, Insurance, LocksmithPermit, TradeLicence,
    Training,
};

#[rustfmt::skip]
pub const TRADERS: [Trader; 14] = [
    trader("测试·开锁李师傅", "13800000101", "公安备案开锁，十五年经验，先报价后动手。", Week::Every, &[(Identity, 720), (LocksmithPermit, 120)]),
    trader("测试·锁匠周师傅", "13800000102", "开锁、换锁芯、配钥匙，店在小区南门。", Week::Work, &[(Identity, 800), (LocksmithPermit, 200), (TradeLicence, 365)]),
    trader("测试·万能马师傅", "13800000103", "锁具和水电小活都做，周末也在。", Week::Late, &[(Identity, 640), (LocksmithPermit, 90)]),
    trader("测试·缝补何阿姨", "13800000104", "老裁缝，改裤脚、换拉链、补破洞。", Week::Work, &[(Identity, 500)]),
    trader("测试·裁缝苏师傅", "13800000105", "改衣三十年，急活当天取。", Week::Every, &[(Identity, 900), (TradeLicence, 300)]),
    trader("测试·电工郭师傅", "13800000106", "持证电工，跳闸、换灯、查线路。", Week::Work, &[(Identity, 730), (ElectricianPermit, 75)]),
    trader("测试·水管唐师傅", "13800000107", "漏水、堵塞、换龙头，带齐配件上门。", Week::Every, &[(Identity, 600), (Insurance, 180)]),
    trader("测试·保洁邓姐", "13800000108", "日常保洁，自带工具，做事细。", Week::Every, &[(Identity, 700), (HealthCertificate, 12)]),
    trader("测试·保洁罗姐", "13800000109", "擦窗和大扫除，两人一组。", Week::Work, &[(Identity, 720), (HealthCertificate, 150), (Insurance, 240)]),
    trader("测试·保洁韩姐", "13800000110", "厨房油烟机、日常保洁。", Week::Late, &[(Identity, 820), (HealthCertificate, 210)]),
    trader("测试·理发彭老师", "13800000111", "可上门给老人理发，也做美甲。", Week::Late, &[(Identity, 660), (HealthCertificate, 95)]),
    trader("测试·电脑曹同学", "13800000112", "教长辈用手机，修电脑、装软件。", Week::Every, &[(Identity, 1000), (Training, 400)]),
    applicant("测试·美发袁师傅", "13800000113", "想在社区开一个周末理发点。", Week::Late, &[(Identity, 540), (HealthCertificate, 160)]),
    applicant("测试·手机董师傅", "13800000114", "手机贴膜、换屏，证件还在补办。", Week::Work, &[]),
];

const fn trader(
    name: &'static str,
    phone: &'static str,
    intro: &'static str,
    week: Week,
    credentials: &'static [(CredentialKind, i64)],
) -> Trader {
    Trader {
        name,
        phone,
        intro,
        week,
        credentials,
        applied: false,
    }
}

const fn applicant(
    name: &'static str,
    phone: &'static str,
    intro: &'static str,
    week: Week,
    credentials: &'static [(CredentialKind, i64)],
) -> Trader {
    Trader {
        applied: true,
        ..trader(name, phone, intro, week, credentials)
    }
}

/// Writes the categories and the providers; returned in the order of [`TRADERS`].
pub fn open(town: &mut Town, residents: &Residents) -> Result<Vec<Provider>, Stop> {
    for (place, (slug, name, name_en)) in CATEGORIES.into_iter().enumerate() {
        category(town, slug, name, name_en, place)?;
    }
    let both = TRADERS.iter().zip(&residents.traders).enumerate();
    both.map(|(i, (trader, person))| {
        let calendar = calendar(town, trader.week, i);
        let provider = Provider {
            id: ProviderId::new(ids::MILLIS + i as u64, town.chance("provider", trader.name)),
            community: town.id(),
            person: person.id,
            name: trader.name.into(),
            intro: trader.intro.into(),
            standing: if trader.applied {
                Standing::Applied
            } else {
                Standing::Approved
            },
            reason: if trader.applied {
                String::new()
            } else {
                "证件已核对".into()
            },
            credentials: credentials(town, trader),
            calendar,
            created_at: town.days_ago(if trader.applied { 2 } else { 50 }),
            expiry_told: None,
            ver: 1,
        };
        enter(town, &provider)?;
        Ok(provider)
    })
    .collect()
}

pub fn category(
    town: &mut Town,
    slug: &str,
    name: &str,
    name_en: &str,
    place: usize,
) -> Result<(), Stop> {
    let category = Category {
        slug: slug.into(),
        name: name.into(),
        name_en: Some(name_en.into()),
        place: u16::try_from(place).unwrap_or(u16::MAX),
        ver: 1,
    };
    let item = category_item(town.id(), &category);
    town.add(item)
}

/// Writes a provider's file, and that the person is this provider.
pub fn enter(town: &mut Town, provider: &Provider) -> Result<(), Stop> {
    let file = provider_item(provider, &town.zone);
    town.add(file)?;
    let of = provider_of_item(provider.community, provider.person, provider.id);
    town.add(of)
}

fn credentials(town: &Town, trader: &Trader) -> Vec<Credential> {
    trader
        .credentials
        .iter()
        .enumerate()
        .map(|(i, (kind, days))| Credential {
            id: CredentialId::new(
                ids::MILLIS,
                town.chance("credential", &format!("{}{i}", trader.name)),
            ),
            kind: *kind,
            number_tail: format!(
                "{:04}",
                (town.chance("number", trader.name) >> (8 * i)) % 10_000
            ),
            expires: later(town.today, *days),
        })
        .collect()
}

fn calendar(town: &Town, week: Week, i: usize) -> Calendar {
    let mut calendar = week.calendar();
    match i {
        // One day off, one short day, one afternoon away.
        5 => calendar.exceptions.push(Exception {
            date: later(town.today, 10),
            hours: vec![],
        }),
        8 => calendar.exceptions.push(Exception {
            date: later(town.today, 5),
            hours: vec![Hours {
                from: minute(10, 0),
                to: minute(15, 0),
            }],
        }),
        3 => {
            let day = later(town.today, 3);
            let away = [14, 16].map(|hour| instant(day, minute(hour, 0), &town.zone));
            if let [Some(from), Some(until)] = away {
                calendar.blocked.push(Blocked {
                    from,
                    until,
                    reason: "进货".into(),
                });
            }
        }
        _ => {}
    }
    calendar
}

/// A week without anything special, for others.
pub fn plain_week() -> Calendar {
    Week::Every.calendar()
}

impl Week {
    fn calendar(self) -> Calendar {
        let (days, from, to, noon) = match self {
            Self::Every => (Day::ALL, minute(8, 30), minute(17, 30), 12),
            Self::Work => (&Day::ALL[..5], minute(9, 0), minute(18, 0), 12),
            Self::Late => (&Day::ALL[1..], minute(10, 0), minute(19, 0), 13),
        };
        let mut weekly: Vec<Weekly> = days
            .iter()
            .map(|day| Weekly {
                day: *day,
                from,
                to,
            })
            .collect();
        if matches!(self, Self::Work) {
            let (from, to) = (minute(9, 0), minute(12, 0));
            weekly.push(Weekly {
                day: Day::Saturday,
                from,
                to,
            });
        }
        let (from, to) = (minute(noon, 0), minute(noon + 1, 0));
        Calendar {
            weekly,
            breaks: days
                .iter()
                .map(|day| Weekly {
                    day: *day,
                    from,
                    to,
                })
                .collect(),
            ..Calendar::default()
        }
    }
}

fn minute(hour: u16, minute: u16) -> Minute {
    Minute::new(hour * 60 + minute).expect("a time of day")
}

pub fn later(day: Date, days: i64) -> Date {
    day.saturating_add(days.days())
}
