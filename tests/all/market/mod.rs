use acceptance::Actor;

pub mod create_booking;
mod ending;
mod for_others;
mod import;
mod lists;
mod offers;
mod providers;
pub mod race;
mod throng;

/// What somebody was told, by topic, the newest first.
pub async fn topics(who: &Actor<'_>) -> Vec<String> {
    let inbox = who.raw("GET", "/v1/inbox", None).await.json();
    inbox["items"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|m| m["topic"].as_str().unwrap_or_default().to_owned())
        .collect()
}
