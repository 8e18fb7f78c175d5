//! What a local server gives away, so that one can try it: accounts and their codes. Anywhere else
//! nothing of it shows.

use domain::PersonId;
use domain::access::Role;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;

use crate::browser::rest;
use crate::i18n::{named, texts};
use crate::ui::Cells;
use crate::{api, t};

/// How often an authenticator's code is asked for again, in milliseconds.
const CODE_REFRESH_MS: i32 = 3_000;

#[derive(Clone, Deserialize)]
struct Accounts {
    accounts: Vec<Account>,
}

/// Somebody of the demo community.
#[derive(Clone, Deserialize)]
struct Account {
    person: PersonId,
    role: String,
    name: String,
    phone: String,
    #[serde(default)]
    totp: Option<String>,
}

async fn accounts() -> Option<Vec<Account>> {
    let found = api::peek::<Accounts>("/_local/demo").await?;
    Some(found.accounts)
}

/// What the authenticator of this demo account shows now.
#[component]
pub fn CodeNow(person: PersonId) -> AnyView {
    let code = RwSignal::new(None::<String>);
    spawn_local(async move {
        while let Some(accounts) = accounts().await {
            let own = accounts.into_iter().find(|one| one.person == person);
            let gone = code.try_set(own.and_then(|own| own.totp)).is_some();
            if gone {
                return;
            }
            rest(CODE_REFRESH_MS).await;
        }
        code.try_set(None);
    });
    let shown = move || {
        code.get().map(|code| {
            view! { <p class="quiet">{t!(signin.demo.code_now)}<code class="secret" data-testid="code-now">{code}</code></p> }
        })
    };
    shown.into_any()
}

/// Accounts to try, and where their codes are.
#[component]
pub fn Demo(number: RwSignal<String>) -> AnyView {
    let shown_accounts = RwSignal::new(Vec::<Account>::new());
    spawn_local(async move {
        if let Some(found) = accounts().await {
            shown_accounts.try_set(found);
        }
    });
    let one = move |account: Account| {
        let role = account
            .role
            .parse::<Role>()
            .map_or(account.role.clone(), |role| {
                named(texts::identity::role::ALL, role.as_str())
            });
        let phone = account.phone.clone();
        view! {
            <button type="button" class="weui-cell cell demo" data-testid=format!("demo-{}", account.role) on:click=move |_| number.set(phone.clone())>
                <span class="cell-body"><span class="cell-label">{role}" · "{account.name}</span></span>
                <span class="cell-value">{account.phone}</span>
            </button>
        }
        .into_any()
    };
    let shown = move || {
        let accounts = shown_accounts.get();
        (!accounts.is_empty()).then(|| {
            view! {
                <div class="stack-s">
                    <Cells title=t!(signin.demo.title)>{accounts.into_iter().map(one).collect::<Vec<_>>()}</Cells>
                    <p class="quiet">{t!(signin.demo.words)}</p>
                    <p><a href="/_local/outbox" target="_blank" rel="external noopener" data-testid="demo-outbox">{t!(signin.demo.outbox)}</a></p>
                </div>
            }
        })
    };
    shown.into_any()
}
