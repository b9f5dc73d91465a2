/** @jest-environment node */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs a command on a terminal of its own; util-linux has it, and with it nearly every Linux. */
const SCRIPT = '/usr/bin/script';
const onTerminal = existsSync(SCRIPT) ? describe : describe.skip;
const main = join(__dirname, '..', '..', 'dist', 'main.js');

onTerminal('a start on a terminal', () => {
  let directory: string;
  let running: ChildProcess | undefined;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'terminal-'));
  });
  afterEach(() => {
    // The server is the child of the terminal, and ends with its group.
    if (running?.pid !== undefined) process.kill(-running.pid, 'SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });

  /** What the terminal shows until the words appear. */
  async function shown(words: RegExp, variables: Record<string, string>): Promise<string> {
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(SCRIPT, ['-qfec', `${process.execPath} ${main}`, '/dev/null'], {
      cwd: directory,
      detached: true,
      env: { PATH, HOME, TERM: 'dumb', PORT: '0', HOST: '127.0.0.1', BCRYPT_COST: '10', ...variables },
    });
    running = child;
    let text = '';
    for await (const chunk of child.stdout) {
      text += String(chunk);
      if (words.test(text)) return text;
    }
    throw new Error(`the server ended: ${text}`);
  }

  it('should log for people and say in three lines where to click', async () => {
    const text = await shown(/Mailbox[^\n]*\n/, {});
    expect(text).toMatch(/INFO.*server_started/);
    expect(text).not.toContain('"event"');
    const lines = text.split(/\r?\n/).filter((line) => line.startsWith('  ') && line.includes('http'));
    const addresses = lines.slice(-3).map((line) => line.trim().replace(/ {2,}/, ' '));
    expect(addresses).toEqual([
      expect.stringMatching(/^Start here http:\/\/localhost:\d+\/$/),
      expect.stringMatching(/^GraphQL http:\/\/localhost:\d+\/graphiql$/),
      expect.stringMatching(/^Mailbox http:\/\/localhost:\d+\/dev\/mailbox$/),
    ]);
    const start = /http:\/\/localhost:\d+\//.exec(addresses[0] ?? '')?.[0] ?? '';
    expect(await (await fetch(start)).json()).toMatchObject({ graphql: '/graphql' });
  });

  it('should keep to JSON in production, and where it is asked for', async () => {
    const secret = {
      JWT_SECRET_KEY: 'k9Qv3tZ7mB1xW5rN8pL2sD6fH0jC4gYa',
      PUBLIC_URL: 'https://auth.example.com',
    };
    const production = await shown(/Health[^\n]*\n/, { NODE_ENV: 'production', ...secret });
    expect(production).toContain('"event":"server_started"');
    expect(production).toMatch(/ {2}REST +http:\/\/localhost:\d+\/docs/);
  });

  it('should end with its terminal, though the same signal means a reload elsewhere', async () => {
    const text = await shown(/Mailbox[^\n]*\n/, {});
    const start = /http:\/\/localhost:\d+\//.exec(text)?.[0] ?? '';
    process.kill(running!.pid!, 'SIGKILL');
    running = undefined;
    const isServed = (): Promise<boolean> =>
      fetch(`${start}health/live`, { headers: { connection: 'close' } }).then(
        ({ ok }) => ok,
        () => false,
      );
    while (await isServed()) await new Promise((resolve) => setTimeout(resolve, 20));
  });
});
