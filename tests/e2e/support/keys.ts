// Going through a page with the keyboard alone.
import { expect, type Locator, type Page } from '@playwright/test';

/** Presses Tab until the focus is there. */
export async function tabTo(page: Page, to: Locator, most = 90): Promise<void> {
  await to.waitFor({ state: 'attached' });
  for (let i = 0; i < most; i += 1) {
    await page.keyboard.press('Tab');
    if (await to.evaluate((one) => one === document.activeElement)) {
      const seen = await to.evaluate((one) => {
        const style = getComputedStyle(one);
        const beside = one.nextElementSibling ? getComputedStyle(one.nextElementSibling) : style;
        return [style, beside].some((s) => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2);
      });
      expect(seen, 'the focus is seen').toBe(true);
      return;
    }
  }
  throw new Error(`Tab never reached ${to}`);
}
