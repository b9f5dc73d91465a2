import type { Config } from '../../config';
import type { SchemaState } from '../../infrastructure/database/migrator';
import { Report, type Finding } from './finding';

/** @param mayMigrate whether the role that asks could apply what is pending */
export function schemaFindings(
  { pending, unknown }: SchemaState,
  { migrateOnStart }: Pick<Config['database'], 'migrateOnStart'>,
  mayMigrate: boolean,
): Finding[] {
  const report = new Report('schema');
  if (unknown.length > 0)
    report.warning(
      `a newer version of the gateway was here: ${unknown.join(', ')}`,
      'While nodes are replaced this is as it should be; for good, run that version.',
    );
  const names = `${pending.length} migrations are pending (${pending[0]} …)`;
  if (pending.length === 0) report.ok('up to date');
  else if (!migrateOnStart)
    report.failure(
      `${names}, and with MIGRATE_ON_START=false the start will refuse`,
      'Run "npm run migrate" (node dist/cli/migrate.js), or start once with MIGRATE_ON_START=true.',
    );
  else if (!mayMigrate)
    report.failure(
      `${names}, and this role may not apply them`,
      'grant create on schema public to the role, or migrate with another one.',
    );
  else report.ok(`${names}; the next start applies them`);
  return report.findings;
}
