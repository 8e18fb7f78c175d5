// 代办: staff book for somebody, who sees that it was done for them.
import { expect, test } from '../support/test';
import { call, open, settled, type Named } from '../support/pages';
import { id } from '../support/ids';

test('staff book for a resident', async ({ as, size }) => {
  const desk = await as('station');
  await open(desk, '/desk');
  await desk.getByTestId('quick-book').click();
  await settled(desk);
  const who = desk.getByTestId('step-who');
  await who.getByTestId('search').fill(size === 'phone' ? '沈奶奶' : '傅爷爷');
  await who.getByTestId('search-go').click();
  await who.getByTestId('pick').first().click();
  await expect(who.getByTestId('picked')).toBeVisible();
  await desk.getByTestId('offer').filter({ hasText: '水管漏水疏通' }).click();
  await expect(desk.getByTestId('picked-service')).toContainText('水管');
  const when = desk.getByTestId('step-when');
  await when.getByTestId('slot').nth(size === 'phone' ? 6 : 9).click();
  const check = desk.getByTestId('step-check');
  await expect(check).toContainText(size === 'phone' ? '沈奶奶' : '傅爷爷');
  await check.getByTestId('note').fill('耳背，请敲门大声些');
  await check.getByTestId('submit').click();
  await expect(desk.getByTestId('booking-made')).toBeVisible();
  await desk.getByTestId('see-booking').click();
  await expect(desk.getByTestId('booking-state')).toHaveAttribute('data-state', 'accepted');
  await expect(desk.locator('main')).toContainText('测试·工作站值班');
  const made = desk.url().split('/').pop() ?? '';

  const resident = await as('helped');
  await open(resident, `/bookings/${made}`);
  await expect(resident.getByTestId('by')).toHaveText('测试·工作站值班');
  await expect(resident.getByTestId('said')).toHaveText('耳背，请敲门大声些');
});

test('a file opens only with a reason, and its owner sees who looked', async ({ as }) => {
  const [desk, owner] = [await as('station'), await as('helped')];
  await open(desk, '/desk/people');
  await open(owner, '/me/data');
  const called = owner.getByTestId('view-row').filter({ hasText: '本人来电' });
  const before = await called.count();
  const name = (await call<Named>(owner, 'GET', '/v1/me')).body.name;
  await desk.getByTestId('search').fill(name.replace('测试·', ''));
  await desk.getByTestId('search-go').click();
  await expect(desk.getByTestId('person')).toHaveCount(1);
  await desk.getByTestId('person').click();
  await expect(desk.getByTestId('why')).toBeVisible();
  await desk.getByTestId('open-file').click();
  await expect(desk.locator('.field-error[role="alert"]:visible')).toBeVisible();
  await expect(desk.getByTestId('why')).toBeVisible();
  await desk.getByTestId('reason-1').click();
  await desk.getByTestId('open-file').click();
  await expect(desk.getByTestId('logged')).toBeVisible();
  await expect(desk.locator('main')).toContainText(name);
  await open(owner, '/me/data');
  await expect(called).toHaveCount(before + 1);
  await expect(called.first()).toContainText('测试·工作站值班');
});

test('a child gets another guardian and the right birthday', async ({ as, size }) => {
  const desk = await as('station');
  const [first, next] = size === 'phone' ? ['傅爷爷', '沈奶奶'] : ['沈奶奶', '傅爷爷'];
  const found = await call<{ items: Named[] }>(desk, 'GET', `/v1/people?q=${encodeURIComponent(first)}`);
  const child = id('per');
  const body = { id: child, name: `测试·小${size}`, born: '2018-02-03', guardian: found.body.items[0].id };
  expect((await call(desk, 'POST', '/v1/people', body)).status).toBe(201);
  await open(desk, `/desk/people/${child}`);
  await desk.getByTestId('reason-3').click();
  await desk.getByTestId('open-file').click();
  await desk.getByTestId('fix').click();
  await expect(desk.getByTestId('fix-born')).toHaveValue('2018-02-03');
  const guardian = desk.getByTestId('fix-guardian');
  await expect(guardian.getByTestId('picked')).toContainText(first);
  await guardian.getByTestId('pick-again').click();
  await guardian.getByTestId('search').fill(next);
  await guardian.getByTestId('search-go').click();
  await guardian.getByTestId('pick').first().click();
  await desk.getByTestId('fix-born').fill('2019-02-03');
  await desk.getByTestId('fix-save').click();
  await expect(desk.getByTestId('person-guardian')).toHaveText(`测试·${next}`);
  await expect(desk.getByTestId('person-born')).toContainText('2019');
});
