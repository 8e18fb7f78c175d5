//! One person as a volunteer: their points, service time, vouchers and certificates. Every look at
//! them finds itself in their log.

use domain::access::Act;
use domain::reward::RedemptionState;
use domain::{CommandId, PersonId};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::identity::ResidentRow;
use wire::points::hours::{
    CertificateView, CertificatesQuery, EntryView, HoursQuery, IssueCertificate,
    IssueCertificateBody, ListCertificates, ListHours,
};
use wire::points::ledger::{
    AccountQuery, AccountView, GetPointAccount, ListPointEntries, StatementQuery,
};
use wire::points::rewards::{ListRedemptions, RedemptionView, RedemptionsQuery};
use wire::{Code, Problem};

use super::super::ask::Attempt;
use super::super::people::pick::PersonPick;
use super::super::words;
use crate::model::volunteer::{rule, served};
use crate::model::when;
use crate::pages::points::{account, certificates, hours, vouchers};
use crate::session::Session;
use crate::ui::{
    Button, Cell, Cells, Fact, Facts, Field, Load, Page, Paged, Remote, Rows, Send, TroubleNote,
    say_next,
};
use crate::{api, t};

#[component]
pub fn Find() -> AnyView {
    let chosen = RwSignal::new(None::<ResidentRow>);
    let navigate = use_navigate();
    Effect::new(move |_| {
        if let Some(person) = chosen.get() {
            let to = format!("/desk/volunteering/people/{}", person.id);
            navigate(&to, Default::default());
        }
    });
    view! {
        <Page title=t!(desk_volunteering.person.find) back="/desk/volunteering">
            <p class="quiet">{t!(desk_volunteering.person.find_words)}</p>
            <section class="card stack"><PersonPick chosen /></section>
        </Page>
    }
    .into_any()
}

#[component]
pub fn Person(id: PersonId) -> AnyView {
    let session = Session::get();
    let person = Some(id);
    let account = Remote::new(move || api::get::<GetPointAccount>((), AccountQuery { person }));
    let card = session.may(Act::BookForOthers).then(|| {
        let href = format!("/desk/volunteering/people/{id}/card");
        view! { <Cells><Cell label=t!(volunteer.card.title) note=t!(desk_volunteering.person.card_note) href=href name="to-card" /></Cells> }
    });
    // Its lines lead to entries.
    let lines = session
        .may(Act::ApproveHours)
        .then(|| view! { <Statement id /> });
    let time = session
        .may(Act::ApproveHours)
        .then(|| view! { <Time id /> });
    let papers = session
        .may(Act::IssueCertificates)
        .then(|| view! { <Papers id /> });
    view! {
        <Page title=t!(desk_volunteering.person.title) back="/desk/volunteering/people" wide=true>
            <Load from=account let:one>{points(&one)}</Load>
            {card}
            <div class="desk-columns desk-halves">
                <div class="stack">{lines}{time}</div>
                <div class="stack"><Vouchers id />{papers}</div>
            </div>
        </Page>
    }
    .into_any()
}

fn points(account: &AccountView) -> AnyView {
    let points = |points: u32| t!(points.account.points, points = points);
    let (available, reserved) = (points(account.available), points(account.reserved));
    let rule = rule(&account.rule);
    let owed = (account.owed > 0).then(|| view! { <Fact label=t!(points.account.owed) value=points(account.owed) note=t!(points.account.owed_note) name="owed" /> });
    let lots: Vec<String> = account
        .expiring
        .iter()
        .map(|lot| {
            t!(
                points.account.lot,
                points = lot.points,
                day = when::full_day(lot.expires_on)
            )
        })
        .collect();
    let lots = (!lots.is_empty()).then(|| view! { <Fact label=t!(points.account.expiring) value=lots.join("\n") name="expiring" /> });
    view! {
        <div class="card desk-head"><h2 data-testid="person-name">{account.person_name.clone()}</h2></div>
        <Facts>
            <Fact label=t!(points.account.available) value=available note=rule name="available" />
            <Fact label=t!(points.account.reserved) value=reserved name="reserved" />
            {owed}
            {lots}
        </Facts>
    }
    .into_any()
}

/// Every line behind the points.
#[component]
fn Statement(id: PersonId) -> AnyView {
    let list = Paged::new(move |cursor| {
        let query = StatementQuery {
            person: Some(id),
            cursor,
            limit: None,
        };
        api::get::<ListPointEntries>((), query)
    });
    view! {
        <section class="stack-s">
            <h2 class="cells-title">{t!(points.account.lines)}</h2>
            <Rows from=list empty=t!(desk_volunteering.person.no_lines) name="statement" cells=true let:line>{account::row(&line, "/desk/volunteering")}</Rows>
        </section>
    }
    .into_any()
}

