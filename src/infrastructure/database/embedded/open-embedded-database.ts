import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { makeDirectory } from '../../../config';
import { EmbeddedDatabase } from './embedded-database';
import { lockDirectory } from './directory-lock';

const DATABASE_NAME = 'postgres';

/**
 * Opens PostgreSQL inside this process, on `dataDir` (made with mode 0700), or in memory when it is undefined.
 * Below it, `postgres` holds the data and `lock` tells who has it open.
 *
 * @throws EmbeddedDatabaseInUseError when another process has the directory: two would destroy the data
 */
export async function openEmbeddedDatabase(dataDir: string | undefined): Promise<EmbeddedDatabase> {
  if (dataDir === undefined) {
    return new EmbeddedDatabase(await boot('memory://'), DATABASE_NAME, async () => undefined);
  }
  const directory = resolve(dataDir);
  makeDirectory(directory, 0o700);
  const lock = await lockDirectory(directory);
  try {
    const pglite = await bootOnDisk(directory);
    return new EmbeddedDatabase(pglite, DATABASE_NAME, () => lock.release());
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function bootOnDisk(directory: string): Promise<PGlite> {
  const cluster = join(directory, 'postgres');
  if (!existsSync(cluster)) await initialise(cluster);
  return boot(`file://${cluster}`);
}

/**
 * Makes a new cluster beside its place, closes it, and moves it there. Measured against PGlite 0.3, both matter:
 * the session that ran initdb leaves "shut down" in pg_control, so the next start would skip recovery and lose every
 * commit of a process that was killed; and any directory with a PG_VERSION is taken for a finished cluster, so a first
 * start killed half-way would leave one that never opens.
 */
async function initialise(cluster: string): Promise<void> {
  const unfinished = `${cluster}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished);
  const pglite = await boot(`file://${unfinished}`);
  await pglite.close();
  await chmod(unfinished, 0o700); // initdb opens it to the group
  await rename(unfinished, cluster);
}

function boot(dataDir: string): Promise<PGlite> {
  return PGlite.create({ dataDir, database: DATABASE_NAME, relaxedDurability: false });
}
