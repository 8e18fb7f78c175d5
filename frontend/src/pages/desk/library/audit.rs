//! Walking the shelves: scan label after label; what should stand there and does not is missing.

use domain::{AuditId, CommandId};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::library::shelf::{
    AuditLine, AuditRow, AuditView, AuditsQuery, ConfirmAudit, ConfirmAuditBody, CreateAudit,
    CreateAuditBody, GetAudit, ListAudits,
};

use super::super::ask::{Ask, Attempt, close_then};
use super::title::state;
use crate::browser::focus;
use crate::model::library::scanned;
use crate::model::scan::Wanted;
use crate::model::when;
use crate::pages::library::code::CodeForm;
use crate::ui::{
    Button, Draft, Field, Kind, LinkButton, Load, Page, Paged, Remote, Rows, Send, TextArea,
    TroubleNote, say,
};
use crate::{api, clock, t};

#[component]
pub fn Audits() -> AnyView {
    let list = Paged::new(|cursor| {
        let query = AuditsQuery {
            cursor,
            limit: None,
        };
        api::get::<ListAudits>((), query)
    });
    view! {
        <Page title=t!(desk_library.hub.audits) back="/desk/library">
            <LinkButton label=t!(desk_library.audit.begin) href="/desk/library/audits/new" name="audit-new" />
            <Rows from=list empty=t!(desk_library.audit.none) name="audits" let:audit>{row(&audit)}</Rows>
        </Page>
    }
    .into_any()
}

fn row(audit: &AuditRow) -> AnyView {
    let words = t!(
        desk_library.audit.counts,
        found = audit.found,
        missing = audit.missing,
        out = audit.should_be_out
    );
    view! {
        <a class="card service-card" href=format!("/desk/library/audits/{}", audit.id) data-testid="audit">
            <span class="booking-name">{when::moment(audit.at)}</span>
            <span>{words}</span>
            <span class="quiet">{audit.by_name.clone()}</span>
        </a>
    }
    .into_any()
}

/// Seconds since the first label was scanned.
fn walked_for(begun: &str) -> Option<u32> {
    let begun: jiff::Timestamp = begun.parse().ok()?;
    u32::try_from(clock::now().duration_since(begun).as_secs()).ok()
}

/// Scanning: one label after another. What was scanned is a draft of this browser until it is counted.
#[component]
pub fn New() -> AnyView {
    let draft = Draft::of("shelf-audit");
    let (labels, class) = (draft.field("labels", ""), draft.field("class", ""));
    let begun = draft.field("begun", "");
    // The same walk, however often it has to be sent.
    let walked = StoredValue::new(None::<(String, Option<u32>)>);
    let (typed, send) = (RwSignal::new(String::new()), Send::default());
    let attempt: Attempt<AuditId> = Attempt::new();
    let navigate = StoredValue::new_local(use_navigate());
    let add = Callback::new(move |label: String| {
        if begun.with_untracked(String::is_empty) {
            begun.set(clock::now().to_string());
        }
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
        let scanned = labels.with_untracked(|all| scanned(all));
        let class = Some(class.get_untracked().trim().to_owned()).filter(|class| !class.is_empty());
        let says = format!("{scanned:?}{class:?}");
        let before = walked.get_value().filter(|(said, _)| *said == says);
        let walked_for_s = match before {
            Some((_, seconds)) => seconds,
            None => walked_for(&begun.get_untracked()),
        };
        walked.set_value(Some((says.clone(), walked_for_s)));
        let body = CreateAuditBody {
            walked_for_s,
            id: attempt.id(&says),
            scanned,
            class,
        };
        let draft = draft.clone();
        send.run(api::call::<CreateAudit>((), None_ {}, body), move |made| {
            draft.clear();
            let to = format!("/desk/library/audits/{}", made.id);
            let instead = NavigateOptions {
                replace: true,
                ..NavigateOptions::default()
            };
            navigate.with_value(|navigate| navigate(&to, instead));
        });
    });
    view! {
        <Page title=t!(desk_library.audit.begin) back="/desk/library/audits">
            <CodeForm label=t!(library.borrow.code) hint=t!(library.back.hint) button=t!(desk_library.audit.add) value=typed name="book-typed" pointer="" send=Send::default() go=add kind=Kind::Plain wanted=Wanted::Label />
            <section class="card stack">
                <p data-testid="scanned-count" aria-live="polite">{move || t!(desk_library.audit.scanned, count = many())}</p>
                <TextArea label=t!(desk_library.audit.labels) hint=t!(desk_library.audit.labels_hint) value=labels name="labels" max=80_000 rows=6 pointer="/scanned" problem=send.problem />
                <Field label=t!(desk_library.audit.class) hint=t!(desk_library.audit.class_hint) value=class name="class" max=20 pointer="/class" problem=send.problem />
                <TroubleNote problem=send.problem />
                <Button label=t!(desk_library.audit.count) name="audit-go" busy=send.busy on_press=go />
            </section>
        </Page>
    }
    .into_any()
}

