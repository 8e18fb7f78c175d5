use leptos::prelude::*;
use wire::points::ledger::{
    AccountQuery, AccountView, GetPointAccount, ListPointEntries, StatementQuery, TransferView,
};

use super::whose::{Whose, about, whose};
use crate::model::volunteer::{change, explained, rule};
use crate::model::when;
use crate::ui::{Fact, Facts, LinkButton, Load, Page, Paged, Remote, Rows};
use crate::{api, t};

/// One's points, and every line behind them in words.
#[component]
pub fn Account() -> AnyView {
    let person = whose();
    let account = Remote::new(move || {
        let person = person.get();
        api::get::<GetPointAccount>((), AccountQuery { person })
    });
    let lines = Paged::new(move |cursor| {
        let query = StatementQuery {
            person: person.get(),
            cursor,
            limit: None,
        };
        api::get::<ListPointEntries>((), query)
    });
    let rewards = move || view! { <LinkButton label=t!(points.account.rewards) href=about("/rewards", person.get()) name="to-rewards" /> };
    view! {
        <Page title=t!(points.account.title) back=about("/volunteer", person.get_untracked())>
            <Whose person />
            <Load from=account let:now>{standing(&now)}</Load>
            {rewards}
            <section class="stack-s">
                <h2 class="cells-title">{t!(points.account.lines)}</h2>
                <Rows from=lines empty=t!(points.account.empty) name="statement" cells=true let:line>{row(&line, "")}</Rows>
            </section>
        </Page>
    }
    .into_any()
}

fn standing(account: &AccountView) -> AnyView {
    let ending: Vec<String> = account
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
    let words = |points: u32| t!(points.account.points, points = points);
    let (available, by) = (words(account.available), rule(&account.rule));
    let facts = [
        (account.reserved > 0).then(|| view! { <Fact label=t!(points.account.reserved) value=words(account.reserved) name="reserved" note=t!(points.account.reserved_note) /> }.into_any()),
        (account.owed > 0).then(|| view! { <Fact label=t!(points.account.owed) value=words(account.owed) name="owed" note=t!(points.account.owed_note) /> }.into_any()),
        (!ending.is_empty()).then(|| view! { <Fact label=t!(points.account.expiring) value=ending.join("\n") name="expiring" /> }.into_any()),
    ];
    let facts: Vec<AnyView> = facts.into_iter().flatten().collect();
    view! {
        <Facts>
            <Fact label=t!(points.account.available) value=available name="available" />
            {facts}
        </Facts>
        <p class="quiet" data-testid="rule">{by}</p>
    }
    .into_any()
}

/// One line, leading to what it is about; `at` is where those pages stand.
pub fn row(line: &TransferView, at: &str) -> AnyView {
    let (what, why) = explained(line);
    let note = format!("{why}\n{}", when::moment(line.at));
    let way = if line.change < 0 { "less" } else { "more" };
    let inner = view! {
        <span class="cell-body"><span class="cell-label">{what}</span><span class="cell-note">{note}</span></span>
        <span class="cell-value line-points" data-way=way>{change(line.change)}</span>
    };
    let href = line
        .about
        .entry
        .map(|id| format!("{at}/hours/{id}"))
        .or_else(|| {
            line.about
                .redemption
                .map(|id| format!("{at}/vouchers/{id}"))
        });
    match href {
        Some(href) => {
            view! { <a class="weui-cell cell" href=href data-testid="line">{inner}</a> }.into_any()
        }
        None => view! { <div class="weui-cell cell" data-testid="line">{inner}</div> }.into_any(),
    }
}
