// Books before a camera: a borrower's and the desk's, in front of a film that the test has drawn.
// On a server of its own: loans are everybody's.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { stateOf, takeIn } from '../support/books';
import { withCamera } from '../support/browser';
import { film } from '../support/film';
import { call, open } from '../support/pages';

test.use({ own: 'library/camera', launchOptions: withCamera });
test.describe.configure({ mode: 'serial' });

const words = (page: Page) => page.getByTestId('scan-words');
const camera = (page: Page) => page.locator('scan-camera');

/** The two codes of a label, as they are printed. */
async function printed(desk: Page, label: string): Promise<{ qr: string; bars: string }> {
  await open(desk, `/desk/library/labels?barcodes=${label}`);
  const one = desk.getByTestId('label');
  await expect(one).toHaveCount(1);
  const [bars, qr] = await one.locator('svg').evaluateAll((all) => all.map((svg) => svg.outerHTML));
  return { qr, bars };
}

test('a label that is blurred, tilted and dim is read; the borrower sees the book and takes it', async ({ as, anybody }) => {
  const [desk, reader, studio] = [await as('librarian'), await as('asker'), await anybody()];
  const { labels } = await takeIn(desk, '镜头前的书', 2);
  const { qr } = await printed(desk, labels[0]);
  await film(studio, [{ codes: [], seconds: 0.5 }, { codes: [qr], seconds: 6, blur: 1.2, tilt: 17, light: 0.45, size: 200 }]);
  await open(reader, '/library/borrow');
  await reader.getByTestId('scan-open').click();
  await expect(reader.getByTestId('found')).toContainText('镜头前的书');
  expect(await stateOf(desk, labels[0])).toBe('available');
  await reader.getByTestId('borrow').click();
  await expect(reader.getByTestId('lent')).toContainText('镜头前的书');
  expect(await stateOf(desk, labels[0])).toBe('on_loan');
  expect(await stateOf(desk, labels[1])).toBe('available');
});

test('card and book in one sitting: the camera stays open, and of two books in view none is taken', async ({ as, anybody }) => {
  const [desk, reader, studio] = [await as('librarian'), await as('typist'), await anybody()];
  const { labels } = await takeIn(desk, '一本接一本的书', 3);
  const [first, second, third] = [await printed(desk, labels[0]), await printed(desk, labels[1]), await printed(desk, labels[2])];
  await open(reader, '/library/card');
  const card = await reader.getByTestId('card-qr').evaluate((svg) => svg.outerHTML);
  const nothing = { codes: [], seconds: 2 };
  // The camera is opened once: for the card, and for the books that follow it.
  await film(studio, [{ codes: [card], seconds: 4, size: 260 }, { codes: [first.qr, second.qr], seconds: 6, size: 200 }]);
  await open(desk, '/desk/library/lend');
  await desk.getByTestId('scan-open').click();
  await expect(desk.getByTestId('reader')).toBeVisible();
  await expect(desk.getByTestId('book-typed')).toBeVisible();
  await expect(camera(desk)).toHaveAttribute('kind', 'book');
  await expect(camera(desk)).toHaveAttribute('data-state', 'live');
  await expect(words(desk)).toContainText('两个码');
  await desk.waitForTimeout(1_500);
  await desk.getByTestId('scan-open').click();
  for (const label of labels) expect(await stateOf(desk, label)).toBe('available');

  // A whole label has two codes that say the same; bars alone do as well.
  await film(studio, [{ codes: [first.qr], seconds: 2 }, nothing, { codes: [second.bars], seconds: 3, size: 460 }, nothing, { codes: [third.qr, third.bars], seconds: 3, size: 300 }, nothing]);
  await desk.getByTestId('scan-open').click();
  await expect.poll(async () => Promise.all(labels.map((label) => stateOf(desk, label))), { timeout: 40_000 }).toEqual(['on_loan', 'on_loan', 'on_loan']);
  await expect(camera(desk)).toHaveAttribute('data-state', 'live');
  const { loans } = (await call<{ loans: unknown[] }>(desk, 'GET', `/v1/library/readers/${await desk.getByTestId('reader').getAttribute('data-id')}`)).body;
  expect(loans).toHaveLength(3);
  // The next reader's card is asked for by the same camera.
  await desk.getByTestId('next-reader').click();
  await expect(desk.getByTestId('card-typed')).toBeVisible();
  await expect(camera(desk)).toHaveAttribute('kind', 'card');
  await expect(camera(desk)).toHaveAttribute('data-state', 'live');
});

test('an isbn in view finds the book', async ({ as, anybody }) => {
  const [desk, reader, studio] = [await as('librarian'), await as('booker'), await anybody()];
  const isbn = '9787532125944';
  await takeIn(desk, '有条码的书', 1, isbn);
  await film(studio, [{ codes: [ean13(isbn)], seconds: 6, size: 320 }]);
  await open(reader, '/library/borrow');
  await reader.getByTestId('scan-open').click();
  await expect(reader.getByTestId('found')).toContainText('有条码的书');
});

test('a label beside the isbn of its book is taken for the label', async ({ as, anybody }) => {
  const [desk, reader, studio] = [await as('librarian'), await as('booker'), await anybody()];
  const isbn = '9787544291170';
  const { labels } = await takeIn(desk, '标签贴在条码旁的书', 2, isbn);
  const { qr } = await printed(desk, labels[1]);
  await film(studio, [{ codes: [ean13(isbn), qr], seconds: 6, size: 260 }]);
  await open(reader, '/library/borrow');
  await reader.getByTestId('scan-open').click();
  await expect(reader.getByTestId('book-typed')).toHaveValue(labels[1]);
  await expect(reader.getByTestId('borrow')).toBeVisible();
});

/** EAN-13 as a picture: modules of the standard's three tables. */
function ean13(digits: string): string {
  const odd = ['0001101', '0011001', '0010011', '0111101', '0100011', '0110001', '0101111', '0111011', '0110111', '0001011'];
  const right = odd.map((code) => [...code].map((bit) => (bit === '0' ? '1' : '0')).join(''));
  const even = right.map((code) => [...code].reverse().join(''));
  const mixed = ['OOOOOO', 'OOEOEE', 'OOEEOE', 'OOEEEO', 'OEOOEE', 'OEEOOE', 'OEEEOO', 'OEOEOE', 'OEOEEO', 'OEEOEO'];
  const [first, ...rest] = [...digits].map(Number);
  const left = rest.slice(0, 6).map((digit, i) => (mixed[first][i] === 'O' ? odd : even)[digit]);
  const modules = ['101', ...left, '01010', ...rest.slice(6).map((digit) => right[digit]), '101'].join('');
  const bars = [...modules].map((bit, x) => (bit === '1' ? `<rect x="${x + 10}" y="8" width="1" height="50"/>` : '')).join('');
  return `<svg viewBox="0 0 115 66"><rect width="115" height="66" fill="#fff"/>${bars}</svg>`;
}
