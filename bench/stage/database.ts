import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, type JwtPayload } from 'jsonwebtoken';
import { Client } from 'pg';
import { openPglite } from '../baselines/pglite';
import { startGateway } from './gateway';
import { PASSWORD, People } from './people';
import { seed, type Crowd, type Sql } from './seed';
import type { ServerProcess } from './server-process';

type Variables = Readonly<Record<string, string>>;

/** What to measure on: the embedded database, or a PostgreSQL server by its URL. */
export type Target = { readonly kind: 'embedded' } | { readonly kind: 'postgresql'; readonly url: string };

/** A database made for one run, full of people. */
export interface SeededDatabase {
  readonly kind: Target['kind'];
  /** Of the engine. */
  readonly version: string;
  readonly people: People;
  /** What makes the gateway use it. */
  readonly variables: Variables;
  /** The same for the baselines; they get a copy of an embedded one, which serves one process only. */
  readonly baselineVariables: Variables;
  /** Deletes it. */
  remove(): Promise<void>;
}

export function makeDatabase(target: Target, crowd: Crowd): Promise<SeededDatabase> {
  return target.kind === 'embedded' ? makeEmbedded(crowd) : makeOnServer(target.url, crowd);
}

async function makeEmbedded(crowd: Crowd): Promise<SeededDatabase> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-data-'));
  const remove = async (): Promise<void> => rmSync(directory, { recursive: true, force: true });
  try {
    const variables = { DATA_DIR: join(directory, 'gateway') };
    const template = await registerTemplate(variables);
    const cluster = join(directory, 'gateway', 'postgres');
    const pglite = await openPglite(cluster);
    const filled = await fill(pglite, crowd, template);
    await pglite.close();
    const copy = join(directory, 'baseline');
    cpSync(cluster, copy, { recursive: true });
    return { kind: 'embedded', ...filled, variables, baselineVariables: { PGLITE_DIR: copy }, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** In a database of its own beside the one that `serverUrl` names, which is left alone. */
async function makeOnServer(serverUrl: string, crowd: Crowd): Promise<SeededDatabase> {
  const url = new URL(serverUrl);
  const name = `${url.pathname.slice(1)}_bench_${process.pid}_${crowd.count}`;
  url.pathname = `/${name}`;
  const remove = (): Promise<void> =>
    withClient(serverUrl, async (client) => {
      await client.query(`drop database if exists ${name} with (force)`);
    });
  await withClient(serverUrl, (client) => client.query(`create database ${name}`));
  try {
    const variables = { DATABASE_URL: url.href };
    const template = await registerTemplate(variables);
    const filled = await withClient(url.href, (client) =>
      fill(
        { query: (text, values = []) => client.query<Record<string, unknown>>(text, [...values]) },
        crowd,
        template,
      ),
    );
    return { kind: 'postgresql', ...filled, variables, baselineVariables: variables, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function fill(
  sql: Sql,
  crowd: Crowd,
  template: JwtPayload,
): Promise<Pick<SeededDatabase, 'people' | 'version'>> {
  await seed(sql, crowd, Number(template['id']));
  const { rows } = await sql.query('show server_version');
  const version = String(rows[0]?.['server_version']);
  return { people: new People(crowd.count, crowd.asking, template), version };
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Migrates the database and registers one person in it; answers the claims of the access token. */
async function registerTemplate(variables: Variables): Promise<JwtPayload> {
  const gateway = await startGateway(variables);
  try {
    return await register(gateway);
  } finally {
    await gateway.stop();
  }
}

async function register({ url }: ServerProcess): Promise<JwtPayload> {
  const query = `mutation { register(input: { email: "template@example.com", password: "${PASSWORD}" }) {
    tokens { accessToken } } }`;
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const text = await response.text();
  const token = /"accessToken":"([^"]+)"/.exec(text)?.[1];
  if (token === undefined) throw new Error(`The first registration failed: ${text}`);
  return decode(token) as JwtPayload;
}
