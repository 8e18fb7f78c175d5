//! Taking books in: scan the ISBN; what is known is filled in, else three fields; print the labels.

use domain::isbn::Isbn;
use domain::library::{ItemKind, Scanned, scanned};
use domain::{CommandId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::library::Typed;
use wire::library::catalogue::{
    CreateCopies, CreateCopiesBody, FoundView, GetCopy, IntakeView, TitleFields,
};
use wire::{Code, Problem};

use super::super::ask::Attempt;
use crate::browser::focus;
use crate::i18n::{named, texts};
use crate::model::desk_activity::number;
use crate::model::scan::Wanted;
use crate::pages::library::code::CodeForm;
use crate::ui::{Button, Field, Kind, LinkButton, Note, Page, Select, Send, TroubleNote};
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
            authors: crate::model::library::authors(&self.authors.get_untracked()),
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

/// With `isbn`, that can be corrected as well.
#[component]
pub fn Form(form: Typing, send: Send, at: &'static str, #[prop(optional)] isbn: bool) -> AnyView {
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
    view! {
        <Field label=t!(desk_library.intake.name) value=form.name name="title-name" pointer=pointer("name") problem max=limits::BOOK_CHARS />
        <Field label=t!(library.title.authors) hint=t!(desk_library.intake.authors_hint) value=form.authors name="title-authors" pointer=pointer("authors") problem max=200 />
        <Field label=t!(library.title.publisher) value=form.publisher name="title-publisher" pointer=pointer("publisher") problem max=limits::LINE_CHARS />
        <div class="desk-pair">
            <Field label=t!(library.title.published) value=form.published name="title-published" pointer=pointer("published") problem max=20 />
            <Field label=t!(library.title.class) hint=t!(desk_library.intake.class_hint) value=form.class name="title-class" pointer=pointer("class") problem max=20 />
        </div>
        <Select label=t!(desk_library.intake.kind) value=form.kind options=kinds name="title-kind" pointer=pointer("kind") problem />
        {isbn.then(|| view! { <Field label="ISBN" value=form.isbn name="title-isbn" pointer=pointer("isbn") problem max=40 /> })}
    }
    .into_any()
}

/// What an ISBN led to.
#[derive(Clone)]
enum Seen {
    /// Is there already.
    Known(Box<FoundView>),
    /// To be described. The ISBN, or nothing for a book without one.
    New(Option<String>),
}

#[component]
pub fn Intake() -> AnyView {
    let (typed, look) = (RwSignal::new(String::new()), Send::default());
    let seen = RwSignal::new(None::<Seen>);
    let came = RwSignal::new(None::<IntakeView>);
    // Kept here, so that a corrected ISBN finds what was typed before.
    let (form, count) = (Typing::of(&unknown()), RwSignal::new("1".to_owned()));
    let go = Callback::new(move |code: String| {
        came.set(None);
        seen.set(None);
        let wrong = || Problem::new(Code::BadIsbn).at("/barcode");
        let (isbn, code) = match scanned(&code) {
            Some(Scanned::Isbn(isbn)) => (Some(isbn.to_string()), isbn.to_string()),
            Some(Scanned::Label(label)) => (None, label),
            None => return look.problem.set(Some(wrong())),
        };
        let Ok(asked) = code.parse::<Typed>();
        look.run(
            async move {
                match api::get::<GetCopy>((asked,), None_ {}).await {
                    Ok(found) => Ok(Seen::Known(Box::new(found))),
                    // What is no label of a book that is here has to be an ISBN.
                    Err(problem) if problem.code == Code::NotFound => {
                        isbn.map(|isbn| Seen::New(Some(isbn))).ok_or_else(wrong)
                    }
                    Err(problem) => Err(problem),
                }
            },
            move |now| seen.set(Some(now)),
        );
    });
    let without = move |()| {
        came.set(None);
        seen.set(Some(Seen::New(None)));
    };
    let put = Callback::new(move |now: IntakeView| {
        typed.set(String::new());
        form.clear();
        count.set("1".to_owned());
        seen.set(None);
        came.set(Some(now));
        focus("[name=isbn-typed]");
    });
    let shown = move || seen.get().map(|seen| view! { <Add seen form count put /> });
    view! {
        <Page title=t!(desk_library.hub.intake) back="/desk/library">
            <CodeForm label="ISBN" hint=t!(desk_library.intake.isbn_hint) button=t!(desk_library.intake.look) value=typed name="isbn-typed" pointer="/barcode" send=look go kind=Kind::Plain wanted=Wanted::Isbn />
            <Button label=t!(desk_library.intake.without) name="without-isbn" kind=Kind::Text on_press=without />
            <div aria-live="polite" class="stack">{shown}{move || came.get().map(|now| done(&now, "to-labels"))}</div>
        </Page>
    }
    .into_any()
}

#[component]
fn Add(seen: Seen, form: Typing, count: RwSignal<String>, put: Callback<IntakeView>) -> AnyView {
    let send = Send::default();
    let attempt: Attempt<CommandId> = Attempt::new();
    let (head, title, isbn) = match &seen {
        Seen::Known(found) => (
            t!(
                desk_library.intake.known,
                name = found.title.name,
                count = found.title.copies
            ),
            Some(found.title.id),
            None,
        ),
        Seen::New(isbn) => (t!(desk_library.intake.new).to_owned(), None, isbn.clone()),
    };
    let go = Callback::new(move |()| {
        let many = match count.with_untracked(|raw| number(raw, 1, limits::INTAKE_COPIES, "/count"))
        {
            Ok(many) => many,
            Err(flaw) => return send.problem.set(Some(flaw)),
        };
        let flaw = title.is_none().then(|| form.flaw()).flatten();
        if flaw.is_some() {
            return send.problem.set(flaw);
        }
        let fields = title.is_none().then(|| form.fields(unknown()));
        let body = CreateCopiesBody {
            id: attempt.id(&format!("{title:?}{isbn:?}{fields:?}{many}")),
            isbn: isbn.clone(),
            title,
            fields,
            count: many,
        };
        send.run(api::call::<CreateCopies>((), None_ {}, body), move |now| {
            put.run(now);
        });
    });
    let asks = title.is_none();
    view! {
        <section class="card stack" data-testid="intake">
            <h2>{head}</h2>
            {asks.then(|| view! { <Form form send at="/fields" /> })}
            <Field label=t!(desk_library.intake.count) value=count name="copies-count" inputmode="numeric" max=2 pointer="/count" problem=send.problem />
            <TroubleNote problem=send.problem />
            <Button label=t!(desk_library.intake.go) name="intake-go" busy=send.busy on_press=go />
        </section>
    }
    .into_any()
}

/// What came in, and the way to its labels; `name`: that link's.
pub fn done(now: &IntakeView, name: &'static str) -> AnyView {
    let all: Vec<&str> = now
        .labels
        .iter()
        .map(|label| label.barcode.as_str())
        .collect();
    let href = format!("/desk/library/labels?barcodes={}", all.join(","));
    view! {
        <Note words=t!(desk_library.intake.done, name = now.title.name, labels = all.join(t!(library.titles.and))) name="taken-in" />
        <LinkButton label=t!(desk_library.title.labels) href name kind=Kind::Plain />
    }
    .into_any()
}
