//! The beginning of a community: itself, and the admin who adds everybody else. No endpoint: on AWS the operator
//! calls a function for it (`functions/lambda/src/bin/found.rs`). Saying the same again changes nothing.

use domain::access::Role;
use domain::person::{Community, Language, Person, TextSize};
use domain::{CommunityId, PersonId, Refusal, limits};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use store::identity::{community_item, person_item};
use wire::Code;

use super::create_person::with_account;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::parse;

/// What a community is made from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Founding {
    pub name: String,
    #[serde(default)]
    pub name_en: Option<String>,
    /// An IANA name, as `Asia/Shanghai`.
    pub zone: String,
    /// Of the station, as pages show it.
    pub phone: String,
    pub admin: Admin,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Admin {
    pub name: String,
    pub phone: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Founded {
    pub community: CommunityId,
    pub admin: PersonId,
}

/// A community is told apart by its name: the same name again is the same community, whose admin stays who it is.
/// Refuses: `PhoneTaken` where the admin's number is somebody's already.
pub async fn found(ctx: &Ctx, founding: Founding) -> Result<Founded, Error> {
    let at = ctx.clock.now();
    let (community, admin) = read(ctx, &founding, at)?;
    let founded = Founded {
        community: community.id,
        admin: admin.id,
    };
    if ctx.store.community(community.id).await?.is_some() {
        return Ok(founded);
    }
    let digest = admin.phone.as_deref();
    let digest = digest.map(|phone| ctx.secret.phone_digest(phone));
    if let Some(digest) = digest
        && ctx.store.account(&digest).await?.is_some()
    {
        return Err(Refusal::PhoneTaken.into());
    }
    let tx = ctx.store.tx();
    let tx = tx.put_new(community_item(&community)?, Refusal::Stale)?;
    let tx = tx.put_new(person_item(&admin)?, Refusal::Stale)?;
    with_account(ctx, tx, &admin).await?.commit().await?;
    Ok(founded)
}

fn read(ctx: &Ctx, founding: &Founding, at: jiff::Timestamp) -> Result<(Community, Person), Error> {
    let name = parse::line(&founding.name, limits::NAME_CHARS, "/name")?;
    let name_en = founding.name_en.as_deref();
    let name_en = name_en.map(|name| parse::line(name, limits::NAME_CHARS, "/name_en"));
    if TimeZone::get(&founding.zone).is_err() {
        return Err(Error::invalid(Code::BadValue, "/zone"));
    }
    let id = CommunityId::from_bits(ctx.secret.bits("community", &name));
    let admin = Person {
        id: PersonId::from_bits(ctx.secret.bits("admin", &name)),
        community: id,
        name: parse::line(&founding.admin.name, limits::NAME_CHARS, "/admin/name")?,
        phone: Some(parse::phone(&founding.admin.phone, "/admin/phone")?),
        born: None,
        household: None,
        guardian: None,
        roles: vec![Role::Admin],
        language: Language::Zh,
        text_size: TextSize::Usual,
        created_at: at,
        deleted_at: None,
        kept: Vec::new(),
        ver: 1,
    };
    let community = Community {
        id,
        name,
        name_en: name_en.transpose()?,
        zone: founding.zone.clone(),
        phone: parse::line(&founding.phone, limits::NAME_CHARS, "/phone")?,
    };
    Ok((community, admin))
}
