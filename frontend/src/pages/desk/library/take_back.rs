//! Taking back: one scan, and where the book goes now; or a pile, scanned first and taken back together.
//! What was taken back since the page was opened stays in sight, the latest first.

use domain::{CommandId, limits};
use leptos::prelude::*;
use wire::Problem;
use wire::endpoint::None_;
use wire::library::desk::{ReturnMany, ReturnManyBody, ReturnedMany};
use wire::library::loans::{ReturnCopy, ReturnCopyBody, ReturnView};

use super::super::ask::Attempt;
use crate::browser::focus;
use crate::model::library::{scanned, without};
use crate::model::problem::words;
use crate::model::scan::Wanted;
use crate::model::when;
use crate::pages::library::code::CodeForm;
use crate::pages::library::kept::{Keep, giving_back};
use crate::ui::{
    Button, Draft, Kind, LinkButton, Note, Page, Send, Tag, TextArea, Tone, TroubleNote,
};
use crate::{api, t};

#[component]
pub fn TakeBack() -> AnyView {
    let (typed, send) = (RwSignal::new(String::new()), Send::default());
    let attempt: Attempt<CommandId> = Attempt::new();
    let done = RwSignal::new(Vec::<ReturnView>::new());
    let body = move |copy: String| ReturnCopyBody {
        id: attempt.id(&copy),
        copy,
    };
    let step = Callback::new(move |()| {
        let copy = typed.get_untracked().trim().to_owned();
        (!copy.is_empty()).then(|| giving_back(body(copy)))
    });
    let then = Callback::new(move |()| {
        attempt.taken();
        typed.set(String::new());
        focus("[name=book-typed]");
    });
    let go = Callback::new(move |copy: String| {
        send.run(
            api::call::<ReturnCopy>((), None_ {}, body(copy)),
            move |now: ReturnView| {
                attempt.taken();
                typed.set(String::new());
                done.update(|done| done.insert(0, now));
                focus("[name=book-typed]");
            },
        );
    });
    view! {
        <Page title=t!(desk_library.back.title) back="/desk/library">
            <CodeForm label=t!(library.borrow.code) hint=t!(library.back.hint) button=t!(library.back.go) value=typed name="book-typed" pointer="/copy" send go wanted=Wanted::Label />
            <Keep problem=send.problem step then />
            <LinkButton label=t!(desk_library.pile.title) href="/desk/library/pile" name="to-pile" kind=Kind::Plain />
            <div aria-live="polite" class="stack-s">{move || list(&done.get())}</div>
        </Page>
    }
    .into_any()
}

