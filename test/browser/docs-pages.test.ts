import type { Page } from 'playwright-core';
import { complaintsOf, useBrowser, withChromium } from '../support/browser';
import { givenUser } from '../support/people';
import { useApp } from '../support/test-app';

/** Answers of Apollo's servers, which a test may not ask: the script puts Sandbox into the page. */
const SANDBOX_SCRIPT = `window.EmbeddedSandbox = class {
  constructor({ target, initialEndpoint }) {
    document.querySelector(target).textContent = 'Sandbox of ' + initialEndpoint;
  }
};`;

withChromium('the pages for developers, in Chromium', () => {
  const app = useApp();
  const browser = useBrowser();

  it('should let Swagger UI try an operation', async () => {
    const page = await browser().newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${app.url}/docs`);
    await page.locator('#operations-tag-system').click();
    // A path may break after its slash.
    await page.locator('.opblock-summary-path', { hasText: /^\/\u200b?health$/ }).click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByRole('button', { name: 'Execute' }).click();
    const answer = page.locator('.live-responses-table .highlight-code').first();
    await answer.waitFor();
    expect(await answer.textContent()).toContain('"healthy"');
    expect(complaints).toEqual([]);
  });

  it('should let ReDoc show the operations, and ask nobody else for anything', async () => {
    const page = await browser().newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${app.url}/redoc`);
    await page.getByRole('heading', { name: 'GraphQL Auth Gateway' }).first().waitFor();
    await page.getByPlaceholder('Search...').fill('password');
    await page.locator('[data-role="search:results"] li').first().waitFor();
    expect(complaints).toEqual([]);
  });

  it('should let Apollo Sandbox load', async () => {
    const page = await browser().newPage();
    const complaints = complaintsOf(page);
    await page.route(/cdn\.apollographql\.com/, (route) =>
      route.request().url().includes('.js')
        ? route.fulfill({ contentType: 'text/javascript', body: SANDBOX_SCRIPT })
        : route.fulfill({ body: '' }),
    );
    await page.route(/fonts\.googleapis\.com/, (route) =>
      route.fulfill({ contentType: 'text/css', body: '' }),
    );
    await page.goto(`${app.url}/graphql`);
    await page.getByText(/Sandbox of http/).waitFor();
    expect(complaints).toEqual([]);
  });

  it('should lead on to GraphiQL where Apollo is out of reach, and let it register somebody', async () => {
    const page = await browser().newPage();
    await page.route(/apollographql\.com|googleapis\.com/, (route) => route.abort());
    await page.goto(`${app.url}/graphql`);
    await page.getByRole('link', { name: 'GraphiQL' }).click();
    await page.waitForURL('**/graphiql');
    const complaints = complaintsOf(page);
    await page.locator('.graphiql-editor .CodeMirror').first().waitFor();
    await page.getByRole('button', { name: /Execute query/ }).click();
    await page.getByRole('menuitem', { name: 'Register' }).click();
    await page.locator('.result-window', { hasText: 'accessToken' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'should follow the %s mode with no frame round the page',
    async (colorScheme) => {
      const page = await (await browser().newContext({ colorScheme })).newPage();
      for (const path of ['/docs', '/redoc']) {
        await page.goto(`${app.url}${path}`);
        await page.locator('h1, h2').first().waitFor();
        const ground = await page.evaluate<string>(
          'getComputedStyle(document.documentElement).backgroundColor',
        );
        const [brightness = 0] = (ground.match(/\d+/g) ?? []).map(Number);
        expect([path, brightness > 128]).toEqual([path, colorScheme === 'light']);
        expect(await page.evaluate('getComputedStyle(document.body).margin')).toBe('0px');
      }
    },
  );
});

withChromium('GraphiQL, in Chromium', () => {
  // The port is the system's choice, so that no setting can name the page's origin.
  const app = useApp({ CORS_ORIGINS: '*' });
  const browser = useBrowser();

  async function openGraphiql(headers: string, query: string): Promise<Page> {
    const page = await (await browser().newContext()).newPage();
    // It has asked for the schema by then.
    await page.goto(`${app.url}/graphiql`, { waitUntil: 'networkidle' });
    await page.locator('.graphiql-editor .CodeMirror').first().waitFor();
    for (const [editor, text] of [
      ['.graphiql-query-editor', query],
      ['.graphiql-editor-tool .graphiql-editor:not(.hidden)', headers],
    ]) {
      const found = `document.querySelector(${JSON.stringify(`${editor} .CodeMirror`)})`;
      await page.evaluate(`${found}.CodeMirror.setValue(${JSON.stringify(text)})`);
    }
    // It reads what was typed a moment later.
    await page.waitForTimeout(1_000);
    return page;
  }

  it.each([
    ['{ "Authorization": "Bearer nope" }', 'INVALID_TOKEN'],
    ['', 'UNAUTHENTICATED'],
  ])('should say why a subscription is refused: %j', async (headers, code) => {
    const page = await openGraphiql(headers, 'subscription S { creditEvents { id } }');
    await page.getByRole('button', { name: /Execute query/ }).click();
    await page.locator('.result-window', { hasText: code }).waitFor();
    expect(await page.locator('.graphiql-spinner').count()).toBe(0);
    await page.getByRole('button', { name: /Execute query/ }).waitFor();
  });

  it('should follow a subscription until it is stopped, and keep no token', async () => {
    const { id, accessToken } = await givenUser(app);
    const page = await openGraphiql(
      JSON.stringify({ Authorization: `Bearer ${accessToken}` }),
      '# Not the first.\nquery Q { me { id } } subscription S { creditEvents { transaction { newBalance } } }',
    );
    await page.getByRole('button', { name: /Execute query/ }).click();
    await page.getByRole('menuitem', { name: 'Q' }).click();
    await page.locator('.result-window', { hasText: `"id": "${id}"` }).waitFor();
    await page.getByRole('button', { name: /Execute query/ }).click();
    const streams = page.waitForResponse((response) =>
      (response.headers()['content-type'] ?? '').startsWith('text/event-stream'),
    );
    await page.getByRole('menuitem', { name: 'S' }).click();
    await streams;
    for (const balance of ['1.50', '3.00']) {
      await app.graphql(
        'mutation { addCredits(input: { amount: "1.50" }) { newBalance } }',
        {},
        { token: accessToken },
      );
      await page.locator('.result-window', { hasText: `"newBalance": "${balance}"` }).waitFor();
    }
    await page.getByRole('button', { name: /Stop query/ }).click();
    await page.getByRole('button', { name: /Execute query/ }).waitFor();
    const kept = await page.evaluate<string>('JSON.stringify({ ...localStorage })');
    expect(kept).toContain('creditEvents');
    expect(kept).not.toContain(accessToken);
  });

  it('should forget the tokens that were kept before', async () => {
    const page = await openGraphiql('', '{ health { status } }');
    const run = { query: '{ me { id } }', headers: '{ "Authorization": "Bearer old" }' };
    await page.evaluate(
      `localStorage.setItem('graphiql:queries', ${JSON.stringify(JSON.stringify({ queries: [run] }))})`,
    );
    await page.reload();
    await page.locator('.graphiql-editor .CodeMirror').first().waitFor();
    expect(await page.evaluate("localStorage.getItem('graphiql:queries')")).toBe(
      JSON.stringify({ queries: [{ query: run.query }] }),
    );
  });
});
