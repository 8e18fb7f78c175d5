// The care desk: a word becomes a case on the board, what is past its time is said; files open with a reason; the team,
// the month, and a limit that is thought over. On a server of its own: the clock and the rules are everybody's.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { call, list, open, settled, type Named } from '../support/pages';
import { advance, aheadOf } from '../support/volunteering';
import { id } from '../support/ids';

test.use({ own: 'care/board' });
test.describe.configure({ mode: 'serial' });

const AT = '/desk/care';
/** The board asks again within twenty seconds. */
const POLL = { timeout: 25_000 };

interface Row {
  id: string;
  person: string;
  stage: string;
}

/** Grown-up residents about whom no case is open, always in the same order. */
async function without(desk: Page): Promise<Named[]> {
  const busy = new Set((await list<Row>(desk, '/v1/cases')).map((one) => one.person));
  const people = await list<Named & { roles: string[]; child: boolean }>(desk, '/v1/people?limit=100');
  return people.filter((one) => !one.child && one.roles.every((role) => role === 'resident') && !busy.has(one.id));
}

async function refer(desk: Page, person: string, said: string): Promise<string> {
  const made = await call<{ id: string }>(desk, 'POST', '/v1/cases', { id: id('cas'), person, said });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body.id;
}

/** The server's time so many hours from now. */
const from = async (desk: Page, hours: number) => new Date(Date.now() + (await aheadOf(desk.request)) + hours * 3_600_000).toISOString();

/** Opens somebody's file with a reason. */
async function look(desk: Page, person: string): Promise<void> {
  await open(desk, `${AT}/people/${person}`);
  await desk.getByTestId('open-file').click();
  await expect(desk.getByTestId('problem')).toBeVisible();
  await expect(desk.getByTestId('care-file')).toHaveCount(0);
  await desk.getByTestId('reason-1').click();
  await desk.getByTestId('open-file').click();
  await expect(desk.getByTestId('care-file')).toHaveAttribute('data-id', person);
}

test('a word at the desk becomes a case on everybody’s board; whose it is and what is past its time is said', async ({ as, request }) => {
  test.slow();
  const [desk, other] = [await as('socialWorker', { fresh: true }), await as('station', { fresh: true })];
  const [someone] = await without(desk);
  await open(other, AT);
  await expect(other.getByTestId('care-count')).not.toBeEmpty();
  const before = await other.getByTestId('case').count();

  await open(desk, `${AT}/cases/new`);
  await desk.getByTestId('refer-go').click();
  await expect(desk.getByTestId('step-who').locator('.field-error')).toBeVisible();
  await desk.getByTestId('said').fill('女儿来电，说三天联系不上');
  await desk.reload();
  await settled(desk);
  await expect(desk.getByTestId('said')).toHaveValue('女儿来电，说三天联系不上');
  await desk.getByTestId('search').fill(someone.name);
  await desk.getByTestId('search-go').click();
  await desk.getByTestId('pick').filter({ hasText: someone.name }).first().click();
  await expect(desk.getByTestId('picked')).toContainText(someone.name);
  await desk.getByTestId('refer-go').click();
  await expect(desk).toHaveURL(/\/desk\/care\/cases\/cas_/);
  const made = desk.url().split('/').pop() ?? '';

  const row = (page: Page) => page.locator(`[data-testid="case"][data-id="${made}"]`);
  await expect(row(other)).toBeVisible(POLL);
  expect(await other.getByTestId('case').count()).toBe(before + 1);
  await expect(row(other)).toHaveAttribute('data-stage', 'triage');
  await expect(row(other).getByTestId('overdue')).toHaveCount(0);
  await expect(other.getByTestId('by-stage')).toBeVisible();
  await other.getByTestId('which-mine').click();
  await expect(row(other)).toHaveCount(0);

  const took = await call(desk, 'POST', `/v1/cases/${made}/take`, { id: id('cmd') });
  expect(took.status, JSON.stringify(took.body)).toBe(200);
  await open(desk, AT);
  await desk.getByTestId('which-mine').click();
  await expect(row(desk)).toHaveAttribute('data-stage', 'call');
  const { name } = (await call<Named>(desk, 'GET', '/v1/me')).body;
  await expect(row(desk).getByTestId('owner')).toContainText(name);
  const planned = await call(desk, 'POST', `/v1/cases/${made}/follow-ups`, { id: id('tsk'), what: '再打一次电话', due: await from(desk, 2) });
  expect(planned.status, JSON.stringify(planned.body)).toBe(200);

  await advance(request, 'PT3H');
  const later = await as('station', { fresh: true });
  await open(later, '/desk');
  await expect(later.getByTestId('count-cases')).toHaveAttribute('data-some', 'true');
  await later.getByTestId('count-cases').click();
  await settled(later);
  await expect(row(later)).toHaveAttribute('data-overdue', 'true');
  await expect(row(later).getByTestId('overdue')).not.toBeEmpty();
  await later.getByTestId('which-overdue').click();
  await expect(row(later)).toBeVisible();
  await expect(later.locator('[data-testid="case"][data-overdue="false"]')).toHaveCount(0);

  await later.getByTestId('cases').click();
  await settled(later);
  await expect(later.getByTestId('past-case').filter({ hasText: someone.name }).first()).toBeVisible();
});

