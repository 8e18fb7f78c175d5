//! What people are told. A notice names its kind and carries data; words are chosen where it is read.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::access::named;
use crate::limits;

named! {
    Topic {
        SignInCode = "sign_in_code",
        BookingRequested = "booking_requested",
        BookingMade = "booking_made",
        BookingAccepted = "booking_accepted",
        BookingDeclined = "booking_declined",
        BookingExpired = "booking_expired",
        BookingCancelled = "booking_cancelled",
        BookingMoved = "booking_moved",
        BookingQuoted = "booking_quoted",
        BookingQuoteApproved = "booking_quote_approved",
        BookingQuoteRejected = "booking_quote_rejected",
        BookingDone = "booking_done",
        BookingMissed = "booking_missed",
        BookingClosed = "booking_closed",
        BookingAffected = "booking_affected",
        ReviewsShown = "reviews_shown",
        ProviderApproved = "provider_approved",
        ProviderRejected = "provider_rejected",
        ProviderSuspended = "provider_suspended",
        ProviderReinstated = "provider_reinstated",
        CredentialExpired = "credential_expired",
        SecondFactorReset = "second_factor_reset",
        /// Another number leads to somebody's sign-in.
        NumberChanged = "number_changed",
        /// A place became free for somebody who waited.
        ActivityMovedUp = "activity_moved_up",
        ActivityChanged = "activity_changed",
        ActivityCancelled = "activity_cancelled",
        ActivityRemoved = "activity_removed",
        /// Somebody else gave their place back.
        ActivityGivenBack = "activity_given_back",
        /// Somebody else signed them up.
        ActivitySignedUp = "activity_signed_up",
        VoucherMade = "voucher_made",
        VoucherSettled = "voucher_settled",
        VoucherCancelled = "voucher_cancelled",
        VoucherExpiring = "voucher_expiring",
        VoucherExpired = "voucher_expired",
        PointsExpiring = "points_expiring",
        PointsExpired = "points_expired",
        HoursSettled = "hours_settled",
        HoursForgotten = "hours_forgotten",
        HoursForgottenBy = "hours_forgotten_by",
        /// Somebody who was seen there is said not to have been.
        HoursMissed = "hours_missed",
        HoursApproved = "hours_approved",
        HoursRefused = "hours_refused",
        HoursCorrected = "hours_corrected",
        CertificateIssued = "certificate_issued",
        CertificateOutdated = "certificate_outdated",
        CertificateRevoked = "certificate_revoked",
        /// The desk lent something.
        LoanMade = "loan_made",
        LoanDue = "loan_due",
        LoanLate = "loan_late",
        HoldReady = "hold_ready",
        HoldExpired = "hold_expired",
        /// The copy that was kept for somebody is not there any more; they wait in the place they had.
        HoldAgain = "hold_again",
        /// The last copy was lost or withdrawn; those who wait keep their place, in case one comes.
        HoldNoCopy = "hold_no_copy",
        /// Nobody has seen them for long; they are asked how they are.
        WatchAsk = "watch_ask",
        /// A relative is asked how somebody is.
        WatchAskRelative = "watch_ask_relative",
        /// A silence is too long: somebody has to look.
        WatchAlert = "watch_alert",
        /// A sign of life ended an alert that somebody was called to.
        AlertOver = "alert_over",
        /// So many silences at once that they are told as one.
        WatchArea = "watch_area",
        /// Somebody pressed the emergency button.
        SosAlert = "sos_alert",
        /// A reading is out of bounds, or none comes.
        VitalAlert = "vital_alert",
        /// A door is not heard from any more.
        DoorDead = "door_dead",
        /// So many doors at once are not heard from any more that they are told as one.
        DoorsDead = "doors_dead",
        /// Devices were registered and never spoke.
        DoorNeverHeard = "door_never_heard",
        /// People are silent for as long as was agreed, and a door of theirs is dead: nobody knows.
        WatchUnseen = "watch_unseen",
        /// People are watched over whom no door has ever seen.
        WatchNeverSeen = "watch_never_seen",
        /// An absence that was said ends soon.
        AbsenceEnds = "absence_ends",
        /// Somebody who was said to be away is at home again.
        AbsenceOver = "absence_over",
        /// Somebody is asked to do something in a case, or has something to do now.
        CareTask = "care_task",
        /// Something in a case is nobody's: whoever is on duty has it.
        CareStation = "care_station",
        /// Somebody asked that a person be looked after.
        CareReferral = "care_referral",
        /// Somebody opened a file without having to do with it.
        GlassBroken = "glass_broken",
        /// Silences are measured by other rules from now on.
        RulesChanged = "rules_changed",
    }
}

