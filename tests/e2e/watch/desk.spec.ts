// Doors and silence at the desk: a door speaks, a silence is too long, one of two looks after it, and it is over.
// On a server of its own: the clock is everybody's.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { doors, say } from '../support/doors';
import { call, list, open, settled } from '../support/pages';
import { patience } from '../support/patience';
import { advance, aheadOf, follow } from '../support/volunteering';

test.use({ own: 'watch/desk' });
test.describe.configure({ mode: 'serial' });

const AT = '/desk/watch';
/** The board asks again within ten seconds. */
const POLL = { timeout: 25_000 };
/** It is told at once that something changed, where the server is one process: from its being raised to its being seen. */
const AT_ONCE = 2_000 * patience;

/** Opens somebody's page with a reason. */
async function look(page: Page, person: string): Promise<void> {
  await open(page, `${AT}/people/${person}`);
  await page.getByTestId('open-watched').click();
  await expect(page.getByTestId('problem')).toBeVisible();
  await page.getByTestId('reason-0').click();
  await page.getByTestId('open-watched').click();
  await expect(page.getByTestId('watched-page')).toHaveAttribute('data-id', person);
}

test('a silence that is too long stands on the board within two seconds; one of two has it, the other is told who; it is closed and gone', async ({ as, request }) => {
  test.slow();
  const all = await doors(request);
  const east = all.find((door) => door.sense === 'both_ways');
  if (!east) throw new Error('no door identifies both ways');
  // Somebody all of whose doors are this one.
  const elsewhere = (person: string) => all.some((door) => door.id !== east.id && door.cards.some((card) => card.person === person));
  const who = east.cards.find((card) => !elsewhere(card.person));
  if (!who) throw new Error('nobody has this door alone');
  await say(request, east, 'entry', who.card);
  await advance(request, 'P1D');
  await say(request, east, 'heartbeat');
  await advance(request, 'PT23H45M');
  await say(request, east, 'heartbeat');

  const desks = [await as('socialWorker', { fresh: true }), await as('station', { fresh: true })];
  const ahead = await aheadOf(request);
  for (const desk of desks) {
    await follow(desk, ahead);
    await open(desk, AT);
    await expect(desk.getByTestId('open-count')).not.toBeEmpty();
  }
  const alert = (desk: Page) => desk.locator(`[data-testid="alert"][data-person="${who.person}"]`);
  await expect(alert(desks[0])).toHaveCount(0);
  const seen = desks.map(async (desk) => {
    await expect(alert(desk)).toBeVisible({ timeout: 60_000 });
    return Date.now();
  });
  await advance(request, 'PT20M');
  const alerts = () => list<{ person: string }>(desks[0], '/v1/alerts');
  await expect.poll(async () => (await alerts()).some(({ person }) => person === who.person), { intervals: [100], timeout: 25_000 }).toBe(true);
  const raised = Date.now();
  for (const at of await Promise.all(seen)) expect(at - raised).toBeLessThan(AT_ONCE);
  for (const desk of desks) {
    await expect(alert(desk)).toContainText(who.name);
    await expect(alert(desk).getByTestId('age')).not.toBeEmpty();
  }
  // Doors that were silent meanwhile: nobody is alerted for them, and they are not forgotten.
  await open(desks[0], AT);
  await expect(desks[0].getByTestId('blind-person').first()).toBeVisible();

  await expect(desks[0].getByTestId('sweeper-late')).toHaveCount(0);

  for (const desk of desks) {
    await alert(desk).click();
    await settled(desk);
    await expect(desk.getByTestId('alert-state')).toHaveAttribute('data-state', 'open');
  }
  // Whoever was told of it is listed once the message has left, and what came of it.
  await expect(async () => {
    await desks[0].getByTestId('look-again').click();
    await expect(desks[0].getByTestId('told-log').getByTestId('told-one').first()).toContainText(/短信|应用里的消息/, { timeout: 2_000 });
  }).toPass(POLL);
  await Promise.all(desks.map((desk) => desk.getByTestId('acknowledge').click()));
  const refused = (desk: Page) => desk.locator('[data-testid="problem"][data-code="alert_taken"]');
  await expect.poll(async () => (await refused(desks[0]).count()) + (await refused(desks[1]).count())).toBe(1);
  const [holder, other] = (await refused(desks[0]).count()) > 0 ? [desks[1], desks[0]] : desks;
  const { name } = (await call<{ name: string }>(holder, 'GET', '/v1/me')).body;
  await expect(other.getByTestId('owner')).toContainText(name);
  await expect(other.getByTestId('closing')).toHaveCount(0);
  await expect(holder.getByTestId('alert-state')).toHaveAttribute('data-state', 'acknowledged');

  await open(other, AT);
  await expect(alert(other).getByTestId('owner')).toContainText(name);
  await holder.getByTestId('close-alert').click();
  await expect(holder.getByTestId('problem')).toBeVisible();
  await holder.getByTestId('reason-away').click();
  await holder.getByTestId('comment').fill('在女儿家，通过电话');
  await holder.getByTestId('close-alert').click();
  await expect(holder.getByTestId('alert-state')).toHaveAttribute('data-state', 'closed');
  await expect(holder.getByTestId('alert-comment')).toHaveText('在女儿家，通过电话');
  await expect(alert(other)).toHaveCount(0, POLL);
  await open(holder, `${AT}/alerts`);
  await expect(holder.getByTestId('past-alerts')).toContainText(who.name);
});

