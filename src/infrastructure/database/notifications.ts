import { AsyncResource } from 'node:async_hooks';
import type { MikroORM } from '@mikro-orm/postgresql';
import type * as pg from 'pg';
import type { Logger } from '../telemetry/logger';

/** In all databases that this server serves there is one channel; NOTIFY stays within one database. */
export const CHANNEL = 'gateway_live';
const RETRY_MS = { first: 100, most: 5_000 };
/** A connection that is silent for so long is asked whether it still works. */
const PROBE_EVERY_MS = 5_000;

/** As long as an answer may take before the connection counts as lost. */
const QUERY_TIMEOUT_MS = 5_000;

/** A connection like those of the pool. */
export function notificationOptions(orm: MikroORM): pg.ClientConfig {
  const client = orm.em.getConnection().getKnex().client as {
    readonly connectionSettings: pg.ClientConfig;
  };
  const { password } = client.connectionSettings;
  // knex hides it from whoever copies.
  return {
    ...client.connectionSettings,
    ...(password !== undefined && { password }),
    query_timeout: QUERY_TIMEOUT_MS,
  };
}

export interface NotificationHandlers {
  readonly onMessage: (payload: string) => void;
  /** Also after each loss: what was sent meanwhile is gone. */
  readonly onConnect: () => void;
}

/** One connection of its own that listens, is opened again when it is lost, and holds nothing up. */
export class Notifications {
  readonly #outside = new AsyncResource('Notifications');
  #handlers: NotificationHandlers | undefined;
  #client: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #isClosed = false;

  constructor(
    private readonly options: pg.ClientConfig,
    private readonly logger: Logger,
  ) {}

  start(handlers: NotificationHandlers): void {
    this.#handlers = handlers;
    this.#outside.runInAsyncScope(() => void this.#connect());
  }

  /** What cannot be sent is lost; whoever waits for it looks by itself now and then. */
  async send(payload: string): Promise<void> {
    await this.#ask('select pg_notify($1, $2)', [CHANNEL, payload]);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const { Client } = require('pg') as typeof pg;
    const client = new Client(this.options);
    const lost = (error?: Error): void => this.#lost(client, error);
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', ({ payload }) => this.#handlers?.onMessage(payload ?? ''));
    this.#client = client;
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
    } catch (error) {
      lost(error as Error);
      return;
    }
    if (this.#isClosed) {
      await client.end();
      return;
    }
    if (this.#failures > 0) this.logger.info('live_signals_connected');
    this.#failures = 0;
    this.#handlers?.onConnect();
    this.#probeLater();
  }

  #probeLater(): void {
    this.#timer = setTimeout(() => {
      void this.#ask('select 1', []).then(() => {
        if (this.#client && !this.#isClosed && this.#failures === 0) this.#probeLater();
      });
    }, PROBE_EVERY_MS).unref();
  }

  async #ask(sql: string, values: readonly string[]): Promise<void> {
    const client = this.#client;
    if (!client) return;
    try {
      await client.query(sql, [...values]);
    } catch (error) {
      this.#lost(client, error as Error);
    }
  }

  #lost(client: pg.Client, error?: Error): void {
    if (this.#client !== client || this.#isClosed) return;
    this.#client = undefined;
    clearTimeout(this.#timer);
    void client.end().catch(() => undefined);
    if (this.#failures === 0) this.logger.warn({ error }, 'live_signals_lost');
    const delayMs = Math.min(RETRY_MS.first * 2 ** this.#failures, RETRY_MS.most);
    this.#failures += 1;
    this.#timer = setTimeout(() => void this.#connect(), delayMs).unref();
  }
}
