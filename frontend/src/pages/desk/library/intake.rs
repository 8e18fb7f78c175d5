//! Taking books in: scan the ISBN; what is known needs one press or the next scan, what is new its name;
//! print the labels.

use domain::isbn::Isbn;
use domain::library::{ItemKind, Scanned, scanned};
use domain::{CommandId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::library::Typed;
use wire::library::catalogue::{
    CreateCopies, CreateCopiesBody, FoundView, GetCopy, IntakeView, PickUpView, TitleFields,
};
use wire::{Code, Problem};

use super::super::ask::Attempt;
use super::labels::{PRINTED, sheet};
use crate::browser::focus;
use crate::i18n::{named, texts};
use crate::model::desk_activity::number;
use crate::model::library::{authors, scanned as lines};
use crate::model::scan::Wanted;
use crate::model::when;
use crate::pages::library::code::CodeForm;
use crate::ui::{
    Button, Draft, Field, Kind, LinkButton, Note, Page, Select, Send, TroubleNote, say,
};
use crate::{api, t};

/// What is typed of a title.
#[derive(Clone, Copy)]
pub struct Typing {
    name: RwSignal<String>,
    authors: RwSignal<String>,
    publisher: RwSignal<String>,
    published: RwSignal<String>,
    class: RwSignal<String>,
    isbn: RwSignal<String>,
    kind: RwSignal<String>,
}

impl Typing {
    #[must_use]
    pub fn of(fields: &TitleFields) -> Self {
        Self {
            name: RwSignal::new(fields.name.clone()),
            authors: RwSignal::new(fields.authors.join(t!(library.titles.and))),
            publisher: RwSignal::new(fields.publisher.clone()),
            published: RwSignal::new(fields.published.clone()),
            class: RwSignal::new(fields.class.clone()),
            isbn: RwSignal::new(fields.isbn.clone().unwrap_or_default()),
            kind: RwSignal::new(fields.kind.to_string()),
        }
    }

    /// With what is not asked for as it was.
    #[must_use]
    pub fn fields(self, kept: TitleFields) -> TitleFields {
        let text = |signal: RwSignal<String>| signal.get_untracked().trim().to_owned();
        TitleFields {
            name: text(self.name),
            authors: authors(&self.authors.get_untracked()),
            publisher: text(self.publisher),
            published: text(self.published),
            class: text(self.class),
            isbn: Some(text(self.isbn)).filter(|isbn| !isbn.is_empty()),
            kind: self.kind.get_untracked().parse().unwrap_or(kept.kind),
            ..kept
        }
    }

    /// What can be said to be wrong without asking, at its field.
    #[must_use]
    pub fn flaw(self) -> Option<Problem> {
        if self.name.with_untracked(|name| name.trim().is_empty()) {
            return Some(Problem::new(Code::EmptyText).at("/fields/name"));
        }
        let isbn = self.isbn.get_untracked();
        let wrong = !isbn.trim().is_empty() && isbn.trim().parse::<Isbn>().is_err();
        wrong.then(|| Problem::new(Code::BadIsbn).at("/fields/isbn"))
    }

    fn clear(self) {
        for signal in [
            self.name,
            self.authors,
            self.publisher,
            self.published,
            self.class,
            self.isbn,
        ] {
            signal.set(String::new());
        }
        self.kind.set(ItemKind::default().to_string());
    }
}

/// Nothing is known yet.
fn unknown() -> TitleFields {
    TitleFields {
        name: String::new(),
        other_name: String::new(),
        authors: Vec::new(),
        publisher: String::new(),
        published: String::new(),
        isbn: None,
        class: String::new(),
        subjects: Vec::new(),
        about: String::new(),
        kind: ItemKind::default(),
    }
}

/// With `isbn`, that can be typed as well; `open`: what is seldom needed is in sight from the beginning.
#[component]
pub fn Form(
    form: Typing,
    send: Send,
    at: &'static str,
    #[prop(optional)] isbn: bool,
    #[prop(optional)] open: bool,
) -> AnyView {
    let pointer = move |name: &str| -> &'static str {
        match (at, name) {
            ("/fields", "name") => "/fields/name",
            ("/fields", "authors") => "/fields/authors",
            ("/fields", "publisher") => "/fields/publisher",
            ("/fields", "published") => "/fields/published",
            ("/fields", "class") => "/fields/class",
            ("/fields", "isbn") => "/fields/isbn",
            ("/fields", "kind") => "/fields/kind",
            _ => "",
        }
    };
    let problem = send.problem;
    let kinds = ItemKind::ALL
        .iter()
        .map(|kind| {
            let words = named(texts::desk_library::item_kind::ALL, kind.as_str());
            (kind.to_string(), words)
        })
        .collect();
    let seldom = ["published", "class", "isbn", "kind"].map(pointer);
    let wrong_inside = move || {
        let at = problem.with(|one| one.as_ref().and_then(|one| one.pointer.clone()));
        at.is_some_and(|at| seldom.contains(&at.as_str()))
    };
    view! {
        <Field label=t!(desk_library.intake.name) value=form.name name="title-name" pointer=pointer("name") problem max=limits::BOOK_CHARS />
        <Field label=t!(library.title.authors) hint=t!(desk_library.intake.authors_hint) value=form.authors name="title-authors" pointer=pointer("authors") problem max=200 />
        <Field label=t!(library.title.publisher) value=form.publisher name="title-publisher" pointer=pointer("publisher") problem max=limits::LINE_CHARS />
        <details class="stack" open=move || open || wrong_inside()>
            <summary data-testid="title-more">{t!(desk_library.intake.more)}</summary>
            <div class="desk-pair">
                <Field label=t!(library.title.published) value=form.published name="title-published" pointer=pointer("published") problem max=20 />
                <Field label=t!(library.title.class) hint=t!(desk_library.intake.class_hint) value=form.class name="title-class" pointer=pointer("class") problem max=20 />
            </div>
            <Select label=t!(desk_library.intake.kind) value=form.kind options=kinds name="title-kind" pointer=pointer("kind") problem />
            {isbn.then(|| view! { <Field label="ISBN" value=form.isbn name="title-isbn" pointer=pointer("isbn") problem max=40 /> })}
        </details>
    }
    .into_any()
}

