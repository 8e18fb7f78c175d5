// A volunteer's way: from the list of activities to the counter, and the paper at the end of it.
// On a server of its own: the clock moves.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { call, list, look, open, settled } from '../support/pages';
import { id } from '../support/ids';
import { smallTargets, smallText, tooWide } from '../support/looks';
import { drawn, plain, wordsIn } from '../support/pdf';
import { advance, aheadOf, DAY, follow, MINUTE, moment, publish, scanned, wall } from '../support/volunteering';

test.use({ own: 'points/volunteer' });
test.describe.configure({ mode: 'serial' });

const DESK = '/desk/volunteering';
const TITLE = '给花坛松土';

let activity = '';
let ahead = 0;

test.beforeEach(async ({ request }) => {
  ahead = await aheadOf(request);
});

const now = () => Date.now() + ahead;
const question = (page: Page) => page.locator('dialog[open]');
const code = (page: Page) => page.getByTestId('problem');

test('find an activity, sign up, and nothing else at the same time', async ({ as }) => {
  const [desk, page] = [await as('socialWorker'), await as('asker')];
  const starts = now() + 5 * MINUTE;
  activity = await publish(desk, TITLE, moment(starts), moment(starts + 120 * MINUTE));
  const other = await publish(desk, '社区阅览室值班', moment(starts + 60 * MINUTE), moment(starts + 180 * MINUTE));

  const far = now() + 40 * DAY;
  const later = await publish(desk, '植树', moment(far), moment(far + 60 * MINUTE));

  await open(page, '/');
  await page.getByTestId('to-volunteer').click();
  await page.getByTestId('to-activities').click();
  await settled(page);
  const planting = page.locator(`[data-testid="activity"][data-id="${later}"]`);
  await expect(planting).toHaveCount(0);
  await page.getByTestId('later').click();
  await expect(planting).toBeVisible();
  const [thatDay] = wall(far);
  await page.getByTestId('from').fill(thatDay);
  await expect(page).toHaveURL(new RegExp(`from=${thatDay}`));
  await page.reload();
  await settled(page);
  await expect(planting).toBeVisible();
  await page.getByTestId('from').fill(wall(now())[0]);
  await page.locator(`[data-testid="activity"][data-id="${activity}"]`).click();
  await expect(page.getByTestId('activity-title')).toHaveText(TITLE);
  await page.getByTestId('sign-up').click();
  await expect(page.getByTestId('withdraw')).toBeVisible();

  await open(page, `/activities/${other}`);
  await page.getByTestId('sign-up').click();
  await expect(code(page)).toHaveAttribute('data-code', 'sign_up_overlaps');

  await open(page, '/signups');
  await expect(page.locator(`[data-testid="sign-up-card"][data-id="${activity}"]`)).toContainText(TITLE);
});

test('in and out by the code at the door; one of an hour ago is refused', async ({ as, request }) => {
  const [desk, page] = [await as('socialWorker'), await as('asker')];
  await open(desk, `${DESK}/activities/${activity}/door`);
  const qr = desk.getByTestId('door-qr');
  let brought = '';
  // The code may change between the scan and the page it leads to.
  await expect(async () => {
    const address = (await scanned(qr)) ?? '';
    expect(address).toContain(`/checkin/${activity}?code=`);
    const { pathname, search } = new URL(address);
    brought = pathname + search;
    await page.goto(brought);
    await expect(page.getByTestId('check-out')).toBeVisible();
  }).toPass();

  await advance(request, 'PT75M');
  ahead += 75 * MINUTE;
  await follow(page, ahead);
  await page.goto(brought);
  await page.getByTestId('check-out').click();
  await expect(code(page)).toHaveAttribute('data-code', 'code_stale');

  const fresh = await as('station', { fresh: true });
  await follow(fresh, ahead);
  await open(fresh, `${DESK}/activities/${activity}/door`);
  await page.getByTestId('door-code').fill(((await fresh.getByTestId('door-code').textContent()) ?? '').toLowerCase());
  await page.getByTestId('check-out').click();
  await expect(page.getByTestId('toast')).toBeVisible();
  await expect(page.getByTestId('check-out')).toHaveCount(0);

  await open(fresh, `${DESK}/activities/${activity}`);
  const row = fresh.getByTestId('person-row');
  await expect(row).toHaveAttribute('data-state', 'left');
  await row.getByTestId('minutes').fill('70');
  await fresh.getByTestId('settle').click();
  await expect(row).toHaveAttribute('data-state', 'settled');
});

