// How long from a card or a label coming into view until the server has answered: the time is
// printed, and judged by nobody, as a busy machine is no fault of the scanner. Not part of the journeys.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { takeIn } from '../support/books';
import { call, open } from '../support/pages';
import { id } from '../support/ids';
import { withCamera } from '../support/browser';
import { film, type Scene } from '../support/film';
import { MINUTE, moment, publish } from '../support/volunteering';

test.use({ own: 'scan/visible', launchOptions: withCamera });

/** How the card is held. */
const HELD: Omit<Scene, 'codes' | 'seconds'>[] = [{}, { blur: 1.5 }, { tilt: 23 }, { light: 0.3 }, { size: 150, tilt: -12, light: 0.5, blur: 0.8 }];
const ROUNDS = 5;
/** Longer out of view than a card has to be to count again. */
const AWAY_S = 3.4;
const SHOWN_S = 2;

interface Seen {
  shown: number[];
  answered: number[];
}

test('from in view to checked in', async ({ as, anybody }) => {
  test.setTimeout(300_000);
  const [leader, volunteer, studio] = [await as('socialWorker'), await as('booker'), await anybody()];
  const starts = Date.now() + 5 * MINUTE;
  const activity = await publish(leader, '浇花', moment(starts), moment(starts + 60 * MINUTE));
  const signed = await call(volunteer, 'POST', `/v1/activities/${activity}/signups`, { id: id('sgn') });
  expect(signed.status).toBe(201);
  await open(volunteer, '/card');
  const card = await volunteer.getByTestId('card-qr').evaluate((svg) => svg.outerHTML);
  await film(studio, HELD.flatMap((held) => [{ codes: [], seconds: AWAY_S }, { codes: [card], seconds: SHOWN_S, ...held }]));

  await open(leader, `/activities/${activity}/run`);
  await leader.getByTestId('scan-open').click();
  await expect(leader.locator('scan-camera')).toHaveAttribute('data-state', 'live');
  await watch(leader, '/scan');
  await report(leader, 'in view to checked in');
});

test('from in view to lent', async ({ as, anybody }) => {
  test.setTimeout(300_000);
  const [desk, shelf, reader, studio] = [await as('librarian'), await as('librarian'), await as('asker'), await anybody()];
  const { labels } = await takeIn(desk, '拍一下就借的书', HELD.length);
  const { card } = (await call<{ card: string }>(reader, 'GET', '/v1/library/card')).body;
  const codes: string[] = [];
  for (const label of labels) {
    await open(shelf, `/desk/library/labels?barcodes=${label}`);
    codes.push(await shelf.getByTestId('label-qr').evaluate((svg) => svg.outerHTML));
  }
  await film(studio, HELD.flatMap((held, i) => [{ codes: [], seconds: AWAY_S }, { codes: [codes[i]], seconds: SHOWN_S, ...held }]));

  // Each book is back on its shelf long before it is shown again.
  const refused: number[] = [];
  desk.on('response', async (answer) => {
    if (!answer.url().endsWith('/v1/library/loans') || answer.request().method() !== 'POST') return;
    if (answer.status() !== 201) refused.push(answer.status());
    const { barcode } = (await answer.json()) as { barcode: string };
    await call(shelf, 'POST', '/v1/library/returns', { id: id('cmd'), copy: barcode });
  });
  await open(desk, '/desk/library/lend');
  await desk.getByTestId('card-typed').fill(card);
  await desk.getByTestId('code-go').click();
  await expect(desk.getByTestId('reader')).toBeVisible();
  await desk.getByTestId('scan-open').click();
  await expect(desk.locator('scan-camera')).toHaveAttribute('data-state', 'live');
  await watch(desk, '/v1/library/loans');
  await report(desk, 'in view to lent');
  expect(refused).toEqual([]);
});

/** Notes when the white spot in the corner comes, and when a call to this path is answered. */
async function watch(page: Page, path: string): Promise<void> {
  await page.evaluate((path) => {
    const seen: Seen = { shown: [], answered: [] };
    Object.assign(window, { seen });
    const video = document.querySelector('video');
    const pen = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
    let spot = true;
    const watch = () => {
      if (video && pen) {
        pen.drawImage(video, 4, 4, 8, 8, 0, 0, 1, 1);
        const now = pen.getImageData(0, 0, 1, 1).data[0] > 128;
        if (now && !spot) seen.shown.push(performance.now());
        spot = now;
      }
      requestAnimationFrame(watch);
    };
    watch();
    new PerformanceObserver((list) => {
      for (const one of list.getEntries()) if (one.name.endsWith(path)) seen.answered.push((one as PerformanceResourceTiming).responseEnd);
    }).observe({ type: 'resource' });
  }, path);
}

/** Prints how long it took, once everything was shown; each has to have been answered. */
async function report(page: Page, what: string): Promise<void> {
  const wanted = HELD.length * ROUNDS;
  const seen = () => page.evaluate(() => (window as unknown as { seen: Seen }).seen);
  await expect.poll(async () => (await seen()).shown.length, { timeout: 240_000, intervals: [1_000] }).toBeGreaterThan(wanted);
  const { shown, answered } = await seen();
  const spans = shown.slice(0, wanted).map((at, i) => answered.find((when) => when > at && when < shown[i + 1]));
  const taken = spans.map((when, i) => (when === undefined ? undefined : when - shown[i]));
  const all = taken.filter((ms) => ms !== undefined).sort((a, b) => a - b);
  const at = (part: number) => Math.round(all[Math.min(all.length - 1, Math.floor(all.length * part))]);
  console.log(`${what}: ${all.length} of ${wanted}; p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`);
  expect(all).toHaveLength(wanted);
}
