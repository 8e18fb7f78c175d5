// Those who go to a neighbour's door: who is asked, what they see of whom, and what they say afterwards; and whoever
// says that somebody should be looked after. On a server of its own: the demo asks a volunteer once.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { smallTargets, smallText, tooWide } from '../support/looks';
import { call, list, look, open, settled } from '../support/pages';
import { id } from '../support/ids';

test.use({ own: 'care/resident' });
test.describe.configure({ mode: 'serial' });

interface Task {
  case: string;
  task: string;
  asks: string;
  person_name: string;
  room: string;
  phone: string | null;
  contacts: unknown[];
}
interface Row {
  id: string;
  owner: string | null;
  source: string;
  person_name: string;
}
interface Turn {
  what: string;
  who_name: string;
  reason: string;
}
interface Case {
  said: string;
  row: Row;
  visits: { task: { id: string; owner_name: string; turns: Turn[] }; found: string | null; facts: string; emergency: string | null }[];
}

const tasks = (page: Page) => list<Task>(page, '/v1/care/tasks');
const seen = async (desk: Page, of: string) => (await call<Case>(desk, 'GET', `/v1/cases/${of}`)).body;
const card = (page: Page) => page.getByTestId('task');

/** Presses Tab until the focus is there. */
async function tabTo(page: Page, to: Locator): Promise<void> {
  await to.waitFor();
  for (let i = 0; i < 90; i += 1) {
    await page.keyboard.press('Tab');
    if (await to.evaluate((one) => one === document.activeElement)) return;
  }
  throw new Error(`Tab never reached ${to}`);
}

test('a volunteer is asked and says why not; the next agrees, arrives and says what they found', async ({ as }) => {
  test.slow();
  const [desk, asked, next] = [await as('socialWorker'), await as('volunteer'), await as('neighbour')];
  const [task] = await tasks(asked);
  expect(task.phone).toBeNull();
  expect(await tasks(next)).toHaveLength(0);

  await open(asked, '/me');
  await asked.getByTestId('to-care-tasks').click();
  await expect(asked).toHaveURL(/\/care\/tasks$/);
  await settled(asked);
  await expect(card(asked)).toHaveAttribute('data-asked', 'true');
  await expect(asked.getByTestId('person')).toHaveText(task.person_name);
  await expect(asked.getByTestId('room')).toHaveText(task.room);
  await expect(asked.getByTestId('asks')).toHaveText(task.asks);
  await expect(asked.getByTestId('time-left')).toBeVisible();
  await expect(asked.getByTestId('ring')).toHaveCount(0);

  // Not without a reason; and what was chosen outlives a reload.
  await asked.getByTestId('decline').click();
  await asked.getByTestId('decline-send').click();
  await expect(asked.getByTestId('reason')).toHaveAttribute('aria-invalid', 'true');
  await asked.getByTestId('why-away').click();
  await asked.reload();
  await settled(asked);
  await expect(asked.getByTestId('reason')).toHaveValue('我不在小区');
  await asked.getByTestId('decline-send').click();
  await expect(asked.getByTestId('empty')).toBeVisible();
  expect(await tasks(asked)).toHaveLength(0);

  await open(next, '/care/tasks');
  await expect(card(next)).toHaveAttribute('data-id', task.task);
  await next.getByTestId('accept').click();
  await expect(card(next)).toHaveAttribute('data-asked', 'false');
  await expect(next.getByTestId('call-120')).toHaveAttribute('href', 'tel:120');
  await expect(next.getByTestId('call-110')).toHaveAttribute('href', 'tel:110');
  await expect(next.getByTestId('address')).toContainText(task.room);
  await next.getByTestId('arrive').click();
  await expect(next.getByTestId('assessment')).toBeVisible();
  await expect(next.getByTestId('call-120')).toBeVisible();

  await next.getByTestId('assess').click();
  await expect(next.getByTestId('found-missing')).toBeVisible();
  await next.getByTestId('found-needs_help').click();
  await next.getByTestId('assess').click();
  await expect(next.getByTestId('facts')).toHaveAttribute('aria-invalid', 'true');
  await next.getByTestId('facts').fill('坐在床边，说膝盖还疼');
  await next.reload();
  await settled(next);
  await expect(next.getByTestId('facts')).toHaveValue('坐在床边，说膝盖还疼');
  await expect(next.getByTestId('found-needs_help').locator('input')).toBeChecked();
  await next.getByTestId('called-120').click();
  await next.getByTestId('assess').click();
  await expect(next.getByTestId('empty')).toBeVisible();

  const visit = (await seen(desk, task.case)).visits.find((one) => one.task.id === task.task);
  expect([visit?.found, visit?.facts, visit?.emergency]).toEqual(['needs_help', '坐在床边，说膝盖还疼', '120']);
  expect(visit?.task.turns.find((turn) => turn.what === 'declined')?.reason).toBe('我不在小区');
});

