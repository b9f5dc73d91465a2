import { givenUser, type Tokens } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp({ REFRESH_TOKEN_DELIVERY: 'cookie' });
const ORIGIN = 'http://localhost:4000';
const OLD = 'Correct-Horse-7';
const NEW = 'Battery-Staple-8';
const WRONG = 'Wrong-Guess-99';

const linesOf = (event: string) =>
  app.logLines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line['event'] === event);

/** The ways in which a client can write one and the same login. */
function loginQueries(identifier: string, password: string): [string, Record<string, unknown>][] {
  return [
    [
      `mutation { login(input: {identifier: "${identifier}", password: "${password}"}) { tokens { accessToken } } }`,
      {},
    ],
    [
      'mutation ($i: LoginInput!) { login(input: $i) { tokens { accessToken } } }',
      { i: { identifier, password } },
    ],
    [
      'mutation Login($a: String!, $b: String!) { login(input: {identifier: $a, password: $b}) { tokens { accessToken } } }',
      { a: identifier, b: password },
    ],
    [
      'mutation ($i: LoginInput!) { login(input: $i) { tokens { accessToken } } }',
      { i: { identifier, password }, unused: password, list: [password], deep: { pin: password } },
    ],
  ];
}

it('should tell no password, token or cookie of a whole session at DEBUG, however they are sent', async () => {
  const secrets = new Set([OLD, NEW, WRONG]);
  const keep = (answer: { headers: Headers; data: unknown }): string => {
    const tokens = /"accessToken":"([^"]+)"/.exec(JSON.stringify(answer.data));
    if (tokens?.[1]) for (const part of tokens[1].split('.').slice(1)) secrets.add(part);
    for (const cookie of answer.headers.getSetCookie()) {
      const value = cookie.split(';')[0]?.split('=')[1];
      if (value) secrets.add(value);
    }
    return tokens?.[1] ?? '';
  };
  const person = await givenUser(app, { password: OLD });
  let token = '';
  for (const password of [WRONG, OLD]) {
    for (const [query, variables] of loginQueries(person.email, password)) {
      token = keep(await app.graphql(query, variables)) || token;
    }
  }
  const answer = await app.graphql(...loginQueries(person.email, OLD)[0]!);
  token = keep(answer);
  const cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!;
  keep(
    await app.graphql(
      'mutation { refresh { tokens { accessToken } } }',
      {},
      { headers: { cookie, origin: ORIGIN } },
    ),
  );
  const refreshToken = cookie.split('=')[1]!;
  keep(await app.graphql(`mutation { refresh(refreshToken: "${refreshToken}") { tokens { accessToken } } }`));
  const byVariable = 'mutation ($t: String) { refresh(refreshToken: $t) { tokens { accessToken } } }';
  keep(await app.graphql(byVariable, { t: refreshToken }));
  keep(await app.graphql(byVariable, { t: [refreshToken] }));

  const change =
    'mutation ($o: String!, $n: String!) { changePassword(input: {currentPassword: $o, newPassword: $n}) }';
  for (const [o, n] of [
    [WRONG, NEW],
    [OLD, 'weak'],
    [OLD, NEW],
  ])
    await app.graphql(change, { o, n }, { token });

  const get = new URLSearchParams({
    query: `{ user(username: "${NEW}") { id } }`,
    variables: JSON.stringify({ anything: NEW }),
    password: OLD,
    access_token: token,
  });
  await app.request(`/graphql?${get.toString()}`, { headers: { 'apollo-require-preflight': '1' } });
  await app.request(`/nothing?password=${NEW}&token=${token}&code=123456`);
  await app.request('/health', {
    headers: { authorization: `Basic ${Buffer.from(`a:${OLD}`).toString('base64')}` },
  });
  await app.graphql('{ me { id } }', {}, { token: `${token}x`, headers: { cookie } });
  await app.postRaw(`{"query": "mutation { deleteAccount(password: \\"${NEW}\\" }`);
  await app.graphql(`mutation { deleteAccount(password: "${NEW}" }`, {}, { token });
  await app.graphql('mutation ($p: String!) { deleteAccount(password: $p) }', { p: NEW }, { token });

  const log = app.logLines.join('');
  expect(secrets.size).toBeGreaterThan(15);
  expect([...secrets].filter((secret) => log.includes(secret))).toEqual([]);
  expect(log).not.toContain(Buffer.from(`a:${OLD}`).toString('base64'));
  expect(log).not.toContain('123456');
  expect(log).toContain('"level":"DEBUG"');
});

it('should log the start and the end of each request with its duration', async () => {
  app.logLines.length = 0;
  await app.request('/health/live?x=1', { headers: { 'user-agent': 'probe/1', 'x-request-id': 'one' } });
  expect(linesOf('request_start')).toEqual([
    {
      level: 'INFO',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      service: expect.any(String) as string,
      request_id: 'one',
      method: 'GET',
      path: '/health/live?x=1',
      client_ip: '127.0.0.1',
      user_agent: 'probe/1',
      event: 'request_start',
    },
  ]);
  const [end] = linesOf('request_end');
  expect(end).toMatchObject({ level: 'INFO', request_id: 'one', method: 'GET', status_code: 200 });
  expect(end?.['duration_ms']).toBeGreaterThanOrEqual(0);
});

it('should log the name and the kind of an operation, and only the names of its variables', async () => {
  app.logLines.length = 0;
  await app.graphql<{ refresh: Tokens }>('query Who($id: ID) { user(id: $id) { id } }', { id: '77777' });
  expect(linesOf('graphql_operation')).toEqual([
    expect.objectContaining({ operation_type: 'query', operation_name: 'Who', variables: ['id'] }) as unknown,
  ]);
});
