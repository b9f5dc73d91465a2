import { setTimeout as delay } from 'node:timers/promises';
import { OwnPostgresql } from './own-postgresql';
import type { Programs, ServerRun, Variables } from './server-process';

const HISTORY =
  '{ creditBalance { balance } creditTransactions(first: 50) { edges { node { newBalance } } totalCount } }';
const ADD = 'mutation { addCredits(input: { amount: "1.00" }) { newBalance } }';
const PATIENCE_MS = 15_000;

interface History {
  readonly creditBalance: { readonly balance: string };
  readonly creditTransactions: { readonly edges: readonly object[]; readonly totalCount: number };
}

/** A PostgreSQL of the test's own with a streaming replica, a database for each test, and nodes that read from both. */
export class Replicated {
  readonly primary = new OwnPostgresql();
  readonly replica = new OwnPostgresql();
  database = '';
  #count = 0;

  constructor(private readonly programs: Programs) {}

  async create(): Promise<void> {
    await this.primary.create();
    // No superuser: what is asked of the servers everybody may ask.
    await this.primary.query('create role gateway login');
    await this.replica.createReplicaOf(this.primary);
  }

  async destroy(): Promise<void> {
    await this.replica.destroy();
    await this.primary.destroy();
  }

  async nextDatabase(): Promise<void> {
    this.database = `replicas_${(this.#count += 1)}`;
    await this.createDatabase(this.database);
  }

  async createDatabase(name: string): Promise<void> {
    await this.primary.query(`create database ${name} owner gateway`);
  }

  urlOf(server: OwnPostgresql, database = this.database): string {
    return server.urlOf(database).replace('postgres@', 'gateway@');
  }

  /** What a node that reads from the replica is told. */
  get variables(): Variables {
    return { ...this.primaryOnly, DATABASE_REPLICA_URLS: this.urlOf(this.replica) };
  }

  get primaryOnly(): Variables {
    return { DATABASE_URL: this.urlOf(this.primary) };
  }

  node(variables: Variables = this.variables): Promise<ServerRun> {
    return this.programs.server({ ...this.primaryOnly, ...variables }).ready();
  }

  /** Replays nothing while `work` runs. */
  async paused(work: () => Promise<void>): Promise<void> {
    await this.replica.query('select pg_wal_replay_pause()');
    try {
      await work();
    } finally {
      await this.replica.query('select pg_wal_replay_resume()');
    }
  }
}

/** @returns the access token */
export async function registered(server: ServerRun, email = 'anna@example.com'): Promise<string> {
  const answer = await server.register(email);
  if (!('token' in answer)) throw new Error(answer.code);
  return answer.token;
}

export async function bookOne(server: ServerRun, token: string): Promise<void> {
  const { code } = await server.graphql(ADD, {}, token);
  if (code !== null) throw new Error(code);
}

/** Entries of the page, the total and the balance. */
export async function historyOf(server: ServerRun, token: string): Promise<[number, number, string]> {
  const { data, code } = await server.graphql<History>(HISTORY, {}, token);
  if (!data) throw new Error(String(code));
  const { creditTransactions: page, creditBalance } = data;
  return [page.edges.length, page.totalCount, creditBalance.balance];
}

/** The same by REST, without the balance. */
export async function restHistoryOf(server: ServerRun, token: string): Promise<[number, number]> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${server.url}/credits/transactions`, { headers });
  const page = (await response.json()) as { transactions: object[]; total_count: number };
  return [page.transactions.length, page.total_count];
}

export async function metricOf(server: ServerRun, name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(text.split(`\n${name} `)[1]?.split('\n')[0] ?? 0);
}

/** How many reads replicas answered. */
export function replicaReads(server: ServerRun): Promise<number> {
  return metricOf(server, 'database_call_duration_seconds_count{kind="replica_read",outcome="success"}');
}

/** @returns milliseconds */
export async function until(
  condition: () => Promise<boolean> | boolean,
  withinMs = PATIENCE_MS,
): Promise<number> {
  const startedAt = performance.now();
  while (!(await condition())) {
    if (performance.now() - startedAt > withinMs) throw new Error(`not within ${withinMs} ms`);
    await delay(20);
  }
  return performance.now() - startedAt;
}

/** Waits until somebody's history is read from a replica. */
export async function readByReplica(server: ServerRun, token: string): Promise<void> {
  const before = await replicaReads(server);
  await until(async () => {
    await historyOf(server, token);
    return (await replicaReads(server)) > before;
  });
}

export function linesOf(server: ServerRun, event: string): number {
  return server.logLines.filter((line) => line.event === event).length;
}
