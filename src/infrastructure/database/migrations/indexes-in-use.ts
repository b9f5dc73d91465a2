import { Migration } from '@mikro-orm/migrations';
import { EmbeddedPostgreSqlDriver } from '../embedded/embedded-postgresql-driver';

/**
 * A migration that makes indexes on tables which the version before is writing to meanwhile. They are built concurrently,
 * which no transaction can hold, so a try that was interrupted leaves some of it behind: whatever else such a migration
 * does must be of the kind that can be done twice. On the embedded database, where nobody else is and PGlite knows no other
 * way, all of it is one transaction.
 */
export abstract class IndexesInUse extends Migration {
  override isTransactional(): boolean {
    return this.driver instanceof EmbeddedPostgreSqlDriver;
  }

  /** @param definition what follows `on`: table, columns, condition */
  protected addIndex(name: string, definition: string): void {
    const concurrently = this.#concurrently;
    // One whose building was interrupted is there, and of no use.
    this.addSql(`drop index ${concurrently} if exists "${name}"`);
    this.addSql(`create index ${concurrently} "${name}" on ${definition}`);
  }

  protected dropIndex(name: string): void {
    this.addSql(`drop index ${this.#concurrently} if exists "${name}"`);
  }

  get #concurrently(): string {
    return this.isTransactional() ? '' : 'concurrently';
  }
}
