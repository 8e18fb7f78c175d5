//! The short messages and requests that would have left the house, as lines of a file.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::limits;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use service::notify::channel::{Channel, Gateway, NotSent, Parcel, Posting, Reply, Sending, Text};

use crate::data::own_file;
use crate::stop::{About, Stop};

/// The newest messages are kept at hand; older ones stay in the file.
const AT_HAND: usize = 5_000;
const NAME: &str = "sms";
/// What a server says that took a request: a browser's by its status, WeChat's in words.
const TAKEN: u16 = 201;
const TAKEN_IN_WORDS: &[u8] = br#"{"errcode":0,"errmsg":"ok"}"#;

/// One message as it would have left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub id: String,
    pub to: String,
    pub body: String,
    pub at: Timestamp,
    pub channel: String,
}

impl Line {
    /// The six digits of a sign-in code: a number of exactly that length in the text.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.body
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| word.chars().all(|c| c.is_ascii_digit()))
            .find(|digits| digits.len() == limits::CODE_DIGITS as usize)
    }
}

/// The channel `sms` of a local Linli, and its way to other people's servers. A message handed over twice is written
/// once.
pub struct OutboxFile {
    file: Option<PathBuf>,
    open: Mutex<Open>,
}

struct Open {
    file: Option<File>,
    newest_last: VecDeque<Line>,
}

impl OutboxFile {
    /// Nothing is kept beyond the process.
    #[must_use]
    pub fn in_memory() -> Self {
        Self {
            file: None,
            open: Mutex::new(Open {
                file: None,
                newest_last: VecDeque::new(),
            }),
        }
    }

    /// Goes on at the end of `path`. A line cut short by a crash is passed over.
    pub fn open(path: PathBuf) -> Result<Self, Stop> {
        let newest_last = read(&path).about(&path)?;
        let file = own_file().append(true).open(&path).about(&path)?;
        Ok(Self {
            file: Some(path),
            open: Mutex::new(Open {
                file: Some(file),
                newest_last,
            }),
        })
    }

    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Newest first, by when they were written: a notice that left late does not stand above the
    /// code asked for just now. `to`: only those to this number.
    #[must_use]
    pub fn messages(&self, to: Option<&str>) -> Vec<Line> {
        let open = self.open.lock().expect("nobody panics while holding it");
        let wanted = |line: &&Line| to.is_none_or(|to| line.to == to);
        let mut lines: Vec<Line> = open
            .newest_last
            .iter()
            .rev()
            .filter(wanted)
            .cloned()
            .collect();
        lines.sort_by(|one, other| other.id.cmp(&one.id));
        lines
    }

    fn write(&self, line: Line) -> io::Result<()> {
        let mut open = self.open.lock().expect("nobody panics while holding it");
        let known = |known: &Line| known.id == line.id && known.to == line.to;
        if open.newest_last.iter().any(known) {
            return Ok(());
        }
        if let Some(file) = &mut open.file {
            let mut json = serde_json::to_vec(&line)?;
            json.push(b'\n');
            file.write_all(&json)?;
        }
        keep(&mut open.newest_last, line);
        Ok(())
    }
}

impl Channel for OutboxFile {
    fn name(&self) -> &'static str {
        NAME
    }

    fn send<'a>(&'a self, text: &'a Text) -> Sending<'a> {
        Box::pin(async move {
            let line = Line {
                id: text.id.clone(),
                to: text.to.clone(),
                body: text.body.clone(),
                at: text.at,
                channel: NAME.into(),
            };
            self.write(line).map_err(not_sent)
        })
    }
}

/// A request is written down with its headers and its body in base64url, and counts as taken.
impl Gateway for OutboxFile {
    fn post<'a>(&'a self, parcel: &'a Parcel) -> Posting<'a> {
        Box::pin(async move {
            let headers: Map<String, Value> = parcel
                .headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.as_str().into()))
                .collect();
            let body = URL_SAFE_NO_PAD.encode(&parcel.body);
            let line = Line {
                id: parcel.id.clone(),
                to: parcel.url.clone(),
                body: json!({ "headers": headers, "body": body }).to_string(),
                at: parcel.at,
                channel: parcel.channel.clone(),
            };
            self.write(line).map_err(not_sent)?;
            Ok(Reply {
                status: TAKEN,
                body: TAKEN_IN_WORDS.to_vec(),
            })
        })
    }
}

fn not_sent(error: io::Error) -> NotSent {
    NotSent {
        reason: error.to_string(),
    }
}

fn keep(lines: &mut VecDeque<Line>, line: Line) {
    if lines.len() == AT_HAND {
        lines.pop_front();
    }
    lines.push_back(line);
}

fn read(path: &Path) -> io::Result<VecDeque<Line>> {
    let text = match fs::read(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    if !text.is_empty() && !text.ends_with('\n') {
        OpenOptions::new()
            .append(true)
            .open(path)?
            .write_all(b"\n")?;
    }
    let mut lines = VecDeque::new();
    for line in text.lines().filter_map(|l| serde_json::from_str(l).ok()) {
        keep(&mut lines, line);
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(id: &str, body: &str) -> Text {
        Text {
            id: id.into(),
            to: "13800000001".into(),
            body: body.into(),
            at: Timestamp::UNIX_EPOCH,
        }
    }

    #[tokio::test]
    async fn messages_outlive_the_process_and_are_written_once() {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let path = temporary.path().join("outbox.jsonl");
        let outbox = OutboxFile::open(path.clone()).expect("opens");
        let first = text("msg_1", "验证码 123456，5 分钟内有效，电话 13800000000");
        for text in [&first, &first, &text("msg_2", "10:30")] {
            outbox.send(text).await.expect("written");
        }
        let again = OutboxFile::open(path).expect("opens");
        assert_eq!(again.messages(None), outbox.messages(None));
        let messages = again.messages(Some("13800000001"));
        assert_eq!(messages.len(), 2);
        assert_eq!(messages[0].code(), None);
        assert_eq!(messages[1].code(), Some("123456"));
        assert!(again.messages(Some("13800000002")).is_empty());
    }

    #[tokio::test]
    async fn what_was_written_last_stands_first_even_when_an_older_text_leaves_after_it() {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let outbox = OutboxFile::open(temporary.path().join("outbox.jsonl")).expect("opens");
        for id in ["msg_2", "msg_3", "msg_1"] {
            outbox.send(&text(id, "10:30")).await.expect("written");
        }
        let ids: Vec<String> = outbox
            .messages(None)
            .into_iter()
            .map(|line| line.id)
            .collect();
        assert_eq!(ids, ["msg_3", "msg_2", "msg_1"]);
    }
}