test('an alert leads to its case', async ({ as }) => {
  const desk = await as('looker');
  const [alert] = await list<{ id: string; person: string }>(desk, '/v1/alerts');
  await refer(desk, alert.person, '邻居说今天没见到人');
  const [row] = await list<Row>(desk, `/v1/cases?person=${alert.person}`);
  await open(desk, `/desk/watch/alerts/${alert.id}`);
  await expect(desk.getByTestId('to-case')).toHaveAttribute('href', `${AT}/cases/${row.id}`);
});

test('a file opens with a reason only; it is changed, what is typed survives, and somebody who saves in between is met', async ({ as }) => {
  test.slow();
  const [desk, other] = [await as('socialWorker'), await as('looker')];
  const [{ id: person }] = await without(desk);
  await open(desk, `/desk/people/${person}`);
  await desk.getByTestId('reason-0').click();
  await desk.getByTestId('open-file').click();
  await desk.getByTestId('to-care').click();
  await settled(desk);
  await expect(desk.getByTestId('why')).toBeVisible();
  await look(desk, person);
  await desk.getByTestId('file-change').click();
  const form = desk.getByTestId('file-edit');
  await form.locator('[data-factor="dementia"] input').check();
  await expect(form.getByTestId('comes-to')).toContainText('每周');
  await form.getByTestId('visited').check();
  await form.getByTestId('conditions').fill('记性差，家里有狗');
  await form.getByTestId('contact-add').click();
  const contact = form.getByTestId('contact');
  await contact.getByTestId('contact-name').fill('小王');
  await contact.getByTestId('contact-relation').fill('女儿');
  await contact.getByTestId('contact-phone').fill('12');
  await contact.getByTestId('contact-told').check();
  await form.getByTestId('file-save').click();
  await expect(contact.locator('.field-error:visible')).toHaveCount(1);

  await look(desk, person);
  await desk.getByTestId('file-change').click();
  await expect(form.getByTestId('conditions')).toHaveValue('记性差，家里有狗');
  await expect(contact.getByTestId('contact-name')).toHaveValue('小王');
  await expect(form.locator('[data-factor="dementia"] input')).toBeChecked();
  await contact.getByTestId('contact-phone').fill('13800000999');
  const { ver } = (await call<{ ver: number }>(other, 'GET', `/v1/care/files/${person}?reason=${encodeURIComponent('更新档案')}`)).body;
  const put = { id: id('cmd'), ver, visited: false, factors: [], conditions: '别人写的', contacts: [] };
  const theirs = await call(other, 'PUT', `/v1/care/files/${person}`, put);
  expect(theirs.status, JSON.stringify(theirs.body)).toBe(200);
  await form.getByTestId('file-save').click();
  await expect(form.getByTestId('file-met')).toBeVisible();
  await expect(form.getByTestId('conditions')).toHaveValue('记性差，家里有狗');
  await form.getByTestId('file-save').click();
  await expect(form).toHaveCount(0);
  await expect(desk.getByTestId('file-tier')).toContainText('每周');
  await expect(desk.getByTestId('file-conditions')).toHaveText('记性差，家里有狗');
  await expect(desk.getByTestId('file-due')).toContainText(':');
  await expect(desk.getByTestId('contact-row')).toContainText('小王');
});

test('what is typed into a file is kept in its window alone, and gone once its writer signs out', async ({ as }) => {
  const desk = await as('socialWorker', { fresh: true });
  const [{ id: person }] = await without(desk);
  await look(desk, person);
  await desk.getByTestId('file-change').click();
  await desk.getByTestId('conditions').fill('心脏不好');
  const kept = () => desk.evaluate(() => [sessionStorage, localStorage].map((place) => Object.values(place).join().includes('心脏不好')));
  await expect.poll(kept).toEqual([true, false]);
  await open(desk, '/desk/me');
  await desk.getByTestId('sign-out').click();
  await expect(desk).toHaveURL(/sign-in/);
  await expect.poll(kept).toEqual([false, false]);
});

