import { PasswordThread, type PasswordTask } from '../../src/infrastructure/crypto/password-thread';

export interface HeldHashes {
  /** What has begun, in that order. */
  readonly begun: readonly PasswordTask[];
  /** Lets all go on, and whatever comes later. */
  release(): void;
}

const releases: (() => void)[] = [];
// What a failed test still holds would keep the gateway from stopping.
afterEach(() => releases.splice(0).forEach((release) => release()));

/** Keeps every hash at its beginning, as slow ones are, until they are released; `jest.restoreAllMocks` ends it. */
export function holdHashes(): HeldHashes {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own thread below
  const run = PasswordThread.prototype.run;
  const begun: PasswordTask[] = [];
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  releases.push(release);
  jest.spyOn(PasswordThread.prototype, 'run').mockImplementation(async function (
    this: PasswordThread,
    task: PasswordTask,
  ) {
    begun.push(task);
    await released;
    return run.call(this, task);
  });
  return { begun, release };
}

const PATIENCE_MS = 45_000;

/** Until something holds that is bound to come, without a guess at the time it takes. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const startedAt = performance.now();
  while (!(await condition())) {
    // What never comes must not keep the process busy for ever.
    if (performance.now() - startedAt > PATIENCE_MS) throw new Error('waited in vain');
    await new Promise(setImmediate);
  }
}
