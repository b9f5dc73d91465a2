import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Config } from './config';
import { CreditEvents } from './features/credit';
import { SessionEvents } from './features/sign-in';
import type { Clock } from './foundation/clock';
import { createFormatError } from './graphql/format-error';
import { LiveConnections } from './graphql/live/live-connections';
import { LiveEndpoint } from './graphql/live/live-endpoint';
import { LiveOperations } from './graphql/live/live-operations';
import type { PersistedOperations } from './graphql/persisted/persisted-operations';
import { routeUpgrades } from './http/upgrades';
import type { Database } from './infrastructure/database/database';
import { Notifications, notificationOptions } from './infrastructure/database/notifications';
import type { OpenDatabase } from './infrastructure/database/orm';
import { LiveSignals } from './infrastructure/events/live-signals';
import { PeerSignals } from './infrastructure/events/peer-signals';
import type { RateLimiter } from './infrastructure/rate-limit/rate-limiter';
import type { Logger } from './infrastructure/telemetry/logger';
import type { Services } from './services';

/** What wakes those who wait, here and, where the database is a server, in other processes on it. */
export function openSignals(
  { graphql, database: { kind } }: Pick<Config, 'graphql' | 'database'>,
  { orm }: OpenDatabase,
  database: Database,
  logger: Logger,
): { readonly signals: LiveSignals | undefined; readonly close: () => Promise<void> } {
  if (!graphql.subscriptions.enabled) return { signals: undefined, close: () => Promise.resolve() };
  const signals = new LiveSignals((userId) => database.ownChanges.note(userId));
  if (kind === 'embedded') return { signals, close: async () => signals.close() };
  const peers = new PeerSignals(signals, new Notifications(notificationOptions(orm), logger));
  signals.connect(peers);
  peers.start();
  return {
    signals,
    close: async () => {
      signals.close();
      await peers.close();
    },
  };
}

export interface LiveOptions {
  readonly schema: GraphQLSchema;
  readonly services: Pick<Services, 'authenticator'>;
  readonly signals: LiveSignals | undefined;
  readonly database: Database;
  readonly persisted: PersistedOperations;
  readonly allowedOrigins: ReadonlySet<string>;
  readonly limiter: RateLimiter;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Subscriptions; undefined where they are off. They end when the server closes. */
export function openLive(
  server: FastifyInstance,
  { graphql: config, http, breaker }: Config,
  { schema, services: { authenticator }, signals, database, persisted, clock, ...rest }: LiveOptions,
): LiveEndpoint | undefined {
  if (!signals) return undefined;
  const feeds = {
    sessionEvents: new SessionEvents(database, signals, clock, breaker.callTimeoutSeconds),
    creditEvents: new CreditEvents(database, signals),
  };
  const live = new LiveEndpoint({
    config,
    bodyLimitBytes: http.bodyLimitBytes,
    operations: new LiveOperations(
      schema,
      config,
      persisted,
      createFormatError(rest.logger, clock),
      rest.logger,
    ),
    connections: new LiveConnections(authenticator, signals, config.subscriptions),
    authenticator,
    feeds,
    isAnyOrigin: http.corsOrigins.includes('*'),
    ...rest,
  });
  routeUpgrades(server);
  server.addHook('preClose', (done) => {
    live.close();
    done();
  });
  return live;
}
