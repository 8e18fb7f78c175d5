//! An endpoint as a type: method, path, who may call, request, reply, success status.

use std::fmt::Display;
use std::str::FromStr;

use domain::access::Act;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// One line of the contract. `Body` is [`None_`] where there is none; `Reply` is `()` for 204.
pub trait Endpoint: 'static {
    const NAME: &'static str;
    const METHOD: Method;
    /// With `{id}` placeholders, filled by `Path` in order.
    const PATH: &'static str;
    const ACT: Act;
    const SUCCESS: u16;
    /// The body is a file, read as it is; `Body` is then not used.
    const FILE: bool = false;
    /// The file may be a large one.
    const LARGE: bool = false;
    /// The answer is a spreadsheet; `Reply` is then not used.
    const SHEET: bool = false;
    /// The answer is a word for a machine, as plain text; `Reply` is then not used.
    const PLAIN: bool = false;
    type Path: PathArgs;
    type Query: Serialize + DeserializeOwned + Send + 'static;
    type Body: Serialize + DeserializeOwned + Send + 'static;
    type Reply: Serialize + DeserializeOwned + Send + 'static;

    /// The address of one call.
    fn url(path: &Self::Path, query: &Self::Query) -> String {
        let mut url = String::with_capacity(Self::PATH.len() + 40);
        let mut args = path.fill().into_iter();
        for (i, part) in Self::PATH.split('/').enumerate() {
            if i > 0 {
                url.push('/');
            }
            match part.starts_with('{') {
                true => url.push_str(&args.next().unwrap_or_default()),
                false => url.push_str(part),
            }
        }
        let query = serde_urlencoded::to_string(query).unwrap_or_default();
        if !query.is_empty() {
            url.push('?');
            url.push_str(&query);
        }
        url
    }
}

/// No body and no query. Unknown fields are refused like everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct None_ {}

/// The `{…}` parts of a path, typed.
pub trait PathArgs: Sized + Send + 'static {
    fn fill(&self) -> Vec<String>;
    /// `None` where a part is not of its type; the server answers as for a missing thing.
    fn parse(parts: &[&str]) -> Option<Self>;
}

impl PathArgs for () {
    fn fill(&self) -> Vec<String> {
        Vec::new()
    }
    fn parse(_: &[&str]) -> Option<Self> {
        Some(())
    }
}

impl<A: Display + FromStr + Send + 'static> PathArgs for (A,) {
    fn fill(&self) -> Vec<String> {
        vec![self.0.to_string()]
    }
    fn parse(parts: &[&str]) -> Option<Self> {
        Some((parts.first()?.parse().ok()?,))
    }
}

impl<A: Display + FromStr + Send + 'static, B: Display + FromStr + Send + 'static> PathArgs
    for (A, B)
{
    fn fill(&self) -> Vec<String> {
        vec![self.0.to_string(), self.1.to_string()]
    }
    fn parse(parts: &[&str]) -> Option<Self> {
        Some((parts.first()?.parse().ok()?, parts.get(1)?.parse().ok()?))
    }
}

/// One page of a list. `cursor`: pass it on for the next page; absent on the last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Page<T> {
    pub items: Vec<T>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cursor: Option<String>,
}

impl<T> Page<T> {
    #[must_use]
    pub fn whole(items: Vec<T>) -> Self {
        Self {
            items,
            cursor: None,
        }
    }
}

/// One row of [`crate::ENDPOINTS`].
pub struct EndpointInfo {
    pub name: &'static str,
    pub about: &'static str,
    pub method: Method,
    pub path: &'static str,
    pub act: Act,
    pub success: u16,
    pub file: bool,
    /// Also a MARC file, or a form with a file.
    pub large: bool,
    /// Answers with a spreadsheet.
    pub sheet: bool,
    /// Answers with a word of plain text.
    pub plain: bool,
    #[cfg(feature = "schema")]
    pub schemas: fn(&mut schemars::SchemaGenerator) -> Schemas,
}

