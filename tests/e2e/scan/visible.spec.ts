// How long from a card coming into view until the server has answered: the time is
// printed, and judged by nobody, as a busy machine is no fault of the scanner. Not part of the journeys.
import { expect, test } from '../support/test';
import { call, open } from '../support/pages';
import { id } from '../support/ids';
import { withCamera } from '../support/browser';
import { film, type Scene } from '../support/film';
import { MINUTE, moment, publish } from '../support/volunteering';

test.use({ own: true, launchOptions: withCamera });

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
  await leader.evaluate(() => {
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
      for (const one of list.getEntries()) if (one.name.endsWith('/scan')) seen.answered.push((one as PerformanceResourceTiming).responseEnd);
    }).observe({ type: 'resource' });
  });
  const wanted = HELD.length * ROUNDS;
  const seen = () => leader.evaluate(() => (window as unknown as { seen: Seen }).seen);
  await expect.poll(async () => (await seen()).shown.length, { timeout: 240_000, intervals: [1_000] }).toBeGreaterThan(wanted);
  const { shown, answered } = await seen();
  const spans = shown.slice(0, wanted).map((at, i) => answered.find((when) => when > at && when < shown[i + 1]));
  const taken = spans.map((when, i) => (when === undefined ? undefined : when - shown[i]));
  const all = taken.filter((ms) => ms !== undefined).sort((a, b) => a - b);
  const at = (part: number) => Math.round(all[Math.min(all.length - 1, Math.floor(all.length * part))]);
  console.log(`in view to answered: ${all.length} of ${wanted}; p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`);
  expect(all).toHaveLength(wanted);
});
