//! Says whether collections that are not ours to pass on lie beside the checkout; the tests that
//! need them are marked as ignored where they do not.

fn main() {
    let folder = "../../shared/fixtures/security/JSONTestSuite/test_parsing";
    println!("cargo::rustc-check-cfg=cfg(collections)");
    println!("cargo::rerun-if-changed={folder}");
    if std::path::Path::new(folder).is_dir() {
        println!("cargo::rustc-cfg=collections");
    }
}
