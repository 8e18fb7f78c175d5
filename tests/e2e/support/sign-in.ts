// Signing in as people do: number, code from the message, for staff the authenticator's digits.
import { expect, type Page } from '@playwright/test';
import { settled } from './pages';

interface Message {
  code?: string;
}
interface Account {
  phone: string;
  totp?: string;
}

/** The newest sign-in code that went to a number. */
export async function codeFor(page: Page, phone: string): Promise<string> {
  const read = async () => {
    const answer = await page.request.get(`/_local/outbox.json?to=${phone}`);
    const { messages } = (await answer.json()) as { messages: Message[] };
    return messages.find((message) => message.code)?.code ?? '';
  };
  await expect.poll(read, { message: `a code for ${phone}` }).not.toBe('');
  return read();
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

/** Up to where the first step is done. */
export async function typeNumberAndCode(page: Page, phone: string): Promise<void> {
  await page.getByTestId('phone').fill(phone);
  await page.getByTestId('send-code').click();
  await expect(page.getByTestId('code')).toBeVisible();
  await page.getByTestId('code').fill(await codeFor(page, phone));
  await page.getByTestId('sign-in').click();
}
