import { existsSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError, prepareDataDirectory, type Config } from '../../config';
import { entities } from '../../entities';
import { EmbeddedDatabaseInUseError } from '../../infrastructure/database/embedded';
import { schemaStateOf } from '../../infrastructure/database/migrator';
import { openEmbedded } from '../../infrastructure/database/orm';
import { createCommandLogger } from '../../infrastructure/telemetry/logger';
import { Report, textOf, type Finding } from './finding';
import { schemaFindings } from './schema-check';

type Embedded = Extract<Config['database'], { kind: 'embedded' }>;

/** The embedded database: whether its directory can be used, and its schema. A server that has it open is not disturbed. */
export async function checkEmbedded(config: Config, database: Embedded): Promise<Finding[]> {
  const report = new Report('database');
  const directory = path.resolve(database.dataDir);
  try {
    prepareDataDirectory(config);
    if (!existsSync(path.join(directory, 'postgres'))) {
      report.ok(`embedded, in ${directory}: the first start makes it`);
      return report.findings;
    }
    const opened = await openEmbedded(database, entities, createCommandLogger());
    try {
      report.ok(`embedded, in ${directory}: it opens`);
      return [...report.findings, ...schemaFindings(await schemaStateOf(opened.orm), database, true)];
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (error instanceof EmbeddedDatabaseInUseError)
      report.ok(`embedded, in ${directory}: process ${error.holder} has it open; ask its /health`);
    else if (error instanceof ConfigurationError)
      for (const { variable, rule, example } of error.problems)
        report.failure(`${variable} ${rule}`, `For example ${example}`);
    else
      report.failure(
        `the embedded database in ${directory} does not open: ${textOf(error)}`,
        'Restore the copy of DATA_DIR (docs/operations.md, Backup).',
      );
    return report.findings;
  }
}
