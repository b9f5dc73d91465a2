import { readdirSync } from 'node:fs';
import { getPriority } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { getRounds, hashSync } from 'bcrypt';
import { AppError } from '../../src/errors';
import { PasswordHasher, type PasswordHasherOptions } from '../../src/infrastructure/crypto/password-hasher';
import { PasswordThread } from '../../src/infrastructure/crypto/password-thread';

const OWNER = 'address:192.0.2.1';
const hashers: PasswordHasher[] = [];

function givenHasher(options: Partial<PasswordHasherOptions> = {}): PasswordHasher {
  const hasher = new PasswordHasher({
    cost: 4,
    concurrency: 1,
    queueLimit: 2,
    placesPerOwner: 100,
    ...options,
  });
  hashers.push(hasher);
  return hasher;
}

async function refusal(promise: Promise<unknown>): Promise<AppError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw new Error('expected an AppError', { cause: error });
  return error;
}

function firstThread(start: jest.SpiedFunction<PasswordThread['start']>): Worker {
  const result = start.mock.results[0];
  if (result?.type !== 'return') throw new Error('no thread was started');
  return result.value;
}

afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(hashers.splice(0).map((hasher) => hasher.close()));
});

describe('PasswordHasher', () => {
  it('should hash with the configured cost and verify what it hashed', async () => {
    const hasher = givenHasher({ cost: 5 });
    const hash = await hasher.hash('correct horse', OWNER);
    expect(getRounds(hash)).toBe(5);
    expect(await hasher.verify('correct horse', hash, OWNER)).toBe(true);
    expect(await hasher.verify('wrong horse', hash, OWNER)).toBe(false);
    expect(await hasher.hash('correct horse', OWNER)).not.toBe(hash);
  });

  it('should do the same work for an unknown user and answer false', async () => {
    const run = jest.spyOn(PasswordThread.prototype, 'run');
    const hasher = givenHasher({ cost: 5 });
    expect(await hasher.verify('correct horse', null, OWNER)).toBe(false);
    const task = run.mock.calls[0]?.[0];
    if (task?.kind !== 'verify') throw new Error('expected a comparison');
    expect(getRounds(task.hash)).toBe(5);
    expect(task.hash).toHaveLength(60);
    // bcrypt takes its salt, so a comparison computes all rounds instead of giving up at once.
    expect(hashSync('correct horse', task.hash).slice(0, 29)).toBe(task.hash.slice(0, 29));
  });

  it('should answer false for an unknown user even if the comparison succeeds', async () => {
    jest.spyOn(PasswordThread.prototype, 'run').mockResolvedValue(true);
    expect(await givenHasher().verify('correct horse', null, OWNER)).toBe(false);
  });

  it('should answer false for something that is no bcrypt hash', async () => {
    expect(await givenHasher().verify('correct horse', 'plain text', OWNER)).toBe(false);
  });

  it('should ask for a new hash when the cost or the kind differs', async () => {
    const hasher = givenHasher({ cost: 4 });
    const hash = await hasher.hash('correct horse', OWNER);
    expect(hasher.needsRehash(hash)).toBe(false);
    expect(hasher.needsRehash(hash.replace('$04$', '$12$'))).toBe(true);
    expect(hasher.needsRehash(hash.replace('$2b$', '$2a$'))).toBe(true);
    expect(hasher.needsRehash('$argon2id$v=19$m=65536')).toBe(true);
    expect(hasher.needsRehash('')).toBe(true);
  });

  it('should refuse at once what exceeds concurrency and queue', async () => {
    const hasher = givenHasher({ concurrency: 2, queueLimit: 3 });
    const results = Array.from({ length: 6 }, () => hasher.hash('correct horse', OWNER));
    expect([hasher.running, hasher.queued]).toEqual([2, 3]);
    const error = await refusal(results.pop()!);
    expect([hasher.running, hasher.queued]).toEqual([2, 3]);
    expect(error.code).toBe('SERVICE_UNAVAILABLE');
    expect(error.retryAfterSeconds).toBe(1);
    expect(await Promise.all(results)).toHaveLength(5);
    expect([hasher.running, hasher.queued]).toEqual([0, 0]);
  });

  it('should keep a reserved place free for whoever reserved it', async () => {
    const hasher = givenHasher({ concurrency: 1, queueLimit: 1 });
    const places = [hasher.reserve(OWNER), hasher.reserve(OWNER)];
    expect(() => hasher.reserve(OWNER)).toThrow(AppError);
    expect((await refusal(hasher.hash('correct horse', OWNER))).code).toBe('SERVICE_UNAVAILABLE');
    places[0]!.release();
    // Given back once, however often it is said.
    places[0]!.release();
    const first = hasher.hash('correct horse', OWNER);
    expect((await refusal(hasher.hash('correct horse', OWNER))).code).toBe('SERVICE_UNAVAILABLE');
    places[1]!.release();
    expect(await Promise.all([first, hasher.hash('correct horse', OWNER)])).toHaveLength(2);
  });

  it('should tell how long the accepted work will take', async () => {
    let finish = (): void => {};
    const finished = new Promise<string>((resolve) => (finish = () => resolve('hash')));
    jest.spyOn(PasswordThread.prototype, 'run').mockReturnValue(finished);
    const hasher = givenHasher({ cost: 14, concurrency: 2, queueLimit: 8 });
    const accepted = Array.from({ length: 10 }, () => hasher.hash('correct horse', OWNER));
    // Five rounds of the 0.7 seconds that are assumed for cost 14.
    expect((await refusal(hasher.hash('correct horse', OWNER))).retryAfterSeconds).toBe(4);
    finish();
    await Promise.all(accepted);
  });

  it('should serve in the order of arrival', async () => {
    const hasher = givenHasher({ queueLimit: 5 });
    const order: number[] = [];
    await Promise.all(
      [0, 1, 2, 3, 4].map((n) => hasher.hash('correct horse', OWNER).then(() => order.push(n))),
    );
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });

  it('should free the place of a task that is aborted while it waits', async () => {
    const hasher = givenHasher({ queueLimit: 1 });
    const controller = new AbortController();
    const first = hasher.hash('correct horse', OWNER);
    const aborted = refusal(hasher.hash('correct horse', OWNER, controller.signal));
    expect(hasher.queued).toBe(1);
    controller.abort(new Error('client left'));
    expect(hasher.queued).toBe(0);
    const third = hasher.hash('correct horse', OWNER);
    const error = await aborted;
    expect(error.code).toBe('SERVICE_UNAVAILABLE');
    expect(error.cause).toEqual(new Error('client left'));
    expect(await Promise.all([first, third])).toHaveLength(2);
  });

  it('should not start what is aborted already', async () => {
    const hasher = givenHasher();
    const refused = refusal(hasher.hash('correct horse', OWNER, AbortSignal.abort()));
    expect(hasher.running).toBe(0);
    expect((await refused).code).toBe('SERVICE_UNAVAILABLE');
  });

  it('should finish what has started, aborted or not', async () => {
    const hasher = givenHasher();
    const immediate = new AbortController();
    const queued = new AbortController();
    const first = hasher.hash('correct horse', OWNER, immediate.signal);
    const second = hasher.hash('correct horse', OWNER, queued.signal);
    immediate.abort();
    await first;
    queued.abort();
    expect(await second).toMatch(/^\$2b\$04\$/);
  });

  it('should fail only the task of a thread that dies', async () => {
    const start = jest.spyOn(PasswordThread.prototype, 'start');
    const hasher = givenHasher({ queueLimit: 2 });
    const [lost, ...kept] = [1, 2, 3].map(() => hasher.hash('correct horse', OWNER));
    void firstThread(start).terminate();
    await expect(lost).rejects.toThrow('Password thread died');
    expect(await Promise.all(kept)).toHaveLength(2);
    expect([hasher.running, hasher.queued]).toEqual([0, 0]);
  });

  it('should replace a thread that dies while idle', async () => {
    const start = jest.spyOn(PasswordThread.prototype, 'start');
    const hasher = givenHasher();
    await firstThread(start).terminate();
    expect(await hasher.hash('correct horse', OWNER)).toMatch(/^\$2b\$04\$/);
  });

  it('should pass on that bcrypt failed', async () => {
    const thread = new PasswordThread();
    const nothing = null as unknown as string;
    await expect(thread.run({ kind: 'verify', password: nothing, hash: nothing })).rejects.toThrow(
      'bcrypt failed',
    );
    expect(await thread.run({ kind: 'hash', password: 'correct horse', cost: 4 })).toMatch(/^\$2b\$04\$/);
    await thread.stop();
  });

  it('should refuse a password that bcrypt would not take whole', async () => {
    const hasher = givenHasher();
    const longest = 'ä'.repeat(36);
    expect(await hasher.verify(longest, await hasher.hash(longest, OWNER), OWNER)).toBe(true);
    await expect(hasher.hash(`${longest}a`, OWNER)).rejects.toThrow(RangeError);
    await expect(hasher.verify(`${longest}a`, null, OWNER)).rejects.toThrow(RangeError);
    await expect(hasher.hash('a\0a', OWNER)).rejects.toThrow(RangeError);
  });

  it.each([
    { cost: 3 },
    { cost: 32 },
    { cost: 4.5 },
    { concurrency: 0 },
    { queueLimit: -1 },
    { queueLimit: Number.NaN },
    { placesPerOwner: 0 },
  ])('should refuse the setting %j', (setting) => {
    expect(() => givenHasher(setting)).toThrow(RangeError);
  });

  it('should, on closing, refuse what waits and finish what runs', async () => {
    const hasher = givenHasher();
    const running = hasher.hash('correct horse', OWNER);
    const queued = refusal(hasher.hash('correct horse', OWNER, new AbortController().signal));
    const closed = hasher.close();
    expect(hasher.close()).toBe(closed);
    expect((await queued).code).toBe('SERVICE_UNAVAILABLE');
    expect((await refusal(hasher.hash('correct horse', OWNER))).code).toBe('SERVICE_UNAVAILABLE');
    expect(await running).toMatch(/^\$2b\$04\$/);
    await closed;
    expect(hasher.running).toBe(0);
  });

  (process.platform === 'linux' ? it : it.skip)('should hash at a lower priority', async () => {
    await givenHasher().hash('correct horse', OWNER);
    const priorities = readdirSync('/proc/self/task').map((threadId) => getPriority(Number(threadId)));
    expect(Math.max(...priorities)).toBeGreaterThan(getPriority());
  });
});
