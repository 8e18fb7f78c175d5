// Volunteering at the desk: activities and their people, minutes, points, vouchers, certificates.
// On a server of its own: points and the clock are everybody's.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { call, list, open, settled } from '../support/pages';
import { id } from '../support/ids';
import { aheadOf, advance, DAY, follow, MINUTE, moment, publish, scanned, wall } from '../support/volunteering';

test.use({ own: 'points/desk' });
test.describe.configure({ mode: 'serial' });

const AT = '/desk/volunteering';
/** By how much the server's clock is ahead of this one. */
let ahead = 0;

test.beforeEach(async ({ request }) => {
  ahead = await aheadOf(request);
});

const now = () => Date.now() + ahead;

/** Finds somebody in the search of one part of a page. */
async function pick(page: Page, part: string, name: string): Promise<void> {
  const where = part ? page.getByTestId(part) : page.locator('main');
  await where.getByTestId('search').fill(name);
  await where.getByTestId('search-go').click();
  await where.getByTestId('pick').filter({ hasText: name }).first().click();
}

async function personOf(page: Page, name: string): Promise<string> {
  const [found] = await list(page, `/v1/residents?q=${encodeURIComponent(name)}`);
  return found.id;
}

const question = (page: Page) => page.locator('dialog[open]');

test('an activity is written, kept through a reload, and published; somebody is signed up and taken off; it is called off', async ({ as }) => {
  const desk = await as('socialWorker');
  await open(desk, AT);
  await desk.getByTestId('activities').click();
  await desk.getByTestId('activity-new').click();
  await settled(desk);
  const [day] = wall(now() + 3 * DAY);
  await desk.getByTestId('activity-name').fill('剪窗花');
  await desk.getByTestId('submit').click();
  await expect(desk.locator('.field-error:visible')).toHaveCount(1);
  await desk.getByTestId('place').fill('社区活动室');
  await desk.getByTestId('grid').fill('第二网格');
  await desk.getByTestId('skill-teaching').check();
  await desk.getByTestId('day').fill(day);
  await desk.getByTestId('from').fill('14:00');
  await desk.getByTestId('until').fill('13:00');
  await desk.getByTestId('capacity').fill('2');
  await desk.getByTestId('submit').click();
  await expect(desk.getByTestId('problem')).toHaveAttribute('data-code', 'span_backwards');
  await desk.getByTestId('until').fill('16:00');
  await desk.reload();
  await settled(desk);
  await expect(desk.getByTestId('activity-name')).toHaveValue('剪窗花');
  await expect(desk.getByTestId('skill-teaching')).toBeChecked();
  await desk.getByTestId('submit').click();
  await expect(desk.getByTestId('activity-title')).toHaveText('剪窗花');

  await pick(desk, 'sign-up-for', '志愿者小何');
  await desk.getByTestId('sign-up').click();
  const row = desk.getByTestId('person-row');
  await expect(row).toHaveCount(1);
  await expect(row).toHaveAttribute('data-state', 'going');
  await row.getByTestId('remove').click();
  await question(desk).getByTestId('ask-yes').click();
  await expect(question(desk).locator('.field-error:visible')).toBeVisible();
  await question(desk).getByTestId('reason').fill('本人说来不了');
  await question(desk).getByTestId('ask-yes').click();
  await expect(row).toHaveCount(0);

  await desk.getByTestId('change').click();
  await settled(desk);
  await desk.getByTestId('capacity').fill('5');
  await desk.getByTestId('submit').click();
  await expect(desk.getByTestId('count')).toContainText('5');

  await desk.getByTestId('cancel').click();
  await question(desk).getByTestId('reason').fill('老师病了');
  await question(desk).getByTestId('ask-yes').click();
  await expect(desk.getByTestId('activity-state')).toHaveAttribute('data-state', 'cancelled');
  await expect(desk.getByTestId('why')).toHaveText('老师病了');
  await expect(desk.getByTestId('sign-up-for')).toHaveCount(0);
  await expect(desk.getByTestId('cancel')).toHaveCount(0);
});

test('a series is published at once, and each of it stands for itself', async ({ as }) => {
  const desk = await as('socialWorker');
  await open(desk, `${AT}/activities/new`);
  const [day] = wall(now() + 2 * DAY);
  const typed = { place: '2号楼前', grid: '第一网格', day, from: '07:00', until: '08:00', capacity: '4' };
  await desk.getByTestId('activity-name').fill('晨间清扫');
  for (const [name, words] of Object.entries(typed)) await desk.getByTestId(name).fill(words);
  await desk.getByTestId('repeat').selectOption('week');
  await desk.getByTestId('times').fill('3');
  await desk.getByTestId('submit').click();
  await expect(desk.getByTestId('series')).toBeVisible();
  await open(desk, `${AT}/activities`);
  await expect(desk.getByTestId('activity').filter({ hasText: '晨间清扫' })).toHaveCount(3);
});

