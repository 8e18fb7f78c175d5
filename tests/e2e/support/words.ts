// Words on a page, and where they come from.
import type { Page } from '@playwright/test';

/** Keeps what the server answers to this page from now on; tells it once all of it has arrived. */
export function listen(page: Page): () => Promise<string> {
  const answers: Promise<string>[] = [];
  page.on('response', (answer) => {
    if (answer.headers()['content-type']?.includes('json')) answers.push(answer.text().catch(() => ''));
  });
  return async () => (await Promise.all(answers)).join('\n');
}

/** Chinese in sight, or read out, that is not in what the server said: the page's own words. What is marked as Chinese may be, and the language's own name. */
export function inChinese(page: Page, said: string): Promise<string[]> {
  return page.evaluate((said) => {
    const found = new Set<string>();
    const look = (holder: Element, words: string | null) => {
      if (!words || holder.closest('script, style, noscript, [lang^="zh"]:not(html)') || !holder.checkVisibility()) return;
      for (const run of words.match(/[\u3400-\u9fff]+/g) ?? []) if (run !== '中文' && !said.includes(run)) found.add(words.trim().slice(0, 40));
    };
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) if (node.parentElement) look(node.parentElement, node.textContent);
    for (const one of document.body.querySelectorAll('[aria-label], [placeholder], [title], [alt]')) {
      for (const name of ['aria-label', 'placeholder', 'title', 'alt']) look(one, one.getAttribute(name));
    }
    return [...found];
  }, said);
}
