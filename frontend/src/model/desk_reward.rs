//! A reward while it is written, stock that is put in or taken out, and the rule of points.

use domain::limits;
use domain::reward::RewardKind;
use jiff::civil::Date;
use wire::points::ledger::RuleView;
use wire::points::rewards::RewardView;
use wire::{Code, Problem};

use super::desk_activity::{maybe_number, number};

/// The text of every field. A limit that is empty is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    pub name: String,
    pub about: String,
    pub kind: String,
    pub points: String,
    pub per_person: String,
    pub per_month: String,
    pub open_until: String,
    pub stock: String,
}

/// A reward as it is sent. `stock`: the first, for a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goods {
    pub name: String,
    pub about: String,
    pub kind: RewardKind,
    pub points: u32,
    pub per_person: Option<u32>,
    pub per_month: Option<u32>,
    pub open_until: Option<Date>,
    pub stock: u32,
}

impl Draft {
    #[must_use]
    pub fn of(reward: &RewardView) -> Self {
        let maybe = |count: Option<u32>| count.map(|count| count.to_string()).unwrap_or_default();
        Self {
            name: reward.name.clone(),
            about: reward.about.clone(),
            kind: reward.kind.to_string(),
            points: reward.points.to_string(),
            per_person: maybe(reward.per_person),
            per_month: maybe(reward.per_month),
            open_until: reward
                .open_until
                .map(|day| day.to_string())
                .unwrap_or_default(),
            stock: "0".into(),
        }
    }

    /// What it makes, or the first field that is not right, as the server would name it.
    pub fn goods(&self) -> Result<Goods, Problem> {
        let name = self.name.trim().to_owned();
        if name.is_empty() {
            return Err(Problem::new(Code::EmptyText).at("/name"));
        }
        let kind = self.kind.parse();
        let kind = kind.map_err(|()| Problem::new(Code::MissingField).at("/kind"))?;
        let most = limits::REWARD_COUNT;
        let points = number(&self.points, 1, limits::REWARD_POINTS, "/points")?;
        let per_person = maybe_number(&self.per_person, 1, most, "/per_person")?;
        let per_month = maybe_number(&self.per_month, 1, most, "/per_month")?;
        let last = self.open_until.trim();
        let open_until = match last.is_empty() {
            true => None,
            false => Some(day(last).ok_or_else(|| Problem::new(Code::BadValue).at("/open_until"))?),
        };
        Ok(Goods {
            name,
            about: self.about.trim().to_owned(),
            kind,
            points,
            per_person,
            per_month,
            open_until,
            stock: maybe_number(&self.stock, 0, most, "/stock")?.unwrap_or(0),
        })
    }
}

fn day(raw: &str) -> Option<Date> {
    raw.parse().ok()
}

/// How stock changes: `count` put in, or taken out.
pub fn stock_change(count: &str, out: bool) -> Result<i32, Problem> {
    let count = number(count, 1, limits::REWARD_COUNT, "/add")?;
    let count = i32::try_from(count).unwrap_or(i32::MAX);
    Ok(if out { -count } else { count })
}

/// A rule while it is written. `ends`: whether points end at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleDraft {
    pub per_hour: String,
    pub per_activity: String,
    pub per_day: String,
    pub ends: bool,
    pub months: String,
}

/// Points for an hour, at most for one activity, at most for one day, and after how many months they end.
pub type Rule = (u32, u32, u32, Option<u32>);

impl RuleDraft {
    #[must_use]
    pub fn of(rule: &RuleView) -> Self {
        let months = rule.expire_months;
        Self {
            per_hour: rule.points_per_hour.to_string(),
            per_activity: rule.cap_per_activity.to_string(),
            per_day: rule.cap_per_day.to_string(),
            ends: months.is_some(),
            months: months.unwrap_or(12).to_string(),
        }
    }

    pub fn read(&self) -> Result<Rule, Problem> {
        let day = limits::POINTS_PER_DAY;
        let months = limits::POINTS_EXPIRE_MONTHS;
        Ok((
            number(
                &self.per_hour,
                0,
                limits::POINTS_PER_HOUR,
                "/points_per_hour",
            )?,
            number(&self.per_activity, 0, day, "/cap_per_activity")?,
            number(&self.per_day, 0, day, "/cap_per_day")?,
            match self.ends {
                true => Some(number(&self.months, 1, months, "/expire_months")?),
                false => None,
            },
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            name: "五常大米 ".into(),
            kind: "goods".into(),
            points: "30".into(),
            per_month: "1".into(),
            stock: "24".into(),
            ..Draft::default()
        }
    }

    #[test]
    fn what_is_typed_becomes_a_reward_and_an_empty_limit_is_none() {
        let goods = draft().goods().expect("it is whole");
        assert_eq!(goods.name, "五常大米");
        assert_eq!(
            (goods.kind, goods.points, goods.stock),
            (RewardKind::Goods, 30, 24)
        );
        assert_eq!((goods.per_person, goods.per_month), (None, Some(1)));
        assert_eq!(goods.open_until, None);
        let until = Draft {
            open_until: "2026-12-31".into(),
            ..draft()
        };
        let day = until.goods().expect("it is whole").open_until;
        assert_eq!(day, Some(jiff::civil::date(2026, 12, 31)));
    }

    #[test]
    fn the_first_field_that_is_not_right_is_named() {
        type Row = (fn(&mut Draft), &'static str);
        let rows: [Row; 6] = [
            (|d| d.name.clear(), "/name"),
            (|d| d.kind.clear(), "/kind"),
            (|d| d.points = "0".into(), "/points"),
            (|d| d.per_person = "0".into(), "/per_person"),
            (|d| d.open_until = "soon".into(), "/open_until"),
            (|d| d.stock = "10001".into(), "/stock"),
        ];
        for (spoil, pointer) in rows {
            let mut spoilt = draft();
            spoil(&mut spoilt);
            let problem = spoilt.goods().expect_err(pointer);
            assert_eq!(problem.pointer.as_deref(), Some(pointer));
        }
    }

    #[test]
    fn stock_goes_in_or_out() {
        assert_eq!(stock_change("5", false).ok(), Some(5));
        assert_eq!(stock_change("5", true).ok(), Some(-5));
        for bad in ["0", "-5", "10001", ""] {
            assert!(stock_change(bad, true).is_err(), "{bad}");
        }
    }

    #[test]
    fn points_end_only_where_it_is_said() {
        let first = RuleView {
            ver: 0,
            points_per_hour: 10,
            cap_per_activity: 40,
            cap_per_day: 60,
            expire_months: None,
            since: None,
        };
        let draft = RuleDraft::of(&first);
        assert!(!draft.ends);
        assert_eq!(draft.read().ok(), Some((10, 40, 60, None)));
        let ending = RuleDraft {
            ends: true,
            months: "24".into(),
            ..draft.clone()
        };
        assert_eq!(ending.read().ok(), Some((10, 40, 60, Some(24))));
        let long = RuleDraft {
            months: "37".into(),
            ..ending
        };
        let problem = long.read().expect_err("too long");
        assert_eq!(problem.pointer.as_deref(), Some("/expire_months"));
        let unread = RuleDraft {
            months: "x".into(),
            ..draft
        };
        assert!(unread.read().is_ok(), "what does not end has no months");
    }
}
