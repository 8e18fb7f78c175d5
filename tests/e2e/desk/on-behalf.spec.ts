// 代办: staff book for somebody, who sees that it was done for them.
import { expect, test } from '../support/test';
import { call, open, settled, type Named } from '../support/pages';

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
  const before = await owner.getByTestId('view-row').count();
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
  await expect(owner.getByTestId('view-row')).toHaveCount(before + 1);
  await expect(owner.getByTestId('view-row').first()).toContainText('测试·工作站值班');
});
