// The library's desk: lending by card and label, taking back, the shelves, labels, the ledger.
// On a server of its own: loans are everybody's.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { stateOf, takeIn } from '../support/books';
import { id } from '../support/ids';
import { call, open, settled } from '../support/pages';
import { drawn, plain, wordsIn } from '../support/pdf';
import { scanned } from '../support/volunteering';

test.use({ own: 'library/desk' });
test.describe.configure({ mode: 'serial' });

const AT = '/desk/library';
const question = (page: Page) => page.locator('dialog[open]');
const code = (page: Page) => page.getByTestId('problem');

async function type(page: Page, field: string, text: string): Promise<void> {
  await page.getByTestId(field).fill(text);
  await page.getByTestId('code-go').click();
}

test('two scans lend; one takes back and says whose turn it is', async ({ as }) => {
  const [desk, reader, other] = [await as('librarian'), await as('asker'), await as('typist')];
  const { title, labels } = await takeIn(desk, '台上借的书');
  const { body: card } = await call<{ card: string; name: string }>(reader, 'GET', '/v1/library/card');
  await open(desk, AT);
  await desk.getByTestId('to-lend').click();
  await settled(desk);
  await type(desk, 'card-typed', card.card);
  await expect(desk.getByTestId('reader')).toContainText(card.name);
  await type(desk, 'book-typed', labels[0]);
  await expect(desk.getByTestId('toast')).toContainText('台上借的书');
  expect(await stateOf(desk, labels[0])).toBe('on_loan');

  await open(other, `/library/titles/${title}`);
  await other.getByTestId('reserve').click();
  await expect(other.getByTestId('held')).toBeVisible();

  await open(desk, `${AT}/back`);
  await type(desk, 'book-typed', labels[0]);
  await expect(desk.getByTestId('returned').first().getByTestId('next')).toBeVisible();
  await open(desk, `${AT}/pick-ups`);
  await expect(desk.getByTestId('hold').filter({ hasText: '台上借的书' })).toBeVisible();
  // Kept for another: only by name, and with a reason.
  await open(desk, `${AT}/lend`);
  await type(desk, 'card-typed', card.card);
  await type(desk, 'book-typed', labels[0]);
  await expect(code(desk)).toHaveAttribute('data-code', 'kept_for_other');
  await desk.getByTestId('override').click();
  await question(desk).getByTestId('ask-yes').click();
  await expect(question(desk).locator('.field-error:visible')).toHaveCount(1);
  await question(desk).getByTestId('override-comment').fill('预约的人在旁边，同意让给他');
  await question(desk).getByTestId('ask-yes').click();
  await expect(question(desk)).toHaveCount(0);
  expect(await stateOf(desk, labels[0])).toBe('on_loan');
});

test('without a network the desk lends by the card alone and takes back; two desks make one loan and one task', async ({ as }) => {
  const [desk, helper, reader, other] = [await as('librarian'), await as('deskHelper'), await as('asker'), await as('typist')];
  const { labels } = await takeIn(desk, '断网时借的书', 3);
  const card = async (page: Page) => (await call<{ card: string }>(page, 'GET', '/v1/library/card')).body.card;
  const [theirs, others] = [await card(reader), await card(other)];
  const lent = { id: id('lon'), copy: labels[2], card: others };
  expect((await call(desk, 'POST', '/v1/library/loans', lent)).status).toBe(201);

  await open(desk, `${AT}/lend`);
  await desk.context().setOffline(true);
  await type(desk, 'card-typed', 'Y0');
  await expect(desk.getByTestId('card-offline')).toBeVisible();
  await desk.getByTestId('take-card').click();
  await expect(code(desk)).toHaveAttribute('data-code', 'bad_value');
  await type(desk, 'card-typed', theirs);
  await desk.getByTestId('take-card').click();
  await expect(desk.getByTestId('card-taken')).toContainText(theirs);
  for (const label of labels.slice(0, 2)) {
    await type(desk, 'book-typed', label);
    await desk.getByTestId('keep-it').click();
    await expect(desk.getByTestId('book-typed')).toHaveValue('');
  }
  await expect(desk.getByTestId('kept')).toContainText('2');
  await desk.getByTestId('back').click();
  await desk.getByTestId('to-back').click();
  await type(desk, 'book-typed', labels[2]);
  await desk.getByTestId('keep-it').click();
  await expect(desk.getByTestId('kept')).toContainText('3');
  // Meanwhile the other desk lends the second one.
  const taken = { id: id('lon'), copy: labels[1], card: others };
  expect((await call(helper, 'POST', '/v1/library/loans', taken)).status).toBe(201);

  await desk.context().setOffline(false);
  await expect(desk.getByTestId('kept')).toHaveCount(0);
  const ends = desk.getByTestId('kept-outcome');
  await expect(ends).toHaveCount(3);
  await expect(ends.nth(1)).toContainText('待办');
  await desk.getByTestId('kept-seen').click();
  await expect(ends).toHaveCount(0);
  const states = await Promise.all(labels.map((label) => stateOf(desk, label)));
  expect(states).toEqual(['on_loan', 'on_loan', 'available']);
  await open(desk, `${AT}/tasks`);
  await expect(desk.getByTestId('task').filter({ hasText: labels[1] })).toHaveCount(1);
});

