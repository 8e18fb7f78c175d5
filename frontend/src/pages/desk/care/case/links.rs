//! What helps somebody: a service that is booked for them, or whoever else is brought in.

use domain::care::{LinkKind, Stage};
use domain::{CommandId, limits};
use leptos::prelude::*;
use wire::care::{LinkResource, LinkResourceBody, LinkView};
use wire::endpoint::None_;
use wire::{Code, Problem};

use super::super::super::ask::Attempt;
use super::super::words;
use super::Work;
use super::fold::{Fold, opened};
use super::service::{Order, Service};
use crate::i18n::either;
use crate::model::care_case::said;
use crate::model::when;
use crate::pages::care::draft::Draft;
use crate::ui::{Button, Chips, Send, TextArea, TroubleNote, say};
use crate::{api, t};

#[component]
pub(super) fn Links(work: Work) -> AnyView {
    let links = work.part(|case| case.links.clone());
    let list = move || {
        let links = links.get()?;
        let lines: Vec<AnyView> = links.iter().map(line).collect();
        (!lines.is_empty()).then(|| view! { <ul class="stack-s" data-testid="links">{lines}</ul> })
    };
    let (can, form) = (work.can(), Form::of(work));
    let write = move || {
        can.get().then(|| view! { <Fold title=t!(desk_case.link.write) open=form.open name="link-form"><Fields form /></Fold> })
    };
    view! {
        <section class="card stack" data-testid="case-links">
            <h2>{t!(desk_case.link.title)}</h2>
            {list}
            {write}
        </section>
    }
    .into_any()
}

fn line(link: &LinkView) -> AnyView {
    let (at, who) = (when::moment(link.at), &link.by_name);
    let by = t!(desk_case.link.by, at = at, who = who);
    let booking = link.booking.map(|id| {
        let href = format!("/desk/bookings/{id}");
        view! { <p><a href=href data-testid="link-booking">{t!(desk_case.link.booking)}</a></p> }
    });
    view! {
        <li class="stack-s" data-testid="link-line" data-kind=link.kind.as_str()>
            <p><strong>{words::link_kind(link.kind)}</strong>" "<span class="quiet">{by}</span></p>
            <p class="prose">{link.what.clone()}</p>
            {booking}
        </li>
    }
    .into_any()
}

/// What is typed and chosen about one link. Outlives what is drawn of it.
#[derive(Clone, Copy)]
struct Form {
    work: Work,
    open: RwSignal<bool>,
    draft: StoredValue<Draft>,
    kind: RwSignal<String>,
    what: RwSignal<String>,
    order: Order,
    send: Send,
    attempt: Attempt<CommandId>,
}

impl Form {
    fn of(work: Work) -> Self {
        let draft = Draft::of(&format!("case-{}-link", work.id));
        let form = Self {
            work,
            open: opened(work, &[Stage::Link]),
            kind: draft.field("kind", LinkKind::Service.as_str()),
            what: draft.field("what", ""),
            order: Order::of(&draft),
            draft: StoredValue::new(draft),
            send: Send::default(),
            attempt: Attempt::new(),
        };
        // Somebody was faster: show what is free now.
        Effect::new(move |_| {
            let gone = form.send.problem.with(|problem| {
                problem.as_ref().is_some_and(|problem| {
                    matches!(
                        problem.code,
                        Code::SlotTaken | Code::NotOpen | Code::TooSoon
                    )
                })
            });
            if gone {
                form.order.slot.set(None);
                form.order.refresh.update(|n| *n += 1);
            }
        });
        form
    }

    fn is_service(self) -> bool {
        self.kind.with(|kind| kind == LinkKind::Service.as_str())
    }

    /// A service says by itself what helps.
    fn read(self) -> Result<LinkResourceBody, Problem> {
        let kind = self.kind.with_untracked(|raw| raw.parse::<LinkKind>());
        let missing = |pointer: &str| Problem::new(Code::MissingField).at(pointer);
        let kind = kind.map_err(|()| missing("/kind"))?;
        let order = self.order.chosen().filter(|_| kind == LinkKind::Service);
        let typed = self.what.get_untracked();
        let named = self.order.service.with_untracked(|one| {
            let one = one.as_ref().filter(|_| order.is_some())?;
            Some(either(&one.name, one.name_en.as_deref()))
        });
        let what = match (typed.trim(), named) {
            ("", Some(name)) => name,
            (typed, _) => said(typed, "/what")?,
        };
        let start = match order {
            Some(_) => {
                let slot = self.order.slot.get_untracked();
                Some(slot.ok_or_else(|| missing("/start"))?.start)
            }
            None => None,
        };
        let (service, provider) = order.unzip();
        Ok(LinkResourceBody {
            id: self.attempt.id(&format!("{kind}{what}{order:?}{start:?}")),
            kind,
            what,
            service,
            provider: provider.flatten(),
            start,
        })
    }

    fn taken(self) {
        self.attempt.taken();
        self.what.set(String::new());
        self.order.clear();
        self.draft.with_value(Draft::clear);
        self.open.set(false);
        say(t!(desk_case.link.saved));
    }
}

#[component]
fn Fields(form: Form) -> AnyView {
    let kinds = LinkKind::ALL
        .iter()
        .map(|kind| (kind.to_string(), words::link_kind(*kind)))
        .collect::<Vec<_>>();
    let (work, send) = (form.work, form.send);
    let go = Callback::new(move |()| match form.read() {
        Ok(body) => {
            let call = api::call::<LinkResource>((work.id,), None_ {}, body);
            work.send(send, call, move || form.taken());
        }
        Err(flaw) => send.problem.set(Some(flaw)),
    });
    let set = Callback::new(move |to: String| form.kind.set(to));
    let is_service = Memo::new(move |_| form.is_service());
    let service = move || {
        is_service.get().then(|| {
            view! {
                <h3>{t!(desk_case.link.book)}</h3>
                <p class="quiet">{t!(desk_case.link.book_words)}</p>
                <Service order=form.order />
            }
        })
    };
    view! {
        <Chips label=t!(desk_case.link.kind) options=kinds value=form.kind set name="kind" labelled=true />
        {service}
        <TextArea label=t!(desk_case.link.what) hint=t!(desk_case.link.what_hint) value=form.what name="link-what" max=limits::NOTE_CHARS pointer="/what" problem=send.problem />
        <TroubleNote problem=send.problem />
        <Button label=t!(desk_case.link.go) name="link-go" busy=send.busy on_press=go />
    }
    .into_any()
}
