//! `linli sign-event`: one event of a door, or one reading of a body, signed, as a command that sends it.

use std::process::ExitCode;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use domain::watch::observation::NoAmount;
use domain::watch::{Amount, DoorAct, Metric};
use domain::{DeviceId, PersonId};
use jiff::Timestamp;
use local::Stop;
use service::ctx::{Clock, SystemClock};
use service::secret::token;
use service::watch::signature::{Parts, sign};
use wire::Endpoint;
use wire::watch::{
    DoorEventBody, DoorEventsBody, ObservationBody, ObservationsBody, RecordDoorEvents,
    RecordObservations,
};

/// Print a curl command that sends one event of a door, or one reading of a body, signed with its key. Doors,
/// wearables, keys and cards of the demo are at /_local/demo.
#[derive(Args)]
pub struct SignEvent {
    /// The door's or the wearable's id, dev_…
    #[arg(long)]
    device: DeviceId,
    /// Its key, in base64url.
    #[arg(long)]
    key: String,
    /// Which version of the key this is.
    #[arg(long, default_value_t = 1)]
    key_ver: u32,
    /// The door's own count; greater with each event. The milliseconds since 1970, if absent.
    #[arg(long)]
    seq: Option<u64>,
    /// What happened: entry, exit, passed, exit_button, opened, closed, held_open, forced, denied, heartbeat, other.
    #[arg(long, value_parser = act, required_unless_present_any = ["metric", "sos"])]
    act: Option<DoorAct>,
    /// The card that was held to it.
    #[arg(long)]
    credential: Option<String>,
    /// What was measured, instead: heart_rate, systolic, diastolic, spo2, temperature, glucose, respiration.
    #[arg(long, value_parser = metric, requires = "value", conflicts_with_all = ["seq", "act", "credential", "sos"])]
    metric: Option<Metric>,
    /// How much, in the measure's own unit: 72, or 36.6.
    #[arg(long, requires = "metric", value_parser = amount)]
    value: Option<Amount>,
    /// The emergency button was pressed, instead.
    #[arg(long, conflicts_with_all = ["seq", "act", "credential"])]
    sos: bool,
    /// Of whom the reading is, per_…; whoever wears the device, if absent.
    #[arg(long, conflicts_with_all = ["seq", "act", "credential"])]
    person: Option<PersonId>,
    /// When, by the device's clock, as 2026-11-24T09:00:00+08:00; now, if absent.
    #[arg(long)]
    at: Option<Timestamp>,
    /// What the server takes the time to be, where its clock was moved; the answer of /_local/clock says it.
    #[arg(long)]
    now: Option<Timestamp>,
    /// Where Linli answers.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    url: String,
}

fn act(raw: &str) -> Result<DoorAct, String> {
    let known = || DoorAct::ALL.iter().map(|act| act.as_str());
    raw.parse()
        .map_err(|()| format!("one of {}", known().collect::<Vec<_>>().join(", ")))
}

fn metric(raw: &str) -> Result<Metric, String> {
    let known = || Metric::ALL.iter().map(|metric| metric.as_str());
    raw.parse()
        .map_err(|()| format!("one of {}", known().collect::<Vec<_>>().join(", ")))
}

fn amount(raw: &str) -> Result<Amount, String> {
    raw.parse().map_err(|error: NoAmount| error.to_string())
}

impl SignEvent {
    /// What is sent, and where to.
    fn body(&self, now: Timestamp) -> Result<(&'static str, String), Stop> {
        let at = self.at.unwrap_or(now);
        let (path, body) = match self.act {
            Some(act) => {
                let millis = u64::try_from(now.as_millisecond()).unwrap_or_default();
                let event = DoorEventBody {
                    seq: self.seq.unwrap_or(millis),
                    at,
                    act,
                    credential: self.credential.clone(),
                };
                let body = DoorEventsBody {
                    device: self.device,
                    events: vec![event],
                };
                (RecordDoorEvents::PATH, serde_json::to_string(&body))
            }
            None => {
                let one = ObservationBody {
                    person: self.person,
                    metric: self.metric,
                    value: self.value,
                    unit: None,
                    sos: self.sos,
                    at,
                };
                let body = ObservationsBody {
                    observations: vec![one],
                };
                (RecordObservations::PATH, serde_json::to_string(&body))
            }
        };
        let body = body.map_err(|error| Stop::because(format!("no such event: {error}")))?;
        Ok((path, body))
    }

    pub fn run(self) -> Result<ExitCode, Stop> {
        let now = self.now.unwrap_or_else(|| SystemClock.now());
        println!("{}", self.command(now, &token())?);
        Ok(ExitCode::SUCCESS)
    }

    fn command(self, now: Timestamp, nonce: &str) -> Result<String, Stop> {
        let key = URL_SAFE_NO_PAD.decode(self.key.trim());
        let key = key.map_err(|_| Stop::because("the key is not in base64url"))?;
        let (path, body) = self.body(now)?;
        let (device, timestamp) = (self.device.to_string(), now.as_second().to_string());
        let parts = Parts {
            method: "POST",
            path,
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
        let url = format!("{}{path}", self.url.trim_end_matches('/'));
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

    fn event() -> SignEvent {
        SignEvent {
            device: DeviceId::from_bits(7),
            key: URL_SAFE_NO_PAD.encode([9_u8; 32]),
            key_ver: 2,
            seq: None,
            act: None,
            credential: None,
            metric: None,
            value: None,
            sos: false,
            person: None,
            at: None,
            now: None,
            url: "http://127.0.0.1:8080/".into(),
        }
    }

    /// What is printed, and the body in it, which is signed for that path.
    fn printed(event: SignEvent, path: &str) -> (String, String) {
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
            path,
            device: &device,
            timestamp: "1790000000",
            nonce: "n",
            body: body.as_bytes(),
        };
        assert!(verify(&[9_u8; 32], &parts, &signature[..64]), "{printed}");
        let start = format!("curl -sS -X POST 'http://127.0.0.1:8080{path}' ");
        assert!(printed.starts_with(&start), "{printed}");
        assert!(printed.contains("'x-key: 2'"), "{printed}");
        (printed, body)
    }

    #[test]
    fn the_command_carries_a_signature_of_exactly_what_it_sends() {
        let event = SignEvent {
            seq: Some(1),
            act: Some(DoorAct::Entry),
            credential: Some("00'42".into()),
            ..event()
        };
        let (_, body) = printed(event, "/v1/door-events");
        assert!(body.contains("00'42"), "{body}");
    }

    #[test]
    fn an_event_without_a_number_counts_by_the_time() {
        let event = SignEvent {
            act: Some(DoorAct::Heartbeat),
            ..event()
        };
        let (_, body) = printed(event, "/v1/door-events");
        assert!(body.contains("\"seq\":1790000000000,"), "{body}");
    }

    #[test]
    fn a_reading_and_the_button_go_to_where_bodies_are_heard() {
        let reading = SignEvent {
            metric: Some(Metric::Temperature),
            value: "36.6".parse().ok(),
            ..event()
        };
        let (_, body) = printed(reading, "/v1/observations");
        assert!(
            body.contains("\"metric\":\"temperature\",\"value\":36.6"),
            "{body}"
        );
        let press = SignEvent {
            sos: true,
            ..event()
        };
        let (_, body) = printed(press, "/v1/observations");
        assert!(body.contains("\"sos\":true"), "{body}");
    }
}
