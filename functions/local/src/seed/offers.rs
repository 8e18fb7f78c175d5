//! Fourteen services in six categories, with terms of every kind.

use domain::provider::{Mode, Provider, Service, Terms};
use domain::units::Fen;
use domain::{ProviderId, ServiceId};
use store::market::service_item;

use super::ids;
use super::town::Town;
use crate::stop::Stop;

pub struct Offer {
    category: &'static str,
    pub name: &'static str,
    name_en: &'static str,
    about: &'static str,
    about_en: &'static str,
    /// Lowest and highest price in yuan.
    yuan: (i64, i64),
    /// The visit, and the time kept free before and after it, in minutes.
    minutes: (u16, u16, u16),
    step_minutes: u16,
    lead_minutes: u32,
    horizon_days: u16,
    cutoff_minutes: u32,
    mode: Mode,
    /// Places in [`super::traders::TRADERS`].
    by: &'static [usize],
}

use Mode::{Instant, OnRequest};

const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;

#[rustfmt::skip]
pub const OFFERS: [Offer; 14] = [
    Offer {
        category: "locks", name: "开门锁", name_en: "Door opening",
        about: "忘带钥匙或锁坏了打不开门。师傅会先看房产或身份证明，再报价动手。",
        about_en: "Locked out, or the lock is stuck. The locksmith checks proof of residence and names the price before starting.",
        yuan: (80, 200), minutes: (45, 15, 15), step_minutes: 30, lead_minutes: HOUR, horizon_days: 30, cutoff_minutes: HOUR, mode: Instant, by: &[0, 1, 2],
    },
    Offer {
        category: "locks", name: "换锁芯", name_en: "Lock cylinder replacement",
        about: "更换防盗门锁芯，师傅会先确认型号。锁芯价格另计，在上限之内。",
        about_en: "A new cylinder for a security door. The locksmith confirms the model first; the part is within the upper price.",
        yuan: (120, 380), minutes: (60, 15, 15), step_minutes: 30, lead_minutes: 4 * HOUR, horizon_days: 30, cutoff_minutes: 4 * HOUR, mode: OnRequest, by: &[0, 1, 2],
    },
    Offer {
        category: "locks", name: "配钥匙", name_en: "Key cutting",
        about: "普通钥匙当场配好，请带原钥匙到小区南门。",
        about_en: "Ordinary keys are cut while you wait at the south gate. Bring the original.",
        yuan: (5, 30), minutes: (15, 0, 0), step_minutes: 15, lead_minutes: 0, horizon_days: 14, cutoff_minutes: 0, mode: Instant, by: &[1],
    },
    Offer {
        category: "mending", name: "改裤脚", name_en: "Trouser hems",
        about: "量好长度当场改，一次最多三条。",
        about_en: "Measured and hemmed on the spot, up to three pairs at a time.",
        yuan: (15, 45), minutes: (30, 0, 0), step_minutes: 30, lead_minutes: 2 * HOUR, horizon_days: 30, cutoff_minutes: HOUR, mode: Instant, by: &[3, 4],
    },
    Offer {
        category: "mending", name: "换拉链补破洞", name_en: "Zips and holes",
        about: "外套、裙裤换拉链，毛衣补洞。请写明衣物种类，师傅好备料。",
        about_en: "New zips for coats, skirts and trousers; holes in knitwear. Say what it is, so that the material is at hand.",
        yuan: (20, 80), minutes: (45, 0, 15), step_minutes: 30, lead_minutes: DAY, horizon_days: 30, cutoff_minutes: 12 * HOUR, mode: OnRequest, by: &[3, 4],
    },
    Offer {
        category: "repair", name: "电路检修", name_en: "Electrical check",
        about: "跳闸、插座没电、换灯具。持证电工上门，先断电后检查。",
        about_en: "Tripped breakers, dead sockets, new lamps. A certified electrician switches off first, then checks.",
        yuan: (60, 260), minutes: (60, 15, 15), step_minutes: 30, lead_minutes: 3 * HOUR, horizon_days: 45, cutoff_minutes: 6 * HOUR, mode: OnRequest, by: &[5],
    },
    Offer {
        category: "repair", name: "水管漏水疏通", name_en: "Leaks and blocked drains",
        about: "水龙头、下水道、马桶。急漏请先关总阀，再打工作站电话。",
        about_en: "Taps, drains and toilets. If it is pouring, close the main valve and call the station first.",
        yuan: (50, 200), minutes: (60, 15, 15), step_minutes: 30, lead_minutes: HOUR, horizon_days: 30, cutoff_minutes: 2 * HOUR, mode: Instant, by: &[6, 2],
    },
    Offer {
        category: "repair", name: "家电小修", name_en: "Small appliance repair",
        about: "电风扇、电饭煲、洗衣机等小毛病。请写明品牌和症状。",
        about_en: "Fans, rice cookers, washing machines. Say the make and what is wrong.",
        yuan: (40, 300), minutes: (90, 0, 30), step_minutes: 60, lead_minutes: DAY, horizon_days: 45, cutoff_minutes: 12 * HOUR, mode: OnRequest, by: &[5, 6],
    },
    Offer {
        category: "cleaning", name: "日常保洁", name_en: "Home cleaning",
        about: "两小时，地面、台面、卫生间。工具和清洁剂由阿姨带来。",
        about_en: "Two hours: floors, surfaces, bathroom. Tools and cleaners are brought along.",
        yuan: (80, 120), minutes: (120, 15, 30), step_minutes: 30, lead_minutes: 4 * HOUR, horizon_days: 60, cutoff_minutes: 12 * HOUR, mode: Instant, by: &[7, 8, 9],
    },
    Offer {
        category: "cleaning", name: "擦窗", name_en: "Window cleaning",
        about: "全屋窗户内外，只做有护栏的窗。六楼以上请先打电话。",
        about_en: "All windows, inside and out, where there are guards. Above the sixth floor please call first.",
        yuan: (60, 180), minutes: (90, 15, 15), step_minutes: 30, lead_minutes: DAY, horizon_days: 60, cutoff_minutes: 12 * HOUR, mode: Instant, by: &[7, 8, 9],
    },
    Offer {
        category: "cleaning", name: "油烟机清洗", name_en: "Cooker hood cleaning",
        about: "拆洗油网和风轮，做好地面保护，请提前腾空灶台。",
        about_en: "The filter and fan are taken out and washed, the floor covered. Please clear the stove beforehand.",
        yuan: (120, 220), minutes: (150, 0, 30), step_minutes: 60, lead_minutes: 2 * DAY, horizon_days: 60, cutoff_minutes: DAY, mode: OnRequest, by: &[9],
    },
    Offer {
        category: "beauty", name: "上门理发", name_en: "Haircut at home",
        about: "给出门不便的长辈上门剪发，围布和工具自带。",
        about_en: "For those who do not get out easily. Cape and tools are brought along.",
        yuan: (20, 40), minutes: (30, 15, 15), step_minutes: 30, lead_minutes: 2 * HOUR, horizon_days: 30, cutoff_minutes: 2 * HOUR, mode: Instant, by: &[10],
    },
    Offer {
        category: "beauty", name: "修甲美甲", name_en: "Nails",
        about: "修剪、护理、单色上色。对甲油过敏请写在备注里。",
        about_en: "Trimming, care, one colour. Tell us in the note about any allergy.",
        yuan: (40, 120), minutes: (60, 0, 15), step_minutes: 30, lead_minutes: 2 * HOUR, horizon_days: 30, cutoff_minutes: 2 * HOUR, mode: Instant, by: &[10],
    },
    Offer {
        category: "devices", name: "手机电脑教用", name_en: "Phone and computer help",
        about: "教视频通话、挂号、防诈骗设置，也可以装软件、清理电脑。",
        about_en: "Video calls, booking a doctor, guarding against fraud; installing and tidying up a computer.",
        yuan: (0, 50), minutes: (60, 0, 0), step_minutes: 60, lead_minutes: HOUR, horizon_days: 90, cutoff_minutes: HOUR, mode: Instant, by: &[11],
    },
];