test('the statement explains every point, down to the entry and the rule', async ({ as }) => {
  const page = await as('asker');
  await follow(page, ahead);
  await open(page, '/volunteer');
  await page.getByTestId('to-points').click();
  await settled(page);
  await expect(page.getByTestId('available')).toContainText('11');
  await expect(page.getByTestId('rule')).toContainText('10');
  const line = page.getByTestId('line');
  await expect(line).toHaveCount(1);
  await expect(line).toContainText(TITLE);
  await expect(line).toContainText('1小时10分钟');
  await line.click();
  await expect(page).toHaveURL(/\/hours\/hrs_/);
  await expect(page.getByTestId('entry-state')).toHaveAttribute('data-state', 'approved');
  await expect(page.locator('main')).toContainText(TITLE);
  await page.getByTestId('dispute').click();
  const sheet = page.getByTestId('dispute-sheet');
  await sheet.getByTestId('minutes').fill('999');
  await sheet.getByTestId('reason').fill('还收拾了工具');
  await sheet.getByTestId('dispute-send').click();
  await expect(sheet.locator('.field-error:visible, [data-testid="problem"]:visible').first()).toBeVisible();
  await sheet.getByTestId('minutes').fill('75');
  await sheet.getByTestId('dispute-send').click();
  await expect(page.getByTestId('entry-state')).toHaveAttribute('data-state', 'pending');
});

test('points become a voucher, and the voucher goods; the hours stay as they are', async ({ as }) => {
  const [page, station] = [await as('asker'), await as('admin')];
  await Promise.all([follow(page, ahead), follow(station, ahead)]);
  await open(page, '/points');
  const hours = await list<{ id: string; minutes: number }>(page, '/v1/hours');
  await page.getByTestId('to-rewards').click();
  await page.getByTestId('reward').filter({ hasText: '洗手液' }).click();
  await page.getByTestId('redeem').click();
  await expect(page.getByTestId('redeem-words')).toContainText('10');
  await page.getByTestId('ask-yes').click();
  await expect(page).toHaveURL(/\/vouchers\/rdm_/);
  const shown = (await page.getByTestId('voucher-code').textContent()) ?? '';
  expect(await scanned(page.getByTestId('voucher-qr'))).toBe(shown);
  await expect(page.getByTestId('voucher-state')).toHaveAttribute('data-state', 'reserved');

  await open(page, '/points');
  await expect(page.getByTestId('available')).toContainText('1');
  await expect(page.getByTestId('reserved')).toContainText('10');

  await open(station, `${DESK}/counter`);
  await station.getByTestId('voucher-typed').fill(shown);
  await station.getByTestId('voucher-typed').press('Enter');
  await station.getByTestId('hand-over').click();
  await question(station).getByTestId('ask-yes').click();
  await expect(station.getByTestId('voucher-state')).toHaveAttribute('data-state', 'settled');

  await open(page, '/vouchers');
  await expect(page.getByTestId('voucher').getByTestId('voucher-state')).toHaveAttribute('data-state', 'settled');
  await open(page, '/points');
  await expect(page.getByTestId('reserved')).toHaveCount(0);
  await expect(page.getByTestId('line').first()).toContainText('洗手液');
  expect(await list(page, '/v1/hours')).toEqual(hours);
});

