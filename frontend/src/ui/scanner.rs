//! A camera that reads codes, beside a field one types into. The camera itself is the element `<scan-camera>`
//! (`frontend/scan/camera.js`), fetched when somebody opens it; what counts as read is [`Reader`]'s affair.

use leptos::prelude::*;

use super::button::{Button, Kind};
use super::field::{Select, Switch};
use crate::browser::{bring, focus};
use crate::model::scan::{CameraOf, Fits, Reader, Seen, Told, Wanted, Why};
use crate::t;

/// How it stands with the pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Face {
    Starting,
    Live,
    Trouble(Why),
}

/// What there is to say beside the pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hint {
    Point,
    Took,
    Two,
    Other,
    Quiet,
    Nothing,
}

/// The button that opens a camera, and the camera.
///
/// `typing` is the name of the field to type into instead; it and `wanted` may change while the camera is open.
/// While `hold`, nothing is taken.
#[component]
pub fn Scanner(
    #[prop(into)] wanted: Signal<Wanted>,
    fits: Fits,
    #[prop(into)] on_code: Callback<String>,
    #[prop(into)] hold: Signal<bool>,
    #[prop(into)] typing: Signal<&'static str>,
) -> AnyView {
    let open = RwSignal::new(false);
    let round = RwSignal::new(0_u32);
    let label = Signal::derive(move || {
        let words = if open.get() {
            t!(scan.close)
        } else {
            t!(scan.open)
        };
        words.to_owned()
    });
    let again = Callback::new(move |()| round.update(|round| *round += 1));
    let camera = move || {
        round.track();
        open.get()
            .then(|| view! { <Camera wanted fits on_code hold typing again /> })
    };
    view! {
        <div class="scan stack-s" data-testid="scanner">
            <Button label name="scan-open" kind=Kind::Plain on_press=move |()| open.update(|open| *open = !*open) />
            {camera}
        </div>
    }
    .into_any()
}

