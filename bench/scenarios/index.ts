import { meBesideLogins } from './beside-logins';
import { comparisons } from './comparisons';
import { connections } from './connections';
import { floor } from './floor';
import { limits, limitsRedis } from './limits';
import { memory, memorySoak } from './memory';
import { scale } from './scale';
import type { Scenario } from './scenario';
import { startUp } from './start-up';
import { tokens } from './tokens';

export type { Scenario } from './scenario';

/** In the order in which they run. */
export const scenarios: readonly Scenario[] = [
  floor,
  ...comparisons,
  meBesideLogins,
  startUp,
  memory,
  connections,
  limits,
  limitsRedis,
  tokens,
  scale,
  memorySoak,
];

/** What runs when none is named: the state of the gateway in a few minutes. */
export const defaultNames: readonly string[] = [
  'me',
  'auth-me',
  'refresh',
  'login',
  'booking',
  'start',
  'memory',
];