/// What an ISBN led to.
#[derive(Clone)]
enum Seen {
    /// Is there already; and what was scanned.
    Known(Box<FoundView>, String),
    /// To be described. The ISBN, or nothing for a book without one.
    New(Option<String>),
}

impl Seen {
    fn code(&self) -> Option<&str> {
        match self {
            Self::Known(_, code) => Some(code),
            Self::New(isbn) => isbn.as_deref(),
        }
    }
}

/// The book that is being taken in, and what came before it.
#[derive(Clone, Copy)]
struct Table {
    seen: RwSignal<Option<Seen>>,
    /// Kept here, so that a corrected ISBN finds what was typed before.
    form: Typing,
    count: RwSignal<String>,
    send: Send,
    attempt: Attempt<CommandId>,
    /// Something else was scanned before this one was described.
    waits: RwSignal<bool>,
    came: RwSignal<Option<IntakeView>>,
    /// Labels that are to be printed, one on each line: a draft of this browser.
    labels: RwSignal<String>,
}

impl Table {
    fn new() -> Self {
        Self {
            seen: RwSignal::new(None),
            form: Typing::of(&unknown()),
            count: RwSignal::new("1".to_owned()),
            send: Send::default(),
            attempt: Attempt::new(),
            waits: RwSignal::new(false),
            came: RwSignal::new(None),
            labels: Draft::of("intake-labels").field("labels", ""),
        }
    }

    fn show(self, seen: Seen) {
        self.form.isbn.set(String::new());
        self.seen.set(Some(seen));
    }

    /// Nothing lies here; what was typed of a book stays.
    fn leave(self) {
        self.count.set("1".to_owned());
        self.send.problem.set(None);
        self.waits.set(false);
        self.seen.set(None);
    }

