// What a page measures: text, targets, width.
import type { Page } from '@playwright/test';

/** Text in sight that is smaller than `least` pixels, as `selector: size "words"`; a sheet that is printed has its own sizes. */
export function smallText(page: Page, least: number): Promise<string[]> {
  return page.evaluate((least) => {
    const found = new Set<string>();
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const words = node.textContent?.trim() ?? '';
      const holder = node.parentElement;
      if (!words || !holder || holder.closest('script, style, noscript, option, .sr, [hidden], [aria-hidden="true"], .paper')) continue;
      if (!holder.checkVisibility()) continue;
      const size = parseFloat(getComputedStyle(holder).fontSize);
      if (size < least) found.add(`${holder.tagName.toLowerCase()}.${holder.className}: ${size}px "${words.slice(0, 20)}"`);
    }
    return [...found];
  }, least);
}

/**
 * Main targets smaller than `least` pixels either way: everything that is pressed, but for links
 * inside a sentence. A choice with a label is as large as its label.
 */
export function smallTargets(page: Page, least: number): Promise<string[]> {
  return page.evaluate((least) => {
    const found = new Set<string>();
    const pressed = '[data-main], main a[href], main button, main input, main select, main textarea, nav a[href], dialog[open] button, header a[href]';
    for (const one of document.querySelectorAll<HTMLElement>(pressed)) {
      if (!one.checkVisibility() || one.closest('[hidden], .sr') || (one.tagName === 'A' && one.closest('p'))) continue;
      const label = one.matches('input[type="radio"], input[type="checkbox"], input[type="file"]') ? (one.closest('label') ?? document.querySelector<HTMLElement>(`label[for="${one.id}"]`)) : null;
      const box = (label ?? one).getBoundingClientRect();
      if (box.width >= least - 0.5 && box.height >= least - 0.5) continue;
      if (box.width === 0) continue;
      found.add(`${one.tagName.toLowerCase()}.${one.className}[${one.dataset.testid ?? ''}]: ${Math.round(box.width)}×${Math.round(box.height)}`);
    }
    return [...found];
  }, least);
}

/** By how many pixels a page is wider than the screen, and what sticks out. */
export function tooWide(page: Page): Promise<string[]> {
  const wide = page.viewportSize()?.width ?? 0;
  return page.evaluate((wide) => {
    const over = document.documentElement.scrollWidth - wide;
    if (over <= 0) return [];
    const out = [...document.querySelectorAll<HTMLElement>('body *')].filter((one) => {
      const box = one.getBoundingClientRect();
      if (box.width === 0 || box.right <= wide + 0.5) return false;
      for (let up = one.parentElement; up && up !== document.body; up = up.parentElement) {
        if (getComputedStyle(up).overflowX !== 'visible') return false;
      }
      return true;
    });
    return [`${over}px too wide: ${out.slice(0, 3).map((one) => `${one.tagName.toLowerCase()}.${one.className}`).join(', ')}`];
  }, wide);
}
