//! Taking back: one scan, and where the book goes now. What was taken back since the page was
//! opened stays in sight, the latest first.

use domain::CommandId;
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::library::loans::{ReturnCopy, ReturnCopyBody, ReturnView};

use super::super::ask::Attempt;
use crate::browser::focus;
use crate::model::scan::Wanted;
use crate::model::when;
use crate::pages::library::code::CodeForm;
use crate::pages::library::kept::{Keep, giving_back};
use crate::ui::{Note, Page, Send, Tag, Tone};
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
    let list = move || {
        let rows = done.get();
        let count = rows.len();
        (count > 0).then(|| view! {
            <h2 class="cells-title">{t!(desk_library.back.count, count = count)}</h2>
            <ul class="rows rows-cards" data-testid="returned-rows">{rows.iter().map(row).collect::<Vec<_>>()}</ul>
        })
    };
    view! {
        <Page title=t!(desk_library.back.title) back="/desk/library">
            <CodeForm label=t!(library.borrow.code) hint=t!(library.back.hint) button=t!(library.back.go) value=typed name="book-typed" pointer="/copy" send go wanted=Wanted::Label />
            <Keep problem=send.problem step then />
            <div aria-live="polite" class="stack-s">{list}</div>
        </Page>
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
