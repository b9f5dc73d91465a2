import type { PreparedStatement } from './prepared-statements';

/** What a replica is compared with. */
export interface WalPosition {
  /** How far the primary's log was written: everything that it had acknowledged is before. */
  readonly lsn: string;
  /** Of the cluster: streaming replicas have it too. */
  readonly system: string;
  /** The oid of the database in it. */
  readonly database: string;
}

const SELECT_SAME = `(select system_identifier::text from pg_control_system()) as system,
    (select oid::text from pg_database where datname = current_database()) as database`;

/** To be asked of the primary; a server in recovery refuses it. */
export const SELECT_POSITION = `select pg_current_wal_lsn()::text as lsn, ${SELECT_SAME}`;

/** To be asked of a replica. Values: the LSN that it must be past. */
export const LOOK: PreparedStatement = {
  name: 'replica_look',
  sql: `select pg_is_in_recovery() as "isInRecovery",
    coalesce(pg_last_wal_replay_lsn() >= cast($1 as pg_lsn), false) as "isPast", ${SELECT_SAME}`,
};

export interface LookRow extends Omit<WalPosition, 'lsn'> {
  readonly isInRecovery: boolean;
  readonly isPast: boolean;
}

/** Why a server is not to be read in the primary's place, however far it is; undefined for a replica of the same database. */
export function doubtAbout(row: LookRow | undefined, primary: WalPosition): string | undefined {
  if (!row?.isInRecovery) return 'the server is no replica: it is not in recovery';
  const isSame = row.system === primary.system && row.database === primary.database;
  return isSame ? undefined : 'the server is a replica of another database';
}

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
