import { connect, type Socket } from 'node:net';
import { PasswordThread } from '../../src/infrastructure/crypto/password-thread';
import { atOnce, codesOf, count, tryLogin } from '../support/attacks';
import { useApp, type TestApp } from '../support/test-app';

interface HashQueue {
  readonly running: number;
  readonly queued: number;
}

async function hashQueue(app: TestApp): Promise<HashQueue> {
  const response = await fetch(`${app.url}/health`);
  const { checks } = (await response.json()) as { checks: { password_hashing: HashQueue } };
  return checks.password_hashing;
}

/** Sends a login and does not wait for the answer. */
function openLogin(app: TestApp, index: number): Promise<Socket> {
  const query = `mutation { login(input: { identifier: "flood${index}@example.com", password: "x" }) { user { id } } }`;
  const body = JSON.stringify({ query });
  const head = `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1', () => {
      socket.write(head + body, () => resolve(socket));
    });
    socket.on('error', reject);
  });
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition()));
}

describe('a login flood', () => {
  // Hashes long enough to be watched.
  const app = useApp({ BCRYPT_COST: '11', HASH_CONCURRENCY: '1', HASH_QUEUE_LIMIT: '5' });

  it('should be refused beyond the queue, at once and with the time to come back', async () => {
    const startedAt = performance.now();
    const answers = await atOnce(20, async (index) => {
      const answer = await tryLogin(app, { identifier: `flood${index}@example.com` });
      return { answer, afterMs: performance.now() - startedAt };
    });
    const refused = answers.filter(({ answer }) => codesOf([answer])[0] === 'SERVICE_UNAVAILABLE');
    const served = answers.filter((one) => !refused.includes(one)).map(({ afterMs }) => afterMs);
    const codes = codesOf(answers.map(({ answer }) => answer));
    expect(count(codes, 'INVALID_CREDENTIALS') + refused.length).toBe(20);
    // One at work and five in the queue, and whoever arrives when a place is free again.
    expect(served.length).toBeGreaterThanOrEqual(6);
    expect(refused.length).toBeGreaterThan(0);
    // Nobody who is refused waits for anybody's hash but the first's.
    expect(Math.max(...refused.map(({ afterMs }) => afterMs))).toBeLessThan(Math.max(...served));
    for (const { answer } of refused) {
      expect(answer.errors[0]?.extensions.http_status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    }
  });

  it('should keep no more logins busy than have a place, not even with looking up accounts', async () => {
    const lookUps = jest.spyOn(app.app.database, 'read');
    const answers = await atOnce(40, (index) => tryLogin(app, { identifier: `nobody${index}@example.com` }));
    const refused = count(codesOf(answers), 'SERVICE_UNAVAILABLE');
    expect(refused).toBeGreaterThan(0);
    expect(lookUps.mock.calls.length).toBeLessThanOrEqual(40 - refused);
    lookUps.mockRestore();
  });

  it('should not hold places in the queue for clients that have gone', async () => {
    const runs = jest.spyOn(PasswordThread.prototype, 'run');
    const sockets = await atOnce(6, (index) => openLogin(app, index));
    await until(async () => (await hashQueue(app)).queued === 5);
    for (const socket of sockets) socket.destroy();
    await until(async () => (await hashQueue(app)).queued === 0);
    const answer = await tryLogin(app, { identifier: 'flood@example.com' });
    expect(codesOf([answer])).toEqual(['INVALID_CREDENTIALS']);
    // The first of the six had begun, and the last login is ours: the five in between were never hashed.
    expect(runs.mock.calls.length).toBeLessThanOrEqual(3);
    runs.mockRestore();
  });

  it('should leave those who hash nothing alone', async () => {
    const logins = atOnce(5, (index) => tryLogin(app, { identifier: `flood${index}@example.com` }));
    await until(async () => (await hashQueue(app)).queued >= 3);
    const { data } = await app.graphql('{ health { status } }');
    expect(data).toEqual({ health: { status: 'healthy' } });
    // Answered before the logins that came first.
    expect((await hashQueue(app)).queued).toBeGreaterThan(0);
    await logins;
  });
});