test('a building head sees the name, the door and the task: no telephone, no health; a notice leads there', async ({ as }) => {
  const [desk, head] = [await as('socialWorker'), await as('buildingHead')];
  const me = (await call<{ id: string }>(head, 'GET', '/v1/me')).body.id;
  const nobodys = (await list<Row>(desk, '/v1/cases')).find((row) => row.owner === null && row.source === 'grid_worker');
  if (!nobodys) throw new Error('the demo has no case that nobody has');
  const body = { id: id('tsk'), grade: 'soon', asks: '敲门问一声好', to: [me] };
  const made = await call(desk, 'POST', `/v1/cases/${nobodys.id}/visits`, body);
  expect(made.status, JSON.stringify(made.body)).toBe(200);

  const [task] = await tasks(head);
  expect([task.phone, task.contacts, task.asks]).toEqual([null, [], '敲门问一声好']);
  expect((await call(head, 'GET', `/v1/cases/${nobodys.id}`)).status).toBe(403);

  const told = async () => (await list<{ topic: string }>(head, '/v1/inbox')).some((one) => one.topic === 'care_task');
  await expect.poll(told).toBe(true);
  await open(head, '/inbox');
  await head.locator('[data-testid="message"][data-topic="care_task"]').first().click();
  await expect(head).toHaveURL(/\/care\/tasks$/);
  await settled(head);
  await expect(head.getByTestId('person')).toHaveText(nobodys.person_name);
  await expect(head.getByTestId('ring')).toHaveCount(0);
  await expect(head.getByTestId('ring-contact')).toHaveCount(0);
  await expect(head.getByTestId('to-case')).toHaveCount(0);
});

test('with the keyboard alone: agreed, there, and said what was found', async ({ as }) => {
  const page = await as('buildingHead');
  await open(page, '/care/tasks');
  await tabTo(page, page.getByTestId('accept'));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByTestId('arrive'));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('assessment')).toBeVisible();
  await page.getByTestId('found-well').locator('input').focus();
  await page.keyboard.press('Space');
  await expect(page.getByTestId('found-well').locator('input')).toBeChecked();
  await tabTo(page, page.getByTestId('facts'));
  await page.keyboard.type('开门的是本人');
});

test('the first elder size and the narrowest screen: text, targets and width', async ({ as, size }) => {
  test.slow();
  const [head, relative] = [await as('buildingHead'), await as('first')];
  const measure = async (text: number) => {
    const found: string[] = [];
    for (const [page, path] of [[head, '/care/tasks'], [relative, '/care/ask']] as const) {
      await open(page, path);
      found.push(...(await smallText(page, text)), ...(await smallTargets(page, 60)), ...(await tooWide(page)));
    }
    return found;
  };
  for (const page of [head, relative]) await look(page, { size: 'large' });
  expect(await measure(18)).toEqual([]);
  if (size === 'desktop') return;
  for (const language of ['zh', 'en'] as const) {
    for (const page of [head, relative]) {
      await page.setViewportSize({ width: 360, height: 740 });
      await look(page, { size: 'largest', language });
    }
    expect(await measure(18)).toEqual([]);
  }
});

