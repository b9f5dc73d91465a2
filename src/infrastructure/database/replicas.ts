import { AsyncResource } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { DatabaseConfig } from '../../config';
import type { Logger } from '../telemetry/logger';
import { traced } from '../telemetry/tracing/tracing';
import { isInfrastructureFailure } from './failures';
import type { Server } from './one-client';
import { openReplicaOrm } from './orm';
import { OwnChanges } from './own-changes';
import type { PreparedStatement } from './prepared-statements';
import { Replica } from './replica';
import { preparedSpan } from './statement-tracing';
import {
  allowedMs,
  keptForMs,
  LOOK_EVERY_MS,
  SELECT_POSITION,
  TRUSTED_MS,
  WalPositions,
  type WalPosition,
} from './wal-positions';
import { NotInTimeError, within } from './within';

/** A server that takes longer for a look is not well. */
const LOOK_WITHIN_MS = 1_000;
/** They count as read for so long after the last time. */
const IN_USE_MS = 10_000;
/** Longest wait for a replica, in seconds; the primary answers the request afterwards. */
export const REPLICA_ANSWERS_WITHIN_SECONDS = 1;

/** Hears of every read that a replica was asked for; one that fails is the primary's next. */
export interface ReplicaObserver {
  called(kind: 'replica_read', outcome: 'success' | 'failure', seconds: number): void;
}

export interface ReplicaParts {
  /** The primary's. */
  readonly orm: MikroORM;
  readonly logger: Logger;
  readonly observer?: ReplicaObserver;
  /** Longest wait for an answer, in seconds. */
  readonly answersWithinSeconds?: number;
}

/** Undefined where the configuration names none. Nothing is connected to before the first look. */
export function openReplicas(config: DatabaseConfig, parts: ReplicaParts): Replicas | undefined {
  if (config.kind === 'embedded' || config.replicas.length === 0) return undefined;
  return new Replicas(config, parts);
}

/**
 * Streaming replicas of the primary, for reads that may be stale: never for what decides something.
 *
 * What is read is behind the primary by `replicaLagSeconds` at most, whatever the replica says of its own lag: a look asks
 * the primary how far it is, and the replica whether it is past where the primary was some seconds ago. Clocks do not
 * matter, nor do a primary that rests or a replica that lost its primary. A write of this process is remembered for as
 * long, so whoever wrote through it reads that from the primary until every replica in use has it.
 *
 * No request waits for a look, and none fails for a replica.
 */
export class Replicas {
  readonly #ownChanges: OwnChanges;
  readonly #lagMs: number;
  readonly #replicas: readonly Replica[];
  readonly #positions: WalPositions;
  /** The context of nobody's request. */
  readonly #outside = new AsyncResource('Replicas');
  #turn = 0;
  #readAtMs = -Infinity;
  #reading = 0;
  #isWatching = false;
  #isClosed = false;

  constructor(
    config: Server,
    private readonly parts: ReplicaParts,
  ) {
    const { logger, answersWithinSeconds = REPLICA_ANSWERS_WITHIN_SECONDS } = parts;
    this.#lagMs = config.replicaLagSeconds * 1000;
    this.#ownChanges = new OwnChanges(this.#lagMs);
    this.#positions = new WalPositions(keptForMs(this.#lagMs));
    this.#replicas = config.replicas.map((target) => {
      return new Replica({
        orm: openReplicaOrm(config, target, answersWithinSeconds, logger),
        place: placeOf(target.url),
        poolMode: config.poolMode,
        logger,
        readMs: answersWithinSeconds * 1000,
        lookMs: LOOK_WITHIN_MS,
        trustedMs: TRUSTED_MS,
      });
    });
  }

  /** How many are in use, or would be, and how many failed. */
  get counts(): Readonly<Record<'up' | 'down', number>> {
    const down = this.#replicas.filter(({ isDown }) => isDown).length;
    return { up: this.#replicas.length - down, down };
  }

  /** To be called when a write has ended here, committed or not. */
  changed(ownerId: number): void {
    this.#ownChanges.note(ownerId);
  }

  /**
   * Undefined when the primary has to be asked: no replica is known to be well, the one that was asked failed, or the owner's
   * rows were changed here of late.
   *
   * @param ownerId whose rows are read; one person is read from one replica for as long as that is well, so that pages of
   * a list are of one state. Without, the replicas take turns
   */
  async read<Row>(
    statement: PreparedStatement,
    values: readonly unknown[],
    ownerId?: number,
  ): Promise<Row[] | undefined> {
    this.#watch();
    const startedAtMs = performance.now();
    if (ownerId !== undefined && this.#ownChanges.since(startedAtMs - this.#lagMs, ownerId)) return undefined;
    const replica = chooseReplica(this.#replicas, ownerId ?? (this.#turn += 1));
    if (!replica) return undefined;
    const tell = (outcome: 'success' | 'failure'): void =>
      this.parts.observer?.called('replica_read', outcome, (performance.now() - startedAtMs) / 1000);
    this.#reading += 1;
    try {
      const rows = await traced(
        () => preparedSpan(statement),
        () => replica.read<Row>(statement, values),
      );
      tell('success');
      return rows;
    } catch {
      tell('failure');
      return undefined;
    } finally {
      this.#reading -= 1;
      this.#readAtMs = performance.now();
    }
  }

  /** Looks at each that is not left alone just now. Never throws. */
  async look(): Promise<void> {
    const startedAtMs = performance.now();
    let position: WalPosition | undefined;
    try {
      const answer = this.parts.orm.em.getConnection().execute<WalPosition[]>(SELECT_POSITION);
      [position] = await within(LOOK_WITHIN_MS, 'the primary', answer);
    } catch (error) {
      // Of an outage whoever needs the primary hears. Without its position nobody knows how far behind a replica is.
      const isOutage = error instanceof NotInTimeError || isInfrastructureFailure(error);
      if (!isOutage) for (const replica of this.#replicas) replica.fail(error);
    }
    if (!position) return;
    const oldest = this.#positions.add({ ...position, atMs: startedAtMs });
    const isLagProven = startedAtMs - oldest.atMs >= allowedMs(this.#lagMs);
    await Promise.all(this.#replicas.map((replica) => replica.look(oldest, startedAtMs, isLagProven)));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#replicas.map((replica) => replica.close()));
  }

  #watch(): void {
    this.#readAtMs = performance.now();
    if (this.#isWatching || this.#isClosed) return;
    this.#isWatching = true;
    this.#outside.runInAsyncScope(() => void this.#keepLooking());
  }

  async #keepLooking(): Promise<void> {
    while (!this.#isClosed && (this.#reading > 0 || performance.now() - this.#readAtMs < IN_USE_MS)) {
      const startedAtMs = performance.now();
      await this.look();
      const restMs = startedAtMs + LOOK_EVERY_MS - performance.now();
      await delay(Math.max(0, restMs), undefined, { ref: false });
    }
    this.#isWatching = false;
  }
}

/** The one whose turn it is, or the next that is trusted: when one is lost, the users of the others stay where they are. */
export function chooseReplica<Choice extends Pick<Replica, 'isTrusted'>>(
  replicas: readonly Choice[],
  turn: number,
): Choice | undefined {
  const first = turn % replicas.length;
  return [...replicas.slice(first), ...replicas.slice(0, first)].find(({ isTrusted }) => isTrusted);
}

/** Without user and password. */
function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port || '5432'}${pathname}`;
}
