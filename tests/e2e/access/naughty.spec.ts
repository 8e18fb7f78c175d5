// Whatever people type stays text: nothing runs, nothing breaks, nothing is lost.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { id } from '../support/ids';
import { book, call, list, open, settled, type Booking } from '../support/pages';

const LIST = join(process.env.LINLI_CORPORA ?? '/', 'security/blns/blns.json');

/** Ours, always tried. The big list of others is tried as well where LINLI_CORPORA leads to it. */
const OURS = [
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '"><svg onload=alert(1)>',
  'javascript:alert(1)',
  "'; DROP TABLE bookings; --",
  '{{constructor.constructor("alert(1)")()}}',
  '${alert(1)}',
  '%3Cscript%3Ealert(1)%3C/script%3E',
  '&lt;b&gt;&amp;amp;',
  '\u202etest\u202c',
  'Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮',
  '👩‍👩‍👧‍👦 🇨🇳 ﷽ مرحبا שלום',
  '../../../../etc/passwd',
  '田中さんにあげて下さい',
];

const MORE = [
  // Words that mean something somewhere.
  'undefined', 'null', 'NULL', '(null)', 'nil', 'NaN', 'Infinity', 'true', 'false', 'None', '-', '\\', '\\0', 'constructor', '__proto__', 'hasOwnProperty', 'toString', 'CON', 'LPT1', 'COM0', 'NUL',
  // Numbers that are none, or are large, or are spreadsheets' dates and formulas.
  '0', '1.00', '-1', '1e100', '0x1F', '1/0', '--1', '0.0.0.0', '9223372036854775808', '１２３', '١٢٣', '½ ⅓ ²', '=1+1', '=HYPERLINK("https://evil.example","x")', '@SUM(1)', '+1', '2026-02-30', '25:61',
  // Markup and scripts, in all the ways to write them.
  '<b>fett</b>', '</textarea><script>alert(1)</script>', '</title><svg/onload=alert(1)>', '<a href="javascript:alert(1)">x</a>', '<iframe src="javascript:alert(1)"></iframe>', '<math><mi xlink:href="data:x,alert(1)">', '<img src="x" `onerror=alert(1)>', '<ScRiPt>alert(1)</sCrIpT>', '<<script>alert(1)//<</script>', '<!--<img src="--><img src=x onerror=alert(1)//">', '<style>*{display:none}</style>', '<base href="//evil.example">', '<meta http-equiv=refresh content="0;url=//evil.example">', '<form action=//evil.example><input name=code>', '" onfocus=alert(1) autofocus x="', "' onmouseover=alert(1) x='", 'data:text/html,<script>alert(1)</script>', '\\x3cscript\\x3e', '\\u003cscript\\u003e', '&#60;script&#62;', '%00', ']]>', '<?xml version="1.0"?>', '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>&y;',
  // Templates and queries.
  '{{7*7}}', '{% debug %}', '#{7*7}', '<%= 7*7 %>', '{{ amount }}', '%s%s%s%n', '%d', '$(touch /tmp/x)', '`id`', '; ls', '| cat', '$HOME', '%PATH%', "1' OR '1'='1", '" OR ""="', '{"$gt":""}', '*)(uid=*', 'msg_01JZ4T0Q8M6W3V9K2B7D5F1H0C', 'bkg_#PROVIDERS', '~#COMMUNITIES',
  // Letters that are drawn in other ways than they are counted.
  'ﬁ ﬂ ß ı İ ſ', 'Ａｂｃ', 'e\u0301 é', '\u200btest\u200b', '\u2066left\u2069', '\u061cمرحبا', 'שָׁלוֹם', 'हिन्दी', 'ไทย', 'ꦗꦮ', '한국어 조선말', '繁體 简体 𠮷野家 𪚥', '々〆〤 ㍿ ㊙', '👨🏿‍🚀 🏳️‍🌈 🧑‍🤝‍🧑 1️⃣', '🇨🇳🇨', '\ufeff开头', 'a\u00a0b\u3000c', '…—·“”‘’《》', '\u0300'.repeat(40) + 'o', '囍'.repeat(60), 'x'.repeat(499),
];

