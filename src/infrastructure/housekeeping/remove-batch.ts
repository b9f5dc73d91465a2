import type { Database } from '../database/database';

/** Rows that nobody needs any more. All names and conditions are ours; what varies is in `values`. */
export interface OldRows {
  readonly table: string;
  readonly key: string;
  /** With `?` for each value; an index should find such rows. */
  readonly where: string;
  readonly values: readonly unknown[];
}

/**
 * Deletes one batch, in a transaction of its own, and returns how many rows there were. Rows that somebody is using just
 * now are passed over.
 */
export async function removeBatch(
  database: Database,
  { table, key, where, values }: OldRows,
  limit: number,
): Promise<number> {
  const sql = `
    delete from ${table} where ${key} in (
      select ${key} from ${table} where ${where} limit ? for update skip locked
    ) returning 1`;
  const work = { concerns: 'nobody' } as const;
  const rows = await database.unitOfWork((em) => em.execute<unknown[]>(sql, [...values, limit]), work);
  return rows.length;
}
