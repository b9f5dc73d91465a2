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

  it('should let ReDoc show the operations, but for the logo of its makers', async () => {
    const page = await browser().newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${app.url}/redoc`);
    await page.getByRole('heading', { name: 'GraphQL Auth Gateway' }).first().waitFor();
    await page.getByPlaceholder('Search...').fill('password');
    await page.locator('[data-role="search:results"] li').first().waitFor();
    expect(complaints.filter((text) => !text.includes('https://cdn.redoc.ly/redoc/logo-mini.svg'))).toEqual(
      [],
    );
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
});