/// A pile: scanned one after the other, as fast as the scanner goes, and taken back in one call. What was
/// scanned is a draft of this browser; what could not be taken back stays in it, with the reason.
#[component]
pub fn Pile() -> AnyView {
    let draft = Draft::of("pile");
    let labels = draft.field("labels", "");
    let (typed, send) = (RwSignal::new(String::new()), Send::default());
    let attempt: Attempt<CommandId> = Attempt::new();
    let sent = StoredValue::new(None::<Vec<String>>);
    let done = RwSignal::new(Vec::<ReturnView>::new());
    let refused = RwSignal::new(Vec::<(String, Problem)>::new());
    let add = Callback::new(move |label: String| {
        labels.update(|all| {
            if !all.is_empty() {
                all.push('\n');
            }
            all.push_str(&label);
        });
        typed.set(String::new());
        focus("[name=book-typed]");
    });
    let many = move || labels.with(|all| scanned(all).len());
    let go = Callback::new(move |()| {
        let all = labels.with_untracked(|all| scanned(all));
        // What was sent and not answered goes again as it was, unless it was corrected meanwhile.
        let before = sent
            .get_value()
            .filter(|sent| without(&all, sent).is_some());
        let copies: Vec<String> =
            before.unwrap_or_else(|| all.into_iter().take(limits::RETURNED_AT_ONCE).collect());
        if copies.is_empty() {
            return focus("[name=book-typed]");
        }
        sent.set_value(Some(copies.clone()));
        let body = ReturnManyBody {
            id: attempt.id(&copies.join("\n")),
            copies,
        };
        send.run(
            api::call::<ReturnMany>((), None_ {}, body),
            move |now: ReturnedMany| {
                attempt.taken();
                let done_with = sent
                    .try_update_value(Option::take)
                    .flatten()
                    .unwrap_or_default();
                let mut left = Vec::new();
                done.update(|done| {
                    for row in now.rows {
                        match (row.returned, row.problem) {
                            (Some(back), _) => done.insert(0, back),
                            (None, Some(problem)) => left.push((row.copy, problem)),
                            (None, None) => {}
                        }
                    }
                });
                // More may have been scanned while this was under way.
                labels.update(|all| {
                    let mut rest = without(&scanned(all), &done_with).unwrap_or_default();
                    rest.extend(left.iter().map(|(copy, _)| copy.clone()));
                    *all = rest.join("\n");
                });
                refused.set(left);
            },
        );
    });
    let not_taken = move || {
        let rows = refused.get();
        (!rows.is_empty()).then(|| view! {
            <h2 class="cells-title">{t!(desk_library.pile.refused, count = rows.len())}</h2>
            <ul class="rows rows-cards">{rows.iter().map(not_taken_row).collect::<Vec<_>>()}</ul>
        })
    };
    view! {
        <Page title=t!(desk_library.pile.title) back="/desk/library/back">
            <CodeForm label=t!(library.borrow.code) hint=t!(desk_library.pile.hint) button=t!(desk_library.audit.add) value=typed name="book-typed" pointer="" send=Send::default() go=add kind=Kind::Plain wanted=Wanted::Label />
            <section class="card stack">
                <p data-testid="scanned-count" aria-live="polite">{move || t!(desk_library.audit.scanned, count = many())}</p>
                <TextArea label=t!(desk_library.audit.labels) hint=t!(desk_library.audit.labels_hint) value=labels name="labels" max=8_000 rows=6 pointer="/copies" problem=send.problem />
                <TroubleNote problem=send.problem />
                <Button label=t!(desk_library.pile.go) name="pile-go" busy=send.busy on_press=go />
            </section>
            <div aria-live="polite" class="stack-s">{not_taken}{move || list(&done.get())}</div>
        </Page>
    }
    .into_any()
}

fn list(done: &[ReturnView]) -> Option<AnyView> {
    let count = done.len();
    (count > 0).then(|| {
        view! {
            <h2 class="cells-title">{t!(desk_library.back.count, count = count)}</h2>
            <ul class="rows rows-cards" data-testid="returned-rows">{done.iter().map(row).collect::<Vec<_>>()}</ul>
        }
        .into_any()
    })
}

fn not_taken_row((copy, problem): &(String, Problem)) -> AnyView {
    view! {
        <li class="card stack-s" data-testid="not-returned" data-code=problem.code.as_str()>
            <p class="booking-name">{copy.clone()}</p>
            <p>{words(problem)}</p>
        </li>
    }
    .into_any()
}

fn row(back: &ReturnView) -> AnyView {
    let next = back.next.as_ref().map(|next| {
        let day = when::day(next.until, None);
        t!(desk_library.back.next, name = next.reader_name, day = day)
    });
    let nobody = back.loan.is_none();
    view! {
        <li class="card stack-s" data-testid="returned">
            <p class="booking-top"><span class="booking-name">{back.title_name.clone()}</span>{back.was_late.then(|| view! { <Tag words=t!(library.loan.late_tag) tone=Tone::Wait /> })}</p>
            <p class="quiet">{t!(library.loan.label, label = back.barcode)}</p>
            {nobody.then(|| view! { <p class="quiet">{t!(desk_library.back.nobody)}</p> })}
            {match next {
                Some(words) => view! { <Note words name="next" /> }.into_any(),
                None => view! { <p>{t!(desk_library.back.shelf)}</p> }.into_any(),
            }}
        </li>
    }
    .into_any()
}
