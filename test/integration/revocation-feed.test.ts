import 'reflect-metadata';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { basic, introspected, OAUTH_CLIENTS, OTHER_CLIENT } from '../support/oauth';
import { disable, givenUser, logIn, PASSWORD, type Person } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp({
  OAUTH_CLIENTS,
  OAUTH_FEED_WAIT_SECONDS: '1',
  OAUTH_FEED_CONNECTIONS: '3',
  MAX_SESSIONS_PER_USER: '2',
  SESSION_CHECK_MAX_AGE_MS: '1',
});

interface Page {
  readonly cursor: string;
  readonly sessions: readonly { readonly sid: string; readonly ended_at: string }[];
}

async function ask(
  since?: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; page: Page }> {
  const path = `/oauth/revocations${since === undefined ? '' : `?since=${encodeURIComponent(since)}`}`;
  const { status, json } = await app.request(path, { headers: { authorization: basic(), ...headers } });
  return { status, page: json as Page };
}

/** Takes every place for a moment, until it gets them all. */
async function untilFree(since: string): Promise<void> {
  for (;;) {
    const all = await Promise.all(Array.from({ length: 3 }, () => ask(since)));
    if (all.every(({ status }) => status === 200)) return;
  }
}
const now = async (): Promise<string> => (await ask()).page.cursor;
const sidOf = async ({ accessToken }: Pick<Person, 'accessToken'>): Promise<string> =>
  String((await introspected(app, accessToken))['sid']);
const logout = (token: string) => app.graphql('mutation { logout }', {}, { token });

