//! Imports.

use wire::market::{ImportProviders, ImportServices};
use wire::{Code, Problem};

use crate::http::{Call, Outcome};

pub async fn providers(_: Call<ImportProviders>) -> Outcome<ImportProviders> {
    Err(Problem::new(Code::BadFile).into())
}

pub async fn services(_: Call<ImportServices>) -> Outcome<ImportServices> {
    Err(Problem::new(Code::BadFile).into())
}
