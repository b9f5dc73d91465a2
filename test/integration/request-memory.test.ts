import type { IncomingMessage } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { givenUser, type Person } from '../support/people';
import { useApp } from '../support/test-app';

// What this node remembers of them has to be there when it is looked at.
const app = useApp({ SESSION_CHECK_MAX_AGE_MS: '100' });

const PEOPLE = 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The requests that something still holds once all are answered and their connections closed. */
async function requestsKept(ask: (person: Person) => Promise<unknown>): Promise<number> {
  const people: Person[] = [];
  for (let number = 0; number < PEOPLE; number += 1) people.push(await givenUser(app));
  const requests: WeakRef<IncomingMessage>[] = [];
  const note = (request: IncomingMessage): void => void requests.push(new WeakRef(request));
  app.app.server.server.on('request', note);
  for (const person of people) await ask(person);
  app.app.server.server.off('request', note);
  app.app.server.server.closeAllConnections();
  expect(requests.length).toBeGreaterThanOrEqual(PEOPLE);
  for (let round = 0; round < 5; round += 1) {
    await nextTurn();
    collectGarbage();
  }
  return requests.filter((request) => request.deref() !== undefined).length;
}

/** The last one may still be on some stack, and each connection to the database may keep the one that opened it. */
const FEW = 2;

it('should keep no request alive for what it remembers of people', async () => {
  const kept = await requestsKept(({ accessToken: token }) => app.graphql('{ me { id } }', {}, { token }));
  expect(kept).toBeLessThanOrEqual(FEW);
});

it('should keep none of those that asked by REST', async () => {
  const kept = await requestsKept(({ accessToken }) =>
    app.request('/auth/me', { headers: { authorization: `Bearer ${accessToken}` } }),
  );
  expect(kept).toBeLessThanOrEqual(FEW);
});

it('should keep none of those that rotated', async () => {
  const rotate = 'mutation ($t: String) { refresh(refreshToken: $t) { tokens { refreshToken } } }';
  const kept = await requestsKept(({ refreshToken }) => app.graphql(rotate, { t: refreshToken }));
  expect(kept).toBeLessThanOrEqual(FEW);
});