test('what one does not see opens in an emergency with a reason; that is flagged to whoever is in charge', async ({ as }) => {
  test.slow();
  const [desk, station, admin] = [await as('socialWorker'), await as('station'), await as('admin')];
  const [{ id: person }] = await without(desk);
  const me = (await call<Named>(station, 'GET', '/v1/me')).body;
  await look(station, person);
  await expect(station.getByTestId('unseen-fields')).toContainText('身体情况');
  await expect(station.getByTestId('file-conditions')).toHaveCount(0);
  await expect(station.getByTestId('file-change')).toHaveCount(0);
  await station.getByTestId('glass').click();
  const question = station.locator('dialog[open]');
  await question.getByTestId('ask-yes').click();
  await expect(question.locator('.field-error:visible')).toHaveCount(1);
  await question.getByTestId('glass-reason').fill('人倒在家里，急救要知道病史');
  await question.getByTestId('ask-yes').click();
  await expect(station.getByTestId('glass-broken')).toContainText('急救要知道病史');
  await expect(station.getByTestId('file-conditions')).toHaveText('记性差，家里有狗');
  await expect(station.getByTestId('unseen')).toHaveCount(0);

  await open(admin, `${AT}/people/${me.id}/looks`);
  const flagged = admin.getByTestId('looks').locator('tr').filter({ has: admin.getByTestId('glass-look') });
  await expect(flagged).toHaveCount(1);
  await expect(flagged).toContainText('急救要知道病史');
  await open(admin, `${AT}/people/${person}/looked-at`);
  const seen = admin.getByTestId('looks-at').locator('tr').filter({ has: admin.getByTestId('glass-look') });
  await expect(seen.first()).toContainText('急救要知道病史');
  await expect(seen.first()).toContainText(me.name);
  await open(station, `${AT}/people/${person}/looked-at`);
  await expect(station.getByTestId('looks-at')).toHaveCount(0);
  const told = async () => (await list<{ topic: string }>(admin, '/v1/inbox')).filter((one) => one.topic === 'glass_broken').length;
  await expect.poll(told, POLL).toBeGreaterThan(0);
  await open(station, `${AT}/people/${me.id}/looks`);
  await expect(station.getByTestId('looks')).toHaveCount(0);
});

test('the team is changed by whoever is in charge: a role stands in one part, and a part sees less', async ({ as }) => {
  const [admin, station] = [await as('admin'), await as('station')];
  await open(station, `${AT}/nodes`);
  await expect(station.getByTestId('node')).toHaveCount(6);
  await expect(station.getByTestId('nodes-change')).toHaveCount(0);
  await open(admin, `${AT}/nodes`);
  const volunteers = admin.locator('[data-testid="node"][data-kind="volunteers"]');
  await expect(volunteers.getByTestId('node-fields')).toContainText('住址');
  await admin.getByTestId('nodes-change').click();
  const [first, fifth] = [admin.getByTestId('node-edit').nth(0), admin.getByTestId('node-edit').nth(4)];
  await first.getByTestId('role-volunteer').locator('input').check();
  await expect(admin.getByTestId('nodes-twice')).toBeVisible();
  await admin.getByTestId('nodes-save').click();
  await expect(admin.getByTestId('problem')).toBeVisible();
  await first.getByTestId('role-volunteer').locator('input').uncheck();
  await expect(fifth.getByTestId('field-health')).toHaveCount(0);
  await fifth.getByTestId('field-room').locator('input').uncheck();
  await admin.getByTestId('nodes-save').click();
  await expect(admin.getByTestId('nodes-edit')).toHaveCount(0);
  await expect(admin.getByTestId('nodes-ver')).toHaveText('1');
  await expect(volunteers.getByTestId('node-fields')).not.toContainText('住址');

  const relay = admin.getByTestId('relay-edit');
  await relay.getByTestId('relay').fill('12');
  await relay.getByTestId('relay-save').click();
  await expect(relay.locator('.field-error:visible')).toHaveCount(1);
  await relay.getByTestId('relay').fill('0574-88880000');
  await relay.getByTestId('relay-save').click();
  await expect(admin.getByTestId('nodes-relay')).toHaveText('057488880000');
  await expect(admin.getByTestId('nodes-ver')).toHaveText('2');
  await open(station, `${AT}/nodes`);
  await expect(station.getByTestId('relay-edit')).toHaveCount(0);
});

