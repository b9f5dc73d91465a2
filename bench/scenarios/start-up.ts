import type { ServerProcess } from '../stage/server-process';
import { compare, type Subject } from './measure';
import type { Scenario } from './scenario';

/** From nothing to an answer that asked the database, on a database that is there and up to date. */
export const startUp: Scenario = {
  name: 'start',
  summary:
    'from the start of the process to its first answer; beside a plain Fastify server with its database',
  run: async (stage) => {
    await stage.stopServers();
    const gateway = starting('gateway', () => stage.startGateway());
    const plain = starting('plain Fastify', () => stage.startBaseline(['b2']));
    return [await compare(startUp.name, 'startMs', gateway, plain, stage.settings)];
  },
};

function starting(name: string, start: () => Promise<ServerProcess>): Subject {
  return {
    name,
    measure: async () => {
      const server = await start();
      await server.stop();
      return { startMs: server.startMs };
    },
  };
}
