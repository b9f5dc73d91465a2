import { arrivalRate } from '../load/arrival-rate';
import { closedLoop } from '../load/closed-loop';
import { openConnections } from '../load/connection';
import type { NextExchange } from '../load/exchange';
import { percentile } from '../load/latencies';
import type { ServerProcess } from '../stage/server-process';
import { b2, b3 } from './baselines';
import { compare, type Subject } from './measure';
import { login, me } from './requests';
import { LOGINS, type Scenario } from './scenario';

const PER_SECOND = 1_000;
/** As many requests as come in a fifth of a second may wait. */
const MOST_WAITING = PER_SECOND / 5;

/** Reads must not wait for bcrypt. The latencies are those of `me`, the number a second is that of the logins. */
export const meBesideLogins: Scenario = {
  name: 'me-beside-logins',
  summary: `GraphQL \`me\` at ${PER_SECOND} a second beside ${LOGINS} logins in flight; beside B2 and B3 likewise`,
  run: async (stage) => {
    const { people, settings } = stage;
    const gateway = beside('gateway', await stage.gateway(), me()(people), login(people));
    const baseline = beside('B2 beside B3', await stage.baseline(), b2.asks(people), b3.asks(people));
    return [await compare(meBesideLogins.name, 'p99Ms', gateway, baseline, settings)];
  },
};

function beside(name: string, server: ServerProcess, read: NextExchange, signIn: NextExchange): Subject {
  return {
    name,
    measure: async (shortSeconds) => {
      const seconds = shortSeconds * 2;
      const readers = await openConnections(server.port, MOST_WAITING);
      const signingIn = await openConnections(server.port, LOGINS);
      try {
        const [reads, logins] = await Promise.all([
          arrivalRate(readers, read, { perSecond: PER_SECOND, seconds }),
          closedLoop(signingIn, signIn, seconds),
        ]);
        server.emptyLog();
        return {
          perSecond: logins.requests / logins.seconds,
          p50Ms: percentile(reads.latenciesMs, 0.5),
          p99Ms: percentile(reads.latenciesMs, 0.99),
        };
      } finally {
        for (const connection of [...readers, ...signingIn]) connection.close();
      }
    },
  };
}