impl Offer {
    fn terms(&self) -> Terms {
        Terms {
            price_from: Fen(self.yuan.0 * 100),
            price_to: Fen(self.yuan.1 * 100),
            minutes: self.minutes.0,
            buffer_before_minutes: self.minutes.1,
            buffer_after_minutes: self.minutes.2,
            step_minutes: self.step_minutes,
            lead_minutes: self.lead_minutes,
            horizon_days: self.horizon_days,
            cutoff_minutes: self.cutoff_minutes,
            mode: self.mode,
        }
    }
}

/// Writes the services; returned in the order of [`OFFERS`].
pub fn list(town: &mut Town, traders: &[Provider]) -> Result<Vec<Service>, Stop> {
    let place = |i: &usize| traders.get(*i).map(|provider| provider.id);
    OFFERS
        .iter()
        .zip(ids::MILLIS..)
        .map(|(offer, millis)| {
            put(
                town,
                offer,
                millis,
                offer.by.iter().filter_map(place).collect(),
            )
        })
        .collect()
}

/// Writes one service. `millis`: of its id, which is its place in a list.
pub fn put(
    town: &mut Town,
    offer: &Offer,
    millis: u64,
    providers: Vec<ProviderId>,
) -> Result<Service, Stop> {
    let service = Service {
        id: ServiceId::new(millis, town.chance("service", offer.name)),
        community: town.id(),
        category: offer.category.into(),
        name: offer.name.into(),
        name_en: Some(offer.name_en.into()),
        about: offer.about.into(),
        about_en: Some(offer.about_en.into()),
        terms: offer.terms(),
        providers,
        hidden: false,
        ver: 1,
    };
    town.add(service_item(&service))?;
    Ok(service)
}

#[cfg(test)]
mod tests {
    use super::super::traders::TRADERS;
    use super::*;

    #[test]
    fn all_terms_are_within_the_limits_and_given_by_somebody() {
        for offer in &OFFERS {
            assert_eq!(offer.terms().flaw(), None, "{}", offer.name);
            assert!(!offer.by.is_empty(), "{}", offer.name);
            assert!(
                offer.by.iter().all(|i| *i < TRADERS.len() - 2),
                "{}",
                offer.name
            );
        }
        assert!(OFFERS.iter().filter(|offer| offer.by.len() >= 3).count() >= 3);
        assert!(OFFERS.iter().any(|offer| offer.mode == OnRequest));
    }
}