test('a pile is scanned and taken back together; what is none of ours stays in the list', async ({ as }) => {
  const [desk, reader] = [await as('librarian'), await as('asker')];
  const { labels } = await takeIn(desk, '一叠里的书', 3);
  const { card } = (await call<{ card: string }>(reader, 'GET', '/v1/library/card')).body;
  for (const copy of labels.slice(0, 2)) {
    expect((await call(desk, 'POST', '/v1/library/loans', { id: id('lon'), copy, card })).status).toBe(201);
  }
  await open(desk, `${AT}/back`);
  await desk.getByTestId('to-pile').click();
  await settled(desk);
  for (const label of [labels[0], 'Y00000000', labels[1], labels[2]]) {
    await type(desk, 'book-typed', label);
  }
  await expect(desk.getByTestId('scanned-count')).toContainText('4');
  await desk.reload();
  await settled(desk);
  await expect(desk.getByTestId('scanned-count')).toContainText('4');
  await desk.getByTestId('pile-go').click();
  await expect(desk.getByTestId('returned')).toHaveCount(2);
  const left = desk.getByTestId('not-returned');
  await expect(left).toHaveCount(2);
  await expect(left.nth(1)).toHaveAttribute('data-code', 'not_on_loan');
  await expect(desk.getByTestId('labels')).toHaveValue(`Y00000000\n${labels[2]}`);
  expect(await Promise.all(labels.map((label) => stateOf(desk, label)))).toEqual(['available', 'available', 'available']);
});

test('a wrong ISBN is refused where it was typed, and what was written stays', async ({ as }) => {
  const desk = await as('librarian');
  await open(desk, `${AT}/intake`);
  await type(desk, 'isbn-typed', '9787532125945');
  await expect(code(desk).first()).toBeVisible();
  await expect(desk.getByTestId('intake')).toHaveCount(0);
});

test('the next scan takes in the book that waits; a new one is described or put aside first', async ({ as }) => {
  const desk = await as('librarian');
  const [one, two, unknown] = ['9799990000008', '9799990000015', '9799990000022'];
  await takeIn(desk, '先扫的书', 1, one);
  await takeIn(desk, '后扫的书', 1, two);
  await open(desk, `${AT}/intake`);
  const book = desk.getByTestId('intake');
  await type(desk, 'isbn-typed', one);
  await expect(book).toContainText('先扫的书');
  await type(desk, 'isbn-typed', two);
  await expect(book).toContainText('后扫的书');
  await expect(desk.getByTestId('taken-in')).toContainText('先扫的书');
  await type(desk, 'isbn-typed', two);
  await expect(desk.getByTestId('copies-count')).toHaveValue('2');
  await desk.getByTestId('intake-go').click();
  await expect(desk.getByTestId('taken-in')).toContainText('后扫的书');
  await type(desk, 'isbn-typed', unknown);
  await desk.getByTestId('title-name').fill('还没写完的书');
  await type(desk, 'isbn-typed', one);
  await expect(desk.getByTestId('waits')).toBeVisible();
  await expect(desk.getByTestId('title-name')).toHaveValue('还没写完的书');
  await desk.getByTestId('intake-leave').click();
  await expect(book).toHaveCount(0);
  await desk.reload();
  await settled(desk);
  await desk.getByTestId('to-all-labels').click();
  await settled(desk);
  await expect(desk.getByTestId('label')).toHaveCount(3);
});

