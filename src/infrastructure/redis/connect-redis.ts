import type * as ioredis from 'ioredis';
import { parseRedisUrl } from '../../config';

export interface RedisOptions {
  readonly keyPrefix: string;
  /** Longest wait for a connection, and for an answer. */
  readonly timeoutMs: number;
}

export interface RedisConnection {
  readonly redis: ioredis.Redis | ioredis.Cluster;
  /** Where it was looked for; for operators. */
  readonly host: string;
}

/** Connects, in the background and again whenever that is needed, to one server, to the master that sentinels name, or to a cluster. */
export function connectRedis(url: string, { keyPrefix, timeoutMs }: RedisOptions): RedisConnection {
  const { Cluster, Redis } = require('ioredis') as typeof ioredis;
  const target = parseRedisUrl(url);
  if (!target) throw new Error('REDIS_URL was not checked');
  const retryStrategy = (attempt: number): number => Math.min(attempt * 100, 2000);
  const bounds = {
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    disconnectTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
  };
  if (target.kind === 'server') {
    const { hostname, port } = new URL(target.url);
    const redis = new Redis(target.url, { keyPrefix, ...bounds, retryStrategy });
    return { redis, host: `${hostname}:${port || '6379'}` };
  }
  const { nodes, tls, username, password } = target;
  const access = { ...(username && { username }), ...(password && { password }), ...(tls && { tls: {} }) };
  const host = nodes.map((node) => `${node.host}:${node.port}`).join(',');
  if (target.kind === 'cluster') {
    const redis = new Cluster([...nodes], {
      keyPrefix,
      redisOptions: { ...bounds, ...access },
      clusterRetryStrategy: retryStrategy,
      slotsRefreshTimeout: timeoutMs,
      // Of a master that died its replica is heard by then.
      retryDelayOnClusterDown: timeoutMs,
    });
    return { redis, host };
  }
  const redis = new Redis({
    keyPrefix,
    ...bounds,
    ...access,
    sentinels: [...nodes],
    name: target.masterName,
    db: target.db,
    ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
    // A connection to a master that was demoted would take no more changes.
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
    retryStrategy,
    sentinelRetryStrategy: retryStrategy,
  });
  return { redis, host };
}
