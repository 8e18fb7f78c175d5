// An app that is opened again where there is no network: its pages, its scanner, and what is kept meanwhile.
// On a server of its own: loans are everybody's.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { stateOf, takeIn } from '../support/books';
import { withCamera } from '../support/browser';
import { film } from '../support/film';
import { call, open, settled } from '../support/pages';

test.use({ own: 'library/offline', launchOptions: withCamera, serviceWorkers: 'allow' });
test.describe.configure({ mode: 'serial' });

/** Waits until all that is fetched ahead is on the device: the reader of codes comes last. */
async function ready(page: Page, app: '' | '/desk'): Promise<void> {
  const last = `${app}/scan/zxing_reader.wasm`;
  await expect.poll(() => page.evaluate(async (last) => Boolean(await caches.match(last)), last), { timeout: 40_000 }).toBe(true);
}

/** What is kept, as paths. */
async function files(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const kept = (await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname));
    return (await Promise.all(kept)).flat();
  });
}

const last = (page: Page) => page.evaluate(() => localStorage.getItem('linli.last'));

async function reopened(page: Page): Promise<void> {
  await page.context().setOffline(true);
  await page.reload();
  await settled(page);
}

test('opened again without a network, a book is scanned, kept, and handed in later; signed out, nobody is remembered', async ({ as, anybody }) => {
  test.slow();
  const [desk, page, studio] = [await as('librarian'), await as('asker', { fresh: true }), await anybody()];
  const [{ labels }, { body: me }] = [await takeIn(desk, '没网时再打开'), await call<{ name: string }>(page, 'GET', '/v1/me')];
  await open(desk, `/desk/library/labels?barcodes=${labels[0]}`);
  const qr = await desk.getByTestId('label-qr').evaluate((svg) => svg.outerHTML);
  await film(studio, [{ codes: [qr], seconds: 6, size: 260 }]);
  await open(page, '/library/borrow');
  await ready(page, '');
  await reopened(page);
  await page.getByTestId('scan-open').click();
  await expect(page.getByTestId('book-typed')).toHaveValue(labels[0]);
  await page.getByTestId('keep-it').click();
  await expect(page.getByTestId('kept')).toContainText('1');
  expect(await stateOf(desk, labels[0])).toBe('available');

  await page.context().setOffline(false);
  await expect.poll(() => stateOf(desk, labels[0])).toBe('on_loan');
  await expect(page.getByTestId('kept')).toHaveCount(0);

  // Files of the app alone, each once, and no name.
  const paths = await files(page);
  expect(paths.filter((path) => /^\/(v1|_local)\//.test(path))).toEqual([]);
  expect(new Set(paths).size).toBe(paths.length);
  expect(await last(page)).not.toContain(me.name);
  await open(page, '/me');
  await page.getByTestId('sign-out').click();
  await expect(page).toHaveURL(/\/sign-in/);
  await expect.poll(() => last(page)).toBeNull();
});

test('the desk opens again without a network, and lends by the card alone', async ({ as }) => {
  test.slow();
  const [desk, beside, reader] = [await as('librarian'), await as('librarian'), await as('typist')];
  const { labels } = await takeIn(beside, '没网时台上再打开');
  const { card } = (await call<{ card: string }>(reader, 'GET', '/v1/library/card')).body;
  await open(desk, '/desk/library/lend');
  await ready(desk, '/desk');
  await reopened(desk);
  await desk.getByTestId('card-typed').fill(card);
  await desk.getByTestId('code-go').click();
  await desk.getByTestId('take-card').click();
  await desk.getByTestId('book-typed').fill(labels[0]);
  await desk.getByTestId('code-go').click();
  await desk.getByTestId('keep-it').click();
  await expect(desk.getByTestId('kept')).toContainText('1');
  await desk.context().setOffline(false);
  await expect.poll(() => stateOf(beside, labels[0])).toBe('on_loan');
  expect((await files(desk)).filter((path) => path.includes('/v1/'))).toEqual([]);
});
