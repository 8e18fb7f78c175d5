//! A person in front of the API: typed calls over HTTP, answers or problems back.

use domain::person::Person;
use domain::sign_in::{SecondFactor, Session};
use domain::{BookingId, PersonId};
use serde_json::Value;
use service::secret;
use store::schema::{self, Kind};
use store::table::write;
use wire::endpoint::None_;
use wire::identity::{SecondFactorBody, SendCode, SendCodeBody, SignIn, SignInBody, VerifySecondFactor};
use wire::{Endpoint, Problem};

use crate::app::TestApp;

pub struct Actor<'a> {
    pub app: &'a TestApp,
    pub id: Option<PersonId>,
    pub cookie: Option<String>,
}

/// What came back, before anybody looks into it.
#[derive(Debug)]
pub struct Raw {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: String,
}

impl Raw {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

impl<'a> Actor<'a> {
    pub(crate) fn new(app: &'a TestApp) -> Self {
        Self { app, id: None, cookie: None }
    }

    pub(crate) async fn sign_in(app: &'a TestApp, phone: &str) -> Self {
        let mut actor = Self::new(app);
        actor.call::<SendCode>((), None_ {}, SendCodeBody { phone: phone.into() }).await.expect("a code is sent");
        let code = app.code_for(phone).await.expect("a code in the outbox");
        let signed_in = actor.keep_cookie::<SignIn>(SignInBody { phone: phone.into(), code }).await;
        actor.id = Some(signed_in.person);
        if signed_in.second_factor == SecondFactor::Verify {
            let code = app.second_factor(signed_in.person).await;
            actor.call::<VerifySecondFactor>((), None_ {}, SecondFactorBody { code }).await.expect("the second factor passes");
        }
        actor
    }

    async fn keep_cookie<E: Endpoint<Path = (), Query = None_>>(&mut self, body: E::Body) -> E::Reply {
        let raw = self.raw(E::METHOD.as_str(), &E::url(&(), &None_ {}), Some(serde_json::to_string(&body).expect("json"))).await;
        assert_eq!(raw.status, E::SUCCESS, "{}", raw.body);
        let cookie = raw.headers["set-cookie"].to_str().expect("text");
        self.cookie = cookie.split(';').next().map(str::to_owned);
        serde_json::from_str(&raw.body).expect("the reply of the contract")
    }

    pub(crate) async fn with_session(app: &'a TestApp, person: &Person) -> Self {
        let token = format!("test-{:032x}", app.chance());
        let at = app.now();
        let staff = person.is_staff();
        let second_factor = if staff { SecondFactor::Passed } else { SecondFactor::NotNeeded };
        let session = Session { started_at: at, used_at: at, staff, second_factor, tries: 0 };
        let key = schema::session(person.community, person.id, &secret::digest(token.as_bytes()));
        let item = write(Kind::Session, &key, &session, []).expect("an item");
        let store = &app.ctx().store;
        store.tx().put_any(item).expect("a step").commit().await.expect("a session is written");
        let cookie = format!("__Host-sid={}.{}.{token}", person.community, person.id);
        Self { app, id: Some(person.id), cookie: Some(cookie) }
    }

    /// One call as the contract has it.
    pub async fn call<E: Endpoint>(&self, path: E::Path, query: E::Query, body: E::Body) -> Result<E::Reply, Problem> {
        let body = (!matches!(E::METHOD, wire::Method::Get | wire::Method::Delete)).then(|| serde_json::to_string(&body).expect("json"));
        let raw = self.raw(E::METHOD.as_str(), &E::url(&path, &query), body).await;
        if raw.status == E::SUCCESS {
            let body = if E::SUCCESS == 204 { "null" } else { &raw.body };
            return Ok(serde_json::from_str(body).unwrap_or_else(|error| panic!("{} answers another shape: {error}: {body}", E::PATH)));
        }
        let problem: Problem = serde_json::from_str(&raw.body).unwrap_or_else(|_| panic!("{} {} is no problem: {}", E::PATH, raw.status, raw.body));
        assert_eq!(problem.status, raw.status, "a problem names its own status");
        Err(problem)
    }

    /// Any request with this person's cookie.
    pub async fn raw(&self, method: &str, path: &str, json: Option<String>) -> Raw {
        let headers = json.as_ref().map(|_| ("content-type", "application/json")).into_iter().collect::<Vec<_>>();
        self.raw_with(method, path, &headers, json.unwrap_or_default().into_bytes()).await
    }

    pub async fn raw_with(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Raw {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.app.http.request(method, format!("{}{path}", self.app.url()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        let response = request.body(body).send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Raw { status, headers, body: response.text().await.expect("text") }
    }

    pub fn booking(&self) -> BookingId {
        BookingId::new(self.app.millis(), self.app.chance())
    }
}

impl TestApp {
    /// The newest sign-in code sent to a number.
    pub async fn code_for(&self, phone: &str) -> Option<String> {
        let raw = self.stranger().raw("GET", &format!("/_local/outbox.json?to={phone}"), None).await;
        let messages = raw.json()["messages"].as_array().cloned().unwrap_or_default();
        messages.iter().find_map(|message| message["code"].as_str().map(str::to_owned))
    }

    /// The second factor's next code that was not used yet; moves the clock on if all were.
    pub async fn second_factor(&self, person: PersonId) -> String {
        let found = self.ctx().store.second_factor(self.home_of(person).await, person).await.expect("answers").expect("is enrolled");
        let step = secret::totp_step(self.now());
        let free = step.max(found.last_step + 1);
        if free > step + 1 {
            self.advance(jiff::SignedDuration::from_secs((free - step) * secret::TOTP_SECONDS));
        }
        secret::totp(&found.secret, free).expect("a code")
    }

    async fn home_of(&self, person: PersonId) -> domain::CommunityId {
        let communities = self.ctx().store.all(&schema::communities()).await.expect("communities");
        for item in communities {
            let community: domain::person::Community = store::table::read(item).expect("a community");
            if self.ctx().store.get::<Person>(&schema::person(community.id, person)).await.expect("answers").is_some() {
                return community.id;
            }
        }
        panic!("{person} lives nowhere")
    }
}
