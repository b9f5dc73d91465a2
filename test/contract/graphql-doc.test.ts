import { readFileSync } from 'node:fs';
import { createSecretKey } from 'node:crypto';
import { verify } from 'jsonwebtoken';
import { graphqlSync, getIntrospectionQuery, parse, type IntrospectionQuery } from 'graphql';
import { buildGraphQLSchema } from '../../src/graphql/schema';
import { codeFor, tokenFor } from '../support/mailbox';
import { useApp } from '../support/test-app';

const app = useApp({ JWT_AUDIENCE: 'graphql-auth-gateway' });
const doc = readFileSync('docs/graphql.md', 'utf8');
const story = doc.slice(doc.indexOf('## Every operation, once'), doc.indexOf('## Calling from a frontend'));

interface Example {
  readonly document: string;
  readonly answer: unknown;
}

function examplesOf(text: string): Example[] {
  return [...text.matchAll(/```graphql\n(.*?)```\s*```json\n(.*?)```/gs)].map(
    ([, document = '', answer = '']) => ({
      document,
      answer: JSON.parse(answer) as unknown,
    }),
  );
}

const examples = examplesOf(story);

/** The document's answer with the real one's value wherever it says that this differs. */
function filledIn(expected: unknown, real: unknown): unknown {
  if (expected === '…') return real;
  if (Array.isArray(expected) && Array.isArray(real))
    return expected.map((one, index) => filledIn(one, real[index]));
  if (typeof expected !== 'object' || expected === null || typeof real !== 'object' || real === null)
    return expected;
  return Object.fromEntries(
    Object.entries(expected).map(([key, value]) => [
      key,
      filledIn(value, (real as Record<string, unknown>)[key]),
    ]),
  );
}

function lastOf(data: unknown, key: string): string | undefined {
  return new RegExp(`"${key}":"([^"]+)"`).exec(JSON.stringify(data))?.[1];
}

describe('docs/graphql.md', () => {
  it('should have an example for every operation', () => {
    const { data } = graphqlSync({ schema: buildGraphQLSchema(), source: getIntrospectionQuery() });
    const { types } = (data as unknown as IntrospectionQuery).__schema;
    const fields = types.flatMap((type) =>
      type.kind === 'OBJECT' && ['Query', 'Mutation'].includes(type.name)
        ? type.fields.map(({ name }) => name)
        : [],
    );
    const shown = examples.flatMap(({ document }) =>
      parse(document).definitions.flatMap((definition) =>
        'selectionSet' in definition && definition.selectionSet
          ? definition.selectionSet.selections.map((one) => ('name' in one && one.name ? one.name.value : ''))
          : [],
      ),
    );
    expect(fields.length).toBeGreaterThan(20);
    expect(fields.filter((name) => !shown.includes(name))).toEqual([]);
  });

  it('should have examples that answer as it says', async () => {
    const known = new Map<string, string>();
    for (const { document, answer } of examples) {
      if (document.includes('<code>')) known.set('code', await codeFor(app, 'ada@lovelace.example'));
      if (document.includes('<resetToken>'))
        known.set('resetToken', await tokenFor(app, 'ada@lovelace.example', 'Reset your password'));
      const query = document.replaceAll(/<(\w+)>/g, (_, name: string) => known.get(name) ?? `no ${name}`);
      const token = known.get('accessToken');
      const { data, errors } = await app.graphql(query, {}, token === undefined ? {} : { token });
      expect([query, errors]).toEqual([query, []]);
      expect(data).toEqual(filledIn(answer, data));
      for (const name of ['accessToken', 'refreshToken']) {
        const value = lastOf(data, name);
        if (value !== undefined) known.set(name, value);
      }
      const id = document.includes('register(') ? lastOf(data, 'id') : undefined;
      if (id !== undefined) known.set('userId', id);
      // An ended session's token is no help to who forgot the password.
      if (/^ {2}(logout|logoutAll)$/m.test(document)) known.delete('accessToken');
    }
  });

  it('should show another service how to verify a token', async () => {
    const { data } = await app.graphql<{
      register: { user: { id: string }; tokens: { accessToken: string } };
    }>(
      'mutation { register(input: { email: "elsewhere@example.com", password: "Correct-Horse-7" }) { user { id } tokens { accessToken } } }',
    );
    const key = createSecretKey(Buffer.from('only-for-tests-0123456789-abcdefghijklmnop'));
    const expected = { issuer: 'http://localhost:4000', audience: 'graphql-auth-gateway' };
    // The gateway's clock in tests stands still.
    const clockTimestamp = Math.floor(app.clock.now().getTime() / 1000);
    const { sub } = verify(data!.register.tokens.accessToken, key, {
      algorithms: ['HS256'],
      clockTimestamp,
      ...expected,
    }) as { sub: string };
    expect(sub).toBe(data?.register.user.id);
  });
});
