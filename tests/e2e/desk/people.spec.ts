// People and doors: a household, somebody in it, roles given and taken, a lost authenticator.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { signIn } from '../support/sign-in';
import { call, open, type Named } from '../support/pages';
import { id } from '../support/ids';
import { totp } from '../support/totp';

async function openFile(desk: Page, person: string): Promise<void> {
  await open(desk, `/desk/people/${person}`);
  await desk.getByTestId('reason-3').click();
  await desk.getByTestId('open-file').click();
  await expect(desk.getByTestId('logged')).toBeVisible();
}

test('a household, somebody in it, and their roles', async ({ as, size }) => {
  const desk = await as('admin');
  const room = size === 'phone' ? '907' : '908';
  await open(desk, '/desk/people');
  await desk.getByTestId('household-new').click();
  await desk.getByTestId('submit').click();
  await expect(desk.locator('.field-error:visible')).toBeVisible();
  await desk.getByTestId('building').fill('21幢');
  await desk.getByTestId('room').fill(room);
  await desk.getByTestId('submit').click();
  await expect(desk.getByTestId('toast')).toContainText(room);

  await open(desk, '/desk/people/new');
  await desk.getByTestId('person-name').fill(`测试·新邻居${room}`);
  await desk.getByTestId('search').first().fill(room);
  await desk.getByTestId('search-go').first().click();
  await desk.getByTestId('pick').filter({ hasText: room }).click();
  await expect(desk.getByTestId('picked')).toContainText(room);
  await desk.getByTestId('submit').click();
  await expect(desk.getByTestId('person-made')).toContainText(`新邻居${room}`);
  const { body } = await call<{ items: { id: string }[] }>(desk, 'GET', `/v1/people?q=${encodeURIComponent(`新邻居${room}`)}`);
  expect(body.items).toHaveLength(1);

  await openFile(desk, body.items[0].id);
  await expect(desk.locator('main')).toContainText(room);
  const held = desk.getByTestId('person-roles');
  await expect(held).not.toContainText('楼栋长');
  for (const given of [true, false]) {
    await desk.getByTestId('role-building_head').locator('input').setChecked(given);
    await desk.getByTestId('roles-save').click();
    await expect(desk.getByTestId('roles-question')).toContainText(`新邻居${room}`);
    await desk.locator('dialog[open]').getByTestId('ask-yes').click();
    await expect(desk.locator('dialog[open]')).toHaveCount(0);
    if (given) await expect(held).toContainText('楼栋长');
    else await expect(held).not.toContainText('楼栋长');
  }
});

test('a child is added at the desk beside their guardian, who then has them', async ({ as, anybody, size }) => {
  test.slow();
  const desk = await as('admin');
  const [guardian, phone, name] = [id('per'), size === 'phone' ? '13800000595' : '13800000596', size === 'phone' ? '测试·大周' : '测试·大吴'];
  const made = await call(desk, 'POST', '/v1/people', { id: guardian, name, phone });
  expect(made.status, JSON.stringify(made.body)).toBe(201);

  await open(desk, '/desk/people/new');
  await desk.getByTestId('person-name').fill(`${name}的孩子`);
  await desk.getByTestId('search').last().fill(name);
  await desk.getByTestId('search-go').last().click();
  await desk.getByTestId('pick').filter({ hasText: name }).click();
  await expect(desk.getByTestId('picked')).toContainText(name);
  await desk.getByTestId('person-born').fill('2090-05-01');
  await desk.getByTestId('submit').click();
  await expect(desk.locator('.field-error:visible, [data-testid="problem"]:visible').first()).toBeVisible();
  await desk.getByTestId('person-born').fill('2019-05-01');
  await desk.getByTestId('submit').click();
  await expect(desk.getByTestId('person-made')).toContainText(`${name}的孩子`);

  const { body } = await call<{ items: Named[] }>(desk, 'GET', `/v1/people?q=${encodeURIComponent(`${name}的孩子`)}`);
  await openFile(desk, body.items[0].id);
  await expect(desk.getByTestId('person-guardian')).toContainText(name);

  const page = await anybody();
  await signIn(page, phone);
  const theirs = async (asking: Page) => (await call(asking, 'GET', `/v1/people/${body.items[0].id}/consents`)).status;
  expect(await theirs(page)).toBe(200);
  expect(await theirs(await as('first'))).toBe(404);
});

test('a lost authenticator is taken away by an admin, and its owner signed out', async ({ as, anybody, size }) => {
  test.slow();
  const admin = await as('admin');
  const [person, phone] = [id('per'), size === 'phone' ? '13800000593' : '13800000594'];
  const made = await call<{ ver: number }>(admin, 'POST', '/v1/people', { id: person, name: '测试·丢手机的帮手', phone });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const given = await call(admin, 'PUT', `/v1/people/${person}/roles`, { id: id('cmd'), roles: ['resident', 'desk_helper'], ver: made.body.ver });
  expect(given.status, JSON.stringify(given.body)).toBe(200);

  const reset = async () => {
    await openFile(admin, person);
    await admin.getByTestId('factor-reset').click();
    const ask = admin.locator('dialog[open]');
    await ask.getByTestId('ask-yes').click();
    await expect(ask.locator('.field-error:visible').first()).toBeVisible();
    await ask.getByTestId('reason').fill('手机丢了，本人来站里说的');
    await ask.getByTestId('ask-yes').click();
    return ask;
  };
  // Nothing to take away yet.
  const ask = await reset();
  await expect(ask.getByTestId('problem')).toHaveAttribute('data-code', 'not_enrolled');

  const helper = await anybody();
  await signIn(helper, phone, { app: '/desk' });
  await open(helper, '/desk/me');
  await helper.getByTestId('factor-begin').click();
  const secret = (await helper.getByTestId('factor-secret').textContent()) ?? '';
  await helper.getByTestId('factor-code').fill(await totp(secret, new Date()));
  await helper.getByTestId('factor-submit').click();
  await expect(helper.getByTestId('factor-state')).toHaveAttribute('data-set', 'true');

  await reset();
  await expect(admin.locator('dialog[open]')).toHaveCount(0);
  expect((await helper.request.get('/v1/me')).status()).toBe(401);
  await helper.goto('/desk/me');
  await expect(helper).toHaveURL(/\/desk\/sign-in/);
});
