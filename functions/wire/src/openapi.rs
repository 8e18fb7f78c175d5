//! The OpenAPI 3.1 document, generated from [`crate::endpoints`].

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::endpoint::EndpointInfo;
use crate::{Problem, endpoints};

mod codes;

pub use codes::codes_of;

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
    let mut parameters = path_parameters(endpoint.path, &schemas.path);
    parameters.extend(query_parameters(&schemas.query, generator));
    let mut responses = problems(endpoint);
    let done = done(endpoint, &schemas.reply);
    responses.insert(endpoint.success.to_string(), done);
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
    if SAID_BY_READERS.contains(&endpoint.name) {
        operation["requestBody"] = json!({ "required": true, "content": said_by_readers() });
    } else if endpoint.name == "ImportDoorEvents" {
        operation["requestBody"] = json!({ "required": true, "content": lines() });
    } else if endpoint.name == "RecordObservations" {
        let own = generator.subschema_for::<crate::watch::ObservationsBody>();
        operation["requestBody"] = json!({ "required": true, "content": observed(&own) });
    } else if endpoint.name == "AttachFile" {
        operation["requestBody"] = json!({ "required": true, "content": pictures() });
    } else if endpoint.file {
        let mut content = sheets();
        if endpoint.large {
            content["application/marc"] = content["text/csv"].clone();
            let file = json!({ "file": content["text/csv"]["schema"].clone() });
            let form = json!({ "type": "object", "required": ["file"], "properties": file });
            content["multipart/form-data"] = json!({ "schema": form });
        }
        operation["requestBody"] = json!({ "required": true, "content": content });
    } else if endpoint.has_body() {
        let name = schemas.body.get("$ref").and_then(|name| name.as_str());
        let asks = !name.is_some_and(|name| name.ends_with("/None_"));
        operation["requestBody"] = json!({ "required": asks, "content": { "application/json": { "schema": schemas.body } } });
    }
    operation
}

/// These give a session or take it away.
const SET_COOKIE: [&str; 4] = ["SignIn", "SignOut", "SignOutEverywhere", "DeleteMe"];

/// A spreadsheet in either form.
fn sheets() -> Value {
    let binary = json!({ "schema": { "type": "string", "format": "binary" } });
    json!({
        "text/csv": binary,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": binary,
    })
}

/// A picture, or a document.
fn pictures() -> Value {
    let binary = json!({ "schema": { "type": "string", "format": "binary" } });
    json!({ "image/jpeg": binary, "image/png": binary, "application/pdf": binary })
}

/// A line for each, as a table or as objects.
fn lines() -> Value {
    let text = json!({ "schema": { "type": "string" } });
    json!({ "text/csv": text, "application/jsonl": text })
}

/// Bodies in the words of a maker of readers.
const SAID_BY_READERS: [&str; 3] = ["RecordHikvision", "RecordDahua", "RecordZkteco"];

/// What a reader at a door sends in its maker's words.
fn said_by_readers() -> Value {
    let body = json!({ "schema": { "type": "string", "format": "binary" } });
    json!({
        "application/json": body,
        "application/xml": body,
        "text/plain": body,
        "multipart/form-data": body,
    })
}

/// Our own form, and what HL7 describes.
fn observed(own: &schemars::Schema) -> Value {
    let fhir = json!({ "type": "object", "required": ["resourceType"],
        "properties": { "resourceType": { "enum": ["Observation", "Bundle"] } },
        "externalDocs": { "url": "https://hl7.org/fhir/R4/observation.html" } });
    json!({
        "application/json": { "schema": { "anyOf": [own, fhir] } },
        "application/fhir+json": { "schema": fhir },
    })
}

fn done(endpoint: &EndpointInfo, reply: &schemars::Schema) -> Value {
    let mut done = json!({ "description": "Done" });
    if endpoint.name == "GetCaseFile" {
        done["content"] = pictures();
    } else if endpoint.sheet {
        done["content"] = sheets();
    } else if endpoint.plain {
        done["content"] = json!({ "text/plain": { "schema": { "type": "string" } } });
    } else if endpoint.success != 204 {
        done["content"] = json!({ "application/json": { "schema": reply } });
    }
    if SET_COOKIE.contains(&endpoint.name) {
        done["headers"] = json!({ "Set-Cookie": {
            "description": "The session, or its end",
            "schema": { "type": "string", "pattern": "^__Host-sid=" },
        }});
    }
    done
}

/// By status, with the codes that each may have.
fn problems(endpoint: &EndpointInfo) -> Map<String, Value> {
    let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for code in codes_of(endpoint) {
        by_status
            .entry(code.status())
            .or_default()
            .push(code.as_str());
    }
    let answer = |(status, codes): (u16, Vec<&str>)| {
        let mut answer = json!({
            "description": codes.join(", "),
            "content": { "application/problem+json": { "schema": {
                "allOf": [{ "$ref": "#/components/schemas/Problem" }],
                "properties": { "code": { "enum": codes } },
            }}},
        });
        if status == 429 {
            answer["headers"] = json!({ "Retry-After": { "schema": { "type": "integer" } } });
        }
        (status.to_string(), answer)
    };
    by_status.into_iter().map(answer).collect()
}

fn path_parameters(path: &str, schemas: &[schemars::Schema]) -> Vec<Value> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .zip(schemas)
        .map(|(name, schema)| json!({ "name": name, "in": "path", "required": true, "schema": schema }))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_required_where_something_is_asked() {
        let paths = &document()["paths"];
        let required = |path: &str| paths[path]["post"]["requestBody"]["required"].clone();
        assert_eq!(required("/v1/auth/sessions"), true);
        assert_eq!(required("/v1/auth/second-factor"), false);
        assert_eq!(required("/v1/inbox/{id}/read"), false);
    }
}
