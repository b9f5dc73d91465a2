import type { Page } from 'playwright-core';
import { everywhere, expectAccessible, type Screen } from '../support/accessibility';
import { changeEmail, givenVerified, resetLink, undoToken, verificationIn } from '../support/account-flows';
import { useBrowser, withChromium } from '../support/browser';
import { tokenFor } from '../support/mailbox';
import { PASSWORD } from '../support/people';
import { useApp, type TestApp } from '../support/test-app';

/** German words are the longest. */
const SCREENS: readonly Screen[] = [
  { colorScheme: 'light', width: 1280, locale: 'en-US' },
  { colorScheme: 'dark', width: 375, locale: 'de-DE' },
];

withChromium('the pages that links in mails lead to, before and after the button', () => {
  const app = useApp({ REQUIRE_EMAIL_VERIFICATION: 'true' });
  const browser = useBrowser();
  let people = 0;
  const newAddress = (): string => `longer-than-most-addresses-${(people += 1)}@mail.example.com`;

  /** Follows a link of its own on each screen, as far as `steps` leads. */
  async function follow(
    linkOf: () => Promise<string>,
    ...steps: ((page: Page, link: string) => Promise<unknown>)[]
  ): Promise<void> {
    await everywhere(
      browser(),
      async (page) => {
        const link = await linkOf();
        await page.goto(app.url + link);
        await expectAccessible(page);
        for (const step of steps) {
          await step(page, link);
          await expectAccessible(page);
        }
      },
      SCREENS,
    );
  }

  const press = async (page: Page): Promise<void> => {
    await page.locator('form button').first().click();
    await page.locator('h1.good, h1.bad').waitFor();
  };
  const expectGood = async (page: Page): Promise<void> => {
    await press(page);
    expect(await page.locator('h1.good').count()).toBe(1);
  };
  const expectBad = async (page: Page): Promise<void> => {
    await press(page);
    expect(await page.locator('h1.bad').count()).toBe(1);
  };
  const openAgain = async (page: Page, link: string): Promise<void> => {
    await page.goto(app.url + link);
  };
  const isTaken = (address: string) => async (): Promise<void> => {
    await verificationOf(app, address);
  };

  async function givenChange(): Promise<{ before: string; after: string; confirm: string }> {
    const [before, after] = [newAddress(), newAddress()];
    await changeEmail(app, await givenVerified(app, before), after);
    const token = await tokenFor(app, after, 'Confirm your new email address');
    return { before, after, confirm: `/confirm-email-change?token=${token}` };
  }

  it('should be clean: an address is verified, now and already', () =>
    follow(
      async () => {
        const { id, token } = await verificationOf(app, newAddress());
        return `/verify-email?user=${id}&token=${token}`;
      },
      expectGood,
      openAgain,
    ));

  it('should be clean: an account is disowned, and the link is dead', () =>
    follow(
      async () => `/disown-account?token=${(await verificationOf(app, newAddress())).token}`,
      expectGood,
      openAgain,
    ));

  it('should be clean: a change of email is confirmed, and the link is dead', () =>
    follow(async () => (await givenChange()).confirm, expectGood, openAgain));

  it('should be clean: the new address is taken by now', async () => {
    let after = '';
    await follow(
      async () => {
        const change = await givenChange();
        after = change.after;
        return change.confirm;
      },
      () => isTaken(after)(),
      expectBad,
    );
  });

  it('should be clean: a change of email is taken back, and the link is dead', () =>
    follow(
      async () => `/undo-email-change?token=${await undoToken(app, (await givenChange()).before)}`,
      expectGood,
      async (page, link) => {
        await openAgain(page, link);
        // Nobody asked for this link.
        expect(await page.getByRole('status').textContent()).not.toMatch(/Ask for a new one|Fordern Sie/);
      },
    ));

  it('should be clean: a new password is set', () =>
    follow(
      async () => `/reset-password?token=${await resetLink(app, (await givenChange()).before)}`,
      async (page) => {
        await page.locator('input[type=password]').fill('Better-Horse-8');
        await expectGood(page);
      },
    ));

  it('should be clean: a form that came from elsewhere', () =>
    follow(
      () => Promise.resolve('/confirm-email-change?token=x'),
      async (page) => {
        await page.route('**/disown-account', (route) => route.continue({ method: 'POST' }));
        const answer = await page.goto(`${app.url}/disown-account`);
        expect(answer?.status()).toBe(403);
      },
    ));
});

withChromium('the pages of a service with a long name, and a frontend with a long address', () => {
  const FRONTEND_URL = 'https://accounts.a-company-with-a-long-name.example.com/sign-in';
  const SERVICE_NAME = 'Bundesausbildungsfoerderungsamtskontoverwaltung';
  const app = useApp({ REQUIRE_EMAIL_VERIFICATION: 'true', FRONTEND_URL, SERVICE_NAME });
  const browser = useBrowser();

  it('should fit the screen', () =>
    everywhere(browser(), async (page) => {
      const token = (
        await verificationOf(app, `fits${await page.evaluate<number>('innerWidth')}@example.com`)
      ).token;
      await page.goto(`${app.url}/disown-account?token=${token}`);
      await expectAccessible(page);
      await page.locator('form button').click();
      await page.locator(`a[href="${FRONTEND_URL}"]`).waitFor();
      await expectAccessible(page);
      await page.goto(app.url);
      await expectAccessible(page);
    }));
});

/** Registers somebody. */
async function verificationOf(
  app: TestApp,
  email: string,
): Promise<{ id: string; code: string; token: string }> {
  const { data } = await app.graphql<{ register: { user: { id: string } } }>(
    'mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }',
    { input: { email, password: PASSWORD } },
  );
  return { id: data!.register.user.id, ...(await verificationIn(app, email)) };
}
