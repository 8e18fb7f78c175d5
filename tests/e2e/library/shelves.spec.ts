// The library's shelves: titles from a file, what two desks did to one copy, what somebody borrowed
// before, the rules. On a server of its own: rules are everybody's.
import type { APIRequestContext, Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { takeIn } from '../support/books';
import { id } from '../support/ids';
import { call, list, open, settled, type Named } from '../support/pages';
import { advance, aheadOf, DAY, MINUTE, moment, wall } from '../support/volunteering';

test.use({ own: 'library/shelves' });
test.describe.configure({ mode: 'serial' });

const AT = '/desk/library';
const SHOP = `书名,作者,出版社,ISBN,册数
纸船一号,测试·折纸人,测试出版社,979-99-900000-0-8,3
纸船二号,测试·折纸人,测试出版社,97999900000,2
纸船三号,测试·折纸人,测试出版社,,1
纸船 三号,测试折纸人,测试出版社,,1
,测试·无名,,,
`;
/** Each with so many copies that they are not taken before the first answer. */
const LONG_ROWS = 3_000;

interface Card {
  person: string;
  card: string;
  name: string;
}
interface Library {
  rules: { reader: string | null; item: string | null }[];
  hours: { day: string }[];
  closed: { day: string }[];
}
interface Import {
  state: string;
  rows: number;
  done: number;
}

const cardOf = async (page: Page) => (await call<Card>(page, 'GET', '/v1/library/card')).body;
const libraryOf = async (page: Page) => (await call<Library>(page, 'GET', '/v1/library')).body;
const wrong = (at: Page) => at.locator('.field[data-wrong="true"]');

async function choose(desk: Page, file: string): Promise<void> {
  await open(desk, `${AT}/imports`);
  await desk.getByTestId('library-file').setInputFiles({ name: '书单.csv', mimeType: 'text/csv', buffer: Buffer.from(file) });
  await expect(desk.getByTestId('import')).toBeVisible({ timeout: 30_000 });
}

async function boats(page: Page): Promise<[string, number][]> {
  const found = await list<Named & { copies: number }>(page, `/v1/library/titles?limit=100&q=${encodeURIComponent('纸船')}`);
  const ours = found.filter((one) => /^纸船.号$/.test(one.name));
  return ours.map((one): [string, number] => [one.name, one.copies]).sort();
}

/** That day, or the next on which the library is open. */
function openFrom(library: Library, at: number): string {
  const [day] = wall(at);
  const weekday = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][new Date(day).getUTCDay()];
  const usual = library.hours.length === 0 || library.hours.some((one) => one.day === weekday);
  const closed = library.closed.some((one) => one.day === day);
  return usual && !closed ? day : openFrom(library, at + DAY);
}

const now = async (request: APIRequestContext) => Date.now() + (await aheadOf(request));

test('a file is taken, each row that is not says why, and the books are found', async ({ as }) => {
  const [desk, reader] = [await as('librarian'), await as('asker')];
  await choose(desk, SHOP);
  const report = desk.getByTestId('import');
  await expect(report).toHaveAttribute('data-state', 'done');
  await expect(report.locator('progress')).toHaveAttribute('value', '5');
  await expect(report.getByTestId('counts')).toHaveText('收下2，已有1，没收2');
  const rows = desk.getByTestId('import-rows').locator('tbody tr');
  await expect(rows).toHaveCount(2);
  await expect(rows.locator('th')).toHaveText(['3', '6']);
  await expect(rows.nth(0)).toContainText('纸船二号');
  const outcomes = rows.getByTestId('row-outcome');
  await expect(outcomes).toHaveText([/ISBN不对/, /还没有填写/]);
  await expect(rows.locator('td').last()).toHaveText('书名');
  await desk.getByTestId('which-all').click();
  await expect(outcomes).toHaveText(['收下了', /ISBN不对/, '收下了', '已有', /还没有填写/]);

  await open(reader, '/library/titles');
  await reader.getByTestId('search').fill('纸船三号');
  await reader.getByTestId('search-go').click();
  await expect(reader.getByTestId('title-row')).toHaveCount(1);
  await reader.getByTestId('title-row').click();
  await settled(reader);
  await expect(reader.getByRole('heading', { name: '纸船三号' })).toBeVisible();
  expect(await boats(reader)).toEqual([
    ['纸船一号', 3],
    ['纸船三号', 1],
  ]);
});

test('the same file again adds nothing', async ({ as }) => {
  const desk = await as('librarian');
  const before = await boats(desk);
  await choose(desk, SHOP);
  const report = desk.getByTestId('import');
  await expect(report).toHaveAttribute('data-state', 'done');
  await expect(report.getByTestId('counts')).toHaveText('收下0，已有3，没收2');
  expect(await boats(desk)).toEqual(before);
  await open(desk, `${AT}/imports`);
  await expect(desk.getByTestId('import-row').filter({ hasText: '已有3' })).toHaveCount(1);
});

