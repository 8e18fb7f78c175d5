//! The table as it is deployed, and the description of the API, stay what the code says.

use store::schema::{INDEXES, PK, SK, TTL};
use wire::openapi;

#[test]
fn the_template_declares_the_very_table() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/template.yaml");
    let template = std::fs::read_to_string(path).expect("the template is there");
    let names = |word: &str| -> Vec<String> {
        let values = template.split(word).skip(1);
        values
            .map(|rest| {
                rest.trim()
                    .split([',', '\n', '}'])
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_owned()
            })
            .collect()
    };
    let attributes = names("AttributeName:");
    for name in [PK, SK, TTL]
        .into_iter()
        .chain(INDEXES.iter().flat_map(|(_, hash, range)| [*hash, *range]))
    {
        assert!(
            attributes.iter().any(|a| a == name),
            "{name} is not in the template"
        );
    }
    let known: Vec<&str> = [PK, SK, TTL]
        .into_iter()
        .chain(INDEXES.iter().flat_map(|(_, hash, range)| [*hash, *range]))
        .collect();
    assert!(
        attributes.iter().all(|a| known.contains(&a.as_str())),
        "{attributes:?} against {known:?}"
    );
    let indexes: Vec<String> = INDEXES
        .iter()
        .map(|(name, _, _)| (*name).to_owned())
        .collect();
    assert_eq!(names("IndexName:"), indexes);
}

#[test]
fn every_endpoint_is_described_and_every_reference_leads_somewhere() {
    let document = openapi::document();
    assert_eq!(document["openapi"], "3.1.0");
    for endpoint in wire::endpoints() {
        let operation = &document["paths"][endpoint.path][endpoint.method.as_str().to_lowercase()];
        assert_eq!(operation["operationId"], endpoint.name, "{}", endpoint.path);
    }
    let text = document.to_string();
    for reference in text
        .split("\"$ref\":\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
    {
        let place = document.pointer(reference.trim_start_matches('#'));
        assert!(place.is_some(), "{reference} leads nowhere");
    }
}