test('comings and goings open with a reason only; what is agreed is changed; an absence is said and ended', async ({ as }) => {
  const desk = await as('looker');
  const [{ person }] = await list<{ person: string }>(desk, '/v1/watched?reason=xx');
  await look(desk, person);
  await expect(desk.getByTestId('signs-list')).toHaveCount(0);
  await desk.getByTestId('signs').click();
  await expect(desk.getByTestId('signs-list').locator('tbody tr').first()).toBeVisible();

  await desk.getByTestId('watched-change').click();
  const form = desk.getByTestId('watched-edit');
  await form.getByTestId('own-windows').check();
  await form.getByTestId('own-no-exit').fill('2');
  await form.getByTestId('own-no-return').fill('60:30');
  await form.getByTestId('watched-save').click();
  await expect(form.locator('.field-error:visible')).toHaveCount(1);
  await form.getByTestId('own-no-exit').fill('36');
  await form.getByTestId('watched-save').click();
  await expect(form).toHaveCount(0);

  await desk.getByTestId('to-absence').click();
  await settled(desk);
  const report = desk.getByTestId('report');
  await report.getByTestId('absence-go').click();
  await expect(report.getByTestId('problem')).toBeVisible();
  await follow(desk, await aheadOf(desk.request));
  await desk.reload();
  await settled(desk);
  const day = new Date(Date.now() + (await aheadOf(desk.request)) + 5 * 86_400_000).toISOString().slice(0, 10);
  await report.getByTestId('kind-hospital').click();
  await report.getByTestId('until-day').fill(day);
  await report.getByTestId('absence-note').fill('女儿来电话');
  await report.getByTestId('absence-go').click();
  const said = desk.getByTestId('absence').filter({ hasText: '女儿来电话' });
  await expect(said).toHaveCount(1);
  await said.getByTestId('absence-end').click();
  await expect(said.getByTestId('absence-end')).toHaveCount(0);
});

test('a new door shows its key once, and another key after a question', async ({ as }) => {
  const desk = await as('admin');
  await open(desk, `${AT}/devices/new`);
  await desk.getByTestId('device-name').fill('测试·新门');
  await desk.getByTestId('device-save').click();
  const key = desk.getByTestId('device-key');
  await expect(key).toHaveText(/^[\w-]{43}$/);
  const first = await key.innerText();
  await desk.getByTestId('copy-key').click();
  await expect(desk.getByTestId('copy-said')).toBeVisible();
  await desk.getByTestId('back').click();
  await settled(desk);
  await expect(key).toHaveCount(0);
  const row = desk.getByTestId('devices').locator('tr').filter({ hasText: '测试·新门' });
  await row.getByTestId('rotate').click();
  await desk.locator('dialog[open]').getByTestId('ask-yes').click();
  await expect(key).toHaveText(/^[\w-]{43}$/);
  expect(await key.innerText()).not.toBe(first);
});

