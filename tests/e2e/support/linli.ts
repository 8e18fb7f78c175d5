// Starts a `linli` of our own: a free port, a fresh folder, the built apps.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

const BIN = process.env.LINLI_BIN ?? join(ROOT, 'target/debug/linli');
const SITE = process.env.LINLI_SITE ?? join(ROOT, 'target/site');
const DESK = process.env.LINLI_DESK ?? join(ROOT, 'target/site-desk');

export interface Linli {
  url: string;
  stop(): Promise<void>;
}

export async function startLinli(): Promise<Linli> {
  const built: [string, string][] = [[BIN, BIN], [SITE, join(SITE, 'index.html')], [DESK, join(DESK, 'index.html')]];
  for (const [what, file] of built) {
    if (!existsSync(file)) throw new Error(`${what} is not built; run \`cargo xtask build\` first`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'linli-e2e-'));
  const port = await freePort();
  const log = join(folder, 'log');
  const out = openSync(log, 'w');
  const args = ['serve', '--port', String(port), '--data', join(folder, 'data'), '--site', SITE, '--desk', DESK, '--no-open'];
  const child = spawn(BIN, args, { stdio: ['ignore', out, out] });
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  const url = `http://localhost:${port}`;
  const stop = async () => {
    if (child.exitCode === null) child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(late);
    rmSync(folder, { recursive: true, force: true });
  };
  const until = Date.now() + 60_000;
  while (child.exitCode === null && Date.now() < until) {
    try {
      const [health, demo] = await Promise.all([fetch(`${url}/v1/health`), fetch(`${url}/_local/demo`)]);
      if (health.ok && demo.ok) return { url, stop };
    } catch {
      // It does not listen yet.
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  const said = readFileSync(log, 'utf8');
  await stop();
  throw new Error(`linli did not start:\n${said}`);
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? found(address.port) : failed(new Error('no port'))));
    });
  });
}
