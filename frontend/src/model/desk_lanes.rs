//! One day's visits as lanes: a row per provider, cut into quarter-hour cells, so that a table
//! can show them to scale. Visits of one provider that overlap get a row each.

use domain::ProviderId;
use domain::limits::CELL_MINUTES;

/// One visit in minutes of the local day; `index`: its place in the list it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    pub index: usize,
    pub provider: ProviderId,
    pub provider_name: String,
    pub from: u16,
    pub to: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    Free { cells: u16 },
    Visit { cells: u16, index: usize },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    pub provider: ProviderId,
    pub name: String,
    pub rows: Vec<Vec<Piece>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub first_hour: u16,
    /// The first hour not shown.
    pub end_hour: u16,
    pub lanes: Vec<Lane>,
}

/// What is shown when nothing is outside of it.
const USUAL: (u16, u16) = (8, 18);

#[must_use]
pub fn schedule(visits: &[Visit]) -> Schedule {
    let first_hour = visits.iter().map(|v| v.from / 60).fold(USUAL.0, u16::min);
    let end_hour = visits
        .iter()
        .map(|v| v.to.div_ceil(60))
        .fold(USUAL.1, u16::max)
        .min(24);
    let mut providers: Vec<(ProviderId, &str)> = visits
        .iter()
        .map(|v| (v.provider, v.provider_name.as_str()))
        .collect();
    providers.sort_unstable_by(|a, b| (a.1, a.0).cmp(&(b.1, b.0)));
    providers.dedup();
    let lanes = providers
        .into_iter()
        .map(|(provider, name)| {
            let mut own: Vec<&Visit> = visits.iter().filter(|v| v.provider == provider).collect();
            own.sort_by_key(|v| (v.from, v.to));
            Lane {
                provider,
                name: name.to_owned(),
                rows: rows(&own, (first_hour * 60, end_hour * 60)),
            }
        })
        .collect();
    Schedule {
        first_hour,
        end_hour,
        lanes,
    }
}

fn rows(visits: &[&Visit], (begin, end): (u16, u16)) -> Vec<Vec<Piece>> {
    let mut rows: Vec<Vec<&Visit>> = Vec::new();
    for visit in visits {
        match rows.iter_mut().find(|row| {
            row.last()
                .is_none_or(|last| ceil(last.to) <= floor(visit.from))
        }) {
            Some(row) => row.push(visit),
            None => rows.push(vec![visit]),
        }
    }
    rows.into_iter()
        .map(|row| pieces(&row, begin, end))
        .collect()
}

fn pieces(row: &[&Visit], begin: u16, end: u16) -> Vec<Piece> {
    let mut out = Vec::with_capacity(row.len() * 2 + 1);
    let mut at = begin;
    for visit in row {
        let (from, to) = (floor(visit.from), ceil(visit.to).min(end));
        if from > at {
            out.push(Piece::Free {
                cells: (from - at) / CELL_MINUTES,
            });
        }
        out.push(Piece::Visit {
            cells: (to.saturating_sub(from) / CELL_MINUTES).max(1),
            index: visit.index,
        });
        at = to.max(from + CELL_MINUTES);
    }
    if at < end {
        out.push(Piece::Free {
            cells: (end - at) / CELL_MINUTES,
        });
    }
    out
}

fn floor(minute: u16) -> u16 {
    minute / CELL_MINUTES * CELL_MINUTES
}

fn ceil(minute: u16) -> u16 {
    minute.div_ceil(CELL_MINUTES) * CELL_MINUTES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(index: usize, provider: u128, from: u16, to: u16) -> Visit {
        Visit {
            index,
            provider: ProviderId::from_bits(provider),
            provider_name: format!("测试·{provider}"),
            from,
            to,
        }
    }

    #[test]
    fn a_lane_per_provider_to_scale() {
        let day = schedule(&[
            visit(0, 2, 600, 660),
            visit(1, 1, 480, 525),
            visit(2, 2, 540, 600),
        ]);
        assert_eq!((day.first_hour, day.end_hour, day.lanes.len()), (8, 18, 2));
        assert_eq!(
            day.lanes[0].rows,
            [vec![
                Piece::Visit { cells: 3, index: 1 },
                Piece::Free { cells: 37 }
            ]]
        );
        let second = [
            Piece::Free { cells: 4 },
            Piece::Visit { cells: 4, index: 2 },
            Piece::Visit { cells: 4, index: 0 },
            Piece::Free { cells: 28 },
        ];
        assert_eq!(day.lanes[1].rows, [second.to_vec()]);
    }

    #[test]
    fn early_and_late_visits_widen_the_day_and_overlaps_stack() {
        let day = schedule(&[
            visit(0, 1, 360, 420),
            visit(1, 1, 400, 460),
            visit(2, 1, 1380, 1500),
        ]);
        assert_eq!((day.first_hour, day.end_hour), (6, 24));
        assert_eq!(day.lanes[0].rows.len(), 2);
        for row in &day.lanes[0].rows {
            let cells: u16 = row
                .iter()
                .map(|p| match p {
                    Piece::Free { cells } | Piece::Visit { cells, .. } => *cells,
                })
                .sum();
            assert_eq!(cells, 18 * 4);
        }
    }

    #[test]
    fn an_empty_day_has_no_lanes() {
        assert_eq!(
            schedule(&[]),
            Schedule {
                first_hour: 8,
                end_hour: 18,
                lanes: Vec::new()
            }
        );
    }
}
