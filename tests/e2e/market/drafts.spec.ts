// What was half-written is there again: after a reload, after signing out, and for nobody else.
import { expect, test } from '../support/test';
import { PEOPLE } from '../support/people';
import { signIn } from '../support/sign-in';
import { open, service, slots } from '../support/pages';

// The clock is moved: a second code for the same number takes a minute.
test.use({ own: 'market/drafts' });

test('a half-written note survives a reload and a sign-out', async ({ as, size, request }) => {
  const page = await as('typist', { fresh: true });
  const { id: of } = await service(page, '开门锁');
  const form = async () => {
    const [slot] = await slots(page, of, 5);
    await open(page, `/services/${of}/confirm?start=${encodeURIComponent(slot.start)}&provider=`);
  };
  await form();
  await page.getByTestId('note').fill('门是往外开的，请带');
  await page.reload();
  await expect(page.getByTestId('note')).toHaveValue('门是往外开的，请带');

  await open(page, '/feedback');
  await page.getByTestId('text').fill('路灯');
  await open(page, '/me');
  await page.getByTestId('sign-out').click();
  await expect(page).toHaveURL(/sign-in/);
  await expect(page.locator('.shell-nav')).toHaveCount(0);

  // Somebody else on the same phone sees nothing of it.
  await signIn(page, PEOPLE.guest[size]);
  await form();
  await expect(page.getByTestId('note')).toHaveValue('');
  await open(page, '/me');
  await page.getByTestId('sign-out').click();
  await expect(page).toHaveURL(/sign-in/);

  const moved = await request.post('/_local/clock', { data: { advance: 'PT61S' } });
  expect(moved.ok()).toBe(true);
  await signIn(page, PEOPLE.typist[size]);
  await form();
  await expect(page.getByTestId('note')).toHaveValue('门是往外开的，请带');
  await open(page, '/feedback');
  await expect(page.getByTestId('text')).toHaveValue('路灯');

  // Once it is sent, nothing of it is kept.
  await page.getByTestId('feedback-send').click();
  await expect(page.getByTestId('toast')).toBeVisible();
  await page.reload();
  await expect(page.getByTestId('text')).toHaveValue('');
});
