//! Import providers. `ImportProviders`, vetting staff; safe to repeat: what was taken is known then.
//! Their file starts as applied, like anybody's; somebody still looks at the papers.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::PersonId;
use wire::Code;
use wire::market::{ImportMode, ImportProviders};

use super::columns::Columns;
use super::provider_row::{COLUMNS, KIND, NAME, PHONE, Wanted, parse};
use super::report::{Judged, Opened, Verdict, checked, report, taken};
use super::seen::{Seen, look};
use super::take_provider::{Importer, take};
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::rates;

pub async fn run(call: Call<ImportProviders>) -> Outcome<ImportProviders> {
    let file = Opened::of(call.file.clone(), COLUMNS).await?;
    let rows = judge(&call, &file).await?;
    let rows = match call.query.mode.unwrap_or(ImportMode::Check) {
        ImportMode::Check => checked(rows),
        ImportMode::Take => {
            let importer = Arc::new(Importer {
                ctx: call.ctx.clone(),
                columns: Arc::clone(&file.columns),
                who: call.who.person.clone(),
                community: call.who.community.id,
                zone: call.who.zone.clone(),
                now: call.now,
            });
            taken(rows, |(wanted, seen)| {
                take(Arc::clone(&importer), wanted, seen)
            })
            .await?
        }
    };
    Ok(Answer::new(report(file.read_as, rows)))
}

type Todo = (Wanted, Seen);

async fn judge(call: &Call<ImportProviders>, file: &Opened) -> Result<Vec<Judged<Todo>>, Error> {
    let parsed: Vec<_> = file
        .rows
        .iter()
        .map(|row| parse(&file.columns, row))
        .collect();
    let phones = parsed.iter().flatten().map(|wanted| wanted.phone.clone());
    let phones: BTreeSet<String> = phones.collect();
    let phones: Vec<String> = phones.into_iter().collect();
    rates::ask_about_file(call, phones.len()).await?;
    let seen = look(&call.ctx, call.who.community.id, &phones).await?;
    let mut earlier = BTreeSet::new();
    let rows = file.rows.iter().zip(parsed).map(|(row, parsed)| {
        let verdict = match parsed {
            Err(flaw) => Verdict::Refused(flaw),
            Ok(wanted) if earlier.contains(&wanted.phone) => {
                Verdict::Refused(file.columns.flaw(&PHONE, Code::RowTwice))
            }
            Ok(wanted) => {
                let seen = &seen[&wanted.phone];
                let verdict = decide(&file.columns, &wanted, seen, call.who.person.id);
                // A row that is refused does not stand in the way of its corrected twin.
                if !matches!(verdict, Verdict::Refused(_)) {
                    earlier.insert(wanted.phone.clone());
                }
                match verdict {
                    Verdict::Take(()) => Verdict::Take((wanted, seen.clone())),
                    Verdict::Known => Verdict::Known,
                    Verdict::Refused(flaw) => Verdict::Refused(flaw),
                }
            }
        };
        file.named(row, &NAME, verdict)
    });
    Ok(rows.collect())
}

/// `who`: the one who imports; nobody vouches for their own papers.
#[must_use]
pub fn decide(columns: &Columns, wanted: &Wanted, seen: &Seen, who: PersonId) -> Verdict<()> {
    let refused = |column, code| Verdict::Refused(columns.flaw(column, code));
    if let Some(file) = &seen.file {
        return match wanted.differs(file) {
            None => Verdict::Known,
            Some(column) => refused(column, Code::Differs),
        };
    }
    match &seen.person {
        Some(person) if person.id == who && wanted.paper.is_some() => {
            refused(&KIND, Code::NotAllowed)
        }
        // Also where the number is somebody's of another community: nobody learns of that here.
        _ => Verdict::Take(()),
    }
}
