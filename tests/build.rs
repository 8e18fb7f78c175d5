//! Says whether `LINLI_CORPORA` leads to collections that are not ours to pass on; the tests that
//! need them are marked as ignored where it does not.

use std::env;
use std::path::Path;

/// What is said of each, and where it lies.
const COLLECTIONS: [(&str, &str); 5] = [
    ("json_collection", "security/JSONTestSuite/test_parsing"),
    ("library_collection", "library"),
    ("presence_collection", "presence"),
    ("doors_collection", "access-events"),
    ("health_collection", "health/us-core"),
];

fn main() {
    for (name, _) in COLLECTIONS {
        println!("cargo::rustc-check-cfg=cfg({name})");
    }
    println!("cargo::rerun-if-env-changed=LINLI_CORPORA");
    let Some(corpora) = env::var_os("LINLI_CORPORA") else {
        return;
    };
    let corpora = Path::new(&corpora);
    for (name, folder) in COLLECTIONS {
        let folder = corpora.join(folder);
        println!("cargo::rerun-if-changed={}", folder.display());
        if folder.is_dir() {
            println!("cargo::rustc-cfg={name}");
        }
    }
}
