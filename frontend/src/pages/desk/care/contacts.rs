//! Whom to ring about somebody, while it is written: up to ten.

use domain::care::Contact;
use domain::limits;
use leptos::prelude::*;

use crate::model::care_nodes::toggled;
use crate::t;
use crate::ui::{Button, Field, Kind, Switch, Trouble};

/// Where the server refuses a part of each of them.
const NAME_AT: [&str; limits::CARE_CONTACTS] = [
    "/contacts/0/name",
    "/contacts/1/name",
    "/contacts/2/name",
    "/contacts/3/name",
    "/contacts/4/name",
    "/contacts/5/name",
    "/contacts/6/name",
    "/contacts/7/name",
    "/contacts/8/name",
    "/contacts/9/name",
];
const RELATION_AT: [&str; limits::CARE_CONTACTS] = [
    "/contacts/0/relation",
    "/contacts/1/relation",
    "/contacts/2/relation",
    "/contacts/3/relation",
    "/contacts/4/relation",
    "/contacts/5/relation",
    "/contacts/6/relation",
    "/contacts/7/relation",
    "/contacts/8/relation",
    "/contacts/9/relation",
];
const PHONE_AT: [&str; limits::CARE_CONTACTS] = [
    "/contacts/0/phone",
    "/contacts/1/phone",
    "/contacts/2/phone",
    "/contacts/3/phone",
    "/contacts/4/phone",
    "/contacts/5/phone",
    "/contacts/6/phone",
    "/contacts/7/phone",
    "/contacts/8/phone",
    "/contacts/9/phone",
];

#[derive(Clone, Copy)]
struct Row {
    name: RwSignal<String>,
    relation: RwSignal<String>,
    phone: RwSignal<String>,
    may_be_told: RwSignal<bool>,
    has_key: RwSignal<bool>,
}

impl Row {
    fn new() -> Self {
        Self {
            name: RwSignal::new(String::new()),
            relation: RwSignal::new(String::new()),
            phone: RwSignal::new(String::new()),
            may_be_told: RwSignal::new(false),
            has_key: RwSignal::new(false),
        }
    }

    fn put(self, contact: Option<&Contact>) {
        let text = |part: fn(&Contact) -> &str| contact.map(part).unwrap_or_default().to_owned();
        self.name.set(text(|one| &one.name));
        self.relation.set(text(|one| &one.relation));
        self.phone.set(text(|one| &one.phone));
        let told = contact.is_some_and(|one| one.may_be_told);
        self.may_be_told.set(told);
        self.has_key.set(contact.is_some_and(|one| one.has_key));
    }

    fn now(self) -> Contact {
        Contact {
            name: self.name.get(),
            relation: self.relation.get(),
            phone: self.phone.get(),
            may_be_told: self.may_be_told.get(),
            has_key: self.has_key.get(),
        }
    }
}

/// As many as there may be; those in `used` are shown, in this order.
#[derive(Clone, Copy)]
pub struct Rows {
    rows: [Row; limits::CARE_CONTACTS],
    used: RwSignal<Vec<usize>>,
}

impl Rows {
    #[must_use]
    pub fn of(contacts: &[Contact]) -> Self {
        let rows = Self {
            rows: std::array::from_fn(|_| Row::new()),
            used: RwSignal::new(Vec::new()),
        };
        rows.replace(contacts);
        rows
    }

    pub fn replace(self, contacts: &[Contact]) {
        for (row, contact) in self.rows.into_iter().zip(contacts) {
            row.put(Some(contact));
        }
        let count = contacts.len().min(limits::CARE_CONTACTS);
        self.used.set((0..count).collect());
    }

    /// What is typed.
    #[must_use]
    pub fn all(self) -> Vec<Contact> {
        let used = self.used.get().into_iter();
        let rows = used.filter_map(|slot| self.rows.get(slot).copied());
        rows.map(Row::now).collect()
    }

    fn add(self) {
        let used = self.used.get_untracked();
        let mut free = (0..limits::CARE_CONTACTS).filter(|slot| !used.contains(slot));
        let Some(slot) = free.next() else { return };
        if let Some(row) = self.rows.get(slot) {
            row.put(None);
        }
        self.used.set(toggled(&used, slot, true));
    }

    fn remove(self, slot: usize) {
        self.used.update(|used| *used = toggled(used, slot, false));
    }
}

#[component]
pub fn Contacts(rows: Rows, problem: Trouble) -> AnyView {
    let shown = move || {
        let used = rows.used.get().into_iter().enumerate();
        let drawn = used.filter_map(|(place, slot)| {
            let row = rows.rows.get(slot).copied()?;
            let remove = Callback::new(move |()| rows.remove(slot));
            Some(one(row, place, remove, problem))
        });
        drawn.collect::<Vec<_>>()
    };
    let full = move || rows.used.with(Vec::len) >= limits::CARE_CONTACTS;
    let add = move || {
        (!full()).then(|| view! { <Button label=t!(desk_care.file.contact_add) name="contact-add" kind=Kind::Plain on_press=move |()| rows.add() /> })
    };
    view! {
        <section class="stack">
            <h3>{t!(desk_care.file.contacts)}</h3>
            <p class="quiet">{t!(desk_care.file.contacts_words)}</p>
            {shown}
            {add}
        </section>
    }
    .into_any()
}

fn one(row: Row, place: usize, remove: Callback<()>, problem: Trouble) -> AnyView {
    let at = |all: [&'static str; limits::CARE_CONTACTS]| all.get(place).copied().unwrap_or("");
    let (name_at, relation_at, phone_at) = (at(NAME_AT), at(RELATION_AT), at(PHONE_AT));
    let label = t!(desk_care.file.contact, number = place + 1);
    let set_told = Callback::new(move |on: bool| row.may_be_told.set(on));
    let set_key = Callback::new(move |on: bool| row.has_key.set(on));
    view! {
        <div class="card stack" role="group" aria-label=label data-testid="contact">
            <div class="desk-pair">
                <Field label=t!(desk_care.file.contact_name) value=row.name name="contact-name" max=limits::NAME_CHARS pointer=name_at problem />
                <Field label=t!(desk_care.file.relation) hint=t!(desk_care.file.relation_hint) value=row.relation name="contact-relation" max=limits::LINE_CHARS pointer=relation_at problem />
                <Field label=t!(desk_care.file.phone) value=row.phone name="contact-phone" kind="tel" inputmode="tel" max=20 pointer=phone_at problem />
            </div>
            <Switch label=t!(desk_care.file.may_be_told) note=t!(desk_care.file.may_be_told_note) on=row.may_be_told set=set_told name="contact-told" />
            <Switch label=t!(desk_care.file.has_key) on=row.has_key set=set_key name="contact-key" />
            <Button label=t!(desk.act.remove) name="contact-remove" kind=Kind::Text on_press=remove />
        </div>
    }
    .into_any()
}
