import type { Stage } from '../stage/stage';
import type { Asking } from './by-person';
import { compare, underLoad, type Row } from './measure';
import * as ask from './requests';
import { CONNECTIONS, type Scenario } from './scenario';

/** Behind a proxy that tells the clients' addresses: 10,000 of them, none of which ever comes near its limit. */
const LIMITED = { RATE_LIMIT_ENABLED: 'true', TRUST_PROXY: '1' };

const ASKED: Readonly<Record<string, Asking>> = {
  me: ask.me(),
  'auth-me': ask.authMe,
  refresh: ask.refresh,
};

async function limitedBesideFree(
  stage: Stage,
  name: string,
  variables: Readonly<Record<string, string>>,
): Promise<Row[]> {
  const [limited, free] = [await stage.gateway(variables), await stage.gateway()];
  const rows: Row[] = [];
  for (const [what, asks] of Object.entries(ASKED)) {
    const next = asks(stage.people);
    const on = underLoad('limits on', limited, { connections: CONNECTIONS, next });
    const off = underLoad('limits off', free, { connections: CONNECTIONS, next });
    rows.push(await compare(`${name}-${what}`, 'cpuUs', on, off, stage.settings));
  }
  return rows;
}

export const limits: Scenario = {
  name: 'limits',
  summary: 'reads and refreshes with the rate limits on, counted in PostgreSQL; beside limits off',
  only: 'postgresql',
  run: (stage) => limitedBesideFree(stage, limits.name, LIMITED),
};

export const limitsRedis: Scenario = {
  name: 'limits-redis',
  summary: 'the same counted in Redis (BENCH_REDIS_URL)',
  only: 'postgresql',
  run: (stage) => {
    const { redisUrl } = stage.settings;
    if (redisUrl === undefined) throw new Error('limits-redis needs BENCH_REDIS_URL');
    return limitedBesideFree(stage, limitsRedis.name, { ...LIMITED, REDIS_URL: redisUrl });
  },
};
