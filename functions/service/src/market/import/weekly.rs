//! Opening hours as people write them: `周一至周五 09:00-12:00, 14:00-18:00; 周六 9:00-12:00`.

use domain::availability::{Day, Weekly};
use domain::limits;
use domain::units::Minute;
use wire::Code;

use super::columns::narrow;

const DASHES: [char; 7] = ['至', '到', '~', '–', '—', '－', '―'];

/// Days and the hours that follow them, until other days are named.
pub fn weekly(raw: &str) -> Result<Vec<Weekly>, Code> {
    let (mut spans, mut days, mut open) = (Vec::new(), Vec::new(), false);
    for word in words(raw) {
        let hours = word.find(|c: char| c.is_ascii_digit());
        let (named, hours) = word.split_at(hours.unwrap_or(word.len()));
        let named = named.trim_end_matches(':');
        if !named.is_empty() {
            if !open {
                days.clear();
            }
            days.extend(days_of(named).ok_or(Code::BadValue)?);
            open = true;
        }
        if !hours.is_empty() {
            let (from, to) = span(hours).ok_or(Code::BadValue)?;
            if days.is_empty() {
                return Err(Code::BadValue);
            }
            if from >= to {
                return Err(Code::SpanBackwards);
            }
            spans.extend(days.iter().map(|day| Weekly {
                day: *day,
                from,
                to,
            }));
            open = false;
        }
    }
    if open {
        return Err(Code::BadValue);
    }
    spans.sort_unstable_by_key(|span: &Weekly| (span.day, span.from, span.to));
    spans.dedup();
    if spans.len() > limits::WEEKLY_SPANS {
        return Err(Code::TooLong);
    }
    Ok(spans)
}

/// Days and spans, each without spaces; a dash holds its two sides together.
fn words(raw: &str) -> Vec<String> {
    let text = narrow(raw).to_lowercase().replace("every day", "daily");
    let mut joined = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '-' => joined.truncate(joined.trim_end().len()),
            _ if DASHES.contains(&c) => joined.truncate(joined.trim_end().len()),
            _ if c.is_whitespace() && joined.ends_with('-') => continue,
            _ => {}
        }
        joined.push(if DASHES.contains(&c) { '-' } else { c });
    }
    let apart = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '、' | '/' | '。');
    joined
        .split(apart)
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn days_of(word: &str) -> Option<Vec<Day>> {
    match word {
        "每天" | "每日" | "daily" => return Some(Day::ALL.to_vec()),
        "工作日" | "weekdays" => return Some(Day::ALL[..5].to_vec()),
        "周末" | "weekends" | "weekend" => return Some(Day::ALL[5..].to_vec()),
        _ => {}
    }
    match word.split_once('-') {
        None => Some(vec![day(word)?]),
        Some((first, last)) => {
            let place = |word| Day::ALL.iter().position(|d| Some(*d) == day(word));
            let (first, last) = (place(first)?, place(last)?);
            // Saturday to Monday goes over the end of the week.
            let count = (last + 7 - first) % 7 + 1;
            Some((first..first + count).map(|i| Day::ALL[i % 7]).collect())
        }
    }
}

fn day(word: &str) -> Option<Day> {
    let bare = ["周", "星期", "礼拜"]
        .into_iter()
        .find_map(|before| word.strip_prefix(before))
        .unwrap_or(word);
    Some(match bare {
        "一" | "mon" | "monday" => Day::Monday,
        "二" | "tue" | "tues" | "tuesday" => Day::Tuesday,
        "三" | "wed" | "wednesday" => Day::Wednesday,
        "四" | "thu" | "thur" | "thurs" | "thursday" => Day::Thursday,
        "五" | "fri" | "friday" => Day::Friday,
        "六" | "sat" | "saturday" => Day::Saturday,
        "日" | "天" | "sun" | "sunday" => Day::Sunday,
        _ => return None,
    })
}

fn span(word: &str) -> Option<(Minute, Minute)> {
    let (from, to) = word.split_once('-')?;
    Some((minute(from)?, minute(to)?))
}

/// `9:00` as well as `09:00`.
fn minute(raw: &str) -> Option<Minute> {
    let padded = if raw.find(':') == Some(1) {
        format!("0{raw}")
    } else {
        raw.to_owned()
    };
    padded.parse().ok()
}
