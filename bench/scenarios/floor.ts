import { b0, b1, b2, b4, b4OneStatement, type BaselineAsking } from './baselines';
import { compare, underLoad, type Row } from './measure';
import { CONNECTIONS, type Scenario } from './scenario';

const PAIRS: readonly (readonly [name: string, subject: BaselineAsking, baseline: BaselineAsking])[] = [
  ['b0', b0, b2],
  ['b1', b1, b2],
  ['b4-one-statement', b4OneStatement, b4],
];

/** The baselines beside each other: what Fastify, a token, a select and a transaction cost on this machine. */
export const floor: Scenario = {
  name: 'floor',
  summary: 'the baselines themselves: B0 and B1 beside B2, B4 as one statement beside B4',
  run: async (stage) => {
    const server = await stage.baseline();
    const rows: Row[] = [];
    for (const [name, subject, baseline] of PAIRS) {
      const [one, other] = [subject, baseline].map((side) =>
        underLoad(side.name, server, { connections: CONNECTIONS, next: side.asks(stage.people) }),
      );
      if (one && other) rows.push(await compare(name, 'cpuUs', one, other, stage.settings));
    }
    return rows;
  },
};
