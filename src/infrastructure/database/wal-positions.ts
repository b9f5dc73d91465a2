import type { PreparedStatement } from './prepared-statements';

/** What a replica is compared with. */
export interface WalPosition {
  /** How far the primary's log was written: everything that it had acknowledged is before. */
  readonly lsn: string;
  /** Of the cluster: streaming replicas have it too. */
  readonly system: string;
  /** The oid of the database in it. */
  readonly database: string;
  /** Each promotion begins another; positions of two of them cannot be compared. */
  readonly timeline: number;
}

const SELECT_SAME = `(select system_identifier::text from pg_control_system()) as system,
    (select oid::text from pg_database where datname = current_database()) as database`;

/** To be asked of the primary; a server in recovery refuses it. */
export const SELECT_POSITION = `select pg_current_wal_lsn()::text as lsn,
    cast(cast('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8) as bit(32)) as integer) as timeline, ${SELECT_SAME}`;

/**
 * To be asked of a replica. Values: the LSN that it must be past. Its timeline is the one that it has noted in its control
 * file, which may take it minutes after a promotion, or receives: that only roles with `pg_read_all_stats` are told.
 */
export const LOOK: PreparedStatement = {
  name: 'replica_look',
  sql: `select pg_is_in_recovery() as "isInRecovery",
    coalesce(pg_last_wal_replay_lsn() >= cast($1 as pg_lsn), false) as "isPast",
    (select greatest(r.min_recovery_end_timeline, c.timeline_id, (select received_tli from pg_stat_wal_receiver))
      from pg_control_recovery() r, pg_control_checkpoint() c) as timeline, ${SELECT_SAME}`,
};

export interface LookRow extends Omit<WalPosition, 'lsn'> {
  readonly isInRecovery: boolean;
  readonly isPast: boolean;
}

/** Why a server is not to be read in the primary's place, however far it is; undefined for a replica of the same database. */
export function doubtAbout(row: LookRow | undefined, primary: WalPosition): string | undefined {
  if (!row?.isInRecovery) return 'the server is no replica: it is not in recovery';
  if (!isSameDatabase(row, primary)) return 'the server is a replica of another database';
  // It may have what the new primary never had, and would be taken for ahead.
  const isFollowing = row.timeline === primary.timeline;
  return isFollowing ? undefined : "the replica is not known to have followed the primary's last promotion";
}

function isSameDatabase(one: Omit<WalPosition, 'lsn'>, other: Omit<WalPosition, 'lsn'>): boolean {
  return one.system === other.system && one.database === other.database;
}

export interface DatedPosition extends WalPosition {
  /** In `performance.now()` milliseconds, of before it was asked for. */
  readonly atMs: number;
}

/** While they are read, replicas are looked at that often, and each look is trusted for so long. */
export const LOOK_EVERY_MS = 1_000;
export const TRUSTED_MS = 2_000;

/** For how long positions are kept: what is read at the end of a look's trust is behind by `lagMs`. */
export function keptForMs(lagMs: number): number {
  return lagMs - TRUSTED_MS;
}

/** How far behind a replica may be while it is looked at: the oldest position that is kept is at least that old. */
export function allowedMs(lagMs: number): number {
  return keptForMs(lagMs) - LOOK_EVERY_MS;
}

/** Where the primary was, not longer ago than a replica may be behind. */
export class WalPositions {
  #positions: readonly DatedPosition[] = [];

  constructor(private readonly maxAgeMs: number) {}

  /** @returns the oldest: a replica that is past it is behind by no more than `maxAgeMs` */
  add(position: DatedPosition): DatedPosition {
    const recent = this.#positions.filter(
      (earlier) =>
        position.atMs - earlier.atMs <= this.maxAgeMs &&
        isSameDatabase(earlier, position) &&
        earlier.timeline === position.timeline,
    );
    this.#positions = [...recent, position];
    return this.#positions[0] ?? position;
  }
}
