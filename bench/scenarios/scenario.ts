import type { Target } from '../stage/database';
import type { Stage } from '../stage/stage';
import type { Asking } from './by-person';
import { compare, underLoad, type Figure, type Row } from './measure';

/** Something to measure, by the name under which it is asked for. */
export interface Scenario {
  readonly name: string;
  readonly summary: string;
  /** Both unless it says otherwise. */
  readonly only?: Target['kind'];
  run(stage: Stage): Promise<Row[]>;
}

export const CONNECTIONS = 50;
/** Logins at the same time: a queue for bcrypt that never runs dry, and is not all there is to see. */
export const LOGINS = 8;

export interface Comparison {
  readonly name: string;
  readonly summary: string;
  /** What the gateway is asked. */
  readonly asks: Asking;
  readonly baseline: { readonly name: string; readonly asks: Asking };
  /** The figure that the ratio is of; processor time unless it says otherwise. */
  readonly of?: Figure;
  readonly connections?: number;
}

/** The gateway under load beside a baseline under the same load. */
export function comparison({ name, summary, asks, baseline, ...options }: Comparison): Scenario {
  const { of = 'cpuUs', connections = CONNECTIONS } = options;
  return {
    name,
    summary: `${summary}; beside ${baseline.name}`,
    run: async (stage) => {
      const { people, settings } = stage;
      const gateway = underLoad('gateway', await stage.gateway(), { connections, next: asks(people) });
      const base = underLoad(baseline.name, await stage.baseline(), {
        connections,
        next: baseline.asks(people),
      });
      return [await compare(name, of, gateway, base, settings)];
    },
  };
}
