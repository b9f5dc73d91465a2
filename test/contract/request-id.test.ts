import { useApp } from '../support/test-app';

const app = useApp();
const QUERY = JSON.stringify({ query: '{ me { id } }' });

const ROUTES: [string, string, RequestInit][] = [
  ['a success', '/health', {}],
  [
    'a field error',
    '/graphql',
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: QUERY },
  ],
  [
    'malformed JSON',
    '/graphql',
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' },
  ],
  ['an unknown path', '/nothing', {}],
  ['a wrong method', '/health', { method: 'DELETE' }],
  ['a broken path', '/%zz', {}],
];

async function idOf(path: string, init: RequestInit, sent?: string): Promise<string | null> {
  const headers = {
    ...(init.headers as Record<string, string>),
    ...(sent !== undefined && { 'x-request-id': sent }),
  };
  const { headers: answered } = await app.request(path, { ...init, headers });
  return answered.get('x-request-id');
}

describe.each(ROUTES)('%s', (_name, path, init) => {
  it("should carry the caller's own id", async () => {
    expect(await idOf(path, init, 'abc.DEF_1-2')).toBe('abc.DEF_1-2');
  });

  it('should get a new id each time when the caller sends none', async () => {
    const ids = [await idOf(path, init), await idOf(path, init)];
    for (const id of ids) expect(id).toMatch(/^req-[\w-]{12}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });
});

it.each([
  ['one character', 'x', true],
  ['128 characters', 'x'.repeat(128), true],
  ['129 characters', 'x'.repeat(129), false],
  ['nothing', '', false],
  ['a space', 'a b', false],
  ['a slash', 'a/b', false],
  ['a quote', 'a"b', false],
  ['a letter beyond ASCII', 'é', false],
  ['two ids', 'a, b', false],
])('should judge %s', async (_name, sent, isKept) => {
  const id = await idOf('/health/live', {}, sent);
  if (isKept) expect(id).toBe(sent);
  else expect(id).toMatch(/^req-[\w-]{12}$/);
});

it('should stand in every log line of its request, and in no other', async () => {
  app.logLines.length = 0;
  const post = (id: string, query: string) => app.graphql(query, {}, { headers: { 'x-request-id': id } });
  const register = (name: string) =>
    `mutation { register(input: {email: "${name}@example.com", password: "Correct-Horse-7"}) { user { id } } }`;
  const logIn =
    'mutation { login(input: {identifier: "first@example.com", password: "Wrong-Horse-7"}) { user { id } } }';
  await Promise.all([
    post('id-1', register('first')),
    post('id-2', logIn),
    post('id-3', '{ me { id } }'),
    post('id-4', '{'),
  ]);
  const lines = app.logLines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.filter(({ request_id }) => request_id === undefined)).toEqual([]);
  const eventsOf = (id: string) =>
    lines.filter((line) => line['request_id'] === id).map(({ event }) => event);
  expect(eventsOf('id-1')).toEqual([
    'request_start',
    'graphql_operation',
    'account_registered',
    'session_opened',
    'request_end',
  ]);
  expect(eventsOf('id-2')).toEqual([
    'request_start',
    'graphql_operation',
    'login_failed',
    'graphql_error',
    'request_end',
  ]);
  expect(eventsOf('id-3')).toEqual(['request_start', 'graphql_operation', 'graphql_error', 'request_end']);
  expect(eventsOf('id-4')).toEqual(['request_start', 'graphql_error', 'request_end']);
});
