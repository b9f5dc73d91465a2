import { Client } from 'pg';
import type { DatabaseConfig } from '../../config';
import { tlsOptions } from './tls-options';

export type Server = Extract<DatabaseConfig, { kind: 'postgresql' }>;

const CONNECT_TIMEOUT_MS = 5_000;

/** A connection of its own beside the pool, closed when the work is done. Throws what `pg` says, and as `tlsOptions` does. */
export async function withClient<T>(config: Server, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: config.url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    // As the pool asks, so that who would refuse the pool's connections refuses this one already.
    ...(config.poolMode === 'session' && { lock_timeout: config.lockTimeoutMs }),
    ...tlsOptions(config.tls),
  });
  // Without a listener a connection that breaks while idle would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
