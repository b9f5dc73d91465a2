import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { errorCatalogue, errorCodes } from '../../src/errors';
import { raisedBy } from '../../src/graphql/describe-fields';
import { fieldsOf, rootFields } from '../../src/graphql/root-fields';
import { buildGraphQLSchema } from '../../src/graphql/schema';

const SCHEMA = readFileSync('schema.graphql', 'utf8');

function changed(change: (text: string) => string): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'schema-')), 'schema.graphql');
  writeFileSync(file, change(SCHEMA));
  return file;
}

describe('schema.graphql', () => {
  const schema = buildGraphQLSchema();

  it('should say at each root field which errors it answers and which limit it is held to', () => {
    const free = ['health', 'errorCatalog'];
    for (const field of [...rootFields(schema), ...fieldsOf(schema.getSubscriptionType())]) {
      expect(field.description).toMatch(/Rate limit: `RATE_LIMIT_\w+`, by [a-z ]+\.$/);
      if (free.includes(field.name)) continue;
      expect([field.name, raisedBy(field)]).not.toEqual([field.name, []]);
      for (const code of raisedBy(field)) expect(field.description).toContain(`\`${code}\``);
    }
  });

  it('should break nothing that was released', () => {
    const output = execFileSync(process.execPath, ['tools/schema-diff.cjs'], { encoding: 'utf8' });
    expect(output).toMatch(/, 0 breaking\n$/);
  });

  it.each([
    [
      'a field is removed',
      (text: string) => text.replace(/ {2}"""Never below zero."""\n {2}balance: Decimal!\n/, ''),
    ],
    [
      'an error code is removed',
      (text: string) => text.replace(/\n {2}"""[^"]*"""\n {2}TOKEN_EXPIRED\n/, '\n'),
    ],
    [
      'an argument is demanded',
      (text: string) =>
        text.replace('refreshToken: String\n  ): AuthPayload', 'refreshToken: String!\n  ): AuthPayload'),
    ],
    ['an answer may be null', (text: string) => text.replace('me: User!', 'me: User')],
  ])('should be called breaking when %s', (_what, change) => {
    const file = changed(change);
    expect(readFileSync(file, 'utf8')).not.toBe(SCHEMA);
    const { status, stdout } = spawnSync(
      process.execPath,
      ['tools/schema-diff.cjs', 'docs/schema-released.graphql', file],
      { encoding: 'utf8' },
    );
    expect([status, stdout]).toEqual([1, expect.stringContaining('BREAKING')]);
  });
});

describe('npm run mock', () => {
  let server: Server;
  let url = '';

  beforeAll(async () => {
    const { mockServer } = require('../../tools/mock.cjs') as { mockServer: () => Server };
    server = mockServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  });

  afterAll(() => server.close());

  async function ask(query: string, headers: Record<string, string> = {}): Promise<unknown> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });
    return response.json();
  }

  it('should answer with what looks like the real thing', async () => {
    const answer = await ask(`{ me { email role createdAt } mySessions { id ipAddress }
      creditTransactions { edges { node { amount newBalance type } } totalCount } node(id: "x") { id } }`);
    expect(answer).toMatchObject({
      data: {
        me: { email: 'ada@example.com', role: 'USER', createdAt: expect.stringMatching(/^2025-/) as string },
        mySessions: [{ ipAddress: '203.0.113.7' }, {}],
        creditTransactions: { totalCount: 2, edges: [{ node: { amount: '10.00' } }, {}] },
      },
    });
    expect(answer).not.toHaveProperty('errors');
  });

  it('should fail by the header with any error of the catalogue, in the shape of the gateway’s', async () => {
    for (const code of errorCodes) {
      const answer = await ask('{ mine: me { id } }', { 'x-mock-error': code });
      const { httpStatus, description, exception } = errorCatalogue[code];
      expect(answer).toMatchObject({
        data: null,
        errors: [
          {
            message: description,
            path: ['mine'],
            extensions: { code, error: exception, http_status: httpStatus, status: 'error' },
          },
        ],
      });
    }
    expect(await ask('{ me { id } }', { 'x-mock-error': 'NO_SUCH' })).toMatchObject({
      errors: [{ extensions: { code: 'BAD_REQUEST' } }],
    });
  });

  it.each(['{ me { nope } }', '{ me ', 'query ($id: ID!) { node(id: $id) { id } }'])(
    'should refuse a document that is no good: %s',
    async (query) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      expect([response.status, await response.json()]).toMatchObject([
        400,
        { errors: [{ extensions: { code: 'BAD_REQUEST', error: 'BadRequestException', http_status: 400 } }] },
      ]);
    },
  );

  it('should let pages of any origin ask with cookies, as the client package does', async () => {
    const origin = 'http://localhost:5173';
    const preflight = await fetch(url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-token-delivery',
      },
    });
    const answer = await fetch(url, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json', 'x-token-delivery': 'cookie' },
      body: JSON.stringify({ query: '{ me { id } }' }),
    });
    for (const { headers } of [preflight, answer]) {
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-allow-credentials')).toBe('true');
    }
    expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type,x-token-delivery');
    expect(await answer.json()).toEqual({ data: { me: { id: '1' } } });
  });
});
