//! What leaves the house from AWS: short messages by SNS, and messages to other people's servers.

use aws_smithy_types::body::SdkBody;
use form_urlencoded::Serializer;
use http::Request;
use lambda_runtime::Error;
use service::notify::channel::{Channel, Gateway, NotSent, Parcel, Posting, Reply, Sending, Text};

use crate::cloud::{Call, Cloud};

/// As it stands in the log of attempts.
const NAME: &str = "sns";
/// Numbers are stored without their country; this is where they are.
const COUNTRY: &str = "+86";

/// Short messages by SNS. It keeps no list of what it sent: a message whose reply was lost is sent again.
pub struct Sns(pub Cloud);

impl Channel for Sns {
    fn name(&self) -> &'static str {
        NAME
    }

    fn send<'a>(&'a self, text: &'a Text) -> Sending<'a> {
        Box::pin(async move {
            let call = Call {
                service: "sns",
                content_type: "application/x-www-form-urlencoded",
                target: None,
                body: publish(&text.to, &text.body),
            };
            self.0.call(&call).await.map_err(not_sent)?;
            Ok(())
        })
    }
}

fn publish(to: &str, body: &str) -> String {
    let to = match to.starts_with('+') {
        true => to.to_owned(),
        false => format!("{COUNTRY}{to}"),
    };
    let kind = "MessageAttributes.entry.1";
    Serializer::new(String::new())
        .append_pair("Action", "Publish")
        .append_pair("Version", "2010-03-31")
        .append_pair("PhoneNumber", &to)
        .append_pair("Message", body)
        .append_pair(&format!("{kind}.Name"), "AWS.SNS.SMS.SMSType")
        .append_pair(&format!("{kind}.Value.DataType"), "String")
        .append_pair(&format!("{kind}.Value.StringValue"), "Transactional")
        .finish()
}

/// To browsers' servers, and WeChat's.
pub struct Web(pub Cloud);

impl Gateway for Web {
    fn post<'a>(&'a self, parcel: &'a Parcel) -> Posting<'a> {
        Box::pin(async move { self.hand_over(parcel).await.map_err(not_sent) })
    }
}

impl Web {
    async fn hand_over(&self, parcel: &Parcel) -> Result<Reply, Error> {
        let mut request = Request::builder().method("POST").uri(&parcel.url);
        for (name, value) in &parcel.headers {
            request = request.header(*name, value);
        }
        let request = request.body(SdkBody::from(parcel.body.clone()))?;
        self.0.send(request).await
    }
}

fn not_sent(error: Error) -> NotSent {
    NotSent {
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_said_with_its_country_and_words_are_escaped() {
        let said = publish("13800000001", "验证码 1&2");
        assert!(said.contains("PhoneNumber=%2B8613800000001&"), "{said}");
        assert!(
            said.contains("Message=%E9%AA%8C%E8%AF%81%E7%A0%81+1%262&"),
            "{said}"
        );
        assert!(publish("+85212345678", "").contains("PhoneNumber=%2B85212345678&"));
    }
}
