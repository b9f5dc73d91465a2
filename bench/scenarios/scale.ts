import { Stage } from '../stage/stage';
import type { Asking } from './by-person';
import { compare, underLoad, type Row } from './measure';
import * as ask from './requests';
import { CONNECTIONS, type Scenario } from './scenario';

const FEW = 1_000;
const MANY = 1_000_000;

const ASKED: Readonly<Record<string, Asking>> = {
  me: ask.me(),
  'auth-me': ask.authMe,
  refresh: ask.refresh,
  booking: ask.booking(),
};

/** As many people ask in both databases, so that what the gateway remembers is the same. */
export const scale: Scenario = {
  name: 'scale',
  summary: 'reads, refreshes and bookings of 1,000 users among 1,000,000; beside 1,000 users alone',
  only: 'postgresql',
  run: async ({ target, settings }) => {
    const large = await Stage.open(target, settings, { count: MANY, asking: FEW });
    try {
      const small = await Stage.open(target, settings, { count: FEW, asking: FEW });
      try {
        return await compareStages(large, small);
      } finally {
        await small.close();
      }
    } finally {
      await large.close();
    }
  },
};

async function compareStages(large: Stage, small: Stage): Promise<Row[]> {
  const [many, few] = [await large.gateway(), await small.gateway()];
  const rows: Row[] = [];
  for (const [name, asks] of Object.entries(ASKED)) {
    const among = underLoad('1,000,000 users', many, { connections: CONNECTIONS, next: asks(large.people) });
    const alone = underLoad('1,000 users', few, { connections: CONNECTIONS, next: asks(small.people) });
    rows.push(await compare(`scale-${name}`, 'cpuUs', among, alone, large.settings));
  }
  return rows;
}
