import { setTimeout as delay } from 'node:timers/promises';
import { withClient, type Server } from './one-client';
import {
  allowedMs,
  doubtAbout,
  LOOK,
  SELECT_POSITION,
  type LookRow,
  type WalPosition,
} from './wal-positions';

const ASK_AGAIN_MS = 50;

/** How a replica compares to its primary. */
export interface ReplicaFacts {
  /** Why it is not to be read, whatever it has; undefined for a replica of the same database. */
  readonly doubt: string | undefined;
  /** How long it took to have all that the primary had; undefined when that took longer than `allowedMs`. */
  readonly caughtUpAfterMs: number | undefined;
  /** How far behind the gateway finds it well. */
  readonly allowedMs: number;
}

/** Asks both, as the gateway does while it reads from replicas. Throws what `pg` says where one cannot be asked. */
export async function examineReplica(primary: Server, replica: Server): Promise<ReplicaFacts> {
  const position = await withClient(primary, async (client) => {
    return (await client.query<WalPosition>(SELECT_POSITION)).rows[0];
  });
  if (!position) throw new Error('the server answered without a row');
  const limitMs = allowedMs(primary.replicaLagSeconds * 1000);
  const startedAtMs = performance.now();
  return withClient(replica, async (client) => {
    for (;;) {
      const [row] = (await client.query<LookRow>(LOOK.sql, [position.lsn])).rows;
      const doubt = doubtAbout(row, position);
      const tookMs = performance.now() - startedAtMs;
      const facts = { doubt, allowedMs: limitMs };
      if (doubt !== undefined || row?.isPast) return { ...facts, caughtUpAfterMs: tookMs };
      if (tookMs > limitMs) return { ...facts, caughtUpAfterMs: undefined };
      await delay(ASK_AGAIN_MS);
    }
  });
}
