import 'reflect-metadata';
import { Writable } from 'node:stream';
import type { MikroORM } from '@mikro-orm/postgresql';
import { loadConfig } from '../../src/config';
import { entities } from '../../src/entities';
import { migrations } from '../../src/infrastructure/database/migrations';
import { createLogger } from '../../src/infrastructure/telemetry/logger';
import { databaseVariables, openTestDatabase } from '../support/test-database';

let orm: MikroORM;
let close: () => Promise<void>;
beforeAll(async () => {
  const config = loadConfig({ NODE_ENV: 'test', LOG_FILE: '', ...databaseVariables() });
  const silent = createLogger(
    config.logging,
    'test',
    new Writable({ write: (_chunk, _encoding, done) => done() }),
  );
  ({ orm, close } = await openTestDatabase(config, silent));
});
afterAll(async () => {
  // Whatever a failure left behind, the next file of this worker finds the whole schema.
  await orm.migrator.up();
  await close();
});

/** All that the catalogue of the database says of our schema, without what differs from one creation to the next. */
async function schemaOf(): Promise<unknown> {
  const query = (sql: string) => orm.em.getConnection().execute<object[]>(sql, [], 'all');
  const ours = "table_schema = current_schema() and table_name not like 'mikro_orm%'";
  return {
    columns: await query(
      // The order, not the number: a column that was dropped and added again leaves a gap.
      `select table_name, column_name, data_type, character_maximum_length, numeric_precision,
        numeric_scale, is_nullable, column_default, is_identity, identity_generation
      from information_schema.columns where ${ours} order by table_name, ordinal_position`,
    ),
    indexes: await query(
      `select tablename, indexdef from pg_indexes
      where schemaname = current_schema() and tablename not like 'mikro_orm%' order by tablename, indexname`,
    ),
    constraints: await query(
      `select c.conrelid::regclass::text as table_name, c.conname, pg_get_constraintdef(c.oid) as definition
      from pg_constraint c join pg_namespace n on n.oid = c.connamespace
      where n.nspname = current_schema() and c.conrelid::regclass::text not like 'mikro_orm%' order by 1, 2`,
    ),
  };
}

const tableNames = async (): Promise<unknown> => {
  const { columns } = (await schemaOf()) as { columns: { table_name: string }[] };
  return [...new Set(columns.map(({ table_name }) => table_name))];
};

it('should agree with the entities, so that no migration is missing', async () => {
  expect(await orm.schema.getUpdateSchemaSQL({ wrap: false, safe: false })).toBe('');
});

it('should make the same schema on the way up, down to nothing, and up again', async () => {
  const fresh = await schemaOf();
  await orm.migrator.down({ to: 0 });
  expect(await tableNames()).toEqual([]);
  await orm.migrator.up();
  expect(await schemaOf()).toEqual(fresh);
});

it('should make the same schema one by one as all at once, each one reversible', async () => {
  const fresh = await schemaOf();
  await orm.migrator.down({ to: 0 });
  for (const { name } of migrations) {
    const before = await schemaOf();
    await orm.migrator.up({ migrations: [name] });
    const after = await schemaOf();
    expect([name, after]).not.toEqual([name, before]);
    await orm.migrator.down({ migrations: [name] });
    expect([name, await schemaOf()]).toEqual([name, before]);
    await orm.migrator.up({ migrations: [name] });
  }
  expect(await schemaOf()).toEqual(fresh);
});

it('should have a table for every entity', async () => {
  const expected = entities.map((entity) => orm.getMetadata().get(entity.name).tableName);
  expect(await tableNames()).toEqual(expect.arrayContaining(expected));
});

it('should run in the order of their names', () => {
  const names = migrations.map(({ name }) => name);
  expect(names).toEqual([...names].sort());
  expect(names.filter((name) => !/^Migration\d{14}_[a-z_]+$/.test(name))).toEqual([]);
});
