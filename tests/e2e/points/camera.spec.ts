// Cards read by a camera: the organiser's and the desk's, in front of a film that the test has drawn.
// On a server of its own: who is here is everybody's.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { call, look, open } from '../support/pages';
import { id } from '../support/ids';
import { withCamera } from '../support/browser';
import { film, still, type Scene } from '../support/film';
import { smallTargets, smallText, tooWide } from '../support/looks';
import { MINUTE, moment, publish } from '../support/volunteering';

test.use({ own: 'points/camera', launchOptions: withCamera });
test.describe.configure({ mode: 'serial' });

const TITLE = '浇花';
let activity = '';
/** Cards of two volunteers and the code at the door, as the pages draw them. */
let [first, second, door] = ['', '', ''];

const words = (page: Page) => page.getByTestId('scan-words');
const camera = (page: Page) => page.locator('scan-camera');
const drawn = (page: Page, name: string) => page.getByTestId(name).evaluate((svg) => svg.outerHTML);

/** Notes each stream this page is given, from its next document on. */
async function watched(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const streams: MediaStream[] = [];
    Object.assign(window, { streams });
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (what) => {
      const stream = await ask(what);
      streams.push(stream);
      return stream;
    };
  });
}

const live = (page: Page) =>
  page.evaluate(() => (window as unknown as { streams: MediaStream[] }).streams.flatMap((one) => one.getTracks()).filter((track) => track.readyState === 'live').length);

/** Lets the camera be refused as a phone would, from the next document on. */
async function refused(page: Page, name: string): Promise<void> {
  await page.addInitScript((name) => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', name));
  }, name);
}

test('a card that is blurred, tilted and dim is read, and checks its volunteer in once', async ({ as, anybody }) => {
  test.slow();
  const [leader, volunteer, other, studio] = [await as('socialWorker'), await as('booker'), await as('asker'), await anybody()];
  const starts = Date.now() + 5 * MINUTE;
  activity = await publish(leader, TITLE, moment(starts), moment(starts + 60 * MINUTE));
  for (const page of [volunteer, other]) {
    const signed = await call(page, 'POST', `/v1/activities/${activity}/signups`, { id: id('sgn') });
    expect(signed.status).toBe(201);
    await open(page, '/card');
  }
  [first, second] = [await drawn(volunteer, 'card-qr'), await drawn(other, 'card-qr')];
  await open(leader, `/activities/${activity}/door`);
  door = await drawn(leader, 'door-qr');

  const card: Scene = { codes: [first], seconds: 6, blur: 1.2, tilt: 17, light: 0.45, size: 200 };
  await film(studio, [{ codes: [], seconds: 0.5 }, card]);
  await watched(leader);
  await open(leader, `/activities/${activity}/run`);
  const asked: string[] = [];
  leader.on('request', (request) => request.url().endsWith('/scan') && asked.push(request.url()));
  await expect(leader.locator('[src*="scan/camera.js"]')).toHaveCount(0);
  await leader.getByTestId('scan-open').focus();
  await leader.keyboard.press('Enter');
  await expect(leader.locator('[data-testid="person-row"][data-state="here"]')).toHaveCount(1);
  await expect(camera(leader)).toHaveAttribute('data-state', 'live');
  await expect(words(leader)).toHaveText('读到了。');
  await expect(leader.getByTestId('scan-open')).toBeFocused();
  // The card is still held into the camera, which must not check its volunteer out.
  await leader.waitForTimeout(2_000);
  expect(asked).toHaveLength(1);
  expect(await live(leader)).toBe(1);
  await leader.getByTestId('scan-open').click();
  await expect(camera(leader)).toHaveCount(0);
  expect(await live(leader)).toBe(0);
});

