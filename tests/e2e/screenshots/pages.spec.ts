// Every page, in every look and both languages, to be looked at. Only with SHOTS=folder.
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { deskPlaces, inChargePlaces, look, open, providerPlaces, residentPlaces, shelfPlaces, volunteerPlaces, watchPlaces, type Place } from '../support/pages';

const FOLDER = process.env.SHOTS;

const LOOKS = { light: { theme: 'light' }, dark: { theme: 'dark' }, elder: { theme: 'light', size: 'larger' } } as const;

/** Answers with the files it wrote. */
async function shoot(page: Page, app: string, places: Place[], name: string): Promise<string[]> {
  const files: string[] = [];
  const size = page.viewportSize() ?? { width: 390, height: 844 };
  mkdirSync(join(FOLDER ?? '', app), { recursive: true });
  for (const [place, path] of places) {
    await open(page, path);
    // The bar at the bottom stays at the bottom only if the screen is as tall as the page.
    const tall = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width: size.width, height: Math.max(size.height, tall) });
    const file = join(FOLDER ?? '', app, `${place}-${name}.png`);
    await page.screenshot({ path: file, caret: 'initial' });
    files.push(file);
    await page.setViewportSize(size);
  }
  return files;
}

for (const [name, how] of Object.entries(LOOKS)) {
  for (const language of ['zh', 'en'] as const) {
    test(`screenshots, ${name}, ${language}`, async ({ as, anybody, size }) => {
      test.skip(!FOLDER, 'screenshots are for eyes, not for a verdict: they are taken with SHOTS=folder');
      test.setTimeout(600_000);
      const [resident, provider, volunteer, watched, staff, keeper, admin, nobody] = [await as('first'), await as('locksmith'), await as('volunteer'), await as('watched'), await as('looker'), await as('librarian'), await as('admin'), await anybody()];
      const rounds: [Page, string, Place[]][] = [
        [resident, 'resident', await residentPlaces(resident)],
        [provider, 'resident', await providerPlaces(provider)],
        [volunteer, 'resident', await volunteerPlaces(volunteer)],
        [watched, 'resident', await watchPlaces(watched)],
        [staff, 'desk', await deskPlaces(staff)],
        [keeper, 'desk', await shelfPlaces(keeper)],
        [admin, 'desk', await inChargePlaces(admin)],
        [nobody, 'resident', [['sign-in', '/sign-in']]],
        [nobody, 'desk', [['sign-in', '/desk/sign-in']]],
      ];
      for (const [page] of rounds) await look(page, { ...how, language });
      for (const [page, app, places] of rounds) {
        const files = await shoot(page, app, places, `${size}-${name}-${language}`);
        expect(files.length).toBe(places.length);
        for (const file of files) expect(statSync(file).size, file).toBeGreaterThan(2_000);
      }
    });
  }
}
