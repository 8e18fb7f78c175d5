//! What happened to a task, in a sentence.

use domain::care::TurnKind;
use wire::care::TurnView;

use super::when;
use crate::t;

/// Without the moment, which stands beside it.
#[must_use]
pub fn words(turn: &TurnView) -> String {
    let (who, to) = (named(&turn.who_name), named(&turn.to_name));
    match turn.what {
        TurnKind::Taken => t!(desk_case.turn.taken, who = who),
        TurnKind::Offered if turn.who_name.is_empty() => t!(desk_case.turn.passed_on, to = to),
        TurnKind::Offered => t!(desk_case.turn.offered, who = who, to = to),
        TurnKind::Accepted => t!(desk_case.turn.accepted, who = who),
        TurnKind::Declined => t!(desk_case.turn.declined, who = who, reason = turn.reason),
        TurnKind::TimedOut => t!(desk_case.turn.timed_out, who = who),
        TurnKind::Lapsed if turn.to_name.is_empty() => t!(desk_case.turn.lapsed, who = who),
        TurnKind::Lapsed => t!(desk_case.turn.lapsed_to, who = who, to = to),
        TurnKind::Fell => t!(desk_case.turn.fell).to_owned(),
        TurnKind::Done => t!(desk_case.turn.done).to_owned(),
    }
}

/// Somebody who is gone has no name any more.
fn named(name: &str) -> String {
    match name.is_empty() {
        true => t!(desk_case.turn.somebody).to_owned(),
        false => name.to_owned(),
    }
}

/// With the moment, and what was said on handing it over.
#[must_use]
pub fn line(turn: &TurnView) -> String {
    format!("{} {}", when::moment(turn.at), words(turn))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(what: TurnKind, who: &str, to: &str, reason: &str) -> TurnView {
        TurnView {
            at: serde_json::from_value("2026-11-24T09:00:00+08:00".into()).expect("a moment"),
            what,
            who_name: who.to_owned(),
            to_name: to.to_owned(),
            reason: reason.to_owned(),
        }
    }

    #[test]
    fn who_was_asked_and_why_not_stands_in_words() {
        let declined = words(&turn(TurnKind::Declined, "小李", "", "在外地"));
        assert!(declined.contains("小李") && declined.contains("在外地"));
        let asked = words(&turn(TurnKind::Offered, "王社工", "小李", "看看在不在家"));
        assert!(asked.contains("王社工") && asked.contains("小李"));
        let next = words(&turn(TurnKind::Offered, "", "小张", ""));
        assert!(next.contains("小张"));
        let gone = words(&turn(TurnKind::TimedOut, "", "", ""));
        assert!(!gone.starts_with('，'), "{gone}");
        let backup = words(&turn(TurnKind::Lapsed, "小李", "小张", ""));
        assert!(backup.contains("小李") && backup.contains("小张"));
        assert!(line(&turn(TurnKind::Fell, "", "", "")).starts_with("11月24日 周二 09:00 "));
    }
}
