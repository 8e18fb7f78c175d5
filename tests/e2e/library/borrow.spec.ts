// A reader on a telephone: finding, borrowing, keeping, reserving, returning, with and without a network.
// On a server of its own: the clock moves.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { stateOf, takeIn } from '../support/books';
import { folderOfBrowser, mortal } from '../support/killed';
import { list, open, settled } from '../support/pages';
import { smallTargets, smallText, tooWide } from '../support/looks';
import { advance } from '../support/volunteering';

test.use({ own: 'library/borrow' });
test.describe.configure({ mode: 'serial' });

const NAME = '屋檐下的燕子信';
let title = '';
let label = '';

const code = (page: Page) => page.getByTestId('problem');
const loan = (page: Page, name: string) => page.getByTestId('loan').filter({ hasText: name });

async function type(page: Page, text: string): Promise<void> {
  await page.getByTestId('book-typed').fill(text);
  await page.getByTestId('code-go').click();
}

test('find a book, see that it is there, borrow it by its label', async ({ as }) => {
  const [desk, page] = [await as('librarian'), await as('asker')];
  const made = await takeIn(desk, NAME);
  [title, label] = [made.title, made.labels[0]];
  await open(page, '/');
  await page.getByTestId('to-library').click();
  await settled(page);
  await page.getByTestId('search').fill('燕子信');
  await page.getByTestId('search-go').click();
  await page.locator(`[data-testid="title-row"][data-id="${title}"]`).click();
  await settled(page);
  await page.getByTestId('to-borrow').click();
  await type(page, 'Y0');
  await expect(code(page)).toBeVisible();
  await type(page, label.toLowerCase());
  await expect(page.getByTestId('found')).toContainText(NAME);
  await page.getByTestId('borrow').click();
  await expect(page.getByTestId('lent')).toContainText(NAME);
  await page.getByTestId('to-library').click();
  await settled(page);
  await expect(loan(page, NAME)).toBeVisible();
});

test('keep it longer; not while somebody waits', async ({ as, request }) => {
  const [page, other] = [await as('asker'), await as('typist')];
  await open(page, '/library');
  await expect(loan(page, NAME).getByTestId('renew')).toHaveCount(0);
  await advance(request, 'P10D');
  await open(page, '/library');
  await loan(page, NAME).getByTestId('renew').click();
  await expect(page.getByTestId('toast')).toBeVisible();
  await open(other, `/library/titles/${title}`);
  await other.getByTestId('reserve').click();
  await expect(other.getByTestId('held')).toBeVisible();
  await advance(request, 'P5D');
  await open(page, '/library');
  await expect(loan(page, NAME).getByTestId('renew')).toHaveCount(0);
  await expect(loan(page, NAME).getByTestId('not-renewable')).toContainText('1');
});

test('return it; it is kept for whoever waits, and nobody else gets it', async ({ as }) => {
  const [page, other, third] = [await as('asker'), await as('typist'), await as('booker')];
  await open(page, '/library/return');
  await type(page, label);
  await expect(page.getByTestId('returned')).toContainText(NAME);
  await expect(page.getByTestId('next')).toBeVisible();
  await open(third, '/library/borrow');
  await type(third, label);
  await third.getByTestId('borrow').click();
  await expect(code(third)).toHaveAttribute('data-code', 'kept_for_other');
  await open(other, '/library');
  await expect(other.getByTestId('hold')).toContainText(NAME);
  await open(other, '/inbox');
  await expect(other.locator('[data-topic="hold_ready"]').first()).toBeVisible();
  await open(other, '/library/borrow');
  await type(other, label);
  await other.getByTestId('borrow').click();
  await expect(other.getByTestId('lent')).toContainText(NAME);
});

// Days have passed: staff have to sign in again.
test('an isbn with several copies asks for the label', async ({ as }) => {
  const [desk, page] = [await as('librarian', { fresh: true }), await as('asker')];
  const isbn = '9787544291170';
  const { labels } = await takeIn(desk, '两本一样的书', 2, isbn);
  await open(page, '/library/borrow');
  await type(page, isbn);
  await expect(page.getByTestId('which')).toBeVisible();
  await expect(page.getByTestId('borrow')).toHaveCount(0);
  await type(page, labels[1]);
  await page.getByTestId('borrow').click();
  await expect(page.getByTestId('lent')).toBeVisible();
});

test('three steps without a network outlive a browser that is killed, and are done once', async ({ as, baseURL }) => {
  test.slow();
  const [desk, reader] = [await as('librarian', { fresh: true }), await as('rival')];
  const one = await takeIn(desk, '没网时借的书', 3);
  const { cookies } = await reader.context().storageState();
  const folder = folderOfBrowser();
  const first = await mortal(folder);
  await first.context.addCookies(cookies);
  const page = await first.context.newPage();
  await open(page, `${baseURL}/library/borrow`);
  await first.context.setOffline(true);
  for (const label of one.labels) {
    await type(page, label);
    await page.getByTestId('keep-it').click();
    await expect(page.getByTestId('book-typed')).toHaveValue('');
  }
  await expect(page.getByTestId('kept')).toContainText('3');
  await first.kill();
  for (const label of one.labels) expect(await stateOf(desk, label)).toBe('available');

  const second = await mortal(folder);
  await second.context.addCookies(cookies);
  // Two windows at once hand in what waits, on whatever page they are.
  const [again, beside] = [await second.context.newPage(), await second.context.newPage()];
  await Promise.all([open(again, `${baseURL}/`), open(beside, `${baseURL}/library`)]);
  for (const label of one.labels) await expect.poll(() => stateOf(desk, label)).toBe('on_loan');
  for (const window of [again, beside]) await expect(window.getByTestId('kept')).toHaveCount(0);
  await expect.poll(async () => (await again.getByTestId('kept-outcome').count()) + (await beside.getByTestId('kept-outcome').count())).toBeGreaterThanOrEqual(3);
  await open(again, `${baseURL}/library`);
  await expect(loan(again, '没网时借的书')).toHaveCount(3);
  expect(await list(again, '/v1/library/loans?limit=100')).toHaveLength(3);
  await second.kill();
});

test('a card to print, and everything large in elder mode', async ({ as }) => {
  const page = await as('asker');
  await open(page, '/library/card');
  await expect(page.getByTestId('card-qr')).toBeVisible();
  await expect(page.getByTestId('card-code')).toHaveText(/\S{4}/);
  await page.evaluate(() => document.body.setAttribute('data-elder', 'true'));
  for (const path of ['/library', '/library/borrow', '/library/return', `/library/titles/${title}`]) {
    await open(page, path);
    expect(await tooWide(page), path).toEqual([]);
  }
  expect(await smallText(page, 12)).toEqual([]);
  expect(await smallTargets(page, 24)).toEqual([]);
});
