// The network goes: the page says so, nothing typed is lost, and trying again works.
import { expect, test } from '../support/test';
import { open } from '../support/pages';

test('offline is said, a failed list offers a retry, a failed form keeps its text', async ({ as }) => {
  const page = await as('unplugged');
  await open(page, '/');
  await expect(page.getByTestId('offline')).toHaveCount(0);
  await page.context().setOffline(true);
  await expect(page.getByTestId('offline')).toBeVisible();
  await page.getByTestId('tab-inbox').click();
  await expect(page.getByTestId('failed')).toBeVisible();
  await expect(page.getByTestId('problem')).toHaveText(/网络|network/i);
  await page.getByTestId('retry').click();
  await expect(page.getByTestId('failed')).toBeVisible();

  await page.context().setOffline(false);
  await expect(page.getByTestId('offline')).toHaveCount(0);
  await page.getByTestId('retry').click();
  await expect(page.getByTestId('failed')).toHaveCount(0);

  await page.getByTestId('tab-home').click();
  await page.getByTestId('feedback-link').click();
  await page.getByTestId('text').fill('断网也不怕');
  await page.context().setOffline(true);
  await page.getByTestId('feedback-send').click();
  await expect(page.getByTestId('problem')).toHaveText(/网络|network/i);
  await expect(page.getByTestId('text')).toHaveValue('断网也不怕');
  await page.context().setOffline(false);
  await page.getByTestId('feedback-send').click();
  await expect(page.getByTestId('toast')).toBeVisible();
});

test('a server that fails is said in words, with a retry', async ({ as }) => {
  const page = await as('unplugged');
  await page.route('**/v1/bookings?*', (route) => route.fulfill({ status: 503, body: 'upstream' }));
  await open(page, '/bookings');
  await expect(page.getByTestId('problem')).toHaveAttribute('data-code', 'busy');
  await page.unroute('**/v1/bookings?*');
  await page.getByTestId('retry').click();
  await expect(page.getByTestId('failed')).toHaveCount(0);
});

test('a part of the app that could not be fetched is fetched again', async ({ as }) => {
  const page = await as('unplugged');
  await page.route('**/split_resident_book.wasm', (route) => route.fulfill({ status: 404, body: 'gone' }));
  await open(page, '/');
  await page.getByTestId('tab-bookings').click();
  await expect(page.getByTestId('problem')).toHaveText(/网络|network/i);
  await page.unroute('**/split_resident_book.wasm');
  await page.getByTestId('retry').click();
  await expect(page.getByTestId('to-services')).toBeVisible();
});

test('the desk says it too', async ({ as }) => {
  const page = await as('station');
  await open(page, '/desk');
  await page.context().setOffline(true);
  await expect(page.getByTestId('offline')).toBeVisible();
  await page.getByTestId('tab-people').click();
  await expect(page.getByTestId('failed')).toBeVisible();
  await page.context().setOffline(false);
  await page.getByTestId('retry').click();
  await expect(page.getByTestId('people')).toBeVisible();
});
