// Every page of both apps: nothing axe objects to, nothing wider than the screen, nothing run or fetched that its
// policy does not allow, in the usual look on a phone, and in the dark and in English: at the desk on a desktop. In
// English, no Chinese but what people wrote. 长辈版: text and targets are large enough on every page, and nothing goes
// over the edge, not even on the narrowest screen at the largest size.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { smallTargets, smallText, tooWide } from '../support/looks';
import { inChinese, listen } from '../support/words';
import { call, deskPlaces, inChargePlaces, list, look, open, providerPlaces, residentPlaces, share, shelfPlaces, volunteerPlaces, watchPlaces, service, slots, type Booking, type Place } from '../support/pages';

const LOOKS = [
  ['light', { theme: 'light' }],
  ['dark, English', { theme: 'dark', language: 'en' }],
] as const;

/** The residents' app is one column, as wide as a phone or a little wider. */
const SAME = 'on a desktop these pages are what they are on a phone';
const ELSEWHERE = 'this look is looked at in the other size';

/** Pages are shared out, so that no test comes near its limit and both workers have some. */
const SHARES = 4;

/** What is played with `cargo xtask test --long` alone: the same pages in another look. */
const often = (name: string) => ({ tag: name === 'light' ? [] : ['@long'] });

const scanner = (page: Page) => new AxeBuilder({ page }).setLegacyMode(true);

