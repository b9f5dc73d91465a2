import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../src/config';
import { readManifest } from '../../src/graphql/persisted/manifest';
import { givenUser } from '../support/people';
import { openSocket, started } from '../support/live';
import { useApp, type TestApp } from '../support/test-app';

const directory = mkdtempSync(path.join(tmpdir(), 'manifests-'));
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

// givenUser's own operation is among them: the list is all there is.
const REGISTER = `mutation ($input: RegisterInput!) {
      register(input: $input) { user { id } tokens { accessToken refreshToken } }
    }`;
const HEALTH = 'query Health { health { status } }';
const EVENTS = 'subscription Events { creditEvents { id } }';
const OPERATIONS = [REGISTER, HEALTH, EVENTS];
const NOT_LISTED = 'query Others { health { version } }';

function manifest(name: string, content: unknown): string {
  const file = path.join(directory, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const apollo = manifest('apollo.json', {
  format: 'apollo-persisted-query-manifest',
  version: 1,
  operations: OPERATIONS.map((body) => ({ id: sha256(body), name: 'x', type: 'query', body })),
});
const relay = manifest('relay.json', Object.fromEntries(OPERATIONS.map((text) => [md5(text), text])));

function hashed(text: string): { extensions: object } {
  return { extensions: { persistedQuery: { version: 1, sha256Hash: sha256(text) } } };
}

async function post(app: TestApp, body: object): Promise<{ status: number; json: unknown }> {
  return app.postRaw(JSON.stringify(body));
}

const SERVED = { data: { health: { status: 'healthy' } } };
const REFUSED = { errors: [{ extensions: { code: 'BAD_REQUEST' } }] };

describe.each([
  ['Apollo’s', apollo],
  ['Relay’s', relay],
])('with %s manifest required, an operation', (_whose, file) => {
  const app = useApp({ PERSISTED_OPERATIONS: 'required', PERSISTED_OPERATIONS_FILE: file });

  it('of the list should be served by its hash, its id and its text, by POST and by GET', async () => {
    const id = file === relay ? md5(HEALTH) : sha256(HEALTH);
    for (const body of [hashed(HEALTH), { documentId: id }, { doc_id: id }, { id }, { query: HEALTH }])
      expect((await post(app, body)).json).toEqual(SERVED);
    const { extensions } = hashed(HEALTH);
    for (const params of [
      { extensions: JSON.stringify(extensions) },
      { documentId: id },
      { query: HEALTH },
    ]) {
      const answer = await app.request(`/graphql?${new URLSearchParams(params).toString()}`, {
        headers: { accept: 'application/json' },
      });
      expect(answer.json).toEqual(SERVED);
    }
  });

  it('off the list should be refused by POST, whatever it claims to be', async () => {
    for (const body of [
      { query: NOT_LISTED },
      hashed(NOT_LISTED),
      { query: NOT_LISTED, ...hashed(NOT_LISTED) },
      { query: NOT_LISTED, ...hashed(HEALTH) },
      { query: HEALTH, ...hashed(EVENTS) },
      { query: `${HEALTH} ` },
      { query: '{ __schema { types { name } } }' },
      { documentId: 'constructor' },
      { id: '__proto__' },
      { extensions: { persistedQuery: null } },
      { extensions: null },
    ]) {
      const { status, json } = await post(app, body);
      expect([status, json]).toMatchObject([400, REFUSED]);
    }
  });

  it('off the list should be refused by GET and in batches', async () => {
    for (const params of [
      { query: NOT_LISTED },
      { extensions: JSON.stringify(hashed(NOT_LISTED).extensions) },
      { query: NOT_LISTED, extensions: JSON.stringify(hashed(HEALTH).extensions) },
      { extensions: '{' },
    ]) {
      const answer = await app.request(`/graphql?${new URLSearchParams(params).toString()}`, {
        headers: { accept: 'application/json' },
      });
      expect([answer.status, answer.json]).toMatchObject([400, REFUSED]);
    }
    expect((await app.postRaw(JSON.stringify([{ query: NOT_LISTED }]))).json).toMatchObject(REFUSED);
    expect((await app.postRaw(JSON.stringify([{ query: HEALTH }]))).json).toMatchObject(REFUSED);
  });

  it('off the list should be refused over the websocket and as an event stream', async () => {
    const { accessToken } = await givenUser(app);
    const socket = await openSocket(app, accessToken);
    socket.subscribe('1', 'subscription { creditEvents { id } }');
    const [, answer] = await socket.messages.atLeast(2);
    expect(answer).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'BAD_REQUEST' } }] });
    await started(app, () =>
      socket.send({ type: 'subscribe', id: '2', payload: { query: '', ...hashed(EVENTS) } }),
    );
    socket.socket.terminate();
    const stream = await app.request('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${accessToken}`,
      },
      body: JSON.stringify({ query: 'subscription { creditEvents { id } }' }),
    });
    expect(stream.text).toContain('"code":"BAD_REQUEST"');
    expect(stream.text).toContain('event: complete');
  });
});

