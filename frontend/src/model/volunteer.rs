//! Volunteering in words: what can be done about an activity, what a line of the statement means.

use domain::activity::{ActivityState, SignUpState};
use domain::hours::PresenceName;
use domain::ledger::{RuleWhy, TransferKind};
use domain::limits;
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp, ToSpan};
use wire::Moment;
use wire::points::activities::{ActivityView, SignUpView};
use wire::points::ledger::{AboutOf, AboutView, RuleView, TransferView};

use super::when;
use crate::i18n::language;
use crate::t;
use domain::person::Language;

/// What somebody can do about an activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Can {
    SignUp,
    Queue,
    Withdraw,
    CheckIn,
    CheckOut,
    /// They were seen coming and not going, and may say when that was.
    SayLeft,
    /// It was, they had a place, and were not seen, or so it is recorded: the time can be written down
    /// by hand.
    WriteDown,
}

/// In the order they are offered. The server decides; this only leaves out what would be refused.
#[must_use]
pub fn can(activity: &ActivityView, now: Timestamp) -> Vec<Can> {
    let after = |at: Moment, minutes: i64| {
        at.at
            .checked_add(SignedDuration::from_mins(minutes))
            .unwrap_or(Timestamp::MAX)
    };
    let begun = now >= activity.starts.at;
    let opens = after(activity.starts, -limits::CHECK_IN_BEFORE_MINUTES);
    let closes = after(activity.ends, 60 * limits::CHECK_OUT_HOURS);
    if activity.state == ActivityState::Cancelled {
        return Vec::new();
    }
    let settles = after(activity.starts, 24 * 60 * limits::ENTRY_AGE_DAYS);
    let part = activity.sign_up.as_ref();
    match part.map(|part| (part.state, part.presence)) {
        None | Some((SignUpState::Withdrawn, _)) if begun => Vec::new(),
        None | Some((SignUpState::Withdrawn, _)) if activity.going < activity.capacity => {
            vec![Can::SignUp]
        }
        None | Some((SignUpState::Withdrawn, _)) => vec![Can::Queue],
        Some((SignUpState::Removed, _)) => Vec::new(),
        Some((SignUpState::Waiting, _)) if begun => Vec::new(),
        Some((SignUpState::Waiting, _)) => vec![Can::Withdraw],
        Some((SignUpState::Going, PresenceName::Expected | PresenceName::NoShow)) => {
            let parts = [
                (now >= opens && now <= activity.ends.at, Can::CheckIn),
                (!begun, Can::Withdraw),
                (now > activity.ends.at, Can::WriteDown),
            ];
            let open = parts.into_iter().filter(|(open, _)| *open);
            open.map(|(_, can)| can).collect()
        }
        Some((SignUpState::Going, PresenceName::In)) if now <= closes => vec![Can::CheckOut],
        Some((SignUpState::Going, PresenceName::Review)) if now <= settles => vec![Can::SayLeft],
        Some((SignUpState::Going, PresenceName::In | PresenceName::Review)) => Vec::new(),
        Some((SignUpState::Going, PresenceName::Out | PresenceName::Settled)) => Vec::new(),
    }
}

/// When somebody left who came then, by the clock: beyond midnight it is of the next day.
#[must_use]
pub fn left_at(came: DateTime, time: &str) -> Option<DateTime> {
    let left = typed(&came.date().to_string(), time)?.local();
    let minute = |at: DateTime| (at.hour(), at.minute());
    if minute(left) < minute(came) {
        return left.checked_add(1.day()).ok();
    }
    Some(left)
}

/// The sign-up that comes next: the soonest that is not over, of those that hold.
#[must_use]
pub fn next_of(all: Vec<SignUpView>, now: Timestamp) -> Option<SignUpView> {
    all.into_iter()
        .filter(|one| {
            one.ends.at > now
                && one.activity_state == ActivityState::Open
                && matches!(one.state, SignUpState::Going | SignUpState::Waiting)
        })
        .min_by_key(|one| one.starts.at)
}

