import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { givenUser, PASSWORD } from '../support/people';
import { useApp } from '../support/test-app';

const OWN = 'https://auth.example.com';
const FRIEND = 'https://app.example.com';
const EVIL = 'https://evil.example';

const app = useApp({ PUBLIC_URL: OWN, CORS_ORIGINS: FRIEND });

/** As a browser sends it: `fetch` would write a `Sec-Fetch-Mode` of its own. */
async function post(
  path: string,
  type: string,
  headers: Record<string, string>,
  body: string,
): Promise<string[]> {
  const sent = request(`${app.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': type, ...headers },
  });
  const answered = once(sent, 'response');
  sent.end(body);
  const [response] = (await answered) as [IncomingMessage];
  expect([response.statusCode, (await text(response)).includes('"errors"')]).toEqual([200, false]);
  return response.headers['set-cookie'] ?? [];
}

/** Whether a browser that signs in with these headers is given a note of its device. */
async function isRemembered(headers: Record<string, string>): Promise<boolean> {
  const { email } = await givenUser(app);
  const login = `mutation { login(input: { identifier: "${email}", password: "${PASSWORD}" }) { user { id } } }`;
  const form = new URLSearchParams({ username: email, password: PASSWORD }).toString();
  const [byGraphQL, byForm] = [
    await post('/graphql', 'application/json', headers, JSON.stringify({ query: login })),
    await post('/auth/login', 'application/x-www-form-urlencoded', headers, form),
  ].map((cookies) => cookies.some((cookie) => cookie.startsWith('__Host-device=')));
  expect(byGraphQL).toBe(byForm);
  return byForm === true;
}

describe('the note of a device that somebody signs in on', () => {
  // prettier-ignore
  it.each<[string, Record<string, string>]>([
    ['a form of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', origin: EVIL }],
    ['a form of another site that sends no origin', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
    ['a form of another site under "no-referrer"', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', origin: 'null' }],
    ['a form of a friendly site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', origin: FRIEND }],
    ['a form of a neighbour under the same domain', { 'sec-fetch-site': 'same-site', origin: 'https://blog.example.com' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['another site in an old browser', { origin: EVIL }],
    ['our host over plain HTTP', { origin: 'http://auth.example.com' }],
    ['a program, which would not bring it back', {}],
  ])('should not be overwritten by %s', async (_whence, headers) => {
    expect(await isRemembered(headers)).toBe(false);
  });

  // prettier-ignore
  it.each<[string, Record<string, string>]>([
    ['our own pages', { 'sec-fetch-site': 'same-origin', origin: OWN }],
    ['our own pages under another name of this server', { 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1:4000' }],
    ['our own pages, without an origin', { 'sec-fetch-site': 'same-origin' }],
    ['a configured origin of the same site', { 'sec-fetch-site': 'same-site', origin: FRIEND }],
    ['the same site, without an origin', { 'sec-fetch-site': 'same-site' }],
    ['a configured origin in an old browser', { origin: FRIEND }],
    ['a script of a configured origin', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors', origin: FRIEND }],
  ])('should be written for %s', async (_whence, headers) => {
    expect(await isRemembered(headers)).toBe(true);
  });
});
