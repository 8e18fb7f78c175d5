// One server and one folder for the whole run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLinli } from './linli';

export default async function run(): Promise<() => Promise<void>> {
  const linli = await startLinli();
  const folder = mkdtempSync(join(tmpdir(), 'linli-e2e-run-'));
  process.env.LINLI_URL = linli.url;
  process.env.LINLI_RUN = folder;
  return async () => {
    await linli.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
