//! A service while it is written: the text of every field, and the terms it makes.

use domain::limits;
use domain::provider::{Mode, Terms};
use domain::units::Fen;
use domain::{ProviderId, ServiceId};
use serde::{Deserialize, Serialize};
use wire::market::ServiceView;

use super::money::{typed, yuan};

/// Prices are typed in yuan; the lead and the cut-off in hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The id the service will have; the same on every retry.
    pub id: Option<ServiceId>,
    pub category: String,
    pub name: String,
    pub name_en: String,
    pub about: String,
    pub about_en: String,
    pub price_from: String,
    pub price_to: String,
    pub minutes: String,
    pub buffer_before: String,
    pub buffer_after: String,
    pub step: String,
    pub lead_hours: String,
    pub horizon_days: String,
    pub cutoff_hours: String,
    pub instant: bool,
    pub providers: Vec<ProviderId>,
    pub hidden: bool,
}

impl Default for Draft {
    /// What most services of a neighbourhood want.
    fn default() -> Self {
        Self {
            id: None,
            category: String::new(),
            name: String::new(),
            name_en: String::new(),
            about: String::new(),
            about_en: String::new(),
            price_from: String::new(),
            price_to: String::new(),
            minutes: "60".into(),
            buffer_before: "0".into(),
            buffer_after: "15".into(),
            step: "30".into(),
            lead_hours: "2".into(),
            horizon_days: "14".into(),
            cutoff_hours: "12".into(),
            instant: false,
            providers: Vec::new(),
            hidden: false,
        }
    }
}

/// A field of the form, by the name it has in JSON.
pub type Field = &'static str;

impl Draft {
    #[must_use]
    pub fn of(service: &ServiceView) -> Self {
        let terms = &service.terms;
        Self {
            id: None,
            category: service.category.clone(),
            name: service.name.clone(),
            name_en: service.name_en.clone().unwrap_or_default(),
            about: service.about.clone(),
            about_en: service.about_en.clone().unwrap_or_default(),
            price_from: plain(terms.price_from),
            price_to: plain(terms.price_to),
            minutes: terms.minutes.to_string(),
            buffer_before: terms.buffer_before_minutes.to_string(),
            buffer_after: terms.buffer_after_minutes.to_string(),
            step: terms.step_minutes.to_string(),
            lead_hours: hours(terms.lead_minutes),
            horizon_days: terms.horizon_days.to_string(),
            cutoff_hours: hours(terms.cutoff_minutes),
            instant: terms.mode == Mode::Instant,
            providers: service.providers.iter().map(|p| p.id).collect(),
            hidden: service.hidden,
        }
    }

    /// The terms, or the first field that is not right.
    pub fn terms(&self) -> Result<Terms, Field> {
        let terms = Terms {
            price_from: typed(&self.price_from).ok_or("price_from")?,
            price_to: if self.price_to.trim().is_empty() {
                typed(&self.price_from)
            } else {
                typed(&self.price_to)
            }
            .ok_or("price_to")?,
            minutes: self.minutes.trim().parse().map_err(|_| "minutes")?,
            buffer_before_minutes: self
                .buffer_before
                .trim()
                .parse()
                .map_err(|_| "buffer_before_minutes")?,
            buffer_after_minutes: self
                .buffer_after
                .trim()
                .parse()
                .map_err(|_| "buffer_after_minutes")?,
            step_minutes: self.step.parse().map_err(|_| "step_minutes")?,
            lead_minutes: minutes(&self.lead_hours).ok_or("lead_minutes")?,
            horizon_days: self
                .horizon_days
                .trim()
                .parse()
                .map_err(|_| "horizon_days")?,
            cutoff_minutes: minutes(&self.cutoff_hours).ok_or("cutoff_minutes")?,
            mode: if self.instant {
                Mode::Instant
            } else {
                Mode::OnRequest
            },
        };
        terms.flaw().map_or(Ok(terms), Err)
    }

    /// The first field that is not right, from top to bottom.
    #[must_use]
    pub fn flaw(&self) -> Option<Field> {
        let long = |text: &str, max| text.trim().chars().count() > max;
        let rows = [
            ("category", self.category.is_empty()),
            (
                "name",
                self.name.trim().is_empty() || long(&self.name, limits::TITLE_CHARS),
            ),
            ("name_en", long(&self.name_en, limits::TITLE_CHARS)),
            ("about", long(&self.about, limits::STORY_CHARS)),
            ("about_en", long(&self.about_en, limits::STORY_CHARS)),
        ];
        let text = rows
            .into_iter()
            .find(|(_, broken)| *broken)
            .map(|(field, _)| field);
        let providers = (self.providers.len() > limits::SERVICE_PROVIDERS).then_some("providers");
        text.or_else(|| self.terms().err()).or(providers)
    }
}

/// An optional text as the contract has it.
#[must_use]
pub fn given(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Fen as one types them: without decimals where there are none.
#[must_use]
pub fn plain(fen: Fen) -> String {
    yuan(fen).trim_start_matches('¥').to_owned()
}

/// Hours as typed (`2`, `1.5`) to whole minutes.
fn minutes(raw: &str) -> Option<u32> {
    let hundredths = typed(raw)?.0;
    u32::try_from((hundredths.checked_mul(60)? + 50) / 100).ok()
}

fn hours(minutes: u32) -> String {
    plain(Fen((i64::from(minutes) * 100 + 30) / 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            category: "locks".into(),
            name: "开锁".into(),
            price_from: "80".into(),
            price_to: "200.5".into(),
            ..Draft::default()
        }
    }

    #[test]
    fn a_filled_form_makes_terms() {
        let terms = draft().terms().expect("reads");
        assert_eq!(
            (terms.price_to.0, terms.lead_minutes, terms.cutoff_minutes),
            (20_050, 120, 720)
        );
        assert_eq!(terms.mode, Mode::OnRequest);
        assert_eq!(draft().flaw(), None);
        for lead in [0, 15, 20, 119, 720] {
            assert_eq!(minutes(&hours(lead)), Some(lead));
        }
        let fixed = Draft {
            price_to: String::new(),
            ..draft()
        };
        assert_eq!(fixed.terms().map(|t| t.price_to.0), Ok(8000));
    }

    #[test]
    fn the_first_wrong_field_is_named() {
        let check = |draft: Draft, field| assert_eq!(draft.flaw(), Some(field));
        check(Draft::default(), "category");
        check(
            Draft {
                name: " ".into(),
                ..draft()
            },
            "name",
        );
        check(
            Draft {
                price_from: "a".into(),
                ..draft()
            },
            "price_from",
        );
        check(
            Draft {
                price_to: "79".into(),
                ..draft()
            },
            "price_to",
        );
        check(
            Draft {
                minutes: "50".into(),
                ..draft()
            },
            "minutes",
        );
        check(
            Draft {
                horizon_days: "0".into(),
                ..draft()
            },
            "horizon_days",
        );
        check(
            Draft {
                lead_hours: "1000".into(),
                ..draft()
            },
            "lead_minutes",
        );
        check(
            Draft {
                providers: (0..21).map(ProviderId::from_bits).collect(),
                ..draft()
            },
            "providers",
        );
    }
}