    /// Takes the book in, and goes on with `then`.
    fn take(self, then: impl FnOnce() + 'static) {
        let (title, isbn) = match self.seen.get_untracked() {
            Some(Seen::Known(found, _)) => (Some(found.title.id), None),
            Some(Seen::New(isbn)) => (None, isbn),
            None => return,
        };
        let count = self
            .count
            .with_untracked(|raw| number(raw, 1, limits::INTAKE_COPIES, "/count"));
        let count = match count {
            Ok(count) => count,
            Err(flaw) => return self.send.problem.set(Some(flaw)),
        };
        let flaw = title.is_none().then(|| self.form.flaw()).flatten();
        if flaw.is_some() {
            return self.send.problem.set(flaw);
        }
        let fields = title.is_none().then(|| self.form.fields(unknown()));
        // Typed, it finds a title that is there as well.
        let isbn = isbn.or_else(|| fields.as_ref().and_then(|fields| fields.isbn.clone()));
        let body = CreateCopiesBody {
            id: self
                .attempt
                .id(&format!("{title:?}{isbn:?}{fields:?}{count}")),
            isbn,
            title,
            fields,
            count,
        };
        self.send.run(
            api::call::<CreateCopies>((), None_ {}, body),
            move |now: IntakeView| {
                self.attempt.taken();
                self.labels.update(|all| {
                    for label in &now.labels {
                        if !all.is_empty() {
                            all.push('\n');
                        }
                        all.push_str(&label.barcode);
                    }
                });
                self.form.clear();
                self.leave();
                self.came.set(Some(now));
                then();
            },
        );
    }

    /// The same book was scanned again.
    fn one_more(self) {
        let count = self
            .count
            .with_untracked(|raw| number(raw, 1, u32::MAX, "/count"));
        match count {
            Ok(count) => {
                let count = count.saturating_add(1);
                self.count.set(count.to_string());
                say(t!(desk_library.intake.so_many, count = count));
            }
            Err(flaw) => self.send.problem.set(Some(flaw)),
        }
    }
}

fn no_isbn() -> Problem {
    Problem::new(Code::BadIsbn).at("/barcode")
}

/// What a code that was scanned or typed leads to.
async fn found(code: String) -> Result<Seen, Problem> {
    let isbn = match scanned(&code) {
        Some(Scanned::Isbn(isbn)) => Some(isbn.to_string()),
        Some(Scanned::Label(_)) | None => None,
    };
    let Ok(asked) = code.parse::<Typed>();
    match api::get::<GetCopy>((asked,), None_ {}).await {
        Ok(found) => Ok(Seen::Known(Box::new(found), code)),
        // What is no label of a book that is here has to be an ISBN.
        Err(problem) if problem.code == Code::NotFound => {
            isbn.map(|isbn| Seen::New(Some(isbn))).ok_or_else(no_isbn)
        }
        Err(problem) => Err(problem),
    }
}

#[component]
pub fn Intake() -> AnyView {
    let (typed, look) = (RwSignal::new(String::new()), Send::default());
    let table = Table::new();
    // Scanned while the book before was still under way.
    let waiting = StoredValue::new(None::<Option<String>>);
    // Nothing: a book without an ISBN.
    let look_at = Callback::new(move |code: Option<String>| match code {
        None => table.show(Seen::New(None)),
        Some(code) => look.run(found(code), move |seen| {
            if waiting.with_value(Option::is_none) {
                typed.set(String::new());
            }
            table.show(seen);
        }),
    });
    let next = Callback::new(move |code: Option<String>| {
        if table.send.busy.get_untracked() || look.busy.get_untracked() {
            return waiting.set_value(Some(code));
        }
        match table.seen.get_untracked() {
            Some(seen) if code.is_some() && seen.code() == code.as_deref() => {
                typed.set(String::new());
                table.one_more();
            }
            Some(Seen::New(_)) => {
                typed.set(String::new());
                table.waits.set(true);
            }
            Some(Seen::Known(before, _)) => table.take(move || {
                say(t!(desk_library.intake.first, name = before.title.name));
                look_at.run(code);
            }),
            None => look_at.run(code),
        }
    });
    Effect::new(move |_| {
        let idle = !table.send.busy.get() && !look.busy.get();
        if idle && let Some(code) = waiting.try_update_value(Option::take).flatten() {
            next.run(code);
        }
    });
    let go = Callback::new(move |raw: String| match scanned(&raw) {
        Some(Scanned::Isbn(isbn)) => next.run(Some(isbn.to_string())),
        Some(Scanned::Label(label)) => next.run(Some(label)),
        None => look.problem.set(Some(no_isbn())),
    });
    let waits = move || {
        let first = table.waits.get();
        first.then(|| view! { <Note words=t!(desk_library.intake.waits) name="waits" /> })
    };
    let shown = move || table.seen.get().map(|seen| view! { <Add seen table /> });
    let came = move || table.came.get().map(|now| done(&now, "to-labels"));
    view! {
        <Page title=t!(desk_library.hub.intake) back="/desk/library">
            <CodeForm label="ISBN" hint=t!(desk_library.intake.isbn_hint) button=t!(desk_library.intake.look) value=typed name="isbn-typed" pointer="/barcode" send=look go kind=Kind::Plain wanted=Wanted::Isbn />
            <Button label=t!(desk_library.intake.without) name="without-isbn" kind=Kind::Text on_press=move |()| next.run(None) />
            <div aria-live="polite" class="stack">{waits}{shown}{came}</div>
            <ToPrint labels=table.labels />
        </Page>
    }
    .into_any()
}

