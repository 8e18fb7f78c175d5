//! Every message that would have left, as a page and as JSON.

use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::header;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::Helpers;
use crate::csp;
use crate::outbox::Line;

/// Rows on the page.
const ROWS: usize = 200;

#[derive(Deserialize)]
pub struct Filter {
    to: Option<String>,
}

#[derive(Serialize)]
struct Messages {
    messages: Vec<Message>,
}

#[derive(Serialize)]
struct Message {
    #[serde(flatten)]
    line: Line,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

/// What was asked for a moment ago is there: the relay goes first.
pub async fn json(State(helpers): State<Helpers>, Query(filter): Query<Filter>) -> Response {
    if let Err(error) = helpers.loops.relay().await {
        return error.into_response();
    }
    let message = |line: Line| Message {
        code: line.code().map(Into::into),
        line,
    };
    let lines = helpers.outbox.messages(filter.to.as_deref());
    let messages = lines.into_iter().map(message).collect();
    Json(Messages { messages }).into_response()
}

pub async fn page(State(helpers): State<Helpers>) -> Response {
    if let Err(error) = helpers.loops.relay().await {
        return error.into_response();
    }
    let lines = helpers.outbox.messages(None);
    let rows: String = lines.iter().take(ROWS).map(row).collect();
    let rest = match rows.is_empty() {
        true => "<p>还没有短信。 <span lang=\"en\">No messages yet.</span>".to_owned(),
        false => format!(
            "<table border=\"1\" cellpadding=\"8\"><tr><th>时间 Time<th>号码 To<th>内容 Text{rows}</table>"
        ),
    };
    let html = format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>发件箱 Outbox · 邻里</title>\
         <h1>发件箱 <span lang=\"en\">Outbox</span></h1>\
         <p>本机演示：这些短信没有真的发出，最新的在最上面。\
         <p lang=\"en\">A demonstration on this machine: none of these messages was really sent. Newest first.\
         {rest}"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, csp::PLAIN),
    ];
    (headers, html).into_response()
}

fn row(line: &Line) -> String {
    let zone = TimeZone::get("Asia/Shanghai").unwrap_or(TimeZone::UTC);
    format!(
        "<tr><td>{}<td>{}<td>{}",
        line.at.to_zoned(zone).strftime("%F %T"),
        escaped(&line.to),
        escaped(&line.body),
    )
}

fn escaped(raw: &str) -> String {
    raw.chars()
        .fold(String::with_capacity(raw.len()), |mut out, c| {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\n' => out.push_str("<br>"),
                c => out.push(c),
            }
            out
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_stays_text() {
        assert_eq!(
            escaped("<img onerror=\"a\">\n"),
            "&lt;img onerror=&quot;a&quot;&gt;<br>"
        );
    }
}