/// Service time, which is told in hours however long it is: `26小时30分钟`.
#[must_use]
pub fn served(minutes: u32) -> String {
    let (hours, rest) = (minutes / 60, minutes % 60);
    if hours == 0 {
        return when::minutes(rest);
    }
    let glue = if language() == Language::En { " " } else { "" };
    let whole = format!("{hours}{}", t!(time.unit.hour));
    if rest == 0 {
        whole
    } else {
        format!("{whole}{glue}{}", when::minutes(rest))
    }
}

/// What points are given for, in a sentence.
#[must_use]
pub fn rule(rule: &RuleView) -> String {
    let earned = t!(
        points.rule.earned,
        points = rule.points_per_hour,
        activity = rule.cap_per_activity,
        day = rule.cap_per_day
    );
    let ends = match rule.expire_months {
        Some(months) => t!(points.rule.ends, months = months),
        None => t!(points.rule.stays).to_owned(),
    };
    format!("{earned}{ends}")
}

/// `+30`, `-30`, `0`.
#[must_use]
pub fn change(points: i64) -> String {
    if points > 0 {
        format!("+{points}")
    } else {
        points.to_string()
    }
}

/// One line of the statement: what it is, and how its points come about.
#[must_use]
pub fn explained(line: &TransferView) -> (String, String) {
    let about = &line.about;
    let (what, points) = (&about.what, line.points);
    let goods = || {
        let quantity = about.quantity.unwrap_or(1);
        t!(points.line.goods, reward = what, quantity = quantity)
    };
    match (about.of, line.kind) {
        (AboutOf::Hours, _) => (t!(points.line.hours, what = what), counted(line)),
        (AboutOf::Correction, _) => (t!(points.line.correction, what = what), counted(line)),
        (AboutOf::Redemption, TransferKind::Pending) => {
            (goods(), t!(points.line.kept, points = points))
        }
        (AboutOf::Redemption, TransferKind::PostPending | TransferKind::Posted) => {
            (goods(), t!(points.line.spent, points = points))
        }
        (AboutOf::Redemption, TransferKind::VoidPending) => {
            (goods(), t!(points.line.back, points = points))
        }
        (AboutOf::Redemption, TransferKind::ExpirePending) => {
            (goods(), t!(points.line.lapsed, points = points))
        }
        (AboutOf::Expiry, _) => {
            let day = about.day.map(when::full_day).unwrap_or_default();
            let words = t!(points.line.ended_day, day = day);
            (t!(points.line.ended).to_owned(), words)
        }
        (AboutOf::Owed, _) => (
            t!(points.line.owed).to_owned(),
            t!(points.line.owed_note).to_owned(),
        ),
    }
}

