//! The kinds of services: their names and their order.

use leptos::prelude::*;
use wire::Page as WirePage;
use wire::endpoint::None_;
use wire::market::{Category, ListCategories, PutCategory, PutCategoryBody};

use super::super::table::{Head, Plain};
use crate::model::desk_service::given;
use crate::ui::{Button, Empty, Field, Kind, Load, Page, Remote, Send, Sheet, TroubleNote, say};
use crate::{api, t};
use domain::limits;

#[component]
pub fn Categories() -> AnyView {
    let list: Remote<WirePage<Category>> =
        Remote::new(|| Box::pin(api::call::<ListCategories>((), None_ {}, None_ {})));
    let (open, about) = (RwSignal::new(false), RwSignal::new(None::<Category>));
    let edit = Callback::new(move |which: Option<Category>| {
        about.set(which);
        open.set(true);
    });
    let draw_all = move |page: WirePage<Category>| draw(page, edit);
    view! {
        <Page title=t!(desk_services.category.title) back="/desk/services">
            <div class="desk-tools"><Button label=t!(desk_services.category.add) small=true name="category-new" on_press=move |()| edit.run(None) /></div>
            <Load from=list children=draw_all />
            <Sheet open title=t!(desk_services.category.title) name="category-sheet"><Form about=about.get_untracked() open list /></Sheet>
        </Page>
    }
    .into_any()
}

fn draw(page: WirePage<Category>, edit: Callback<Option<Category>>) -> AnyView {
    if page.items.is_empty() {
        return view! { <Empty words=t!(desk_services.category.none)><p class="quiet">{t!(desk_services.category.none_hint)}</p></Empty> }.into_any();
    }
    let heads = vec![
        Head::always(t!(desk_services.category.name)),
        Head::wide(t!(desk_services.category.name_en)),
        Head::wide(t!(desk_services.category.slug)),
        Head::always(t!(desk_services.category.place)),
        Head::always(t!(desk_services.category.actions)),
    ];
    let row = |one: Category| {
        let label = one.name.clone();
        vec![
            one.name.clone().into_any(),
            one.name_en.clone().unwrap_or_default().into_any(),
            one.slug.clone().into_any(),
            one.place.to_string().into_any(),
            view! { <button type="button" class="button button-text" aria-label=format!("{} {label}", t!(desk.act.edit)) data-testid="category-edit" on:click=move |_| edit.run(Some(one.clone()))>{t!(desk.act.edit)}</button> }.into_any(),
        ]
    };
    view! { <Plain caption=t!(desk_services.category.caption) heads rows=page.items.into_iter().map(row).collect() name="categories" /> }.into_any()
}

#[component]
fn Form(
    about: Option<Category>,
    open: RwSignal<bool>,
    list: Remote<WirePage<Category>>,
) -> AnyView {
    let send = Send::default();
    let text = |value: Option<String>| RwSignal::new(value.unwrap_or_default());
    let fixed = about.as_ref().map(|c| c.slug.clone());
    let ver = about.as_ref().map_or(0, |c| c.ver);
    let slug = text(fixed.clone());
    let name = text(about.as_ref().map(|c| c.name.clone()));
    let name_en = text(about.as_ref().and_then(|c| c.name_en.clone()));
    let place = text(about.as_ref().map(|c| c.place.to_string()));
    let wrong = RwSignal::new(None::<&'static str>);
    let save = move |()| {
        let (key, shown, at) = (
            slug.get_untracked().trim().to_owned(),
            name.get_untracked().trim().to_owned(),
            place.get_untracked().trim().parse::<u16>(),
        );
        let fine = !key.is_empty()
            && key
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        wrong.set(match (fine, shown.is_empty(), &at) {
            (false, _, _) => Some(t!(desk_services.category.slug_wrong)),
            (_, true, _) => Some(t!(desk_services.category.name_needed)),
            (_, _, Err(_)) => Some(t!(desk_services.category.place_wrong)),
            (true, false, Ok(_)) => None,
        });
        let (None, Ok(place)) = (wrong.get_untracked(), at) else {
            return;
        };
        let body = PutCategoryBody {
            name: shown,
            name_en: given(&name_en.get_untracked()),
            place,
            ver,
        };
        send.run(
            api::call::<PutCategory>((key,), None_ {}, body),
            move |_| {
                open.set(false);
                say(t!(desk_services.category.saved));
                list.again();
            },
        );
    };
    let slug_field = fixed.is_none().then(|| view! { <Field label=t!(desk_services.category.slug) hint=t!(desk_services.category.slug_hint) value=slug name="category-slug" max=30 /> });
    view! {
        {slug_field}
        <Field label=t!(desk_services.category.name) value=name name="category-name" max=limits::TITLE_CHARS pointer="/name" problem=send.problem />
        <Field label=t!(desk_services.category.name_en) hint=t!(desk.act.optional) value=name_en name="category-name-en" max=limits::TITLE_CHARS pointer="/name_en" problem=send.problem />
        <Field label=t!(desk_services.category.place) value=place name="category-place" inputmode="numeric" max=3 pointer="/place" problem=send.problem />
        <p class="field-error" role="alert" hidden=move || wrong.get().is_none()>{move || wrong.get()}</p>
        <TroubleNote problem=send.problem />
        <Button label=t!(desk.act.save) kind=Kind::Primary name="category-save" busy=send.busy on_press=save />
    }
    .into_any()
}
