//! Where a case stands, and what each move makes of it: a row for each stage, a column for each move.

use domain::care::{
    Call, CallOutcome, Case, CaseReason, Closing, Contacted, FollowUp, Left, Link, LinkKind,
    Opening, Reflection, Source, Visit, VisitGrade,
};
use domain::{CaseId, CommandId, CommunityId, PersonId, Refusal, TaskId};
use jiff::Timestamp;

const MOVES: [&str; 10] = [
    "take", "well", "nobody", "help", "order", "link", "plan", "close", "reopen", "reflect",
];
/// Of each stage, in the order of [`MOVES`]. Of `visit` twice: nobody was reached, and somebody is on the way.
const ROWS: [(&str, &str); 9] = [
    (
        "triage",
        "call close visit link visit call follow_up reflect case_open case_open",
    ),
    (
        "call",
        "call close visit link visit call follow_up reflect case_open case_open",
    ),
    (
        "visit",
        "visit close visit link visit visit follow_up reflect case_open case_open",
    ),
    (
        "visit",
        "visit visit visit visit visit visit visit unsettled case_open case_open",
    ),
    (
        "link",
        "link close visit link visit close follow_up reflect case_open case_open",
    ),
    (
        "follow_up",
        "follow_up follow_up follow_up follow_up visit follow_up follow_up unsettled case_open case_open",
    ),
    (
        "close",
        "close close visit link visit close follow_up reflect case_open case_open",
    ),
    (
        "reflect",
        "case_closed case_closed case_closed case_closed case_closed case_closed case_closed case_closed close done",
    ),
    (
        "done",
        "case_closed case_closed case_closed case_closed case_closed case_closed case_closed case_closed close done",
    ),
];

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + minutes * 60).expect("a moment")
}

fn me() -> PersonId {
    PersonId::new(1, 1)
}

fn call(outcome: CallOutcome, minutes: i64) -> Call {
    Call {
        id: CommandId::new(1, 1),
        by: me(),
        at: at(minutes),
        whom: Contacted::Person,
        outcome,
        note: String::new(),
    }
}

fn ordered(case: Case, minutes: i64) -> Result<Case, Refusal> {
    let what = (VisitGrade::Urgent, "敲门看看".to_owned());
    let id = TaskId::new(2, u128::from(minutes.unsigned_abs()));
    let visit = Visit::new(id, what, Some(me()), at(minutes));
    case.ordered(visit, me(), &[PersonId::new(1, 3)], at(minutes))
}

fn planned(case: Case, minutes: i64) -> Result<Case, Refusal> {
    let id = TaskId::new(3, 2 * u128::from(minutes.unsigned_abs()));
    let plan = FollowUp::new(id, "再看".into(), at(1_000), (me(), me()), at(minutes));
    case.planned(plan)
}

fn closed(case: Case, minutes: i64) -> Result<Case, Refusal> {
    case.closed(Closing {
        at: at(minutes),
        by: Some(me()),
        reason: CaseReason::Settled,
        comment: String::new(),
        left: Left::ProofOfLife(at(minutes)),
    })
}

fn reflected(case: Case, minutes: i64) -> Result<Case, Refusal> {
    case.reflected(Reflection {
        at: at(minutes),
        by: me(),
        lesson: "先打给女儿".into(),
        rules_ver: None,
    })
}

fn moved(case: Case, name: &str) -> Result<Case, Refusal> {
    let now = 30;
    match name {
        "take" => case.take(me(), None, at(now)),
        "well" => case.called(call(CallOutcome::Well, now)),
        "nobody" => case.called(call(CallOutcome::NotReached, now)),
        "help" => case.called(call(CallOutcome::NeedsHelp, now)),
        "order" => ordered(case, now),
        "link" => case.linked(Link {
            id: CommandId::new(1, 2),
            by: me(),
            at: at(now),
            kind: LinkKind::Relatives,
            what: "女儿来".into(),
            booking: None,
        }),
        "plan" => planned(case, now),
        "close" => closed(case, now),
        "reopen" => case.reopened(me(), "没有好", at(now)),
        "reflect" => reflected(case, now),
        other => panic!("what is {other}?"),
    }
}

/// A case at each stage, in the order of [`ROWS`].
fn cases() -> Result<[Case; 9], Refusal> {
    let opening = Opening {
        id: CaseId::new(1, 1),
        community: CommunityId::new(1, 1),
        person: PersonId::new(1, 99),
        source: Source::Own,
        by: None,
        said: "腿疼".into(),
    };
    let triage = Case::opened(opening, at(0));
    let called = triage.clone().take(me(), None, at(1))?;
    let nobody = called.clone().called(call(CallOutcome::NotReached, 5))?;
    let on_the_way = ordered(nobody.clone(), 6)?;
    let help = called.clone().called(call(CallOutcome::NeedsHelp, 5))?;
    let later = planned(help.clone(), 6)?;
    let well = called.clone().called(call(CallOutcome::Well, 5))?;
    let over = closed(well.clone(), 6)?;
    let done = reflected(over.clone(), 7)?;
    Ok([
        triage, called, nobody, on_the_way, help, later, well, over, done,
    ])
}

#[test]
fn what_each_move_makes_of_each_stage() {
    let cases = cases().expect("each can be reached");
    for (case, (stage, row)) in cases.into_iter().zip(ROWS) {
        assert_eq!(case.stage().as_str(), stage);
        let made: Vec<&str> = MOVES
            .iter()
            .map(|name| match moved(case.clone(), name) {
                Ok(after) => after.stage().as_str(),
                Err(Refusal::CaseOpen) => "case_open",
                Err(Refusal::CaseClosed) => "case_closed",
                Err(Refusal::TaskUnsettled { .. }) => "unsettled",
                Err(other) => panic!("{name} at {stage}: {other:?}"),
            })
            .collect();
        assert_eq!(made.join(" "), row, "at {stage}: {MOVES:?}");
    }
}
