// Two sizes of the same apps, one server of its own for each run (support/run.ts).
import { defineConfig } from '@playwright/test';
import { launchOptions } from './support/browser';
import { patience } from './support/patience';

const files = (parts: string[]) => parts.map((part) => new RegExp(`/e2e/${part}`));

/** What no layout has a part in is played at one size. */
const ANY_SIZE = files(['access/headers', 'library/camera', 'library/offline', 'scan/']);
/** What is worked through sitting down. The watch and what follows from it is worked through in the street. */
const SITTING = files(['desk/', 'library/desk', 'library/shelves', 'market/calendar', 'points/desk', 'points/network']);
/** What looks at every page says itself at which size. */
const EITHER = files(['access/axe', 'screenshots/']);

/** Each journey at the size it is usually made at, or each at both. */
const BOTH = process.env.E2E_SIZES === 'both';
const AT_A_DESK = BOTH ? {} : { testMatch: [...SITTING, ...EITHER] };
const IN_A_HAND = BOTH ? {} : { testIgnore: SITTING };

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  globalSetup: './support/run.ts',
  outputDir: './test-results',
  workers: Number(process.env.E2E_WORKERS ?? 2),
  fullyParallel: true,
  // The same pages in another look, which are played together with both sizes.
  grepInvert: BOTH ? undefined : /@long/,
  // What passes only the second time is listed as flaky, and is something to mend; a busy machine is not.
  retries: process.env.CI ? 1 : 0,
  timeout: 60_000 * patience,
  expect: { timeout: 10_000 * patience },
  reporter: [['list']],
  use: {
    launchOptions,
    actionTimeout: 10_000 * patience,
    navigationTimeout: 20_000 * patience,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    testIdAttribute: 'data-testid',
    screenshot: 'only-on-failure',
    // A worker hides what it answers from `page.route`. Whoever tests it allows it.
    serviceWorkers: 'block',
    trace: 'off',
    video: 'off',
  },
  projects: [
    { name: 'phone', ...IN_A_HAND, use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 1 } },
    { name: 'desktop', testIgnore: ANY_SIZE, ...AT_A_DESK, use: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 } },
  ],
});
