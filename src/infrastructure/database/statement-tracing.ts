import type { MikroORM } from '@mikro-orm/postgresql';
import type { PreparedStatement } from './prepared-statements';
import { currentTracer, type OpenSpan, type SpanOptions } from '../telemetry/tracing/tracing';

/** What knex tells of each statement. The ORM has written the values into some texts, which are therefore in no trace. */
interface KnexQuery {
  readonly __knexQueryUid: string;
  readonly sql: string;
}

/** A span for each statement of the ORM, where somebody traces. Those that are prepared have theirs from `Database.statement`. */
export function traceStatements(orm: MikroORM): void {
  const tracer = currentTracer();
  if (!tracer) return;
  const open = new Map<string, OpenSpan>();
  const end = ({ __knexQueryUid: id }: KnexQuery, error?: unknown): void => {
    open.get(id)?.end(error);
    open.delete(id);
  };
  const knex = orm.em.getConnection().getKnex();
  knex.on('query', ({ __knexQueryUid: id, sql }: KnexQuery) => open.set(id, tracer.open(spanOf(sql))));
  knex.on('query-response', (_answer: unknown, query: KnexQuery) => end(query));
  knex.on('query-error', (error: unknown, query: KnexQuery) => end(query, error));
}

/** Its first word and the first table: `select users`, `begin`. */
function spanOf(sql: string): SpanOptions {
  const operation = /^\s*(\w{1,20})/.exec(sql)?.[1]?.toLowerCase() ?? 'statement';
  const table = /\b(?:from|into|update)\s+"?([a-z_]{1,63})"?/.exec(sql)?.[1];
  return {
    name: table === undefined ? operation : `${operation} ${table}`,
    kind: 'client',
    attributes: {
      'db.system.name': 'postgresql',
      'db.operation.name': operation,
      ...(table !== undefined && { 'db.collection.name': table }),
    },
  };
}

/** Of a text with placeholders, written by us. */
export function preparedSpan({ name, sql }: PreparedStatement): SpanOptions {
  const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': name, 'db.query.text': sql };
  return { name, kind: 'client', attributes };
}
