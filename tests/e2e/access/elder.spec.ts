// 长辈版: text and targets are large enough on every page, and nothing goes over the edge, not even
// on the narrowest screen at the largest size.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { smallTargets, smallText, tooWide } from '../support/looks';
import { deskPlaces, inChargePlaces, look, open, providerPlaces, residentPlaces, share, shelfPlaces, volunteerPlaces, watchPlaces, type Place } from '../support/pages';

async function measure(page: Page, places: Place[], least: { text: number; target: number }): Promise<string[]> {
  const found: string[] = [];
  for (const [name, path] of places) {
    await open(page, path);
    const small = [...(await smallText(page, least.text)), ...(least.target ? await smallTargets(page, least.target) : []), ...(await tooWide(page))];
    found.push(...small.map((one) => `${name}: ${one}`));
  }
  return found;
}

const NARROW = 'as narrow on a desktop';

/** At the first elder size, which is measured with `--long`: everything is larger in what follows. */
async function atFirst(page: Page, places: Place[]): Promise<string[]> {
  if (process.env.E2E_SIZES !== 'both') return [];
  await look(page, { size: 'large' });
  return measure(page, places, { text: 18, target: 0 });
}

test('the first elder size: text from 18 px, main targets from 60×60, on every resident page', async ({ as, anybody, size }) => {
  test.skip(size === 'desktop', NARROW);
  test.slow();
  const [page, provider, volunteer, watched, nobody] = [await as('first'), await as('locksmith'), await as('volunteer'), await as('watched'), await anybody()];
  const [places, volunteering, watching] = [await residentPlaces(page), await volunteerPlaces(volunteer), await watchPlaces(watched)];
  for (const one of [page, provider, volunteer, watched, nobody]) await look(one, { size: 'large' });
  const least = { text: 18, target: 60 };
  const found = await measure(page, places, least);
  found.push(...(await measure(provider, await providerPlaces(provider), least)));
  found.push(...(await measure(volunteer, volunteering, least)));
  found.push(...(await measure(watched, watching, least)));
  found.push(...(await measure(nobody, [['sign-in', '/sign-in']], least)));
  expect(found).toEqual([]);
});

test('360 px wide at the largest size: nothing over the edge for a provider, a volunteer, somebody watched and nobody', async ({ as, anybody, size }) => {
  test.skip(size === 'desktop', NARROW);
  test.slow();
  const [provider, volunteer, watched, nobody] = [await as('locksmith'), await as('volunteer'), await as('watched'), await anybody()];
  const [volunteering, watching] = [await volunteerPlaces(volunteer), await watchPlaces(watched)];
  for (const one of [provider, volunteer, watched, nobody]) {
    await one.setViewportSize({ width: 360, height: 740 });
    await look(one, { size: 'largest' });
  }
  const least = { text: 18, target: 60 };
  const found = await measure(provider, await providerPlaces(provider), least);
  found.push(...(await measure(volunteer, volunteering, least)));
  found.push(...(await measure(watched, watching, least)));
  found.push(...(await measure(nobody, [['sign-in', '/sign-in']], least)));
  expect(found).toEqual([]);
});

for (const language of ['zh', 'en'] as const) {
  // English words are longer.
  test(`360 px wide at the largest size, in ${language}: nothing over the edge for a resident`, { tag: language === 'zh' ? [] : ['@long'] }, async ({ as, size }) => {
    test.skip(size === 'desktop', NARROW);
    test.slow();
    const page = await as('first');
    const places = await residentPlaces(page);
    await page.setViewportSize({ width: 360, height: 740 });
    await look(page, { size: 'largest', language });
    expect(await measure(page, places, { text: 18, target: 60 })).toEqual([]);
  });
}

for (const which of [0, 1]) {
  test(`the desk at the first elder size, ${which + 1} of 2`, { tag: ['@long'] }, async ({ as, size }) => {
    test.skip(size === 'phone', 'narrower still below');
    test.slow();
    const page = await as('looker');
    const places = share(await deskPlaces(page), which, 2);
    await look(page, { size: 'large' });
    expect(await measure(page, places, { text: 18, target: 0 })).toEqual([]);
  });

  test(`the desk, 360 px wide, at the largest elder size, ${which + 1} of 2`, async ({ as, size }) => {
    test.skip(size === 'desktop', NARROW);
    test.slow();
    const page = await as('looker');
    const places = share(await deskPlaces(page), which, 2);
    await page.setViewportSize({ width: 360, height: 740 });
    await look(page, { size: 'largest' });
    expect(await measure(page, places, { text: 18, target: 0 })).toEqual([]);
  });
}

test('what only those in charge of the care desk see, at the first elder size and 360 px wide at the largest', async ({ as, size }) => {
  test.skip(size === 'desktop', NARROW);
  test.slow();
  const page = await as('admin');
  const places = await inChargePlaces(page);
  const found = await atFirst(page, places);
  await page.setViewportSize({ width: 360, height: 740 });
  await look(page, { size: 'largest' });
  found.push(...(await measure(page, places, { text: 18, target: 0 })).map((one) => `largest ${one}`));
  expect(found).toEqual([]);
});

for (const which of [0, 1]) {
  test(`the library at the desk, at the first elder size and 360 px wide at the largest, ${which + 1} of 2`, async ({ as, size }) => {
    test.skip(size === 'desktop', NARROW);
    test.slow();
    const page = await as('librarian');
    const places = share(await shelfPlaces(page), which, 2);
    const found = await atFirst(page, places);
    await page.setViewportSize({ width: 360, height: 740 });
    await look(page, { size: 'largest' });
    found.push(...(await measure(page, places, { text: 18, target: 0 })).map((one) => `largest ${one}`));
    expect(found).toEqual([]);
  });
}
