// Makes weui.css from the npm package: node vendor-weui.mjs <weui>/dist/style/weui.min.css > weui.css
// Font sizes become multiples of --fs, so that the reader's text size reaches every widget. Rules for
// widgets the apps do not draw are left out, and so are the variables nobody reads then.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const WIDGETS = /^weui-(btn|cells?|switch)(_|-|$)/;
const here = dirname(fileURLToPath(import.meta.url));

const source = readFileSync(process.argv[2], "utf8");
const notice = source.match(/^@charset[^;]+;|^\/\*!.*?\*\//s)?.[0] ?? "";
const rules = kept(parsed(source.replace(/\/\*.*?\*\//gs, "")));
const ours = css(join(here, "..")).filter((file) => !file.endsWith("weui.css")).map((file) => readFileSync(file, "utf8")).join("");
const text = print(withoutUnread(rules, ours));
process.stdout.write(notice + text.replace(/font-size:(\d+(?:\.\d+)?)px/g, (all, px) => (px === "0" ? all : `font-size:calc(${px}px*var(--fs,1))`)));

function css(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".css")).map((name) => join(folder, name));
}

// [{ head, body }] where body is a text of declarations or, inside @media and its like, rules again.
function parsed(text) {
  const out = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf("{", at);
    if (open < 0) break;
    let depth = 1;
    let end = open + 1;
    for (; depth > 0; end++) depth += text[end] === "{" ? 1 : text[end] === "}" ? -1 : 0;
    const head = text.slice(at, open).trim();
    const inner = text.slice(open + 1, end - 1);
    const nested = /^@(media|supports)/.test(head);
    out.push({ head, body: nested ? parsed(inner) : inner });
    at = end;
  }
  return out;
}

function kept(rules) {
  return rules.flatMap(({ head, body }) => {
    if (Array.isArray(body)) {
      const inner = kept(body);
      return inner.length ? [{ head, body: inner }] : [];
    }
    if (head.startsWith("@")) return [{ head, body }];
    const selectors = head.split(/,(?![^(]*\))/).filter((one) => (one.match(/\.[\w-]+/g) ?? []).every((name) => WIDGETS.test(name.slice(1))));
    return selectors.length ? [{ head: selectors.join(","), body }] : [];
  });
}

function print(rules) {
  return rules.map(({ head, body }) => `${head}{${Array.isArray(body) ? print(body) : body}}`).join("");
}

function withoutUnread(rules, also) {
  for (;;) {
    const text = print(rules) + also;
    const read = new Set([...text.matchAll(/var\((--[\w-]+)/g)].map(([, name]) => name));
    const moves = new Set([...text.matchAll(/animation(?:-name)?:([^;}]+)/g)].flatMap(([, names]) => names.split(/[\s,]+/)));
    const next = drop(rules, read, moves);
    if (print(next).length === print(rules).length) return next;
    rules = next;
  }
}

function drop(rules, read, moves) {
  return rules.flatMap(({ head, body }) => {
    if (Array.isArray(body)) {
      const inner = drop(body, read, moves);
      return inner.length ? [{ head, body: inner }] : [];
    }
    const frames = head.match(/^@(?:-\w+-)?keyframes\s+(\S+)/);
    if (frames) return moves.has(frames[1]) ? [{ head, body }] : [];
    // A data: address may hold a semicolon, but no variable does.
    const left = body.replace(/(^|;)(--[\w-]+):([^;]*)(?=;|$)/g, (all, before, name) => (read.has(name) ? all : before)).replace(/^;+|;+(?=;)|;+$/g, "");
    return left ? [{ head, body: left }] : [];
  });
}
