//! A part of a file into the table: what is there is known, what is not is taken, in one transaction
//! with what became of each row.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::library::{
    ImportState, LedgerEvent, Line, RowOutcome, Rules, Shelf, Title, Wish, barcode, search::alike,
};
use domain::{CommunityId, Refusal, TitleId, limits};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use store::library::{Change, ImportRow, LibraryImport, LibraryPart};
use store::market::Beside;
use store::schema::Item;
use store::table::read;
use tokio::time::Instant;
use wire::Code;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::library::catalogue::Catalogue;
use crate::library::intake::number;
use crate::library::moves::{holds, line, when};
use crate::points::Within;
use crate::points::tries::until_settled;

/// How long one pass of the sweeper works at one import; others are due as well.
const PASS: Duration = Duration::from_secs(15);
/// Copies of a title that others wait for that are handed out in one transaction.
const HANDED: usize = 10;

/// An import that has rows left. The index only nominates.
pub async fn resume(ctx: &Ctx, within: &Within<'_>, item: Item) -> Result<bool, Error> {
    let nominated: LibraryImport = read(item)?;
    let before = ctx
        .store
        .library_import(within.community, nominated.id)
        .await?;
    match before.filter(|import| import.state == ImportState::Running) {
        Some(import) => go_on(ctx, within, import, PASS).await.map(|_| true),
        None => Ok(false),
    }
}

/// Part after part, until it ends or the time is over.
pub async fn go_on(
    ctx: &Ctx,
    within: &Within<'_>,
    mut import: LibraryImport,
    time: Duration,
) -> Result<LibraryImport, Error> {
    let begun = Instant::now();
    while import.state == ImportState::Running && begun.elapsed() < time {
        import = until_settled!(part(ctx, within, &import))?;
    }
    Ok(import)
}

/// The next part. Refuses: `Stale`.
async fn part(
    ctx: &Ctx,
    within: &Within<'_>,
    import: &LibraryImport,
) -> Result<LibraryImport, Error> {
    let com = within.community;
    let now = ctx.store.library_import(com, import.id).await?;
    let now = now.ok_or(Refusal::Stale)?;
    if now.state != ImportState::Running {
        return Ok(now);
    }
    let part = ctx.store.library_part(com, now.id, now.next_part).await?;
    let part = part.ok_or_else(|| store::Error::broken("a part of an import is gone"))?;
    let at = ctx.clock.now();
    let catalogue = ctx.catalogues.fresh(ctx, com, at).await?;
    let mut work = Work::of(ctx, within, &catalogue, &part, at).await?;
    let mut rows = Vec::with_capacity(part.rows.len());
    for row in part.rows {
        rows.push(work.row(row).await?);
    }
    let after = counted(now, &rows, work.copies, at);
    let part = LibraryPart {
        rows,
        ver: part.ver + 1,
        ..part
    };
    let changes: Vec<Change> = work
        .drafts
        .into_values()
        .filter_map(Draft::change)
        .collect();
    let taken = ctx.store.take_library_part(&after, &part, &changes).await;
    taken.map_err(|error| match error {
        // Somebody took the same book in at that moment: it is there now.
        store::Error::Refused(_) => store::Error::Refused(Refusal::Stale),
        error => error,
    })?;
    for title in changes.iter().filter_map(|change| change.title.as_ref()) {
        catalogue.put(title);
    }
    Ok(after)
}

fn counted(import: LibraryImport, rows: &[ImportRow], copies: u32, at: Timestamp) -> LibraryImport {
    let count = |outcome| {
        let own = rows.iter().filter(|row| !row.goes_on);
        own.filter(|row| row.outcome == Some(outcome))
            .map(|_| 1)
            .sum::<u32>()
    };
    let next_part = import.next_part + 1;
    let done = next_part >= import.parts;
    LibraryImport {
        next_part,
        taken: import.taken + count(RowOutcome::Taken),
        known: import.known + count(RowOutcome::Known),
        refused: import.refused + count(RowOutcome::Refused),
        copies: import.copies + copies,
        state: if done {
            ImportState::Done
        } else {
            import.state
        },
        ended_at: done.then_some(at),
        ver: import.ver + 1,
        ..import
    }
}

/// A title with what a part brings to it.
struct Draft {
    title: Title,
    new: bool,
    shelf: Shelf,
    labels: Vec<String>,
    lines: Vec<Line>,
}

