// Every page of both apps: nothing axe objects to, nothing wider than the screen, in the usual
// look, in the dark, and as large as it gets.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { tooWide } from '../support/looks';
import { call, deskPlaces, look, open, providerPlaces, residentPlaces, service, slots, type Booking, type Place } from '../support/pages';

const LOOKS = [
  ['light', { theme: 'light' }],
  ['dark', { theme: 'dark' }],
  ['elder', { theme: 'light', size: 'larger' }],
] as const;

async function findings(page: Page, places: Place[]): Promise<string[]> {
  const found: string[] = [];
  for (const [name, path] of places) {
    await open(page, path);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    for (const one of violations) {
      for (const node of one.nodes) found.push(`${name}: ${one.id}: ${node.target.join(' ')}: ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`);
    }
    for (const wide of await tooWide(page)) found.push(`${name}: ${wide}`);
  }
  return found;
}

for (const [name, how] of LOOKS) {
  test(`axe, ${name}: every page of the residents' app`, async ({ as, anybody }) => {
    test.slow();
    const [resident, provider, nobody] = [await as('first'), await as('locksmith'), await anybody()];
    const places = await residentPlaces(resident);
    const found: string[] = [];
    for (const page of [resident, provider, nobody]) await look(page, how);
    found.push(...(await findings(resident, places)));
    found.push(...(await findings(provider, await providerPlaces(provider))));
    found.push(...(await findings(nobody, [['sign-in', '/sign-in']])));
    expect(found).toEqual([]);
  });

  test(`axe, ${name}: every page of the desk's app`, async ({ as, anybody }) => {
    test.slow();
    const [staff, nobody] = [await as('looker'), await anybody()];
    const places = await deskPlaces(staff);
    for (const page of [staff, nobody]) await look(page, how);
    const found = await findings(staff, places);
    found.push(...(await findings(nobody, [['sign-in', '/desk/sign-in']])));
    expect(found).toEqual([]);
  });

  test(`axe, ${name}: sheets, problems and questions that are open`, async ({ as }) => {
    const [page, staff] = [await as('first'), await as('looker')];
    await look(page, how);
    await look(staff, how);
    const scan = async (on: Page, what: string) => {
      const { violations } = await new AxeBuilder({ page: on }).setLegacyMode(true).analyze();
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
