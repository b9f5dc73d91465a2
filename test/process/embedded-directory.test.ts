import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MikroORM } from '@mikro-orm/postgresql';
import { EmbeddedDatabaseInUseError, openEmbeddedDatabase } from '../../src/infrastructure/database/embedded';

const noEntities = { entities: [], discovery: { warnWhenNoEntities: false } };

const root = join(__dirname, '..', '..');

/** Code for `node -e`, in which the project's TypeScript can be required. */
function childCode(body: string): string {
  return `
    const { readFileSync } = require('node:fs');
    const { transformSync } = require('@swc/core');
    const options = { ...JSON.parse(readFileSync('.swcrc', 'utf8')), swcrc: false, sourceMaps: false };
    require.extensions['.ts'] = (module, file) =>
      module._compile(transformSync(readFileSync(file, 'utf8'), { ...options, filename: file }).code, file);
    const { openEmbeddedDatabase } = require('./src/infrastructure/database/embedded/index.ts');
    const { lockDirectory } = require('./src/infrastructure/database/embedded/directory-lock.ts');
    const { MikroORM } = require('@mikro-orm/postgresql');
    const directory = process.argv[1];
    const say = (text) => require('node:fs').writeSync(1, text + '\\n');
    ${body}`;
}

class Child {
  readonly lines: string[] = [];
  readonly process: ChildProcessWithoutNullStreams;

  constructor(body: string, directory: string) {
    this.process = spawn(process.execPath, ['-e', childCode(body), directory], { cwd: root });
    let rest = '';
    this.process.stdout.on('data', (data: Buffer) => {
      const parts = (rest + data.toString()).split('\n');
      rest = parts.pop() ?? '';
      this.lines.push(...parts);
    });
    this.process.stderr.on('data', (data: Buffer) => this.lines.push(`stderr: ${data.toString()}`));
  }

  async said(count: number): Promise<string> {
    while (this.lines.length < count) {
      if (this.process.exitCode !== null) throw new Error(`the child ended: ${this.lines.join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return this.lines[count - 1] ?? '';
  }

  async kill(): Promise<void> {
    const closed = once(this.process, 'close');
    if (this.process.kill('SIGKILL')) await closed;
  }
}

describe('embedded database: opening and closing', () => {
  let parent: string;
  let directory: string;
  const children: Child[] = [];

  const start = (body: string): Child => {
    const child = new Child(body, directory);
    children.push(child);
    return child;
  };

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'embedded-'));
    directory = join(parent, 'data');
  });

  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.kill()));
    await rm(parent, { recursive: true, force: true });
  });

  it('should keep its directory private, and open again after it was closed', async () => {
    const database = await openEmbeddedDatabase(directory);
    const modes = await Promise.all(['', 'lock', 'postgres'].map((name) => stat(join(directory, name))));
    expect(modes.map(({ mode }) => (mode & 0o777).toString(8))).toEqual(['700', '700', '700']);
    const orm = await MikroORM.init({ ...noEntities, ...database.ormOptions() });
    await orm.em.getConnection().execute('create table kept (id int)');
    await orm.close();
    await database.close();

    const reopened = await openEmbeddedDatabase(directory);
    const again = await MikroORM.init({ ...noEntities, ...reopened.ormOptions() });
    expect(await again.em.getConnection().execute('select id from kept')).toEqual([]);
    await reopened.close();
    expect(await again.isConnected()).toBe(false);
    await again.close(true);
  }, 30_000);

  it('should refuse a directory that another process has open, and take it over when that one is killed', async () => {
    const holder = start(`lockDirectory(directory).then(() => say('locked')); setInterval(() => {}, 1000);`);
    expect(await holder.said(1)).toBe('locked');

    const refusal = await openEmbeddedDatabase(directory).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(EmbeddedDatabaseInUseError);
    expect(String(refusal)).toContain(directory);
    expect(String(refusal)).toContain(`process ${holder.process.pid}`);
    expect(String(refusal)).toContain('DATABASE_URL');

    await holder.kill();
    const database = await openEmbeddedDatabase(directory);
    await database.close();
  }, 30_000);

  it.each([
    ['a short path', ''],
    ['a path longer than a socket address', 'x'.repeat(120)],
  ])(
    'should let exactly one of five starters take over a stale lock: %s',
    async (_name, suffix) => {
      directory = join(directory, suffix);
      const body = `
      process.stdin.once('data', () => lockDirectory(directory).then(() => say('won'), (error) => say(error.name)));
      say('ready');`;
      for (let round = 0; round < 3; round += 1) {
        const starters = Array.from({ length: 5 }, () => start(body));
        await Promise.all(starters.map((starter) => starter.said(1)));
        for (const starter of starters) starter.process.stdin.write('go\n');
        const answers = await Promise.all(starters.map((starter) => starter.said(2)));
        expect(answers.sort()).toEqual([...Array<string>(4).fill('EmbeddedDatabaseInUseError'), 'won']);
        await Promise.all(starters.map((starter) => starter.kill()));
      }
    },
    30_000,
  );

  it('should have every acknowledged commit after kill -9, of the first process too', async () => {
    const body = `
      (async () => {
        const database = await openEmbeddedDatabase(directory);
        const options = { entities: [], discovery: { warnWhenNoEntities: false }, ...database.ormOptions() };
        const orm = await MikroORM.init(options);
        const connection = orm.em.getConnection();
        await connection.execute('create table if not exists facts (id serial primary key)');
        say(JSON.stringify((await connection.execute('select id from facts')).map((row) => row.id)));
        for (;;) say(String((await connection.execute('insert into facts default values returning id', [], 'get')).id));
      })().catch((error) => say(String(error)));`;
    const acknowledged: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const child = start(body);
      expect(JSON.parse(await child.said(1))).toEqual(expect.arrayContaining(acknowledged));
      await child.said(50);
      await child.kill();
      acknowledged.push(...child.lines.slice(1).map(Number));
    }
    expect(acknowledged.length).toBeGreaterThan(140);
  }, 60_000);
});