test('the desk is told of a reservation by an intake and by a mark', async ({ as }) => {
  const [desk, reader, other] = [await as('librarian'), await as('asker'), await as('typist')];
  const { title, labels } = await takeIn(desk, '有人等的书');
  const { card } = (await call<{ card: string }>(reader, 'GET', '/v1/library/card')).body;
  expect((await call(desk, 'POST', '/v1/library/loans', { id: id('lon'), copy: labels[0], card })).status).toBe(201);
  expect((await call(other, 'POST', '/v1/library/holds', { id: id('hld'), title })).status).toBe(201);
  // The book is in the hand: its page, with this copy first.
  await open(desk, `${AT}/titles`);
  await type(desk, 'book-typed', labels[0]);
  await expect(desk.getByTestId('this-copy')).toBeVisible();
  await desk.getByTestId('add-copies').click();
  await desk.getByTestId('add-go').click();
  await expect(desk.getByTestId('next')).toBeVisible();
  const added = desk.locator('[data-testid="copy"][data-state="on_hold"]');
  await added.getByTestId('repair').click();
  await question(desk).getByTestId('ask-yes').click();
  await desk.locator('[data-testid="copy"][data-state="in_repair"]').getByTestId('repaired').click();
  await question(desk).getByTestId('ask-yes').click();
  await expect(added).toHaveCount(1);
  await expect(desk.getByTestId('marked-next').getByTestId('next')).toBeVisible();
});

test('cards of several readers are printed together', async ({ as }) => {
  const desk = await as('librarian');
  await open(desk, `${AT}/readers`);
  const find = async (words: string) => {
    await desk.getByTestId('search').fill(words);
    await desk.getByTestId('search-go').click();
  };
  await find('测');
  for (const n of [0, 1]) await desk.getByTestId('on-sheet').nth(n).check();
  await find('没有叫这个名字的人');
  await expect(desk.getByTestId('empty')).toBeVisible();
  await expect(desk.getByTestId('card-sheet')).toContainText('2');
  await desk.getByTestId('to-cards').click();
  await settled(desk);
  await expect(desk.getByTestId('reader-card')).toHaveCount(2);
});

test('the card of a reader is printed at the desk, and read again', async ({ as }) => {
  const [desk, reader] = [await as('librarian'), await as('typist')];
  const { card, name } = (await call<{ card: string; name: string }>(reader, 'GET', '/v1/library/card')).body;
  await open(desk, `${AT}/lend`);
  await type(desk, 'card-typed', card);
  const person = await desk.getByTestId('reader').getAttribute('data-id');
  await open(desk, `${AT}/readers/${person}`);
  await desk.getByTestId('to-card').click();
  await settled(desk);
  const one = desk.getByTestId('reader-card');
  await expect(one).toHaveCount(1);
  await expect(one).toContainText(name);
  const pdf = await desk.pdf({ format: 'A4', printBackground: true });
  expect(await wordsIn(pdf)).toContain(plain(await one.getByTestId('card-code').innerText()));
  const paper = await desk.context().newPage();
  const photo = await (await drawn(paper, pdf)).screenshot();
  await paper.close();
  await open(desk, `${AT}/lend`);
  await desk.getByTestId('scan-open').click();
  await desk.getByTestId('scan-photo').setInputFiles({ name: 'card.png', mimeType: 'image/png', buffer: photo });
  await expect(desk.getByTestId('reader')).toContainText(name);
});

