//! What the team does about a case, by where it stands and by chance: two at the desk, four who go there.

use acceptance::{Actor, TestApp};
use domain::access::Role;
use domain::care::{CallOutcome, Case, CaseReason, Found, Holder, LinkKind, Stage, Task};
use domain::person::Person;
use domain::watch::AbsenceKind;
use domain::{AbsenceId, PersonId, TaskId};
use jiff::{SignedDuration, Timestamp};
use wire::Code;
use wire::care::{
    EndTask, EndTaskBody, HandOver, HandOverBody, LinkResource, LinkResourceBody, PlanFollowUp,
    PlanFollowUpBody, ReflectCase, ReflectCaseBody, TaskView,
};
use wire::endpoint::None_;
use wire::watch::CreateAbsenceBody;

use super::Month;
use crate::care::people::{
    WORKER, answer, arrive, assess, at, close, id, order, ring, take, tasks, with_role,
};
use crate::watch::people::leave;

/// Minutes until somebody looks at a new case: before the ladder goes on, between its steps, and after the last.
const LOOKS: [i64; 5] = [1, 3, 8, 25, 70];

pub struct Team {
    pub desk: Vec<Person>,
    pub goers: Vec<Person>,
}

impl Team {
    pub async fn of(app: &TestApp) -> Self {
        let mut people = vec![id(&at(app, WORKER).await)];
        for role in [
            Role::Station,
            Role::GridWorker,
            Role::GridWorker,
            Role::BuildingHead,
            Role::Volunteer,
        ] {
            people.push(id(&with_role(app, role).await));
        }
        let mut all = Vec::new();
        for one in people {
            let found = app.ctx().store.person(app.home().await, one).await;
            all.push(found.expect("answers").expect("is there"));
        }
        let goers = all.split_off(2);
        Self { desk: all, goers }
    }

    pub fn all(&self) -> impl Iterator<Item = &Person> {
        self.desk.iter().chain(&self.goers)
    }

    fn one(&self, id: PersonId) -> &Person {
        let mut all = self.all();
        all.find(|one| one.id == id).expect("one of the team")
    }
}

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

async fn listed(who: &Actor<'_>, task: TaskId) -> TaskView {
    let mut all = tasks(who).await;
    all.retain(|one| one.task == task);
    assert_eq!(all.len(), 1, "{task} is in their list");
    all.remove(0)
}

