//! Cases about those who are watched over, each at another stage, with their files: an alert nobody has yet, one that
//! was taken on and rung for, a visit a volunteer is asked to make, a word of the grid worker, and one that is closed
//! and learned from.

use domain::care::{
    Assessment, Call, CallOutcome, CareFile, Case, CaseReason, Closing, Contact, Contacted, Factor,
    FollowUp, Found, Left, Link, LinkKind, Note, NoteForm, Opening, Reflection, Source, Visit,
    VisitGrade, Words,
};
use domain::person::Person;
use domain::watch::escalation::usual;
use domain::watch::{Alert, AlertReason, AlertState, Cause, Confidence, Ladder, Rules};
use domain::{AlertId, CaseId, CommandId, NoteId, PersonId, Refusal, TaskId};
use jiff::{SignedDuration, Timestamp};
use store::care::{care_file_item, case_item, note_item};
use store::watch::alert_item;

use super::ids;
use super::people::{FIRST_WORKER, Residents, SECOND_WORKER};
use super::town::Town;
use crate::stop::Stop;

/// How long whoever has something may do nothing, and how long somebody is asked: longer than usual, in minutes, so
/// that a demonstration finds them as they are for some days.
const HELD: u32 = 7 * 24 * 60;
const ASKED: u32 = 3 * 24 * 60;

/// Those who do something about them.
struct Team {
    worker: PersonId,
    other: PersonId,
    grid: PersonId,
}

fn refused(refusal: Refusal) -> Stop {
    Stop::because(format!("the demo's cases: {refusal:?}"))
}

fn later(at: Timestamp, minutes: i64) -> Timestamp {
    at + SignedDuration::from_mins(minutes)
}

/// `alerts`: those that stand, not written yet.
pub fn look_after(town: &mut Town, residents: &Residents, alerts: Vec<Alert>) -> Result<(), Stop> {
    let team = Team {
        worker: town.person_id(FIRST_WORKER),
        other: town.person_id(SECOND_WORKER),
        grid: residents.grid_worker,
    };
    let elders = &residents.elders;
    for alert in alerts {
        match alert.person == elders[1].id {
            true => taken(town, &team, &elders[1], alert)?,
            false => standing(town, alert)?,
        }
    }
    asked(town, &team, &elders[3], residents)?;
    told(town, &team, &elders[2])?;
    learned(town, &team, &elders[0])
}

/// A case that stays with whoever takes it for longer than usual.
fn held(mut case: Case) -> Case {
    case.work.lease_minutes = HELD;
    case
}

fn opened(town: &Town, elder: &Person, source: Source, by: PersonId, said: &str) -> Opening {
    Opening {
        id: CaseId::new(ids::MILLIS, town.chance("case", &elder.name)),
        community: town.id(),
        person: elder.id,
        source,
        by: Some(by),
        said: said.into(),
    }
}

fn task(town: &Town, kind: &str, elder: &Person) -> TaskId {
    TaskId::new(ids::MILLIS, town.chance(kind, &elder.name))
}

fn command(town: &Town, kind: &str, elder: &Person) -> CommandId {
    CommandId::new(ids::MILLIS, town.chance(kind, &elder.name))
}

fn rung(
    town: &Town,
    elder: &Person,
    (by, at): (PersonId, Timestamp),
    (outcome, note): (CallOutcome, &str),
) -> Call {
    Call {
        id: command(town, "call", elder),
        by,
        at,
        whom: Contacted::Person,
        outcome,
        note: note.into(),
    }
}

fn contact(name: &str, relation: &str, phone: &str, has_key: bool) -> Contact {
    Contact {
        name: name.into(),
        relation: relation.into(),
        phone: phone.into(),
        may_be_told: true,
        has_key,
    }
}

/// What is known of somebody who agreed to be visited. `visited`: days ago.
fn file(
    town: &Town,
    team: &Team,
    elder: &Person,
    (factors, conditions): (&[Factor], &str),
    visited: i64,
) -> CareFile {
    CareFile {
        factors: factors.to_vec(),
        changed_by: Some(team.worker),
        conditions: conditions.into(),
        visited_at: Some(town.days_ago(visited)),
        visited: true,
        ver: 1,
        ..CareFile::new(town.id(), elder.id, town.days_ago(40))
    }
}

/// The open case of a file, and both as items.
fn keep(town: &mut Town, case: &Case, file: CareFile) -> Result<(), Stop> {
    let open = case.is_open().then_some(case.id);
    town.add(case_item(case))?;
    town.add(care_file_item(&file.with_case(open)))
}

