//! As much YAML as our template is written in: maps and lists by indentation or in braces, plain and
//! quoted text, text of several lines after `|` (without its indentation), comments, and CloudFormation's
//! short tags (`!Ref Table`), which are read as what stands behind them. Anything else panics with its
//! line: better no answer than a wrong one.

use serde_json::{Map, Value};

/// Text stays text: `true` is `"true"`.
#[must_use]
pub fn parse(text: &str) -> Value {
    let lines: Vec<(usize, usize, &str)> = text
        .lines()
        .enumerate()
        .map(|(n, line)| {
            (
                n + 1,
                line.len() - line.trim_start().len(),
                bare(line).trim(),
            )
        })
        .filter(|(_, _, line)| !line.is_empty())
        .collect();
    assert!(!text.contains('\t'), "tabs are not YAML");
    let mut rest = lines.as_slice();
    let value = block(&mut rest, 0);
    if let Some((n, _, line)) = rest.first() {
        panic!("line {n}: {line:?} belongs to nothing");
    }
    value
}

/// The line without its comment.
fn bare(line: &str) -> &str {
    let mut quoted = false;
    for (i, c) in line.char_indices() {
        quoted ^= c == '"';
        let starts = i == 0 || line[..i].ends_with(' ');
        if c == '#' && !quoted && starts {
            return &line[..i];
        }
    }
    line
}

type Lines<'a, 'b> = &'b mut &'a [(usize, usize, &'a str)];

/// Everything at this indentation: a list or a map.
fn block(rest: Lines<'_, '_>, indent: usize) -> Value {
    match rest.first() {
        Some((_, at, line)) if *at == indent && is_item(line) => items(rest, indent),
        Some((_, at, _)) if *at == indent => entries(rest, indent, None),
        Some((n, _, line)) => panic!("line {n}: {line:?} is indented oddly"),
        None => Value::Null,
    }
}

fn is_item(line: &str) -> bool {
    line == "-" || line.starts_with("- ")
}

fn items(rest: Lines<'_, '_>, indent: usize) -> Value {
    let mut list = Vec::new();
    while let Some((n, at, line)) = rest.first().copied() {
        if at != indent || !is_item(line) {
            assert!(at <= indent, "line {n}: {line:?} is indented oddly");
            break;
        }
        *rest = &rest[1..];
        let inner = line[1..].trim_start();
        let column = at + line.len() - inner.len();
        list.push(match (key_of(inner), rest.first()) {
            (Some(_), _) => entries(rest, column, Some((n, inner))),
            (None, Some((_, deeper, _))) if is_bare_tag(inner) && *deeper > at => {
                block(rest, *deeper)
            }
            (None, _) => flow(n, inner),
        });
    }
    Value::Array(list)
}

/// A tag whose value stands below it.
fn is_bare_tag(line: &str) -> bool {
    let tag = line.strip_prefix('!');
    tag.is_some_and(|tag| TAGS.contains(&tag))
}

/// Lines that stand deeper than their key.
fn lines_below(rest: Lines<'_, '_>, indent: usize) -> Value {
    let mut text = Vec::new();
    while let Some((_, at, line)) = rest.first().copied() {
        if at <= indent {
            break;
        }
        text.push(line);
        *rest = &rest[1..];
    }
    Value::String(text.join("\n"))
}

fn entries<'a>(rest: Lines<'a, '_>, indent: usize, first: Option<(usize, &'a str)>) -> Value {
    let mut map = Map::new();
    let mut line = first;
    loop {
        let (n, text) = match line.take() {
            Some(given) => given,
            None => match rest.first().copied() {
                Some((n, at, text)) if at == indent && !is_item(text) => {
                    *rest = &rest[1..];
                    (n, text)
                }
                Some((n, at, text)) => {
                    assert!(at < indent, "line {n}: {text:?} is indented oddly");
                    break;
                }
                None => break,
            },
        };
        let (key, value) = key_of(text).unwrap_or_else(|| panic!("line {n}: {text:?} has no key"));
        let value = match (value, rest.first()) {
            ("|" | "!Sub |", Some((_, at, _))) if *at > indent => lines_below(rest, indent),
            ("", Some((_, at, _))) if *at > indent => block(rest, *at),
            ("", Some((_, at, next))) if *at == indent && is_item(next) => block(rest, *at),
            ("", _) => Value::Null,
            (value, _) => flow(n, value),
        };
        assert!(
            map.insert(key.to_owned(), value).is_none(),
            "line {n}: {key} stands twice"
        );
    }
    Value::Object(map)
}

/// `key: value`, where the key is a plain word.
fn key_of(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let plain = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || "_-".contains(c));
    (plain && (value.is_empty() || value.starts_with(' '))).then(|| (key, value.trim()))
}

/// A value within one line.
fn flow(n: usize, text: &str) -> Value {
    let mut chars = Flow { n, rest: text };
    let value = chars.value(&[]);
    assert!(
        chars.rest.trim().is_empty(),
        "line {n}: {:?} is left over",
        chars.rest
    );
    value
}

/// What CloudFormation writes with a tag.
const TAGS: [&str; 8] = [
    "Ref",
    "Sub",
    "GetAtt",
    "If",
    "Equals",
    "Not",
    "And",
    "Condition",
];

