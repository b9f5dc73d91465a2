import { once } from 'node:events';
import { chownSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, chmodSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { AccountAdministration } from '../../src/features/account';
import type { User } from '../../src/features/identity';
import { askRunningServer } from '../../src/operator/admin-client';
import { serveOperators, type AdminServer } from '../../src/operator/admin-server';
import { givenUser } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();
let dataDir: string;
let servers: AdminServer[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'operators-'));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  rmSync(dataDir, { recursive: true, force: true });
});

const administrationOf = (accounts: AccountAdministration) => ({
  accounts,
  keys: app.app.keyAdministration,
});

async function serve(): Promise<AdminServer | undefined> {
  const server = await serveOperators(dataDir, administrationOf(app.app.administration), app.logger);
  if (server) servers = [...servers, server];
  return server;
}

const list = { command: { name: 'list' } } as const;
const asked = (): Promise<boolean> => askRunningServer(dataDir, list, () => undefined);

/** What comes back for bytes that no client of ours sends. */
async function answerTo(bytes: string): Promise<string> {
  const socket = connect(join(dataDir, 'admin', 'socket'));
  socket.on('error', () => undefined);
  socket.write(bytes);
  return text(socket).catch(() => '');
}

describe('another user of the machine', () => {
  it('should find no way to the socket, even in a data directory that is open to all', async () => {
    chmodSync(dataDir, 0o777);
    await serve();
    const folder = join(dataDir, 'admin');
    expect(lstatSync(folder).mode & 0o777).toBe(0o700);
    expect(lstatSync(join(folder, 'socket')).mode & 0o777).toBe(0o600);
    expect(await asked()).toBe(true);
  });

  it('should not have an earlier folder left open', async () => {
    mkdirSync(join(dataDir, 'admin'), { mode: 0o777 });
    chmodSync(join(dataDir, 'admin'), 0o777);
    expect(await asked()).toBe(false);
    await serve();
    expect(lstatSync(join(dataDir, 'admin')).mode & 0o777).toBe(0o700);
  });

  it('should not lead passwords elsewhere by a link', async () => {
    const elsewhere = join(dataDir, 'elsewhere');
    mkdirSync(elsewhere, { mode: 0o700 });
    symlinkSync(elsewhere, join(dataDir, 'admin'));
    expect(await serve()).toBeUndefined();
    expect(await asked()).toBe(false);
    expect(app.events()).toContain('operators_not_served');
  });

  const asRoot = process.getuid?.() === 0 ? it : it.skip;
  asRoot('should not be spoken to in a folder of their own', async () => {
    await serve();
    chownSync(join(dataDir, 'admin'), 65_534, 65_534);
    expect(await asked()).toBe(false);
  });
});

describe('whoever may connect', () => {
  it.each([
    '{}\n',
    'null\n',
    '[]\n',
    'no JSON\n',
    '{"command":{"name":"drop"}}\n',
    '{"command":{"name":"show"}}\n',
  ])('should get a refusal for %j', async (line) => {
    await serve();
    const answer = JSON.parse(await answerTo(line)) as { exit: number; reason: string };
    expect(answer.exit).toBe(1);
    expect(answer.reason).not.toBe('');
    expect(await asked()).toBe(true);
  });

  it('should not fill the memory', async () => {
    await serve();
    expect(await answerTo('x'.repeat(100_000))).toBe('');
    expect(await asked()).toBe(true);
  });
});

describe('a socket that a killed server left behind', () => {
  it('should be nobody, and make place for the next one', async () => {
    await serve();
    // As after kill -9: the name is there, and nobody listens.
    const socket = join(dataDir, 'admin', 'socket');
    await Promise.all(servers.splice(0).map((server) => server.close()));
    expect(await asked()).toBe(false);
    mkdirSync(join(dataDir, 'admin'), { recursive: true });
    symlinkSync('/nowhere', socket);
    expect(await serve()).toBeDefined();
    expect(await asked()).toBe(true);
  });
});

describe('a server that stops', () => {
  const isClosed = async (server: AdminServer): Promise<void> => {
    const since = performance.now();
    await server.close();
    expect(performance.now() - since).toBeLessThan(9_000);
  };

  it('should not wait for somebody who is connected and asks nothing', async () => {
    const server = (await serve())!;
    const socket = connect(join(dataDir, 'admin', 'socket'));
    await once(socket, 'connect');
    await asked();
    const ended = once(socket, 'close');
    await isClosed(server);
    await ended;
  });

  it('should finish a command first, but not wait until somebody reads the answer', async () => {
    await givenUser(app);
    let goOn = (): void => undefined;
    let started = (): void => undefined;
    let begun = 0;
    const running = new Promise<void>((resolve) => (started = resolve));
    const going = new Promise<void>((resolve) => (goOn = resolve));
    const [user] = await collect(app.app.administration.list());
    async function* list(): AsyncGenerator<User> {
      begun += 1;
      if (begun === 2) started();
      await going;
      for (let count = 0; count < 20_000; count += 1) yield user!;
      yield Promise.resolve(user!);
    }
    const administration = Object.assign(Object.create(app.app.administration) as AccountAdministration, {
      list,
    });
    const server = (await serveOperators(dataDir, administrationOf(administration), app.logger))!;
    const [reads, sleeps] = [
      connect(join(dataDir, 'admin', 'socket')),
      connect(join(dataDir, 'admin', 'socket')),
    ];
    sleeps.on('error', () => undefined).pause();
    const output = text(reads);
    for (const socket of [sleeps, reads]) socket.write('{"command":{"name":"list"}}\n');
    await running;
    const closing = isClosed(server);
    goOn();
    await closing;
    expect(await output).toMatch(/{"exit":0}\n$/);
    sleeps.destroy();
  });
});

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