/// Nobody has it yet, and everybody who is to be told was told.
fn standing(town: &mut Town, mut alert: Alert) -> Result<(), Stop> {
    let (steps, at) = (usual(), alert.opened_at);
    alert.ladder = Ladder::begun(&steps, at)
        .climbed(&steps, later(at, 5))
        .climbed(&steps, later(at, 20));
    let case = Case::of_alert(&alert);
    town.add(alert_item(&alert))?;
    let file = CareFile::new(town.id(), alert.person, at).next();
    keep(town, &case, file)
}

/// Somebody has it, and rang: nobody answered.
fn taken(town: &mut Town, team: &Team, elder: &Person, mut alert: Alert) -> Result<(), Stop> {
    let at = later(alert.opened_at, 3);
    alert.ladder = Ladder::begun(&usual(), alert.opened_at);
    let case = held(Case::of_alert(&alert));
    let case = case.take(team.other, None, at).map_err(refused)?;
    let outcome = (CallOutcome::NotReached, "响了很久，没有人接");
    let call = rung(town, elder, (team.other, later(at, 4)), outcome);
    let case = case.called(call).map_err(refused)?;
    let alert = alert.acknowledge(team.other, &Rules::default(), at);
    let mut alert = alert.map_err(refused)?;
    alert.lease_until = case.work.lease_until;
    town.add(alert_item(&alert))?;
    let factors = [Factor::Alone80, Factor::Chronic];
    let mut file = file(town, team, elder, (&factors[..], "高血压，每天早上吃药"), 3);
    file.contacts = vec![
        contact("测试·女儿小梅", "女儿", "13800000901", false),
        contact("测试·对门老周", "邻居", "13800000902", true),
    ];
    keep(town, &case, file)
}

/// Help was asked for, and a volunteer is asked to go there.
fn asked(town: &mut Town, team: &Team, elder: &Person, residents: &Residents) -> Result<(), Stop> {
    let at = later(town.at, -4 * 60);
    let said = "这几天腿疼，下不了楼，买菜不方便";
    let case = Case::opened(opened(town, elder, Source::Own, elder.id, said), at);
    let case = held(case)
        .take(team.worker, None, later(at, 10))
        .map_err(refused)?;
    let outcome = (CallOutcome::NeedsHelp, "说膝盖疼了三天，家里还有两天的菜");
    let call = rung(town, elder, (team.worker, later(at, 15)), outcome);
    let case = case.called(call).map_err(refused)?;
    let ordered_at = later(at, 20);
    let what = (
        VisitGrade::Soon,
        "上门看看老人，问问要买什么菜，能不能下楼".to_owned(),
    );
    let visit = task(town, "visit", elder);
    let mut visit = Visit::new(visit, what, Some(team.worker), ordered_at);
    visit.task.wait_minutes = ASKED;
    let to: Vec<PersonId> = residents
        .volunteers
        .iter()
        .take(3)
        .map(|one| one.id)
        .collect();
    let case = case
        .ordered(visit, team.worker, &to, ordered_at)
        .map_err(refused)?;
    let note = Note {
        id: NoteId::new(ids::MILLIS, town.chance("note", &elder.name)),
        community: town.id(),
        person: elder.id,
        case: case.id,
        by: team.worker,
        at: ordered_at,
        on: later(at, 15),
        words: Words {
            form: NoteForm::Phone,
            facts: "本人接电话，说话清楚。说膝盖疼了三天，没有摔过，家里还有两天的菜。".into(),
            inference: "可能是换季关节疼，暂时一个人能照顾自己。".into(),
            plan: "请志愿者上门看看，周内联系卫生站。".into(),
            phrases: Vec::new(),
        },
        addenda: Vec::new(),
        ver: 1,
    };
    town.add(note_item(&note))?;
    let factors = [Factor::RecentDischarge, Factor::Alone];
    let mut file = file(town, team, elder, (&factors[..], "上个月因膝盖住院"), 6);
    file.contacts = vec![contact("测试·儿子小军", "儿子", "13800000903", true)];
    keep(town, &case, file)
}

/// The grid worker said something, and nobody has done anything yet.
fn told(town: &mut Town, team: &Team, elder: &Person) -> Result<(), Stop> {
    let at = later(town.at, -2 * 60);
    let said = "门口的牛奶放了两天没拿，邻居说去女儿家了，想请工作站问一声";
    let opening = opened(town, elder, Source::GridWorker, team.grid, said);
    let mut case = Case::opened(opening, at);
    case.work.lease_until = Some(later(town.at, i64::from(HELD)));
    let file = file(town, team, elder, (&[Factor::Alone][..], ""), 10);
    keep(town, &case, file)
}