test('a certificate is printed, and its code leads anybody to number, time, issuer, state and nothing more', async ({ as, anybody }, info) => {
  const page = await as('asker');
  await follow(page, ahead);
  await open(page, '/volunteer');
  await page.getByTestId('to-certificates').click();
  await page.getByTestId('certificate-ask').click();
  await expect(page.getByTestId('certificate')).toHaveAttribute('data-holds', 'true');
  await expect(page.getByTestId('certificate')).toContainText(TITLE);
  const { name } = (await call<{ name: string }>(page, 'GET', '/v1/me')).body;
  await expect(page.getByTestId('certificate')).toContainText(name);
  const address = (await scanned(page.getByTestId('verify-qr'))) ?? '';
  const number = new URL(address).pathname.split('/').pop() ?? '';
  await expect(page.getByTestId('number')).toContainText(number);

  const pdf = await page.pdf({ path: info.outputPath('certificate.pdf'), format: 'A4', printBackground: true });
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1);
  const words = await wordsIn(pdf);
  for (const said of [name, TITLE, number, '1小时10分钟', 'Y社区', '公章']) expect(words).toContain(plain(said));
  for (const button of ['打印', '证明开好了']) expect(words).not.toContain(button);
  const stranger = await anybody();
  const sheet = await drawn(stranger, pdf);
  expect(await scanned(sheet)).toBe(address);
  await sheet.screenshot({ path: info.outputPath('certificate-pdf.png') });

  // The same sheet as a picture.
  const screen = page.viewportSize() ?? { width: 390, height: 844 };
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 794, height: 1123 });
  await expect(page.locator('.shell-nav')).toBeHidden();
  await expect(page.getByTestId('print')).toBeHidden();
  await expect(page.getByTestId('toast')).toBeHidden();
  await expect(page.locator('.paper-seal')).toBeVisible();
  expect(await scanned(page.getByTestId('verify-qr'))).toBe(address);
  expect(await tooWide(page)).toEqual([]);
  await page.screenshot({ path: info.outputPath('certificate.png'), fullPage: true });
  await page.emulateMedia({ media: null });
  await page.setViewportSize(screen);

  await stranger.goto(new URL(address).pathname);
  const verified = stranger.getByTestId('verified');
  await expect(verified).toHaveAttribute('data-state', 'valid');
  await expect(verified).toContainText(number);
  await expect(verified.getByTestId('minutes')).toContainText('1小时10分钟');
  await expect(verified.getByTestId('issuer')).toContainText('Y社区');
  for (const hidden of [name, TITLE]) await expect(stranger.locator('body')).not.toContainText(hidden);
  const { body } = await call<Record<string, unknown>>(stranger, 'GET', `/v1/certificates/${number}/verify`);
  expect(Object.keys(body).sort()).toEqual(['issuer', 'issuer_en', 'minutes', 'number', 'state']);
  await stranger.locator('main').getByTestId('number').fill('一二三');
  await stranger.getByTestId('verify').click();
  await expect(stranger.locator('.field-error:visible')).toBeVisible();
});

test('the queue moves up by itself, and says so', async ({ as }) => {
  const [desk, first, second] = [await as('admin'), await as('asker'), await as('booker', { fresh: true })];
  await Promise.all([follow(first, ahead), follow(second, ahead)]);
  const starts = now() + 26 * 60 * MINUTE;
  const small = await publish(desk, '一个人就够的活', moment(starts), moment(starts + 60 * MINUTE), 1);
  for (const page of [first, second]) {
    await open(page, `/activities/${small}`);
    await page.getByTestId('sign-up').click();
    await expect(page.getByTestId('withdraw')).toBeVisible();
  }
  await expect(second.getByTestId('sign-up-state')).toHaveAttribute('data-state', 'waiting');
  await expect(second.getByTestId('my-part')).toContainText('第1位');
  await first.getByTestId('withdraw').click();
  await question(first).getByTestId('ask-yes').click();
  await expect(first.getByTestId('sign-up')).toBeVisible();
  await open(second, `/activities/${small}`);
  await expect(second.getByTestId('sign-up-state')).toHaveAttribute('data-state', 'going');
  await expect(second.getByTestId('my-part')).toBeVisible();
});

