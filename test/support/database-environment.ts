import { TestEnvironment } from 'jest-environment-node';
import { Client } from 'pg';
import { openEmbeddedDatabase, type EmbeddedDatabase } from '../../src/infrastructure/database/embedded';

/** What a test file finds in `globalThis`: the database of its worker, shared by the files the worker runs in turn. */
export type WorkerDatabase =
  | { readonly kind: 'embedded'; readonly embedded: EmbeddedDatabase }
  | { readonly kind: 'postgresql'; readonly url: string };

// This module lives outside the sandbox that Jest gives each file, so the database is made once for each worker.
let workerDatabase: Promise<WorkerDatabase> | undefined;

async function makeWorkerDatabase(): Promise<WorkerDatabase> {
  const serverUrl = process.env['TEST_DATABASE_URL'];
  if (!serverUrl) return { kind: 'embedded', embedded: await openEmbeddedDatabase(undefined) };
  const name = `${new URL(serverUrl).pathname.slice(1)}_worker_${process.env['JEST_WORKER_ID'] ?? '1'}`;
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`drop database if exists ${name} with (force)`);
  await client.query(`create database ${name}`);
  // As on engines that know nothing else: every transaction that meets another one may be sent back.
  if (process.env['TEST_ISOLATION'] === 'serializable')
    await client.query(`alter database ${name} set default_transaction_isolation = 'serializable'`);
  await client.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { kind: 'postgresql', url: url.href };
}

export default class DatabaseEnvironment extends TestEnvironment {
  override async setup(): Promise<void> {
    await super.setup();
    workerDatabase ??= makeWorkerDatabase();
    globalThis.workerDatabase = await workerDatabase;
  }
}
