//! Activities, sign-ups, volunteers and teams.

use domain::activity::{ActivityState, Every, SignUpState, Skill};
use domain::hours::PresenceName;
use domain::{ActivityId, CommandId, PersonId, SeriesId, SignUpId, TeamId};
use jiff::civil::Date;

use crate::Moment;
use crate::endpoint::{None_, Page, endpoints, json};

endpoints! {
    /// Activities that start within some local days, soonest first.
    ListActivities: Get "/v1/activities" () [ActivitiesQuery] as Volunteer, None_ => 200 Page<ActivityView>;
    /// One activity, with the caller's own part in it.
    GetActivity: Get "/v1/activities/{id}" (ActivityId) [WhoseQuery] as Volunteer, None_ => 200 ActivityView;
    /// Publishes an activity, or one for each date of a series.
    CreateActivity: Post "/v1/activities" () as PublishActivities, CreateActivityBody => 201 ActivityView;
    /// Changes one activity; whoever signed up is told of another place. Its time only while nobody did.
    UpdateActivity: Post "/v1/activities/{id}/change" (ActivityId) as Organise, UpdateActivityBody => 200 ActivityView;
    /// Calls it off; whoever signed up is told.
    CancelActivity: Post "/v1/activities/{id}/cancel" (ActivityId) as Organise, CancelActivityBody => 200 ActivityView;
    /// Signs up: with a place, or in the queue for one.
    SignUp: Post "/v1/activities/{id}/signups" (ActivityId) as Volunteer, SignUpBody => 201 SignUpView;
    /// Gives one's place, or one's turn in the queue, back.
    Withdraw: Post "/v1/activities/{id}/withdraw" (ActivityId) as Volunteer, WhoBody => 200 SignUpView;
    /// Who goes and who waits, for whoever runs the activity.
    ListSignUps: Get "/v1/activities/{id}/signups" (ActivityId) as Organise, None_ => 200 Page<SignUpRow>;
    /// Takes somebody off the list, with a reason they are told.
    RemoveSignUp: Post "/v1/activities/{id}/signups/{person}/remove" (ActivityId, PersonId) as Organise, RemoveBody => 200 SignUpRow;
    /// What oneself, or a child one decides for, signed up for; latest start first.
    ListMySignUps: Get "/v1/signups" () [SignUpsQuery] as Volunteer, None_ => 200 Page<SignUpView>;
    /// One's own file as a volunteer.
    GetVolunteer: Get "/v1/volunteer" () [WhoseQuery] as Volunteer, None_ => 200 VolunteerView;
    /// Says what one offers, and one's number in the national network.
    PutVolunteer: Put "/v1/volunteer" () as Volunteer, PutVolunteerBody => 200 VolunteerView;
    /// What one's printed card says.
    GetCard: Get "/v1/volunteer/card" () [WhoseQuery] as Volunteer, None_ => 200 Card;
    /// Makes a new card; the old one is worth nothing from then on.
    RenewCard: Post "/v1/volunteer/card" () as Volunteer, WhoBody => 200 Card;
    /// All teams.
    ListTeams: Get "/v1/teams" () as Volunteer, None_ => 200 Page<TeamView>;
    /// Makes a team.
    CreateTeam: Post "/v1/teams" () as PublishActivities, CreateTeamBody => 201 TeamView;
    /// Changes a team: its name, who leads, who belongs to it.
    UpdateTeam: Put "/v1/teams/{id}" (TeamId) as PublishActivities, UpdateTeamBody => 200 TeamView;
}

