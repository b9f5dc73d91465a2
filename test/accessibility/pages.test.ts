import type { Page } from 'playwright-core';
import { everywhere, expectAccessible, violationsOf } from '../support/accessibility';
import { useBrowser, withChromium } from '../support/browser';
import { codeFor, deliverMails, mailTo, tokenFor } from '../support/mailbox';
import { givenUser, PASSWORD } from '../support/people';
import { useApp, type TestApp } from '../support/test-app';

withChromium('our own pages, by the rules of axe-core', () => {
  const app = useApp({ REQUIRE_EMAIL_VERIFICATION: 'true' });
  const browser = useBrowser();

  async function expectClean(path: string, act?: (page: Page) => Promise<void>): Promise<void> {
    await everywhere(browser(), async (page) => {
      await page.goto(app.url + path);
      await act?.(page);
      await expectAccessible(page);
    });
  }

  it('should be clean: the first page', () => expectClean('/'));

  it('should be clean: a new password', async () => {
    const person = await givenUser(app);
    await app.graphql('mutation ($e: String!) { requestPasswordReset(email: $e) }', { e: person.email });
    const path = `/reset-password?token=${await tokenFor(app, person.email, 'Reset your password')}`;
    await expectClean(path);
    await expectClean(path, async (page) => {
      await page.getByLabel('New password').fill('short');
      await page.getByRole('button').click();
      await page.getByRole('alert').waitFor();
      expect(await page.locator('li.missing').count()).toBe(4);
    });
    await expectClean('/reset-password?token=x');
    await expectClean('/reset-password?token=x', async (page) => {
      await page.getByLabel('Your email address').fill('somebody@example.com');
      await page.getByRole('button').click();
      await page.getByRole('status').waitFor();
    });
  });

  it('should be clean: an address to verify', async () => {
    const { user, code, token } = await registered(app);
    const path = `/verify-email?user=${user}&code=${code}`;
    await expectClean(path);
    await expectClean(`${path}&token=${token}`);
    await expectClean(`/disown-account?token=${token}`);
    await expectClean('/verify-email?user=');
    await expectClean(`/verify-email?user=${user}`, async (page) => {
      await page.getByLabel('Code from the mail').fill('000000');
      await page.getByRole('button', { name: 'Confirm' }).click();
      await page.getByRole('alert').waitFor();
    });
  });

  it('should be clean: the mailbox and a mail', async () => {
    const { email } = await registered(app);
    await deliverMails(app);
    await expectClean('/dev/mailbox');
    const { name } = await mailTo(app, email, 'verification code');
    await expectClean(`/dev/mailbox/${name}`);
  });

  it('should have labels on the pages of others', async () => {
    await everywhere(browser(), async (page) => {
      for (const path of ['/docs', '/redoc', '/graphiql']) {
        await page.goto(app.url + path);
        await page.locator('h1, h2, .graphiql-editor').first().waitFor();
        const rules = ['select-name', 'label', 'document-title', 'html-has-lang', 'button-name'];
        expect([path, await violationsOf(page, rules)]).toEqual([path, []]);
      }
    });
  });
});

withChromium('the page for an IDE that is off', () => {
  const app = useApp({ GRAPHQL_INTROSPECTION: 'false' });
  const browser = useBrowser();

  it('should be clean', () =>
    everywhere(browser(), async (page) => {
      await page.goto(`${app.url}/graphiql`);
      expect(await violationsOf(page)).toEqual([]);
    }));
});

let people = 0;
async function registered(
  app: TestApp,
): Promise<{ email: string; user: string; code: string; token: string }> {
  const email = `access${(people += 1)}@example.com`;
  const { data } = await app.graphql<{ register: { user: { id: string } } }>(
    'mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }',
    { input: { email, password: PASSWORD } },
  );
  const code = await codeFor(app, email);
  return {
    email,
    user: data!.register.user.id,
    code,
    token: await tokenFor(app, email, 'verification code'),
  };
}
