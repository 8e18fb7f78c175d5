// What the server says about its pages, and what a page shows before its program runs. That no page goes against its
// policy, axe.spec.ts sees on the way.
import { expect, test } from '../support/test';

for (const path of ['/', '/desk/', '/services/x', '/desk/people']) {
  test(`headers of ${path}`, async ({ request }) => {
    const headers = (await request.get(path)).headers();
    const policy = headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/script-src 'self' 'wasm-unsafe-eval'( 'sha256-[^']+')*;/);
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    expect(headers['strict-transport-security']).toContain('max-age=');
    expect(headers['permissions-policy']).toContain('geolocation=()');
  });
}

test('the API answers with the same headers, and keeps answers out of caches', async ({ request }) => {
  const answer = await request.get('/v1/me');
  expect(answer.status()).toBe(401);
  expect(answer.headers()['content-type']).toBe('application/problem+json');
  expect(answer.headers()['x-content-type-options']).toBe('nosniff');
  expect(answer.headers()['cache-control']).toContain('no-store');
});

for (const [app, path, name] of [['resident', '/', '邻里'], ['desk', '/desk/', '邻里工作台']] as const) {
  test(`the ${app} app says its name and where to turn before its program runs`, async ({ anybody }) => {
    const page = await anybody();
    // It never comes: a slow line, not a failure.
    await page.route('**/*.wasm', () => new Promise<void>(() => undefined));
    await page.goto(path, { waitUntil: 'commit' });
    await expect(page.locator('#boot')).toBeVisible();
    await expect(page.locator('.boot-name')).toHaveText(name);
    await expect(page.locator('#boot')).toContainText('Loading');
    await expect(page.locator('#boot')).toContainText('社区工作站');
    // Whose station it is, is not known yet: no number is better than another community's.
    await expect(page.locator('#boot')).not.toContainText(/\d{4}/);
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  });
}