test('a relative says that somebody should be looked after, and the desk has the case; a stranger is refused', async ({ as }) => {
  const [desk, relative, stranger] = [await as('socialWorker'), await as('first'), await as('asker')];
  const [{ person }] = await list<{ person: string }>(relative, '/v1/me/watch/people');
  const about = () => list<Row>(desk, `/v1/cases?person=${person}`);
  const before = (await about()).length;

  await open(relative, '/me');
  await relative.getByTestId('to-care-ask').click();
  await expect(relative).toHaveURL(/\/care\/ask$/);
  await settled(relative);
  await expect(relative.getByTestId('ask-next')).toBeVisible();
  await relative.getByTestId(`whom-${person}`).click();
  await relative.getByTestId('ask-send').click();
  await expect(relative.getByTestId('said')).toHaveAttribute('aria-invalid', 'true');
  await relative.getByTestId('said').fill('这几天吃得很少，也不愿出门');
  await relative.reload();
  await settled(relative);
  await expect(relative.getByTestId('said')).toHaveValue('这几天吃得很少，也不愿出门');
  await expect(relative.getByTestId(`whom-${person}`).locator('input')).toBeChecked();
  await relative.getByTestId('ask-send').click();
  await expect(relative.getByTestId('ask-sent')).toBeVisible();

  const rows = await about();
  expect(rows).toHaveLength(before + 1);
  expect([rows[0].source, rows[0].owner]).toEqual(['relative', null]);
  expect((await seen(desk, rows[0].id)).said).toBe('这几天吃得很少，也不愿出门');

  // Whoever is on duty is told, and led to the case.
  const told = async () => (await list<{ topic: string; data: { case?: string } }>(desk, '/v1/inbox')).some((one) => one.data.case === rows[0].id);
  await expect.poll(told).toBe(true);
  await open(desk, '/inbox');
  await desk.locator(`[data-topic="care_referral"][href$="/desk/care/cases/${rows[0].id}"]`).first().click();
  await expect(desk).toHaveURL(new RegExp(`/desk/care/cases/${rows[0].id}$`));
  await expect(desk.getByTestId('case-page')).toBeVisible();

  // One more word joins it.
  await relative.getByTestId('ask-more').click();
  await relative.getByTestId(`whom-${person}`).click();
  await relative.getByTestId('said').fill('今天没有接电话');
  await relative.getByTestId('ask-send').click();
  await expect(relative.getByTestId('ask-sent')).toBeVisible();
  expect(await about()).toHaveLength(before + 1);
  expect((await seen(desk, rows[0].id)).said).toContain('今天没有接电话');

  const refused = await call<{ code: string }>(stranger, 'POST', '/v1/cases', { id: id('cas'), person, said: '听说不太好' });
  expect([refused.status, refused.body.code]).toEqual([404, 'not_found']);
});

test('whoever goes from door to door speaks of anybody, found by name', async ({ as }) => {
  const [desk, grid] = [await as('socialWorker'), await as('gridWorker')];
  await open(grid, '/care/ask');
  await grid.getByTestId('search').fill('没有这个人');
  await grid.getByTestId('search-go').click();
  await expect(grid.getByTestId('empty')).toBeVisible();
  await grid.getByTestId('search').fill('曹爷爷');
  await grid.getByTestId('search-go').click();
  await grid.getByTestId('pick-neighbour').click();
  await expect(grid.getByTestId('whom').locator('input:checked + .chip-words')).toHaveText('测试·曹爷爷');
  await grid.getByTestId('said').fill('门口的报纸堆了三天');
  await grid.getByTestId('ask-send').click();
  await expect(grid.getByTestId('ask-sent')).toBeVisible();
  const rows = await list<Row>(desk, '/v1/cases');
  expect(rows.find((row) => row.person_name === '测试·曹爷爷')?.source).toBe('grid_worker');
});