/// From the alert to what it taught, twelve days ago.
fn learned(town: &mut Town, team: &Team, elder: &Person) -> Result<(), Stop> {
    let at = town.days_ago(12);
    let (worker, grid) = (team.worker, team.grid);
    let (seen, day) = (later(at, 36), 24 * 60);
    let alert = old(town, elder, at);
    let case = held(Case::of_alert(&alert));
    let case = case.take(worker, None, later(at, 12)).map_err(refused)?;
    let outcome = (CallOutcome::NotReached, "");
    let call = rung(town, elder, (worker, later(at, 15)), outcome);
    let case = case.called(call).map_err(refused)?;

    let what = (VisitGrade::Urgent, "敲门看看，没有人应就打电话".to_owned());
    let visit = task(town, "visit", elder);
    let ordered = Visit::new(visit, what, Some(worker), later(at, 18));
    let case = case
        .ordered(ordered, worker, &[grid], later(at, 18))
        .and_then(|case| case.answered(visit, grid, None, later(at, 20)))
        .and_then(|case| case.arrived(visit, grid, later(at, 31)));
    let assessment = Assessment {
        found: Found::NeedsHelp,
        facts: "本人开的门，说昨晚在卫生间滑倒，膝盖肿，能慢慢走。".into(),
        emergency: None,
        by: grid,
        at: seen,
    };
    let case = case.and_then(|case| case.assessed(visit, assessment));

    let link = Link {
        id: command(town, "link", elder),
        by: worker,
        at: later(at, 60),
        kind: LinkKind::PublicService,
        what: "社区卫生站下午上门看膝盖".into(),
        booking: None,
    };
    let plan = FollowUp::new(
        task(town, "follow-up", elder),
        "问问膝盖好些没有，能不能下楼".into(),
        later(at, 2 * day),
        (worker, worker),
        later(at, 65),
    );
    let plan_id = plan.task.id;
    let came = "消肿了，能自己下楼买菜".to_owned();
    let case = case
        .and_then(|case| case.linked(link))
        .and_then(|case| case.planned(plan))
        .and_then(|case| case.followed_up(plan_id, worker, came, later(at, 2 * day + 60)));

    let over = later(at, 2 * day + 120);
    let closing = Closing {
        at: over,
        by: Some(worker),
        reason: CaseReason::TrueAlarm,
        comment: "滑倒，已看过医生，恢复得好".into(),
        left: Left::ProofOfLife(seen),
    };
    let reflection = Reflection {
        at: later(at, 3 * day),
        by: worker,
        lesson: "卫生间没有扶手。以后看望时看一眼卫生间，需要的登记装扶手。".into(),
        rules_ver: None,
    };
    let case = case
        .and_then(|case| case.closed(closing))
        .and_then(|case| case.reflected(reflection))
        .map_err(refused)?;

    let words = (AlertReason::TrueAlarm, "滑倒，已看过医生".to_owned());
    let alert = alert
        .acknowledge(worker, &Rules::default(), later(at, 12))
        .and_then(|mut alert| {
            alert.lease_until = Some(later(over, 30));
            alert.close(worker, words, over)
        })
        .map_err(refused)?;
    town.add(alert_item(&alert))?;
    // Seen last at the visit: the weekly one is due.
    let factors = [Factor::Alone80, Factor::RecentFall];
    let mut file = file(town, team, elder, (&factors[..], "膝盖旧伤"), 12);
    file.visited_at = Some(seen);
    file.contacts = vec![
        contact("测试·侄女小兰", "侄女", "13800000905", true),
        contact("测试·楼下老吴", "邻居", "13800000904", false),
    ];
    keep(town, &case, file)
}

/// An alert of long ago, as it was when it was opened.
fn old(town: &Town, elder: &Person, at: Timestamp) -> Alert {
    let rules = Rules::default();
    let steps = usual();
    Alert {
        id: AlertId::new(ids::MILLIS, town.chance("old alert", &elder.name)),
        community: town.id(),
        person: elder.id,
        cause: Cause::NoExit,
        metric: None,
        due: at,
        opened_at: at,
        confidence: Confidence::Identified,
        unconfirmed: false,
        state: AlertState::Open,
        owner: None,
        lease_until: None,
        ladder: Ladder::begun(&steps, at).climbed(&steps, later(at, 5)),
        reason: None,
        closed_by: None,
        closed_at: None,
        comment: String::new(),
        seen: None,
        rules_ver: rules.ver,
        ver: 1,
    }
}
