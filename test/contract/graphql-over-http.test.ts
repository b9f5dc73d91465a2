import { serverAudits } from 'graphql-http';
import { useApp } from '../support/test-app';

const app = useApp();

const ANSWERS_4XX =
  'A request that cannot be executed at all is 400 whatever the client accepts: clients that look at the status see it. ' +
  'The specification allows it (SHOULD), and newer drafts recommend it.';
const REFUSES_PLAIN_GET =
  'A GET that needs no preflight is refused, because any page could send it (CSRF); with the header it works.';

/** What is not a MUST, fails, and is meant to. Nothing else may fail, and nothing here may pass unnoticed. */
const MEANT_TO_FAIL: Record<string, string> = {
  'SHOULD use 200 status code on document parsing failure when accepting application/json': ANSWERS_4XX,
  'SHOULD use 200 status code on document validation failure when accepting application/json': ANSWERS_4XX,
  'SHOULD use a status code of 200 on variable coercion failure when accepting application/json': ANSWERS_4XX,
  'MAY accept application/x-www-form-urlencoded formatted GET requests': REFUSES_PLAIN_GET,
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json':
    REFUSES_PLAIN_GET,
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json':
    REFUSES_PLAIN_GET,
};

it('should pass every audit of GraphQL over HTTP, but for those listed with their reason', async () => {
  const audits = serverAudits({ url: `${app.url}/graphql` });
  expect(audits.length).toBeGreaterThan(50);
  const failed: string[] = [];
  for (const audit of audits) {
    const result = await audit.fn();
    if (result.status !== 'ok') failed.push(result.name);
  }
  expect(failed.filter((name) => name.startsWith('MUST'))).toEqual([]);
  expect(failed.sort()).toEqual(Object.keys(MEANT_TO_FAIL).sort());
});

it('should pass those of GET too once the request forces a preflight', async () => {
  const withHeader: typeof fetch = (input, init = {}) =>
    fetch(input, { ...init, headers: { ...(init.headers as object), 'apollo-require-preflight': 'true' } });
  const failed: string[] = [];
  for (const audit of serverAudits({ url: `${app.url}/graphql`, fetchFn: withHeader })) {
    const result = await audit.fn();
    if (result.status !== 'ok') failed.push(result.name);
  }
  const expected = Object.entries(MEANT_TO_FAIL).filter(([, reason]) => reason !== REFUSES_PLAIN_GET);
  expect(failed.sort()).toEqual(expected.map(([name]) => name).sort());
});