struct Flow<'a> {
    n: usize,
    rest: &'a str,
}

impl Flow<'_> {
    fn value(&mut self, ends: &[char]) -> Value {
        self.rest = self.rest.trim_start();
        if let Some(tagged) = self.rest.strip_prefix('!') {
            let behind = tagged.split_once(' ');
            let known = behind.filter(|(tag, _)| TAGS.contains(tag));
            let Some((_, rest)) = known else {
                panic!("line {}: the tag of {tagged:?}", self.n)
            };
            self.rest = rest;
            return self.value(ends);
        }
        match self.rest.chars().next() {
            Some('{') => self.braces(),
            Some('[') => self.brackets(),
            Some(mark @ ('"' | '\'')) => Value::String(self.quoted(mark)),
            Some(odd @ ('|' | '>' | '&' | '*' | '%' | '@' | '`')) => {
                panic!("line {}: {odd} is not read here", self.n)
            }
            _ => self.plain(ends),
        }
    }

    fn plain(&mut self, ends: &[char]) -> Value {
        let end = self.rest.find(ends).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        assert!(
            !word.contains(": "),
            "line {}: {word:?} is two things",
            self.n
        );
        Value::String(word.trim().to_owned())
    }

    fn quoted(&mut self, mark: char) -> String {
        let (inner, rest) = self.rest[1..]
            .split_once(mark)
            .expect("a quote has its end");
        assert!(!inner.contains('\\'), "line {}: no escapes", self.n);
        self.rest = rest;
        inner.to_owned()
    }

    /// What stands before the colon of an entry in braces.
    fn key(&mut self) -> String {
        if self.rest.starts_with('"') {
            let key = self.quoted('"');
            self.rest = self.rest.strip_prefix(':').expect("an entry has a key");
            return key;
        }
        let (key, rest) = self.rest.split_once(':').expect("an entry has a key");
        self.rest = rest;
        key.trim().to_owned()
    }

    fn braces(&mut self) -> Value {
        let mut map = Map::new();
        self.rest = self.rest[1..].trim_start();
        while !self.rest.starts_with('}') {
            let key = self.key();
            let value = self.value(&[',', '}']);
            assert!(
                map.insert(key.clone(), value).is_none(),
                "line {}: {key} stands twice",
                self.n
            );
            self.comma('}');
        }
        self.rest = &self.rest[1..];
        Value::Object(map)
    }

    fn brackets(&mut self) -> Value {
        let mut list = Vec::new();
        self.rest = self.rest[1..].trim_start();
        while !self.rest.starts_with(']') {
            list.push(self.value(&[',', ']']));
            self.comma(']');
        }
        self.rest = &self.rest[1..];
        Value::Array(list)
    }

    fn comma(&mut self, end: char) {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(',') {
            Some(rest) => self.rest = rest.trim_start(),
            None => assert!(
                self.rest.starts_with(end),
                "line {}: {:?}",
                self.n,
                self.rest
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_the_template_is_written_in_is_read_as_it_is_meant() {
        let text = r##"
A: 1 # a comment
Pattern: "[a-z]{4}#="
List:
  - { Name: pk, Kind: S }
  - Name: gsi1
    Keys:
      - { Name: !Ref Table, Path: "/v1/{rest+}" }
    Projection: { Type: ALL }
  - plain
Same:
- one
Tight: [a, b]
Name: !Sub "https://${Api}.example"
Time: rate(1 minute)
Pattern2: '{"pk":[{"suffix":"#OUT"}]}'
Choice: !If [Here, [!Ref "AWS::Region", 2], !Sub "${A}"]
Keyed: { "aws:Name": x }
Code: |
  if (a) {
    b(); # gone
  }
Tagged:
  - !If
    - Here
    - Policy: 1
Empty:
"##;
        let want = json!({
            "A": "1", "Pattern": "[a-z]{4}#=",
            "List": [
                { "Name": "pk", "Kind": "S" },
                { "Name": "gsi1", "Keys": [{ "Name": "Table", "Path": "/v1/{rest+}" }], "Projection": { "Type": "ALL" } },
                "plain",
            ],
            "Same": ["one"], "Tight": ["a", "b"],
            "Name": "https://${Api}.example",
            "Time": "rate(1 minute)", "Empty": null,
            "Pattern2": "{\"pk\":[{\"suffix\":\"#OUT\"}]}",
            "Choice": ["Here", ["AWS::Region", "2"], "${A}"],
            "Keyed": { "aws:Name": "x" },
            "Code": "if (a) {\nb();\n}",
            "Tagged": [["Here", { "Policy": "1" }]],
        });
        assert_eq!(parse(text), want);
    }

    #[test]
    fn what_is_not_understood_is_not_guessed() {
        for bad in [
            "a: >\n  text",
            "a: &x 1",
            "a: !Join [x, y]",
            "a: 1\n   b: 2",
            "a: 1\na: 2",
            "a: { b: 1",
            "just words",
            "a: `x`",
            "a: b: c",
        ] {
            assert!(std::panic::catch_unwind(|| parse(bad)).is_err(), "{bad:?}");
        }
    }
}
