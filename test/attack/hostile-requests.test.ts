import { codesOf, PASSWORD } from '../support/people';
import { requestRaw, sendRaw } from '../support/http';
import { useApp } from '../support/test-app';

const app = useApp();
const REGISTER = 'mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }';
const PREFLIGHTED = { 'apollo-require-preflight': 'true' };

beforeEach(() => (app.logLines.length = 0));
afterEach(async () => {
  expect(await app.count('users')).toBe(0);
  expect(app.logLines.filter((line) => /"level":"(ERROR|CRITICAL)"/.test(line))).toEqual([]);
});

describe('a body that is no request', () => {
  it.each([
    ['nothing', ''],
    ['half an object', '{'],
    ['a string', '"{health{status}}"'],
    ['null', 'null'],
    ['a number', '7'],
    ['an empty object', '{}'],
    ['an empty batch', '[]'],
    ['a batch', '[{"query":"{health{status}}"},{"query":"{health{status}}"}]'],
    ['an empty query', '{"query":""}'],
    ['a query of spaces', '{"query":"  "}'],
    ['a query that is a number', '{"query":7}'],
    ['a query that is an object', '{"query":{"kind":"Document"}}'],
    ['a query that is null', '{"query":null}'],
    ['variables as a string', '{"query":"{health{status}}","variables":"{}"}'],
    ['variables as an array', '{"query":"{health{status}}","variables":[]}'],
    ['extensions as a string', '{"query":"{health{status}}","extensions":"{}"}'],
    ['an operation name that is a number', '{"query":"{health{status}}","operationName":1}'],
    ['an operation that is not there', '{"query":"query a {health{status}}","operationName":"b"}'],
    ['two operations and no name', '{"query":"query a {health{status}} query b {health{status}}"}'],
    ['a broken document', '{"query":"{health{status}"}'],
    ['an unknown field', '{"query":"{secrets}"}'],
    ['an unknown variable', '{"query":"{user(id:$id){id}}"}'],
    ['__proto__ at the top', '{"__proto__":{"query":"{health{status}}"}}'],
    ['__proto__ in the variables', '{"query":"{health{status}}","variables":{"__proto__":{"isAdmin":true}}}'],
    [
      'a constructor with a prototype',
      '{"query":"{health{status}}","variables":{"constructor":{"prototype":{}}}}',
    ],
    ['a NUL byte in the document', '{"query":"{health{status}}\\u0000"}'],
    ['a lone surrogate in the document', '{"query":"{health{status}}\\ud800"}'],
  ])('should answer BAD_REQUEST to %s', async (_name, body) => {
    const answer = await app.postRaw(body);
    expect(answer.status).toBe(400);
    expect(codesOf(answer)).toEqual(['BAD_REQUEST']);
  });

  it.each(['__proto__', 'constructor', 'toString', 'isAdmin', 'role', 'id'])(
    'should refuse the unknown field %s in an input',
    async (key) => {
      const input = `{"email":"a@example.com","password":"${PASSWORD}","${key}":"admin"}`;
      const answer = await app.postRaw(
        `{"query":${JSON.stringify(REGISTER)},"variables":{"input":${input}}}`,
      );
      expect([answer.status, ...codesOf(answer)]).toEqual([400, 'BAD_REQUEST']);
      expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
    },
  );

  it('should answer BAD_REQUEST to a kind of operation that the schema does not have', async () => {
    expect(codesOf(await app.graphql('subscription { health { status } }'))).toEqual(['BAD_REQUEST']);
  });

  it('should take the last of two equal keys, like every JSON reader, and check that one', async () => {
    const input = `{"email":"a@example.com","email":"broken","password":"${PASSWORD}"}`;
    const answer = await app.postRaw(`{"query":${JSON.stringify(REGISTER)},"variables":{"input":${input}}}`);
    expect(codesOf(answer)).toEqual(['INVALID_INPUT']);
  });

  it('should refuse deep JSON where text belongs', async () => {
    const deep = '['.repeat(30_000) + ']'.repeat(30_000);
    const query = 'query ($u: String) { user(username: $u) { id } }';
    const answer = await app.postRaw(`{"query":"${query}","variables":{"u":${deep}}}`);
    expect([answer.status, ...codesOf(answer)]).toEqual([400, 'BAD_REQUEST']);
  });

  it('should refuse a body of 1 MB before it reads it', async () => {
    const answer = await app.postRaw(JSON.stringify({ query: `{health{status}} #${'x'.repeat(1_048_576)}` }));
    expect([answer.status, ...codesOf(answer)]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });
});

describe('a variable that is null where the argument needs a value', () => {
  it.each([
    ['an argument', 'mutation ($v: ID = "x") { revokeSession(id: $v) }'],
    [
      'a field of an input',
      'mutation ($v: String = "x") { login(input: {identifier: "a", password: $v}) { user { id } } }',
    ],
    ['a directive', 'query ($v: Boolean = true) { health @skip(if: $v) { status } }'],
  ])('should be the caller’s mistake in %s', async (_name, query) => {
    expect(codesOf(await app.graphql(query, { v: null }))).toEqual(['BAD_REQUEST']);
  });
});

describe('cross-site request forgery', () => {
  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'should refuse %s, which a form can send, with and without a header that forces a preflight',
    async (type) => {
      for (const headers of [{}, PREFLIGHTED]) {
        const answer = await app.postRaw('{"query":"mutation { logout }"}', {
          'content-type': type,
          ...headers,
        });
        expect([answer.status, ...codesOf(answer)]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
      }
    },
  );

  it('should never mutate on GET', async () => {
    const query = `mutation { register(input: {email: "a@example.com", password: "${PASSWORD}"}) { user { id } } }`;
    const answer = await app.request(`/graphql?query=${encodeURIComponent(query)}`, { headers: PREFLIGHTED });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    expect(answer.text).toContain('"code":"METHOD_NOT_ALLOWED"');
  });
});

describe('a Host header that names no host', () => {
  it.each(['', '[', 'a b', '%', '@'])('should be refused: "%s"', async (host) => {
    const body = '{"query":"{health{status}}"}';
    const headers = { host, 'content-type': 'application/json' };
    const answer = await requestRaw(app, { method: 'POST', target: '/graphql', headers, body });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('"code":"BAD_REQUEST"');
  });
});

describe('what is no HTTP', () => {
  it.each([
    ['an unknown method', 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['a broken request line', 'hello\r\n\r\n', 400],
    ['headers of 20 kB', `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'two different lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      400,
    ],
  ])('should answer %s in the envelope', async (_name, request, status) => {
    const [head = '', body = ''] = (await sendRaw(app, request)).split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    const requestId = /X-Request-ID: (req-\S+)/.exec(head)?.[1];
    expect(JSON.parse(body)).toMatchObject({ status: 'error', code: 'BAD_REQUEST', request_id: requestId });
  });
});
