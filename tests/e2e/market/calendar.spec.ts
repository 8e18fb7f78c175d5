// One calendar, edited in two windows: nothing that was typed is lost.
import { expect, test } from '../support/test';
import { call, open, providerPlaces } from '../support/pages';

interface View {
  ver: number;
  calendar: { exceptions: unknown[]; blocked: unknown[] };
}

test('two windows edit one calendar: both edits stay, and where both changed the same the person chooses', async ({ as }) => {
  test.slow();
  const [one, other] = [await as('locksmith'), await as('locksmith')];
  const places = await providerPlaces(one);
  const path = places.find(([name]) => name === 'serving-calendar')?.[1] ?? '';
  const provider = new URL(path, 'http://x').searchParams.get('provider') ?? '';
  const stored = async () => (await call<View>(one, 'GET', `/v1/providers/${provider}/calendar`)).body;
  const before = await stored();
  const date = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const special = before.calendar.exceptions.length;
  const blocked = before.calendar.blocked.length;

  await open(one, path);
  await open(other, path);
  await other.getByTestId('add-exceptions').click();
  await other.locator(`#x-${special}-date`).fill(date(40));
  await other.getByTestId('calendar-save').click();
  await expect(other.getByTestId('calendar-undo')).toHaveCount(0);

  // Another part of it: joined without a question, and saved when the person says so.
  await one.getByTestId('add-blocked').click();
  await one.locator(`#b-${blocked}-from`).fill(`${date(41)}T09:00`);
  await one.locator(`#b-${blocked}-until`).fill(`${date(41)}T12:00`);
  await one.getByTestId('calendar-save').click();
  const met = one.getByTestId('calendar-met');
  await expect(met).toBeVisible();
  await expect(one.locator(`#x-${special}-date`)).toHaveValue(date(40));
  await expect(one.locator(`#b-${blocked}-from`)).toHaveValue(new RegExp(`^${date(41)}`));
  await one.getByTestId('calendar-mine').click();
  await expect(met).toHaveCount(0);
  let now = await stored();
  expect([now.calendar.exceptions.length, now.calendar.blocked.length]).toEqual([special + 1, blocked + 1]);

  // The same part: whose holds is asked, and theirs can be taken.
  await open(other, path);
  await other.locator(`#x-${special}-date`).fill(date(42));
  await other.getByTestId('calendar-save').click();
  await expect(other.getByTestId('calendar-undo')).toHaveCount(0);
  await one.locator(`#x-${special}-date`).fill(date(43));
  await one.getByTestId('calendar-save').click();
  await expect(met).toBeVisible();
  await one.getByTestId('calendar-theirs').click();
  await expect(one.locator(`#x-${special}-date`)).toHaveValue(date(42));
  now = await stored();
  expect(JSON.stringify(now.calendar.exceptions)).toContain(date(42));
  expect(JSON.stringify(now.calendar.exceptions)).not.toContain(date(43));
  const back = await call(one, 'PUT', `/v1/providers/${provider}/calendar`, { calendar: before.calendar, ver: now.ver });
  expect(back.status).toBe(200);
});
