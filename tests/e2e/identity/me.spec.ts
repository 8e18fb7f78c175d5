// Oneself: language, size, consents, what is held.
import { expect, test } from '../support/test';
import { call, open } from '../support/pages';

test('zh and en, switched in place and remembered by the server', async ({ as }) => {
  const page = await as('reader');
  await call(page, 'PATCH', '/v1/me', { language: 'zh' });
  await open(page, '/');
  const html = page.locator('html');
  await expect(html).toHaveAttribute('lang', 'zh-CN');
  await expect(page.getByTestId('tab-home')).toHaveText('首页');
  await page.getByTestId('language-switch').click();
  await expect(html).toHaveAttribute('lang', 'en');
  await expect(page.getByTestId('tab-home')).toHaveText('Home');
  await expect(page.getByTestId('category').first()).toHaveText(/Locksmith/);
  await expect(page).toHaveTitle(/Linli|Home|邻里/);
  // Nothing of the page is left in Chinese but for names people gave.
  await open(page, '/feedback');
  await expect(page.locator('main')).not.toContainText(/[\u4e00-\u9fff]/);
  const me = await call<{ language: string }>(page, 'GET', '/v1/me');
  expect(me.body.language).toBe('en');
  await open(page, '/me');
  await page.getByTestId('language-zh').click();
  await expect(html).toHaveAttribute('lang', 'zh-CN');
  await expect(page.getByTestId('tab-home')).toHaveText('首页');
});

test('the elder size is one press away on the first screen, and kept', async ({ as }) => {
  const page = await as('elder');
  await call(page, 'PATCH', '/v1/me', { text_size: 'usual' });
  await open(page, '/');
  const html = page.locator('html');
  await expect(html).toHaveAttribute('data-size', 'usual');
  // One name, and whether it is on: a screen reader says both.
  const elder = page.getByRole('button', { name: '长辈版', exact: true });
  await expect(elder).toHaveAttribute('aria-pressed', 'false');
  const saved = page.waitForResponse((answer) => answer.url().endsWith('/v1/me') && answer.request().method() === 'PATCH');
  await page.getByTestId('elder-switch').click();
  await expect(html).not.toHaveAttribute('data-size', 'usual');
  await expect(elder).toHaveAttribute('aria-pressed', 'true');
  await saved;
  await page.reload();
  await expect(html).not.toHaveAttribute('data-size', 'usual');
  await open(page, '/me');
  await page.getByTestId('size-largest').click();
  await expect(html).toHaveAttribute('data-size', 'largest');
  const size = await page.locator('main').evaluate((one) => parseFloat(getComputedStyle(one).fontSize));
  expect(size).toBeGreaterThanOrEqual(30);
});

test('dark is chosen and kept on this phone', async ({ as }) => {
  const page = await as('reader');
  await open(page, '/me');
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.getByTestId('theme-dark').click();
  const dark = await paper();
  await page.reload();
  await expect(page.locator('body')).toHaveAttribute('data-weui-theme', 'dark');
  expect(await paper()).toBe(dark);
  await open(page, '/me');
  await page.getByTestId('theme-light').click();
  expect(await paper()).not.toBe(dark);
});

test('a consent is given and taken back; what is held can be taken along', async ({ as }) => {
  const page = await as('reader');
  await open(page, '/me/data');
  const consent = page.getByTestId('consent-sms_notices');
  const was = await consent.isChecked();
  const saved = () => page.waitForResponse((answer) => answer.url().includes('/v1/me/consents/') && answer.ok());
  let [done] = await Promise.all([saved(), consent.click()]);
  expect(done.ok()).toBe(true);
  await page.reload();
  await expect(consent).toBeChecked({ checked: !was });
  [done] = await Promise.all([saved(), consent.click()]);
  await expect(consent).toBeChecked({ checked: was });

  const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export').click()]);
  expect(file.suggestedFilename()).toMatch(/^linli-\d{4}-\d\d-\d\d\.json$/);
  await expect(page.getByTestId('delete-me')).toBeDisabled();
});

test('who has looked is shown to the first resident', async ({ as }) => {
  const page = await as('first');
  await open(page, '/me/data');
  await expect(page.getByTestId('view-row').first()).toContainText('测试·社工小林');
});