json! {
    pub struct ActivitiesQuery {
        /// The first local day; absent: today.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub from: Option<Date>,
        /// Local days, 1 to 31; absent: 14.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub days: Option<u8>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub grid: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub skill: Option<Skill>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct ActivityView {
        pub id: ActivityId,
        pub series: Option<SeriesId>,
        pub title: String,
        pub about: String,
        /// Whom it is for, in general words.
        #[serde(default)]
        pub for_whom: String,
        pub place: String,
        pub grid: String,
        pub skills: Vec<Skill>,
        pub team: Option<TeamId>,
        pub team_name: Option<String>,
        pub organiser_name: String,
        pub starts: Moment,
        pub ends: Moment,
        pub capacity: u16,
        /// How many have a place, and how many wait for one.
        pub going: u16,
        pub waiting: u16,
        pub state: ActivityState,
        /// Why it was called off.
        pub reason: String,
        /// The part of whoever was asked about. Absent in lists.
        pub sign_up: Option<SignUpView>,
        /// May the reader run it?
        pub runs: bool,
        pub ver: u64,
    }
    /// Whose; absent: one's own. A guardian asks for a child.
    pub struct WhoseQuery {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
    }
    pub struct CreateActivityBody {
        pub id: ActivityId,
        pub title: String,
        #[serde(default)]
        pub about: String,
        /// Whom it is for, in general words: the national network asks for it.
        #[serde(default)]
        pub for_whom: String,
        pub place: String,
        pub grid: String,
        #[serde(default)]
        pub skills: Vec<Skill>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub team: Option<TeamId>,
        pub starts: Moment,
        pub ends: Moment,
        pub capacity: u16,
        /// Absent: once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub repeat: Option<Repeat>,
    }
    /// `times`: altogether, 2 to 48.
    pub struct Repeat {
        pub every: Every,
        pub times: u8,
    }
    pub struct UpdateActivityBody {
        pub id: CommandId,
        pub title: String,
        #[serde(default)]
        pub about: String,
        /// Whom it is for, in general words: the national network asks for it.
        #[serde(default)]
        pub for_whom: String,
        pub place: String,
        pub grid: String,
        #[serde(default)]
        pub skills: Vec<Skill>,
        /// Another time; absent: as it is. Only while nobody signed up: people plan their time by it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub starts: Option<Moment>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub ends: Option<Moment>,
        pub capacity: u16,
        /// The version the change is made on.
        pub ver: u64,
    }
    pub struct CancelActivityBody {
        pub id: CommandId,
        pub reason: String,
    }
    pub struct SignUpBody {
        pub id: SignUpId,
        /// For whom, if not oneself: a child one decides for, or anybody for whoever may.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
    }
    pub struct WhoBody {
        pub id: CommandId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
    }
    pub struct RemoveBody {
        pub id: CommandId,
        pub reason: String,
    }
    pub struct SignUpsQuery {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct SignUpView {
        pub id: SignUpId,
        pub activity: ActivityId,
        pub title: String,
        pub place: String,
        pub starts: Moment,
        pub ends: Moment,
        /// Whether the activity takes place.
        pub activity_state: ActivityState,
        pub person: PersonId,
        pub state: SignUpState,
        pub moved_up: bool,
        pub came: Option<Moment>,
        pub left: Option<Moment>,
        /// How their coming and going stands. Where the activity was called off nobody was there.
        pub presence: PresenceName,
        /// When they say they left, who forgot to check out.
        pub said_left: Option<Moment>,
        /// Their place among those who wait; 1 is the next. Absent in lists.
        pub queue: Option<u32>,
        /// Goes up whenever something about it changes.
        pub ver: u64,
    }
    pub struct SignUpRow {
        pub id: SignUpId,
        pub person: PersonId,
        pub name: String,
        pub state: SignUpState,
        pub came: Option<Moment>,
        pub left: Option<Moment>,
        /// Nobody sent the check-out: the planned end stands, and wants a look.
        pub forgotten: bool,
        pub missed: bool,
        /// Whole minutes between coming and going.
        pub minutes: Option<u32>,
        /// When they say they left, who forgot to check out, and the minutes that would be. Their word: nothing counts by it.
        pub said_left: Option<Moment>,
        pub said_minutes: Option<u32>,
        pub settled: bool,
    }
    pub struct VolunteerView {
        pub person: PersonId,
        pub skills: Vec<Skill>,
        pub unified_number: Option<String>,
        pub ver: u64,
    }
    pub struct PutVolunteerBody {
        pub id: CommandId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
        #[serde(default)]
        pub skills: Vec<Skill>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub unified_number: Option<String>,
        pub ver: u64,
    }
    pub struct Card {
        pub card: String,
        pub name: String,
    }
    pub struct TeamView {
        pub id: TeamId,
        pub name: String,
        /// Who, by id: for those who belong to it and those who keep teams. Absent where they left, as their
        /// name is empty then.
        pub lead: Option<PersonId>,
        pub lead_name: String,
        /// Empty for those who neither belong to it nor keep teams.
        pub members: Vec<TeamMember>,
        pub ver: u64,
    }
    pub struct TeamMember {
        pub person: PersonId,
        pub name: String,
    }
    pub struct CreateTeamBody {
        pub id: TeamId,
        pub name: String,
        pub lead: PersonId,
        #[serde(default)]
        pub members: Vec<PersonId>,
    }
    pub struct UpdateTeamBody {
        pub id: CommandId,
        pub name: String,
        pub lead: PersonId,
        #[serde(default)]
        pub members: Vec<PersonId>,
        pub ver: u64,
    }
}