#[component]
fn Time(id: PersonId) -> AnyView {
    let list = Paged::new(move |cursor| {
        let query = HoursQuery {
            from: None,
            until: None,
            person: Some(id),
            cursor,
            limit: None,
        };
        api::get::<ListHours>((), query)
    });
    let row = |entry: EntryView| {
        let href = format!("/desk/volunteering/hours/{}", entry.id);
        let note = format!(
            "{}\n{}",
            when::visit(entry.starts, entry.ends),
            served(entry.minutes)
        );
        view! { <Cell label=entry.what.clone() note=note href=href name="entry">{hours::tags(&entry)}</Cell> }.into_any()
    };
    view! {
        <section class="stack-s">
            <h2 class="cells-title">{t!(desk_volunteering.person.time)}</h2>
            <Rows from=list empty=t!(desk_volunteering.person.no_time) name="hours" cells=true children=row />
        </section>
    }
    .into_any()
}

#[component]
fn Vouchers(id: PersonId) -> AnyView {
    let list = Paged::new(move |cursor| {
        let query = RedemptionsQuery {
            person: Some(id),
            cursor,
            limit: None,
        };
        api::get::<ListRedemptions>((), query)
    });
    let row = |voucher: RedemptionView| {
        let href = format!("/desk/volunteering/vouchers/{}", voucher.id);
        let note = match voucher.state {
            RedemptionState::Reserved => {
                t!(reward.vouchers.until, at = when::moment(voucher.until))
            }
            RedemptionState::Settled | RedemptionState::Cancelled | RedemptionState::Expired => {
                when::moment(voucher.changed_at)
            }
        };
        view! { <Cell label=vouchers::goods(&voucher) note=note href=href name="voucher">{vouchers::tag(voucher.state)}</Cell> }.into_any()
    };
    view! {
        <section class="stack-s">
            <h2 class="cells-title">{t!(desk_volunteering.person.vouchers)}</h2>
            <Rows from=list empty=t!(desk_volunteering.person.no_vouchers) name="vouchers" cells=true children=row />
        </section>
    }
    .into_any()
}

/// Certificates there are, and a new one for some time; this year so far, unless said otherwise.
#[component]
fn Papers(id: PersonId) -> AnyView {
    let list = Paged::new(move |cursor| {
        let query = CertificatesQuery {
            person: Some(id),
            cursor,
            limit: None,
        };
        api::get::<ListCertificates>((), query)
    });
    let today = words::today();
    let from = RwSignal::new(today.first_of_year().to_string());
    let until = RwSignal::new(today.to_string());
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    let navigate = use_navigate();
    let go = move |()| {
        let missing = |pointer: &str| {
            send.problem
                .set(Some(Problem::new(Code::MissingField).at(pointer)));
        };
        let Ok(first) = from.with_untracked(|raw| raw.parse()) else {
            return missing("/from");
        };
        let Ok(last) = until.with_untracked(|raw| raw.parse()) else {
            return missing("/until");
        };
        let body = IssueCertificateBody {
            id: attempt.id(&format!("{first} {last}")),
            person: Some(id),
            from: first,
            until: last,
        };
        let navigate = navigate.clone();
        send.run(
            api::call::<IssueCertificate>((), None_ {}, body),
            move |new| {
                say_next(t!(certificate.ask.done));
                let to = format!("/desk/volunteering/certificates/{}", new.number);
                navigate(&to, Default::default());
            },
        );
    };
    let row = |one: CertificateView| {
        let href = format!("/desk/volunteering/certificates/{}", one.number);
        let note = format!("{}\n{}", served(one.minutes), one.number);
        view! { <Cell label=certificates::period(&one) note=note href=href name="certificate-row">{certificates::tag(one.state)}</Cell> }.into_any()
    };
    view! {
        <section class="stack-s">
            <h2 class="cells-title">{t!(desk_volunteering.person.certificates)}</h2>
            <Rows from=list empty=t!(certificate.list.empty) name="certificates" cells=true children=row />
        </section>
        <section class="card stack" data-testid="issue">
            <h2>{t!(certificate.ask.title)}</h2>
            <p class="quiet">{t!(desk_volunteering.person.issue_words)}</p>
            <div class="desk-pair">
                <Field label=t!(certificate.ask.from) value=from name="from" kind="date" pointer="/from" problem=send.problem />
                <Field label=t!(certificate.ask.until) value=until name="until" kind="date" pointer="/until" problem=send.problem />
            </div>
            <TroubleNote problem=send.problem />
            <Button label=t!(certificate.ask.send) name="certificate-ask" busy=send.busy on_press=go />
        </section>
    }
    .into_any()
}