impl Topic {
    /// A short message goes out although the reader never agreed to those about their bookings: whoever is on duty
    /// has to go somewhere, or whoever is watched over is asked how they are, as they agreed
    /// ([`crate::consent::Purpose::WatchDoors`]), and the relative they named.
    #[must_use]
    pub fn owes_text(self) -> bool {
        matches!(
            self,
            Self::WatchAsk
                | Self::WatchAskRelative
                | Self::WatchAlert
                | Self::WatchArea
                | Self::SosAlert
                | Self::VitalAlert
                | Self::DoorDead
                | Self::CareTask
                | Self::CareStation
        )
    }
}

impl Topic {
    /// Somebody may be in danger, or could not be seen if they were: its texts do not wait for another day because
    /// others used today's up.
    #[must_use]
    pub fn is_alarm(self) -> bool {
        matches!(
            self,
            Self::WatchAlert
                | Self::WatchArea
                | Self::SosAlert
                | Self::VitalAlert
                | Self::WatchUnseen
                | Self::DoorDead
                | Self::DoorsDead
        )
    }
}

named! {
    /// By what a notice was to reach somebody beside their inbox.
    Carrier {
        Text = "text",
        Browser = "browser",
        Wechat = "wechat",
        /// There was nothing that could carry it.
        Nothing = "none",
    }
}

impl Carrier {
    /// Of a channel, as the log of attempts calls it: the name of a kind, and what tells several of one apart. Those
    /// for short messages have various names.
    #[must_use]
    pub fn of(channel: &str) -> Self {
        let kind = channel.split_once(':').map_or(channel, |(kind, _)| kind);
        match kind {
            "web_push" => Self::Browser,
            "wechat" => Self::Wechat,
            "none" => Self::Nothing,
            _ => Self::Text,
        }
    }
}

/// Named values a notice's words are filled with: ids, names, times as RFC 3339.
pub type Data = BTreeMap<String, String>;

/// One notice for one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub topic: Topic,
    pub data: Data,
}

/// How long a message waits that did not go out on its `attempts`th attempt, the first being 1:
/// twice as long each time, and somewhere in the second half of that, so that those that failed
/// together do not all come back together. `chance`: any bits.
#[must_use]
pub fn retry_after(attempts: u32, chance: u64) -> SignedDuration {
    let doubled = attempts.saturating_sub(1) % limits::MESSAGE_ATTEMPTS;
    let longest = limits::MESSAGE_RETRY_LONGEST_SECONDS;
    let full = (limits::MESSAGE_RETRY_SECONDS << doubled).min(longest) * 1_000;
    let share = i64::try_from(chance % 1_001).unwrap_or(0);
    SignedDuration::from_millis(full / 2 + full / 2 * share / 1_000)
}

/// No attempt is left after this one: the message waits for a person, who may have it tried anew.
#[must_use]
pub fn was_last(attempts: u32) -> bool {
    attempts > 0 && attempts.is_multiple_of(limits::MESSAGE_ATTEMPTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_channel_is_one_way_to_somebody() {
        let rows = [
            ("sms", Carrier::Text),
            ("sns", Carrier::Text),
            ("web_push:0123456789abcdef", Carrier::Browser),
            ("wechat:0123456789abcdef", Carrier::Wechat),
            ("none", Carrier::Nothing),
        ];
        for (channel, carrier) in rows {
            assert_eq!(Carrier::of(channel), carrier, "{channel}");
        }
    }

    #[test]
    fn the_wait_doubles_up_to_an_hour_and_is_spread() {
        let rows = [
            (1, 30),
            (2, 60),
            (3, 120),
            (4, 240),
            (5, 480),
            (6, 960),
            (7, 1_920),
            (8, 3_600),
            // Tried anew by a person.
            (9, 30),
            (10, 60),
        ];
        for (attempts, seconds) in rows {
            let full = SignedDuration::from_secs(seconds);
            assert_eq!(retry_after(attempts, 1_000), full, "{attempts}");
            assert_eq!(retry_after(attempts, 0), full / 2, "{attempts}");
            for chance in [1, 77, 500, u64::MAX] {
                let wait = retry_after(attempts, chance);
                assert!(
                    full / 2 <= wait && wait <= full,
                    "{attempts} {chance}: {wait}"
                );
            }
        }
        assert_eq!(
            (0..=17).filter(|n| was_last(*n)).collect::<Vec<_>>(),
            [8, 16]
        );
    }
}
