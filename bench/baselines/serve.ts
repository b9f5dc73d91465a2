import { fastify } from 'fastify';
import type { Baseline } from './baseline';
import { openSql, type Sql } from './sql';

/** Serves the baselines that the arguments name; those that are not named are not even loaded. */
const BASELINES: Readonly<Record<string, () => Promise<{ readonly addBaseline: Baseline }>>> = {
  b0: () => import('./b0-json.js'),
  b1: () => import('./b1-token.js'),
  b2: () => import('./b2-select.js'),
  b3: () => import('./b3-bcrypt.js'),
  b4: () => import('./b4-refresh.js'),
  b5: () => import('./b5-booking.js'),
};

async function main(): Promise<void> {
  const server = fastify();
  let sql: Promise<Sql> | undefined;
  const parts = {
    secret: process.env['JWT_SECRET_KEY'] ?? '',
    sql: () => (sql ??= openSql(process.env)),
  };
  for (const name of process.argv.slice(2)) {
    const { addBaseline } = (await BASELINES[name]?.()) ?? {};
    await addBaseline?.(server, parts);
  }
  // Like the gateway's health check it asks the database, where there is one.
  server.get('/ready', async () => {
    const { run } = (await sql) ?? {};
    await run?.({ name: 'ready', text: 'select 1' });
    return 'ready';
  });
  await server.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) });
}

process.on('SIGTERM', () => process.exit());
void main();
