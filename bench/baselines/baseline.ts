import type { FastifyInstance } from 'fastify';
import type { Sql } from './sql';

/** What a baseline has besides Fastify. */
export interface Parts {
  readonly secret: string;
  /** Opened by the first who asks. */
  readonly sql: () => Promise<Sql>;
}

/** Adds the routes of one baseline. */
export type Baseline = (server: FastifyInstance, parts: Parts) => Promise<void>;