describe('a manifest', () => {
  it.each([
    ['that is not there', path.join(directory, 'none.json')],
    ['that is no JSON', manifest('no-json.json', '{')],
    ['of another kind', manifest('other.json', { operations: [{ a: 1 }] })],
    ['that is empty', manifest('empty.json', {})],
  ])('%s should stop the start, and say so', (_what, file) => {
    expect(() => readManifest(file)).toThrow(/PERSISTED_OPERATIONS_FILE/);
  });

  it('should be demanded where nothing else is served', () => {
    const env = { NODE_ENV: 'test', JWT_SECRET_KEY: 'x'.repeat(40), PERSISTED_OPERATIONS: 'required' };
    expect(() => loadConfig(env)).toThrow(/PERSISTED_OPERATIONS_FILE must be set/);
  });
});

describe('automatic persisted operations', () => {
  const app = useApp({ PERSISTED_OPERATIONS: 'automatic', PERSISTED_OPERATIONS_CACHE_BYTES: '1024' });

  it('should be asked for once, and known by their hash from then on, over the websocket too', async () => {
    const unknown = await post(app, hashed(HEALTH));
    expect(unknown.json).toMatchObject({ errors: [{ message: 'PersistedQueryNotFound' }] });
    expect((await post(app, { query: HEALTH, ...hashed(HEALTH) })).json).toEqual(SERVED);
    expect((await post(app, hashed(HEALTH))).json).toEqual(SERVED);
    const { accessToken } = await givenUser(app);
    const socket = await openSocket(app, accessToken);
    socket.send({ type: 'subscribe', id: '1', payload: { query: '', ...hashed(EVENTS) } });
    const [, answer] = await socket.messages.atLeast(2);
    expect(answer).toMatchObject({ type: 'error', payload: [{ message: 'PersistedQueryNotFound' }] });
    await started(app, () =>
      socket.send({ type: 'subscribe', id: '2', payload: { query: EVENTS, ...hashed(EVENTS) } }),
    );
    await started(app, () =>
      socket.send({ type: 'subscribe', id: '3', payload: { query: '', ...hashed(EVENTS) } }),
    );
    socket.socket.terminate();
  });

  it('should not be planted under another’s hash', async () => {
    const { status, json } = await post(app, {
      query: NOT_LISTED,
      ...hashed('query A { health { status } }'),
    });
    expect([status, json]).toMatchObject([400, REFUSED]);
  });

  it('should take no more memory than they may', async () => {
    for (let count = 0; count < 30; count += 1) {
      const query = `query Q${count} { health { status } } # ${'x'.repeat(100)}`;
      expect((await post(app, { query, ...hashed(query) })).json).toEqual(SERVED);
    }
    const first = `query Q0 { health { status } } # ${'x'.repeat(100)}`;
    expect((await post(app, hashed(first))).json).toMatchObject({
      errors: [{ message: 'PersistedQueryNotFound' }],
    });
  });
});
