import { newUuid } from '../../foundation/ids';
import type { Database } from '../database/database';
import type { PreparedStatement } from '../database/prepared-statements';

/** Values: name, holder, seconds. A row comes back for who holds it now. */
const TAKE: PreparedStatement = {
  name: 'lease_take',
  sql: `
    insert into leases as l (name, holder, expires_at)
    values ($1, $2, now() + make_interval(secs => cast($3 as float8)))
    on conflict (name) do update set holder = excluded.holder, expires_at = excluded.expires_at
    where l.holder = excluded.holder or l.expires_at <= now()
    returning name`,
};

const RELEASE: PreparedStatement = {
  name: 'lease_release',
  sql: 'delete from leases where name = $1 and holder = $2',
};

/**
 * Makes one process at a time do something. Unlike an advisory lock it needs no connection of its own, so that it holds
 * behind a pooler that hands out connections by transaction, too; who dies without a word is followed when it expires.
 */
export class Lease {
  readonly #holder = newUuid();

  constructor(
    private readonly database: Database,
    private readonly name: string,
    private readonly seconds: number,
  ) {}

  /** Takes it, or prolongs one's own. @returns false while another process holds it */
  async take(): Promise<boolean> {
    const rows = await this.database.statement(TAKE, [this.name, this.#holder, this.seconds]);
    return rows.length > 0;
  }

  async release(): Promise<void> {
    await this.database.statement(RELEASE, [this.name, this.#holder]);
  }
}
