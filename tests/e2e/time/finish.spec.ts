// The end of a visit: an amount above the range, the resident's yes, both reviews; and the end of
// an account. On a server of its own, whose clock goes forward.
import { expect, test } from '../support/test';
import { PEOPLE } from '../support/people';
import { book, call, list, open, type Booking, type Named } from '../support/pages';

test.use({ own: 'time/finish' });
test.describe.configure({ mode: 'serial' });

interface View {
  terms: { price_to: number };
}

test('above the range the resident is asked; then both review, and see each other', async ({ as, request }) => {
  test.slow();
  const [resident, provider] = [await as('asker', { fresh: true }), await as('locksmith', { fresh: true })];
  const { body: file } = await call<Named>(provider, 'GET', '/v1/me/provider');
  const visit = await book(resident, '换锁芯', { days: 2, provider: file.id });
  await open(provider, `/bookings/${visit.id}`);
  await provider.getByTestId('move-accept').click();
  await expect(provider.getByTestId('booking-state')).toHaveAttribute('data-state', 'accepted');
  await request.post('/_local/clock', { data: { advance: `PT${24 * 5}H` } });

  const { body: view } = await call<View>(provider, 'GET', `/v1/bookings/${visit.id}`);
  const above = String(view.terms.price_to / 100 + 50);
  await open(provider, `/bookings/${visit.id}`);
  await provider.getByTestId('move-complete').click();
  await provider.getByTestId('amount').fill('很多');
  await provider.getByTestId('move-submit').click();
  await expect(provider.locator('dialog[open] .field-error[role="alert"]:visible')).toBeVisible();
  await provider.getByTestId('amount').fill(above);
  await provider.getByTestId('move-submit').click();
  await expect(provider.getByTestId('booking-state')).toHaveAttribute('data-state', 'quoted');

  await open(resident, `/bookings/${visit.id}`);
  await expect(resident.locator('main')).toContainText(above);
  await expect(resident.getByTestId('move-review')).toHaveCount(0);
  await resident.getByTestId('move-approve').click();
  await expect(resident.locator('dialog[open]')).toContainText(above);
  await resident.getByTestId('move-submit').click();
  await expect(resident.getByTestId('booking-state')).toHaveAttribute('data-state', 'done');

  await resident.getByTestId('move-review').click();
  await expect(resident.getByTestId('move-submit')).toBeDisabled();
  await resident.getByTestId('star-5').click();
  await resident.getByTestId('text').fill('手艺好，<b>讲得明白</b><img src=x onerror=alert(1)>。');
  await resident.getByTestId('move-submit').click();
  await expect(resident.getByTestId('review')).toHaveCount(1);

  // One side alone stays unseen by the other.
  await open(provider, `/bookings/${visit.id}`);
  await expect(provider.getByTestId('booking-state')).toHaveAttribute('data-state', 'done');
  await expect(provider.getByTestId('review')).toHaveCount(0);
  await provider.getByTestId('move-review').click();
  await provider.getByTestId('star-4').click();
  await provider.getByTestId('text').fill('等门的人很客气，{{7*7}}</p><script>alert(1)</script>。');
  await provider.getByTestId('move-submit').click();
  await expect(provider.getByTestId('review')).toHaveCount(2);
  await expect(provider.locator('main')).toContainText('手艺好，<b>讲得明白</b><img src=x onerror=alert(1)>。');
  await open(resident, `/bookings/${visit.id}`);
  await expect(resident.getByTestId('review')).toHaveCount(2);
  await expect(resident.locator('main')).toContainText('等门的人很客气，{{7*7}}</p><script>alert(1)</script>。');
});

test('an account ends: first what is open, then the number typed again; others keep the count, not the name', async ({ as, request, size }) => {
  test.slow();
  const [page, provider] = [await as('leaver', { fresh: true }), await as('locksmith', { fresh: true })];
  const { name } = (await call<Named>(page, 'GET', '/v1/me')).body;
  const { body: file } = await call<Named>(provider, 'GET', '/v1/me/provider');
  const visit = await book(page, '换锁芯', { days: 3, provider: file.id });
  const phone = PEOPLE.leaver[size];
  const remove = async (number: string) => {
    await open(page, '/me/data');
    await page.getByTestId('delete-phone').fill(number);
    await page.getByTestId('delete-me').click();
  };
  await remove('13900000000');
  await expect(page.locator('.field-error:visible, [data-testid="problem"]').first()).toBeVisible();
  await expect(page).toHaveURL(/\/me\/data$/);
  await remove(phone);
  await expect(page.getByTestId('problem')).toHaveAttribute('data-code', 'open_bookings');
  await open(provider, `/bookings/${visit.id}`);
  await expect(provider.locator('main')).toContainText(name);

  for (const { id: open } of await list<Booking>(page, '/v1/bookings?open=true')) {
    expect((await call(page, 'POST', `/v1/bookings/${open}/cancel`, {})).status).toBe(200);
  }
  await remove(phone);
  await expect(page).toHaveURL(/\/sign-in/);
  expect((await page.request.get('/v1/me')).status()).toBe(401);
  await open(provider, `/bookings/${visit.id}`);
  await expect(provider.getByTestId('booking-state')).toHaveAttribute('data-state', 'cancelled');
  await expect(provider.locator('main')).not.toContainText(name);

  // The number is nobody's now, and the answer is the same as for anybody's.
  const sent = async () => {
    const answer = await page.request.get(`/_local/outbox.json?to=${phone}`);
    return ((await answer.json()) as { messages: unknown[] }).messages.length;
  };
  const before = await sent();
  await request.post('/_local/clock', { data: { advance: 'PT2M' } });
  const asked = await page.request.post('/v1/auth/codes', { data: { phone } });
  expect(asked.status()).toBe(202);
  await page.waitForTimeout(1_500);
  expect(await sent()).toBe(before);
});
