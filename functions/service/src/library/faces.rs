//! What pages show of titles, copies, loans and readers.

use std::collections::BTreeMap;

use domain::access::Act;
use domain::availability::local_day;
use domain::consent::Purpose;
use domain::library::{
    Borrower, Copy, CopyState, Hold, Loan, Reader, ReaderKind, Rules, Shelf, Title, decide,
};
use domain::person::Person;
use domain::{PersonId, Refusal, TitleId};
use jiff::Timestamp;
use jiff::civil::Date;
use wire::Problem;
use wire::library::catalogue::{CopyView, TitleRow, TitleView};
use wire::library::loans::{HoldView, LoanView, OverrideBody};

use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::Who;
use crate::identity::voice::Voice;

/// Whom a call is about, and in whose voice: oneself, a child one decides for, or at the desk anybody.
/// Refuses: `Missing`.
pub async fn whose(
    ctx: &Ctx,
    who: &Who,
    person: Option<PersonId>,
    at: Timestamp,
) -> Result<(Person, Voice), Error> {
    let id = person.unwrap_or(who.person.id);
    if id == who.person.id {
        return Ok((who.person.clone(), Voice::Own));
    }
    let person = ctx.store.living(who.community.id, id).await?;
    let guardian = person.guardian_on(local_day(at, &who.zone));
    match () {
        () if guardian == Some(who.person.id) => Ok((person, Voice::Guardian)),
        () if who.may(Act::LendBooks) => Ok((person, Voice::Staff)),
        () => Err(Refusal::Missing.into()),
    }
}

/// Those behind the same door whom somebody decides for, by name.
pub async fn wards(ctx: &Ctx, who: &Who, today: Date) -> Result<Vec<Person>, Error> {
    let com = who.community.id;
    let home = match who.person.household {
        Some(id) => ctx.store.household(com, id).await?,
        None => None,
    };
    let behind_the_door = home.map(|home| home.people).unwrap_or_default();
    let mut people = ctx.store.people_among(com, &behind_the_door).await?;
    people.retain(|person| person.guardian_on(today) == Some(who.person.id));
    people.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    Ok(people)
}

#[must_use]
pub fn kind(person: &Person, today: Date) -> ReaderKind {
    match person.is_child(today) {
        true => ReaderKind::Child,
        false => ReaderKind::Adult,
    }
}

