// The way in, and back to where one wanted to go.
import { expect, test } from '../support/test';
import { PEOPLE } from '../support/people';
import { signIn, typeNumberAndCode } from '../support/sign-in';
import { open, settled } from '../support/pages';

test('a link opened while signed out leads back after signing in', async ({ anybody, size }) => {
  const page = await anybody();
  await page.goto('/bookings?show=past');
  await expect(page).toHaveURL(/\/sign-in\?next=(\/|%2F)bookings%3Fshow%3Dpast$/);
  await typeNumberAndCode(page, PEOPLE.comer[size]);
  await expect(page).toHaveURL(/\/bookings\?show=past$/);
  await settled(page);
  await expect(page.getByTestId('tab-past').locator('input')).toBeChecked();
  // Back does not lead to the sign-in page again.
  await page.getByTestId('tab-me').click();
  await page.goBack();
  await expect(page).toHaveURL(/\/bookings\?show=past$/);
});

for (const next of ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:document.title="x"', '/desk/people']) {
  test(`a foreign way back is ignored: ${next}`, async ({ as, baseURL }) => {
    // Who is signed in is led on at once.
    const page = await as('watcher');
    const left: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(baseURL ?? '')) left.push(request.url());
    });
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await expect(page).toHaveURL(`${baseURL}/`);
    await settled(page);
    expect(left).toEqual([]);
  });
}

test('staff pass a second step; a resident at the desk is shown the way back', async ({ as }) => {
  const staff = await as('station');
  await open(staff, '/desk');
  await expect(staff.getByTestId('counts')).toBeVisible();
  const resident = await as('watcher');
  await open(resident, '/desk');
  await expect(resident.getByTestId('to-resident').first()).toBeVisible();
  await expect(resident.getByTestId('counts')).toHaveCount(0);
});

test('signing out everywhere ends the other phone too', async ({ anybody, size }) => {
  const [one, two] = [await anybody(), await anybody()];
  await signIn(one, PEOPLE.guest[size]);
  // The same session on a second phone is the same cookie.
  await two.context().addCookies(await one.context().cookies());
  await open(two, '/me');
  await open(one, '/me');
  await one.getByTestId('sign-out-everywhere').click();
  await one.getByTestId('ask-no').click();
  await expect(one.getByTestId('sign-out-everywhere')).toBeFocused();
  await one.getByTestId('sign-out-everywhere').click();
  await one.getByTestId('ask-yes').click();
  await expect(one).toHaveURL(/sign-in/);
  await two.getByTestId('tab-inbox').click();
  await expect(two).toHaveURL(/sign-in\?next=(\/|%2F)inbox/);
});

test('a number that is none is not sent, and an unknown number gets the same answer', async ({ anybody }) => {
  const page = await anybody();
  await page.goto('/sign-in');
  await page.getByTestId('phone').fill('12345');
  await page.getByTestId('send-code').click();
  await expect(page.locator('.field-error[role="alert"]')).toBeVisible();
  await page.getByTestId('phone').fill('139 9999 8888');
  await page.getByTestId('send-code').click();
  await expect(page.getByTestId('code')).toBeVisible();
  await page.getByTestId('code').fill('123456');
  await page.getByTestId('sign-in').click();
  await expect(page.getByTestId('problem')).toHaveAttribute('data-code', 'code_wrong');
});
