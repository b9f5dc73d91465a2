import { codesOf } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();

/** What graphql-js and Apollo say of errors that are told apart by their words, and the code that each would get. */
const TELLTALES: [string, string][] = [
  ['Syntax Error: Document contains more that 1000 tokens. Parsing aborted.', 'QUERY_TOO_COMPLEX'],
  ['Document contains more that 1000 tokens. Parsing aborted.', 'QUERY_TOO_COMPLEX'],
  ['GET requests only support query operations, not mutation operations', 'METHOD_NOT_ALLOWED'],
  ['Argument "id" of non-null type "ID!" must not be null.', 'BAD_REQUEST'],
  ['Schema is not configured to execute subscription operation.', 'BAD_REQUEST'],
];

describe('words quoted from a client', () => {
  it.each(TELLTALES)('should not change what a document is refused with: %s', async (words) => {
    const quoted = JSON.stringify(words);
    const documents: [string, Record<string, unknown>][] = [
      [`{ ${quoted} }`, {}],
      [`{ """${words}""" """${words}""" }`, {}],
      [`{ user(id: ${quoted} id: "1") { id } }`, {}],
      [`{ health(${quoted}: 1) { status } }`, {}],
      [`{ creditTransactions(first: ${quoted}) { totalCount } }`, {}],
      ['query ($first: Int) { creditTransactions(first: $first) { totalCount } }', { first: words }],
      ['query ($first: Int) { creditTransactions(first: $first) { totalCount } }', { first: { [words]: 1 } }],
    ];
    for (const [document, variables] of documents) {
      const answer = await app.graphql(document, variables);
      expect([document, answer.status, codesOf(answer)[0]]).toEqual([document, 400, 'BAD_REQUEST']);
    }
  });

  it.each(TELLTALES)('should not change the code of an operation nobody knows: %s', async (operationName) => {
    const body = JSON.stringify({ query: 'query A { health { status } }', operationName });
    const answer = await app.postRaw(body);
    expect([answer.status, codesOf(answer)]).toEqual([400, ['BAD_REQUEST']]);
  });

  it.each(TELLTALES)('should not change what a field is refused with: %s', async (words) => {
    const login = 'mutation ($input: LoginInput!) { login(input: $input) { user { id } } }';
    const answer = await app.graphql(login, { input: { identifier: words, password: words } });
    expect(codesOf(answer)).toEqual(['INVALID_CREDENTIALS']);
    const reset = 'mutation ($email: String!) { requestPasswordReset(email: $email) }';
    expect(codesOf(await app.graphql(reset, { email: words }))).toEqual(['INVALID_INPUT']);
  });
});

it('should still tell the real ones apart', async () => {
  expect(codesOf(await app.graphql(`{ health { ${'status '.repeat(1000)} } }`))).toEqual([
    'QUERY_TOO_COMPLEX',
  ]);
  const byGet = await app.request('/graphql?query=mutation%7Blogout%7D', {
    headers: { 'apollo-require-preflight': '1' },
  });
  expect([byGet.status, byGet.headers.get('allow')]).toEqual([405, 'POST']);
  expect(byGet.text).toContain('METHOD_NOT_ALLOWED');
  const nulled = await app.graphql(
    'mutation ($email: String = "a@example.com") { resendVerification(email: $email) }',
    { email: null },
  );
  expect([nulled.data, codesOf(nulled)]).toEqual([null, ['BAD_REQUEST']]);
});
