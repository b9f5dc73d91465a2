import { compare, underLoad, type Row, type Subject } from './measure';
import { me } from './requests';
import type { Scenario } from './scenario';

const FEW = 10;
const MANY = [100, 1_000];

export const connections: Scenario = {
  name: 'connections',
  summary: `GraphQL \`me\` on ${MANY.join(' and ')} connections; beside ${FEW}`,
  run: async (stage) => {
    const server = await stage.gateway();
    const on = (count: number): Subject =>
      underLoad(`${count} connections`, server, { connections: count, next: me()(stage.people) });
    const rows: Row[] = [];
    for (const count of MANY) {
      rows.push(await compare(`connections-${count}`, 'perSecond', on(count), on(FEW), stage.settings));
    }
    return rows;
  },
};