test('a team gets its people and whoever leads it', async ({ as }) => {
  const desk = await as('socialWorker');
  await open(desk, `${AT}/teams/new`);
  await desk.getByTestId('name').fill('剪纸队');
  await desk.getByTestId('submit').click();
  await expect(desk.locator('.field-error:visible')).toBeVisible();
  await pick(desk, '', '志愿者小郭');
  await pick(desk, '', '志愿者小马');
  const members = desk.getByTestId('member');
  await expect(members).toHaveCount(2);
  await members.filter({ hasText: '小马' }).getByTestId('lead').check();
  await desk.getByTestId('submit').click();
  const made = desk.getByTestId('team').filter({ hasText: '剪纸队' });
  await expect(made).toContainText('小马');
  await made.click();
  await expect(members).toHaveCount(2);
  await members.filter({ hasText: '小郭' }).getByTestId('member-out').click();
  await desk.getByTestId('submit').click();
  await expect(desk.getByTestId('toast')).toBeVisible();
});

test('time written down for somebody needs a colleague, and is corrected', async ({ as }) => {
  const [first, second] = [await as('station'), await as('socialWorker')];
  await open(first, `${AT}/hours`);
  await first.getByTestId('hours-new').click();
  await settled(first);
  await first.getByTestId('submit').click();
  await expect(first.locator('.field-error:visible')).toBeVisible();
  await pick(first, 'step-who', '志愿者小罗');
  const [day] = wall(now() - DAY);
  const typed = { what: '陪李奶奶看病', day, from: '09:00', until: '11:30', evidence: '楼长在场' };
  for (const [name, words] of Object.entries(typed)) await first.getByTestId(name).fill(words);
  await first.getByTestId('submit').click();
  await expect(first.getByTestId('entry-state')).toHaveAttribute('data-state', 'pending');
  await expect(first.getByTestId('manual')).toBeVisible();
  await expect(first.getByTestId('approvals')).toContainText('测试·工作站值班');
  await expect(first.getByTestId('approve')).toHaveCount(0);
  const entry = first.url().split('/').pop() ?? '';

  await open(second, `${AT}/hours`);
  const waiting = second.locator(`[data-testid="pending-entry"][data-id="${entry}"]`);
  await expect(waiting).toContainText('陪李奶奶看病');
  await waiting.getByTestId('approve').click();
  await expect(waiting).toHaveCount(0);
  await open(second, `${AT}/hours/${entry}`);
  await expect(second.getByTestId('entry-state')).toHaveAttribute('data-state', 'approved');

  await second.getByTestId('correct').click();
  const ask = question(second);
  await ask.getByTestId('correct-minutes').fill('999');
  await ask.getByTestId('ask-yes').click();
  await expect(ask.getByTestId('problem')).toHaveAttribute('data-code', 'bad_value');
  await ask.getByTestId('correct-minutes').fill('120');
  await ask.getByTestId('reason').fill('十一点就走了');
  await ask.getByTestId('ask-yes').click();
  await expect(second.getByTestId('older')).toBeVisible();
  await expect(second.getByTestId('entry-state')).toHaveAttribute('data-state', 'pending');
  const correction = second.url().split('/').pop() ?? '';
  await open(first, `${AT}/hours/${correction}`);
  await first.getByTestId('refuse').click();
  await question(first).getByTestId('reason').fill('门诊单上写着十一点半');
  await question(first).getByTestId('ask-yes').click();
  await expect(first.getByTestId('entry-state')).toHaveAttribute('data-state', 'refused');
});