test('who forgot to check out says when they left, and whoever confirms it begins from that', async ({ as, request }) => {
  const [desk, page] = [await as('admin'), await as('asker')];
  await follow(page, ahead);
  const [title, starts] = ['擦栏杆', now() + 60 * MINUTE];
  const forgot = await publish(desk, title, moment(starts), moment(starts + 60 * MINUTE));
  await open(page, `/activities/${forgot}`);
  await page.getByTestId('sign-up').click();
  await expect(page.getByTestId('withdraw')).toBeVisible();

  await advance(request, 'PT45M');
  const door = await as('station', { fresh: true });
  const shown = await call<{ code: string }>(door, 'GET', `/v1/activities/${forgot}/door`);
  const came = await call(page, 'POST', `/v1/activities/${forgot}/checkin`, { id: id('cmd'), code: shown.body.code });
  expect(came.status).toBe(200);
  await advance(request, 'PT36H');
  ahead += 45 * MINUTE + 36 * 60 * MINUTE;

  const [asked, station] = [await as('asker'), await as('station', { fresh: true })];
  await Promise.all([follow(asked, ahead), follow(station, ahead)]);
  await open(asked, '/inbox');
  await asked.locator('[data-testid="message"][data-topic="hours_forgotten"]').click();
  await expect(asked).toHaveURL(new RegExp(`/activities/${forgot}`));
  await expect(asked.getByTestId('sign-up-state')).toHaveAttribute('data-state', 'forgotten');
  const left = asked.getByTestId('left');
  await left.getByTestId('left-at').fill(wall(starts - 45 * MINUTE)[1]);
  await left.getByTestId('say-left').click();
  await expect(left.locator('.field-error:visible')).toBeVisible();
  const time = wall(starts + 30 * MINUTE)[1];
  await left.getByTestId('left-at').fill(time);
  await left.getByTestId('say-left').click();
  await expect(left.getByTestId('said-left')).toContainText(time);

  await open(station, `${DESK}/hours`);
  const waiting = station.getByTestId('pending-forgotten').filter({ hasText: title });
  await expect(waiting.getByTestId('said-left')).toContainText(time);
  await waiting.getByTestId('to-activity').click();
  const row = station.getByTestId('person-row');
  await expect(row).toHaveAttribute('data-state', 'forgotten');
  await expect(row.getByTestId('said-left')).toContainText(time);
  await expect(row.getByTestId('minutes')).toHaveValue('30');
  await station.getByTestId('settle').click();
  await expect(row).toHaveAttribute('data-state', 'settled');
  await open(asked, `/activities/${forgot}`);
  await expect(asked.getByTestId('sign-up-state')).toHaveAttribute('data-state', 'been');
  await expect(asked.getByTestId('left')).toHaveCount(0);
});

test('with large text: the same way, read and pressed without effort', async ({ as, size }) => {
  test.skip(size === 'desktop', 'the same on a phone');
  const page = await as('asker');
  await follow(page, ahead);
  await look(page, { size: 'large' });
  const [entry] = await list<{ id: string }>(page, '/v1/hours');
  const [voucher] = await list<{ id: string }>(page, '/v1/redemptions');
  for (const path of ['/volunteer', '/activities', `/activities/${activity}`, '/signups', '/points', '/rewards', `/vouchers/${voucher.id}`, '/hours', `/hours/${entry.id}`, '/certificates', '/card']) {
    await open(page, path);
    expect(await smallText(page, 18), path).toEqual([]);
    expect(await smallTargets(page, 60), path).toEqual([]);
    expect(await tooWide(page), path).toEqual([]);
  }
});
