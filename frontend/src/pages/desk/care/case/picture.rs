//! A picture that is too large to be sent is drawn smaller, here in the browser.

use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap};
use wire::{Code, Problem};

use crate::browser::document;
use crate::model::care_picture::{Drawn, Way, tries, way};

const JPEG: &str = "image/jpeg";

/// How many bytes it has.
pub(super) fn bytes(file: &Blob) -> u32 {
    // What is larger is the largest.
    file.size() as u32
}

/// What is sent of a chosen file. Refuses: `BodyTooLarge`, `BadFile`.
pub(super) async fn fitting(file: Blob) -> Result<Blob, Problem> {
    match way(&file.type_(), bytes(&file)) {
        Way::AsItIs => Ok(file),
        Way::TooLarge => Err(Problem::new(Code::BodyTooLarge)),
        Way::Other => Err(Problem::new(Code::BadFile)),
        Way::Drawn => smaller(&file).await,
    }
}

async fn smaller(file: &Blob) -> Result<Blob, Problem> {
    let picture = opened(file).await;
    let picture = picture.ok_or_else(|| Problem::new(Code::BadFile))?;
    let mut found = None;
    for size in tries(picture.width(), picture.height()) {
        let drawn = drawn(&picture, size).await;
        if let Some(drawn) = drawn.filter(|drawn| way(JPEG, bytes(drawn)) == Way::AsItIs) {
            found = Some(drawn);
            break;
        }
    }
    picture.close();
    found.ok_or_else(|| Problem::new(Code::BodyTooLarge))
}

/// Upright, as it was taken.
async fn opened(file: &Blob) -> Option<ImageBitmap> {
    let begun = web_sys::window()?.create_image_bitmap_with_blob(file);
    let picture = JsFuture::from(begun.ok()?).await.ok()?;
    picture.dyn_into().ok()
}

async fn drawn(picture: &ImageBitmap, size: Drawn) -> Option<Blob> {
    let canvas = document()?.create_element("canvas").ok()?;
    let canvas: HtmlCanvasElement = canvas.dyn_into().ok()?;
    canvas.set_width(size.width);
    canvas.set_height(size.height);
    let context = canvas.get_context("2d").ok()??;
    let context: CanvasRenderingContext2d = context.dyn_into().ok()?;
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    // A JPEG lets nothing shine through.
    context.set_fill_style_str("#fff");
    context.fill_rect(0.0, 0.0, width, height);
    let put = context.draw_image_with_image_bitmap_and_dw_and_dh(picture, 0.0, 0.0, width, height);
    put.ok()?;
    let quality = JsValue::from_f64(size.quality);
    let promise = Promise::new(&mut |done, failed| {
        let begun = canvas.to_blob_with_type_and_encoder_options(&done, JPEG, &quality);
        if begun.is_err() {
            let _ = failed.call0(&JsValue::UNDEFINED);
        }
    });
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}
