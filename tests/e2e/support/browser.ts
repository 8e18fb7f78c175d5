// How Chromium is started.
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** As `cargo xtask e2e` finds it (`infra/xtask/src/setup/browser.rs`). */
const DEBIANS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((program) => existsSync(program));

export const launchOptions = {
  executablePath: process.env.CHROMIUM ?? DEBIANS,
  args: [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
  ],
};

/** What the camera of this worker sees: whatever lies here when the camera is opened. */
export const FILM = join(process.env.LINLI_RUN ?? tmpdir(), `camera-${process.env.TEST_PARALLEL_INDEX ?? 0}.y4m`);

/** The same with a camera, which plays a film over and over. */
export const withCamera = {
  ...launchOptions,
  args: [...launchOptions.args, '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${FILM}`],
};
