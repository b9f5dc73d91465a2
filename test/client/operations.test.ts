import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { documents } from '../../client/src/generated';
import {
  createGatewayClient,
  errorCodes,
  isGatewayError,
  problemsByField,
  type GatewayError,
} from '../../client/src/index';
import { renderClient } from '../../src/cli/render-client';
import { errorCodes as serverCodes } from '../../src/errors';
import { PASSWORD } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp({ RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_GRAPHQL_LOGIN: '2/minute' });
const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
const gateway = (): ReturnType<typeof createGatewayClient> =>
  createGatewayClient({ url: `${app.url}/graphql` });

async function errorOf(promise: Promise<unknown>): Promise<GatewayError> {
  const error = await promise.catch((reason: unknown) => reason);
  if (!isGatewayError(error)) throw new Error(`not refused: ${String(error)}`);
  return error;
}

it('should keep client/src/generated.ts as schema.graphql has it ("npm run generate" writes it anew)', () => {
  expect(readFileSync('client/src/generated.ts', 'utf8')).toBe(renderClient(schema));
});

it.each(Object.entries(documents))('should send a valid document for %s', (_name, document) => {
  expect(validate(schema, parse(document))).toEqual([]);
});

it('should have a method for every root field, and know every code', () => {
  const roots = [schema.getQueryType(), schema.getMutationType()];
  const fields = roots.flatMap((root) => Object.keys(root!.getFields()));
  const client = gateway();
  expect(fields.filter((name) => typeof client[name as keyof typeof client] !== 'function')).toEqual([]);
  expect([...errorCodes].sort()).toEqual([...serverCodes].sort());
});

it('should call every field that reads and writes credits, sessions and the profile', async () => {
  const client = gateway();
  const { user, nextStep } = await client.register({
    input: { email: 'all@example.com', password: PASSWORD, username: 'all' },
  });
  expect(nextStep).toBe('NONE');
  const entry = await client.addCredits({ input: { amount: '10.50' } });
  expect((await client.useCredits({ input: { amount: '0.50' } })).newBalance).toBe('10.00');
  expect((await client.creditBalance()).balance).toBe('10.00');
  const page = await client.creditTransactions({ first: 1 });
  expect([page.totalCount, page.edges[0]?.node.type]).toEqual([2, 'CREDIT_USED']);
  const node = await client.node({ id: entry.id });
  expect(node?.__typename === 'CreditTransaction' && node.amount).toBe('10.50');
  expect((await client.user({ id: user.id })).username).toBe('all');
  expect((await client.updateProfile({ input: { firstName: 'Ada' } })).firstName).toBe('Ada');
  expect((await client.health()).status).toBe('healthy');
  expect((await client.errorCatalog()).map(({ code }) => code).sort()).toEqual([...errorCodes].sort());
  expect(await client.request('{ me { username } }')).toEqual({ me: { username: 'all' } });
  expect(await client.logoutAll()).toBe(1);
  expect(client.state).toBe('signed-out');
});

it('should throw errors that say by their code what else they have', async () => {
  const client = gateway();
  const invalid = await errorOf(client.register({ input: { email: 'nonsense', password: 'short' } }));
  expect(invalid.requestId).toMatch(/^req-/);
  expect(invalid.code === 'INVALID_INPUT' && invalid.details.map(({ field }) => field)).toEqual([
    'email',
    'password',
  ]);
  expect(problemsByField(invalid)).toEqual({
    email: 'must be a valid email address',
    password: expect.stringContaining('at least 8') as string,
  });
  const login = (): Promise<unknown> =>
    client.login({ input: { identifier: 'nobody', password: 'Wrong-Horse-7' } });
  expect((await errorOf(login())).code).toBe('INVALID_CREDENTIALS');
  expect(problemsByField(await errorOf(login()))).toEqual({});
  const limited = await errorOf(login());
  expect(limited.code === 'RATE_LIMITED' && limited.retryAfterSeconds).toBeGreaterThan(0);
  expect((await errorOf(client.request('{ nonsense }'))).code).toBe('BAD_REQUEST');
});

it('should tell a server that is not there, or is none of ours, from one that refuses', async () => {
  const nowhere = createGatewayClient({ url: 'http://127.0.0.1:1/graphql' });
  expect((await errorOf(nowhere.me())).code).toBe('UNREACHABLE');
  const page = createGatewayClient({ url: `${app.url}/` });
  expect((await errorOf(page.me())).code).not.toBe('UNKNOWN');
  const newer = createGatewayClient({
    url: `${app.url}/graphql`,
    fetch: async () =>
      Response.json({ errors: [{ message: 'New', extensions: { code: 'FROM_THE_FUTURE' } }] }),
  });
  const unknown = await errorOf(newer.me());
  expect(unknown.code === 'UNKNOWN' && unknown.serverCode).toBe('FROM_THE_FUTURE');
});