/** Notes what a page's policy stops, from its next document on. */
async function police(page: Page, wrong: string[]): Promise<void> {
  await page.exposeFunction('violated', (what: string) => wrong.push(what));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { violated } = window as unknown as { violated(what: string): void };
      violated(`${location.pathname}: its policy stopped ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
}

/** Of elders, text from 18 px. Of residents' main targets from 60×60: at the desk one sits before a pointer. */
const TEXT = 18;
const TARGET = 60;

/** The sizes of elders, each with how wide the screen is; the first at the desk is measured with `--long`, as everything is larger in the other. */
const ELDER = [
  ['large', { width: 390, height: 844 }],
  ['largest', { width: 360, height: 740 }],
] as const;

/** A page in the sizes of elders. The app changes size by this attribute alone, while a page is open (`frontend/src/prefs.rs`). */
async function large(page: Page, target: number): Promise<string[]> {
  const found: string[] = [];
  const before = page.viewportSize();
  for (const [size, viewport] of ELDER) {
    if (size === 'large' && !target && process.env.E2E_SIZES !== 'both') continue;
    await page.setViewportSize(viewport);
    await page.evaluate((size) => document.documentElement.setAttribute('data-size', size), size);
    const small = [...(await smallText(page, TEXT)), ...(target ? await smallTargets(page, target) : []), ...(await tooWide(page))];
    found.push(...small.map((one) => `${size}: ${one}`));
  }
  if (before) await page.setViewportSize(before);
  return found;
}

/**
 * What axe objects to, what is too wide, what is in the wrong language and, on a phone, what is too small for elders, place by
 * place; what the policy stops is `wrong`.
 */
async function findings(page: Page, places: Place[], how: (typeof LOOKS)[number][1], wrong: string[]): Promise<string[]> {
  const found: string[] = [];
  const onPhone = (page.viewportSize()?.width ?? 0) < 500;
  const said = listen(page);
  await police(page, wrong);
  for (const [name, path] of places) {
    await open(page, path);
    const { violations } = await scanner(page).analyze();
    for (const one of violations) {
      for (const node of one.nodes) found.push(`${name}: ${one.id}: ${node.target.join(' ')}: ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`);
    }
    for (const wide of await tooWide(page)) found.push(`${name}: ${wide}`);
    if ('language' in how) found.push(...(await inChinese(page, await said())).map((words) => `${name}: still in Chinese: ${words}`));
    if (onPhone) found.push(...(await large(page, path.startsWith('/desk') ? 0 : TARGET)).map((one) => `${name}: ${one}`));
  }
  return found;
}

for (const [name, how] of LOOKS) {
  for (let which = 0; which < SHARES; which += 1) {
    test(`axe, ${name}: pages of the residents' app, ${which + 1} of ${SHARES}`, often(name), async ({ as, size, wrong }) => {
      test.skip(size === 'desktop', SAME);
      test.slow();
      const page = await as('first');
      const places = share(await residentPlaces(page), which, SHARES);
      await look(page, how);
      expect(await findings(page, places, how, wrong)).toEqual([]);
    });

    test(`axe, ${name}: pages of the desk's app, ${which + 1} of ${SHARES}`, often(name), async ({ as, size, wrong }) => {
      test.skip((size === 'phone') !== (name === 'light'), ELSEWHERE);
      test.slow();
      const page = await as('looker');
      const places = share(await deskPlaces(page), which, SHARES);
      await look(page, how);
      expect(await findings(page, places, how, wrong)).toEqual([]);
    });
  }

  for (let which = 0; which < 2; which += 1) {
    test(`axe, ${name}: pages of a librarian, ${which + 1} of 2`, often(name), async ({ as, size, wrong }) => {
      test.skip((size === 'phone') !== (name === 'light'), ELSEWHERE);
      test.slow();
      const page = await as('librarian');
      const places = share(await shelfPlaces(page), which, 2);
      await look(page, how);
      expect(await findings(page, places, how, wrong)).toEqual([]);
    });
  }

  test(`axe, ${name}: pages of those in charge of the care desk, and what opens on its pages`, often(name), async ({ as, size, wrong }) => {
    test.skip(size === 'phone' && 'language' in how, 'the same colours and words as on a desktop');
    test.slow();
    const page = await as('admin');
    const places = await inChargePlaces(page);
    const [someone] = await list(page, '/v1/people?limit=5');
    await look(page, how);
    const found = await findings(page, places, how, wrong);
    const scan = async (what: string) => {
      const { violations } = await scanner(page).analyze();
      found.push(...violations.flatMap((one) => one.nodes.map((node) => `${what}: ${one.id}: ${node.target.join(' ')}`)));
      found.push(...(await tooWide(page)).map((wide) => `${what}: ${wide}`));
    };
    await open(page, '/desk/care/nodes');
    await page.getByTestId('nodes-change').click();
    await expect(page.getByTestId('nodes-edit')).toBeVisible();
    await scan('the team, changed');
    await open(page, `/desk/care/people/${someone.id}`);
    await page.getByTestId('reason-0').click();
    await page.getByTestId('open-file').click();
    await expect(page.getByTestId('care-file')).toBeVisible();
    await scan('a care file');
    await page.getByTestId('file-change').click();
    await page.getByTestId('contact-add').click();
    await expect(page.getByTestId('contact').first()).toBeVisible();
    await scan('a care file, changed');
    await page.getByTestId('file-keep').click();
    await expect(page.getByTestId('file-edit')).toHaveCount(0);
    expect(found).toEqual([]);
  });

  test(`axe, ${name}: pages of a provider, a volunteer and somebody watched, and the doors of both apps`, often(name), async ({ as, anybody, size, wrong }) => {
    test.slow();
    test.skip(size === 'desktop', SAME);
    const [provider, volunteer, watched, nobody] = [await as('locksmith'), await as('volunteer'), await as('watched'), await anybody()];
    const [volunteering, watching] = [await volunteerPlaces(volunteer), await watchPlaces(watched)];
    for (const page of [provider, volunteer, watched, nobody]) await look(page, how);
    const found = await findings(provider, await providerPlaces(provider), how, wrong);
    found.push(...(await findings(volunteer, volunteering, how, wrong)));
    found.push(...(await findings(watched, watching, how, wrong)));
    found.push(...(await findings(nobody, [['sign-in', '/sign-in'], ['desk sign-in', '/desk/sign-in']], how, wrong)));
    expect(found).toEqual([]);
  });

  test(`axe, ${name}: sheets, problems and questions that are open`, often(name), async ({ as, size }) => {
    test.skip((size === 'phone') !== (name === 'light'), ELSEWHERE);
    const [page, staff] = [await as('first'), await as('looker')];
    await look(page, how);
    await look(staff, how);
    const scan = async (on: Page, what: string) => {
      const { violations } = await scanner(on).analyze();
      return violations.flatMap((one) => one.nodes.map((node) => `${what}: ${one.id}: ${node.target.join(' ')}`));
    };
    const found: string[] = [];
    const bookings = (await call<{ items: Booking[] }>(page, 'GET', '/v1/bookings?open=true')).body.items;
    await open(page, `/bookings/${bookings.find((one) => one.state === 'accepted')?.id}`);
    await page.getByTestId('move-cancel').click();
    await expect(page.getByTestId('reason')).toBeVisible();
    found.push(...(await scan(page, 'cancel')));
    await open(page, '/feedback');
    await page.getByTestId('feedback-send').click();
    await expect(page.getByTestId('problem')).toBeVisible();
    found.push(...(await scan(page, 'feedback refused')));
    const { id: of } = await service(page, '开门锁');
    const moved = `/services/${of}/time?move=${bookings[0].id}`;
    expect((await slots(page, of)).length).toBeGreaterThan(0);
    await open(page, moved);
    await page.getByTestId('slot').first().click();
    await expect(page.getByTestId('move-submit')).toBeVisible();
    found.push(...(await scan(page, 'a move')));

    await open(staff, '/desk/providers?standing=approved');
    await staff.getByTestId('provider').first().click();
    await staff.getByTestId('credential-add').click();
    await expect(staff.getByTestId('credential-tail')).toBeVisible();
    found.push(...(await scan(staff, 'a credential')));
    await staff.keyboard.press('Escape');
    await expect(staff.locator('dialog[open]')).toHaveCount(0);
    await staff.getByTestId('decide-suspend').click();
    await expect(staff.locator('dialog[open]')).toBeVisible();
    found.push(...(await scan(staff, 'a question')));
    expect(found).toEqual([]);
  });
}
