/** @jest-environment node */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { minify } from '@swc/core';
import { clientDirectory, installClient } from '../support/packed-client';
import { usePrograms } from '../support/server-process';

const root = path.resolve(__dirname, '../..');
const MAX_BYTES = 10_000;

jest.setTimeout(120_000);
let project = '';
beforeAll(() => {
  project = mkdtempSync(path.join(tmpdir(), 'client-user-'));
  installClient(project);
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

function node(...args: string[]): string {
  return execFileSync(process.execPath, args, { cwd: project, encoding: 'utf8' });
}

const USE = `
import { createGatewayClient, inCookie, isGatewayError, type TypedDocument, type User } from 'graphql-auth-client';
const gateway = createGatewayClient({ url: 'http://localhost:4000/graphql', tokens: inCookie() });
export const me: Promise<User> = gateway.me();
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
declare const byId: TypedDocument<{ user: { id: string } }, Exact<{ id: string | number; first?: number | null }>>;
declare const byPage: TypedDocument<{ me: { id: string } }, Exact<{ first?: number | null }>>;
declare const plain: TypedDocument<{ me: { id: string } }, Exact<{ [key: string]: never }>>;
export const answers: Promise<string | unknown>[] = [
  gateway.request(byId, { id: '1' }).then(({ user }) => user.id),
  gateway.request(byPage).then(({ me }) => me.id),
  gateway.request(byPage, { first: 1 }),
  gateway.request(plain),
  gateway.request('{ me { id } }'),
  gateway.request<{ me: User }>('query ($first: Int) { me { id } }', { first: 1 }),
];
export function secondsToWait(error: unknown): number {
  if (!isGatewayError(error)) return 0;
  switch (error.code) {
    case 'RATE_LIMITED':
    case 'SERVICE_UNAVAILABLE':
      return error.retryAfterSeconds;
    case 'INVALID_INPUT':
      return error.details.length;
    default:
      return 0;
  }
}
`;
const MISUSES = [
  'gateway.request(byId);',
  'gateway.request(byId, {});',
  "gateway.request(byPage, { first: '1' });",
  "gateway.login({ input: { identifier: 'ada' } });",
  'gateway.addCredits({ input: { amount: 5 } });',
  "export const code = (error: unknown) => isGatewayError(error) && error.code === 'NO_SUCH_CODE';",
  "export const wait = (error: unknown) => isGatewayError(error) && error.code === 'FORBIDDEN' && error.retryAfterSeconds;",
];

/** The errors that the compiler finds in each file, the package's own declarations included. */
function complaints(files: Readonly<Record<string, string>>): Record<string, number> {
  for (const [name, program] of Object.entries(files)) writeFileSync(path.join(project, name), program);
  const strict = [
    '--noEmit',
    '--strict',
    '--exactOptionalPropertyTypes',
    '--skipLibCheck',
    '--types',
    'node',
  ];
  const typeRoots = ['--typeRoots', path.join(root, 'node_modules/@types')];
  const target = ['--target', 'es2022', '--module', 'node16'];
  const names = Object.keys(files);
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, ...strict, ...typeRoots, ...target, ...names], {
    cwd: project,
    encoding: 'utf8',
  });
  const lines = stdout.split('\n').filter((line) => /error TS\d+/.test(line));
  return Object.fromEntries(
    names.map((name) => [name, lines.filter((line) => line.startsWith(name)).length]),
  );
}

it('should bring its types to ES modules and to CommonJS, and refuse what the schema does not have', () => {
  expect(complaints({ 'use.mts': USE, 'use.cts': USE, 'misuse.mts': USE + MISUSES.join('\n') })).toEqual({
    'use.mts': 0,
    'use.cts': 0,
    'misuse.mts': MISUSES.length,
  });
});

it('should be loaded by import and by require', () => {
  const use = "console.log(typeof createGatewayClient({ url: 'http://localhost/graphql' }).login)";
  writeFileSync(
    path.join(project, 'a.mjs'),
    `import { createGatewayClient } from 'graphql-auth-client';\n${use}`,
  );
  writeFileSync(
    path.join(project, 'a.cjs'),
    `const { createGatewayClient } = require('graphql-auth-client');\n${use}`,
  );
  expect([node('a.mjs'), node('a.cjs')]).toEqual(['function\n', 'function\n']);
});

it('should have no dependencies, and no peer that is not optional', () => {
  const manifest = JSON.parse(readFileSync(path.join(clientDirectory, 'package.json'), 'utf8')) as {
    dependencies?: object;
    peerDependencies: object;
    peerDependenciesMeta: Record<string, { optional: boolean }>;
  };
  expect(manifest.dependencies).toBeUndefined();
  for (const name of Object.keys(manifest.peerDependencies)) {
    expect(manifest.peerDependenciesMeta[name]).toEqual({ optional: true });
  }
});

it('should weigh less than 10 kB, minified and packed, with everything in it', async () => {
  const directory = path.join(project, 'node_modules/graphql-auth-client/dist/esm');
  const files = readdirSync(directory).filter((name) => name.endsWith('.js'));
  expect(files).toContain('client.js');
  const minified = await Promise.all(
    files.map(async (name) => {
      const source = readFileSync(path.join(directory, name), 'utf8');
      return (await minify(source, { module: true, compress: true, mangle: true })).code;
    }),
  );
  const bytes = gzipSync(minified.join('\n')).length;
  expect(bytes).toBeGreaterThan(1_000);
  expect(bytes).toBeLessThan(MAX_BYTES);
});

describe('against a server', () => {
  const programs = usePrograms();
  it('should lead a script through the life of an account, from the mail to the deletion', async () => {
    const server = await programs
      .server({ NODE_ENV: 'development', REQUIRE_EMAIL_VERIFICATION: 'true' })
      .ready();
    cpSync(path.join(root, 'examples/script/first-session.js'), path.join(project, 'first-session.js'));
    const said = node('first-session.js', server.url.replace('127.0.0.1', 'localhost'));
    expect(said).toContain('next step: VERIFY_EMAIL');
    expect(said).toContain("email: 'must be a valid email address'");
    expect(said).toMatch(/too much: Insufficient credits/);
    expect(said).toContain('balance: 20.00');
    expect(said).toContain('after the logout: UNAUTHENTICATED');
    expect(said).toContain('deleted: true');
  });
});
