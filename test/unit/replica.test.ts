import type { MikroORM } from '@mikro-orm/postgresql';
import { Replica } from '../../src/infrastructure/database/replica';
import type { DatedPosition } from '../../src/infrastructure/database/wal-positions';

const READ = { name: 'read', sql: 'select 1' };
const POSITION = { lsn: '0/1', system: '1', database: '2', timeline: 1 };
const WELL = { ...POSITION, isInRecovery: true, isPast: true };

type Answer = (error: Error | null, result: { rows: readonly object[] }) => void;

/** A replica whose server answers when the test says so. */
function scripted(): {
  replica: Replica;
  /** What it is asked and has not answered, the oldest first. */
  asked: Answer[];
  events: string[];
  look: (startedAtMs?: number) => Promise<void>;
} {
  const asked: Answer[] = [];
  const events: string[] = [];
  const client = { query: (_query: object, answer: Answer) => asked.push(answer) };
  const pool = {
    acquireConnection: () => Promise.resolve(client),
    releaseConnection: () => Promise.resolve(),
  };
  const orm = {
    em: {
      getConnection: () => ({ getKnex: () => ({ client: pool }) }),
      getDriver: () => ({ convertException: (error: Error) => error }),
    },
    config: { getLogger: () => ({ isEnabled: () => false }) },
  };
  const log = (_fields: object, event: string): number => events.push(event);
  const replica = new Replica({
    orm: orm as unknown as MikroORM,
    place: 'replica:5432/auth',
    poolMode: 'session',
    logger: { warn: log, info: log } as never,
    readMs: 20,
    lookMs: 1_000,
    trustedMs: 2_000,
  });
  const look = async (startedAtMs = performance.now()): Promise<void> => {
    const position: DatedPosition = { ...POSITION, atMs: startedAtMs };
    const looking = replica.look(position, startedAtMs, false);
    await settled();
    asked.pop()?.(null, { rows: [WELL] });
    await looking;
  };
  return { replica, asked, events, look };
}

/** What follows from promises alone has happened. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('a replica', () => {
  it('should be left alone after two reads in a row that were not answered in time, however well it looks', async () => {
    const { replica, events, look } = scripted();
    await look();
    await expect(replica.read(READ, [])).rejects.toThrow('did not answer in time');
    await look();
    expect([replica.isTrusted, replica.isDown]).toEqual([true, false]);
    await expect(replica.read(READ, [])).rejects.toThrow('did not answer in time');
    await look();
    expect([replica.isTrusted, replica.isDown]).toEqual([false, true]);
    expect(events).toEqual(['replica_down']);
  });

  it('should be forgiven a late read when the next one is in time', async () => {
    const { replica, asked, look } = scripted();
    for (let round = 0; round < 3; round += 1) {
      await look();
      await expect(replica.read(READ, [])).rejects.toThrow('did not answer in time');
      await look();
      const reading = replica.read(READ, []);
      await settled();
      asked.pop()?.(null, { rows: [{ a: 1 }] });
      expect(await reading).toEqual([{ a: 1 }]);
    }
    expect([replica.isTrusted, replica.isDown]).toEqual([true, false]);
  });

  it('should stay left alone when a look that was under way finds it well', async () => {
    const { replica, asked, events } = scripted();
    const startedAtMs = performance.now();
    const looking = replica.look({ ...POSITION, atMs: startedAtMs }, startedAtMs, false);
    await settled();
    replica.fail(new Error('lost'));
    asked.pop()?.(null, { rows: [WELL] });
    await looking;
    expect([replica.isTrusted, replica.isDown]).toEqual([false, true]);
    expect(events).toEqual(['replica_down']);
  });
});
