// A service on request: the provider answers, the resident is told.
import { expect, test } from '../support/test';
import { book, call, list, open, type Named } from '../support/pages';

test('a request is seen, accepted, and the resident told', async ({ as }) => {
  const [resident, provider] = [await as('asker'), await as('locksmith')];
  const { body: file } = await call<Named>(provider, 'GET', '/v1/me/provider');
  const asked = await book(resident, '换锁芯', { days: 4, provider: file.id, note: '门锁是老式的' });
  expect(asked.state).toBe('requested');
  await open(resident, `/bookings/${asked.id}`);
  await expect(resident.getByTestId('booking-state')).toHaveAttribute('data-state', 'requested');
  await expect(resident.getByTestId('until')).toBeVisible();

  await open(provider, '/serve');
  await provider.getByTestId('request').locator(`[data-id="${asked.id}"]`).click();
  await expect(provider.getByTestId('said')).toHaveText('门锁是老式的');
  await provider.getByTestId('move-accept').click();
  await expect(provider.getByTestId('booking-state')).toHaveAttribute('data-state', 'accepted');
  await open(provider, '/serve');
  await expect(provider.getByTestId('visit').locator(`[data-id="${asked.id}"]`)).toBeVisible();

  await open(resident, `/bookings/${asked.id}`);
  await expect(resident.getByTestId('booking-state')).toHaveAttribute('data-state', 'accepted');
  const told = async () => (await list<{ topic: string; data: { booking?: string } }>(resident, '/v1/inbox')).some((one) => one.topic === 'booking_accepted' && one.data.booking === asked.id);
  await expect.poll(told).toBe(true);
  await open(resident, '/');
  await expect(resident.getByTestId('badge')).toBeVisible();
  await resident.getByTestId('tab-inbox').click();
  const message = resident.locator('[data-testid="message"][data-topic="booking_accepted"]').first();
  await expect(message).toBeVisible();
  await message.click();
  await expect(resident).toHaveURL(new RegExp(`/bookings/${asked.id}$`));
  // What was in sight counts as read.
  await open(resident, '/');
  await expect(resident.getByTestId('badge')).toHaveCount(0);
});

test('a request is declined with a reason the resident reads', async ({ as }) => {
  const [resident, provider] = [await as('asker'), await as('locksmith')];
  const { body: file } = await call<Named>(provider, 'GET', '/v1/me/provider');
  const asked = await book(resident, '换锁芯', { days: 6, provider: file.id });
  await open(provider, `/bookings/${asked.id}`);
  await provider.getByTestId('move-decline').click();
  await provider.getByTestId('reason').fill('那天要回老家');
  await provider.getByTestId('move-submit').click();
  await expect(provider.getByTestId('booking-state')).toHaveAttribute('data-state', 'declined');
  await open(resident, `/bookings/${asked.id}`);
  await expect(resident.getByTestId('booking-state')).toHaveAttribute('data-state', 'declined');
  await expect(resident.getByTestId('why')).toHaveText('那天要回老家');
});
