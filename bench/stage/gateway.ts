import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { JWT_SECRET_KEY } from './people';
import { ServerProcess } from './server-process';

export interface StartOptions {
  readonly cores?: string | undefined;
  /** For node itself, such as --cpu-prof or --max-old-space-size=128. */
  readonly nodeOptions?: readonly string[];
}

/** As operators run it, log and all; but without limits, which would refuse a load that comes from one place. */
const PRODUCTION = {
  NODE_ENV: 'production',
  JWT_SECRET_KEY,
  PUBLIC_URL: 'https://gateway.example.com',
  LOG_FILE: '',
  BCRYPT_COST: '12',
  RATE_LIMIT_ENABLED: 'false',
};

/** As many passwords are hashed at the same time everywhere: what the gateway takes by default, where it runs. */
function hashThreads(cores: string | undefined): string {
  return String(cores === undefined ? Math.max(1, availableParallelism() - 1) : 1);
}

/** The built gateway. */
export async function startGateway(
  variables: Readonly<Record<string, string>>,
  { cores, nodeOptions = [] }: StartOptions = {},
): Promise<ServerProcess> {
  return ServerProcess.start({
    command: [...nodeOptions, resolve('dist/main.js')],
    variables: { ...PRODUCTION, HASH_CONCURRENCY: hashThreads(cores), ...variables },
    readyPath: '/health',
    cores,
  });
}

/** The names of the baselines a server has routes for. */
export type BaselineName = 'b0' | 'b1' | 'b2' | 'b3' | 'b4' | 'b5';
const ALL: readonly BaselineName[] = ['b0', 'b1', 'b2', 'b3', 'b4', 'b5'];

export async function startBaseline(
  variables: Readonly<Record<string, string>>,
  { cores }: StartOptions = {},
  names: readonly BaselineName[] = ALL,
): Promise<ServerProcess> {
  return ServerProcess.start({
    command: [resolve('bench/dist/baselines/serve.js'), ...names],
    variables: {
      NODE_ENV: 'production',
      JWT_SECRET_KEY,
      // Those that bcrypt hashes in.
      UV_THREADPOOL_SIZE: hashThreads(cores),
      ...variables,
    },
    readyPath: '/ready',
    cores,
  });
}
