// A browser that can be killed, and started again over what it left on the disk.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, type BrowserContext } from '@playwright/test';
import { launchOptions } from './browser';

export interface Mortal {
  context: BrowserContext;
  kill(): Promise<void>;
}

export const folderOfBrowser = (): string => mkdtempSync(join(process.env.LINLI_RUN ?? tmpdir(), 'browser-'));

/** A browser of its own over a folder, without a word to it when it ends. */
export async function mortal(folder: string): Promise<Mortal> {
  const port = join(folder, 'DevToolsActivePort');
  rmSync(port, { force: true });
  const args = [...launchOptions.args, '--remote-debugging-port=0', `--user-data-dir=${folder}`, '--lang=zh-CN', 'about:blank'];
  const child = spawn(launchOptions.executablePath, args, { detached: true, stdio: 'ignore' });
  let said: string[] = [];
  await expect(() => {
    said = readFileSync(port, 'utf8').split('\n');
    expect(said.length).toBeGreaterThan(1);
  }).toPass({ timeout: 30_000 });
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${said[0]}`);
  return {
    context: browser.contexts()[0],
    kill: async () => {
      const ended = once(child, 'exit');
      process.kill(-(child.pid ?? 0), 'SIGKILL');
      await ended;
    },
  };
}
