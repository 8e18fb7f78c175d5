// Whoever is watched over says that they are well, and that they are away; a relative says it for them.
// On a server of its own: an open alert is there once.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { call, list, open, settled, watchPlaces } from '../support/pages';
import { DAY, wall } from '../support/volunteering';

test.use({ own: 'watch/resident' });
test.describe.configure({ mode: 'serial' });

interface Watch {
  alert: string | null;
  away_until: string | null;
  seen_at: string | null;
}
interface Named {
  id: string;
}

const day = (days: number) => wall(Date.now() + days * DAY)[0];
const mine = async (page: Page) => (await call<Watch>(page, 'GET', '/v1/me/watch')).body;

/** Fills in the form in sight, and sends it. */
async function report(page: Page, until: string): Promise<void> {
  await page.getByTestId('kind-hospital').click();
  await page.getByTestId('until').fill(until);
  await page.getByTestId('away-send').click();
}

test('the silent one presses one large button: the alert is withdrawn, and the button says so', async ({ as }) => {
  const [desk, page] = [await as('station'), await as('silent')];
  const before = await mine(page);
  expect(before.alert).not.toBeNull();
  const isOpen = async () => (await list<Named>(desk, '/v1/alerts')).some((one) => one.id === before.alert);
  expect(await isOpen()).toBe(true);

  await open(page, '/');
  await page.getByTestId('to-watch').click();
  await expect(page).toHaveURL(/\/watch$/);
  await settled(page);
  await expect(page.getByTestId('looking')).toBeVisible();
  const [button, around] = [await page.getByTestId('well').boundingBox(), await page.locator('.well').boundingBox()];
  expect(button?.height).toBeGreaterThanOrEqual(60);
  expect(button?.width).toBeGreaterThanOrEqual((around?.width ?? Infinity) - 1);

  await page.getByTestId('well').click();
  await expect(page.getByTestId('well-done')).toContainText('提醒已经取消');
  await expect(page.getByTestId('looking')).toHaveCount(0);
  const { body, status } = await call<{ state: string }>(desk, 'GET', `/v1/alerts/${before.alert}`);
  expect([status, body.state]).toEqual([200, 'withdrawn']);
  expect(await isOpen()).toBe(false);
  const after = await mine(page);
  expect(after.alert).toBeNull();
  expect(Date.parse(after.seen_at ?? '')).toBeGreaterThan(Date.parse(before.seen_at ?? ''));
});

test('the link of a text opens for anybody, and is answered by pressing; one that is not whole says so', async ({ anybody }) => {
  const page = await anybody();
  for (const [key, label] of [['pX', '我很好'], ['rX', '家人很好']]) {
    await page.goto(`/watch/well?key=${key}`);
    const button = page.getByTestId('answer-well');
    await expect(button).toHaveText(label);
    await expect(page).toHaveURL(/\/watch\/well/);
    await button.click();
    await expect(page.getByTestId('broken')).toContainText('工作站');
    await expect(button).toHaveCount(0);
  }
  await page.goto('/watch/well');
  await expect(page.getByTestId('broken')).toBeVisible();
});

test('who is told, what is noted, and the way to stop it', async ({ as }) => {
  const page = await as('watched');
  await open(page, '/watch');
  await expect(page.getByTestId('seen')).toBeVisible();
  await expect(page.getByTestId('told-station')).toBeVisible();
  await expect(page.getByTestId('kept-long')).toContainText('90天');
  await expect(page.getByTestId('noted').first()).toContainText(/进门|出门|开过门/);
  await expect(page.getByTestId('call-station')).toHaveAttribute('href', /^tel:\d+/);
  await page.getByTestId('to-consents').click();
  await expect(page.getByTestId('consent-watch_doors')).toBeChecked();
});

test('away: a bad span is refused at its field; a good one stands until one is back', async ({ as }) => {
  const page = await as('watched');
  await open(page, '/watch');
  await page.getByTestId('to-away').click();
  await expect(page.getByTestId('report')).toBeVisible();
  await settled(page);
  await expect(page.getByTestId('from')).toHaveValue(day(0));

  await report(page, day(-2));
  await expect(page.getByTestId('until')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByTestId('problem')).toHaveAttribute('data-code', 'absence_span');
  await page.getByTestId('until').fill('');
  await page.getByTestId('away-send').click();
  await expect(page.getByTestId('problem')).toHaveAttribute('data-code', 'missing_field');
  expect(await list(page, '/v1/absences')).toHaveLength(0);

  await report(page, day(2));
  await expect(page.getByTestId('toast')).toBeVisible();
  const card = page.getByTestId('absence');
  await expect(card).toHaveAttribute('data-over', 'false');
  await expect(card).toContainText('住院');
  expect((await mine(page)).away_until).toContain(`${day(2)}T20:00:00`);
  await open(page, '/watch');
  await expect(page.getByTestId('away-until')).toContainText('20:00');

  await open(page, '/watch/away');
  await page.getByTestId('back-early').click();
  await expect(card).toHaveAttribute('data-over', 'true');
  await expect(page.getByTestId('back-early')).toHaveCount(0);
  expect((await mine(page)).away_until).toBeNull();

  // The same words again are another absence.
  await report(page, day(2));
  await expect(card).toHaveCount(2);
});

test('a relative reports for whom they may; nobody else can', async ({ as }) => {
  const [relative, other] = [await as('first'), await as('booker')];
  const [, path] = (await watchPlaces(relative)).find(([name]) => name === 'away-relative') ?? ['', ''];
  const person = path.split('=')[1];
  await open(relative, path);
  await expect(relative.getByTestId('for-other')).toBeVisible();
  await report(relative, day(3));
  await expect(relative.getByTestId('absence')).toHaveAttribute('data-over', 'false');
  expect(await list(relative, `/v1/absences?person=${person}`)).toHaveLength(1);

  await open(other, path);
  await expect(other.getByTestId('not-theirs')).toBeVisible();
  await expect(other.getByTestId('away-send')).toHaveCount(0);
  await expect(other.getByTestId('call-station')).toBeVisible();
});

test('a neighbour sees that nobody watches over them, agrees, and whom to ask', async ({ as }) => {
  const page = await as('asker');
  const asked = page.waitForResponse((answer) => answer.url().endsWith('/v1/me/watch'));
  await open(page, '/');
  expect((await asked).status()).toBe(409);
  await expect(page.getByTestId('to-watch')).toHaveCount(0);

  await open(page, '/me');
  await page.getByTestId('to-watch').click();
  await expect(page.getByTestId('unwatched')).toContainText('工作站');
  await expect(page.getByTestId('well')).toHaveCount(0);
  await expect(page.getByTestId('call-station')).toHaveAttribute('href', /^tel:\d+/);
  const agreed = async () => (await list<{ purpose: string; given: boolean }>(page, '/v1/me/consents')).find((one) => one.purpose === 'watch_doors')?.given;
  expect(await agreed()).toBe(false);
  await page.getByTestId('consent-watch_doors').click();
  await expect.poll(agreed).toBe(true);
  // Agreeing is not being enrolled: that is the station's to do.
  await page.reload();
  await expect(page.getByTestId('unwatched')).toBeVisible();

  await open(page, '/watch/away');
  await expect(page.getByTestId('unwatched')).toBeVisible();
  await expect(page.getByTestId('away-send')).toHaveCount(0);
});
