//! One person's file, whole. `GetPerson`, staff, with a reason; every time it is opened stands in the
//! person's log of views before the answer leaves.

use domain::limits;
use wire::identity::GetPerson;

use crate::http::{Answer, Call, Outcome};
use crate::identity::people::{Number, file};
use crate::identity::views;
use crate::parse;

pub async fn get_person(call: Call<GetPerson>) -> Outcome<GetPerson> {
    let (ctx, who, (id,)) = (&call.ctx, &call.who, call.path);
    let person = ctx.store.living(who.community.id, id).await?;
    let reason = call.query.reason.as_deref().unwrap_or_default();
    let reason = parse::line(reason, limits::LINE_CHARS, "?reason")?;
    views::log(ctx, who, id, "GetPerson", &reason, call.now).await?;
    Ok(Answer::new(file(ctx, who, person, Number::Whole).await?))
}