impl<'w> Month<'w> {
    async fn as_one(&self, id: PersonId) -> Actor<'w> {
        self.app.as_person(self.team.one(id)).await
    }

    /// Whoever has the case, or one of the desk, who takes it on.
    async fn worker(&mut self, case: &Case) -> Actor<'w> {
        self.taken.extend(case.alerts.iter().map(|one| one.id));
        match case.work.holder(self.app.now()) {
            Holder::Person(owner) => self.as_one(owner).await,
            Holder::Station => {
                let some = self.chance.below(self.team.desk.len());
                let who = self.as_one(self.team.desk[some].id).await;
                take(&who, case.id).await.expect("nobody has it");
                who
            }
        }
    }

    fn later(&mut self, least: i64, most: i64) -> Timestamp {
        let span = usize::try_from(most - least).expect("most is not below least");
        let more = i64::try_from(self.chance.below(span + 1)).expect("a few");
        self.app.now() + minutes(least + more)
    }

    pub(super) async fn acts_on(&mut self, case: Case) {
        let now = self.app.now();
        let first = *self.chance.of(&LOOKS);
        let when = *self
            .acts
            .entry(case.id)
            .or_insert(case.opened_at + minutes(first));
        if when > now {
            return;
        }
        let next = match case.stage() {
            Stage::Triage => self.takes(&case).await,
            Stage::Call => self.calls(&case).await,
            Stage::Visit => self.visits(&case).await,
            Stage::Link => self.links(&case).await,
            Stage::FollowUp => self.follows_up(&case).await,
            Stage::Close => self.closes(&case).await,
            Stage::Reflect | Stage::Done => return,
        };
        self.acts.insert(case.id, next.max(now + minutes(1)));
    }

    async fn takes(&mut self, case: &Case) -> Timestamp {
        let who = self.worker(case).await;
        if self.chance.percent(30) && !self.ends {
            let other = self.team.desk.iter().find(|one| Some(one.id) != who.id);
            let body = HandOverBody {
                id: self.app.command(),
                to: other.expect("two of them").id,
                reason: "交班".into(),
            };
            let path = (case.id, case.work.id);
            let asked = who.call::<HandOver>(path, None_ {}, body.clone()).await;
            asked.expect("asked");
            let other = self.as_one(body.to).await;
            let task = listed(&other, case.work.id).await;
            let declines = self.chance.percent(40).then_some("正在上门");
            answer(&other, &task, declines).await.expect("answered");
        }
        match self.chance.percent(20) && !self.ends {
            // Forgets it: the lease lapses.
            true => self.later(40, 90),
            false => self.later(2, 6),
        }
    }

    async fn calls(&mut self, case: &Case) -> Timestamp {
        let who = self.worker(case).await;
        let outcome = match self.chance.below(100) {
            _ if self.ends => CallOutcome::Well,
            0..35 => CallOutcome::Well,
            35..50 => CallOutcome::NeedsHelp,
            50..90 => CallOutcome::NotReached,
            _ => CallOutcome::Away,
        };
        ring(&who, case.id, outcome).await.expect("rung");
        if outcome == CallOutcome::Away {
            let from = self.app.now();
            let body = CreateAbsenceBody {
                id: AbsenceId::new(self.app.millis(), self.app.chance()),
                person: Some(case.person),
                kind: AbsenceKind::Family,
                from,
                until: from + SignedDuration::from_hours(36),
                note: "女儿说的".into(),
            };
            leave(&who, body).await.expect("reported");
        }
        self.later(1, 5)
    }

    async fn visits(&mut self, case: &Case) -> Timestamp {
        let open = case.visits.iter().find(|visit| visit.task.is_open());
        let Some(visit) = open else {
            let who = self.worker(case).await;
            let mut to: Vec<PersonId> = self.team.goers.iter().map(|one| one.id).collect();
            let first = self.chance.below(to.len());
            to.rotate_left(first);
            to.truncate(3);
            order(&who, case.id, &to).await.expect("ordered");
            return self.later(1, 3);
        };
        let task = &visit.task;
        if let Some(offer) = &task.offer {
            self.answers(task, offer.to).await;
            return self.later(1, 7);
        }
        let goer = match task.owner {
            Holder::Person(owner) => owner,
            Holder::Station => {
                // Somebody of the station goes.
                let who = self.worker(case).await;
                let mut all = tasks(&who).await;
                all.retain(|one| one.case == case.id && one.task == case.work.id);
                let fallen = TaskView {
                    task: task.id,
                    ..all.remove(0)
                };
                answer(&who, &fallen, None).await.expect("takes it");
                id(&who)
            }
        };
        let who = self.as_one(goer).await;
        let task = listed(&who, task.id).await;
        arrive(&who, &task).await.expect("there");
        let found = match self.chance.below(100) {
            _ if self.ends => Found::Well,
            0..60 => Found::Well,
            60..85 => Found::NeedsHelp,
            85..95 => Found::NotFound,
            _ => Found::Emergency,
        };
        assess(&who, &task, found).await.expect("seen");
        self.later(1, 10)
    }

    /// Agrees, declines, or says nothing.
    async fn answers(&mut self, task: &Task, asked: PersonId) {
        let said = self.chance.below(100);
        if said >= 80 && !self.ends {
            return;
        }
        let who = self.as_one(asked).await;
        let task = listed(&who, task.id).await;
        let declines = (said >= 55 && !self.ends).then_some("不在小区");
        answer(&who, &task, declines).await.expect("answered");
    }

    async fn links(&mut self, case: &Case) -> Timestamp {
        let who = self.worker(case).await;
        if self.chance.percent(50) || self.ends {
            let body = LinkResourceBody {
                id: self.app.command(),
                kind: LinkKind::Volunteers,
                what: "送饭".into(),
                service: None,
                provider: None,
                start: None,
            };
            let linked = who.call::<LinkResource>((case.id,), None_ {}, body).await;
            linked.expect("linked");
            return self.later(2, 8);
        }
        let due = self.app.now() + SignedDuration::from_hours(20);
        let goer = self.team.goers[self.chance.below(self.team.goers.len())].id;
        let owner = self.chance.percent(50).then_some(goer);
        let body = PlanFollowUpBody {
            id: TaskId::new(self.app.millis(), self.app.chance()),
            what: "再去看看".into(),
            due,
            owner,
        };
        let planned = who.call::<PlanFollowUp>((case.id,), None_ {}, body).await;
        planned.expect("planned");
        due
    }

    /// Of what is missed it becomes a visit.
    async fn follows_up(&mut self, case: &Case) -> Timestamp {
        if self.chance.percent(30) && !self.ends {
            return self.later(25 * 60, 26 * 60);
        }
        let mut later = case.follow_ups.iter();
        let one = later.find(|one| one.task.is_open()).expect("is planned");
        let who = match one.task.owner {
            Holder::Person(owner) => self.as_one(owner).await,
            Holder::Station => self.worker(case).await,
        };
        let body = EndTaskBody {
            id: self.app.command(),
            came: "都好".into(),
        };
        let path = (case.id, one.task.id);
        let done = who.call::<EndTask>(path, None_ {}, body).await;
        done.expect("done");
        self.later(1, 5)
    }

    async fn closes(&mut self, case: &Case) -> Timestamp {
        let who = self.worker(case).await;
        let helped = !case.links.is_empty() || !case.follow_ups.is_empty();
        let quiet = [
            CaseReason::Away,
            CaseReason::Device,
            CaseReason::OpenDoor,
            CaseReason::Others,
        ];
        let reason = match helped {
            true => CaseReason::TrueAlarm,
            false => *self.chance.of(&quiet),
        };
        if let Err(problem) = close(&who, case.id, reason).await {
            // Whoever was said to be away came back, and nobody has seen them: rings again.
            assert_eq!(problem.code, Code::LeftUnwatched);
            let rung = ring(&who, case.id, CallOutcome::Well).await;
            rung.expect("rung");
            return self.later(1, 3);
        }
        if self.chance.percent(50) {
            let body = ReflectCaseBody {
                id: self.app.command(),
                lesson: "先打给家人".into(),
                rules_ver: None,
            };
            let learned = who.call::<ReflectCase>((case.id,), None_ {}, body).await;
            assert_eq!(learned.expect("learned").row.stage, Stage::Done);
        }
        self.app.now()
    }
}