/// On which day, how long, by hand or not, at how much an hour.
fn counted(line: &TransferView) -> String {
    let AboutView {
        day,
        minutes,
        manual,
        ..
    } = &line.about;
    let by_hand = *manual == Some(true);
    let rate = line
        .rule
        .as_ref()
        .map(|rule| t!(points.line.rate, points = rule.points_per_hour));
    let capped = line
        .rule
        .as_ref()
        .zip(*minutes)
        .is_some_and(|(rule, minutes)| {
            line.about.of == AboutOf::Hours && line.points < minutes * rule.points_per_hour / 60
        });
    let parts = [
        day.map(when::full_day),
        minutes.map(served),
        by_hand.then(|| t!(points.line.by_hand).to_owned()),
        rate,
        why(line),
        capped.then(|| t!(points.line.capped).to_owned()),
        line.expires_on
            .map(|day| t!(points.line.until, day = when::full_day(day))),
        (line.owes > 0).then(|| t!(points.line.owes, points = line.owes)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Why by that rule, where there has been more than one.
fn why(line: &TransferView) -> Option<String> {
    let since = line.rule.as_ref()?.since?;
    Some(match line.rule_why? {
        RuleWhy::InForce => {
            let day = when::full_day(since.local().date());
            t!(points.line.in_force, day = day)
        }
        RuleWhy::AsBefore => t!(points.line.as_before).to_owned(),
    })
}

/// How long the code at the door is still shown, in milliseconds. A telephone whose clock is off
/// asks often instead of showing what no longer holds.
#[must_use]
pub fn door_wait(valid_until: Timestamp, now: Timestamp) -> i32 {
    let left = valid_until.as_millisecond() - now.as_millisecond();
    if (0..=1_000 * limits::DOOR_SECONDS).contains(&left) {
        i32::try_from(left + 200).unwrap_or(i32::MAX)
    } else {
        2_000
    }
}

/// What a card says, in groups that can be read off and typed: `ABCD-EFGH-JKLM`.
#[must_use]
pub fn card_in_groups(card: &str) -> String {
    let letters: Vec<char> = card.chars().collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|four| four.iter().collect())
        .collect();
    groups.join("-")
}

/// A local day and time as two fields have them, on the clock of `+00:00`: `2026-11-24`, `09:00`.
#[must_use]
pub fn typed(day: &str, time: &str) -> Option<Moment> {
    let seconds = if time.len() == 5 { ":00" } else { "" };
    format!("{day}T{time}{seconds}Z").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_typed_as_it_is_printed() {
        let printed = card_in_groups("23456789ABCD");
        assert_eq!(printed, "2345-6789-ABCD");
        let typed = domain::activity::card(&printed);
        assert_eq!(typed.as_deref(), Some("23456789ABCD"));
    }
    use wire::points::activities::ActivityView;

    fn at(raw: &str) -> Moment {
        raw.parse().expect("a moment")
    }

    fn part(state: SignUpState, came: Option<&str>, left: Option<&str>) -> SignUpView {
        let presence = match (came, left) {
            (None, _) => PresenceName::Expected,
            (Some(_), None) => PresenceName::In,
            (Some(_), Some(_)) => PresenceName::Out,
        };
        SignUpView {
            id: domain::SignUpId::from_bits(1),
            activity: domain::ActivityId::from_bits(1),
            title: String::new(),
            place: String::new(),
            starts: at("2026-11-24T09:00:00+08:00"),
            ends: at("2026-11-24T11:00:00+08:00"),
            activity_state: ActivityState::Open,
            person: domain::PersonId::from_bits(1),
            state,
            moved_up: false,
            came: came.map(at),
            left: left.map(at),
            presence,
            said_left: None,
            queue: None,
            ver: 1,
        }
    }

    fn activity(going: u16, sign_up: Option<SignUpView>) -> ActivityView {
        ActivityView {
            id: domain::ActivityId::from_bits(1),
            series: None,
            title: String::new(),
            about: String::new(),
            for_whom: String::new(),
            place: String::new(),
            grid: String::new(),
            skills: Vec::new(),
            team: None,
            team_name: None,
            organiser_name: String::new(),
            starts: at("2026-11-24T09:00:00+08:00"),
            ends: at("2026-11-24T11:00:00+08:00"),
            capacity: 2,
            going,
            waiting: 0,
            state: ActivityState::Open,
            reason: String::new(),
            sign_up,
            runs: false,
            ver: 1,
        }
    }

    #[test]
    fn what_can_be_done_follows_the_clock_and_ones_part() {
        use SignUpState::{Going, Removed, Waiting, Withdrawn};
        let (came, left) = (
            Some("2026-11-24T08:55:00+08:00"),
            Some("2026-11-24T11:00:00+08:00"),
        );
        let is = |presence| SignUpView {
            presence,
            ..part(Going, came, None)
        };
        let rows = [
            ("08:00", 1, None, vec![Can::SignUp]),
            ("08:00", 2, None, vec![Can::Queue]),
            ("09:00", 1, None, vec![]),
            (
                "08:00",
                1,
                Some(part(Withdrawn, None, None)),
                vec![Can::SignUp],
            ),
            ("08:00", 1, Some(part(Removed, None, None)), vec![]),
            (
                "08:00",
                2,
                Some(part(Waiting, None, None)),
                vec![Can::Withdraw],
            ),
            ("09:30", 2, Some(part(Waiting, None, None)), vec![]),
            (
                "08:00",
                2,
                Some(part(Going, None, None)),
                vec![Can::Withdraw],
            ),
            (
                "08:30",
                2,
                Some(part(Going, None, None)),
                vec![Can::CheckIn, Can::Withdraw],
            ),
            (
                "11:00",
                2,
                Some(part(Going, None, None)),
                vec![Can::CheckIn],
            ),
            (
                "11:01",
                2,
                Some(part(Going, None, None)),
                vec![Can::WriteDown],
            ),
            (
                "10:00",
                2,
                Some(part(Going, came, None)),
                vec![Can::CheckOut],
            ),
            (
                "13:00",
                2,
                Some(part(Going, came, None)),
                vec![Can::CheckOut],
            ),
            ("13:01", 2, Some(part(Going, came, None)), vec![]),
            ("12:00", 2, Some(part(Going, came, left)), vec![]),
            (
                "13:01",
                2,
                Some(is(PresenceName::Review)),
                vec![Can::SayLeft],
            ),
            ("13:01", 2, Some(is(PresenceName::Settled)), vec![]),
            (
                "10:00",
                2,
                Some(is(PresenceName::NoShow)),
                vec![Can::CheckIn],
            ),
            (
                "13:01",
                2,
                Some(is(PresenceName::NoShow)),
                vec![Can::WriteDown],
            ),
        ];
        for (time, going, part, wanted) in rows {
            let now = at(&format!("2026-11-24T{time}:00+08:00")).at;
            let state = part.as_ref().map(|part| part.state);
            assert_eq!(
                can(&activity(going, part), now),
                wanted,
                "{time} {going} {state:?}"
            );
        }
        let forgot = activity(2, Some(is(PresenceName::Review)));
        let late = |time: &str| can(&forgot, at(&format!("2027-02-22T{time}+08:00")).at);
        assert_eq!(late("09:00:00"), vec![Can::SayLeft]);
        assert_eq!(late("09:00:01"), vec![], "nobody settles it any more");
        let cancelled = ActivityView {
            state: ActivityState::Cancelled,
            ..activity(1, None)
        };
        assert_eq!(can(&cancelled, at("2026-11-24T08:00:00+08:00").at), vec![]);
    }

    #[test]
    fn who_stayed_beyond_midnight_left_on_the_next_day() {
        let came = jiff::civil::date(2026, 11, 24).at(22, 30, 40, 0);
        let day = |day: i8, hour, minute| jiff::civil::date(2026, 11, day).at(hour, minute, 0, 0);
        for (time, wanted) in [
            ("23:10", Some(day(24, 23, 10))),
            ("22:30", Some(day(24, 22, 30))),
            ("00:15", Some(day(25, 0, 15))),
            ("", None),
        ] {
            assert_eq!(left_at(came, time), wanted, "{time}");
        }
    }

    #[test]
    fn the_next_is_the_soonest_that_holds() {
        let now = at("2026-11-24T08:00:00+08:00").at;
        let later = SignUpView {
            starts: at("2026-11-25T09:00:00+08:00"),
            ends: at("2026-11-25T10:00:00+08:00"),
            ..part(SignUpState::Waiting, None, None)
        };
        let cancelled = SignUpView {
            activity_state: ActivityState::Cancelled,
            ..part(SignUpState::Going, None, None)
        };
        let over = part(SignUpState::Going, None, None);
        let all = vec![
            later.clone(),
            cancelled,
            part(SignUpState::Withdrawn, None, None),
        ];
        assert_eq!(next_of(all, now), Some(later));
        assert_eq!(
            next_of(vec![over], at("2026-11-24T11:00:00+08:00").at),
            None
        );
    }

    #[test]
    fn service_time_is_told_in_hours() {
        assert_eq!(served(45), "45分钟");
        assert_eq!(served(60), "1小时");
        assert_eq!(served(1_590), "26小时30分钟");
        assert_eq!(served(0), "0分钟");
    }

    #[test]
    fn times_are_read_as_typed() {
        assert_eq!(
            typed("2026-11-24", "09:00"),
            Some(at("2026-11-24T09:00:00Z"))
        );
        assert_eq!(
            typed("2026-11-24", "09:00:30"),
            Some(at("2026-11-24T09:00:30Z"))
        );
        assert_eq!(typed("2026-11-24", ""), None);
        assert_eq!(typed("", "09:00"), None);
    }

    #[test]
    fn the_door_is_asked_again_when_its_code_ends() {
        let until = at("2026-11-24T09:00:30+08:00").at;
        assert_eq!(door_wait(until, at("2026-11-24T09:00:20+08:00").at), 10_200);
        assert_eq!(door_wait(until, at("2026-11-24T09:02:00+08:00").at), 2_000);
        assert_eq!(door_wait(until, at("2026-11-24T08:00:00+08:00").at), 2_000);
    }

    fn line(kind: TransferKind, of: AboutOf, change: i64, points: u32) -> TransferView {
        TransferView {
            id: domain::TransferId::from_bits(1),
            at: at("2026-11-24T09:00:00+08:00"),
            kind,
            change,
            points,
            about: AboutView {
                of,
                what: "楼道清扫".to_owned(),
                entry: None,
                activity: None,
                minutes: Some(90),
                manual: Some(true),
                day: Some(jiff::civil::date(2026, 11, 24)),
                redemption: None,
                reward: None,
                quantity: Some(2),
            },
            rule: Some(RuleView {
                ver: 1,
                points_per_hour: 20,
                cap_per_activity: 25,
                cap_per_day: 60,
                expire_months: None,
                since: None,
            }),
            rule_why: Some(RuleWhy::InForce),
            expires_on: None,
            owes: 0,
        }
    }

    #[test]
    fn a_line_says_why_it_goes_by_its_rule_once_there_was_another() {
        let mut line = line(TransferKind::Posted, AboutOf::Hours, 30, 30);
        let first = explained(&line).1;
        assert!(!first.contains(t!(points.line.as_before)), "{first}");
        if let Some(rule) = &mut line.rule {
            rule.since = Some(at("2026-11-20T09:00:00+08:00"));
        }
        let by_date = t!(points.line.in_force, day = "2026年11月20日");
        assert!(
            explained(&line).1.contains(&by_date),
            "{}",
            explained(&line).1
        );
        line.rule_why = Some(RuleWhy::AsBefore);
        assert!(explained(&line).1.contains(t!(points.line.as_before)));
    }

    #[test]
    fn every_line_says_how_its_points_come_about() {
        let (what, why) = explained(&line(TransferKind::Posted, AboutOf::Hours, 25, 25));
        assert!(what.contains("楼道清扫"), "{what}");
        for said in [
            "2026年11月24日",
            "1小时30分钟",
            "20",
            t!(points.line.by_hand),
            t!(points.line.capped),
        ] {
            assert!(why.contains(said), "{said}: {why}");
        }
        let (_, why) = explained(&line(TransferKind::Posted, AboutOf::Hours, 30, 30));
        assert!(!why.contains(t!(points.line.capped)), "{why}");
        for kind in [
            TransferKind::Pending,
            TransferKind::PostPending,
            TransferKind::VoidPending,
            TransferKind::ExpirePending,
        ] {
            let (what, why) = explained(&line(kind, AboutOf::Redemption, 0, 40));
            assert!(what.contains('2') && why.contains("40"), "{what} {why}");
        }
        assert_eq!(change(30), "+30");
        assert_eq!(change(-30), "-30");
        assert_eq!(change(0), "0");
    }
}
