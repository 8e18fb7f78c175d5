//! Notices in words: a title by topic, a sentence filled with what the notice carries.

use domain::notice::{Data, Topic};
use domain::person::Language;
use domain::units::Fen;
use jiff::tz::Offset;

use super::{money, when};
use crate::i18n::{find, language, named, texts};

/// `约好了`.
#[must_use]
pub fn title(topic: Topic) -> String {
    named(texts::notice::topic::ALL, topic.as_str())
}

/// The sentence, and the reason somebody gave, if any.
#[must_use]
pub fn words(topic: Topic, data: &Data) -> String {
    let value = |name: &str| match name {
        "service" if language() == Language::En => data
            .get("service_en")
            .or_else(|| data.get("service"))
            .cloned(),
        "amount" => data
            .get(name)
            .and_then(|raw| raw.parse().ok())
            .map(|fen| money::yuan(Fen(fen))),
        "start" | "until" => data
            .get(name)
            .map(|raw| when::said(raw, Offset::constant(8)).unwrap_or_else(|| raw.clone())),
        _ => data.get(name).cloned(),
    };
    let sentence = find(texts::notice::words::ALL, topic.as_str())
        .map_or_else(String::new, |text| text.filled_by(&value));
    match data.get("reason") {
        Some(reason) if !reason.is_empty() => format!("{sentence}\n“{reason}”"),
        _ => sentence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_has_title_and_words() {
        for topic in Topic::ALL {
            assert!(
                find(texts::notice::topic::ALL, topic.as_str()).is_some(),
                "title of {topic}"
            );
            assert!(
                find(texts::notice::words::ALL, topic.as_str()).is_some(),
                "words of {topic}"
            );
        }
    }

    #[test]
    fn filled_from_data() {
        let data = Data::from([
            ("service".into(), "开锁".into()),
            ("start".into(), "2026-11-24T09:00:00+08:00".into()),
            ("provider".into(), "测试·王师傅".into()),
            ("reason".into(), "临时有事".into()),
        ]);
        assert_eq!(
            words(Topic::BookingMade, &data),
            "开锁，11月24日 周二 09:00，测试·王师傅。\n“临时有事”"
        );
    }
}
