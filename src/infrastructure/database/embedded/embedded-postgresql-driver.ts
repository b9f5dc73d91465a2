import type { Configuration } from '@mikro-orm/core';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';

/**
 * MikroORM's PostgreSQL driver on one connection. PGlite has a single session: statements of a second connection
 * would run inside the first one's transaction, so every unit of work queues for the only one.
 */
export class EmbeddedPostgreSqlDriver extends PostgreSqlDriver {
  constructor(config: Configuration) {
    config.set('pool', { ...config.get('pool'), min: 1, max: 1 });
    super(config);
  }
}
