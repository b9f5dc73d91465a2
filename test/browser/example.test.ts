import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { parse, print, visit, type TypeNode } from 'graphql';
import type { BrowserContext, Page } from 'playwright-core';
import { expectAccessible } from '../support/accessibility';
import { complaintsOf, useBrowser, withChromium } from '../support/browser';
import {
  installExample,
  runExample,
  serveExample,
  TSC,
  VITE,
  whenExampleCanBeInstalled,
} from '../support/example';
import { deliverMails } from '../support/mailbox';
import { logIn, PASSWORD } from '../support/people';
import { TestApp } from '../support/test-app';

jest.setTimeout(180_000);

const schema = parse(readFileSync('schema.graphql', 'utf8'));
const nameOf = (type: TypeNode): string => ('type' in type ? nameOf(type.type) : type.name.value);
/** Where to put screenshots of each step; nobody looks at them in a test. */
const { SCREENSHOTS } = process.env;

whenExampleCanBeInstalled('the example for React', () => {
  beforeAll(installExample);

  describe('against a schema that lost something', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'schema-'));
    afterAll(() => {
      rmSync(directory, { recursive: true, force: true });
      expect(runExample('codegen.js')).toEqual({ ok: true, output: '' });
    });

    /** What codegen and the compiler say when a value, a field or a type with all that returns it is gone. */
    function compileWithout(removed: string): string {
      const gone = (node: { name: { value: string }; type?: TypeNode }): null | undefined =>
        node.name.value === removed || (node.type && nameOf(node.type) === removed) ? null : undefined;
      const less = visit(schema, {
        EnumValueDefinition: gone,
        FieldDefinition: gone,
        ObjectTypeDefinition: gone,
      });
      expect(print(less)).not.toBe(print(schema));
      const file = path.join(directory, 'schema.graphql');
      writeFileSync(file, print(less));
      const codegen = runExample('codegen.js', file);
      return codegen.ok ? runExample(TSC).output : codegen.output;
    }

    it.each([
      ['error code', 'INSUFFICIENT_CREDITS', /errors\.ts.*'INSUFFICIENT_CREDITS' does not exist/],
      ['field', 'isEmailVerified', /Cannot query field "isEmailVerified"/],
      ['type', 'CreditBalance', /Cannot query field "creditBalance"/],
    ])('should not compile without this %s: %s', (_kind, name, complaint) => {
      expect(compileWithout(name)).toMatch(complaint);
    });
  });

  withChromium('in Chromium, against a gateway', () => {
    const browser = useBrowser();
    const app = new TestApp();
    let preview: ChildProcess;
    let url = '';
    beforeAll(async () => {
      for (const [program, ...args] of [['codegen.js'], [TSC], [VITE, 'build']] as const) {
        expect(runExample(program, ...args)).toMatchObject({ ok: true });
      }
      // The page comes through a proxy, from an origin of its own, and live events take none but those that are named.
      await app.start({ REQUIRE_EMAIL_VERIFICATION: 'true', CORS_ORIGINS: '*' });
      ({ url, process: preview } = await serveExample(app.url));
    });
    afterAll(async () => {
      preview.kill();
      await app.stop();
    });

    async function look(page: Page, step: string): Promise<void> {
      for (const [width, colorScheme] of [
        [375, 'dark'],
        [375, 'light'],
        [1280, 'dark'],
        [1280, 'light'],
      ] as const) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme });
        await expectAccessible(page);
        const file = path.join(SCREENSHOTS ?? '', `${step}-${width}-${colorScheme}.png`);
        if (SCREENSHOTS !== undefined) await page.screenshot({ path: file, fullPage: true });
      }
    }

    /** Opens the newest mail of the developers' mailbox and reads the code. */
    async function codeFromMailbox(context: BrowserContext): Promise<string> {
      await deliverMails(app);
      const mailbox = await context.newPage();
      await mailbox.goto(`${app.url}/dev/mailbox`);
      await mailbox
        .getByRole('link', { name: /verification code/i })
        .first()
        .click();
      const code = /\b\d{6}\b/.exec(await mailbox.locator('main').innerText())?.[0];
      await mailbox.close();
      return code ?? 'no code';
    }

    async function book(page: Page, amount: string, direction: 'Add' | 'Use'): Promise<void> {
      await page.getByLabel('Amount').fill(amount);
      await page.getByLabel(direction).check();
      await page.getByRole('button', { name: 'Book' }).click();
    }
    const balance = (page: Page, amount: string): Promise<void> =>
      page.getByTestId('balance').getByText(amount, { exact: true }).waitFor();

    it('should lead from the registration to the sign-out, in two tabs', async () => {
      const context = await browser().newContext();
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      await page.goto(url);
      await page.getByRole('button', { name: 'I am new here' }).click();
      await page.getByLabel('Email address').fill('nonsense');
      await page.getByLabel('Password').fill('short');
      await page.getByRole('button', { name: 'Create the account' }).click();
      await page.getByText('must be a valid email address').waitFor();
      expect(await page.locator('input[aria-invalid=true]').count()).toBe(2);
      await look(page, '1-refused');

      const email = 'ada@example.com';
      await page.getByLabel('Email address').fill(email);
      await page.getByLabel('Username').fill('ada');
      await page.getByLabel('Password').fill(PASSWORD);
      await page.getByRole('button', { name: 'Create the account' }).click();
      await page.getByLabel('Code').fill('000000');
      await page.getByRole('button', { name: 'Verify' }).click();
      await page.getByText('This code is wrong or has expired.').waitFor();
      await look(page, '2-verify');
      await page.getByLabel('Code').fill(await codeFromMailbox(context));
      await page.getByRole('button', { name: 'Verify' }).click();

      await balance(page, '0.00');
      await book(page, '20', 'Add');
      await balance(page, '20.00');
      await book(page, '30', 'Use');
      await page.getByText('Your credits do not suffice.').waitFor();
      await book(page, 'much', 'Use');
      await page.locator('input[name=amount][aria-invalid=true]').waitFor();
      await book(page, '0.50', 'Use');
      await balance(page, '19.50');

      const second = await context.newPage();
      await second.goto(url);
      await balance(second, '19.50');
      const refreshes: unknown[] = [];
      context.on('request', (request) => {
        if (request.postData()?.includes('mutation refresh')) refreshes.push(request);
      });
      app.clock.advance({ hours: 2 });
      await Promise.all([second.reload(), page.reload()]);
      await Promise.all([balance(page, '19.50'), balance(second, '19.50')]);
      // One for both, unless the second tab loads only when the first has its tokens and nobody tells of them any more.
      expect([1, 2]).toContain(refreshes.length);

      await logIn(app, { email, password: PASSWORD });
      const end = page.getByRole('button', { name: 'End', exact: true });
      await end.waitFor();
      await look(page, '3-account');
      await end.click();
      await end.waitFor({ state: 'detached' });

      await book(second, '1', 'Add');
      await balance(second, '20.50');
      await page.bringToFront();
      await balance(page, '20.50');
      await page.getByRole('button', { name: 'Sign out' }).click();
      await second.getByRole('heading', { name: 'Sign in' }).waitFor();
      await page.getByLabel('Email address or username').fill('ada');
      await page.getByLabel('Password').fill('Wrong-Horse-7');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('The name or the password is wrong.').waitFor();
      await look(page, '4-signed-out');
      expect(complaints).toEqual([]);
    });
  });
});
