// `test` with what every spec needs: people who are signed in, and an eye on what must never
// happen on any page: a script that fails, a dialog, a violation of the content security policy.
import { test as base, expect, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startLinli } from './linli';
import { isStaff, PEOPLE, type Person, type Size } from './people';
import { signIn } from './sign-in';

export { expect };

interface Options {
  /**
   * The file's name asks for a server of its own: for what moves the clock or changes what others rely on.
   * Files that say the same share a worker, and with it a server.
   */
  own: string;
}

interface Worker {
  server: string;
}

interface Each {
  size: Size;
  /** Things that went wrong on any page of this test. The test fails unless it stays empty. */
  wrong: string[];
  /** A page of somebody who is signed in. `fresh`: by a sign-in of its own. */
  as(person: Person, how?: { fresh?: boolean }): Promise<Page>;
  /** A page of nobody in particular. */
  anybody(): Promise<Page>;
}

export const test = base.extend<Each, Options & Worker>({
  own: ['', { option: true, scope: 'worker' }],

  server: [
    async ({ own }, use) => {
      if (!own) return use(process.env.LINLI_URL ?? '');
      const linli = await startLinli();
      await use(linli.url);
      await linli.stop();
    },
    { scope: 'worker', timeout: 90_000 },
  ],

  baseURL: async ({ server }, use) => use(server),

  size: async ({}, use, info) => use(info.project.name as Size),

  wrong: [
    async ({}, use) => {
      const wrong: string[] = [];
      await use(wrong);
      expect(wrong, 'nothing goes wrong on any page').toEqual([]);
    },
    { auto: true },
  ],

  context: async ({ context, wrong }, use) => {
    await watch(context, wrong);
    await use(context);
  },

  anybody: async ({ browser, contextOptions, baseURL, wrong }, use) => {
    const open: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext({ ...contextOptions, baseURL });
      open.push(context);
      await watch(context, wrong);
      return context.newPage();
    });
    await Promise.all(open.map((context) => context.close()));
  },

  as: async ({ browser, contextOptions, baseURL, size, wrong }, use) => {
    const open: BrowserContext[] = [];
    const options = { ...contextOptions, baseURL };
    await use(async (person, how = {}) => {
      const phone = PEOPLE[person][size];
      const state = how.fresh ? undefined : await signedIn(browser, baseURL ?? '', person, phone);
      const context = await browser.newContext({ ...options, storageState: state });
      open.push(context);
      await watch(context, wrong);
      const page = await context.newPage();
      if (how.fresh) await signIn(page, phone, { app: isStaff(person) ? '/desk' : '/' });
      return page;
    });
    await Promise.all(open.map((context) => context.close()));
  },
});

/** Notes whatever goes wrong on any page of a context. */
export async function watch(context: BrowserContext, wrong: string[]): Promise<void> {
  context.on('page', (page) => {
    page.on('pageerror', (error) => wrong.push(`${page.url()}: ${error.message}`));
    page.on('dialog', (dialog) => {
      wrong.push(`${page.url()}: a dialog said ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('console', (message) => {
      const text = message.text();
      // The browser's own line about an answer that is not 2xx, and the loader's about a part that
      // could not be fetched; pages show those in words.
      const said = text.startsWith('Failed to load resource') || /^TypeError: (Failed to fetch\n[^]*\/parts-|Failed to execute 'compile' on 'WebAssembly': HTTP status)/.test(text);
      if (message.type() === 'error' && !said) {
        wrong.push(`${page.url()}: ${text}`);
      }
    });
  });
}

type State = { cookies: never[]; origins: never[] };

/** Signs in once for each person and server; everybody else in this run reuses it. */
async function signedIn(browser: Browser, server: string, person: Person, phone: string): Promise<State> {
  const name = createHash('sha256').update(`${server} ${phone}`).digest('hex').slice(0, 16);
  const file = join(process.env.LINLI_RUN ?? '', `${name}.json`);
  const lock = `${file}.lock`;
  const until = Date.now() + 45_000;
  for (;;) {
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as State;
    try {
      mkdirSync(lock);
      break;
    } catch {
      if (Date.now() > until) throw new Error(`another worker never finished signing in ${person}`);
      await new Promise((done) => setTimeout(done, 100));
    }
  }
  try {
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as State;
    const context = await browser.newContext({ baseURL: server, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
    await signIn(await context.newPage(), phone, { app: isStaff(person) ? '/desk' : '/' });
    const state = await context.storageState();
    await context.close();
    // Only who it is: how the app looks is each test's own affair.
    const kept = { cookies: state.cookies, origins: [] } as unknown as State;
    writeFileSync(file, JSON.stringify(kept));
    return kept;
  } finally {
    rmdirSync(lock);
  }
}