test('a reward, redeemed for somebody who agreed, is handed over by another', async ({ as }) => {
  const [worker, station] = [await as('socialWorker'), await as('station')];
  await open(worker, `${AT}/rewards`);
  await worker.getByTestId('reward-new').click();
  await settled(worker);
  await worker.getByTestId('name').fill('一把挂面');
  await worker.getByTestId('points').fill('0');
  await worker.getByTestId('submit').click();
  await expect(worker.locator('.field-error:visible')).toBeVisible();
  await worker.getByTestId('points').fill('5');
  await worker.getByTestId('per_person').fill('2');
  await worker.getByTestId('stock').fill('3');
  await worker.getByTestId('submit').click();
  await worker.getByTestId('reward').filter({ hasText: '一把挂面' }).click();
  await expect(worker.getByTestId('left')).toContainText('3');
  const stock = worker.getByTestId('stock');
  await stock.getByTestId('stock-count').fill('2');
  await stock.getByTestId('stock-reason').fill('新到两把');
  await stock.getByTestId('stock-add').click();
  await expect(worker.getByTestId('left')).toContainText('5');
  const moves = worker.getByTestId('move-reason');
  await expect(moves.first()).toHaveText('新到两把');
  await expect(moves).toHaveCount(2);
  await stock.getByTestId('stock-count').fill('9');
  await stock.getByTestId('stock-reason').fill('点货');
  await stock.getByTestId('stock-take').click();
  await expect(stock.getByTestId('problem')).toHaveAttribute('data-code', 'out_of_stock');

  await open(station, `${AT}/redeem`);
  await pick(station, 'step-who', '志愿者小罗');
  await station.getByTestId('offer').filter({ hasText: '一把挂面' }).click();
  await station.getByTestId('quantity').fill('2');
  await station.getByTestId('submit').click();
  await expect(station.locator('.field-error:visible')).toBeVisible();
  await station.getByTestId('how-in_person').click();
  await station.getByTestId('submit').click();
  await expect(station.getByTestId('redeemed')).toBeVisible();
  const code = (await station.getByTestId('voucher-code').textContent()) ?? '';

  await open(station, `${AT}/counter`);
  await station.getByTestId('voucher-typed').fill(code);
  await station.getByTestId('voucher-typed').press('Enter');
  await expect(station.getByTestId('not-you')).toBeVisible();
  await expect(station.getByTestId('hand-over')).toHaveCount(0);

  await open(worker, `${AT}/counter`);
  await worker.getByTestId('voucher-typed').fill('ABCD-EFGH-K');
  await worker.getByTestId('voucher-typed').press('Enter');
  await expect(worker.getByTestId('problem')).toBeVisible();
  await worker.getByTestId('voucher-typed').fill(code.toLowerCase().replaceAll('-', ' '));
  await worker.getByTestId('voucher-find').click();
  await expect(worker.getByTestId('whose')).toContainText('小罗');
  await worker.getByTestId('hand-over').click();
  await question(worker).getByTestId('ask-yes').click();
  await expect(worker.getByTestId('voucher-state')).toHaveAttribute('data-state', 'settled');
  await expect(question(worker)).toHaveCount(0);
});

test('points earned by another rule from now on, and never ending unless it is said', async ({ as }) => {
  const desk = await as('admin');
  await open(desk, `${AT}/rule`);
  await expect(desk.getByTestId('ends')).not.toBeChecked();
  await expect(desk.getByTestId('months')).toHaveCount(0);
  await desk.getByTestId('per-hour').fill('12');
  await desk.getByTestId('submit').click();
  await question(desk).getByTestId('ask-yes').click();
  await expect(desk.getByTestId('rule-now')).toContainText('12');
  await expect(desk.getByTestId('ends')).not.toBeChecked();
});

test('a certificate is issued for somebody, and taken back', async ({ as, anybody }) => {
  const desk = await as('station');
  const person = await personOf(desk, '志愿者小罗');
  await open(desk, `${AT}/people/${person}`);
  await expect(desk.getByTestId('person-name')).toContainText('小罗');
  await expect(desk.getByTestId('entry').first()).toBeVisible();
  await desk.getByTestId('certificate-ask').click();
  await expect(desk.getByTestId('certificate')).toHaveAttribute('data-holds', 'true');
  const number = desk.url().split('/').pop() ?? '';
  await desk.getByTestId('revoke').click();
  await question(desk).getByTestId('reason').fill('打印错了');
  await question(desk).getByTestId('ask-yes').click();
  await expect(desk.getByTestId('certificate')).toHaveAttribute('data-holds', 'false');
  await expect(desk.getByTestId('revoke')).toHaveCount(0);
  const nobody = await anybody();
  const verified = await call<{ state: string }>(nobody, 'GET', `/v1/certificates/${number}/verify`);
  expect(verified.body.state).toBe('revoked');
  await nobody.goto(`/verify/${number}`);
  const shown = nobody.getByTestId('verified');
  await expect(shown).toHaveAttribute('data-state', 'revoked');
  await expect(shown).toContainText('不作数');
  await expect(shown.getByTestId('minutes')).toBeVisible();
});

