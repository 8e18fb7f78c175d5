//! Set up and show the second factor (RFC 6238). `EnrolSecondFactor`: admins at their first
//! sign-in, others with the limits of staff when they wish, and whoever had theirs taken away; repeating it before the first code replaces the secret.
//! `VerifySecondFactor`: whoever has one; each code works once.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::sign_in::SecondFactor;
use domain::{Refusal, limits, person};
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::qr::QRBuilder;
use store::identity::SecondFactor as Stored;
use wire::identity::{EnrolSecondFactor, Enrolment, SignedIn, VerifySecondFactor};

use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::secret;

pub async fn enrol(call: Call<EnrolSecondFactor>) -> Outcome<EnrolSecondFactor> {
    let who = &call.who;
    let may = match who.session.second_factor {
        SecondFactor::Enrol => true,
        SecondFactor::NotNeeded => who.person.is_trusted(),
        SecondFactor::Verify | SecondFactor::Passed => false,
    };
    if !may {
        return Err(Refusal::NotAllowed.into());
    }
    let secret = secret::totp_secret();
    let uri = uri(who, &secret);
    let qr = picture(&uri)?;
    let owed = who.session.second_factor == SecondFactor::Enrol;
    call.ctx
        .store
        .enrol(who.community.id, who.person.id, &secret, owed)
        .await?;
    Ok(Answer::new(Enrolment { secret, uri, qr }))
}

pub async fn verify(call: Call<VerifySecondFactor>) -> Outcome<VerifySecondFactor> {
    // Another try counted between our reading and writing sends us back; each round counts one.
    for _ in 0..=limits::SECOND_FACTOR_TRIES {
        match attempt(&call).await {
            Err(Error::Refused(Refusal::Stale)) => {}
            done => return done,
        }
    }
    Err(Refusal::SecondFactorSpent.into())
}

/// One try, counted before its outcome is told. Refuses: `Stale` where another came between.
async fn attempt(call: &Call<VerifySecondFactor>) -> Outcome<VerifySecondFactor> {
    let (store, who) = (&call.ctx.store, &call.who);
    let (com, me, key) = (who.community.id, who.person.id, &who.session_digest);
    let session = store.session(com, me, key).await?;
    let tries = session.ok_or(Refusal::SignedOut)?.tries;
    let factor = store.second_factor(com, me).await?;
    let factor = factor.ok_or(Refusal::NotAllowed)?;
    if tries >= limits::SECOND_FACTOR_TRIES {
        store.end_session(com, me, key).await?;
        return Err(Refusal::SecondFactorSpent.into());
    }
    let Some(step) = step(&factor, call.body.code.trim(), secret::totp_step(call.now)) else {
        store.count_wrong(com, me, key, tries).await?;
        return Err(Refusal::SecondFactorWrong.into());
    };
    store
        .pass_second_factor(com, me, key, tries, &factor, step)
        .await?;
    Ok(Answer::new(SignedIn {
        person: me,
        second_factor: SecondFactor::Passed,
    }))
}

/// The step this code belongs to: now, or one to either side for clocks that differ; none that is
/// spent.
fn step(factor: &Stored, code: &str, now: i64) -> Option<i64> {
    let right = |step: &i64| {
        secret::totp(&factor.secret, *step).is_some_and(|right| secret::same(&right, code))
    };
    (now - 1..=now + 1)
        .filter(|step| *step > factor.last_step)
        .find(right)
}

fn uri(who: &Who, secret: &str) -> String {
    let label = person::masked(who.person.phone.as_deref().unwrap_or_default());
    let label: String = form_urlencoded::byte_serialize(label.as_bytes()).collect();
    format!(
        "otpauth://totp/Linli:{label}?secret={secret}&issuer=Linli&algorithm=SHA1&digits=6&period={}",
        secret::TOTP_SECONDS
    )
}

/// A QR code as an SVG picture in a `data:` address.
fn picture(text: &str) -> Result<String, Error> {
    let code = QRBuilder::new(text).build().map_err(|error| {
        let context = format!("no QR code of {} bytes: {error:?}", text.len());
        Error::from(store::Error::broken(context))
    })?;
    let svg = SvgBuilder::default().to_str(&code);
    Ok(format!(
        "data:image/svg+xml;base64,{}",
        STANDARD.encode(svg)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_works_within_a_step_of_now_and_once() {
        let mut factor = Stored {
            secret: secret::totp_secret(),
            confirmed: false,
            last_step: 0,
            owed: false,
        };
        let code = |step| secret::totp(&factor.secret, step).expect("a code");
        let (early, now, late) = (code(99), code(100), code(101));
        let (long_ago, too_soon) = (code(98), code(102));
        assert_eq!(step(&factor, &early, 100), Some(99));
        assert_eq!(step(&factor, &now, 100), Some(100));
        assert_eq!(step(&factor, &late, 100), Some(101));
        assert_eq!(step(&factor, &long_ago, 100), None);
        assert_eq!(step(&factor, &too_soon, 100), None);
        factor.last_step = 100;
        assert_eq!(step(&factor, &now, 100), None);
        assert_eq!(step(&factor, &early, 100), None);
        assert_eq!(step(&factor, &late, 100), Some(101));
    }

    #[test]
    fn the_picture_is_an_svg() {
        let picture = picture("otpauth://totp/Linli:x?secret=ABC").expect("fits");
        let svg = picture
            .strip_prefix("data:image/svg+xml;base64,")
            .expect("a data address");
        let svg = STANDARD.decode(svg).expect("base64");
        assert!(svg.starts_with(b"<svg"));
    }
}
