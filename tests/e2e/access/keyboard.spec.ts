// The whole booking with the keyboard alone; dialogs keep the focus and give it back.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { tabTo } from '../support/keys';
import { book, open, settled } from '../support/pages';

const enter = (page: Page) => page.keyboard.press('Enter');

test('a booking from the first page to its end, without a pointer', async ({ as }) => {
  const page = await as('typist');
  await open(page, '/');
  // The first stop leads past everything.
  await page.keyboard.press('Tab');
  await expect(page.locator('.skip')).toBeFocused();
  await enter(page);
  await expect(page.locator('main')).toBeFocused();

  await tabTo(page, page.getByTestId('category').first());
  await enter(page);
  await settled(page);
  await expect(page.getByTestId('title')).toBeFocused();
  // Another kind and back, with the arrows.
  await tabTo(page, page.getByTestId('category-locks').locator('input'));
  await page.keyboard.press('ArrowRight');
  await expect(page.getByTestId('category-mending').locator('input')).toBeChecked();
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByTestId('category-locks').locator('input')).toBeChecked();
  await expect(page.getByTestId('service')).toHaveCount(3);
  await tabTo(page, page.getByTestId('service').first());
  await enter(page);
  await tabTo(page, page.getByTestId('book'));
  await enter(page);
  await settled(page);
  await tabTo(page, page.locator('[data-testid="day"]:not([data-free="0"])').nth(5));
  await page.keyboard.press('Space');
  await tabTo(page, page.getByTestId('slot').first());
  await enter(page);
  await expect(page).toHaveURL(/\/confirm\?/);
  await tabTo(page, page.getByTestId('note'));
  await page.keyboard.type('键盘约的');
  await tabTo(page, page.getByTestId('submit'));
  await enter(page);
  await expect(page).toHaveURL(/\/bookings\/bkg_/);
  await expect(page.getByTestId('said')).toHaveText('键盘约的');
  await tabTo(page, page.getByTestId('move-cancel'));
  await enter(page);
  await expect(page.getByTestId('reason')).toBeVisible();
  await tabTo(page, page.getByTestId('move-submit'));
  await enter(page);
  await expect(page.getByTestId('booking-state')).toHaveAttribute('data-state', 'cancelled');
});

test('a sheet keeps the focus inside; Esc, the button and the way back close it; focus returns', async ({ as }) => {
  const page = await as('typist');
  const made = await book(page, '修甲美甲', { days: 3 });
  await open(page, `/bookings/${made.id}`);
  const opener = page.getByTestId('move-cancel');
  const sheet = page.getByTestId('move-sheet');
  const here = page.url();

  await tabTo(page, opener);
  await enter(page);
  await expect(sheet).toBeVisible();
  for (let i = 0; i < 12; i += 1) {
    await page.keyboard.press('Tab');
    const inside = await page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest('dialog[open]') !== null);
    expect(inside, `stop ${i}`).toBe(true);
  }
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  await expect(opener).toBeFocused();
  await expect(page).toHaveURL(here);

  await enter(page);
  await expect(sheet).toBeVisible();
  await tabTo(page, page.getByTestId('sheet-close'));
  await enter(page);
  await expect(sheet).toBeHidden();
  await expect(opener).toBeFocused();

  await enter(page);
  await expect(sheet).toBeVisible();
  await page.goBack();
  await expect(sheet).toBeHidden();
  await expect(opener).toBeFocused();
  await expect(page).toHaveURL(here);
  await expect(page.getByTestId('booking-state')).toHaveAttribute('data-state', 'accepted');
});

test('a question at the desk does the same', async ({ as }) => {
  const page = await as('looker');
  await open(page, '/desk/providers?standing=approved');
  await page.getByTestId('provider').first().click();
  const opener = page.getByTestId('decide-suspend');
  await settled(page);
  await tabTo(page, opener);
  await enter(page);
  const question = page.locator('dialog[open]');
  await expect(question).toBeVisible();
  for (let i = 0; i < 8; i += 1) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest('dialog[open]') !== null)).toBe(true);
  }
  await page.keyboard.press('Escape');
  await expect(question).toHaveCount(0);
  await expect(opener).toBeFocused();
  await expect(page.getByTestId('standing')).toHaveAttribute('data-standing', 'approved');
});