test('a month is counted and given as a workbook', async ({ as }) => {
  const desk = await as('looker');
  await open(desk, `${AT}/report`);
  await expect(desk.getByTestId('report')).toBeVisible();
  expect(Number(await desk.getByTestId('report-sums').getByTestId('cases').innerText())).toBeGreaterThan(0);
  await expect(desk.getByTestId('report-causes').locator('tbody tr').first()).toBeVisible();
  await expect(desk.getByTestId('report-rules').locator('tbody tr').first()).toBeVisible();
  await expect(desk.getByTestId('report-person').first()).toBeVisible();
  await expect(desk.getByTestId('report-case').first()).toBeVisible();
  const href = await desk.getByTestId('report-file').getAttribute('href');
  const answer = await desk.request.get(String(href));
  expect(answer.status()).toBe(200);
  expect(answer.headers()['content-type']).toContain('spreadsheetml');
  expect((await answer.body()).subarray(0, 2).toString()).toBe('PK');
  const [file] = await Promise.all([desk.waitForEvent('download'), desk.getByTestId('report-file').click()]);
  expect(file.suggestedFilename()).toMatch(/\.xlsx$/);
  await desk.getByTestId('month').fill('2020-01');
  await expect(desk.getByTestId('report-none')).toBeVisible();
  await expect(desk.getByTestId('report-cases')).toHaveCount(0);
});

test('a limit is thought over, becomes a version with its reason, and is written beside the case that taught it', async ({ as }) => {
  test.slow();
  const desk = await as('socialWorker');
  const someone = (await without(desk))[1];
  const taught = await refer(desk, someone.id, '两天没出门，是摔了一跤');
  const closing = { id: id('cmd'), reason: 'true_alarm', comment: '', seen_at: await from(desk, 0) };
  const closed = await call(desk, 'POST', `/v1/cases/${taught}/close`, closing);
  expect(closed.status, JSON.stringify(closed.body)).toBe(200);

  await open(desk, `${AT}/workshop`);
  await desk.getByTestId('backtest').click();
  await expect(desk.getByTestId('try').locator('.field-error:visible')).toHaveCount(1);
  await desk.getByTestId('silence-no_exit').click();
  await desk.getByTestId('hours').fill('36');
  await desk.getByTestId('backtest').click();
  const result = desk.getByTestId('backtest-result');
  await expect(result).toBeVisible();
  const [now, tried] = [Number(await result.getAttribute('data-now')), Number(await result.getAttribute('data-alerts'))];
  expect(tried).toBeGreaterThanOrEqual(now);
  await desk.getByTestId('hours').fill('30');
  await expect(desk.getByTestId('adopt')).toHaveCount(0);
  await expect(desk.getByTestId('count-again')).toBeVisible();
  await desk.getByTestId('hours').fill('36');
  await desk.getByTestId('adopt-go').click();
  await expect(desk.getByTestId('adopt').locator('.field-error:visible')).toHaveCount(1);
  await desk.getByTestId('adopt-note').fill('摔倒的那次，四十八小时太久');
  await desk.getByTestId('adopt-go').click();
  await expect(desk.getByTestId('adopted')).toHaveAttribute('data-ver', '1');
  await expect(desk.getByTestId('rules-ver')).toHaveText('1');
  await expect(desk.getByTestId('no-exit-now')).toHaveText('1天12小时');
  const rules = (await call<{ ver: number; note: string; windows: { no_exit_minutes: number; no_return_minutes: number } }>(desk, 'GET', '/v1/rules')).body;
  expect(rules).toMatchObject({ ver: 1, note: '摔倒的那次，四十八小时太久', windows: { no_exit_minutes: 36 * 60, no_return_minutes: 72 * 60 } });

  await desk.getByTestId('reflect-case').selectOption(taught);
  await desk.getByTestId('lesson').fill('摔倒的人等不了两天');
  await desk.getByTestId('reflect-go').click();
  await expect(desk.getByTestId('reflect-done')).toBeVisible();
  const { reflections } = (await call<{ reflections: { rules_ver: number }[] }>(desk, 'GET', `/v1/cases/${taught}`)).body;
  expect(reflections.map((one) => one.rules_ver)).toEqual([1]);
});
