import { source } from 'axe-core';
import type { Browser, Page } from 'playwright-core';

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

export interface Screen {
  readonly colorScheme: 'light' | 'dark';
  readonly width: number;
  readonly locale: string;
}

/** Both modes and both widths: colours and order change with them. */
const SCREENS: readonly Screen[] = [
  { colorScheme: 'light', width: 1280, locale: 'en-US' },
  { colorScheme: 'dark', width: 375, locale: 'en-US' },
];

/** What axe-core finds wrong with the page as it is now; all its rules, or just these. */
export async function violationsOf(page: Page, rules?: readonly string[]): Promise<string[]> {
  await page.evaluate(source);
  const options = rules ? { runOnly: { type: 'rule', values: rules } } : {};
  const { violations } = await page.evaluate<{ violations: Violation[] }>(
    `axe.run(${JSON.stringify(options)})`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
  );
}

/** Looks at a page of its own on each screen, one after the other. */
export async function everywhere(
  browser: Browser,
  look: (page: Page) => Promise<void>,
  screens: readonly Screen[] = SCREENS,
): Promise<void> {
  for (const { width, ...screen } of screens) {
    const context = await browser.newContext({ ...screen, viewport: { width, height: 800 } });
    await look(await context.newPage());
    await context.close();
  }
}

/** Expects nothing for axe-core to say, and nothing that is wider than the screen. */
export async function expectAccessible(page: Page): Promise<void> {
  const where = new URL(page.url()).pathname;
  expect([where, await violationsOf(page)]).toEqual([where, []]);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
}
