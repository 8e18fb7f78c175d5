//! The OpenAPI 3.1 document, generated from [`crate::endpoints`].

use serde_json::{Map, Value, json};

use crate::endpoint::{EndpointInfo, Method};
use crate::{Code, Problem, endpoints};

/// The whole document.
#[must_use]
pub fn document() -> Value {
    let mut settings = schemars::generate::SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    let mut generator = settings.into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for endpoint in endpoints() {
        let operation = operation(endpoint, &mut generator);
        let path = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        path[endpoint.method.as_str().to_lowercase()] = operation;
    }
    generator.subschema_for::<Problem>();
    let mut schemas: Map<String, Value> = generator.take_definitions(true);
    schemas.sort_keys();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Linli",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Neighbourhood services. Times are RFC 3339 with an offset; money is whole fen; lists are paged by cursor, at most 100 rows; errors are problems with a stable code.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "session": { "type": "apiKey", "in": "cookie", "name": "__Host-sid" } },
        },
    })
}

fn operation(endpoint: &EndpointInfo, generator: &mut schemars::SchemaGenerator) -> Value {
    let schemas = (endpoint.schemas)(generator);
    let mut parameters = path_parameters(endpoint.path);
    parameters.extend(query_parameters(&schemas.query, generator));
    let mut responses = Map::new();
    let success = if endpoint.success == 204 {
        json!({ "description": "Done" })
    } else {
        json!({ "description": "Done", "content": { "application/json": { "schema": schemas.reply } } })
    };
    responses.insert(endpoint.success.to_string(), success);
    responses.insert("default".into(), json!({
        "description": "Refused or failed",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    }));
    let mut operation = json!({
        "operationId": endpoint.name,
        "summary": endpoint.about.trim(),
        "tags": [endpoint.path.split('/').nth(2).unwrap_or("")],
        "parameters": parameters,
        "responses": responses,
        "x-act": endpoint.act.as_str(),
    });
    if endpoint.act != domain::access::Act::Public {
        operation["security"] = json!([{ "session": [] }]);
    }
    if endpoint.file {
        operation["requestBody"] = json!({ "required": true, "content": {
            "text/csv": { "schema": { "type": "string", "format": "binary" } },
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": { "schema": { "type": "string", "format": "binary" } },
        }});
    } else if matches!(endpoint.method, Method::Post | Method::Put | Method::Patch) {
        operation["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": schemas.body } } });
    }
    operation
}

fn path_parameters(path: &str) -> Vec<Value> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect()
}

fn query_parameters(query: &schemars::Schema, generator: &schemars::SchemaGenerator) -> Vec<Value> {
    let schema = query.as_value();
    let name = schema["$ref"]
        .as_str()
        .and_then(|r| r.rsplit('/').next())
        .unwrap_or_default();
    let schema = generator.definitions().get(name).unwrap_or(schema);
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    schema["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, schema)| json!({ "name": name, "in": "query", "required": required.contains(&name.as_str()), "schema": schema }))
        .collect()
}

/// Every code with its status, for the reader of the document.
#[must_use]
pub fn codes() -> Vec<(&'static str, u16)> {
    Code::ALL
        .iter()
        .map(|code| (code.as_str(), code.status()))
        .collect()
}
