//! `linli sign-event`: one event of a door, signed, as a command that sends it.

use std::process::ExitCode;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use domain::DeviceId;
use domain::watch::DoorAct;
use jiff::Timestamp;
use local::Stop;
use service::ctx::{Clock, SystemClock};
use service::secret::token;
use service::watch::signature::{Parts, sign};
use wire::Endpoint;
use wire::watch::{DoorEventBody, DoorEventsBody, RecordDoorEvents};

/// Print a curl command that sends one event of a door, signed with its key. Doors, keys and cards of the
/// demo are at /_local/demo.
#[derive(Args)]
pub struct SignEvent {
    /// The door's id, dev_…
    #[arg(long)]
    device: DeviceId,
    /// Its key, in base64url.
    #[arg(long)]
    key: String,
    /// Which version of the key this is.
    #[arg(long, default_value_t = 1)]
    key_ver: u32,
    /// The door's own count; greater with each event.
    #[arg(long)]
    seq: u64,
    /// What happened: entry, exit, passed, exit_button, opened, heartbeat.
    #[arg(long, value_parser = act)]
    act: DoorAct,
    /// The card that was held to it.
    #[arg(long)]
    credential: Option<String>,
    /// When, by the door's clock, as 2026-11-24T09:00:00+08:00; now, if absent.
    #[arg(long)]
    at: Option<Timestamp>,
    /// Where Linli answers.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    url: String,
}

fn act(raw: &str) -> Result<DoorAct, String> {
    let known = || DoorAct::ALL.iter().map(|act| act.as_str());
    raw.parse()
        .map_err(|()| format!("one of {}", known().collect::<Vec<_>>().join(", ")))
}

impl SignEvent {
    pub fn run(self) -> Result<ExitCode, Stop> {
        println!("{}", self.command(SystemClock.now(), &token())?);
        Ok(ExitCode::SUCCESS)
    }

    fn command(self, now: Timestamp, nonce: &str) -> Result<String, Stop> {
        let key = URL_SAFE_NO_PAD.decode(self.key.trim());
        let key = key.map_err(|_| Stop::because("the key is not in base64url"))?;
        let body = DoorEventsBody {
            device: self.device,
            events: vec![DoorEventBody {
                seq: self.seq,
                at: self.at.unwrap_or(now),
                act: self.act,
                credential: self.credential,
            }],
        };
        let body = serde_json::to_string(&body)
            .map_err(|error| Stop::because(format!("no such event: {error}")))?;
        let (device, timestamp) = (self.device.to_string(), now.as_second().to_string());
        let parts = Parts {
            method: "POST",
            path: RecordDoorEvents::PATH,
            device: &device,
            timestamp: &timestamp,
            nonce,
            body: body.as_bytes(),
        };
        let signature = sign(&key, &parts);
        let ver = self.key_ver.to_string();
        let headers: [(&str, &str); 6] = [
            ("content-type", "application/json"),
            ("x-device", device.as_str()),
            ("x-key", ver.as_str()),
            ("x-timestamp", timestamp.as_str()),
            ("x-nonce", nonce),
            ("x-signature", signature.as_str()),
        ];
        let headers =
            headers.map(|(name, value)| format!(" -H {}", quoted(&format!("{name}: {value}"))));
        let url = format!(
            "{}{}",
            self.url.trim_end_matches('/'),
            RecordDoorEvents::PATH
        );
        Ok(format!(
            "curl -sS -X POST {}{} --data-binary {}",
            quoted(&url),
            headers.concat(),
            quoted(&body)
        ))
    }
}

/// For a shell, whatever is in it.
fn quoted(raw: &str) -> String {
    format!("'{}'", raw.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use service::watch::signature::verify;

    #[test]
    fn the_command_carries_a_signature_of_exactly_what_it_sends() {
        let event = SignEvent {
            device: DeviceId::from_bits(7),
            key: URL_SAFE_NO_PAD.encode([9_u8; 32]),
            key_ver: 2,
            seq: 1,
            act: DoorAct::Entry,
            credential: Some("00'42".into()),
            at: None,
            url: "http://127.0.0.1:8080/".into(),
        };
        let now = Timestamp::from_second(1_790_000_000).expect("in range");
        let printed = event.command(now, "n").expect("printed");
        let after = |mark: &str| {
            let (_, rest) = printed.split_once(mark).expect("stands there");
            rest.to_owned()
        };
        let signature = after("x-signature: ");
        let body = after("--data-binary '");
        let body = body.strip_suffix('\'').expect("ends").replace(r"'\''", "'");
        let device = DeviceId::from_bits(7).to_string();
        let parts = Parts {
            method: "POST",
            path: "/v1/door-events",
            device: &device,
            timestamp: "1790000000",
            nonce: "n",
            body: body.as_bytes(),
        };
        assert!(verify(&[9_u8; 32], &parts, &signature[..64]));
        assert!(printed.starts_with("curl -sS -X POST 'http://127.0.0.1:8080/v1/door-events' "));
        assert!(printed.contains("'x-key: 2'"), "{printed}");
    }
}
