//! What `cargo xtask rehearse` brought up of AWS on a moto server: the template's queues, the secret, and SNS. Without
//! it the rehearsal makes the messages of a queue itself, and sends none.

use std::env;

use reqwest::Client;
use serde_json::{Value, json};

/// Where moto answers, and its queues.
const URL: &str = "LINLI_AWS";
const QUEUE: &str = "LINLI_AWS_QUEUE";
const ASIDE: &str = "LINLI_AWS_ASIDE";
/// So often a message is brought before it is put aside.
const MOST: &str = "LINLI_AWS_MOST";
const REGION: &str = "us-east-1";
/// moto reads of it which service is meant, and where.
const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=rehearsal/20261124/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0";

pub struct Aws {
    http: Client,
    url: String,
    queue: String,
    aside: String,
    pub most: usize,
}

impl Aws {
    /// `None` where nobody brought it up.
    pub fn here() -> Option<Self> {
        let told = |name: &str| env::var(name).ok().filter(|text| !text.is_empty());
        Some(Self {
            http: Client::new(),
            url: told(URL)?,
            queue: told(QUEUE)?,
            aside: told(ASIDE)?,
            most: told(MOST)?.parse().ok()?,
        })
    }

    /// What functions are told instead of their secret.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("SECRET_NAME", "/linli/secret".to_owned()),
            ("SMS", "sns".to_owned()),
            ("AWS_ENDPOINT_URL_SSM", self.url.clone()),
            ("AWS_ENDPOINT_URL_SNS", self.url.clone()),
            ("AWS_REGION", REGION.to_owned()),
        ]
    }

    async fn ask(&self, operation: &str, body: Value) -> Value {
        let request = self.http.post(&self.url);
        let request = request
            .header("x-amz-target", format!("AmazonSQS.{operation}"))
            .header("content-type", "application/x-amz-json-1.0")
            .header("authorization", AUTHORIZATION)
            .body(body.to_string());
        let reply = request.send().await.expect("moto answers");
        let status = reply.status();
        let text = reply.text().await.expect("an answer");
        assert!(status.is_success(), "{operation}: {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Its id.
    pub async fn send(&self, body: &Value) -> String {
        let message = json!({ "QueueUrl": self.queue, "MessageBody": body.to_string() });
        let sent = self.ask("SendMessage", message).await;
        sent["MessageId"].as_str().expect("an id").to_owned()
    }

    /// A batch, as SQS has it.
    pub async fn receive(&self) -> Vec<Value> {
        let asked = json!({
            "QueueUrl": self.queue, "MaxNumberOfMessages": 10, "AttributeNames": ["All"],
        });
        let received = self.ask("ReceiveMessage", asked).await;
        let messages = received["Messages"].as_array();
        messages.cloned().unwrap_or_default()
    }

    /// It was taken.
    pub async fn delete(&self, message: &Value) {
        let named = json!({ "QueueUrl": self.queue, "ReceiptHandle": message["ReceiptHandle"] });
        self.ask("DeleteMessage", named).await;
    }

    /// It is brought again at once, and not after three minutes.
    pub async fn again(&self, message: &Value) {
        let named = json!({
            "QueueUrl": self.queue, "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0,
        });
        self.ask("ChangeMessageVisibility", named).await;
    }

    /// Messages that were put aside.
    pub async fn aside(&self) -> usize {
        let asked = json!({
            "QueueUrl": self.aside, "AttributeNames": ["ApproximateNumberOfMessages"],
        });
        let told = self.ask("GetQueueAttributes", asked).await;
        let count = &told["Attributes"]["ApproximateNumberOfMessages"];
        let count = count.as_str().and_then(|count| count.parse().ok());
        count.expect("a count")
    }
}

/// A message as an event source hands it to a function.
pub fn record(message: &Value) -> Value {
    json!({
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": format!("arn:aws:sqs:{REGION}:123456789012:DoorEventsQueue"),
        "awsRegion": REGION,
    })
}
