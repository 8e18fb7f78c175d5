// A complaint goes in at the resident's, and is read at the desk.
import { expect, test } from '../support/test';
import { open } from '../support/pages';

test('feedback reaches the desk with the page it came from, and the answer its writer', async ({ as, size }) => {
  const [page, desk] = [await as('writer'), await as('socialWorker')];
  const words = `路灯坏了三天 ${size} ${Date.now()}`;
  await open(page, '/me');
  await page.getByTestId('feedback-link').click();
  await expect(page).toHaveURL(/\/feedback/);
  await page.getByTestId('text').fill(words);
  await page.getByTestId('feedback-send').click();
  await expect(page.getByTestId('toast')).toBeVisible();
  await expect(page.getByTestId('text')).toHaveValue('');
  await open(desk, '/desk/feedback');
  const card = desk.getByTestId('feedback').filter({ hasText: words });
  await expect(card).toHaveCount(1);
  await expect(card).toContainText('/me');

  await card.getByTestId('feedback-handle').click();
  await desk.getByTestId('answer').fill('周三换好了');
  await desk.getByTestId('ask-yes').click();
  await expect(card).toHaveCount(0);
  await desk.getByTestId('show-handled').click();
  await expect(card).toContainText('周三换好了');
  await expect(card.getByTestId('handled-by')).toBeVisible();

  await open(page, '/feedback');
  const own = page.getByTestId('my-feedback-row').filter({ hasText: words });
  await expect(own).toContainText('周三换好了');
  // What became of it and the answer stand under each other.
  await expect(own.locator('.cell-note')).toHaveCSS('white-space', 'pre-line');
});

test('empty feedback says what is missing', async ({ as }) => {
  const page = await as('writer');
  await open(page, '/feedback');
  await page.getByTestId('text').fill('   ');
  await page.getByTestId('feedback-send').click();
  await expect(page.getByTestId('problem')).toHaveAttribute('data-code', 'empty_text');
  await expect(page.locator('.field[data-wrong="true"]')).toHaveCount(1);
  await page.getByTestId('text').fill('');
});

test('complaints and ideas can be written from every page, at the desk too', async ({ as }) => {
  const [page, desk] = [await as('writer'), await as('socialWorker')];
  for (const path of ['/', '/services', '/bookings', '/inbox', '/me', '/serve']) {
    await open(page, path);
    await expect(page.getByTestId('page-feedback')).toHaveAttribute('href', `/feedback?page=${path}`);
  }
  await page.getByTestId('page-feedback').click();
  await expect(page.getByTestId('feedback-send')).toBeVisible();
  await expect(page.getByTestId('page-feedback')).toHaveCount(0);

  await open(desk, '/desk/bookings');
  await desk.getByTestId('page-feedback').click();
  await expect(desk).toHaveURL(/\/feedback\?page=/);
  await expect(desk.getByTestId('feedback-send')).toBeVisible();
});
