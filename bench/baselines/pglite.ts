import { PGlite } from '@electric-sql/pglite';

/** Opens the cluster of an embedded database, whose server has stopped. */
export function openPglite(directory: string): Promise<PGlite> {
  return PGlite.create({ dataDir: `file://${directory}`, database: 'postgres' });
}
