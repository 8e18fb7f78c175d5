//! How it stands with the desk. `GetCareBoard`: those who work on cases. Counts, and who is to be visited.

use std::collections::BTreeSet;

use domain::care::Board;
use domain::watch::deadline::is_late;
use wire::Endpoint;
use wire::care::{CareBoardView, GetCareBoard, OwnerCount, StageCount, VisitDue};

use super::faces::Faces;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::views;

/// Of those who are to be visited, as many are shown.
const VISITS: usize = 100;

pub async fn get(call: Call<GetCareBoard>) -> Outcome<GetCareBoard> {
    Ok(Answer::new(board(&call).await?))
}

async fn board(call: &Call<GetCareBoard>) -> Result<CareBoardView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let cases = ctx.store.open_cases(com).await?;
    let mut visits = ctx.store.visits_due(com, at).await?;
    visits.truncate(VISITS);
    let swept_at = ctx.store.sweep_mark(com).await?;
    let board = Board::of(&cases, at);
    let people: Vec<_> = visits.iter().map(|file| file.person).collect();
    views::log_all(ctx, who, &people, GetCareBoard::NAME, "", at).await?;
    let mut ids: BTreeSet<_> = people.into_iter().collect();
    ids.extend(board.by_owner.keys().flatten());
    let faces = Faces::of(ctx, com, ids).await?;
    let stages = board.by_stage.iter();
    let stages = stages.map(|(stage, cases)| StageCount {
        stage: *stage,
        cases: *cases,
    });
    let owners = board.by_owner.iter();
    let owners = owners.map(|(owner, cases)| OwnerCount {
        owner: *owner,
        owner_name: faces.named(*owner),
        cases: *cases,
    });
    let visits = visits.iter().filter_map(|file| {
        Some(VisitDue {
            person: file.person,
            person_name: faces.name(file.person),
            room: faces.room(file.person),
            tier: file.tier(),
            due: who.moment(file.visit_due()?),
        })
    });
    Ok(CareBoardView {
        open: board.open,
        overdue: board.overdue,
        stages: stages.collect(),
        owners: owners.collect(),
        visits: visits.collect(),
        swept_late: is_late(swept_at.map(|mark| mark.at), at),
    })
}
