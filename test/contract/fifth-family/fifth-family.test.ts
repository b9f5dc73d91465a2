import { chooseFamilies, restFamilies } from '../../../src/rest';
import { defineFamily, type FamilyDefinition } from '../../../src/rest/family';
import { LIMITED } from '../../support/attacks';
import { useApp, type HttpAnswer, type TestApp } from '../../support/test-app';
import { fifth } from './family';

const families = [...restFamilies, fifth];
const names = restFamilies.map(({ name }) => name);

function post(app: TestApp, path: string, body: object): Promise<HttpAnswer> {
  const headers = { 'content-type': 'application/json' };
  return app.request(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

describe('a fifth family', () => {
  const app = useApp(LIMITED, () => ({ families }));
  const ada = { name: 'fifth-ada', password: 'ab1' };

  it('should have its routes, and sign in at registration as it says', async () => {
    const registered = await post(app, '/fifth/accounts', ada);
    expect([registered.status, registered.headers.get('cache-control')]).toEqual([201, 'no-store']);
    const { token } = registered.json as { token: string };
    const headers = { authorization: `Bearer ${token}` };
    expect((await app.request('/fifth/accounts/me', { headers })).json).toEqual({ name: 'fifth-ada' });
    expect((await post(app, '/fifth/sessions', ada)).status).toBe(200);
  });

  it.each([
    ['password', { name: 'fifth-bob', password: 'abc' }, 'must contain a digit'],
    ['username', { name: 'bob', password: 'ab1' }, 'must begin with fifth-'],
  ])('should keep its own rule for the %s', async (field, body, message) => {
    const { status, json } = await post(app, '/fifth/accounts', body);
    expect(status).toBe(422);
    expect(json).toMatchObject({ code: 'INVALID_INPUT', details: [{ field, message }] });
  });

  it('should have its own figure where it names one, and else GraphQL’s', async () => {
    const registered = await post(app, '/fifth/accounts', ada);
    expect(registered.headers.get('ratelimit-policy')).toBe('"register";q=5;w=60');
    const signedIn = await post(app, '/fifth/sessions', ada);
    expect(signedIn.headers.get('ratelimit-policy')).toBe('"login";q=60;w=60, "other";q=1000;w=60');
    const me = await app.request('/fifth/accounts/me');
    expect(me.headers.get('ratelimit-policy')).toBe('"other";q=1000;w=60');
  });

  it.each([
    ['GET', '/fifth/accounts/me', 401],
    ['GET', '/fifth/accounts', 405],
    ['GET', '/fifth/nothing', 404],
    ['GET', '/f%69fth/nothing', 404],
  ])('should answer errors with its envelope: %s %s', async (method, path, status) => {
    const answer = await app.request(path, { method });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([status, 'no-store']);
    const { message, detail } = answer.json as Record<string, unknown>;
    expect(detail).toBe(message);
  });

  it('should be in the document, under a tag of its own', async () => {
    const document = (await app.request('/openapi.json')).json as {
      tags: { name: string }[];
      paths: Record<string, Record<string, { responses: object }>>;
      components: { schemas: { ErrorWithDetail: { description: string } } };
    };
    expect(document.tags.map(({ name }) => name)).toContain('fifth');
    expect(Object.keys(document.paths['/fifth/accounts']?.['post']?.responses ?? {})).toEqual(
      expect.arrayContaining(['201', '409', '422', '429', '503']),
    );
    expect(document.components.schemas.ErrorWithDetail.description).toContain('`fifth`');
  });
});

describe('REST_FAMILIES=fifth', () => {
  const app = useApp({ REST_FAMILIES: 'fifth' }, () => ({ families }));

  it('should serve that one alone', async () => {
    expect((await app.request('/fifth/accounts/me')).status).toBe(401);
    expect((await app.request('/api/profile')).status).toBe(404);
  });
});

describe('families that do not fit together', () => {
  const another = (definition: Partial<FamilyDefinition>) =>
    defineFamily({ ...fifth, name: 'another', prefixes: ['/another/'], operations: () => [], ...definition });

  it.each<[string, Partial<FamilyDefinition>, string]>([
    ['two names', { name: 'fifth' }, 'Two REST families are called fifth'],
    ['a name that means another thing', { name: 'all' }, 'No REST family can be called "all"'],
    ['a name that no list can hold', { name: 'a,b' }, 'No REST family can be called "a,b"'],
    ['no prefix', { prefixes: [] }, 'The REST family another has no prefix'],
    ['a prefix that is everything', { prefixes: ['/'] }, 'must look like /name/'],
    ['a prefix that ends within a word', { prefixes: ['/fif'] }, 'must look like /name/'],
    ['a prefix with a pattern', { prefixes: ['/:name/'] }, 'must look like /name/'],
    ['one prefix for two', { prefixes: ['/fifth/'] }, 'belongs to two REST families: fifth and another'],
    [
      'an operation outside its prefixes',
      { operations: fifth.operations, prefixes: ['/another/'] },
      'POST /fifth/accounts of the REST family another lies under a prefix of fifth',
    ],
    [
      'an operation under nobody’s prefix',
      { operations: (services) => fifth.operations(services).map((one) => ({ ...one, path: '/elsewhere' })) },
      'POST /elsewhere of the REST family another lies under none of its prefixes',
    ],
    [
      'a longer prefix over somebody else’s operation',
      { prefixes: ['/fifth/accounts/'] },
      'GET /fifth/accounts/me of the REST family fifth lies under a prefix of another',
    ],
  ])('should stop the start: %s', (_name, definition, message) => {
    expect(() => chooseFamilies([...families, another(definition)], 'all')).toThrow(message);
  });

  it('should stop the start at a name in REST_FAMILIES that nobody has, and say which there are', () => {
    expect(() => chooseFamilies(restFamilies, ['session', 'fifth'])).toThrow(
      `REST_FAMILIES must be all, none or a comma separated list of ${names.join(', ')}; for example REST_FAMILIES=${names[0]}`,
    );
  });

  it('should let one family live below another', () => {
    const below = another({ prefixes: ['/fifth/below/'] });
    expect(chooseFamilies([...families, below], ['another'])).toEqual([below]);
  });
});
