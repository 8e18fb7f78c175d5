//! Points for tests: given as confirmed service gives them, through the same rule and the same steps.

use domain::access::Role;
use domain::ledger::{Account, Earned, Gain, Rule, Served, adjust, gain};
use domain::person::Person;
use domain::reward::RewardKind;
use domain::{ActivityId, CommunityId, EntryId, PersonId, RedemptionId, RewardId};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use store::Store;
use store::identity::person_item;
use store::points::ledger::gain_steps;
use wire::endpoint::None_;
use wire::points::hours::{
    ApproveHours, ApproveHoursBody, CreateHours, CreateHoursBody, EntryView,
};
use wire::points::ledger::{AccountQuery, AccountView, GetPointAccount};
use wire::points::rewards::{
    CreateRedemption, CreateRedemptionBody, CreateReward, CreateRewardBody, RedemptionView,
    RewardView,
};
use wire::{Moment, Problem};

use crate::actor::Actor;
use crate::app::TestApp;

/// A rule without caps: a minute is a point.
fn generous(expire_months: Option<u32>) -> Rule {
    Rule {
        points_per_hour: 60,
        cap_per_activity: u32::MAX,
        cap_per_day: u32::MAX,
        expire_months,
        ..Rule::default()
    }
}

async fn write(store: &Store, gain: &Gain) -> bool {
    if gain.posting.is_none() {
        return true;
    }
    let steps = gain_steps(store.tx(), gain).expect("steps");
    match steps.commit().await {
        Ok(()) => true,
        Err(store::table::Error::Refused(domain::Refusal::Stale)) => false,
        Err(error) => panic!("{error:?}"),
    }
}

fn served(entry: EntryId, points: u32, day: Date) -> Served {
    Served {
        entry,
        activity: None,
        what: "楼道清洁".into(),
        minutes: points,
        manual: true,
        day,
    }
}

/// Gives somebody so many points for service on that local day; by which entry.
pub async fn grant_on(
    store: &Store,
    (com, person): (CommunityId, PersonId),
    points: u32,
    expire_months: Option<u32>,
    (day, at): (Date, Timestamp),
    entry: EntryId,
) {
    loop {
        let (account, earned) = store.earning(com, person, day).await.expect("answers");
        let (rule, served) = (generous(expire_months), served(entry, points, day));
        let gain = gain(&account, earned, &rule, served, day, at);
        assert_eq!(gain.points, points);
        if write(store, &gain).await {
            return;
        }
    }
}

impl TestApp {
    /// Somebody new of the demo community, without a telephone, a household or any points.
    pub async fn newcomer(&self) -> Actor<'_> {
        let one = self.people().await.swap_remove(0);
        let person = Person {
            id: PersonId::new(self.millis(), self.chance()),
            name: "测试·新来的".into(),
            phone: None,
            household: None,
            guardian: None,
            roles: vec![Role::Resident],
            ..one
        };
        let item = person_item(&person).expect("an item");
        self.ctx().store.put_all(vec![item]).await.expect("written");
        self.as_person(&person).await
    }

    /// The local day of the demo community.
    pub fn today(&self) -> Date {
        let zone = jiff::tz::TimeZone::get("Asia/Shanghai").expect("a zone");
        self.now().to_zoned(zone).date()
    }

    /// Gives somebody of the demo community points for service today; by which entry.
    pub async fn grant(&self, person: PersonId, points: u32) -> EntryId {
        self.grant_until(person, points, None).await
    }

    /// The same with a last day: the end of the month so many months from now.
    pub async fn grant_until(
        &self,
        person: PersonId,
        points: u32,
        expire_months: Option<u32>,
    ) -> EntryId {
        let whose = (self.home().await, person);
        let entry = EntryId::new(self.millis(), self.chance());
        let when = (self.today(), self.now());
        grant_on(&self.ctx().store, whose, points, expire_months, when, entry).await;
        entry
    }

    /// Corrects what was granted today to another number of points.
    pub async fn regrant(&self, person: PersonId, before: u32, points: u32) {
        let (store, com, day) = (&self.ctx().store, self.home().await, self.today());
        let (account, earned) = store.earning(com, person, day).await.expect("answers");
        let entry = EntryId::new(self.millis(), self.chance());
        let (rule, served) = (generous(None), served(entry, points, day));
        let at = self.now();
        let gain = adjust(&account, earned, &rule, before, served, day, at);
        assert!(write(store, &gain).await);
    }

    pub async fn stored_points(&self, person: PersonId) -> Account {
        let stored = self.ctx().store.point_account(self.home().await, person);
        stored.await.expect("answers")
    }

    pub async fn earned(&self, person: PersonId, day: Date) -> Earned {
        let stored = self.ctx().store.earning(self.home().await, person, day);
        stored.await.expect("answers").1
    }
}