impl Draft {
    fn change(self) -> Option<Change> {
        let copies = !self.labels.is_empty();
        (self.new || copies).then(|| Change {
            title: self.new.then_some(self.title),
            shelf: copies.then_some(self.shelf),
            labels: self.labels,
            lines: self.lines,
            ..Change::default()
        })
    }
}

/// What is known while a part is looked at.
struct Work<'w> {
    ctx: &'w Ctx,
    within: &'w Within<'w>,
    rules: Rules,
    at: Timestamp,
    /// Titles that are there, or come with this part.
    drafts: BTreeMap<TitleId, Draft>,
    /// By what a title is the same.
    same: BTreeMap<String, TitleId>,
    labels: BTreeMap<String, TitleId>,
    copies: u32,
}

/// The id of a title that comes from a file, however often it does.
fn title_id(com: CommunityId, same_by: &str) -> TitleId {
    let sum: [u8; 32] = Sha256::digest(format!("import|title|{com}|{same_by}")).into();
    let bits = sum[..16]
        .iter()
        .fold(0, |bits, byte| bits << 8 | u128::from(*byte));
    TitleId::from_bits(bits)
}

impl<'w> Work<'w> {
    async fn of(
        ctx: &'w Ctx,
        within: &'w Within<'w>,
        catalogue: &Catalogue,
        part: &LibraryPart,
        at: Timestamp,
    ) -> Result<Self, Error> {
        let com = within.community;
        let wishes: Vec<&Wish> = part
            .rows
            .iter()
            .filter_map(|row| row.wish.as_ref())
            .collect();
        let isbns: BTreeSet<String> = wishes
            .iter()
            .filter_map(|wish| wish.isbn)
            .map(|isbn| isbn.to_string())
            .collect();
        let isbns: Vec<String> = isbns.into_iter().collect();
        let codes: BTreeSet<&String> = wishes.iter().flat_map(|wish| &wish.labels).collect();
        let codes: Vec<String> = codes.into_iter().cloned().collect();
        let (by_isbn, by_label, rules) = tokio::try_join!(
            ctx.store.titles_of_isbns(com, &isbns),
            ctx.store.titles_of_labels(com, &codes),
            ctx.store.library_rules(com),
        )?;
        let pairs = |names: Vec<String>, ids: Vec<Option<TitleId>>| -> BTreeMap<String, TitleId> {
            let pairs = names.into_iter().zip(ids);
            pairs.filter_map(|(name, id)| Some((name, id?))).collect()
        };
        let mut same = pairs(isbns, by_isbn);
        let labels = pairs(codes, by_label);
        let mut ids: BTreeSet<TitleId> = same.values().copied().collect();
        for wish in &wishes {
            let same_by = wish.same_by();
            ids.insert(title_id(com, &same_by));
            if wish.isbn.is_none()
                && let Some(id) = catalogue.like(&same_by)
            {
                same.insert(same_by, id);
                ids.insert(id);
            }
        }
        let ids: Vec<TitleId> = ids.into_iter().collect();
        let titles = ctx.store.titles_among(com, &ids).await?;
        let ids: Vec<TitleId> = titles.iter().map(|title| title.id).collect();
        let shelves = ctx.store.shelves_among(com, &ids).await?;
        let drafts = titles.into_iter().zip(shelves).map(|(title, shelf)| {
            let draft = Draft {
                new: false,
                shelf,
                labels: Vec::new(),
                lines: Vec::new(),
                title,
            };
            (draft.title.id, draft)
        });
        let mut work = Self {
            drafts: drafts.collect(),
            ctx,
            within,
            rules,
            at,
            same,
            labels,
            copies: 0,
        };
        let there = &work.drafts;
        work.same.retain(|_, id| there.contains_key(id));
        Ok(work)
    }

    async fn row(&mut self, row: ImportRow) -> Result<ImportRow, Error> {
        let Some(wish) = row.wish else {
            let outcome = Some(RowOutcome::Refused);
            return Ok(ImportRow { outcome, ..row });
        };
        let (outcome, code) = match self.wish(wish).await? {
            Ok(true) => (RowOutcome::Taken, None),
            Ok(false) => (RowOutcome::Known, None),
            Err(code) => (RowOutcome::Refused, Some(code.as_str().to_owned())),
        };
        Ok(ImportRow {
            wish: None,
            outcome: Some(outcome),
            code,
            ..row
        })
    }