/** No control characters: those are refused, and that is tested elsewhere. */
const typable = (text: string) => text.trim() !== '' && ![...text].some((c) => /\p{Cc}/u.test(c) && !/[\n\r\t]/.test(c));
const STRINGS = [...OURS, ...MORE].filter(typable);
const THEIRS = () => (JSON.parse(readFileSync(LIST, 'utf8')) as string[]).filter(typable);

/** As many as fit, separated by line breaks. */
function bundles(strings: string[], most: number): string[] {
  const out: string[] = [];
  let now = '';
  for (const one of strings) {
    if ([...one].length > most) continue;
    if ([...now].length + [...one].length + 1 > most) {
      out.push(now);
      now = '';
    }
    now += now ? `\n${one}` : one;
  }
  return now ? [...out, now] : out;
}

const same = (text: string) => text.replace(/\r\n?/g, '\n').trim();

/** Nothing on this page came from markup somebody typed. */
async function inert(page: Page): Promise<void> {
  const alien = await page.evaluate(() => [...document.querySelectorAll('body script, iframe, object, embed, img[src="x"], [onerror], [onload], [onclick], math, video, audio, form[action]')].map((one) => one.outerHTML.slice(0, 80)));
  expect(alien.filter((html) => !html.includes('type="module"'))).toEqual([]);
}

test('as a booking note: typed, shown to both sides, and at the desk', async ({ as }) => {
  const [page, desk] = [await as('naughty'), await as('looker')];
  for (const [i, note] of bundles(STRINGS, 500).slice(0, 3).entries()) {
    const made = await book(page, '日常保洁', { days: 2 + i, note });
    await open(page, `/bookings/${made.id}`);
    expect(same(await page.getByTestId('said').evaluate((one) => one.textContent ?? ''))).toBe(same(note));
    await inert(page);
    await open(desk, `/desk/bookings/${made.id}`);
    await expect(desk.getByTestId('booking-state')).toBeVisible();
    expect(await desk.locator('main').evaluate((one) => one.textContent ?? '')).toContain(same(note));
    await inert(desk);
    await call<Booking>(page, 'POST', `/v1/bookings/${made.id}/cancel`, { id: id('cmd'), reason: OURS[i] });
    await open(page, `/bookings/${made.id}`);
    await expect(page.getByTestId('why')).toHaveText(OURS[i]);
  }
});

/** Sends texts as feedback, reads them at the desk, and answers with those that are not shown as they were sent. */
async function lost(page: Page, desk: Page, texts: string[]): Promise<string[]> {
  for (const text of texts) {
    const sent = await call(page, 'POST', '/v1/feedback', { id: id('fbk'), text, page: OURS[0] });
    expect(sent.status, JSON.stringify(sent.body)).toBe(201);
  }
  await open(desk, '/desk/feedback');
  for (const more = desk.getByTestId('more'); await more.isVisible(); ) {
    await more.click();
    await settled(desk);
  }
  const shown = new Set(await desk.getByTestId('feedback').locator('.prose').evaluateAll((all) => all.map((one) => (one.textContent ?? '').replace(/\r\n?/g, '\n').trim())));
  await inert(desk);
  return texts.filter((text) => !shown.has(same(text)));
}

test('as feedback: the whole list, read at the desk', async ({ as }) => {
  const [page, desk] = [await as('naughty'), await as('looker')];
  await open(page, '/feedback');
  await page.getByTestId('text').fill(OURS.join('\n'));
  await page.getByTestId('feedback-send').click();
  await expect(page.getByTestId('toast')).toBeVisible();
  expect(await lost(page, desk, bundles(STRINGS, 2000))).toEqual([]);
});

test('as feedback: the big list of others', async ({ as }) => {
  test.skip(!existsSync(LIST), 'LINLI_CORPORA leads to no big list of naughty strings (see README, The collections of others)');
  const texts = bundles(THEIRS(), 2000);
  expect(texts.length).toBeGreaterThan(5);
  expect(await lost(await as('naughty'), await as('looker'), texts)).toEqual([]);
});

