//! Which function of the template answers which call of the API.

use std::collections::{BTreeMap, BTreeSet};

use acceptance::rehearsal::gateway::{chosen, programs, routes};
use acceptance::{TestApp, template};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use service::router::{PARTS, part};
use tower::ServiceExt;

async fn answered(router: &Router, method: Method, path: &str) -> StatusCode {
    let call = Request::builder().method(method).uri(path);
    let call = call.body(Body::empty()).expect("a request");
    let answer = router.clone().oneshot(call).await;
    answer.expect("an answer").status()
}

/// Each call of the contract goes to the function that has it, and to no other could it have gone. What a path has is
/// told by a method that none has: it is not allowed there, and anywhere else nothing is found.
#[tokio::test]
async fn every_call_goes_to_the_one_function_that_answers_it() {
    let app = TestApp::start().await;
    let parts: BTreeMap<&str, Router> = PARTS
        .iter()
        .map(|(name, contexts)| (*name, part(app.ctx().clone(), contexts)))
        .collect();
    let routes = routes(&template::whole());
    let mut asked = BTreeSet::new();
    for endpoint in wire::endpoints() {
        let path = endpoint.path;
        let named = path.split('/').map(|part| match part.starts_with('{') {
            true => "1",
            false => part,
        });
        let url = named.collect::<Vec<_>>().join("/");
        let (_, program) = chosen(&routes, &url).expect("some function gets it");
        for (name, router) in &parts {
            let status = answered(router, Method::OPTIONS, &url).await;
            let has = status == StatusCode::METHOD_NOT_ALLOWED;
            assert_eq!(has, name == program, "{path} is for {program}: {name}");
        }
        let method = endpoint.method.as_str().parse().expect("a method");
        let status = answered(&parts[program.as_str()], method, &url).await;
        assert_ne!(status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        asked.insert(program.as_str());
    }
    let all: BTreeSet<&str> = parts.keys().copied().collect();
    assert_eq!(asked, all, "each function has something to do");

    // What is nobody's is answered in the form of refusals, and not by the gateway.
    for path in [
        "/v1/nothing",
        "/v1/me/nothing",
        "/v1/library/",
        "/v1/me/watch/",
    ] {
        let (_, program) = chosen(&routes, path).expect("some function gets it");
        assert_eq!(program, "identity", "{path}");
    }
    let (_, program) = chosen(&routes, "/v1/openapi.json").expect("some function gets it");
    let description = answered(&parts[program.as_str()], Method::GET, "/v1/openapi.json").await;
    assert_eq!(description, StatusCode::OK);
}

/// Whatever gets calls by the template is one of the parts, and the other way round.
#[test]
fn the_parts_of_the_api_are_the_functions_behind_it() {
    let behind: BTreeSet<String> = routes(&template::whole())
        .into_iter()
        .map(|(_, program)| program)
        .collect();
    let parts: BTreeSet<String> = PARTS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(behind, parts);
    let mut programs = programs(&template::whole());
    programs.sort();
    assert_eq!(programs.len(), parts.len() + 4, "{programs:?}");
}
