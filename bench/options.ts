import { parseArgs } from 'node:util';
import { defaultNames, scenarios, type Scenario } from './scenarios';
import type { Target } from './stage/database';
import { studies } from './studies';

export interface Options {
  readonly list: boolean;
  /** Whether to show the committed results, and measure nothing. */
  readonly committed: boolean;
  readonly scenarios: readonly Scenario[];
  /** The name of a study to run instead. */
  readonly study: string | undefined;
  readonly targets: readonly Target[];
  readonly seconds: number;
  readonly rounds: number;
  readonly nodeOptions: readonly string[];
  readonly redisUrl: string | undefined;
  /** Whether the results become those that later runs are compared with. */
  readonly save: boolean;
}

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `npm run bench -- [NAME...] [options]

  NAME                    what to run; "all" for every scenario; by default ${defaultNames.join(', ')}
  --list                  tells all names
  --committed             shows the committed results
  --database WHICH        embedded, postgresql (BENCH_DATABASE_URL) or a URL; by default all that there are
  --seconds N             of one measurement; by default 4
  --rounds N              how often a scenario and its baseline take turns; by default 3
  --node-option OPTION    for the gateway's node, such as --max-old-space-size=128; may be repeated
  --save                  keeps the results as bench/results/baseline.json, to be committed
`;

/** @throws UsageError */
export function readOptions(words: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const { values, positionals } = parse(words);
  const [study] = positionals;
  const isStudy = study !== undefined && study in studies;
  if (isStudy && positionals.length > 1) throw new UsageError(`${study} runs alone`);
  return {
    list: values.list,
    committed: values.committed,
    scenarios: isStudy ? [] : chosen(positionals),
    study: isStudy ? study : undefined,
    targets: targets(values.database, environment['BENCH_DATABASE_URL']),
    seconds: positive('--seconds', values.seconds),
    rounds: positive('--rounds', values.rounds),
    nodeOptions: values['node-option'],
    redisUrl: environment['BENCH_REDIS_URL'],
    save: values.save,
  };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        list: { type: 'boolean', default: false },
        committed: { type: 'boolean', default: false },
        database: { type: 'string' },
        seconds: { type: 'string', default: '4' },
        rounds: { type: 'string', default: '3' },
        'node-option': { type: 'string', multiple: true, default: [] },
        save: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function chosen(names: readonly string[]): Scenario[] {
  if (names.includes('all')) return [...scenarios];
  const wanted = names.length === 0 ? defaultNames : names;
  for (const name of wanted) {
    if (!scenarios.some((scenario) => scenario.name === name))
      throw new UsageError(`There is no scenario ${name}`);
  }
  return scenarios.filter(({ name }) => wanted.includes(name));
}

function targets(database: string | undefined, url: string | undefined): Target[] {
  const server: Target[] = url === undefined ? [] : [{ kind: 'postgresql', url }];
  switch (database) {
    case undefined:
      return [{ kind: 'embedded' }, ...server];
    case 'embedded':
      return [{ kind: 'embedded' }];
    case 'postgresql':
      if (url === undefined) throw new UsageError('--database postgresql needs BENCH_DATABASE_URL');
      return server;
    default:
      if (!URL.canParse(database)) throw new UsageError(`--database ${database} is no URL`);
      return [{ kind: 'postgresql', url: database }];
  }
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new UsageError(`${name} must be a number above 0`);
  return number;
}