test('of two cards in view none is taken, and a code of another kind beside a card does not disturb', async ({ as, anybody }) => {
  const [desk, studio] = [await as('socialWorker'), await anybody()];
  await film(studio, [{ codes: [first, second], seconds: 3, size: 180 }]);
  await watched(desk);
  await open(desk, `/desk/volunteering/activities/${activity}`);
  await desk.getByTestId('scan-open').click();
  await expect(words(desk)).toContainText('两个码');
  await desk.waitForTimeout(1_500);
  await expect(desk.locator('[data-testid="person-row"][data-state="here"]')).toHaveCount(1);
  await desk.getByTestId('scan-open').click();

  await film(studio, [{ codes: [door], seconds: 3, size: 260 }]);
  await desk.getByTestId('scan-open').click();
  await expect(words(desk)).toContainText('不是要扫的码');
  await desk.getByTestId('scan-open').click();

  await film(studio, [{ codes: [door, second], seconds: 3, size: 190, tilt: -8 }]);
  await desk.getByTestId('scan-open').click();
  await expect(desk.locator('[data-testid="person-row"][data-state="here"]')).toHaveCount(2);
  // Leaving the page gives the camera back.
  expect(await live(desk)).toBe(1);
  await desk.getByTestId('back').click();
  await expect(camera(desk)).toHaveCount(0);
  expect(await live(desk)).toBe(0);
});