impl EndpointInfo {
    /// Takes JSON.
    #[must_use]
    pub fn has_body(&self) -> bool {
        !self.file && matches!(self.method, Method::Post | Method::Put | Method::Patch)
    }
}

/// `path`: of its `{…}` parts, in order.
#[cfg(feature = "schema")]
pub struct Schemas {
    pub path: Vec<schemars::Schema>,
    pub query: schemars::Schema,
    pub body: schemars::Schema,
    pub reply: schemars::Schema,
}

/// Declares endpoints: `/// about` `Name: Method "path" (path args) [query] as Act, Body => status Reply;`
macro_rules! endpoints {
    ($($(#[doc = $about:literal])+ $(@$file:ident)? $name:ident: $method:ident $path:literal ($($args:ty),*) $([$query:ty])? as $act:ident, $body:ty => $status:literal $reply:ty;)+) => {
        $(
            $(#[doc = $about])+
            pub struct $name;
            impl $crate::endpoint::Endpoint for $name {
                const NAME: &'static str = stringify!($name);
                const METHOD: $crate::endpoint::Method = $crate::endpoint::Method::$method;
                const PATH: &'static str = $path;
                const ACT: domain::access::Act = domain::access::Act::$act;
                const SUCCESS: u16 = $status;
                const FILE: bool = $crate::endpoint::endpoints!(@file $($file)?);
                const LARGE: bool = $crate::endpoint::endpoints!(@large $($file)?);
                const SHEET: bool = $crate::endpoint::endpoints!(@sheet $($file)?);
                const PLAIN: bool = $crate::endpoint::endpoints!(@plain $($file)?);
                type Path = $crate::endpoint::endpoints!(@args $($args),*);
                type Query = $crate::endpoint::endpoints!(@query $($query)?);
                type Body = $body;
                type Reply = $reply;
            }
        )+
        pub static ENDPOINTS: &[$crate::endpoint::EndpointInfo] = &[$(
            $crate::endpoint::EndpointInfo {
                name: stringify!($name),
                about: concat!($($about),+),
                method: $crate::endpoint::Method::$method,
                path: $path,
                act: domain::access::Act::$act,
                success: $status,
                file: $crate::endpoint::endpoints!(@file $($file)?),
                large: $crate::endpoint::endpoints!(@large $($file)?),
                sheet: $crate::endpoint::endpoints!(@sheet $($file)?),
                plain: $crate::endpoint::endpoints!(@plain $($file)?),
                #[cfg(feature = "schema")]
                schemas: |generator| $crate::endpoint::Schemas {
                    path: vec![$(generator.subschema_for::<$args>()),*],
                    query: generator.subschema_for::<$crate::endpoint::endpoints!(@query $($query)?)>(),
                    body: generator.subschema_for::<$body>(),
                    reply: generator.subschema_for::<$reply>(),
                },
            }
        ),+];
    };
    (@file) => { false };
    (@file file) => { true };
    (@file large) => { true };
    (@file sheet) => { false };
    (@file plain) => { true };
    (@large) => { false };
    (@large file) => { false };
    (@large large) => { true };
    (@large sheet) => { false };
    (@large plain) => { false };
    (@sheet) => { false };
    (@sheet file) => { false };
    (@sheet large) => { false };
    (@sheet sheet) => { true };
    (@sheet plain) => { false };
    (@plain) => { false };
    (@plain file) => { false };
    (@plain large) => { false };
    (@plain sheet) => { false };
    (@plain plain) => { true };
    (@args) => { () };
    (@args $($t:ty),+) => { ($($t,)+) };
    (@query) => { $crate::endpoint::None_ };
    (@query $q:ty) => { $q };
}
pub(crate) use endpoints;

/// Derives what every JSON type of the contract has; unknown fields are refused.
macro_rules! json {
    ($($(#[$doc:meta])* pub struct $name:ident $(<$g:ident>)? { $($body:tt)* })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(deny_unknown_fields)]
        pub struct $name $(<$g>)? { $($body)* }
    )+};
}
pub(crate) use json;