test('a book is taken in, marked, corrected; its labels are printed and read again', async ({ as }) => {
  const [desk, reader] = [await as('librarian'), await as('booker')];
  const { card } = (await call<{ card: string }>(reader, 'GET', '/v1/library/card')).body;
  await open(desk, `${AT}/intake`);
  await type(desk, 'isbn-typed', '9787532125944');
  await expect(desk.getByTestId('intake')).toBeVisible();
  await desk.getByTestId('title-name').fill('新来的书');
  await desk.getByTestId('title-authors').fill('测试·甲，测试·乙');
  await desk.getByTestId('copies-count').fill('2');
  await desk.getByTestId('title-more').click();
  await desk.getByTestId('title-kind').selectOption('picture_book');
  await desk.getByTestId('intake-go').click();
  await expect(desk.getByTestId('taken-in')).toContainText('新来的书');
  await desk.getByTestId('to-labels').click();
  await settled(desk);
  const labels = desk.getByTestId('label');
  await expect(labels).toHaveCount(2);
  const numbers = await labels.evaluateAll((all) => all.map((one) => one.getAttribute('data-barcode') ?? ''));
  expect(await scanned(labels.first().getByTestId('label-qr'))).toBe(numbers[0]);
  const pdf = await desk.pdf({ format: 'A4', printBackground: true });
  const words = await wordsIn(pdf);
  for (const number of numbers) expect(words).toContain(plain(number));
  // One of them as it comes out of the printer, photographed: the scanner reads its number.
  await open(desk, `${AT}/labels?barcodes=${numbers[0]}`);
  await expect(labels).toHaveCount(1);
  const paper = await desk.context().newPage();
  const sheet = await drawn(paper, await desk.pdf({ format: 'A4', printBackground: true }));
  const photo = await sheet.screenshot();
  await paper.close();
  await open(desk, `${AT}/lend`);
  await type(desk, 'card-typed', card);
  await expect(desk.getByTestId('reader')).toBeVisible();
  await desk.getByTestId('scan-open').click();
  await desk.getByTestId('scan-photo').setInputFiles({ name: 'label.png', mimeType: 'image/png', buffer: photo });
  await expect(desk.getByTestId('toast')).toContainText('新来的书');
  expect(await stateOf(desk, numbers[0])).toBe('on_loan');
  expect(await stateOf(desk, numbers[1])).toBe('available');
  await open(desk, `${AT}/back`);
  await type(desk, 'book-typed', numbers[0]);
  await expect(desk.getByTestId('returned')).toHaveCount(1);

  await open(desk, `${AT}/titles?q=${encodeURIComponent('新来的书')}`);
  await desk.getByTestId('title-row').first().click();
  await settled(desk);
  const first = desk.locator(`[data-testid="copy"][data-barcode="${numbers[0]}"]`);
  await desk.getByTestId('add-copies').click();
  await desk.getByTestId('add-count').fill('1');
  await desk.getByTestId('add-go').click();
  await expect(desk.getByTestId('to-new-labels')).toBeVisible();
  await expect(desk.getByTestId('copy')).toHaveCount(3);
  const { items } = (await call<{ items: { name: string; kind: string }[] }>(desk, 'GET', `/v1/library/titles?q=${encodeURIComponent('新来的书')}`)).body;
  expect(items.map((one) => one.kind)).toEqual(['picture_book']);
  await first.getByTestId('lost').click();
  await question(desk).getByTestId('ask-yes').click();
  await expect(first).toHaveAttribute('data-state', 'lost');
  await first.getByTestId('found').click();
  await question(desk).getByTestId('ask-yes').click();
  await expect(first).toHaveAttribute('data-state', 'available');
});

test('walking along the shelves finds what is not as it should be', async ({ as }) => {
  const desk = await as('librarian');
  const { labels } = await takeIn(desk, '盘点的书', 4);
  await open(desk, `${AT}/audits`);
  await desk.getByTestId('audit-new').click();
  await settled(desk);
  for (const label of labels.slice(0, 3)) {
    await type(desk, 'book-typed', label);
  }
  await expect(desk.getByTestId('scanned-count')).toContainText('3');
  await desk.reload();
  await settled(desk);
  await expect(desk.getByTestId('scanned-count')).toContainText('3');
  await desk.getByTestId('audit-go').click();
  await settled(desk);
  await expect(desk.locator(`[data-testid="missing"] [data-barcode="${labels[3]}"]`)).toBeVisible();
  await expect(desk.locator(`[data-testid="missing"] [data-barcode="${labels[0]}"]`)).toHaveCount(0);
  await desk.getByTestId('audit-confirm').click();
  await question(desk).getByTestId('ask-yes').click();
  await expect(desk.getByTestId('confirmed')).toBeVisible();
  expect(await stateOf(desk, labels[3])).toBe('missing');
});

test('the ledger of the month tells what came and went, the same each time', async ({ as }) => {
  const desk = await as('librarian');
  await open(desk, `${AT}/ledger`);
  await expect(desk.getByTestId('ledger-rows')).toContainText('台上借的书');
  const month = await desk.getByTestId('month').inputValue();
  const bytes = async () => (await desk.request.get(`/v1/library/ledger/file?month=${month}`)).body();
  const [one, two] = [await bytes(), await bytes()];
  expect(one.length).toBeGreaterThan(1_000);
  expect(one.equals(two)).toBe(true);
  const [file] = await Promise.all([desk.waitForEvent('download'), desk.getByTestId('ledger-file').click()]);
  expect(file.suggestedFilename()).toMatch(/\.xlsx$/);
});
