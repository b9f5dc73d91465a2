import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { useBrowser, withChromium } from '../support/browser';
import { clientDirectory } from '../support/packed-client';
import { PASSWORD } from '../support/people';
import { serveDirectory, type Site } from '../support/static-site';
import { TestApp } from '../support/test-app';

const hasEvents = readFileSync('schema.graphql', 'utf8').includes('type Subscription');
const whenThereAreEvents = hasEvents
  ? withChromium
  : (name: string, tests: () => void) =>
      describe.skip(`${name} (skipped: no Subscription in the schema)`, tests);

whenThereAreEvents('live events, in a page of Chromium', () => {
  const browser = useBrowser();
  const app = new TestApp();
  let site: Site;
  beforeAll(async () => {
    site = await serveDirectory(path.join(clientDirectory, 'dist/esm'));
    await app.start({ CORS_ORIGINS: site.origin });
  });
  afterAll(async () => {
    await app.stop();
    await site.close();
  });

  /** A page in which somebody is signed in and follows both kinds of events. */
  async function openPage(email: string): Promise<Page> {
    const page = await (await browser().newContext()).newPage();
    await page.goto(site.origin);
    const url = `${app.url.replace('127.0.0.1', 'localhost')}/graphql`;
    await page.evaluate(`(async () => {
      const { createGatewayClient } = await import('/index.js');
      globalThis.gateway = createGatewayClient({ url: '${url}' });
      globalThis.seen = [];
      globalThis.refusals = [];
      const { tokens } = await gateway.register({ input: { email: '${email}', password: '${PASSWORD}' } });
      globalThis.firstToken = tokens.accessToken;
      const error = ({ code, message }) => refusals.push(code + ' ' + message);
      gateway.events.creditEvents({}, { next: ({ transaction }) => seen.push(transaction.newBalance), error });
      gateway.events.sessionEvents({}, { next: ({ kind }) => seen.push(kind), error });
    })()`);
    // Whatever comes before the server listens is not told; so one booking is repeated until it is.
    await page.evaluate(`(async () => {
      while (seen.length === 0) {
        await gateway.addCredits({ input: { amount: '1' } });
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })()`);
    return page;
  }

  it('should tell of bookings, and of the end of the session', async () => {
    const page = await openPage('live1@example.com');
    const balance = await page.evaluate(
      "gateway.addCredits({ input: { amount: '5' } }).then((entry) => entry.newBalance)",
    );
    await page.waitForFunction(`seen.includes('${String(balance)}')`);
    await page.evaluate('gateway.logoutAll()');
    await page.waitForFunction('refusals.length === 2');
    expect(await page.evaluate('refusals.every((text) => text.startsWith("UNAUTHENTICATED"))')).toBe(true);
  });

  it('should go on with a new token when the old one has expired', async () => {
    const page = await openPage('live2@example.com');
    app.clock.advance({ hours: 2 });
    const booked = "gateway.addCredits({ input: { amount: '5' } }).then((entry) => entry.newBalance)";
    const balance = await page.evaluate(booked);
    await page.waitForFunction(`seen.includes('${String(balance)}')`);
    expect(await page.evaluate('refusals')).toEqual([]);
  });
});
