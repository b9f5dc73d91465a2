/** @jest-environment node */
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { decode } from '../support/jwt';
import { CLIENT, OAUTH_CLIENTS } from '../support/oauth';
import { describeWithPostgresql, OwnPostgresql } from '../support/own-postgresql';
import { programAt } from '../support/programs';
import { Programs, type ServerRun } from '../support/server-process';

const ISSUER = 'https://auth.example.com';
const recipes = path.join(__dirname, 'recipes');
// Who signs in all the time would lose the first session on a fast machine.
const MAX_SESSIONS_PER_USER = '10000';
const VARIABLES = { JWT_ALGORITHM: 'ES256', PUBLIC_URL: ISSUER, OAUTH_CLIENTS, MAX_SESSIONS_PER_USER };
const REVOKED_WITHIN_MS = 1_000;

/** A service that verifies tokens on its own, as docs/tokens.md shows it. */
class Verifier {
  url = '';
  readonly #process: ChildProcessWithoutNullStreams;

  constructor(
    readonly name: string,
    gateway: string,
  ) {
    const program = name.endsWith('.py') ? '/usr/bin/python3' : process.execPath;
    const env = {
      ...process.env,
      GATEWAY: gateway,
      ISSUER,
      PORT: '0',
      CLIENT_ID: CLIENT.id,
      CLIENT_SECRET: CLIENT.secret,
    };
    this.#process = spawn(program, [path.join(recipes, name)], { env });
    this.#process.stderr.pipe(process.stderr);
  }

  async ready(): Promise<this> {
    let output = '';
    this.#process.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    for (;;) {
      const [, port] = /listening on (\d+)\n/.exec(output) ?? [];
      if (port !== undefined) {
        this.url = `http://127.0.0.1:${port}`;
        return this;
      }
      await Promise.race([once(this.#process.stdout, 'data'), once(this.#process, 'exit')]);
      if (this.#process.exitCode !== null) throw new Error(`${this.name} did not start`);
    }
  }

  async statusOf(token: string): Promise<number> {
    const response = await fetch(this.url, { headers: { authorization: `Bearer ${token}` } });
    await response.arrayBuffer();
    return response.status;
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGKILL');
    if (this.#process.exitCode === null) await once(this.#process, 'exit');
  }
}

const hasPyJwt =
  programAt('python3') !== undefined &&
  spawnSync('/usr/bin/python3', ['-c', 'import jwt, cryptography']).status === 0;
const names = ['jose.mjs', 'express.mjs', 'fastify.mjs', ...(hasPyJwt ? ['pyjwt.py'] : [])];

describeWithPostgresql('services that verify tokens on their own, beside two nodes', () => {
  const programs = new Programs();
  const postgresql = new OwnPostgresql();
  let nodes: ServerRun[] = [];
  let verifiers: Verifier[] = [];
  let database: { readonly DATABASE_URL: string };

  beforeAll(async () => {
    await programs.open();
    await postgresql.create();
    await postgresql.query('create database tokens');
    database = { DATABASE_URL: postgresql.urlOf('tokens') };
    const start = () => programs.server({ ...VARIABLES, ...database }).ready();
    nodes = await Promise.all([start(), start()]);
    // One half asks one node for the keys, the other half the other.
    verifiers = await Promise.all(
      names.map((name, index) => new Verifier(name, nodes[index % 2]!.url).ready()),
    );
    await nodes[0]!.register('bob@example.com');
  }, 120_000);
  afterAll(async () => {
    await Promise.all(verifiers.map((verifier) => verifier.stop()));
    await programs.close();
    await postgresql.destroy();
  });

  const statuses = (token: string): Promise<number[]> =>
    Promise.all(verifiers.map((verifier) => verifier.statusOf(token)));
  const kidOf = (token: string): unknown => decode(token).header['kid'];

  (hasPyJwt ? it : it.skip)(
    'should have PyJWT among them (skipped where python3-jwt is not installed)',
    () => {
      expect(verifiers.map(({ name }) => name)).toContain('pyjwt.py');
    },
  );

  it('should refuse what is none of ours', async () => {
    const token = await nodes[0]!.login('bob@example.com');
    expect(await statuses(token)).toEqual(names.map(() => 200));
    for (const bad of ['', 'nonsense', `${token.slice(0, -4)}AAAA`])
      expect(new Set(await statuses(bad))).toEqual(new Set([401]));
  });

  it('should go on verifying across a rotation under load, with nobody signed out', async () => {
    const early = await nodes[0]!.login('bob@example.com');
    const rotation = programs.run('cli/keys.js', ['rotate', '--in', '3'], { ...VARIABLES, ...database });
    expect((await rotation.ended).code).toBe(0);
    expect(rotation.stdout).toMatch(/is published, and signs from/);
    // A verifier that starts now, or whose five minutes are over, knows both keys.
    const fresh = await new Verifier('jose.mjs', nodes[1]!.url).ready();
    await verifiers.find(({ name }) => name === fresh.name)?.stop();
    verifiers = verifiers.map((one) => (one.name === fresh.name ? fresh : one));
    const kids = new Set<unknown>();
    const refused: unknown[] = [];
    const endsAt = performance.now() + 9_000;
    while (performance.now() < endsAt) {
      for (const node of nodes) {
        const token = await node.login('bob@example.com');
        kids.add(kidOf(token));
        const answers = await Promise.all([
          statuses(token),
          statuses(early),
          ...nodes.map((other) => other.tokenError(token)),
        ]);
        if (answers.flat().some((answer) => answer !== 200 && answer !== null))
          refused.push([kidOf(token), answers]);
      }
    }
    expect(kids.size).toBe(2);
    expect(refused).toEqual([]);
    expect([await nodes[0]!.tokenError(early), await nodes[1]!.tokenError(early)]).toEqual([null, null]);
  }, 60_000);

  it('should refuse a revoked token everywhere within a second, with the deny list', async () => {
    const [a, b] = nodes;
    const withList = verifiers.filter(({ name }) => name === 'express.mjs' || name === 'fastify.mjs');
    for (let round = 0; round < 3; round += 1) {
      const token = await a!.login('bob@example.com');
      expect(await Promise.all(withList.map((one) => one.statusOf(token)))).toEqual([200, 200]);
      await (round % 2 === 0 ? a! : b!).graphql('mutation { logout }', {}, token);
      const revokedAt = performance.now();
      for (;;) {
        const askedAt = performance.now();
        const answers = await Promise.all(withList.map((one) => one.statusOf(token)));
        if (answers.every((status) => status === 401)) break;
        expect(askedAt - revokedAt).toBeLessThan(REVOKED_WITHIN_MS);
        await delay(10);
      }
    }
  });

  it('should refuse the tokens of a retired key on both nodes within 100 ms, and sign with another', async () => {
    const token = await nodes[0]!.login('bob@example.com');
    const [one, other] = [programs, programs];
    const retiring = one.run('cli/keys.js', ['retire', String(kidOf(token))], { ...VARIABLES, ...database });
    expect((await retiring.ended).code).toBe(0);
    await delay(100);
    expect(await Promise.all(nodes.map((node) => node.tokenError(token)))).toEqual([
      'INVALID_TOKEN',
      'INVALID_TOKEN',
    ]);
    const listing = other.run('cli/keys.js', ['list'], { ...VARIABLES, ...database });
    await listing.ended;
    expect(listing.stdout).toMatch(new RegExp(`${String(kidOf(token))}\tES256\tretired`));
    for (const node of nodes) {
      const next = await node.login('bob@example.com');
      expect([kidOf(next) === kidOf(token), await node.tokenError(next)]).toEqual([false, null]);
    }
  });
});
