//! The code at the door. `GetDoor`, whoever runs the activity.

use domain::activity::Activity;
use domain::hours::{door_step, door_steps, door_until};
use domain::{ActivityId, CommunityId, Refusal};
use jiff::Timestamp;
use wire::points::hours::{Door, GetDoor};

use super::faces::run_by;
use crate::http::{Answer, Call, Outcome};
use crate::secret::{self, Secret};

pub async fn get(call: Call<GetDoor>) -> Outcome<GetDoor> {
    let activity = run_by(&call, call.path.0).await?;
    activity.refuse_cancelled()?;
    let step = door_step(call.now);
    let door = door(activity.community, activity.id);
    let code = call.ctx.secret.door_code(&door, step);
    Ok(Answer::new(Door {
        url: format!("/activities/{}?code={code}", activity.id),
        code,
        valid_until: call.who.moment(door_until(step)),
    }))
}

fn door(com: CommunityId, activity: ActivityId) -> String {
    format!("{com}|{activity}")
}

/// Is this what hangs at the door then? Refuses: `CodeStale`.
pub(super) fn check(
    secret: &Secret,
    activity: &Activity,
    typed: &str,
    at: Timestamp,
) -> Result<(), Refusal> {
    let (door, typed) = (
        door(activity.community, activity.id),
        secret::door_typed(typed),
    );
    let hangs = |step| secret::same(&secret.door_code(&door, step), &typed);
    // Each is compared, whether or not the first was it.
    let fits = door_steps(at).into_iter().map(hangs).filter(|same| *same);
    if fits.count() == 0 {
        return Err(Refusal::CodeStale);
    }
    Ok(())
}