    /// Answers whether anything comes of it, or why not.
    async fn wish(&mut self, wish: Wish) -> Result<Result<bool, Code>, Error> {
        let com = self.within.community;
        let same_by = wish.same_by();
        let made = title_id(com, &same_by);
        let known = self.same.get(&same_by).copied();
        let known = known.or_else(|| self.drafts.contains_key(&made).then_some(made));
        let id = known.unwrap_or(made);
        if wish
            .labels
            .iter()
            .any(|label| self.labels.get(label).is_some_and(|on| *on != id))
        {
            return Ok(Err(Code::LabelTaken));
        }
        let mut labels: Vec<String> = wish.labels.clone();
        labels.retain(|label| !self.labels.contains_key(label));
        let has = self
            .drafts
            .get(&id)
            .map_or(0, |draft| draft.shelf.copies.len());
        for _ in 0..wish.to_draw(has) {
            labels.push(self.drawn(&labels));
        }
        if has + labels.len() > limits::TITLE_COPIES {
            return Ok(Err(Code::TitleFull));
        }
        let changes = known.is_none() || !labels.is_empty();
        if known.is_none() {
            let alike = alike(&wish.name, &wish.authors, &wish.publisher);
            self.same.entry(alike).or_insert(id);
            let draft = Draft {
                title: title(wish, (id, com), self.at),
                new: true,
                shelf: Shelf::empty(id),
                labels: Vec::new(),
                lines: Vec::new(),
            };
            self.drafts.insert(id, draft);
            self.same.insert(same_by, id);
        }
        for label in &labels {
            self.labels.insert(label.clone(), id);
        }
        self.copies += u32::try_from(labels.len()).unwrap_or(0);
        self.take_in(id, labels).await?;
        Ok(Ok(changes))
    }

    /// A label that nobody has, as far as is known here.
    fn drawn(&self, besides: &[String]) -> String {
        loop {
            let label = barcode::label(number(self.ctx));
            if !self.labels.contains_key(&label) && !besides.contains(&label) {
                return label;
            }
        }
    }

    async fn take_in(&mut self, id: TitleId, labels: Vec<String>) -> Result<(), Error> {
        let (ctx, within, at) = (self.ctx, self.within, self.at);
        let when = when(within, &self.rules, at);
        let Some(draft) = self.drafts.get_mut(&id) else {
            return Ok(());
        };
        if draft.shelf.queue.is_empty() {
            let ver = draft.shelf.ver;
            let begun = !draft.labels.is_empty();
            for label in labels {
                let shelf = draft.shelf.clone();
                let (after, _) = shelf.take_in(label.clone(), when)?;
                draft.shelf = after;
                draft
                    .lines
                    .push(line(&draft.title, &label, LedgerEvent::TakenIn, at));
                draft.labels.push(label);
            }
            // All copies of a part are one move.
            if !draft.labels.is_empty() {
                draft.shelf.ver = if begun { ver } else { ver + 1 };
            }
            return Ok(());
        }
        // Others wait for it: they are told, and each few copies are a move of their own.
        for some in labels.chunks(HANDED) {
            let mut change = Change::default();
            let mut beside = Beside::default();
            let ver = draft.shelf.ver + 1;
            for label in some {
                let shelf = draft.shelf.clone();
                let (after, next) = shelf.take_in(label.clone(), when)?;
                draft.shelf = after;
                let told =
                    holds(ctx, within, &draft.title, (None, None, next.as_ref()), at).await?;
                change.holds.extend(told.after);
                beside.notices.extend(told.told);
                change
                    .lines
                    .push(line(&draft.title, label, LedgerEvent::TakenIn, at));
                change.labels.push(label.clone());
            }
            draft.shelf.ver = ver;
            change.shelf = Some(draft.shelf.clone());
            ctx.store
                .write_library(within.community, &change, &beside)
                .await?;
            ctx.relay_bell.notify_one();
        }
        Ok(())
    }
}

fn title(wish: Wish, (id, community): (TitleId, CommunityId), changed_at: Timestamp) -> Title {
    Title {
        id,
        community,
        name: wish.name,
        other_name: wish.other_name,
        authors: wish.authors,
        publisher: wish.publisher,
        published: wish.published,
        isbn: wish.isbn.map(|isbn| isbn.to_string()),
        class: wish.class,
        subjects: wish.subjects,
        about: wish.about,
        kind: wish.kind,
        changed_at,
        ver: 1,
    }
}