/// Of what kind a reader is, and whether it is agreed that they borrow.
pub async fn borrower(ctx: &Ctx, person: &Person, today: Date) -> Result<Borrower, Error> {
    let kind = kind(person, today);
    let agreed = match kind {
        ReaderKind::Adult => true,
        ReaderKind::Child => {
            let (com, purpose) = (person.community, Purpose::BorrowBooks);
            ctx.store.consents_to(com, person.id, purpose).await?
        }
    };
    Ok(Borrower { kind, agreed })
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[must_use]
pub fn title_row(title: &Title, shelf: &Shelf) -> TitleRow {
    let withdrawn = shelf.count(CopyState::Withdrawn);
    TitleRow {
        id: title.id,
        name: title.name.clone(),
        authors: title.authors.clone(),
        publisher: title.publisher.clone(),
        isbn: title.isbn.clone(),
        class: title.class.clone(),
        kind: title.kind,
        copies: small(shelf.copies.len() - withdrawn),
        free: small(shelf.count(CopyState::Available)),
        waiting: small(shelf.queue.len()),
    }
}

/// `reader`: what the one whom the page is for has; they see their own loan and reservation.
#[must_use]
pub fn title_view(who: &Who, title: &Title, shelf: &Shelf, reader: &Reader) -> TitleView {
    let copies = shelf.copies.iter();
    let copies: Vec<CopyView> = copies
        .filter(|copy| copy.state != CopyState::Withdrawn || who.may(Act::KeepBooks))
        .map(|copy| copy_view(who, shelf, copy, reader))
        .collect();
    let queued = shelf.queue.iter().map(|one| (one.reader, one.hold));
    let kept = shelf.copies.iter().filter_map(|copy| copy.kept);
    let mut holds = queued.chain(kept.map(|kept| (kept.reader, kept.hold)));
    let free = shelf.count(CopyState::Available);
    let back = shelf.copies.iter().filter_map(|copy| copy.due).min();
    TitleView {
        id: title.id,
        name: title.name.clone(),
        other_name: title.other_name.clone(),
        authors: title.authors.clone(),
        publisher: title.publisher.clone(),
        published: title.published.clone(),
        isbn: title.isbn.clone(),
        class: title.class.clone(),
        subjects: title.subjects.clone(),
        about: title.about.clone(),
        kind: title.kind,
        copies,
        free: small(free),
        waiting: small(shelf.queue.len()),
        hold: holds
            .find(|(whose, _)| *whose == reader.person)
            .map(|(_, hold)| hold),
        lent: shelf.lendable() > 0,
        back_on: back.filter(|_| free == 0),
        ver: title.ver,
    }
}

#[must_use]
pub fn copy_view(who: &Who, shelf: &Shelf, copy: &Copy, reader: &Reader) -> CopyView {
    let theirs = |id: &domain::LoanId| reader.loans.iter().any(|out| out.loan == *id);
    CopyView {
        barcode: copy.barcode.clone(),
        title: shelf.title,
        state: copy.state,
        due: copy.due,
        loan: copy.loan.filter(|id| theirs(id) || who.may(Act::LendBooks)),
        changed_at: who.moment(copy.changed_at),
        ver: shelf.ver,
    }
}

/// What a page of loans or reservations is made from, read once.
pub struct Faces {
    titles: BTreeMap<TitleId, Title>,
    shelves: BTreeMap<TitleId, Shelf>,
    people: BTreeMap<PersonId, Person>,
    rules: Rules,
    today: Date,
}

impl Faces {
    pub async fn of(
        ctx: &Ctx,
        who: &Who,
        titles: impl IntoIterator<Item = TitleId>,
        people: impl IntoIterator<Item = PersonId>,
        at: Timestamp,
    ) -> Result<Self, Error> {
        let com = who.community.id;
        let (titles, people) = (once_each(titles), once_each(people));
        let store = &ctx.store;
        let (found, shelves, people, rules) = tokio::try_join!(
            store.titles_among(com, &titles),
            store.shelves_among(com, &titles),
            store.people_among(com, &people),
            store.library_rules(com),
        )?;
        Ok(Self {
            titles: found.into_iter().map(|one| (one.id, one)).collect(),
            shelves: shelves.into_iter().map(|one| (one.title, one)).collect(),
            people: people.into_iter().map(|one| (one.id, one)).collect(),
            rules,
            today: local_day(at, &who.zone),
        })
    }

    pub async fn of_loans(
        ctx: &Ctx,
        who: &Who,
        loans: &[Loan],
        at: Timestamp,
    ) -> Result<Self, Error> {
        let titles = loans.iter().map(|loan| loan.title);
        let people = loans.iter().filter_map(|loan| loan.reader);
        Self::of(ctx, who, titles, people, at).await
    }

    pub async fn of_holds(
        ctx: &Ctx,
        who: &Who,
        holds: &[Hold],
        at: Timestamp,
    ) -> Result<Self, Error> {
        let titles = holds.iter().map(|hold| hold.title);
        let people = holds.iter().map(|hold| hold.reader);
        Self::of(ctx, who, titles, people, at).await
    }

    #[must_use]
    pub fn title_name(&self, id: TitleId) -> String {
        let title = self.titles.get(&id);
        title.map(|title| title.name.clone()).unwrap_or_default()
    }

    /// Empty where they left.
    #[must_use]
    pub fn name(&self, id: PersonId) -> String {
        let person = self.people.get(&id);
        person.map(|person| person.name.clone()).unwrap_or_default()
    }

    /// Why it cannot be renewed now, if it cannot.
    fn not_renewable(&self, loan: &Loan) -> Option<Refusal> {
        let person = loan.reader.and_then(|id| self.people.get(&id));
        let kind = person.map_or(ReaderKind::Adult, |person| kind(person, self.today));
        let empty = Shelf::empty(loan.title);
        let shelf = self.shelves.get(&loan.title).unwrap_or(&empty);
        let renewed = decide::renew(loan, shelf, kind, &self.rules, self.today);
        renewed.err()
    }

    #[must_use]
    pub fn loan(&self, who: &Who, loan: &Loan) -> LoanView {
        let title = self.titles.get(&loan.title);
        let why_not = self.not_renewable(loan).map(Problem::from);
        let set_aside = loan.overridden.as_ref().map(|one| OverrideBody {
            act: one.act,
            comment: one.comment.clone(),
        });
        LoanView {
            id: loan.id,
            barcode: loan.barcode.clone(),
            title: loan.title,
            title_name: self.title_name(loan.title),
            authors: title.map(|title| title.authors.clone()).unwrap_or_default(),
            reader: loan.reader,
            reader_name: loan.reader.map(|id| self.name(id)).unwrap_or_default(),
            state: loan.state,
            lent_at: who.moment(loan.lent_at),
            due: loan.due,
            late: loan.is_late(&self.rules, self.today),
            renewals: loan.renewals,
            can_renew: why_not.is_none(),
            not_renewable: why_not,
            returned_at: loan.ended_at.map(|at| who.moment(at)),
            r#override: set_aside.filter(|_| who.may(Act::LendBooks)),
            ver: loan.ver,
        }
    }

    #[must_use]
    pub fn hold(&self, who: &Who, hold: &Hold) -> HoldView {
        let shelf = self.shelves.get(&hold.title);
        HoldView {
            id: hold.id,
            title: hold.title,
            title_name: self.title_name(hold.title),
            reader: hold.reader,
            reader_name: self.name(hold.reader),
            state: hold.state,
            made_at: who.moment(hold.created_at),
            before: shelf.and_then(|shelf| shelf.before(hold.id)).map(small),
            barcode: hold.barcode.clone(),
            until: hold.until,
            ver: hold.ver,
        }
    }
}

fn once_each<T: Ord>(ids: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut ids: Vec<T> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
