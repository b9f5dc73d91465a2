export { EmbeddedDatabaseInUseError } from './directory-lock';
export { EmbeddedDatabase } from './embedded-database';
export { EmbeddedPostgreSqlDriver } from './embedded-postgresql-driver';
export { openEmbeddedDatabase } from './open-embedded-database';
