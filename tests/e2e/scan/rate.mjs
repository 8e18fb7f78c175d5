// How many pictures the shipped scanner reads: `node scan/rate.mjs SCANNER DIR`, for `cargo xtask scan-rate`.
// SCANNER: the scanner's files as they are served. DIR: folders of N.png with what it says in N.txt.
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromium } from '@playwright/test';

const [scanner, dir] = process.argv.slice(2);
/** As often as a camera held still would look before somebody gives up. */
const ROUNDS = 18;
const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.png': 'image/png', '.html': 'text/html' };
/** What a page would ask for in place of this folder's codes. */
const kindOf = (folder) => (/ean|isbn/.test(folder) ? 'ean' : 'label');

const pictures = (folder) => readdirSync(folder).filter((name) => name.endsWith('.png') && existsSync(join(folder, name.replace(/png$/, 'txt'))));
const within = readdirSync(dir).filter((name) => statSync(join(dir, name)).isDirectory() && pictures(join(dir, name)).length > 0).sort();
const folders = pictures(dir).length > 0 ? ['.', ...within] : within;
if (folders.length === 0) throw new Error(`no N.png with N.txt in ${dir}`);

const server = createServer((ask, answer) => {
  const { pathname } = new URL(ask.url, 'http://localhost');
  const [, root, ...path] = decodeURIComponent(pathname).split('/');
  const from = { scan: scanner, pictures: dir }[root];
  const file = join(from ?? '', ...path);
  if (root === '') return answer.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>scan</title>');
  if (!from || !existsSync(file)) return answer.writeHead(404).end();
  answer.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'text/plain', 'content-security-policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'" });
  createReadStream(file).pipe(answer);
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${server.address().port}/`);

const all = [];
const frames = [];
for (const folder of folders) {
  const names = pictures(join(dir, folder)).sort((a, b) => parseInt(a, 10) - parseInt(b, 10));
  const tally = { read: 0, missed: [], wrong: [], isbn: 0, ms: [] };
  const kind = kindOf(folder);
  for (const name of names) {
    const said = readFileSync(join(dir, folder, name.replace(/png$/, 'txt')), 'utf8');
    const looks = await page.evaluate(look, { picture: `/pictures/${folder}/${name}`, kind, rounds: ROUNDS });
    const other = looks.flatMap(({ codes }) => codes).filter((text) => text !== said);
    tally.ms.push(...looks.map(({ ms }) => ms));
    frames.push(...looks.filter(({ frame }) => frame).map(({ ms }) => ms));
    tally.isbn += other.filter((text) => kind === 'ean' && /^97[89]/.test(text)).length;
    if (other.length > 0) tally.wrong.push(`${name} ${JSON.stringify([...new Set(other)].join(' ').slice(0, 40))}`);
    if (looks.some(({ codes }) => codes.includes(said))) tally.read += 1;
    else tally.missed.push(name);
  }
  all.push(tally);
  console.log(`${folder}: ${tally.read} read of ${names.length}, ${tally.missed.length} missed, ${tally.wrong.length} WRONG; ${times(tally.ms)}`);
  if (tally.missed.length > 0) console.log(`  missed: ${tally.missed.join(' ')}`);
  if (tally.wrong.length > 0) console.log(`  WRONG, among other looks: ${tally.wrong.join('; ')}`);
}
const sum = (of) => all.reduce((sum, tally) => sum + of(tally), 0);
console.log(`all: ${sum((t) => t.read)} read, ${sum((t) => t.missed.length)} missed, ${sum((t) => t.wrong.length)} WRONG, ${sum((t) => t.isbn)} wrong ISBNs; 640×480: ${times(frames)}`);
await browser.close();
server.close();

function times(ms) {
  if (ms.length === 0) return 'no frame of that size';
  const sorted = [...ms].sort((a, b) => a - b);
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))].toFixed(1);
  return `${at(0.5)} ms p50, ${at(0.95)} ms p95 over ${ms.length} frames`;
}

/** In the page: one picture, looked at as often as `rounds`. */
async function look({ picture, kind, rounds }) {
  const { Reader, photoOf } = await import('/scan/camera.js');
  const reader = (globalThis[`reader-${kind}`] ??= new Reader(kind));
  const bitmap = await createImageBitmap(await (await fetch(picture)).blob());
  const { width, height, pixels } = photoOf(bitmap);
  const looks = [];
  for (let round = 0; round < rounds; round += 1) {
    const { codes, ms } = await reader.read(round, { width, height, pixels: pixels.slice(0) });
    looks.push({ codes: codes.map(({ text }) => text), ms, frame: width * height === 640 * 480 });
  }
  return looks;
}
