//! How a booking goes, as steps: what has been, where it is, what is to come.

use domain::booking::StateName;
use domain::provider::Mode;
use wire::Moment;
use wire::market::BookingView;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    Past,
    Now,
    ToCome,
}

impl Pace {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Past => "past",
            Self::Now => "now",
            Self::ToCome => "to-come",
        }
    }
}

/// One step. `key`: its words, `booking.step.<key>`.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub key: &'static str,
    pub pace: Pace,
    pub at: Option<Moment>,
}

/// The steps of one booking.
#[must_use]
pub fn steps(booking: &BookingView) -> Vec<Step> {
    use Pace::{Now, Past, ToCome};
    let asked = booking.terms.mode == Mode::OnRequest;
    let first = if asked { "asked" } else { "made" };
    let step = |key, pace, at| Step { key, pace, at };
    let made = Some(booking.created_at);
    let start = Some(booking.start);
    let since = Some(booking.since);
    // A visit that is agreed on again after an amount was turned down was answered long before.
    let agreed = since.filter(|since| since.at < booking.start.at);
    let answered = |pace, at| asked.then(|| step("answer", pace, at));
    let line = |(answer, answered_at), visit, quote: Option<Pace>, (done, done_at)| {
        [
            Some(step(first, Past, made)),
            answered(answer, answered_at),
            Some(step("visit", visit, start)),
            quote.map(|pace| step("quote", pace, since)),
            Some(step("done", done, done_at)),
        ]
        .into_iter()
        .flatten()
        .collect()
    };
    match booking.state {
        StateName::Held => vec![step("held", Now, None), step("visit", ToCome, start)],
        StateName::Requested => line((Now, None), ToCome, None, (ToCome, None)),
        StateName::Accepted => line((Past, agreed), Now, None, (ToCome, None)),
        StateName::Quoted => line((Past, None), Past, Some(Now), (ToCome, None)),
        StateName::Done => line((Past, None), Past, None, (Past, since)),
        StateName::Declined => vec![step(first, Past, made), step("declined", Now, since)],
        StateName::Expired => vec![step(first, Past, made), step("expired", Now, since)],
        StateName::Closed => vec![
            step(first, Past, made),
            step("visit", Past, start),
            step("closed", Now, since),
        ],
        StateName::Cancelled => vec![step(first, Past, made), step("cancelled", Now, since)],
        StateName::NoShow => vec![step(first, Past, made), step("no_show", Now, start)],
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use domain::booking::Part;
    use domain::provider::Terms;
    use domain::units::Fen;
    use domain::{BookingId, PersonId, ProviderId, ServiceId};

    /// Some booking.
    pub(crate) fn booking(state: StateName, mode: Mode) -> BookingView {
        let at = |raw: &str| serde_json::from_value(raw.into()).expect("a moment");
        let terms = Terms {
            price_from: Fen(3000),
            price_to: Fen(8000),
            minutes: 60,
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            step_minutes: 30,
            lead_minutes: 120,
            horizon_days: 30,
            cutoff_minutes: 120,
            mode,
        };
        BookingView {
            id: BookingId::new(1, 1),
            service: ServiceId::new(1, 1),
            service_name: "开锁".into(),
            service_name_en: Some("Locksmith".into()),
            provider: ProviderId::new(1, 1),
            provider_name: "测试·王师傅".into(),
            provider_phone: None,
            resident: PersonId::new(1, 1),
            resident_name: "测试·李".into(),
            resident_phone: None,
            resident_address: None,
            booked_by_name: None,
            start: at("2026-11-24T09:00:00+08:00"),
            end: at("2026-11-24T10:00:00+08:00"),
            terms,
            note: String::new(),
            state,
            until: None,
            cutoff: at("2026-11-24T07:00:00+08:00"),
            amount: None,
            approved: None,
            reason: String::new(),
            part: Part::Resident,
            own_review: None,
            other_review: None,
            moves: Vec::new(),
            since: at("2026-11-24T10:05:00+08:00"),
            created_at: at("2026-11-23T09:00:00+08:00"),
            ver: 1,
        }
    }

    fn line(state: StateName, mode: Mode) -> String {
        steps(&booking(state, mode))
            .iter()
            .map(|s| format!("{}:{}", s.key, s.pace.as_str()))
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn each_state_has_its_line() {
        assert_eq!(
            line(StateName::Requested, Mode::OnRequest),
            "asked:past answer:now visit:to-come done:to-come"
        );
        assert_eq!(
            line(StateName::Accepted, Mode::Instant),
            "made:past visit:now done:to-come"
        );
        assert_eq!(
            line(StateName::Quoted, Mode::OnRequest),
            "asked:past answer:past visit:past quote:now done:to-come"
        );
        assert_eq!(
            line(StateName::Done, Mode::Instant),
            "made:past visit:past done:past"
        );
        assert_eq!(
            line(StateName::Cancelled, Mode::Instant),
            "made:past cancelled:now"
        );
        let done = steps(&booking(StateName::Done, Mode::OnRequest));
        let times: Vec<bool> = done.iter().map(|step| step.at.is_some()).collect();
        assert_eq!(
            times,
            [true, false, true, true],
            "made, answered, visit, done"
        );
        for state in StateName::ALL {
            let nows = steps(&booking(*state, Mode::OnRequest))
                .iter()
                .filter(|s| s.pace == Pace::Now)
                .count();
            assert_eq!(nows, usize::from(*state != StateName::Done), "{state}");
        }
    }
}
