// A resident books a locksmith, moves the visit, gives it up.
import { expect, test } from '../support/test';
import { PEOPLE } from '../support/people';
import { codeFor, typeNumberAndCode } from '../support/sign-in';
import { book, call, open, service, settled, slots, type Booking } from '../support/pages';

test('sign in, find a locksmith, book, see, reschedule, cancel', async ({ anybody, size }) => {
  const page = await anybody();
  await page.goto('/');
  await expect(page).toHaveURL(/\/sign-in/);
  await typeNumberAndCode(page, PEOPLE.booker[size]);

  // Find.
  await expect(page.locator('.shell-nav')).toBeVisible();
  await page.getByTestId('category').first().click();
  await expect(page).toHaveURL(/\/services\?category=locks/);
  await expect(page.getByTestId('category-locks').locator('input')).toBeChecked();
  await expect(page.getByTestId('service')).toHaveCount(3);
  await page.getByTestId('service').first().click();
  await expect(page.getByTestId('service-name')).toHaveText(/开门锁|Door opening/);
  await expect(page.getByTestId('price')).toContainText('80');
  await page.getByTestId('book').click();

  // A day, a time.
  await expect(page).toHaveURL(/\/time/);
  const days = page.locator('[data-testid="day"]:not([data-free="0"])');
  await days.nth(3).click();
  await expect(days.nth(3)).toHaveAttribute('aria-pressed', 'true');
  const day = (await days.nth(3).getAttribute('data-day')) ?? '';
  const slot = page.getByTestId('slot').nth(2);
  const start = (await slot.getAttribute('data-start')) ?? '';
  expect(start.startsWith(day)).toBe(true);
  await slot.click();

  // Confirm, with a note.
  await expect(page).toHaveURL(/\/confirm\?/);
  await expect(page.getByTestId('summary')).toContainText(start.slice(11, 16));
  await page.getByTestId('note').fill('老式防盗门，家里有猫。');
  await page.getByTestId('submit').click();
  await expect(page).toHaveURL(/\/bookings\/bkg_/);
  await expect(page.getByTestId('toast')).toBeVisible();
  await expect(page.getByTestId('booking-state')).toHaveAttribute('data-state', 'accepted');
  await expect(page.getByTestId('said')).toHaveText('老式防盗门，家里有猫。');
  const made = page.url().split('/').pop() ?? '';

  // In the list, and from there in its own page again.
  await page.getByTestId('tab-bookings').click();
  await expect(page.getByTestId('title')).toBeFocused();
  await page.locator(`[data-testid="booking"][data-id="${made}"]`).click();
  await expect(page.getByTestId('when')).toContainText(start.slice(11, 16));

  // Another time.
  await page.getByTestId('move-reschedule').click();
  await expect(page).toHaveURL(/move=bkg_/);
  await days.nth(4).click();
  const later = page.getByTestId('slot').nth(4);
  const moved = (await later.getAttribute('data-start')) ?? '';
  await later.click();
  await expect(later).toHaveAttribute('aria-pressed', 'true');
  await page.getByTestId('move-submit').click();
  await expect(page).toHaveURL(new RegExp(`/bookings/${made}$`));
  await expect(page.getByTestId('when')).toContainText(moved.slice(11, 16));
  const { body: now } = await call<Booking>(page, 'GET', `/v1/bookings/${made}`);
  expect(now.start).toBe(moved);

  // Given up, with a reason.
  await page.getByTestId('move-cancel').click();
  await expect(page.getByTestId('move-sheet')).toBeVisible();
  await page.getByTestId('reason').fill('钥匙找到了');
  await page.getByTestId('move-submit').click();
  await expect(page.getByTestId('booking-state')).toHaveAttribute('data-state', 'cancelled');
  await expect(page.getByTestId('move-sheet')).toBeHidden();
  await expect(page.getByTestId('why')).toHaveText('钥匙找到了');
  await expect(page.getByTestId('move-cancel')).toHaveCount(0);
  await open(page, '/bookings?show=past');
  await expect(page.locator(`[data-id="${made}"]`)).toBeVisible();
});

test('searching finds by words, and says when there is nothing', async ({ as }) => {
  const page = await as('watcher');
  await open(page, '/services');
  await page.getByTestId('search').fill('理发');
  await page.getByTestId('search-go').click();
  await expect(page.getByTestId('service')).toHaveCount(1);
  await page.getByTestId('search').fill('天外来客');
  await page.getByTestId('search').press('Enter');
  await expect(page.getByTestId('empty')).toBeVisible();
});