test('an import under way is stopped, and nothing more is taken', async ({ as, request }) => {
  const desk = await as('librarian');
  const rows = Array.from({ length: LONG_ROWS }, (_, n) => `长长的书单${n},测试·列单人,20`);
  await choose(desk, ['书名,作者,册数', ...rows].join('\n'));
  const report = desk.getByTestId('import');
  await expect(report).toHaveAttribute('data-state', 'running');
  const path = `/v1/library/imports/${new URL(desk.url()).pathname.split('/').pop()}`;
  await desk.getByTestId('import-cancel').click();
  await expect(report).toHaveAttribute('data-state', 'cancelled');
  await expect(desk.getByTestId('import-cancel')).toHaveCount(0);
  const { body: stopped } = await call<Import>(desk, 'GET', path);
  expect([stopped.state, stopped.rows]).toEqual(['cancelled', LONG_ROWS]);
  expect(stopped.done).toBeLessThan(LONG_ROWS);
  // Whatever is due is done before this is answered.
  await advance(request, 'PT1M');
  expect((await call<Import>(desk, 'GET', path)).body).toEqual(stopped);
});

test('what two desks lent at once is settled with a word on how', async ({ as, request }) => {
  const [desk, helper, reader, other] = [await as('librarian'), await as('deskHelper'), await as('asker'), await as('typist')];
  const { labels } = await takeIn(desk, '两头借出的书');
  const [theirs, others] = [await cardOf(reader), await cardOf(other)];
  const lent = { id: id('lon'), copy: labels[0], card: theirs.card };
  expect((await call(desk, 'POST', '/v1/library/loans', lent)).status).toBe(201);
  const entry = { at: moment((await now(request)) - 20 * MINUTE), lend: { id: id('lon'), copy: labels[0], card: others.card } };
  const { body } = await call<{ outcomes: { task: string | null }[] }>(helper, 'POST', '/v1/library/replay', { entries: [entry] });
  const made = body.outcomes[0].task;
  expect(made, JSON.stringify(body)).not.toBeNull();

  await open(desk, `${AT}/tasks`);
  const task = desk.locator(`[data-testid="task"][data-id="${made}"]`);
  await expect(task).toContainText('两头借出的书');
  for (const { name } of [theirs, others]) await expect(task).toContainText(name);
  await task.getByTestId('task-settle').click();
  await expect(wrong(desk)).toHaveCount(1);
  await task.getByTestId('task-comment').fill('书在第二位读者手里，已改');
  await task.getByTestId('task-settle').click();
  await expect(task.getByTestId('settled')).toContainText('书在第二位读者手里，已改');
  await expect(task.getByTestId('task-settle')).toHaveCount(0);
  await desk.reload();
  await settled(desk);
  await expect(task.getByTestId('settled')).toHaveCount(1);
});

test('what somebody borrowed before is shown for a reason, and they read it', async ({ as }) => {
  const [desk, reader] = [await as('librarian'), await as('booker')];
  const { labels } = await takeIn(desk, '借过又还的书');
  const { person } = await cardOf(reader);
  expect((await call(reader, 'POST', '/v1/library/loans', { id: id('lon'), copy: labels[0] })).status).toBe(201);
  expect((await call(reader, 'POST', '/v1/library/returns', { id: id('cmd'), copy: labels[0] })).status).toBe(200);
  await open(desk, `${AT}/readers/${person}`);
  const past = desk.getByTestId('past-loan').filter({ hasText: '借过又还的书' });
  await desk.getByTestId('history').click();
  await expect(wrong(desk)).toHaveCount(1);
  await expect(past).toHaveCount(0);
  const why = '想给读者推荐下一本书';
  await desk.getByTestId('reason').fill(why);
  await desk.getByTestId('history').click();
  await expect(past).toHaveCount(1);
  await expect(wrong(desk)).toHaveCount(0);

  const { name } = (await call<Named>(desk, 'GET', '/v1/me')).body;
  await open(reader, '/me/data');
  const seen = reader.getByTestId('view-row').filter({ hasText: why });
  await expect(seen).toHaveCount(1);
  await expect(seen).toContainText(name);
});

test('a rule is refused where it is wrong, and holds from when it is saved', async ({ as, request }) => {
  const [desk, reader] = [await as('librarian'), await as('typist')];
  const { labels } = await takeIn(desk, '新规定下借的书');
  const before = await libraryOf(desk);
  const place = before.rules.findIndex((one) => !one.reader && !one.item);
  await open(desk, `${AT}/rules`);
  const rule = desk.getByTestId('rule').nth(place);
  const save = desk.getByTestId('rules-save');
  await rule.getByTestId('rule-days').fill('999');
  await save.click();
  await expect(wrong(desk)).toHaveCount(1);
  await expect(wrong(desk).getByTestId('rule-days')).toHaveValue('999');
  expect(await libraryOf(desk)).toEqual(before);
  await rule.getByTestId('rule-days').fill('9');
  await rule.getByTestId('rule-renewals').fill('0');
  await save.click();
  await expect(desk.getByTestId('toast')).toBeVisible();
  await desk.reload();
  await settled(desk);
  await expect(rule.getByTestId('rule-days')).toHaveValue('9');

  const { body: loan, status } = await call<{ due: string; not_renewable: { code: string } }>(reader, 'POST', '/v1/library/loans', { id: id('lon'), copy: labels[0] });
  expect(status, JSON.stringify(loan)).toBe(201);
  expect(loan.due).toBe(openFrom(before, (await now(request)) + 9 * DAY));
  expect(loan.not_renewable.code).toBe('no_more_renewals');
});
