// A social worker looks at somebody's papers, lets them in, and takes somebody else out.
import { expect, test } from '../support/test';
import { PEOPLE } from '../support/people';
import { signIn } from '../support/sign-in';
import { list, open, service, settled, slots, type Named } from '../support/pages';

// Taking a provider out changes what everybody sees.
test.use({ own: 'desk/vetting' });

test('an applicant gets a credential and is approved', async ({ as, size, anybody }) => {
  const resident = await anybody();
  await signIn(resident, PEOPLE.applicant[size]);
  await open(resident, '/serve');
  await resident.getByTestId('name').fill('测试·修鞋高师傅');
  await resident.getByTestId('intro').fill('修鞋配跟，二十年');
  await resident.getByTestId('apply').click();
  await expect(resident.getByTestId('standing')).toBeVisible();

  const desk = await as('socialWorker', { fresh: true });
  await open(desk, '/desk');
  await expect(desk.getByTestId('count-to-vet')).toHaveAttribute('data-some', 'true');
  await desk.getByTestId('count-to-vet').click();
  await expect(desk).toHaveURL(/standing=applied/);
  await desk.getByTestId('provider').filter({ hasText: '修鞋高师傅' }).click();
  await expect(desk.getByTestId('provider-name')).toHaveText('测试·修鞋高师傅');
  await expect(desk.getByTestId('standing')).toHaveAttribute('data-standing', 'applied');
  await expect(desk.getByTestId('need-credentials')).toBeVisible();

  // Not without papers.
  await desk.getByTestId('decide-approve').click();
  const question = desk.locator('dialog[open]');
  await question.getByTestId('reason').fill('看过了');
  await question.getByTestId('ask-yes').click();
  await expect(question.getByTestId('problem')).toHaveAttribute('data-code', 'credentials_missing');
  await question.getByTestId('ask-no').click();
  await expect(question).toHaveCount(0);

  await desk.getByTestId('credential-add').click();
  await desk.getByTestId('credential-kind').selectOption('identity');
  await desk.getByTestId('credential-tail').fill('0421');
  await desk.getByTestId('credential-expires').fill('2029-05-31');
  await desk.getByTestId('credential-save').click();
  await expect(desk.getByTestId('expiry')).toHaveAttribute('data-expired', 'false');
  await expect(desk.locator('dialog[open]')).toHaveCount(0);

  await desk.getByTestId('decide-approve').click();
  await question.getByTestId('reason').fill('证件已核对');
  await question.getByTestId('ask-yes').click();
  await expect(desk.getByTestId('standing')).toHaveAttribute('data-standing', 'approved');

  await open(resident, '/inbox');
  await expect(resident.locator('[data-testid="message"][data-topic="provider_approved"]')).toBeVisible();
});

test('a suspended provider\'s free times are gone for residents, and back when reinstated', async ({ as, anybody, size }) => {
  const resident = await anybody();
  await signIn(resident, PEOPLE.watcher[size]);
  const { id: of } = await service(resident, '手机电脑教用');
  expect((await slots(resident, of, 2)).length).toBeGreaterThan(0);

  // The first social worker may have just signed in: this is another of them.
  const desk = await as('looker', { fresh: true });
  const found = (await list<Named>(desk, '/v1/providers?limit=100')).find((one) => one.name === '测试·电脑曹同学');
  await open(desk, `/desk/providers/${found?.id}`);
  await desk.getByTestId('decide-suspend').click();
  const question = desk.locator('dialog[open]');
  await question.getByTestId('ask-yes').click();
  await expect(question.locator('.field-error[role="alert"]:visible')).toBeVisible();
  await question.getByTestId('reason').fill('有人投诉，正在核实');
  await question.getByTestId('ask-yes').click();
  await expect(desk.getByTestId('standing')).toHaveAttribute('data-standing', 'suspended');
  await expect(desk.getByTestId('not-bookable')).toBeVisible();

  expect(await slots(resident, of, 2)).toEqual([]);
  await open(resident, `/services/${of}`);
  await expect(resident.getByTestId('empty')).toBeVisible();
  await expect(resident.getByTestId('book')).toHaveCount(0);
  await resident.goto(`/services/${of}/time`);
  await settled(resident);
  await expect(resident.getByTestId('slot')).toHaveCount(0);

  await desk.getByTestId('decide-reinstate').click();
  await question.getByTestId('reason').fill('已经说清');
  await question.getByTestId('ask-yes').click();
  await expect(desk.getByTestId('standing')).toHaveAttribute('data-standing', 'approved');
  await expect.poll(async () => (await slots(resident, of, 2)).length).toBeGreaterThan(0);
});
