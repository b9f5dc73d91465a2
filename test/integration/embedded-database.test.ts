import {
  EntitySchema,
  MikroORM,
  type OptionalProps,
  UniqueConstraintViolationException,
} from '@mikro-orm/postgresql';
import { openEmbeddedDatabase, type EmbeddedDatabase } from '../../src/infrastructure/database/embedded';

interface Sample {
  [OptionalProps]?: 'count';
  id: bigint;
  name: string;
  count: number;
  at?: Date | null;
  amount?: string | null;
  hash?: Buffer | null;
  payload?: unknown;
  flag?: boolean | null;
}

const SampleSchema = new EntitySchema<Sample>({
  name: 'Sample',
  tableName: 'samples',
  properties: {
    id: { type: 'bigint', primary: true, autoincrement: true },
    name: { type: 'string', unique: true },
    count: { type: 'integer', default: 0 },
    at: { type: 'Date', columnType: 'timestamptz', nullable: true },
    amount: { type: 'decimal', precision: 20, scale: 2, nullable: true },
    hash: { type: 'blob', nullable: true },
    payload: { type: 'json', nullable: true },
    flag: { type: 'boolean', nullable: true },
  },
});

describe('embedded database: the driver', () => {
  let database: EmbeddedDatabase;
  let orm: MikroORM;

  beforeAll(async () => {
    database = await openEmbeddedDatabase(undefined);
    orm = await MikroORM.init({ entities: [SampleSchema], ...database.ormOptions() });
    await orm.schema.createSchema();
  }, 20_000);

  beforeEach(() => orm.em.getConnection().execute('truncate samples'));

  afterAll(async () => {
    await orm.close();
    await database.close();
  });

  const countOf = async (name: string): Promise<number> =>
    (await orm.em.fork().findOneOrFail(SampleSchema, { name })).count;

  it('should find nothing to change in a schema it has just made', async () => {
    expect(await orm.schema.getUpdateSchemaSQL()).toBe('');
  });

  it('should give values back as they were stored', async () => {
    const values = {
      name: `it's "quoted" \\? $1`,
      count: 3,
      at: new Date('2026-01-02T03:04:05.678Z'),
      amount: '12345678901234567.89',
      hash: Buffer.from([0, 1, 254, 255]),
      payload: { list: [1, "two'"], nested: { ok: true } },
      flag: true,
    };
    await orm.em.fork().insert(SampleSchema, values);
    const found = await orm.em.fork().findOneOrFail(SampleSchema, { name: values.name });
    expect({ ...found }).toMatchObject(values);
    expect(typeof found.id).toBe('bigint');
  });

  it('should count and return rows as a server does', async () => {
    const connection = orm.em.getConnection();
    const inserted = await connection.execute(
      'insert into samples (name) values (?), (?) returning name',
      ['a', 'b'],
      'run',
    );
    expect(inserted).toMatchObject({ affectedRows: 2, rows: [{ name: 'a' }, { name: 'b' }] });
    expect(await connection.execute('update samples set count = 1', [], 'run')).toMatchObject({
      affectedRows: 2,
    });
    expect(await connection.execute('select name from samples order by name', [], 'get')).toEqual({
      name: 'a',
    });
    expect(await orm.em.fork().nativeDelete(SampleSchema, { name: 'a' })).toBe(1);
  });

  it('should read types as pg does, through knex and its bindings too', async () => {
    const result: { rows: unknown[] } = await orm.em
      .getKnex()
      .raw(
        `select ?::bigint as big, 1.50::numeric as number, array[1, 2] as list, true as flag, '{"a":1}'::jsonb as json`,
        ['9007199254740993'],
      );
    expect(result.rows).toEqual([
      { big: '9007199254740993', number: '1.50', list: [1, 2], flag: true, json: { a: 1 } },
    ]);
    await expect(orm.em.getKnex().raw('select ?::int', ['x'])).rejects.toMatchObject({ code: '22P02' });
    await expect(orm.em.getKnex().raw('select ?::int as n', [1])).resolves.toMatchObject({
      rows: [{ n: 1 }],
    });
  });

  it('should translate a duplicate key', async () => {
    await orm.em.fork().insert(SampleSchema, { name: 'once' });
    const error = await orm.em
      .fork()
      .insert(SampleSchema, { name: 'once' })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UniqueConstraintViolationException);
    expect(error).toMatchObject({ code: '23505', constraint: 'samples_name_unique' });
  });

  it('should be usable after a statement failed inside a transaction', async () => {
    await orm.em.fork().insert(SampleSchema, { name: 'kept' });
    const failing = orm.em.fork().transactional(async (em) => {
      await em.nativeUpdate(SampleSchema, { name: 'kept' }, { count: 9 });
      await em.execute('select 1 / 0');
    });
    await expect(failing).rejects.toMatchObject({ code: '22012' });
    expect(await countOf('kept')).toBe(0);
  });

  it('should roll back an inner transaction alone', async () => {
    await orm.em.fork().insert(SampleSchema, { name: 'nested' });
    await orm.em.fork().transactional(async (em) => {
      await em.nativeUpdate(SampleSchema, { name: 'nested' }, { count: 1 });
      const inner = em.transactional(async (innerEm) => {
        await innerEm.nativeUpdate(SampleSchema, { name: 'nested' }, { count: 2 });
        throw new Error('inner');
      });
      await expect(inner).rejects.toThrow('inner');
    });
    expect(await countOf('nested')).toBe(1);
  });

  it('should run transactions one after the other, and leave other work its turn', async () => {
    await orm.em.fork().insert(SampleSchema, { name: 'counter' });
    let longestPauseMs = 0;
    let last = performance.now();
    const ticker = setInterval(() => {
      longestPauseMs = Math.max(longestPauseMs, performance.now() - last);
      last = performance.now();
    }, 1);
    const results = await Promise.allSettled(
      Array.from({ length: 200 }, (_, index) =>
        orm.em.fork().transactional(async (em) => {
          const found = await em.findOneOrFail(SampleSchema, { name: 'counter' });
          await em.nativeUpdate(SampleSchema, { name: 'counter' }, { count: found.count + 1 });
          if (index % 4 === 0) throw new Error('rolled back');
        }),
      ),
    );
    clearInterval(ticker);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(150);
    expect(await countOf('counter')).toBe(150);
    expect(longestPauseMs).toBeLessThan(500);
  });

  it('should refuse a second connection, which would run inside the first one’s transaction', async () => {
    const second = MikroORM.init({ entities: [SampleSchema], ...database.ormOptions() });
    await expect(second).rejects.toMatchObject({ code: '53300' });
    expect(await orm.isConnected()).toBe(true);
  });
});
