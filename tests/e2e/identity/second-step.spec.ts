// A second step: set up at the desk by somebody who need not have one, and passed with the digits beside it.
// On a server of its own: two codes for one number are a minute apart, and the clock is moved.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { PEOPLE } from '../support/people';
import { signIn, typeNumberAndCode } from '../support/sign-in';
import { call, open, settled } from '../support/pages';
import { id } from '../support/ids';
import { totp } from '../support/totp';
import { aheadOf } from '../support/volunteering';

test.use({ own: 'identity/second-step' });
// One server for both.
test.describe.configure({ mode: 'default' });

/** The server's time, and a while from then. */
const now = async (page: Page, later = 0) => new Date(Date.now() + (await aheadOf(page.request)) + later);

/** Adds a desk helper who has no second factor. */
async function addHelper(admin: Page, phone: string): Promise<void> {
  const person = id('per');
  const made = await call<{ ver: number }>(admin, 'POST', '/v1/people', { id: person, name: '测试·新帮手', phone });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const body = { id: id('cmd'), roles: ['resident', 'desk_helper'], ver: made.body.ver };
  const given = await call(admin, 'PUT', `/v1/people/${person}/roles`, body);
  expect(given.status, JSON.stringify(given.body)).toBe(200);
}

test('staff set up a second step at the desk, and are asked for it from then on', async ({ as, anybody, size }) => {
  test.slow();
  const phone = PEOPLE.newHelper[size];
  await addHelper(await as('admin'), phone);
  const page = await anybody();
  await signIn(page, phone, { app: '/desk' });
  await open(page, '/desk/me');
  const state = page.getByTestId('factor-state');
  await expect(state).toHaveAttribute('data-set', 'false');
  await page.getByTestId('factor-begin').click();
  await expect(page.locator('img.qr')).toBeVisible();
  const secret = (await page.getByTestId('factor-secret').textContent()) ?? '';
  await page.getByTestId('factor-code').fill('000000');
  await page.getByTestId('factor-submit').click();
  await expect(page.getByTestId('problem')).toHaveAttribute('data-code', 'second_factor_wrong');
  await page.getByTestId('factor-code').fill(await totp(secret, await now(page)));
  await page.getByTestId('factor-submit').click();
  await expect(state).toHaveAttribute('data-set', 'true');
  await expect(page.getByTestId('factor-begin')).toHaveCount(0);

  const elsewhere = await anybody();
  await elsewhere.goto('/desk/sign-in');
  await typeNumberAndCode(elsewhere, phone);
  // The digits of a moment ago are spent; those to come are good half a minute early.
  await elsewhere.getByTestId('factor-code').fill(await totp(secret, await now(elsewhere, 30_000)));
  await elsewhere.getByTestId('factor-submit').click();
  await expect(elsewhere.locator('.shell-nav')).toBeVisible();
  await settled(elsewhere);
  await open(elsewhere, '/desk/me');
  await expect(elsewhere.getByTestId('factor-state')).toHaveAttribute('data-set', 'true');
});

test('the code beside the second step signs staff in, and is another once it is used', async ({ anybody, size }) => {
  test.slow();
  const used: string[] = [];
  for (const page of [await anybody(), await anybody()]) {
    await page.goto('/desk/sign-in');
    await typeNumberAndCode(page, PEOPLE.digitReader[size]);
    const shown = page.getByTestId('code-now');
    await expect(shown).toHaveText(/^\d{6}$/);
    const digits = (await shown.textContent()) ?? '';
    expect(used).not.toContain(digits);
    await page.getByTestId('factor-code').fill(digits);
    await page.getByTestId('factor-submit').click();
    await expect(page.locator('.shell-nav')).toBeVisible();
    used.push(digits);
  }
});
