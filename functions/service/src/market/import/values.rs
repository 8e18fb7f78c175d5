//! Cells as values: money, whole numbers, days, telephone numbers, choices.

use domain::person;
use domain::provider::{CredentialKind, Mode};
use domain::units::Fen;
use jiff::civil::Date;

use super::columns::{narrow, plain};

/// Yuan with up to two decimals as fen, exactly. `¥`, `元` and grouped thousands are understood.
pub fn yuan(raw: &str) -> Option<Fen> {
    let text = narrow(raw);
    let text = text
        .trim_start_matches(['¥', '￥', '\u{a5}'])
        .trim_end_matches('元')
        .trim();
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let whole = ungrouped(whole)?;
    if part.is_empty() || part.len() > 2 || !digits(part) {
        return None;
    }
    let cents: i64 = part.parse().ok()?;
    let cents = if part.len() == 1 { cents * 10 } else { cents };
    let whole: i64 = whole.parse().ok()?;
    whole.checked_mul(100)?.checked_add(cents).map(Fen)
}

/// Digits, possibly with a comma before each third from the right.
fn ungrouped(raw: &str) -> Option<String> {
    let groups: Vec<&str> = raw.split(',').collect();
    let grouped = groups.len() == 1
        || ((1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|g| g.len() == 3));
    (grouped && groups.iter().all(|group| digits(group))).then(|| groups.concat())
}

fn digits(raw: &str) -> bool {
    !raw.is_empty() && raw.bytes().all(|b| b.is_ascii_digit())
}

/// A whole number, at most nine digits.
pub fn whole(raw: &str) -> Option<u32> {
    let text = narrow(raw);
    let text = text.trim();
    (digits(text) && text.len() <= 9).then(|| text.parse().ok())?
}

/// `YYYY-MM-DD`, `YYYY/M/D`, `YYYY.M.D` or `YYYY年M月D日`.
pub fn day(raw: &str) -> Option<Date> {
    let text: String = narrow(raw).split_whitespace().collect();
    let parts: Vec<&str> = match text.strip_suffix('日') {
        Some(text) => {
            let (year, rest) = text.split_once('年')?;
            let (month, day) = rest.split_once('月')?;
            vec![year, month, day]
        }
        None => {
            let sign = text.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
            text.split(sign).collect()
        }
    };
    let [year, month, day] = parts[..] else {
        return None;
    };
    let fits = year.len() == 4 && month.len() <= 2 && day.len() <= 2;
    if !fits || ![year, month, day].into_iter().all(digits) {
        return None;
    }
    let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    Date::new(year, month, day).ok().filter(|_| year >= 1900)
}

/// A mainland mobile number.
pub fn phone(raw: &str) -> Option<String> {
    person::phone(narrow(raw).trim())
}

/// Telephone numbers one after the other, each once.
pub fn phones(raw: &str) -> Option<Vec<String>> {
    let text = narrow(raw);
    let mut found: Vec<String> = Vec::new();
    for piece in text.split([',', ';', '、', '/', '\n']) {
        let several = match phone(piece) {
            Some(one) => vec![one],
            None => piece.split_whitespace().map(phone).collect::<Option<_>>()?,
        };
        found.extend(several);
    }
    let mut once = Vec::new();
    for phone in found {
        if !once.contains(&phone) {
            once.push(phone);
        }
    }
    Some(once)
}

/// Whether a time is the resident's at once.
pub fn mode(raw: &str) -> Option<Mode> {
    match plain(raw).as_str() {
        "instant" | "即时" | "立即" => Some(Mode::Instant),
        "onrequest" | "需确认" | "确认" => Some(Mode::OnRequest),
        _ => None,
    }
}

pub fn credential(raw: &str) -> Option<CredentialKind> {
    Some(match plain(raw).as_str() {
        "identity" | "identitycard" | "身份证" => CredentialKind::Identity,
        "tradelicence" | "tradelicense" | "营业执照" => CredentialKind::TradeLicence,
        "locksmithpermit" | "开锁备案" | "开锁备案证" => CredentialKind::LocksmithPermit,
        "electricianpermit" | "电工证" => CredentialKind::ElectricianPermit,
        "healthcertificate" | "健康证" => CredentialKind::HealthCertificate,
        "insurance" | "保险" => CredentialKind::Insurance,
        "training" | "培训证明" | "培训证" => CredentialKind::Training,
        _ => return None,
    })
}
