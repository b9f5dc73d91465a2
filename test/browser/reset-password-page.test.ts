import type { Page } from 'playwright-core';
import { complaintsOf, useBrowser, withChromium } from '../support/browser';
import { tokenFor } from '../support/mailbox';
import { givenUser, logIn } from '../support/people';
import { useApp } from '../support/test-app';

withChromium('the page for a new password, in Chromium', () => {
  const app = useApp();
  const browser = useBrowser();

  async function openPage(email: string, options: { javaScriptEnabled?: boolean } = {}): Promise<Page> {
    await app.graphql('mutation ($email: String!) { requestPasswordReset(email: $email) }', { email });
    const token = await tokenFor(app, email, 'Reset your password');
    const context = await browser().newContext({ locale: 'en-US', ...options });
    const page = await context.newPage();
    await page.goto(`${app.url}/reset-password?token=${token}`);
    return page;
  }

  it('should show as one types what the password still needs, and set it', async () => {
    const person = await givenUser(app);
    const page = await openPage(person.email);
    const complaints = complaintsOf(page);
    expect(await page.evaluate('document.activeElement.id')).toBe('new-password');
    await page.keyboard.type('Better');
    expect(await page.locator('.rule .done').allTextContents()).toEqual([
      'an uppercase letter (fulfilled)',
      'a lowercase letter (fulfilled)',
      'at most 72 characters; accents and emoji count as more than one (fulfilled)',
    ]);
    await page.keyboard.type('-Horse-8');
    expect(await page.locator('.rule .done').count()).toBe(6);
    await page.getByLabel('Show password').check();
    expect(await page.getByLabel('New password').getAttribute('type')).toBe('text');
    await page.getByRole('button', { name: 'Set password' }).click();
    expect(await page.getByRole('heading').textContent()).toBe('Password changed');
    await logIn(app, { ...person, password: 'Better-Horse-8' });
    expect(complaints).toEqual([]);
  });

  it('should work without JavaScript', async () => {
    const person = await givenUser(app);
    const page = await openPage(person.email, { javaScriptEnabled: false });
    await page.getByLabel('New password').fill('short');
    await page.getByRole('button').click();
    expect(await page.getByRole('alert').textContent()).toContain('lacks what is marked below');
    await page.getByLabel('New password').fill('Better-Horse-8');
    await page.getByRole('button').click();
    expect(await page.getByRole('heading').textContent()).toBe('Password changed');
  });
});
