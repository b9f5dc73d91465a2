import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { useBrowser, withChromium } from '../support/browser';
import { clientDirectory } from '../support/packed-client';
import { PASSWORD } from '../support/people';
import { serveDirectory, type Site } from '../support/static-site';
import { TestApp } from '../support/test-app';

/** As a page without https, and an old browser, have it. */
const WITHOUT_LOCKS = `
  Object.defineProperty(navigator, 'locks', { value: undefined });
  delete globalThis.BroadcastChannel;`;

withChromium('the client in several tabs of Chromium', () => {
  const browser = useBrowser();
  const app = new TestApp();
  let site: Site;
  beforeAll(async () => {
    site = await serveDirectory(path.join(clientDirectory, 'dist/esm'));
    await app.start({ CORS_ORIGINS: site.origin, REFRESH_TOKEN_DELIVERY: 'client' });
  });
  afterAll(async () => {
    await app.stop();
    await site.close();
  });

  /** A tab with `gateway` and `changes` in it. */
  async function openTab(context: BrowserContext, tokens: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(site.origin);
    const url = `${app.url.replace('127.0.0.1', 'localhost')}/graphql`;
    await page.evaluate(`(async () => {
      const client = await import('/index.js');
      globalThis.gateway = client.createGatewayClient({ url: '${url}', tokens: client.${tokens}() });
      globalThis.changes = [];
      gateway.onChange((change) => changes.push(change));
    })()`);
    return page;
  }

  async function openTabs(count: number, tokens: string, script = ''): Promise<Page[]> {
    const context = await browser().newContext();
    if (script !== '') await context.addInitScript(script);
    const pages: Page[] = [];
    for (let n = 0; n < count; n += 1) pages.push(await openTab(context, tokens));
    return pages;
  }

  let count = 0;
  async function register(page: Page): Promise<string> {
    const email = `tabs${(count += 1)}@example.com`;
    await page.evaluate(
      `gateway.register({ input: { email: '${email}', password: '${PASSWORD}' } }).then(() => null)`,
    );
    return email;
  }

  /** The refreshes that tabs of this browser send from now on. */
  function refreshesOf(page: Page): unknown[] {
    const refreshes: unknown[] = [];
    page.context().on('request', (request) => {
      if (request.postData()?.includes('mutation refresh')) refreshes.push(request);
    });
    return refreshes;
  }

  const askFiveTimes = 'Promise.all([1, 2, 3, 4, 5].map(() => gateway.me().then((me) => me.email)))';
  const heard = (page: Page, change: string): Promise<unknown> =>
    page.waitForFunction(`changes.at(-1) === '${change}'`);

  it.each([
    ['inLocalStorage', 'with Web Locks', ''],
    ['inCookie', 'with Web Locks', ''],
    ['inLocalStorage', 'without Web Locks and BroadcastChannel', WITHOUT_LOCKS],
  ])(
    'should refresh once for all tabs that find the token expired: %s, %s',
    async (tokens, _with, script) => {
      const tabs = await openTabs(3, tokens, script);
      const email = await register(tabs[0]!);
      await Promise.all(tabs.slice(1).map((tab) => heard(tab, 'signed-in')));
      const refreshes = refreshesOf(tabs[0]!);
      app.clock.advance({ hours: 2 });
      const answers = await Promise.all(tabs.map((tab) => tab.evaluate(askFiveTimes)));
      expect(answers).toEqual(tabs.map(() => [email, email, email, email, email]));
      expect(refreshes).toHaveLength(1);
    },
  );

  it('should keep the refresh token of a cookie out of reach, and find the session again in a new tab', async () => {
    const [tab] = (await openTabs(1, 'inCookie')) as [Page];
    const email = await register(tab);
    expect(await tab.evaluate('[document.cookie, localStorage.length, gateway.state]')).toEqual([
      '',
      0,
      'signed-in',
    ]);
    const fresh = await openTab(tab.context(), 'inCookie');
    expect(await fresh.evaluate('gateway.state')).toBe('unknown');
    expect(await fresh.evaluate('gateway.restore()')).toBe(true);
    expect(await fresh.evaluate('gateway.me().then((me) => me.email)')).toBe(email);
    expect(await tab.evaluate('gateway.me().then((me) => me.email)')).toBe(email);
    await fresh.evaluate('gateway.logout()');
    await heard(tab, 'signed-out');
    expect(await tab.evaluate('[gateway.state, changes]')).toEqual([
      'signed-out',
      ['signed-in', 'refreshed', 'signed-out'],
    ]);
    const stranger = await openTab(tab.context(), 'inCookie');
    expect(await stranger.evaluate('gateway.restore()')).toBe(false);
  });

  it.each(['inLocalStorage', 'inCookie'])(
    'should tell every tab when somebody else signs in: %s',
    async (tokens) => {
      const [first, second] = (await openTabs(2, tokens)) as [Page, Page];
      await register(first);
      await heard(second, 'signed-in');
      const email = await register(second);
      await first.waitForFunction('changes.length === 2');
      expect(await first.evaluate('changes')).toEqual(['signed-in', 'signed-in']);
      expect(await first.evaluate('gateway.me().then((me) => me.email)')).toBe(email);
    },
  );
});
