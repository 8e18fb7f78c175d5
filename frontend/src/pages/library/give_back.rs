use domain::CommandId;
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::library::loans::{ReturnCopy, ReturnCopyBody, ReturnView};

use super::code::CodeForm;
use super::kept::{Keep, giving_back};
use crate::browser::focus;
use crate::ids::Again;
use crate::model::scan::Wanted;
use crate::pages::points::whose::{about, whose};
use crate::ui::{Kind, LinkButton, Note, Page, Send};
use crate::{api, t};

/// Giving back: scan the book, and it is done.
#[component]
pub fn GiveBack() -> AnyView {
    let person = whose();
    let typed = RwSignal::new(String::new());
    let back = RwSignal::new(None::<ReturnView>);
    let send = Send::default();
    let (again, round) = (Again::default(), StoredValue::new(0_u32));
    let body = move |copy: String| {
        let id: CommandId = again.id(&format!("{}{copy}", round.get_value()));
        ReturnCopyBody { id, copy }
    };
    let step = Callback::new(move |()| {
        let copy = typed.get_untracked().trim().to_owned();
        (!copy.is_empty()).then(|| giving_back(body(copy)))
    });
    let then = Callback::new(move |()| {
        round.update_value(|round| *round += 1);
        typed.set(String::new());
    });
    let go = Callback::new(move |copy: String| {
        send.run(
            api::call::<ReturnCopy>((), None_ {}, body(copy)),
            move |now: ReturnView| {
                round.update_value(|round| *round += 1);
                typed.set(String::new());
                back.set(Some(now));
                focus("[name=book-typed]");
            },
        );
    });
    let href = about("/library", person.get_untracked());
    view! {
        <Page title=t!(library.back.title) back=href.clone()>
            <CodeForm label=t!(library.borrow.code) hint=t!(library.back.hint) button=t!(library.back.go) value=typed name="book-typed" pointer="/copy" send go wanted=Wanted::Label />
            <Keep problem=send.problem step then />
            <div aria-live="polite" class="stack">{move || back.get().map(|now| done(&now))}</div>
            <LinkButton label=t!(library.borrow.to_mine) href name="to-library" kind=Kind::Plain />
        </Page>
    }
    .into_any()
}

fn done(back: &ReturnView) -> AnyView {
    let next = back.next.is_some();
    view! {
        <section class="card stack" data-testid="returned">
            <h2 class="service-name">{t!(library.back.done, name = back.title_name)}</h2>
            {next.then(|| view! { <Note words=t!(library.back.next) name="next" /> })}
            {(!next).then(|| view! { <p class="quiet">{t!(library.back.shelf)}</p> })}
        </section>
    }
    .into_any()
}
