// What came out of the printer: its words, and a picture of it.
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { extractText, getDocumentProxy } from 'unpdf';

/** A text without its spaces, and with the usual form of each character: fonts mix in others. */
export const plain = (text: string): string => text.normalize('NFKC').replace(/\s/g, '');

/** All that can be read in it, made plain. */
export async function wordsIn(pdf: Buffer): Promise<string> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(pdf)), { mergePages: true });
  return plain(text);
}

/** Draws the first sheet on an empty page. */
export async function drawn(page: Page, pdf: Buffer): Promise<Locator> {
  const reader = await readFile(new URL('../node_modules/unpdf/dist/pdfjs.mjs', import.meta.url), 'utf8');
  await page.goto('about:blank');
  await page.evaluate(
    async ([reader, pdf]) => {
      const { getDocument } = await import(URL.createObjectURL(new Blob([reader], { type: 'text/javascript' })));
      const data = Uint8Array.from(atob(pdf), (c) => c.charCodeAt(0));
      const sheet = await (await getDocument({ data, useSystemFonts: true }).promise).getPage(1);
      const viewport = sheet.getViewport({ scale: 2 });
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [viewport.width, viewport.height];
      document.body.append(canvas);
      await sheet.render({ canvas, canvasContext: canvas.getContext('2d'), viewport }).promise;
    },
    [reader, pdf.toString('base64')] as const,
  );
  return page.locator('canvas');
}