test('a time somebody else was faster with: clear words, and a way on', async ({ as }) => {
  const [late, rival] = [await as('late'), await as('rival')];
  const { id: of } = await service(late, '水管漏水疏通');
  const slot = (await slots(late, of, 2)).find((one) => one.providers.length === 1);
  if (!slot) throw new Error('no time that only one person has');
  const [provider] = slot.providers;
  await open(late, `/services/${of}/time?provider=${provider}&day=${slot.start.slice(0, 10)}`);
  const cell = late.locator(`[data-testid="slot"][data-start="${slot.start}"]`);
  await expect(cell).toBeVisible();

  const place = (await slots(rival, of, 2, provider)).findIndex((one) => one.start === slot.start);
  const theirs = await book(rival, '水管漏水疏通', { days: 2, provider, place });
  expect(theirs.start).toBe(slot.start);

  await cell.click();
  await expect(late.getByTestId('problem')).toHaveAttribute('data-code', 'slot_taken');
  await expect(late.getByTestId('problem')).toHaveText(/约走|faster|taken/i);
  await expect(late.getByTestId('submit')).toHaveCount(0);
  await late.getByTestId('other-time').click();
  await settled(late);
  await expect(late.getByTestId('stale')).toBeVisible();
  await expect(cell).toHaveCount(0);
  await late.getByTestId('slot').first().click();
  await late.getByTestId('submit').click();
  await expect(late).toHaveURL(/\/bookings\/bkg_/);
});

test('leaving the form gives the time back at once', async ({ as }) => {
  const page = await as('rival');
  const { id: of } = await service(page, '配钥匙');
  const [slot] = await slots(page, of, 6);
  await open(page, `/services/${of}/confirm?start=${encodeURIComponent(slot.start)}&provider=`);
  await expect(page.getByTestId('holding')).toHaveText(/已为您留住|kept|held/i);
  const gone = await slots(page, of, 6);
  expect(gone.some((one) => one.start === slot.start)).toBe(false);
  await page.getByTestId('back').click();
  await expect(page).toHaveURL(/\/time\?/);
  await expect.poll(async () => (await slots(page, of, 6)).some((one) => one.start === slot.start)).toBe(true);
});

test('a time one keeps oneself is gone on with on another phone', async ({ as }) => {
  const [one, other] = [await as('rival'), await as('rival')];
  const { id: of } = await service(one, '配钥匙');
  const slot = (await slots(one, of, 9)).find((slot) => slot.providers.length === 1);
  if (!slot) throw new Error('no time that only one person has');
  const form = `/services/${of}/confirm?start=${encodeURIComponent(slot.start)}&provider=${slot.providers[0]}`;
  await open(one, form);
  await expect(one.getByTestId('holding')).toHaveText(/已为您留住|kept|held/i);
  await open(other, form);
  await expect(other.getByTestId('holding')).toHaveText(/已为您留住|kept|held/i);
  await expect(other.getByTestId('problem')).toHaveCount(0);
  await other.getByTestId('submit').click();
  await expect(other).toHaveURL(/\/bookings\/bkg_/);
});

test('the code of somebody else opens nothing', async ({ anybody, size }) => {
  const page = await anybody();
  await page.goto('/sign-in');
  await page.getByTestId('phone').fill(PEOPLE.stranger[size]);
  await page.getByTestId('send-code').click();
  const right = await codeFor(page, PEOPLE.stranger[size]);
  const wrong = right === '000000' ? '000001' : '000000';
  await page.getByTestId('code').fill(wrong);
  await page.getByTestId('sign-in').click();
  await expect(page.getByTestId('problem')).toHaveAttribute('data-code', 'code_wrong');
  await expect(page.locator('.shell-nav')).toHaveCount(0);
});

test('sending while the time is still being kept waits for it, and keeps it once', async ({ as }) => {
  const page = await as('rival');
  const { id: of } = await service(page, '配钥匙');
  const [slot] = await slots(page, of, 5);
  let holds = 0;
  await page.route('**/v1/bookings', async (route) => {
    if (route.request().method() === 'POST') {
      holds += 1;
      await new Promise((resolve) => setTimeout(resolve, 1_500));
    }
    await route.continue();
  });
  await page.goto(`/services/${of}/confirm?start=${encodeURIComponent(slot.start)}&provider=`);
  await page.getByTestId('submit').click();
  await expect(page).toHaveURL(/\/bookings\/bkg_/);
  expect(holds).toBe(1);
});
