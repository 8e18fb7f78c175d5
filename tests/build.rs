//! Says whether `LINLI_CORPORA` leads to collections that are not ours to pass on; the tests that
//! need them are marked as ignored where it does not.

use std::env;
use std::path::Path;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(collections)");
    println!("cargo::rerun-if-env-changed=LINLI_CORPORA");
    let Some(corpora) = env::var_os("LINLI_CORPORA") else {
        return;
    };
    let corpora = Path::new(&corpora);
    let all = [
        "security/JSONTestSuite/test_parsing",
        "library",
        "presence",
        "access-events",
    ]
    .map(|name| corpora.join(name));
    for folder in &all {
        println!("cargo::rerun-if-changed={}", folder.display());
    }
    if all.iter().all(|folder| folder.is_dir()) {
        println!("cargo::rustc-cfg=collections");
    }
}
