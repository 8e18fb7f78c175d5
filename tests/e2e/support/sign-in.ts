// Signing in as people do: number, code from the message, for staff the authenticator's digits.
import { expect, type Page } from '@playwright/test';
import { settled } from './pages';
import { advance } from './volunteering';

/** Between two codes for one number. */
const RESEND = 60_000;

interface Message {
  code?: string;
  /** By the server's clock. */
  at: string;
}
interface Account {
  phone: string;
  totp?: string;
}

/** The newest message with a sign-in code that went to a number. */
async function newest(page: Page, phone: string): Promise<Message | undefined> {
  const answer = await page.request.get(`/_local/outbox.json?to=${phone}`);
  const { messages } = (await answer.json()) as { messages: Message[] };
  return messages.find((message) => message.code);
}

/** The newest sign-in code that went to a number; empty where none did. */
const newestCode = async (page: Page, phone: string): Promise<string> => (await newest(page, phone))?.code ?? '';

/** Lets the minute after a code go by where the server is this worker's alone: by its clock, and without waiting. */
async function afterAMinute(page: Page, sent: string): Promise<void> {
  if (new URL(page.url()).origin === process.env.LINLI_URL) return;
  const { now } = (await (await page.request.get('/_local/clock')).json()) as { now: string };
  const left = Date.parse(sent) + RESEND - Date.parse(now);
  if (left >= 0) await advance(page.request, `PT${Math.floor(left / 1_000) + 1}S`);
}

/** The newest sign-in code that went to a number, once it is another than `before`. */
export async function codeFor(page: Page, phone: string, before = ''): Promise<string> {
  await expect.poll(() => newestCode(page, phone), { message: `a code for ${phone}` }).not.toBe(before);
  return newestCode(page, phone);
}

/** What the authenticator of a demo account shows now. */
export async function factorFor(page: Page, phone: string): Promise<string> {
  const read = async () => {
    const answer = await page.request.get('/_local/demo');
    const { accounts } = (await answer.json()) as { accounts: Account[] };
    return accounts.find((account) => account.phone === phone)?.totp ?? '';
  };
  await expect.poll(read, { message: `a second factor for ${phone}`, timeout: 35_000 }).not.toBe('');
  return read();
}

export async function signIn(page: Page, phone: string, how: { app?: '/' | '/desk'; at?: string } = {}): Promise<void> {
  const app = how.app ?? '/';
  await page.goto(how.at ?? (app === '/' ? '/sign-in' : '/desk/sign-in'));
  await typeNumberAndCode(page, phone);
  const factor = page.getByTestId('factor-code');
  const nav = page.locator('.shell-nav');
  await expect(factor.or(nav).first()).toBeVisible();
  if (await factor.isVisible()) {
    await factor.fill(await factorFor(page, phone));
    await page.getByTestId('factor-submit').click();
    await expect(nav).toBeVisible();
  }
  await expect(page).not.toHaveURL(/sign-in/);
  await settled(page);
}

/** Up to where the first step is done. A number that had a code within the minute waits for the next one on the server of all. */
export async function typeNumberAndCode(page: Page, phone: string): Promise<void> {
  const last = await newest(page, phone);
  const before = last?.code ?? '';
  if (last) await afterAMinute(page, last.at);
  await page.getByTestId('phone').fill(phone);
  await page.getByTestId('send-code').click();
  await expect(page.getByTestId('code')).toBeVisible();
  const arrived = async () => (await newestCode(page, phone)) !== before;
  const soon = expect.poll(arrived, { timeout: 5_000 }).toBe(true);
  await soon.catch(async () => {
    await expect(page.getByTestId('resend')).toBeEnabled({ timeout: 70_000 });
    await page.getByTestId('resend').click();
  });
  await page.getByTestId('code').fill(await codeFor(page, phone, before));
  await page.getByTestId('sign-in').click();
}
