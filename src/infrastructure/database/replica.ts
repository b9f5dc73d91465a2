import type { MikroORM } from '@mikro-orm/postgresql';
import type { PoolMode } from '../../config';
import type { Logger } from '../telemetry/logger';
import { isOfStatement, isRetryableConflict } from './failures';
import { PreparedStatements, type PreparedStatement } from './prepared-statements';
import { doubtAbout, LOOK, type DatedPosition, type LookRow } from './wal-positions';
import { NotInTimeError, within } from './within';

/** A replica that failed is asked nothing for so long. */
const LEFT_ALONE_MS = 5_000;

/** One that answers looks and is late with so many reads in a row, is not well. */
const LATE_READS = 2;

const WHO = 'the replica';

export interface ReplicaOptions {
  readonly orm: MikroORM;
  /** Host, port and database, for the log. */
  readonly place: string;
  readonly poolMode: PoolMode;
  readonly logger: Logger;
  /** Longest wait of a read. */
  readonly readMs: number;
  /** Longest wait of a look. */
  readonly lookMs: number;
  /** For how long it is read after a look that found it well. */
  readonly trustedMs: number;
}

/** One streaming replica: whether it may be read, as of the last look at it. Times are `performance.now()` milliseconds. */
export class Replica {
  readonly #statements: PreparedStatements;
  readonly #reads = new Set<(error: unknown) => void>();
  #trustedUntilMs = -Infinity;
  #leftAloneUntilMs = -Infinity;
  /** In a row; looks do not count, which cost the server less than any read. */
  #lateReads = 0;
  #isDown = false;
  #isClosed = false;

  constructor(private readonly options: ReplicaOptions) {
    this.#statements = new PreparedStatements(options.orm, options.poolMode === 'session');
  }

  get isDown(): boolean {
    return this.#isDown;
  }

  /** Whether it may be read now. */
  get isTrusted(): boolean {
    return performance.now() < this.#trustedUntilMs;
  }

  /** @throws Error whatever is the matter, within `readMs` and as soon as a look finds the replica down */
  async read<Row>(statement: PreparedStatement, values: readonly unknown[]): Promise<Row[]> {
    let giveUp: (error: unknown) => void = () => undefined;
    const lost = new Promise<never>((_resolve, reject) => (giveUp = reject));
    this.#reads.add(giveUp);
    try {
      const answer = Promise.race([this.#statements.run<Row>(statement, values), lost]);
      const rows = await within(this.options.readMs, WHO, answer);
      this.#lateReads = 0;
      return rows;
    } catch (error) {
      this.#judge(error);
      throw error;
    } finally {
      this.#reads.delete(giveUp);
    }
  }

  /**
   * Asks whether it is a replica of this database, and past where the primary was. Says in the log what changed.
   *
   * @param startedAtMs when the looking began, which the age of what is read later counts from
   * @param isLagProven whether the position is so old that to be before it is to be too far behind
   */
  async look(position: DatedPosition, startedAtMs: number, isLagProven: boolean): Promise<void> {
    if (startedAtMs < this.#leftAloneUntilMs) return;
    try {
      const answer = this.#statements.run<LookRow>(LOOK, [position.lsn]);
      const [row] = await within(this.options.lookMs, WHO, answer);
      const doubt = doubtAbout(row, position);
      if (doubt !== undefined) throw new Error(doubt);
      if (row?.isPast) this.#trust(startedAtMs);
      else if (isLagProven) throw new Error('the replica is too far behind');
    } catch (error) {
      this.fail(error);
    }
  }

  /** Leaves it alone for some seconds; what is being read is read elsewhere. */
  fail(error: unknown): void {
    this.#trustedUntilMs = -Infinity;
    this.#leftAloneUntilMs = performance.now() + LEFT_ALONE_MS;
    for (const giveUp of this.#reads) giveUp(error);
    if (this.#isDown || this.#isClosed) return;
    this.#isDown = true;
    this.options.logger.warn({ replica: this.options.place, error }, 'replica_down');
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#trustedUntilMs = -Infinity;
    await this.options.orm.close(true);
  }

  /** A cancelled statement or a slow one says little about the server: the next look decides. Several slow ones do. */
  #judge(error: unknown): void {
    this.#trustedUntilMs = -Infinity;
    if (isLate(error)) this.#lateReads += 1;
    const isLittle = isLate(error)
      ? this.#lateReads < LATE_READS
      : isOfStatement(error) || isRetryableConflict(error);
    if (!isLittle) this.fail(error);
  }

  #trust(startedAtMs: number): void {
    // It failed while it was looked at.
    if (startedAtMs < this.#leftAloneUntilMs) return;
    this.#trustedUntilMs = startedAtMs + this.options.trustedMs;
    if (!this.#isDown) return;
    this.#isDown = false;
    this.options.logger.info({ replica: this.options.place }, 'replica_back');
  }
}

/** By our clock, or by the server's own `statement_timeout`. */
function isLate(error: unknown): boolean {
  return error instanceof NotInTimeError || (error as { readonly code?: unknown }).code === '57014';
}