#[component]
fn Camera(
    wanted: Signal<Wanted>,
    fits: Fits,
    on_code: Callback<String>,
    hold: Signal<bool>,
    typing: Signal<&'static str>,
    again: Callback<()>,
) -> AnyView {
    let (face, hint) = (RwSignal::new(Face::Starting), RwSignal::new(Hint::Point));
    let (cameras, camera) = (
        RwSignal::new(Vec::<CameraOf>::new()),
        RwSignal::new(String::new()),
    );
    let (torch, lit, took) = (
        RwSignal::new(false),
        RwSignal::new(false),
        RwSignal::new(0_u32),
    );
    let reader = StoredValue::new(Reader::default());
    let tell = move |new: Hint| {
        if hint.get_untracked() != new {
            hint.set(new);
        }
    };
    let look = move |codes: &[String], photo: Option<u32>| {
        if hold.get_untracked() {
            return;
        }
        let (now, wanted) = (js_sys::Date::now(), wanted.get_untracked());
        let fit = |raw: &str| fits(wanted, raw);
        let seen = reader.try_update_value(|reader| match photo {
            Some(photo) => reader.see_photo(photo, now, codes, fit),
            None => reader.see(now, codes, fit),
        });
        match seen {
            Some(Seen::Take(code)) => {
                took.update(|took| *took += 1);
                tell(Hint::Took);
                on_code.run(code);
            }
            Some(Seen::Once) => tell(Hint::Point),
            Some(Seen::Two) => tell(Hint::Two),
            Some(Seen::Other) => tell(Hint::Other),
            Some(Seen::Nothing | Seen::Still) | None => {}
        }
    };
    let hear = move |ev: web_sys::Event| match told(&ev) {
        Some(Told::Codes { codes, photo }) => look(&codes, photo),
        Some(Told::Live {
            cameras: all,
            camera: this,
            torch: has,
        }) => {
            cameras.set(all);
            camera.set(this);
            torch.set(has);
            lit.set(false);
            face.set(Face::Live);
        }
        Some(Told::Trouble { why }) => face.set(Face::Trouble(why)),
        Some(Told::Quiet) => {
            tell(Hint::Quiet);
            focus(&format!("[name={}]", typing.get_untracked()));
        }
        Some(Told::Looked { photo })
            if reader.try_with_value(|reader| reader.found_nothing(photo)) == Some(true) =>
        {
            tell(Hint::Nothing);
        }
        Some(Told::Looked { .. }) | None => {}
    };
    // What knows `<scan-camera>`. Where it does not come, the next time tries again.
    bring("scan-module", "scan/camera.js", move || {
        face.try_set(Face::Trouble(Why::Failed));
    });
    let chosen = move || Some(camera.get()).filter(|id| !id.is_empty());
    let light = move || if lit.get() { "on" } else { "off" };
    let live = move || face.get() == Face::Live;
    let state = move || match face.get() {
        Face::Starting => "starting",
        Face::Live => "live",
        Face::Trouble(_) => "trouble",
    };
    let words = move || match face.get() {
        Face::Starting => t!(scan.face.starting),
        Face::Live => said(hint.get()),
        Face::Trouble(why) => match hint.get() {
            // A photograph was taken instead.
            Hint::Point | Hint::Quiet => trouble(why),
            other => said(other),
        },
    };
    let retry = move || {
        matches!(face.get(), Face::Trouble(why) if why != Why::Unsupported).then(|| {
            view! { <Button label=t!(scan.again) name="scan-again" kind=Kind::Plain on_press=again /> }
        })
    };
    let picker = move || {
        let options = cameras.with(|all| named(all));
        (live() && options.len() > 1).then(|| {
            view! { <Select label=t!(scan.which.label) value=camera options name="scan-which" /> }
        })
    };
    let lamp = move || {
        (live() && torch.get()).then(|| {
            view! { <Switch label=t!(scan.torch) on=lit set=move |on| lit.set(on) name="scan-torch" /> }
        })
    };
    view! {
        <scan-camera class="scan-camera stack-s" data-testid="scan-camera" data-state=state kind=move || wanted.get().as_str() camera=chosen torch=light took=move || took.get().to_string() on:scan=hear>
            <video class="scan-picture" hidden=move || !live() playsinline="" muted="" aria-label=t!(scan.picture)></video>
            <p class="scan-words" role="status" data-testid="scan-words">{words}</p>
            {retry}
            {picker}
            {lamp}
            <label class="weui-btn weui-btn_default button scan-photo">
                {t!(scan.photo)}
                <input type="file" accept="image/*" capture="environment" data-testid="scan-photo" />
            </label>
        </scan-camera>
    }
    .into_any()
}

fn said(hint: Hint) -> &'static str {
    match hint {
        Hint::Point => t!(scan.hint.point),
        Hint::Took => t!(scan.hint.took),
        Hint::Two => t!(scan.hint.two),
        Hint::Other => t!(scan.hint.other),
        Hint::Quiet => t!(scan.hint.quiet),
        Hint::Nothing => t!(scan.hint.nothing),
    }
}

fn trouble(why: Why) -> &'static str {
    match why {
        Why::Denied => t!(scan.face.denied),
        Why::None => t!(scan.face.none),
        Why::Busy => t!(scan.face.busy),
        Why::Unsupported => t!(scan.face.unsupported),
        Why::Failed => t!(scan.face.failed),
    }
}

/// Cameras as options; one without a name is counted.
fn named(cameras: &[CameraOf]) -> Vec<(String, String)> {
    let mut all = Vec::with_capacity(cameras.len());
    for (i, camera) in cameras.iter().enumerate() {
        let words = if camera.label.is_empty() {
            t!(scan.which.number, number = i + 1)
        } else {
            camera.label.clone()
        };
        all.push((camera.id.clone(), words));
    }
    all
}

fn told(ev: &web_sys::Event) -> Option<Told> {
    let detail = js_sys::Reflect::get(ev, &"detail".into()).ok()?;
    serde_json::from_str(&detail.as_string()?).ok()
}
