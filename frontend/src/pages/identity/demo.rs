use domain::access::Role;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;

use crate::i18n::{named, texts};
use crate::ui::Cells;
use crate::{api, t};

#[derive(Clone, Deserialize)]
struct Accounts {
    accounts: Vec<Account>,
}

/// Somebody of the demo community.
#[derive(Clone, Deserialize)]
struct Account {
    role: String,
    name: String,
    phone: String,
    #[serde(default)]
    totp: Option<String>,
}

/// On a local server: accounts to try, and where their codes are. Anywhere else it shows nothing.
#[component]
pub fn Demo(number: RwSignal<String>) -> AnyView {
    let accounts = RwSignal::new(Vec::<Account>::new());
    spawn_local(async move {
        if let Some(found) = api::peek::<Accounts>("/_local/demo").await {
            accounts.try_set(found.accounts);
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
        let factor = account.totp.map(|secret| view! { <span class="cell-note">{t!(signin.demo.totp, secret = secret)}</span> });
        view! {
            <button type="button" class="weui-cell cell demo" data-testid=format!("demo-{}", account.role) on:click=move |_| number.set(phone.clone())>
                <span class="cell-body"><span class="cell-label">{role}" · "{account.name}</span>{factor}</span>
                <span class="cell-value">{account.phone}</span>
            </button>
        }
        .into_any()
    };
    let shown = move || {
        let accounts = accounts.get();
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