/// Time of one's own, written down by hand.
#[derive(Clone, Copy, Debug)]
pub struct ByHand {
    pub activity: Option<ActivityId>,
    pub from: Timestamp,
    pub minutes: i64,
}

impl Actor<'_> {
    /// Writes it down, as it would be sent.
    pub fn by_hand(&self, time: ByHand) -> CreateHoursBody {
        let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
        let until = time.from + SignedDuration::from_mins(time.minutes);
        CreateHoursBody {
            id: EntryId::new(self.app.millis(), self.app.chance()),
            person: None,
            activity: time.activity,
            what: "楼道清洁".into(),
            starts: Moment::new(time.from, &zone),
            ends: Moment::new(until, &zone),
            evidence: String::new(),
        }
    }

    /// Approves an entry; for those who may.
    pub async fn approve(&self, entry: EntryId) -> Result<EntryView, Problem> {
        let id = self.app.command();
        let body = ApproveHoursBody { id };
        self.call::<ApproveHours>((entry,), None_ {}, body).await
    }

    /// Time by hand that these two approve, as it counts then.
    pub async fn serves(&self, time: ByHand, by: [&Actor<'_>; 2]) -> EntryView {
        let body = self.by_hand(time);
        let entry = body.id;
        let made = self.call::<CreateHours>((), None_ {}, body).await;
        made.expect("written down");
        by[0].approve(entry).await.expect("the first");
        by[1].approve(entry).await.expect("the second")
    }

    pub fn redemption(&self) -> RedemptionId {
        RedemptionId::new(self.app.millis(), self.app.chance())
    }

    pub async fn points(&self) -> AccountView {
        let query = AccountQuery { person: None };
        let account = self.call::<GetPointAccount>((), query, None_ {}).await;
        account.expect("an account")
    }

    /// Adds a reward; for those who may.
    pub async fn reward(&self, points: u32, stock: u32) -> RewardView {
        self.reward_of(points, stock, |body| body).await
    }

    pub async fn reward_of(
        &self,
        points: u32,
        stock: u32,
        change: impl FnOnce(CreateRewardBody) -> CreateRewardBody,
    ) -> RewardView {
        let body = CreateRewardBody {
            id: RewardId::new(self.app.millis(), self.app.chance()),
            name: "五常大米".into(),
            about: "一袋五斤".into(),
            kind: RewardKind::Goods,
            points,
            per_person: None,
            per_month: None,
            open_until: None,
            stock,
        };
        let made = self.call::<CreateReward>((), None_ {}, change(body)).await;
        made.expect("a reward")
    }

    pub fn order(&self, reward: RewardId, quantity: u32) -> CreateRedemptionBody {
        CreateRedemptionBody {
            id: self.redemption(),
            reward,
            quantity,
            points: None,
            person: None,
            consent: None,
        }
    }

    pub async fn redeem(&self, order: &CreateRedemptionBody) -> Result<RedemptionView, Problem> {
        self.call::<CreateRedemption>((), None_ {}, order.clone())
            .await
    }
}