#[component]
fn Add(seen: Seen, table: Table) -> AnyView {
    let (head, new) = match seen {
        Seen::Known(found, _) => (
            t!(
                desk_library.intake.known,
                name = found.title.name,
                count = found.title.copies
            ),
            None,
        ),
        Seen::New(isbn) => (t!(desk_library.intake.new).to_owned(), Some(isbn)),
    };
    let send = table.send;
    let form = new.map(|isbn| {
        let typed = isbn.is_none();
        view! {
            {isbn.map(|isbn| view! { <p class="quiet">{format!("ISBN {isbn}")}</p> })}
            <Form form=table.form send at="/fields" isbn=typed />
        }
    });
    let go = move |()| table.take(|| focus("[name=isbn-typed]"));
    let leave = move |()| {
        table.leave();
        focus("[name=isbn-typed]");
    };
    view! {
        <section class="card stack" data-testid="intake">
            <h2>{head}</h2>
            {form}
            <Field label=t!(desk_library.intake.count) value=table.count name="copies-count" inputmode="numeric" max=2 pointer="/count" problem=send.problem />
            <TroubleNote problem=send.problem />
            <Button label=t!(desk_library.intake.go) name="intake-go" busy=send.busy on_press=go />
            <Button label=t!(desk_library.intake.leave) name="intake-leave" kind=Kind::Text on_press=leave />
        </section>
    }
    .into_any()
}

/// Labels of all that came in, until they are printed: as many links as there are prints.
#[component]
fn ToPrint(labels: RwSignal<String>) -> AnyView {
    let shown = move || {
        let all = labels.with(|all| lines(all));
        let links: Vec<AnyView> = all
            .chunks(PRINTED)
            .map(|some| {
                let label = t!(desk_library.intake.print, count = some.len());
                view! { <LinkButton label href=sheet(some) name="to-all-labels" kind=Kind::Plain /> }
                    .into_any()
            })
            .collect();
        (!links.is_empty()).then(|| view! {
            <section class="card stack" data-testid="to-print">
                <h2>{t!(desk_library.intake.to_print)}</h2>
                {links}
                <Button label=t!(desk_library.intake.printed) name="labels-printed" kind=Kind::Text on_press=move |()| labels.set(String::new()) />
            </section>
        })
    };
    shown.into_any()
}

/// What came in, what of it goes to the pick-up shelf, and the way to its labels; `name`: that link's.
pub fn done(now: &IntakeView, name: &'static str) -> AnyView {
    let all: Vec<String> = now
        .labels
        .iter()
        .map(|label| label.barcode.clone())
        .collect();
    let words = t!(
        desk_library.intake.done,
        name = now.title.name,
        labels = all.join(t!(library.titles.and))
    );
    view! {
        <Note words name="taken-in" />
        {now.pick_up.iter().map(to_pick_up).collect::<Vec<_>>()}
        <LinkButton label=t!(desk_library.title.labels) href=sheet(&all) name kind=Kind::Plain />
    }
    .into_any()
}

/// A copy that goes to the pick-up shelf instead of its place.
pub fn to_pick_up(one: &PickUpView) -> AnyView {
    let label = t!(library.loan.label, label = one.barcode);
    let day = when::day(one.next.until, None);
    let next = t!(
        desk_library.back.next,
        name = one.next.reader_name,
        day = day
    );
    view! { <Note words=format!("{label} · {next}") name="next" /> }.into_any()
}
