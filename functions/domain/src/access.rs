//! Who may do what: one table of act × role, read by the server's one extractor, by the apps to
//! hide what would be refused, and by the coverage test.

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }
        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            #[must_use]
            pub fn as_str(self) -> &'static str { match self { $($name::$variant => $text),+ } }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }
        impl std::str::FromStr for $name {
            type Err = ();
            fn from_str(raw: &str) -> Result<Self, ()> {
                match raw { $($text => Ok($name::$variant),)+ _ => Err(()) }
            }
        }
    };
}
pub(crate) use named;

named! {
    /// What a person is in one community. A person may hold several; everybody is a resident.
    Role {
        Resident = "resident",
        Volunteer = "volunteer",
        Provider = "provider",
        BuildingHead = "building_head",
        GridWorker = "grid_worker",
        DeskHelper = "desk_helper",
        Librarian = "librarian",
        Station = "station",
        SocialWorker = "social_worker",
        Admin = "admin",
    }
}

impl Role {
    /// Works at the desk.
    #[must_use]
    pub fn is_staff(self) -> bool {
        matches!(
            self,
            Self::DeskHelper | Self::Librarian | Self::Station | Self::SocialWorker | Self::Admin
        )
    }

    /// Staff, and whoever finds any resident to book for them: their sessions are short, and a second
    /// factor is asked for once it is set up.
    #[must_use]
    pub fn is_trusted(self) -> bool {
        self.is_staff() || allows(Act::BookForOthers, self)
    }
}

named! {
    /// What can be done. Each endpoint names one.
    Act {
        /// Open to everybody, signed in or not.
        Public = "public",
        /// Finish or leave a sign-in; the only act of a session that still owes its second factor.
        SignIn = "sign_in",
        /// See and change what is one's own.
        Self_ = "self",
        /// Look through services, providers and free times.
        Browse = "browse",
        /// Book for oneself or one's household.
        Book = "book",
        /// Book for any resident of the community (代办).
        BookForOthers = "book_for_others",
        /// See and move a booking one has a part in; staff: any.
        Booking = "booking",
        /// Apply as a provider, keep one's calendar.
        Provide = "provide",
        /// Sign off, suspend and describe providers and their services; import them.
        Vet = "vet",
        /// See any booking of the community and step in.
        OverseeBookings = "oversee_bookings",
        /// The desk app's first page.
        Desk = "desk",
        /// See people's files, with the view logged.
        SeePeople = "see_people",
        /// Add people and households.
        AddPeople = "add_people",
        /// Give and take roles.
        GrantRoles = "grant_roles",
        /// Take away a second factor that was lost, so that it is set up anew.
        ResetSecondFactor = "reset_second_factor",
        /// Read complaints and suggestions.
        ReadFeedback = "read_feedback",
        /// Say that a complaint or suggestion is handled, and answer it.
        HandleFeedback = "handle_feedback",
        /// See messages that could not be delivered, have them tried again, or let them go.
        HandleMessages = "handle_messages",
        /// Look for activities, sign up, check in, see one's own hours and points, redeem.
        Volunteer = "volunteer",
        /// Run an activity one organises or whose team one leads; staff who publish: any.
        Organise = "organise",
        /// Publish activities and keep teams.
        PublishActivities = "publish_activities",
        /// Agree to service time that was written down by hand, or corrected.
        ApproveHours = "approve_hours",
        /// Keep the catalogue of rewards and their stock.
        RunRewards = "run_rewards",
        /// Hand out what a voucher stands for.
        Counter = "counter",
        /// Redeem for somebody who was asked, and agreed.
        RedeemForOthers = "redeem_for_others",
        /// Issue and revoke certificates of service time.
        IssueCertificates = "issue_certificates",
        /// Say how many points service time gives.
        SetPointRule = "set_point_rule",
        /// Pass service time on to the national network, and take its answers.
        PassOn = "pass_on",
        /// Look for books, borrow and return them, reserve, see one's own loans.
        Library = "library",
        /// Lend, take back and look up readers at the library's desk.
        LendBooks = "lend_books",
        /// Lend although a rule says no, by a named reason.
        OverrideLoan = "override_loan",
        /// Keep the shelves: take books in, mark and count them, print labels, set the rules.
        KeepBooks = "keep_books",
        /// Read what somebody borrowed before, with a reason that is written down.
        ReadHistory = "read_history",
        /// Watch over people who agreed: their doors, absences and alerts, with each look written down.
        Watch = "watch",
        /// Say that somebody who is watched over is away, as they or theirs said.
        ReportAbsence = "report_absence",
        /// Set up doors and their keys.
        KeepDoors = "keep_doors",
        /// Say how long a silence may be.
        SetWatchRules = "set_watch_rules",
        /// Work on cases: what is done about an alert or a word, with each look written down.
        Care = "care",
        /// Keep people's files, and write and read notes about them.
        KeepFiles = "keep_files",
        /// Open a file without having to do with it, with a reason that is shown to those in charge.
        BreakGlass = "break_glass",
        /// Say who belongs to which part of the team, and see whom its people looked at.
        KeepNodes = "keep_nodes",
    }
}