test('readings open with a reason only; a bound that nobody reaches is refused beside its field, and another is saved', async ({ as }) => {
  const desk = await as('looker');
  const all = (await (await desk.request.get('/_local/demo')).json()) as { devices: { sense: string; home_of?: string }[] };
  const person = all.devices.find((one) => one.sense === 'health')?.home_of;
  await look(desk, String(person));
  await desk.getByTestId('to-vitals').click();
  await settled(desk);
  await expect(desk.getByTestId('reading')).toHaveCount(0);
  await desk.getByTestId('reason-0').click();
  await desk.getByTestId('open-watched').click();
  await expect(desk.getByTestId('vitals-page')).toHaveAttribute('data-id', String(person));
  await expect(desk.getByTestId('reading').first()).toBeVisible();

  await desk.getByTestId('vitals-change').click();
  const form = desk.getByTestId('vitals-edit');
  const heart = form.locator('[data-metric="heart_rate"]');
  await heart.getByTestId('high').fill('9000');
  await form.getByTestId('vitals-save').click();
  await expect(heart.locator('.field-error:visible')).toHaveCount(1);
  await heart.getByTestId('high').fill('125');
  await form.getByTestId('vitals-save').click();
  await expect(form).toHaveCount(0);
  await expect(desk.getByTestId('measure').filter({ hasText: '125' })).toHaveCount(1);
});

test('a file of what doors said before is answered line by line, and a door has its days', async ({ as }) => {
  const desk = await as('admin');
  await open(desk, `${AT}/devices`);
  await desk.getByTestId('history').click();
  await settled(desk);
  const csv = 'person,device,direction,time\nnobody,,in,2026-01-01 08:00\n';
  await desk.getByTestId('history-file').setInputFiles({ name: 'doors.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await expect(desk.getByTestId('history-report')).toHaveAttribute('data-refused', '1');
  await expect(desk.getByTestId('line-outcome')).toHaveCount(1);
  await desk.getByTestId('back').click();
  await settled(desk);
  await desk.getByTestId('device').filter({ hasText: '测试·东门' }).locator('a').click();
  await settled(desk);
  await expect(desk.getByTestId('days-of')).toHaveText('测试·东门');
  await expect(desk.getByTestId('door-silences').locator('h2')).toHaveText('什么时候没有响应');
});

test('rules are tried on what was, and saved as a version', async ({ as }) => {
  const desk = await as('looker');
  await open(desk, `${AT}/rules`);
  await desk.getByTestId('no-exit').fill('6');
  await desk.getByTestId('no-return').fill('6');
  await desk.getByTestId('backtest').click();
  const result = desk.getByTestId('backtest-result');
  await expect(result).toBeVisible();
  const [now, tried] = [Number(await result.getAttribute('data-now')), Number(await result.getAttribute('data-alerts'))];
  expect(tried).toBeGreaterThan(now);
  await desk.getByTestId('no-exit').fill('47:30');
  await desk.getByTestId('no-return').fill('72');
  await desk.getByTestId('rules-save').click();
  await expect(desk.locator('.field-error:visible')).toHaveCount(1);
  await desk.getByTestId('wait-1').fill('7');
  await desk.getByTestId('rules-note').fill('冬天短一点');
  await desk.getByTestId('rules-save').click();
  await expect(desk.getByTestId('rules-ver')).toHaveText('1');
  await expect(desk.getByTestId('wait-1')).toHaveValue('7');
  await expect(desk.getByTestId('ladder-now')).toContainText('7');
  await expect(desk.getByTestId('no-exit')).toHaveValue('47:30');
});
