import type { Client } from 'pg';

type Query = (...args: unknown[]) => unknown;

/** Calls `asked` with every statement a client sends; what that returns is called with the error, or null, it ends with. */
export function watchAnswers(client: Client, asked: () => (error: unknown) => void): void {
  const send = client.query.bind(client) as Query;
  client.query = ((...args: unknown[]): unknown => {
    const callback = args.at(-1);
    // A caller without a callback would be pg's own promise; knex always passes one.
    if (typeof callback !== 'function') return send(...args);
    const answered = asked();
    return send(...args.slice(0, -1), (...answer: unknown[]): void => {
      answered(answer[0]);
      (callback as Query)(...answer);
    });
  }) as Client['query'];
}
