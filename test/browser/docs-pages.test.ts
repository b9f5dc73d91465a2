import { complaintsOf, useBrowser, withChromium } from '../support/browser';
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