#[component]
pub fn Audit(id: AuditId) -> AnyView {
    let audit = Remote::new(move || api::get::<GetAudit>((id,), None_ {}));
    view! {
        <Page title=t!(desk_library.audit.title) back="/desk/library/audits" wide=true>
            <Load from=audit let:now>{body(audit, &now)}</Load>
        </Page>
    }
    .into_any()
}

fn body(remote: Remote<AuditView>, audit: &AuditView) -> AnyView {
    let line = |line: &AuditLine| {
        let (words, _) = state(line.state);
        view! { <li data-testid="line" data-barcode=line.barcode.clone()>{format!("{} · {} · {} · {words}", line.barcode, line.title_name, line.class)}</li> }.into_any()
    };
    let group = |title: String, name: &'static str, lines: Vec<AnyView>| {
        (!lines.is_empty()).then(|| view! { <section class="card stack-s" data-testid=name><h2>{title}</h2><ul class="plain-list">{lines}</ul></section> })
    };
    let unknown = audit
        .unknown
        .iter()
        .map(|label| view! { <li data-testid="line">{label.clone()}</li> }.into_any())
        .collect();
    let right = audit.missing.is_empty() && audit.should_be_out.is_empty();
    view! {
        <div class="stack">
            <section class="card stack-s">
                <h2>{when::moment(audit.at)}</h2>
                <p data-testid="found">{t!(desk_library.audit.found, count = audit.found)}</p>
                {right.then(|| view! { <p>{t!(desk_library.audit.right)}</p> })}
                {audit.confirmed.then(|| view! { <p data-testid="confirmed">{t!(desk_library.audit.confirmed)}</p> })}
            </section>
            {group(t!(desk_library.audit.missing, count = audit.missing.len()), "missing", audit.missing.iter().map(line).collect())}
            {group(t!(desk_library.audit.out, count = audit.should_be_out.len()), "should-be-out", audit.should_be_out.iter().map(line).collect())}
            {group(t!(desk_library.audit.unknown, count = audit.unknown.len()), "unknown", unknown)}
            {(!audit.confirmed).then(|| view! { <Confirm remote id=audit.id /> })}
        </div>
    }
    .into_any()
}

#[component]
fn Confirm(remote: Remote<AuditView>, id: AuditId) -> AnyView {
    let (asking, send) = (RwSignal::new(false), Send::default());
    let attempt: Attempt<CommandId> = Attempt::new();
    let yes = move |()| {
        let body = ConfirmAuditBody {
            id: attempt.id("confirm"),
        };
        send.run(
            api::call::<ConfirmAudit>((id,), None_ {}, body),
            move |now| {
                say(t!(desk_library.audit.confirmed));
                close_then(asking, move || remote.put(now));
            },
        );
    };
    view! {
        <Button label=t!(desk_library.audit.confirm) name="audit-confirm" on_press=move |()| asking.set(true) />
        <Ask open=asking title=t!(desk_library.audit.confirm) words=t!(desk_library.audit.confirm_words) yes=t!(desk_library.audit.confirm) send on_yes=yes />
    }
    .into_any()
}