/// May somebody with this role do this? Ownership of the thing itself is decided where it is loaded.
#[must_use]
pub fn allows(act: Act, role: Role) -> bool {
    use Role::{Admin, DeskHelper, GridWorker, Librarian, SocialWorker, Station};
    match act {
        Act::Public
        | Act::SignIn
        | Act::Self_
        | Act::Browse
        | Act::Book
        | Act::Booking
        | Act::Provide
        | Act::Volunteer
        | Act::Organise
        | Act::Library => true,
        Act::BookForOthers | Act::Counter | Act::RedeemForOthers | Act::ReportAbsence => matches!(
            role,
            GridWorker | DeskHelper | Station | SocialWorker | Admin
        ),
        Act::PublishActivities => matches!(role, GridWorker | Station | SocialWorker | Admin),
        Act::ApproveHours | Act::IssueCertificates | Act::Watch | Act::Care => {
            matches!(role, Station | SocialWorker | Admin)
        }
        Act::OverseeBookings | Act::ReadFeedback | Act::HandleFeedback | Act::HandleMessages => {
            matches!(role, Station | SocialWorker | Admin)
        }
        Act::Vet | Act::RunRewards | Act::SetPointRule | Act::PassOn | Act::SetWatchRules => {
            matches!(role, SocialWorker | Admin)
        }
        Act::KeepFiles => matches!(role, SocialWorker | Admin),
        Act::BreakGlass => matches!(role, GridWorker | Station | SocialWorker | Admin),
        // What children read is nobody else's to see.
        Act::LendBooks => matches!(role, DeskHelper | Librarian | Admin),
        Act::OverrideLoan | Act::KeepBooks | Act::ReadHistory => matches!(role, Librarian | Admin),
        Act::Desk => role.is_staff(),
        Act::SeePeople => matches!(role, DeskHelper | Station | SocialWorker | Admin),
        Act::AddPeople => matches!(role, Station | SocialWorker | Admin),
        Act::GrantRoles | Act::ResetSecondFactor | Act::KeepDoors | Act::KeepNodes => {
            matches!(role, Admin)
        }
    }
}

/// May somebody holding these roles do this?
#[must_use]
pub fn may(act: Act, roles: &[Role]) -> bool {
    roles.iter().any(|role| allows(act, *role))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_finds_any_resident_is_trusted_like_staff() {
        let trusted = Role::ALL.iter().filter(|role| role.is_trusted());
        let names: Vec<_> = trusted.map(|role| role.as_str()).collect();
        let want = "grid_worker desk_helper librarian station social_worker admin";
        assert_eq!(names.join(" "), want);
        for role in Role::ALL {
            let reaches = [Act::BookForOthers, Act::SeePeople, Act::OverseeBookings];
            let reaches = reaches.iter().any(|act| allows(*act, *role));
            assert!(role.is_trusted() || !reaches, "{role}");
        }
    }

    #[test]
    fn the_table() {
        let rows = [
            (
                Act::Book,
                "resident volunteer provider building_head grid_worker desk_helper librarian station social_worker admin",
            ),
            (
                Act::BookForOthers,
                "grid_worker desk_helper station social_worker admin",
            ),
            (Act::Vet, "social_worker admin"),
            (Act::OverseeBookings, "station social_worker admin"),
            (
                Act::Desk,
                "desk_helper librarian station social_worker admin",
            ),
            (Act::SeePeople, "desk_helper station social_worker admin"),
            (Act::AddPeople, "station social_worker admin"),
            (Act::GrantRoles, "admin"),
            (Act::ResetSecondFactor, "admin"),
            (Act::ReadFeedback, "station social_worker admin"),
            (Act::HandleFeedback, "station social_worker admin"),
            (Act::HandleMessages, "station social_worker admin"),
            (
                Act::Volunteer,
                "resident volunteer provider building_head grid_worker desk_helper librarian station social_worker admin",
            ),
            (
                Act::PublishActivities,
                "grid_worker station social_worker admin",
            ),
            (Act::ApproveHours, "station social_worker admin"),
            (Act::RunRewards, "social_worker admin"),
            (
                Act::Counter,
                "grid_worker desk_helper station social_worker admin",
            ),
            (
                Act::RedeemForOthers,
                "grid_worker desk_helper station social_worker admin",
            ),
            (Act::IssueCertificates, "station social_worker admin"),
            (Act::SetPointRule, "social_worker admin"),
            (Act::PassOn, "social_worker admin"),
            (Act::LendBooks, "desk_helper librarian admin"),
            (Act::OverrideLoan, "librarian admin"),
            (Act::KeepBooks, "librarian admin"),
            (Act::ReadHistory, "librarian admin"),
            (Act::Watch, "station social_worker admin"),
            (
                Act::ReportAbsence,
                "grid_worker desk_helper station social_worker admin",
            ),
            (Act::KeepDoors, "admin"),
            (Act::SetWatchRules, "social_worker admin"),
            (Act::Care, "station social_worker admin"),
            (Act::KeepFiles, "social_worker admin"),
            (Act::BreakGlass, "grid_worker station social_worker admin"),
            (Act::KeepNodes, "admin"),
        ];
        for (act, roles) in rows {
            let allowed: Vec<_> = Role::ALL
                .iter()
                .filter(|r| allows(act, **r))
                .map(|r| r.as_str())
                .collect();
            assert_eq!(allowed.join(" "), roles, "{act}");
        }
    }
}
