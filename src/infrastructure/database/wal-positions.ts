/** What a replica is compared with. */
export interface WalPosition {
  /** How far the primary's log was written: everything that it had acknowledged is before. */
  readonly lsn: string;
  /** Of the cluster: streaming replicas have it too. */
  readonly system: string;
  /** The oid of the database in it. */
  readonly database: string;
}

export const SELECT_SAME = `(select system_identifier::text from pg_control_system()) as system,
    (select oid::text from pg_database where datname = current_database()) as database`;

/** To be asked of the primary; a server in recovery refuses it. */
export const SELECT_POSITION = `select pg_current_wal_lsn()::text as lsn, ${SELECT_SAME}`;

export interface DatedPosition extends WalPosition {
  /** In `performance.now()` milliseconds, of before it was asked for. */
  readonly atMs: number;
}

/** Where the primary was, not longer ago than a replica may be behind. */
export class WalPositions {
  #positions: readonly DatedPosition[] = [];

  constructor(private readonly maxAgeMs: number) {}

  /** @returns the oldest: a replica that is past it is behind by no more than `maxAgeMs` */
  add(position: DatedPosition): DatedPosition {
    const recent = this.#positions.filter(({ atMs }) => position.atMs - atMs <= this.maxAgeMs);
    this.#positions = [...recent, position];
    return this.#positions[0] ?? position;
  }
}
