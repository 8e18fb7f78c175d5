//! What a booking, a person's file and a provider's file look like to whom, word for word. The JSON is
//! under review: `INSTA_UPDATE=always cargo test -p acceptance --test all shown` writes it anew.

use std::collections::BTreeSet;

use acceptance::{Actor, TestApp};
use domain::consent::Purpose;
use jiff::SignedDuration;
use serde_json::{Value, json};
use wire::endpoint::None_;
use wire::market::CreateBooking;

use crate::market::create_booking::{body, slots};

const THINGS: [&str; 3] = ["booking", "person", "provider"];
const READERS: [&str; 3] = ["resident", "provider", "staff"];

fn name(thing: &str, reader: &str) -> String {
    format!("{thing}_to_{reader}")
}

async fn seen(who: &Actor<'_>, path: &str) -> Value {
    let raw = who.raw("GET", path, None).await;
    json!({ "status": raw.status, "body": raw.json() })
}

#[tokio::test]
async fn each_reader_is_shown_what_is_theirs_to_see() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let version = Purpose::ShareContact.version();
    let agree = json!({ "id": app.command(), "given": true, "version": version }).to_string();
    let agreed = wang.raw("PUT", "/v1/me/consents/share_contact", Some(agree));
    assert_eq!(agreed.await.status, 200);
    app.advance(SignedDuration::from_secs(1));
    let service = app.service("配钥匙").await;
    let slot = slots(&wang, &service, 2).await.remove(0);
    let order = body(&wang, &service, &slot);
    let made = wang.call::<CreateBooking>((), None_ {}, order).await;
    let made = made.expect("booked");
    let serving = app.sign_in(&app.phone_of(made.provider).await).await;
    let staff = app.sign_in("13800000201").await;

    let places = [
        format!("/v1/bookings/{}", made.id),
        format!("/v1/people/{}?reason=x", made.resident),
        format!("/v1/providers/{}", made.provider),
    ];
    for (thing, path) in THINGS.iter().zip(&places) {
        for (reader, who) in READERS.iter().zip([&wang, &serving, &staff]) {
            insta::assert_json_snapshot!(name(thing, reader), seen(who, path).await);
        }
    }
    app.stop().await;
}

#[test]
fn every_snapshot_is_compared_with_something() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("all/snapshots");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|file| {
            file.expect("a file")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    let compared = THINGS.iter().flat_map(|thing| {
        let file = move |reader: &&str| format!("all__shown__{}.snap", name(thing, reader));
        READERS.iter().map(file)
    });
    assert_eq!(files, compared.collect::<BTreeSet<String>>());
}
