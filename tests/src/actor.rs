//! A person in front of a Linli under test.

use std::ops::Deref;

use domain::person::Person;
use domain::sign_in::{SecondFactor, Session};
use domain::{BookingId, PersonId};
use service::secret;
use store::schema::{self, Kind};
use store::table::write;
use wire::endpoint::None_;
use wire::identity::{
    SecondFactorBody, SendCode, SendCodeBody, SignInBody, SignedIn, VerifySecondFactor,
};

use crate::app::TestApp;
use crate::client::Client;

pub struct Actor<'a> {
    pub app: &'a TestApp,
    pub id: Option<PersonId>,
    pub client: Client,
}

impl Deref for Actor<'_> {
    type Target = Client;
    fn deref(&self) -> &Client {
        &self.client
    }
}

impl<'a> Actor<'a> {
    pub(crate) fn new(app: &'a TestApp) -> Self {
        Self {
            app,
            id: None,
            client: Client::new(&app.http, &app.url()),
        }
    }

    pub(crate) async fn sign_in(app: &'a TestApp, phone: &str) -> Self {
        let mut actor = Self::new(app);
        let mut sent = actor
            .call::<SendCode>(
                (),
                None_ {},
                SendCodeBody {
                    phone: phone.into(),
                },
            )
            .await;
        while let Err(wire::Problem {
            retryable: true,
            data,
            ..
        }) = &sent
        {
            let wait = data["retry_after_s"].as_i64().expect("it says how long");
            app.advance(jiff::SignedDuration::from_secs(wait));
            sent = actor
                .call::<SendCode>(
                    (),
                    None_ {},
                    SendCodeBody {
                        phone: phone.into(),
                    },
                )
                .await;
        }
        sent.expect("a code is sent");
        let code = app.code_for(phone).await.expect("a code in the outbox");
        let body = serde_json::to_string(&SignInBody {
            phone: phone.into(),
            code,
        })
        .expect("json");
        let raw = actor.raw("POST", "/v1/auth/sessions", Some(body)).await;
        assert_eq!(raw.status, 201, "{}", raw.body);
        actor.client.cookie = raw.cookie();
        let signed_in: SignedIn =
            serde_json::from_str(&raw.body).expect("the reply of the contract");
        actor.id = Some(signed_in.person);
        if signed_in.second_factor == SecondFactor::Verify {
            let code = app.second_factor(signed_in.person).await;
            actor
                .call::<VerifySecondFactor>((), None_ {}, SecondFactorBody { code })
                .await
                .expect("the second factor passes");
        }
        actor
    }

    pub(crate) async fn with_session(app: &'a TestApp, person: &Person) -> Self {
        let token = format!("test-{:032x}", app.chance());
        let at = app.now();
        let staff = person.is_trusted();
        let second_factor = if staff {
            SecondFactor::Passed
        } else {
            SecondFactor::NotNeeded
        };
        let session = Session {
            started_at: at,
            used_at: at,
            staff,
            second_factor,
            tries: 0,
        };
        let key = schema::session(
            person.community,
            person.id,
            &secret::digest(token.as_bytes()),
        );
        let item = write(Kind::Session, &key, &session, []).expect("an item");
        let store = &app.ctx().store;
        store
            .tx()
            .put_any(item)
            .expect("a step")
            .commit()
            .await
            .expect("a session is written");
        let mut actor = Self::new(app);
        actor.id = Some(person.id);
        actor.client.cookie = Some(format!(
            "__Host-sid={}.{}.{token}",
            person.community, person.id
        ));
        actor
    }

    pub fn booking(&self) -> BookingId {
        BookingId::new(self.app.millis(), self.app.chance())
    }
}

impl TestApp {
    /// The newest sign-in code sent to a number. Another server in front has no outbox that could be read: there
    /// the code is reckoned as the relay does.
    pub async fn code_for(&self, phone: &str) -> Option<String> {
        if self.is_behind() {
            let digest = self.ctx().secret.phone_digest(phone);
            let found = self.ctx().store.code_and_account(&digest).await;
            let (code, _) = found.expect("the store answers");
            return code.map(|code| self.ctx().secret.code(&code.nonce, phone));
        }
        let raw = self
            .stranger()
            .raw("GET", &format!("/_local/outbox.json?to={phone}"), None)
            .await;
        let messages = raw.json()["messages"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        messages
            .iter()
            .find_map(|message| message["code"].as_str().map(str::to_owned))
    }

    /// The second factor's next code that was not used yet; moves the clock on if all were.
    pub async fn second_factor(&self, person: PersonId) -> String {
        let found = self
            .ctx()
            .store
            .second_factor(self.home_of(person).await, person)
            .await
            .expect("answers")
            .expect("is enrolled");
        let step = secret::totp_step(self.now());
        let free = step.max(found.last_step + 1);
        if free > step + 1 {
            self.advance(jiff::SignedDuration::from_secs(
                (free - step) * secret::TOTP_SECONDS,
            ));
        }
        secret::totp(&found.secret, free).expect("a code")
    }

    pub(crate) async fn home_of(&self, person: PersonId) -> domain::CommunityId {
        for community in self.ctx().store.communities().await.expect("communities") {
            if self
                .ctx()
                .store
                .person(community.id, person)
                .await
                .expect("answers")
                .is_some()
            {
                return community.id;
            }
        }
        panic!("{person} lives nowhere")
    }
}