test('without a camera: why, and a photograph or typing instead', async ({ as, anybody }, info) => {
  const [page, studio] = [await as('socialWorker', { fresh: false }), await anybody()];
  for (const [name, said] of [['NotAllowedError', '允许'], ['NotFoundError', '没有找到相机'], ['NotReadableError', '占用']]) {
    await refused(page, name);
    await open(page, `/activities/${activity}/run`);
    await page.getByTestId('scan-open').click();
    await expect(camera(page)).toHaveAttribute('data-state', 'trouble');
    await expect(words(page)).toContainText(said);
    await expect(page.getByTestId('scan-again')).toBeVisible();
    await expect(page.getByTestId('card-typed')).toBeVisible();
  }
  const photo = await still(studio, { codes: [first], seconds: 1, tilt: 5, blur: 0.6 });
  const nothing = await still(studio, { codes: [], seconds: 1 });
  await page.getByTestId('scan-photo').setInputFiles({ name: 'table.png', mimeType: 'image/png', buffer: nothing });
  await expect(words(page)).toContainText('没有读到');
  const answered = page.waitForResponse((answer) => answer.url().endsWith('/scan'));
  await page.getByTestId('scan-photo').setInputFiles({ name: 'card.png', mimeType: 'image/png', buffer: photo });
  const { card } = JSON.parse((await answered).request().postData() ?? '{}') as { card: string };
  expect(card).toMatch(/^[0-9A-Z]{12}$/);

  for (const how of [{ theme: 'dark', language: 'en' }, { theme: 'light', size: 'large' }] as const) {
    await look(page, how);
    await open(page, `/activities/${activity}/run`);
    await page.getByTestId('scan-open').click();
    await expect(camera(page)).toHaveAttribute('data-state', 'trouble');
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    expect(violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')}`))).toEqual([]);
    expect(await tooWide(page)).toEqual([]);
    await page.screenshot({ path: info.outputPath(`trouble-${how.theme}.png`), fullPage: true });
  }
  expect(await smallText(page, 18)).toEqual([]);
  expect(await smallTargets(page, 60)).toEqual([]);
});

test('with pictures: nothing axe objects to, large enough, and after a while without a code one is led to typing', async ({ as, anybody }, info) => {
  const [page, studio] = [await as('socialWorker'), await anybody()];
  await film(studio, [{ codes: [], seconds: 2 }]);
  // A while is 20 seconds.
  await page.addInitScript(() => {
    const later = window.setTimeout.bind(window);
    const sooner = (run: TimerHandler, wait?: number, ...given: unknown[]) => later(run, wait === 20_000 ? 1_500 : wait, ...given);
    window.setTimeout = sooner as typeof window.setTimeout;
  });
  await look(page, { theme: 'light', size: 'large' });
  await open(page, `/activities/${activity}/run`);
  await page.getByTestId('scan-open').click();
  await expect(camera(page)).toHaveAttribute('data-state', 'live');
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  expect(violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')}`))).toEqual([]);
  expect(await smallText(page, 18)).toEqual([]);
  expect(await smallTargets(page, 60)).toEqual([]);
  expect(await tooWide(page)).toEqual([]);
  await page.screenshot({ path: info.outputPath('live.png') });
  await expect(words(page)).toContainText('直接输入');
  await expect(page.getByTestId('card-typed')).toBeFocused();
});

for (const broken of [false, true]) {
  test(`a browser with a detector of its own ${broken ? 'that fails is read for by ours' : 'reads for itself'}`, async ({ as, anybody }) => {
    const [page, studio] = [await as('socialWorker'), await anybody()];
    await film(studio, [{ codes: broken ? [first] : [], seconds: 2 }]);
    const [{ card }, ours] = [(await call<{ card: string }>(await as('booker'), 'GET', '/v1/volunteer/card')).body, [] as string[]];
    page.context().on('request', (request) => request.url().includes('/zxing_reader') && ours.push(request.url()));
    await page.context().route('**/scan/worker.js', async (route) => {
      const answer = await route.fetch();
      const detector = `self.BarcodeDetector = class {
        static getSupportedFormats() { return Promise.resolve(['qr_code', 'code_128']); }
        detect() { return ${broken ? "Promise.reject(new Error('no service'))" : `Promise.resolve([{ rawValue: '${card}', format: 'qr_code' }])`}; }
      };`;
      await route.fulfill({ response: answer, body: detector + (await answer.text()) });
    });
    await open(page, `/activities/${activity}/run`);
    const answered = page.waitForResponse((answer) => answer.url().endsWith('/scan'));
    await page.getByTestId('scan-open').click();
    expect(JSON.parse((await answered).request().postData() ?? '{}')).toMatchObject({ card });
    expect(ours.length > 0).toBe(broken);
  });
}

test('another of several cameras, and its light; out of sight it is given back; a scanner that says which kind of code it read', async ({ as, anybody }) => {
  const [page, studio] = [await as('socialWorker'), await anybody()];
  await film(studio, [{ codes: [], seconds: 2 }]);
  await watched(page);
  await page.addInitScript(() => {
    const told: string[] = [];
    Object.assign(window, { told });
    const devices = navigator.mediaDevices;
    const [ask, list] = [devices.getUserMedia.bind(devices), devices.enumerateDevices.bind(devices)];
    devices.getUserMedia = (what) => {
      const { deviceId, facingMode } = what?.video as { deviceId?: { exact: string }; facingMode?: { ideal: string } };
      told.push(deviceId ? `camera ${deviceId.exact}` : `facing ${facingMode?.ideal}`);
      return ask({ video: true });
    };
    devices.enumerateDevices = async () => [...(await list()), { kind: 'videoinput', deviceId: 'wide', label: '', groupId: '', toJSON: () => ({}) }];
    MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true }) as MediaTrackCapabilities;
    MediaStreamTrack.prototype.applyConstraints = (what) => {
      told.push(JSON.stringify(what?.advanced));
      return Promise.resolve();
    };
  });
  const told = () => page.evaluate(() => (window as unknown as { told: string[] }).told);
  await open(page, `/activities/${activity}/run`);
  await page.getByTestId('scan-open').click();
  await expect(camera(page)).toHaveAttribute('data-state', 'live');
  await page.getByTestId('scan-torch').check();
  await expect.poll(told).toEqual(['facing environment', '[{"torch":true}]']);
  const picker = page.getByTestId('scanner').locator('select');
  await expect(picker.locator('option').last()).toHaveText('相机2');
  await picker.selectOption('wide');
  await expect.poll(async () => (await told()).includes('camera wide')).toBe(true);
  await expect.poll(() => live(page)).toBe(1);

  const hidden = (now: boolean) =>
    page.evaluate((now) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => now });
      document.dispatchEvent(new Event('visibilitychange'));
    }, now);
  await hidden(true);
  await expect.poll(() => live(page)).toBe(0);
  await hidden(false);
  await expect.poll(() => live(page)).toBe(1);

  const { card } = (await call<{ card: string }>(await as('booker'), 'GET', '/v1/volunteer/card')).body;
  const answered = page.waitForResponse((answer) => answer.url().endsWith('/scan'));
  await page.getByTestId('card-typed').fill(`]Q3${card}`);
  await page.getByTestId('card-typed').press('Enter');
  expect(JSON.parse((await answered).request().postData() ?? '{}')).toMatchObject({ card });
});