test('cards at the door, and minutes confirmed row by row by another than who scanned them', async ({ as, request }) => {
  const [desk, resident, station] = [await as('socialWorker'), await as('booker'), await as('station')];
  await follow(desk, ahead);
  const starts = now() + 2 * MINUTE;
  const activity = await publish(desk, '楼前清扫', moment(starts), moment(starts + 120 * MINUTE));
  const signed = await call(resident, 'POST', `/v1/activities/${activity}/signups`, { id: id('sgn') });
  expect(signed.status).toBe(201);
  const { card } = (await call<{ card: string }>(resident, 'GET', '/v1/volunteer/card')).body;
  const { id: who } = (await call<{ id: string }>(resident, 'GET', '/v1/me')).body;
  await open(desk, `${AT}/people/${who}`);
  await desk.getByTestId('to-card').click();
  await expect(desk.getByTestId('card-qr')).toBeVisible();
  expect(await scanned(desk.getByTestId('card-qr'))).toBe(card);
  const printed = (await desk.getByTestId('card-code').textContent()) ?? '';
  expect(printed).toMatch(/^.{4}-.{4}-.{4}$/);
  await desk.emulateMedia({ media: 'print' });
  await expect(desk.getByTestId('print')).toBeHidden();
  expect(await scanned(desk.getByTestId('card-qr'))).toBe(card);
  await desk.emulateMedia({ media: null });

  await open(desk, `${AT}/activities/${activity}/door`);
  await expect(desk.getByTestId('door-qr')).toBeVisible();
  const code = (await desk.getByTestId('door-code').textContent()) ?? '';
  expect(await desk.getByTestId('door-qr').getAttribute('data-text')).toContain(`/checkin/${activity}?code=${code}`);
  await expect(desk.locator('.shell-nav')).toBeHidden();

  await open(desk, `${AT}/activities/${activity}`);
  const row = desk.getByTestId('person-row');
  await expect(row).toHaveAttribute('data-state', 'going');
  await desk.getByTestId('card-typed').fill('nobody');
  await desk.getByTestId('card-typed').press('Enter');
  await expect(desk.getByTestId('problem')).toBeVisible();
  await desk.getByTestId('card-typed').fill(printed.toLowerCase());
  await desk.getByTestId('card-typed').press('Enter');
  await expect(row).toHaveAttribute('data-state', 'here');

  await advance(request, 'PT25M');
  await desk.getByTestId('card-typed').fill(card);
  await desk.getByTestId('card-typed').press('Enter');
  await expect(row).toHaveAttribute('data-state', 'left');
  await row.getByTestId('minutes').fill('20');
  await desk.getByTestId('settle').click();
  await expect(row.getByTestId('row-refused')).toContainText('另一位');
  await expect(row.getByTestId('minutes')).toHaveValue('20');

  ahead += 25 * MINUTE;
  await follow(station, ahead);
  await open(station, `${AT}/activities/${activity}`);
  const theirs = station.getByTestId('person-row');
  await theirs.getByTestId('minutes').fill('90');
  await station.getByTestId('settle').click();
  await expect(theirs.getByTestId('row-refused')).toBeVisible();
  await expect(theirs.getByTestId('minutes')).toHaveValue('90');
  await theirs.getByTestId('minutes').fill('20');
  await station.getByTestId('settle').click();
  await expect(theirs).toHaveAttribute('data-state', 'settled');
  await expect(theirs.getByTestId('settled-minutes')).toContainText('20');
  await expect(station.getByTestId('settle')).toHaveCount(0);
});

test('a helper at the desk has the counter, and nothing that is not theirs', async ({ as, size }) => {
  test.skip(size === 'phone', 'the one who only reads there is a librarian');
  const desk = await as('digitReader');
  await open(desk, AT);
  await expect(desk.getByTestId('counter')).toBeVisible();
  await expect(desk.getByTestId('redeem')).toBeVisible();
  for (const name of ['activities', 'teams', 'hours', 'rewards', 'certificates']) await expect(desk.getByTestId(name)).toHaveCount(0);
  await open(desk, `${AT}/rule`);
  await expect(desk.getByTestId('rule-now')).toBeVisible();
  await expect(desk.getByTestId('per-hour')).toHaveCount(0);
  await open(desk, `${AT}/rewards`);
  await expect(desk.getByTestId('title')).not.toHaveText('兑换品');
});