test('as a name: in the list, in the file, as who a booking is for', async ({ as }) => {
  const [staff] = [await as('socialWorker')];
  const names = STRINGS.filter((one) => !/[\n\r\t]/.test(one) && [...one.trim()].length <= 60).filter((_, i) => i < OURS.length || i % 9 === 0).slice(0, 40);
  await open(staff, '/desk/people');
  const people: [string, string][] = [];
  for (const name of names) {
    const person = id('per');
    const made = await call(staff, 'POST', '/v1/people', { id: person, name });
    expect(made.status, `${name}: ${JSON.stringify(made.body)}`).toBe(201);
    people.push([person, name]);
  }
  await open(staff, '/desk/people');
  for (const more = staff.getByTestId('more'); await more.isVisible(); ) {
    const before = await staff.getByTestId('person').count();
    await more.click();
    await expect.poll(() => staff.getByTestId('person').count()).toBeGreaterThan(before);
    await expect(staff.locator('[data-testid="more"][aria-busy="true"]')).toHaveCount(0);
  }
  const shown = new Map(await staff.getByTestId('person').evaluateAll((all) => all.map((one) => [(one as HTMLElement).dataset.id ?? '', one.textContent ?? ''] as const)));
  expect(people.filter(([person, name]) => shown.get(person)?.trim() !== name.trim())).toEqual([]);
  await inert(staff);

  const [first, name] = people[0];
  await open(staff, `/desk/people/${first}`);
  await staff.getByTestId('reason-0').click();
  await staff.getByTestId('open-file').click();
  await expect(staff.locator('main')).toContainText(name);
  await inert(staff);
  await staff.goto('/desk/bookings/new');
  await staff.getByTestId('step-who').getByTestId('search').fill(name.slice(0, 8));
  await staff.getByTestId('step-who').getByTestId('search-go').click();
  await expect(staff.getByTestId('pick').filter({ hasText: name }).first()).toBeVisible();
  await inert(staff);
  expect(people.length, 'names that were tried').toBeGreaterThan(OURS.length);
});

test('as a provider and a service: at the desk, and where residents choose', async ({ as }) => {
  const [desk, page] = [await as('looker'), await as('watcher')];
  const name = OURS.slice(0, 2).join(' ');
  const [intro] = bundles(STRINGS, 500);
  const person = id('per');
  expect((await call(desk, 'POST', '/v1/people', { id: person, name })).status).toBe(201);
  const provider = id('prv');
  const applied = await call(desk, 'POST', '/v1/providers', { id: provider, name, intro, person });
  expect(applied.status, JSON.stringify(applied.body)).toBe(201);
  await open(desk, `/desk/providers/${provider}`);
  await expect(desk.getByTestId('provider-name')).toHaveText(name);
  expect(await desk.locator('main').evaluate((one) => one.textContent ?? '')).toContain(same(intro));
  await inert(desk);
  await open(desk, '/desk/providers');
  await expect(desk.locator(`[data-testid="provider"][data-id="${provider}"]`)).toHaveText(name);
  await inert(desk);

  type Offered = { category: string; terms: unknown; providers: { id: string }[]; ver: number };
  const like = (await list<Offered & { name: string }>(desk, '/v1/services?limit=100')).find((one) => one.name === '日常保洁');
  const of = id('svc');
  const offer = { category: like?.category, name, about: intro, terms: like?.terms, providers: like?.providers.map((one) => one.id) };
  const made = await call<Offered>(desk, 'POST', '/v1/services', { id: of, ...offer });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  await open(page, '/services');
  await expect(page.locator(`[data-testid="service"][data-id="${of}"]`)).toContainText(name);
  await inert(page);
  await open(page, `/services/${of}`);
  await expect(page.locator('main')).toContainText(name);
  expect(await page.locator('main').evaluate((one) => one.textContent ?? '')).toContain(same(intro));
  await inert(page);
  await open(desk, `/desk/services/${of}`);
  await inert(desk);
  const gone = await call(desk, 'PUT', `/v1/services/${of}`, { ...offer, id: id('cmd'), hidden: true, ver: made.body.ver });
  expect(gone.status, JSON.stringify(gone.body)).toBe(200);
});

test('in an address: searches, ids, ways back', async ({ as }) => {
  const page = await as('watcher');
  for (const one of OURS.slice(0, 8)) {
    const raw = encodeURIComponent(one);
    await open(page, `/services?q=${raw}&category=${raw}`);
    await expect(page.getByTestId('search')).toHaveValue(one);
    await inert(page);
  }
  for (const path of ['/bookings/%3Cscript%3E', '/services/svc_../time', '/services/%00', '/%E0%A4%A']) {
    await page.goto(path);
    await expect(page.getByTestId('title').or(page.getByTestId('problem')).first()).toBeAttached();
    await inert(page);
  }
});
