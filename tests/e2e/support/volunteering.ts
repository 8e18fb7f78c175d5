// What journeys of volunteers share: the server's clock, activities, and codes read off a picture.
import { expect, type APIRequestContext, type Locator, type Page } from '@playwright/test';
import jsQR from 'jsqr';
import { call, type Named } from './pages';
import { id } from './ids';

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

/** By how much the server's clock is ahead of this one, in milliseconds. */
export async function aheadOf(request: APIRequestContext): Promise<number> {
  return ((await (await request.get('/_local/clock')).json()) as { offset_ms: number }).offset_ms;
}

export async function advance(request: APIRequestContext, span: string): Promise<void> {
  const moved = await request.post('/_local/clock', { data: { advance: span } });
  expect(moved.status()).toBe(200);
}

/** Lets a page's clock go with the server's, from its next document on. */
export async function follow(page: Page, ahead: number): Promise<void> {
  await page.addInitScript((ahead) => {
    const Real = Date;
    const real = () => Real.now() + ahead;
    window.Date = new Proxy(Real, {
      construct: (of, given) => (given.length ? Reflect.construct(of, given) : new of(real())),
      get: (of, name) => (name === 'now' ? real : Reflect.get(of, name)),
    });
  }, ahead);
}

/** A day and a time on the community's clock. */
export function wall(at: number): [string, string] {
  const local = new Date(at + 8 * 60 * MINUTE).toISOString();
  return [local.slice(0, 10), local.slice(11, 16)];
}

/** The same as the API has it. */
export const moment = (at: number): string => wall(at).join('T') + ':00+08:00';

export async function publish(page: Page, title: string, starts: string, ends: string, capacity = 3): Promise<string> {
  const body = { id: id('act'), title, place: '社区活动室', grid: '第一网格', starts, ends, capacity };
  const made = await call<Named>(page, 'POST', '/v1/activities', body);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body.id;
}

/** What a camera reads off a QR on the screen. */
export async function scanned(code: Locator): Promise<string | undefined> {
  const picture = (await code.screenshot({ animations: 'disabled' })).toString('base64');
  const pixels = await code.page().evaluate(async (picture) => {
    const bytes = Uint8Array.from(atob(picture), (c) => c.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const pen = canvas.getContext('2d');
    pen?.drawImage(bitmap, 0, 0);
    const { data } = pen?.getImageData(0, 0, bitmap.width, bitmap.height) ?? { data: new Uint8ClampedArray() };
    const parts: string[] = [];
    for (let at = 0; at < data.length; at += 8_192) parts.push(String.fromCharCode(...data.subarray(at, at + 8_192)));
    return { width: bitmap.width, height: bitmap.height, data: btoa(parts.join('')) };
  }, picture);
  return jsQR(Uint8ClampedArray.from(Buffer.from(pixels.data, 'base64')), pixels.width, pixels.height)?.data;
}