describe('/oauth/revocations', () => {
  it('should answer as soon as a session ends', async () => {
    const person = await givenUser(app);
    const sid = await sidOf(person);
    const since = await now();
    const asked = ask(since);
    await delay(50);
    await logout(person.accessToken);
    const endedAt = performance.now();
    const { page } = await asked;
    expect(performance.now() - endedAt).toBeLessThan(900);
    expect(page.sessions.map((session) => session.sid)).toEqual([sid]);
    expect((await ask()).page.sessions.map((session) => session.sid)).toContain(sid);
  });

  // prettier-ignore
  it.each([
    ['a logout', async (one: Person) => logout(one.accessToken)],
    ['a change of password', async (one: Person) => {
      const { accessToken } = await logIn(app, one);
      await app.graphql(
        'mutation ($i: ChangePasswordInput!) { changePassword(input: $i) }',
        { i: { currentPassword: PASSWORD, newPassword: 'Another-Horse-8' } }, { token: accessToken });
    }],
    ['one session too many', async (one: Person) => { app.clock.advance({ seconds: 1 }); await logIn(app, one); app.clock.advance({ seconds: 1 }); await logIn(app, one); }],
    ['an account disabled', async (one: Person) => disable(app, one)],
    ['an account deleted', async (one: Person) => app.graphql(`mutation { deleteAccount(password: "${PASSWORD}") }`, {}, { token: one.accessToken })],
    ['SQL of an operator', async (one: Person) => app.rows('delete from users where id = ? returning id', [one.id])],
  ] as [string, (one: Person) => Promise<unknown>][])('should tell of %s', async (_end, end) => {
    const person = await givenUser(app);
    const sid = await sidOf(person);
    const since = await now();
    await end(person);
    const { page } = await ask(since);
    expect(page.sessions.map((session) => session.sid)).toContain(sid);
  });

  it('should tell each reader of everything once, in order, whichever commits first', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => givenUser(app)));
    const sids = await Promise.all(people.map(sidOf));
    let cursor = await now();
    const seen: string[] = [];
    const reading = (async () => {
      while (seen.length < sids.length) {
        const { page } = await ask(cursor);
        cursor = page.cursor;
        seen.push(...page.sessions.map(({ sid }) => sid));
      }
    })();
    await Promise.all(people.map(({ accessToken }) => logout(accessToken)));
    await reading;
    expect([...seen].sort()).toEqual([...sids].sort());
  });

  it('should answer an empty list after a while, and the same cursor', async () => {
    const since = await now();
    expect((await ask(since)).page).toEqual({ cursor: since, sessions: [] });
  });

  it('should forget what no token can belong to any more', async () => {
    const person = await givenUser(app);
    const sid = await sidOf(person);
    await logout(person.accessToken);
    app.clock.advance({ minutes: 61 });
    const { page } = await ask();
    expect(page.sessions.map((session) => session.sid)).not.toContain(sid);
    await app.app.housekeeper.runRound();
    expect(await app.rows('select 1 from ended_sessions where session_id = ?', [sid])).toEqual([]);
  });

  it('should begin anew with a cursor that this database never gave', async () => {
    const { status, page } = await ask('999999999');
    expect([status, Number(page.cursor) < 999_999_999]).toEqual([200, true]);
  });

  it.each(['x', '-1', '1e5', ' 1', '9'.repeat(30)])('should answer 400 to the cursor %j', async (since) => {
    expect((await ask(since)).status).toBe(400);
  });

  it('should be for clients only', async () => {
    expect((await app.request('/oauth/revocations')).status).toBe(401);
    expect((await ask(undefined, { authorization: 'Basic eDp5' })).status).toBe(401);
  });

  it('should let only so many wait, and those again who left', async () => {
    const since = await now();
    let waiting: ReturnType<typeof ask>[] = [];
    do {
      await Promise.all(waiting);
      waiting = Array.from({ length: 3 }, () => ask(since));
      await delay(100); // until they wait, on all but a very busy machine
    } while ((await ask()).status !== 503);
    // Its own places, whatever the other does.
    expect((await ask(since, { authorization: basic(OTHER_CLIENT) })).status).toBe(200);
    await Promise.all(waiting);
    expect((await ask(since)).status).toBe(200);
  });

  it('should give back the places of streams that were left, however early', async () => {
    const since = await now();
    for (let round = 0; round < 10; round += 1) {
      const leaving = new AbortController();
      const headers = { authorization: basic(), accept: 'text/event-stream', 'last-event-id': since };
      const gone = fetch(`${app.url}/oauth/revocations`, { headers, signal: leaving.signal });
      if (round % 2 === 0) await delay(round);
      leaving.abort();
      await gone.catch(() => undefined);
    }
    const line = `GET /oauth/revocations?since=${since} HTTP/1.1\r\nhost: x\r\nauthorization: ${basic()}\r\n`;
    // Pipelined behind one that waits: nobody begins to read these.
    const requests = `${line}\r\n${`${line}accept: text/event-stream\r\n\r\n`.repeat(2)}`;
    let socket: Socket | undefined;
    do {
      socket?.destroy();
      await untilFree(since);
      socket = connect(Number(new URL(app.url).port), '127.0.0.1');
      socket.write(requests);
      await delay(100);
    } while ((await ask()).status !== 503);
    socket.destroy();
    await untilFree(since);
    // HEAD takes no stream: nobody would read it.
    const head = await app.request('/oauth/revocations', {
      method: 'HEAD',
      headers: { authorization: basic(), accept: 'text/event-stream' },
    });
    expect(head.status).toBe(200);
    await untilFree(since);
  });

  it('should send events, and go on after the last one', async () => {
    const person = await givenUser(app);
    const sid = await sidOf(person);
    const since = await now();
    const leaving = new AbortController();
    const response = await fetch(`${app.url}/oauth/revocations`, {
      headers: { authorization: basic(), accept: 'text/event-stream', 'last-event-id': since },
      signal: leaving.signal,
    });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('content-encoding')).toBe('identity');
    let text = '';
    const reading = (async () => {
      for await (const chunk of response.body!) {
        text += Buffer.from(chunk as Uint8Array).toString();
        if (text.includes(sid)) break;
      }
    })();
    await logout(person.accessToken);
    await reading;
    leaving.abort();
    expect(text).toMatch(/^: ok\n\n/);
    expect(text).toMatch(new RegExp(`id: \\d+\\nevent: revocations\\ndata: .*${sid}`));
  });
});
