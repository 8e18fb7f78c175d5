// What happens when time goes by. On a server of its own, one test after the other.
import { expect, test } from '../support/test';
import { PEOPLE } from '../support/people';
import { signIn, typeNumberAndCode } from '../support/sign-in';
import { totp } from '../support/totp';
import { book, open, service, slots } from '../support/pages';

test.use({ own: 'time/clock' });
test.describe.configure({ mode: 'serial' });

test('an admin without an authenticator sets one up at the first sign-in', async ({ anybody, request, size }) => {
  const page = await anybody();
  await page.goto('/desk/sign-in');
  await typeNumberAndCode(page, PEOPLE.newAdmin[size]);
  await page.getByTestId('factor-begin').click();
  const secret = (await page.getByTestId('factor-secret').textContent()) ?? '';
  expect(secret).toMatch(/^[A-Z2-7 ]{16,}$/);
  await expect(page.locator('img.qr')).toBeVisible();
  expect(await page.locator('img.qr').evaluate((one: HTMLImageElement) => one.naturalWidth)).toBeGreaterThan(0);
  const { now } = (await (await request.get('/_local/clock')).json()) as { now: string };
  await page.getByTestId('factor-code').fill(await totp(secret, new Date(now)));
  await page.getByTestId('factor-submit').click();
  await expect(page.locator('.shell-nav')).toBeVisible();
  await expect(page).not.toHaveURL(/sign-in/);
});

test('a kept time that has lapsed is kept again when the form is sent', async ({ as, request }) => {
  const page = await as('late', { fresh: true });
  const { id: of } = await service(page, '开门锁');
  const [slot] = await slots(page, of, 4);
  await open(page, `/services/${of}/confirm?start=${encodeURIComponent(slot.start)}&provider=`);
  await page.getByTestId('note').fill('慢慢写');
  await expect(page.getByTestId('holding')).toHaveText(/已为您留住|kept|held/i);
  await request.post('/_local/clock', { data: { advance: 'PT11M' } });
  await page.getByTestId('submit').click();
  await expect(page.getByTestId('booking-state')).toHaveAttribute('data-state', 'accepted');
  await expect(page.getByTestId('said')).toHaveText('慢慢写');
});

test('a request nobody answers lapses, and the resident is told', async ({ as, request }) => {
  const page = await as('asker', { fresh: true });
  const asked = await book(page, '换锁芯', { days: 5 });
  await request.post('/_local/clock', { data: { advance: 'PT25H' } });
  await open(page, `/bookings/${asked.id}`);
  await expect(page.getByTestId('booking-state')).toHaveAttribute('data-state', 'expired');
  await open(page, '/inbox');
  await expect(page.locator('[data-testid="message"][data-topic="booking_expired"]')).toBeVisible();
});

test('after a quiet half hour staff sign in again, and are back where they were', async ({ as, request, size }) => {
  const page = await as('socialWorker', { fresh: true });
  await request.post('/_local/clock', { data: { advance: 'PT31M' } });
  await page.goto('/desk/people');
  await expect(page).toHaveURL(/\/desk\/sign-in\?next=/);
  await signIn(page, PEOPLE.socialWorker[size], { app: '/desk', at: page.url() });
  await expect(page).toHaveURL(/\/desk\/people$/);
});
